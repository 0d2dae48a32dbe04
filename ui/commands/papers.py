"""The newspapers of an index run: what the user says of which path, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.datatypes import Paper

if TYPE_CHECKING:
    from rag.index.report import Report


def resolved(path: Path) -> str:
    """A path as the index keeps it."""
    return str(path.resolve())


def named_papers(
    paths: Sequence[Path], english: Iterable[str], chinese: Iterable[str], before: Mapping[str, Paper]
) -> dict[str, Paper]:
    """The newspaper of each path, by the path as the index keeps it; those of which nothing was ever said are left out.

    Args:
        paths: what is read.
        english, chinese: names, for all paths or as PATH=NAME for one of them; "" takes back what was said before, and
            of several the last counts.
        before: what earlier runs said.
    """
    from rag.corpus.papers import named

    known = [resolved(path) for path in paths]
    made = {}
    for path in known:
        own = [[name for of, name in _parted(values, known) if of == path] for values in (english, chinese)]
        of_all = [[name for of, name in _parted(values, known) if of is None] for values in (english, chinese)]
        said = own if any(own) else of_all
        if any(said):
            en, zh = (named(names[-1] if names else "") or Paper() for names in said)
            made[path] = Paper(en.en or zh.en, zh.zh or en.zh)
        elif path in before:
            made[path] = before[path]
    return {path: paper for path, paper in made.items() if paper.names}


def _parted(values: Iterable[str], known: Sequence[str]) -> Iterator[tuple[str | None, str]]:
    """Each value as the path it is for, None for all, and the name."""
    for value in values:
        front, equals, name = value.partition("=")
        path = resolved(Path(front)) if equals else ""
        yield (path, name) if path in known else (None, value)


def counted(report: Report) -> list[tuple[Paper | None, int]]:
    """The newspapers and their articles, the most first; one that some files name in one language only counts once."""
    from rag.corpus.papers import wholes

    whole = wholes(paper for paper in report.papers if paper)
    counts: Counter[Paper | None] = Counter()
    for paper, count in report.papers.items():
        counts[whole[paper] if paper else None] += count
    return counts.most_common()


def papers_lines(report: Report) -> Iterator[str]:
    """Which newspapers the articles were taken to be of, for the end of a run."""
    for paper, count in counted(report):
        articles = f"{count} article{'s' if count > 1 else ''}"
        if paper:
            yield f"newspaper: {' '.join(paper.names)}, {articles}"
        else:
            yield f"newspaper not known: {articles}, cited by title. Name it: wenbao index --paper NAME --paper-zh 名称"


def paper_line(held: Mapping[str, Any]) -> str:
    """A newspaper in the status: its names, articles and days."""
    names = " ".join(filter(None, (held["en"], held["zh"]))) or "not known"
    days = f", {held['since']} to {held['until']}" if held["since"] else ""
    return f"{names}: {held['articles']} article{'s' if held['articles'] != 1 else ''}{days}"
