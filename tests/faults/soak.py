"""A long day of a served archive in half an hour: `python -m tests.faults.soak [--minutes N] [--faults]`.

Eight clients ask in both languages without a pause while the store grows by new articles and is indexed again and
again. Sampled are memory, descriptors and threads of the server; every answer is compared with those of a quiet
server before and after. With --faults the slow tests of faults are run too. What came of it is printed, and written
to build/soak.json; the exit code is 1 if a bound was passed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from xml.etree import ElementTree

import httpx
import numpy as np
import psutil

from tests.browser.started import ROOT, WENBAO
from tests.web.test_readers import QUESTIONS

CLIENTS = 8
INDEX_SECONDS = 30.0
"""Between two runs of index."""
SAMPLE_SECONDS = 2.0
MORE = [
    "How many kilns were built?",
    "谁写了歌剧《卡门》？",
    "What did the paper report in January 1958?",
    "一九五八年十一月有什么报道？",
    "Where was the on-site meeting held?",
    "大冶钢厂的消息",
]
REACH = 3.0
"""So many times as long as at the start may p95 be at the end."""
GROWTH = 0.15
"""So much of its memory, and so many of its descriptors and threads, may the server gain by the fitted line."""
KILLS = {
    "test_two_hundred_killed_rebuilds": 200, "test_a_hundred_killed_first_builds": 100,
    "test_fifty_kills_while_chroma_writes": 50,
}  # fmt: skip
"""Kills that a slow test makes, by its name."""


@contextmanager
def serving(folder: Path, store: Path) -> Iterator[tuple[str, psutil.Process]]:
    """A chat over the store, as a user starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "chat.log"
    command = [*WENBAO, "chat", "--store", str(store), "--port", str(port)]
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    with log.open("a") as out, subprocess.Popen(command, cwd=folder, env=told, stderr=out) as server:
        try:
            while f"127.0.0.1:{port}" not in log.read_text(encoding="utf-8"):
                if server.poll() is not None:
                    raise SystemExit(log.read_text(encoding="utf-8"))
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}", psutil.Process(server.pid)
        finally:
            server.terminate()
            server.wait(30)


def said(document: Mapping[str, Any]) -> str:
    """What an answer says, without what a growing archive changes rightly: counts of passages, scores, times."""
    quotes = [[q["text"] for q in one["quotes"]] for one in document["citations"]]
    return json.dumps([document["answered"], document["text"] if document["answered"] else "", quotes])


def ask(client: httpx.Client, question: str) -> tuple[int, float, str]:
    """Status, seconds, and what was said."""
    started = time.monotonic()
    answer = client.get("/api/ask", params={"question": question}, timeout=120)
    took = time.monotonic() - started
    return answer.status_code, took, said(answer.json()) if answer.status_code == 200 else answer.text


