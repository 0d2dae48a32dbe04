"""What an index of a month, a year or all of the public collection costs: `python -m benchmarks.cost FOLDER [--write]`.

FOLDER holds the months at hand (`rmrb/YYYY.MM`, or `YYYY.MM`). Everything is measured on its articles and reckoned from
there: encoding on SAMPLE of their passages; the rest, disk and memory by two builds whose vectors cost nothing, of the
articles once and of TIMES as many, so that what a run costs whatever its size is kept apart from what each passage
costs. Times are processor seconds of one core, which another program's work does not lengthen. `--write` puts the table
into docs/articles.md and docs/zh/articles.md.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.index import articles, run, size_on_disk
from docs.marked import Marked
from rag.embed import open_embedder
from rag.index import store as stores
from rag.index.reader import Generation

TIMES, SAMPLE = 4, 400
MONTH, YEARS, ALL = 1_950, 48, 2_000_000
"""Articles of a month: the mean of four months of 1957 to 1960 that were counted (1,775 to 2,016). "All" is an estimate
that nobody has counted."""
HNSW = 4 * 384 + 4 * 2 * 16 + 36
"""Bytes of a passage in Chroma's graph while it is in memory: the vector, its 32 links, and its labels."""
MARKED = Marked("<!-- cost: made by python -m benchmarks.cost --write -->", "<!-- end of cost -->")
PAGES = {"en": Path("docs/articles.md"), "zh": Path("docs/zh/articles.md")}
HEADS: Mapping[str, Sequence[str]] = {
    "en": ("", "measured", "a month", "a year", "1957 to 1960", "all"),
    "zh": ("", "实测", "一个月", "一年", "1957至1960年", "全部"),
}
ROWS: Mapping[str, Sequence[str]] = {
    "en": (
        "articles", "passages, both languages", "hours of encoding", "hours of everything else", "disk, GB",
        "memory while indexing, GB", "memory while answering, GB",
    ),
    "zh": (
        "文章数", "段落数（两种语言）", "计算向量，小时", "其余一切，小时", "磁盘，GB", "建索引时的内存，GB",
        "回答时的内存，GB",
    ),
}  # fmt: skip
TOLD: Mapping[str, Sequence[str]] = {
    "en": (
        "{articles} in {months} months", "{each:.1f} an article", "{encoding:.1f} s per 1,000 passages",
        "{rest:.1f} s per 1,000, {once:.0f} s a run", "{disk:.1f} KB a passage",
        "{indexing:.1f} GB, {graph:.1f} KB a passage", "{answering:.1f} GB, {graph:.1f} KB a passage",
    ),
    "zh": (
        "{months} 个月里的 {articles} 篇", "每篇 {each:.1f} 段", "每千段 {encoding:.1f} 秒",
        "每千段 {rest:.1f} 秒，每次 {once:.0f} 秒",
        "每段 {disk:.1f} KB", "{indexing:.1f} GB，每段 {graph:.1f} KB", "{answering:.1f} GB，每段 {graph:.1f} KB",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured.

    Attributes:
        articles, months: how many.
        each: passages of an article.
        encoding, rest: processor seconds per 1,000 passages, of encoding and of everything else.
        once: processor seconds of a run whatever its size.
        disk: KB of a passage on the disk.
        indexing, answering: GB of memory without Chroma's graph.
        graph: KB of a passage in that.
    """

    articles: int
    months: int
    each: float
    encoding: float
    rest: float
    once: float
    disk: float
    indexing: float
    answering: float
    graph: float = HNSW / 1000

    def reckoned(self, articles: int) -> list[float]:
        """What so many articles cost, in the order of ROWS behind the first."""
        passages = articles * self.each
        graph = passages * self.graph / 1e6
        hours = (passages / 1000 * self.encoding / 3600, (passages / 1000 * self.rest + self.once) / 3600)
        return [passages, *hours, passages * self.disk / 1e6, self.indexing + graph, self.answering + graph]


def measure(folder: Path) -> Measured:
    """Measure on the articles of a folder."""
    held = list(articles(folder, sys.maxsize))
    with tempfile.TemporaryDirectory() as place:
        stores_of = [Path(place) / "once", Path(place) / "more"]
        builds = [
            run(folder, len(held), store, "--stub", "--times", str(times))
            for store, times in zip(stores_of, (1, TIMES), strict=True)
        ]
        few, many = (sum(report["passages"].values()) for report, _ in builds)
        (first, _), (second, peak) = builds
        rest = (second["cpu"] - first["cpu"]) / (many - few)
        disk = (size_on_disk(stores_of[1]) - size_on_disk(stores_of[0])) / (many - few)
        encoding = _encoding(stores_of[0])
        asked, _ = run(folder, len(held), stores_of[0], "--ask", "--once")
    return Measured(
        articles=len(held),
        months=len({(article.date.year, article.date.month) for article in held if article.date}),
        each=few / len(held),
        encoding=1000 * encoding,
        rest=1000 * rest,
        once=max(first["cpu"] - rest * few, 0.0),
        disk=disk / 1000,
        # this process has the model and encoded, the builds have done everything else
        indexing=max(peak - many * HNSW / 1e6, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3) / 1000,
        answering=asked["resident MB"] / 1000,
    )


def _encoding(store: Path) -> float:
    """Processor seconds of encoding a passage, over some of both languages."""
    generation, embedder = Generation(stores.current(store)), open_embedder()
    step = max(1, sum(generation.size.values()) // SAMPLE)
    texts = [generation.text(lang, row) for lang, size in generation.size.items() for row in range(0, size, step)]
    generation.close()
    embedder.documents(texts[:32])
    started = time.process_time()
    embedder.documents(texts)
    return (time.process_time() - started) / len(texts)


def table(measured: Measured, lang: str) -> str:
    """What was measured and what is reckoned from it, as Markdown in one of the two languages."""
    sizes = (MONTH, 12 * MONTH, YEARS * MONTH, ALL)
    columns = [[f"{size:,}", *map(_rounded, measured.reckoned(size))] for size in sizes]
    values = {name: getattr(measured, name) for name in Measured.__slots__}
    lines = ["| " + " | ".join(HEADS[lang]) + " |", "| --- | --- |" + " ---: |" * len(sizes)]
    for name, told, *cells in zip(ROWS[lang], TOLD[lang], *columns, strict=True):
        lines.append(f"| {name} | {told.format(**values)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _rounded(value: float) -> str:
    """To two digits, since no more is known: 0.12, 5.5, 34, 940,000."""
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else f"{float(f'{value:.2g}'):,.0f}"


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--write", is_flag=True, help="Put the table into docs/articles.md and docs/zh/articles.md.")
def main(folder: Path, write: bool) -> None:
    """Measure on the articles of FOLDER and print what a month, a year and all of the collection cost."""
    measured = measure(folder)
    for lang, page in PAGES.items():
        made = table(measured, lang)
        click.echo(made)
        if write:
            MARKED.write(page, made)


if __name__ == "__main__":
    sys.exit(main())
