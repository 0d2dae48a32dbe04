"""Which newspapers an index holds, and which of them a name means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np

from rag.datatypes import Filters, Holding, Limits, Paper
from rag.errors import NoSuchPaper
from rag.index.days import day_of, latest
from rag.index.reader import Generation
from rag.language.fold import fold

MOST_NAMED = 20
"""Newspapers that are listed where one is not found."""


def holdings(generation: Generation) -> list[Holding]:
    """What it holds of each newspaper, and of none that is known, the most first."""
    paper_of = generation.paper_of
    first, last = np.full(len(paper_of), 99_999_999), np.zeros(len(paper_of), dtype=np.int64)
    for table in generation.passages.values():
        dated = table[table["date"] > 0]
        np.minimum.at(first, dated["article"], dated["date"])
        np.maximum.at(last, dated["article"], latest(dated["date"]))
    made = []
    for number in np.unique(paper_of):
        its = paper_of == number
        since, until = int(first[its].min()), int(last[its].max())
        days = (day_of(since, last=False), day_of(until, last=True)) if until else (None, None)
        made.append(Holding(generation.papers[number] if number >= 0 else None, int(its.sum()), *days))
    return sorted(made, key=lambda one: -one.articles)


def called(name: str, papers: Sequence[Paper]) -> str:
    """The name that a newspaper of the index has for `name`, in whichever script, case and brackets that is written.

    Raises:
        NoSuchPaper: there is none; it tells which there are.
    """
    wanted = _bare(name)
    for known in (known for paper in papers for known in paper.names):
        if _bare(known) == wanted:
            return known
    listed = ", ".join(" ".join(paper.names) for paper in papers[:MOST_NAMED]) or "none that is known"
    listed += ", ..." if len(papers) > MOST_NAMED else ""
    raise NoSuchPaper(f"no newspaper of this archive is called {name[:80]!r}. There is: {listed}.")


def limited(papers: Sequence[Paper], **limits: Unpack[Limits]) -> Filters:
    """Limits as filters, a newspaper by the name that the index has for it. Raises `NoSuchPaper`."""
    filters = Filters(**limits)
    return replace(filters, paper=called(filters.paper, papers)) if filters.paper else filters


def told(one: Holding) -> dict[str, Any]:
    """What is held of a newspaper as it is told: names and ISO days, None where they are not known."""
    since, until = (day.isoformat() if day else None for day in (one.since, one.until))
    return {**(one.paper or Paper()).by_language, "articles": one.articles, "since": since, "until": until}


def _bare(name: str) -> str:
    return " ".join(fold(name).strip(" 《》").split()).removeprefix("the ").replace("’", "'")