class Soak:
    """The clients, the writer and the one who looks on, until the time is up."""

    def __init__(self, url: str, server: psutil.Process, folder: Path, store: Path, seconds: float) -> None:
        self.url, self.server, self.folder, self.store = url, server, folder, store
        self.begun = time.monotonic()
        self.until = self.begun + seconds
        self.asked: list[tuple[float, str, int, float, str]] = []  # when, question, status, seconds, said
        self.samples: list[tuple[float, int, int, int, int]] = []  # when, bytes, descriptors, threads, generations
        self.runs: list[int] = []

    def client(self, number: int) -> None:
        questions = itertools.cycle(QUESTIONS[number:] + MORE + QUESTIONS[:number])
        with httpx.Client(base_url=self.url) as client:
            while time.monotonic() < self.until:
                question, when = next(questions), time.monotonic() - self.begun
                try:
                    self.asked.append((when, question, *ask(client, question)))
                except httpx.HTTPError as err:
                    self.asked.append((when, question, 0, 0.0, repr(err)))

    def writer(self) -> None:
        for number in itertools.count():
            if self.until - time.monotonic() < INDEX_SECONDS:
                return
            text = (
                f"Owl {number} sat on the roof of the observatory of Zhenhai and was counted at dusk by the watchman."
            )
            path = self.folder / "articles" / f"owl-{number}.md"
            path.write_text(f"Title: Owl {number}\nDate: 1961-05-01\nPage: 3\n\n{text}\n", encoding="utf-8")
            command = [*WENBAO, "index", "--store", str(self.store), str(self.folder / "articles")]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
            self.runs.append(done.returncode)
            time.sleep(INDEX_SECONDS)

    def look(self) -> None:
        while time.monotonic() < self.until:
            kept = len([one for one in self.store.glob("gen-*") if not one.name.endswith(".tmp")])
            now = time.monotonic() - self.begun
            memory = self.server.memory_info().rss
            self.samples.append((now, memory, self.server.num_fds(), self.server.num_threads(), kept))
            time.sleep(SAMPLE_SECONDS)

    def run(self) -> None:
        threads = [threading.Thread(target=self.client, args=(n,)) for n in range(CLIENTS)]
        threads += [threading.Thread(target=self.writer), threading.Thread(target=self.look)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()


def gain(times: np.ndarray, values: np.ndarray) -> float:
    """By how much of their middle the values rise over the time, by a straight line fitted to them; 0 is flat."""
    slope = float(np.polyfit(times, values, 1)[0])
    return slope * float(times[-1] - times[0]) / float(np.median(values))


def figures(soak: Soak, before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, Any]:
    """What came of it."""
    good = [one for one in soak.asked if one[2] == 200]
    third = (soak.until - soak.begun) / 3
    first = [took for when, _, _, took, _ in good if when < third]
    last = [took for when, _, _, took, _ in good if when >= 2 * third]
    p95 = [round(float(np.percentile(part, 95)), 3) if part else None for part in (first, last)]
    wrong = [(question, text) for _, question, _, _, text in good if text not in (before[question], after[question])]
    settled = np.array([one for one in soak.samples if one[0] > third / 3], dtype=float)
    gains = {
        name: round(gain(settled[:, 0], settled[:, at]), 4)
        for at, name in ((1, "memory"), (2, "descriptors"), (3, "threads"))
    }
    other = [one[2] for one in soak.asked if one[2] not in (200, 503)]
    told = {
        "minutes": round((soak.until - soak.begun) / 60, 1),
        "questions": len(soak.asked),
        "answered": len(good),
        "told to wait": sum(one[2] == 503 for one in soak.asked),
        "other statuses": other,
        "wrong answers": len(wrong),
        "the first wrong": wrong[:1],
        "index runs": len(soak.runs),
        "index runs that failed": sum(code != 0 for code in soak.runs),
        "p95 s at the start": p95[0],
        "p95 s at the end": p95[1],
        "memory MB": [round(float(value) / 1e6) for value in settled[[0, -1], 1]],
        "descriptors": [int(value) for value in settled[[0, -1], 2]],
        "threads": [int(value) for value in settled[[0, -1], 3]],
        "gain of the fitted line": gains,
        "most generations on disk": int(settled[:, 4].max()),
    }
    bounds = {
        "no wrong answer": not wrong and bool(good),
        "every question answered or told to wait": not other,
        f"p95 within {REACH:g} x": bool(p95[0] and p95[1]) and p95[1] <= REACH * p95[0],
        "every index run done": not any(soak.runs),
        "memory, descriptors, threads flat": all(value <= GROWTH for value in gains.values()),
        "at most two generations and one being switched": told["most generations on disk"] <= 3,
    }
    return {**told, "bounds": bounds}


def soaked(minutes: float) -> dict[str, Any]:
    """Index the seeds, serve them, and go through it."""
    with TemporaryDirectory(prefix="wenbao-soak-") as place:
        folder = Path(place)
        store = folder / "store"
        shutil.copytree(ROOT / "seeds", folder / "articles")
        command = [*WENBAO, "index", "--store", str(store), str(folder / "articles")]
        subprocess.run(command, cwd=ROOT, check=True)
        with serving(folder, store) as (url, server), httpx.Client(base_url=url) as client:
            questions = [*QUESTIONS, *MORE]
            before = {question: ask(client, question)[2] for question in questions}
            soak = Soak(url, server, folder, store, minutes * 60)
            soak.run()
            after = {question: ask(client, question)[2] for question in questions}
            return figures(soak, before, after)


def faults(build: Path) -> dict[str, Any]:
    """The slow tests of faults: how many passed, and what they counted (`record_property`)."""
    report = build / "faults.xml"
    command = [sys.executable, "-m", "pytest", "-m", "slow", "tests/faults", f"--junitxml={report}", "--timeout=3600"]
    subprocess.run(command, cwd=ROOT, check=False)
    passed, failed, counted, kills = 0, [], {}, 0
    for case in ElementTree.parse(report).iter("testcase"):
        bad = [one.tag for one in case if one.tag in ("failure", "error")]
        if bad:
            failed.append(case.get("name"))
        elif not case.findall("skipped"):
            passed += 1
            kills += KILLS.get(str(case.get("name")), 0)
        for one in case.iter("property"):
            counted[str(one.get("name"))] = one.get("value")
    return {"passed": passed, "failed": failed, "kills survived": kills, **counted}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--faults", action="store_true", help="run the slow tests of faults too")
    given = parser.parse_args()
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    told: dict[str, Any] = {"soak": soaked(given.minutes)}
    if given.faults:
        told["faults"] = faults(build)
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (build / "soak.json").write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    sys.exit(0 if all(told["soak"]["bounds"].values()) and not told.get("faults", {}).get("failed") else 1)
