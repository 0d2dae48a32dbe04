"""What each peer costs: rounds in which every peer indexes the same articles and is asked the same questions, by turns.

A busy machine slows all peers of a round alike, so that the ratios within a round hold where times do not. Each step
runs in a process of its own.
"""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.table import PEERS, WENBAO
from eval.run.uncertainty import mean_interval
from rag.datatypes import Article

MEASURES: Mapping[str, str] = {
    "indexing": "time to index the articles, model loaded, processor seconds of its own and its children",
    "indexing, wall": "the same by the clock",
    "indexing a passage": "processor time to index, for each of the passages that it makes",
    "question p50": "median time from a question to its ten results, all of them in one process",
    "question p95": "the time that one question in twenty takes longer than",
    "memory": "resident size of the process that has answered the questions",
    "memory, indexing": "largest resident size of the process that indexed",
    "disk": "size of what is kept",
    "cold start": "from the start of a process to the results of its first question",
}
Round = Mapping[str, float]
"""One peer in one round: each measure, and `passages`."""


def measured(
    names: Sequence[str], articles: Sequence[Article], questions: Sequence[str], rounds: int, file: Path
) -> None:
    """Run rounds until the file holds so many; each peer of each round is a line of it.

    The order turns from round to round. Raises `RuntimeError` with its output if a process fails.
    """
    done = [(row["round"], row["peer"]) for row in _lines(file)]
    for number in range(rounds):
        turned = [*names[number % len(names) :], *names[: number % len(names)]]
        for name in turned:
            if (number, name) not in done:
                row = {"round": number, "peer": name, **once(name, articles, questions)}
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(row) + "\n")
                print(f"round {number + 1}, {name}: {row['indexing, wall']:.1f} s to index", file=sys.stderr)


def rounds_of(file: Path) -> dict[str, list[Round]]:
    """Peer -> its rounds, of the rounds that every peer has gone through."""
    rows = list(_lines(file))
    names = {row["peer"] for row in rows}
    numbers = {row["round"] for row in rows}
    whole = [n for n in sorted(numbers) if {row["peer"] for row in rows if row["round"] == n} == names]
    by_place = {(row["round"], row["peer"]): row for row in rows}
    return {name: [by_place[number, name] for number in whole] for name in sorted(names, key=list(PEERS).index)}


def once(name: str, articles: Sequence[Article], questions: Sequence[str]) -> dict[str, float]:
    """One peer, indexing and then asked from cold."""
    with tempfile.TemporaryDirectory() as place:
        folder, listed = Path(place) / "index", Path(place) / "questions.json"
        folder.mkdir()
        listed.write_text(json.dumps(list(questions), ensure_ascii=False), encoding="utf-8")
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            figures = pool.submit(_index, name, tuple(articles), folder).result()
        figures["disk"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        return figures | _ask(name, folder, listed)


def _index(name: str, articles: Sequence[Article], folder: Path) -> dict[str, float]:
    peer = PEERS[name].make()
    peer.load()
    started, used = time.perf_counter(), _processor()
    passages = peer.index(articles, folder)
    wall, cpu = time.perf_counter() - started, _processor() - used
    return {
        "passages": passages,
        "indexing": cpu,
        "indexing, wall": wall,
        "indexing a passage": cpu / passages,
        "memory, indexing": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }


def _ask(name: str, folder: Path, questions: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.peers.asking", name, str(folder), str(questions)]
    quiet = {**os.environ, "TQDM_DISABLE": "1"}
    with tempfile.TemporaryFile("w+") as errors:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=quiet)
        assert child.stdout
        ready = next((line for line in child.stdout if line.strip() == "ready"), None)
        cold = time.perf_counter() - started
        rest = child.stdout.read()
        if child.wait() or not ready:
            errors.seek(0)
            raise RuntimeError(f"{name} could not be asked:\n{errors.read()[-2000:]}")
    told: dict[str, Any] = json.loads(rest.splitlines()[-1])
    p50, p95 = np.percentile(told["ms"], (50, 95)).tolist()
    return {"cold start": cold, "question p50": p50, "question p95": p95, "memory": told["MB"]}


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _lines(file: Path) -> list[dict[str, Any]]:
    if not file.is_file():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def ratio(rounds: Mapping[str, Sequence[Round]], name: str, measure: str) -> tuple[float, tuple[float, float] | None]:
    """How many times Wenbao's figure a peer's is: the geometric mean over the rounds, and its 95 % bootstrap interval;
    None with fewer than two rounds, or where all are equal to Wenbao's own."""
    pairs = zip(rounds[name], rounds[WENBAO], strict=True)
    logs = [math.log(peer[measure] / own[measure]) for peer, own in pairs]
    found = mean_interval(logs, [str(number) for number in range(len(logs))]) if any(logs) else None
    return math.exp(sum(logs) / len(logs)), (math.exp(found[0]), math.exp(found[1])) if found else None
