"""Times that texts speak of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date at `start` to `end` of a text, and the days it names, both ends included.

    An open end ("before 1958", 1958年以后) is `date.min` or `date.max`.
    """

    start: int
    end: int
    since: date
    until: date
    text: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """What stands before a dispatch, at `start` to `end` of a body: 新华社武汉14日电; Xinhua News Agency, Wuhan, 14th.

    `agency` and `place` are as printed, "" where there is none; `day` is that of the dispatch, None where none is
    named or it cannot be told.
    """

    start: int
    end: int
    agency: str = ""
    place: str = ""
    day: date | None = None
