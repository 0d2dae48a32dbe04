"""The times that passages speak of, as an index keeps them: `times.LANG.npy`, a row a time in the order of passages."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Article, Bead, DateSpan, Lang
from rag.events import spoken_in
from rag.index.days import day_of, number_of

if TYPE_CHECKING:
    from rag.index.live import Taken

TIME = np.dtype([("passage", "<i4"), ("start", "<i4"), ("end", "<i4"), ("since", "<i4"), ("until", "<i4")])
"""Row of the passage, offsets in the body, first and last day as YYYYMMDD: 10101 and 99991231 are open ends."""


class TimeWriter:
    """Writes the times of a generation."""

    def __init__(self) -> None:
        self._rows: dict[Lang, array[int]] = {lang: array("i") for lang in LANGS}

    def add(
        self,
        article: Article,
        beads: Sequence[Bead],
        passages: Mapping[Lang, NDArray[Any]],
        first: Mapping[Lang, int],
        taken: Taken | None,
    ) -> None:
        """Append the times of an article, of which `passages` are (`rag.index.writer.PASSAGE`), from rows `first` on;
        where it is taken from the last generation, as they are there."""
        if taken and taken.times:
            for lang, rows in taken.rows.items():
                table = taken.times[lang]
                its = table[_rows_of(table, rows.start, rows.stop)].copy()
                its["passage"] += first[lang] - rows.start
                self._rows[lang].frombytes(its.tobytes())
            return
        for lang, told in spoken_in(article, beads).times.items():
            for row, place in enumerate(passages[lang], first[lang]):
                for one in told:
                    if place["start"] <= one.start < place["end"]:
                        days = number_of(one.since), number_of(one.until)
                        self._rows[lang].extend((row, one.start, one.end, *days))

    def write(self, generation: Path) -> None:
        """Write the files."""
        for lang, rows in self._rows.items():
            np.save(path(generation, lang), np.frombuffer(rows.tobytes(), dtype=TIME))


def path(generation: Path, lang: Lang) -> Path:
    """The file of one language."""
    return generation / f"times.{lang}.npy"


def speaking(table: NDArray[Any], passages: int, since: date | None, until: date | None) -> NDArray[np.bool_]:
    """Which of so many passages speak of a time that lies, if only in part, from one day to another; shape
    (passages,)."""
    meant = np.ones(len(table), dtype=bool)
    if since:
        meant &= table["until"] >= number_of(since)
    if until:
        meant &= table["since"] <= number_of(until)
    out = np.zeros(passages, dtype=bool)
    out[table["passage"][meant]] = True
    return out


def times_of(table: NDArray[Any], passage: int, body: str) -> tuple[DateSpan, ...]:
    """The times of the passage at a row, whose article has this body."""
    return tuple(
        DateSpan(start, end, day_of(since, last=False), day_of(until, last=False), body[start:end])
        for _, start, end, since, until in table[_rows_of(table, passage, passage + 1)].tolist()
    )


def _rows_of(table: NDArray[Any], first: int, end: int) -> slice:
    """Where the times of the passages from one row to before another stand. (numpy's search copies the column.)"""
    column = table["passage"]
    return slice(bisect_left(column, first), bisect_left(column, end))
