"""The keyword index as it is written here beside bm25s' own: `python -m benchmarks.keyword [--passages 374000]`.

Both get the same passages, made up: their words are as frequent as Zipf's law has it, and their number grows with the
text as in Heaps' law. Each is written and then searched in processes of its own.
"""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import bm25s
import click
import numpy as np

from rag.index.keyword import KeywordIndex
from rag.index.postings import K1, B, KeywordWriter

LENGTH = 120
"""Tokens of a passage in the mean."""
QUESTIONS, WORDS = 50, 12


def passages(count: int) -> Iterator[list[str]]:
    """So many passages, the same each time."""
    dice, shares = np.random.default_rng(2), _shares(count)
    for _ in range(count):
        size = max(5, int(dice.normal(LENGTH, LENGTH / 3)))
        yield [f"{word:x}" for word in np.searchsorted(shares, dice.random(size)).tolist()]


def questions(count: int) -> list[list[str]]:
    """Words to search for among so many passages."""
    dice, shares = np.random.default_rng(9), _shares(count)
    return [[f"{word:x}" for word in np.searchsorted(shares, dice.random(WORDS))] for _ in range(QUESTIONS)]


def _shares(count: int) -> Any:
    ranks = 1 / np.arange(1, int(480_000 * (count / 100_000) ** 0.6) + 1)
    return np.cumsum(ranks / ranks.sum())[:-1]


def write(count: int, folder: Path, *, own: bool) -> None:
    """Write the index of so many passages."""
    if own:
        with contextlib.closing(KeywordWriter(folder, "zh")) as writer:
            for tokens in passages(count):
                writer.add(tokens)
            writer.write()
        return
    known: dict[str, int] = {}
    numbers = [array("i", [known.setdefault(token, len(known)) for token in tokens]) for tokens in passages(count)]
    index = bm25s.BM25(method="lucene", k1=K1, b=B)
    index.index((numbers, known), show_progress=False, create_empty_token=False)
    index.save(str(folder / "keyword.zh"))


def search(count: int, folder: Path, *, own: bool) -> list[float]:
    """The scores of the first passages for the questions, as shares of the best possible ones."""
    rarity = KeywordIndex(folder, "zh", count) if own else None
    index = None if own else bm25s.BM25.load(str(folder / "keyword.zh"), mmap=True)
    found: list[float] = []
    for words in questions(count):
        if rarity:
            best = sum(rarity.idf(word) for word in set(words))
            found += (rarity.scores(list(dict.fromkeys(words)))[:1000] * np.float32(best)).tolist()
        elif index:
            known = [number for word in dict.fromkeys(words) if (number := index.vocab_dict.get(word)) is not None]
            found += index.get_scores(known)[:1000].tolist()
    return found


def child(task: str, count: int, folder: Path, own: bool) -> dict[str, Any]:
    """A task in this process: processor seconds and the most memory it took, in MB, and what it found."""
    started = time.process_time()
    found = write(count, folder, own=own) if task == "write" else search(count, folder, own=own)
    used, most = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return {"seconds": round(used, 1), "MB": round(most), "found": found}


@click.command()
@click.option("--passages", "count", type=click.IntRange(100), default=374_000, show_default=True)
@click.option("--task", hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), hidden=True)
@click.option("--own", is_flag=True, hidden=True)
def main(count: int, task: str | None, folder: Path | None, own: bool) -> None:
    """Print what writing and searching take, and how far the scores differ."""
    if task and folder:
        click.echo(json.dumps(child(task, count, folder, own)))
        return
    scores = []
    with tempfile.TemporaryDirectory() as place:
        for name, option in (("rag/index/postings.py", "--own"), ("bm25s", "")):
            there = Path(place) / name.replace("/", ".")
            there.mkdir()
            for job in ("write", "search"):
                command = [sys.executable, "-m", "benchmarks.keyword", "--passages", str(count), "--task", job]
                command += ["--folder", str(there), *([option] if option else [])]
                told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
                click.echo(f"{name:<24}{job:<8}{told['seconds']:>8} s {told['MB']:>8} MB")
                scores += [told["found"]] if job == "search" else []
            size = sum(path.stat().st_size for path in there.rglob("*") if path.is_file())
            click.echo(f"{name:<24}on disk {size / 1e6:>17.1f} MB")
    click.echo(f"largest difference of a score: {np.abs(np.subtract(*scores)).max():.2g}")


if __name__ == "__main__":
    sys.exit(main())
