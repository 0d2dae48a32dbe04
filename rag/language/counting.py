"""Which month, day, quarter or season a text means that leaves out its year, counted from the day it was written.

Where two may be meant, none is told: every function here gives None then.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from rag.language.datelines import day_before

Days = tuple[date, date]
"""The first and the last day of a time."""
_EARLY, _LATE = 3, 10
"""Up to March, a month from October on that names no year is of the year before."""
_SOON = 2
"""Months ahead in which a month that names no year is of the same year; further on it may be of the year before."""
_NEWS = 15
"""Days after which news are old: a day of this number may then be the one to come."""


@dataclass(frozen=True, slots=True)
class At:
    """What times are counted from: the `day` that a text was written, which is that of the `issue` unless a dateline
    names another. `is_told` says whether "today" can be told: of a dispatch with its day, or of the paper's own.
    `is_abroad`: the text is about another country, whose liberation and plans have other years. `is_past`: it has gone
    on to other years, which a month without one may be of."""

    day: date
    issue: date
    is_told: bool
    is_abroad: bool = False
    is_past: bool = False


def of_year(year: int, first: int = 1, last: int = 12) -> Days | None:
    """The days of the months `first` to `last` of a year; None beyond the calendar."""
    if not 1 <= year <= 9998:
        return None
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def month_from(at: At, shift: int) -> Days | None:
    """The month so many after (before, if negative) that of the text."""
    months = 12 * at.day.year + at.day.month - 1 + shift
    return of_year(months // 12, months % 12 + 1, months % 12 + 1)


def day_from(at: At, shift: int) -> Days | None:
    """The day so many after that of the text."""
    number = at.day.toordinal() + shift
    return (date.fromordinal(number),) * 2 if 1 <= number <= date.max.toordinal() else None


def month_near(month: int, at: At, year: int | None, is_ahead: bool) -> Days | None:
    """The days of a month: of `year` if one is named near it, else of the year that can only be meant."""
    if year is None:
        if at.is_past:
            return None
        year, now = at.day.year, at.day.month
        if is_ahead and month < now:
            year += 1
        elif month > now and not is_ahead:
            if now <= _EARLY and month >= _LATE:
                year -= 1
            elif month - now > _SOON:
                return None
    return of_year(year, month, month)


def day_of_month(days: Days, day: int) -> Days | None:
    """A day of a month given by its days; None if that month has none such."""
    if not 1 <= day <= days[1].day:
        return None
    return days[0].replace(day=day), days[0].replace(day=day)


def day_near(day: int, at: At, near: Days | None, is_ahead: bool, is_joined: bool = False) -> Days | None:
    """A day of which only the number is told: the last of this number up to the issue. One that is to come (`is_ahead`)
    or is nearer ahead than behind is told only if the sentence says so. `near` is the day told before it in the
    sentence, `is_joined` to it: 28 February to the 3rd."""
    if not 1 <= day <= 31:
        return None
    if near and is_joined:
        first = near[1].replace(day=1)
        if day <= near[1].day:
            first = (first + timedelta(days=31)).replace(day=1)
        return day_of_month((first, first.replace(day=monthrange(first.year, first.month)[1])), day)
    if at.is_past:
        return None
    last, coming = day_before(at.issue, None, day), _day_after(at.day, day)
    if is_ahead:
        return (coming, coming) if coming else None
    if last and coming and (at.issue - last).days > _NEWS and (coming - at.day).days < _NEWS:
        return None
    if near and near[0] == near[1] and last and day > near[0].day and last.month != near[0].month:
        return None
    return (last, last) if last else None


def _day_after(start: date, day: int) -> date | None:
    """The first day of this number from `start` on."""
    at = start
    for _ in range(3):
        if day >= at.day and day <= monthrange(at.year, at.month)[1]:
            return at.replace(day=day)
        at = (at.replace(day=1) + timedelta(days=32)).replace(day=1)
    return None


def part_of_year_near(first: int, last: int, at: At, year: int | None) -> Days | None:
    """The months `first` to `last`, a half or a quarter: of `year`, else of this one if they have begun."""
    if year is None and (at.is_past or first > at.day.month):
        return None
    return of_year(at.day.year if year is None else year, first, last)


SEASONS = {"春": 2, "夏": 5, "秋": 8, "冬": 11, "spring": 2, "summer": 5, "autumn": 8, "fall": 8, "winter": 11}
"""The month in which each season begins by the Chinese calendar: about the fifth of it (立春, 立夏, 立秋, 立冬)."""


def season(name: str, year: int) -> Days | None:
    """The months that a season of a year reaches into; a winter ends in the next year."""
    first = SEASONS[name]
    begins = of_year(year, first, first)
    ends = of_year(year + first // 11, (first + 2) % 12 + 1, (first + 2) % 12 + 1)
    return (begins[0], ends[1]) if begins and ends else None


def winter_near(year: int, at: At) -> Days | None:
    """The winter of a year told as this one's or the last one's (今冬, 去冬): told in January it is the one that began
    the year before."""
    return season("冬", year - 1 if at.day.month <= 2 and year == at.day.year else year)


def third(days: Days, which: str) -> Days:
    """The beginning, middle or end of a month: its ten days, 上中下 or 初中底."""
    first, last = days
    if which in "上初":
        return first, first.replace(day=10)
    return (first.replace(day=11), first.replace(day=20)) if which == "中" else (first.replace(day=21), last)


def century(number: int) -> Days | None:
    """The years of a century: the fourteenth is 1301 to 1400."""
    if not 1 <= number <= 99:
        return None
    return date(100 * number - 99, 1, 1), date(100 * number, 12, 31)


_LIBERATION = (date(1949, 1, 1), date(1949, 12, 31))  # of most of the country; what town was when is told nowhere
_FOUNDING = date(1949, 10, 1)  # of the People's Republic


def epoch(is_liberation: bool, is_before: bool, at: At) -> Days:
    """The time before or since the liberation, which is told to the year, or the founding of the People's Republic."""
    first, last = _LIBERATION if is_liberation else (_FOUNDING, _FOUNDING - timedelta(days=1))
    return (date.min, last) if is_before else counted_on(first, at)


def counted_on(since: date, at: At) -> Days:
    """From a day to that of the text; one to come has no end."""
    return (since, at.day) if since < at.day else (since, date.max)


def counted_up(since: date, until: date, at: At) -> Days:
    """The time before a time: without a beginning, or from the day of the text to one still to come. Told within a
    month or ten days, those are a term (本月上旬以前)."""
    if since <= at.day <= until and (until - since).days <= 31:
        return at.day, until
    before = since - timedelta(days=1) if since > date.min else since
    return (at.day, before) if before > at.day else (date.min, before)
