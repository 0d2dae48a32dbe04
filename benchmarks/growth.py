"""How the cost of indexing and searching grows: `python -m benchmarks.growth SOURCE [--sizes 1000,10000] [--write]`.

Of every size an index is really built, from the articles of SOURCE once or as often as it takes, each time with another
word at the end, so that words are as rare as in the source. Its vectors cost nothing (`benchmarks.index.Stub`): the
encoding grows with the text and nothing else. Then, in a process of its own, the same questions are put to the whole
archive, to the issues of a few months, and to Chroma and the keyword index alone, by turns. Times are those of the
processor, all threads together, which another program's work does not lengthen. What was measured of a size is kept
in `build/growth`, so that a run goes on where it was stopped; its index is deleted.

`--write` puts the table into docs/scale.md.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import psutil

from benchmarks.index import articles, opened, run, size_on_disk
from benchmarks.search import months
from docs.marked import Marked
from rag.channels import CANDIDATES, probe
from rag.embed import open_embedder

KEPT = Path("build/growth")
QUESTIONS = 60
SMALLEST = 10_000
"""Passages from which on exponents are fitted: below, what a question costs whatever the size is all there is."""
MARKED = Marked("<!-- growth: made by python -m benchmarks.growth --write -->", "<!-- end of growth -->")
PAGE = Path("docs/scale.md")
ROWS: Mapping[str, str] = {
    "indexing": "indexing without encoding, s per 1,000 passages",
    "indexing MB": "memory while indexing, MB",
    "disk MB": "on disk, MB",
    "answering MB": "memory of a process that searches, MB",
    "encoding": "encoding a question, ms",
    "chroma": "its nearest passages from Chroma, ms",
    "keyword": "its scores in the keyword index, ms",
    "search": "question to hits, ms",
    "search p95": "the same, p95",
    "limited": "the same in a few months, ms",
}
FITTED = ("indexing", "indexing MB", "disk MB", "answering MB", "chroma", "keyword", "search", "limited")
Figures = Mapping[str, float]


def measured(source: Path, documents: int, times: int) -> dict[str, float]:
    """Build an index of the first `documents` articles, `times` over, and search it: what it cost, by ROWS."""
    store = KEPT / "store"
    shutil.rmtree(store, ignore_errors=True)
    report, memory = run(source, documents, store, "--stub", "--times", str(times))
    size = sum(report["passages"].values())
    click.echo(f"{size} passages: built in {report['wall']:.0f} s; now they are searched", err=True)
    command = [sys.executable, "-m", "benchmarks.growth", str(source), "--search", str(store)]
    with psutil.Popen(command, stdout=-1, text=True) as process:
        searched = json.loads(process.communicate()[0])
    disk = size_on_disk(store) / 1e6
    shutil.rmtree(store)
    built = {"indexing": 1000 * report["cpu"] / size, "indexing MB": memory, "disk MB": disk}
    stages = {f"stage {name}": 1000 * seconds / size for name, seconds in report["seconds"].items()}
    return {"passages": size, "articles": documents * times, **built, **searched, **stages}


def searching(store: Path) -> dict[str, float]:
    """Processor milliseconds of a search and of its parts (p50), and the memory of this process."""
    archive, live, lang, questions = opened(store, QUESTIONS + 10)
    alone = open_embedder()
    since, until = months(archive)

    def chroma(question: str) -> None:
        live.index.nearest(lang, alone.query(question), CANDIDATES)

    def keyword(question: str) -> None:
        asked = probe(question, lang)
        live.keyword[lang].scores(asked.tokens[lang], asked.unsaid[lang])

    calls: Mapping[str, Callable[[str], object]] = {
        "search": archive.find,
        # another mark at the end, for the vectors of the last questions are remembered
        "limited": lambda question: archive.find(f"{question} ?", since=since, until=until),
        "encoding": alone.query,
        "chroma": chroma,  # its vector is remembered by now
        "keyword": keyword,
    }
    for question, call in itertools.product(questions[:10], calls.values()):
        call(question)
    taken = np.array([[_milliseconds(call, question) for call in calls.values()] for question in questions[10:]])
    medians = dict(zip(calls, np.median(taken, axis=0).tolist(), strict=True))
    p95 = float(np.percentile(taken[:, list(calls).index("search")], 95))
    return {**medians, "search p95": p95, "answering MB": psutil.Process().memory_info().rss / 1e6}


def _milliseconds(call: Callable[[str], object], question: str) -> float:
    started = time.process_time()
    call(question)
    return 1000 * (time.process_time() - started)


def exponent(of: Sequence[Figures], name: str) -> float | None:
    """The power of the number of passages that a figure grows with, fitted by least squares to the logarithms from
    SMALLEST passages on; None if there are not two sizes."""
    points = [(figures["passages"], figures[name]) for figures in of if figures["passages"] >= 0.9 * SMALLEST]
    if len(points) < 2:
        return None
    sizes, values = np.log(np.array(points)).T
    return float(np.polyfit(sizes, values, 1)[0])


def table(of: Sequence[Figures]) -> str:
    """What was measured as Markdown."""
    heads = ["passages", *(f"{int(f['passages']):,}" for f in of), "exponent"]
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(of) + 1)]
    for name, told in ROWS.items():
        cells = [rounded(f[name]) for f in of]
        power = exponent(of, name) if name in FITTED else None
        lines.append("| " + " | ".join([told, *cells, "" if power is None else f"{power:.2f}"]) + " |")
    return "\n".join(lines) + "\n"


def rounded(value: float) -> str:
    """A figure as the tables have it: to a tenth below 100."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--sizes", default="1000,10000,100000,374000,2000000", help="Passages, about so many.")
@click.option("--write", is_flag=True, help="Put the table into docs/scale.md.")
@click.option("--search", type=click.Path(path_type=Path), hidden=True)
def main(source: Path, sizes: str, write: bool, search: Path | None) -> None:
    """Measure on the articles of SOURCE and print how the costs grow."""
    if search:
        click.echo(json.dumps(searching(search)))
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    held = sum(1 for _ in articles(source, sys.maxsize))
    found: list[dict[str, Any]] = []
    for wanted in map(int, sizes.split(",")):
        kept = KEPT / f"{wanted}.json"
        if not kept.exists():
            each = found[-1]["passages"] / found[-1]["articles"] if found else 5.0
            documents = max(1, round(wanted / each))
            times = -(-documents // held)
            kept.write_text(json.dumps(measured(source, documents // times, times)), encoding="utf-8")
        found.append(json.loads(kept.read_text(encoding="utf-8")))
    made = table(found)
    click.echo(made)
    if write:
        MARKED.write(PAGE, made)


if __name__ == "__main__":
    main()
