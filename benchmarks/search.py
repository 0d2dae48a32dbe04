"""What a search costs beside encoding its question: `python -m benchmarks.search [--store DIR] [--set SET]`.

Every question of a set is searched once in the whole archive and once in the issues of some months that hold about one
article in twenty, and encoded once by a second copy of the model, by turns, so that a busy machine slows all alike and
nothing is answered from memory.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import numpy as np
import psutil

from eval.sets.load import load
from rag.archive import Archive
from rag.embed import open_embedder

SEEDS = Path(__file__).parents[1] / "eval" / "sets" / "seeds.yaml"
FEW = 0.05
"""Share of the articles that the dates leave."""


@click.command()
@click.option("--store", type=click.Path(path_type=Path), default=Path(".wenbao"), help="The index.")
@click.option("--set", "path", type=click.Path(path_type=Path), default=SEEDS, help="Where the questions come from.")
@click.option("--questions", type=int, default=400, help="Most questions, the first ones.")
def main(store: Path, path: Path, questions: int) -> None:
    """Print p50 and p95 of each in milliseconds, the ratios of the medians, and the memory that it took."""
    archive, alone = Archive.open(store), open_embedder()
    archive.warm_up()
    alone.warm_up()
    since, until = months(archive)
    texts = list(itertools.islice(dict.fromkeys(case.text for case in load(path).cases()), questions))
    calls: tuple[tuple[str, Callable[[str], object]], ...] = (
        ("question to hits", archive.find),
        # another mark at the end, for the vectors of the last questions are remembered
        ("within some months", lambda text: archive.find(f"{text} ?", since=since, until=until)),
        ("encoding alone", alone.query),
    )
    times = np.array([[_took(call, text) for _, call in calls] for text in texts])
    for (name, _), column in zip(calls, times.T, strict=True):
        p50, p95 = np.percentile(1000 * column, (50, 95))
        click.echo(f"{name:<20}p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   {len(texts)} questions")
    found, limited, encoded = np.median(times, axis=0)
    click.echo(f"question to hits / encoding {found / encoded:.2f}")
    click.echo(f"from {since} on / in all {limited / found:.2f}")
    memory = psutil.Process().memory_full_info()
    click.echo(f"memory {memory.rss / 1e6:.0f} MB, of it private {memory.uss / 1e6:.0f} MB")


def months(archive: Archive) -> tuple[date, date]:
    """The last months of the archive that hold at least FEW of its articles."""
    dated = list(archive.months())
    wanted, held = FEW * sum(month.articles for month in dated), 0
    for month in reversed(dated):
        held += month.articles
        if held >= wanted:
            return date(month.year, month.month, 1), date.max
    raise click.ClickException("no article has a date")


def _took(ask: Callable[[str], object], text: str) -> float:
    """Seconds."""
    started = time.perf_counter()
    ask(text)
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
