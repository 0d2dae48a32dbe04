"""The archive month by month, as an inline SVG that fills the width it is given. Pure functions.

Two scales share one picture: pale bars are all articles of a month, red ones those with the words searched for,
each drawn against its own highest month, since the first outnumber the second by thousands in a large archive.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.datatypes import Lang
from rag.timeline import Month
from ui.web.markup import fill
from ui.web.strings import text

HEIGHT = 60
BY_YEAR = 120  # months from which the bars are years: a bar of less than a few pixels cannot be pointed at


def timeline(months: Sequence[Month], page_lang: Lang, label: str = "") -> str:
    """The picture of `months` with its years below; `label` says what it shows. Empty for an undated archive.

    Every bar names its period in `data-period` (1958-11, or 1958 where the bars are years), so that the page can
    turn a click into a filter.
    """
    bars = binned(months)
    if not bars:
        return ""
    most, most_found = max(bar.articles for bar in bars), max(bar.found for bar in bars)
    drawn = []
    for bar in bars:
        pale = round(HEIGHT * bar.articles / most, 1) if bar.articles else 0.0
        red = round(HEIGHT * bar.found / most_found, 1) if bar.found else 0.0
        told = text(page_lang, "month_told", period=bar.name, articles=bar.articles, found=bar.found)
        drawn.append((bar.name, pale, red, told))
    return fill("plot", "timeline", drawn, years(bars), HEIGHT, label)


def binned(months: Sequence[Month]) -> list[Month]:
    """The months, or where they are too many to be pointed at, their years (`month` 0)."""
    if len(months) <= BY_YEAR:
        return list(months)
    by_year: dict[int, list[Month]] = {}
    for month in months:
        by_year.setdefault(month.year, []).append(month)
    return [Month(year, 0, sum(m.articles for m in ms), sum(m.found for m in ms)) for year, ms in by_year.items()]


def years(bars: Sequence[Month]) -> list[tuple[float, int]]:
    """Where to write a year, in percent of the width."""
    if not bars[0].month:
        step = 10 if len(bars) > 40 else 5
        starts = [(at, bar.year) for at, bar in enumerate(bars) if bar.year % step == 0]
    else:
        starts = [(at, bar.year) for at, bar in enumerate(bars) if bar.month == 1 or at == 0]
        starts = [one for n, one in enumerate(starts) if n + 1 == len(starts) or starts[n + 1][0] - one[0] > 5]
    return [(100 * at / len(bars), year) for at, year in starts]
