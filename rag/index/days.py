"""Days as the tables of an index hold them, in one number: 19581114, with 00 for what is not known."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Article


def number_of(day: date) -> int:
    """A day as YYYYMMDD."""
    return 10_000 * day.year + 100 * day.month + day.day


def day_number(article: Article) -> int:
    """The issue date as YYYYMMDD, with 00 for a day or month that is not known; 0 if nothing is."""
    return int(article.issued.replace("-", "").ljust(8, "0") or 0)


def latest(days: NDArray[np.int32]) -> NDArray[np.int32]:
    """The greatest number that a day of the same month or year can have, where no day is known; 0 stays 0."""
    month_only, year_only = days % 100 == 0, days % 10_000 == 0
    return np.where(days == 0, 0, np.where(year_only, days + 1231, np.where(month_only, days + 31, days)))


def possibly_since(days: NDArray[np.int32], day: date) -> NDArray[np.bool_]:
    """Which days can be that one or a later: 19581100, of which the month is known only, any of November 1958."""
    first = number_of(day)
    found: NDArray[np.bool_] = (days >= first) | (days == first // 100 * 100) | (days == first // 10_000 * 10_000)
    return found


def day_of(number: int, *, last: bool) -> date:
    """The first or last day of a day, month or year written as by `day_number` or `latest`."""
    year, month, day = number // 10_000, number // 100 % 100 or 1, number % 100 or 1
    return date(year, month, min(day, monthrange(year, month)[1]) if last else day)
