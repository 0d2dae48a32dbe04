"""What a search costs beside encoding its question: `python -m benchmarks.search [--store DIR]`.

Every question of the shipped set is searched once, in both wordings, and encoded once by a second copy of the model,
by turns, so that a busy machine slows both alike and nothing is answered from memory.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import numpy as np

from eval.load import load
from rag.archive import Archive
from rag.embed import open_embedder

SET = Path(__file__).parents[1] / "eval" / "sets" / "seeds.yaml"


@click.command()
@click.option("--store", type=click.Path(path_type=Path), default=Path(".wenbao"), help="The index.")
def main(store: Path) -> None:
    """Print p50 and p95 of both in milliseconds, and the ratio of the medians."""
    archive, alone = Archive.open(store), open_embedder()
    archive.warm_up()
    alone.warm_up()
    texts = list(dict.fromkeys(case.text for case in load(SET).cases()))
    times = np.array([[_took(archive.find, text), _took(alone.query, text)] for text in texts])
    for name, column in zip(("question to hits", "encoding alone"), times.T, strict=True):
        p50, p95 = np.percentile(1000 * column, (50, 95))
        click.echo(f"{name:<18}p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   {len(texts)} questions")
    click.echo(f"ratio of the medians {np.median(times[:, 0]) / np.median(times[:, 1]):.2f}")


def _took(ask: Callable[[str], object], text: str) -> float:
    """Seconds."""
    started = time.perf_counter()
    ask(text)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
