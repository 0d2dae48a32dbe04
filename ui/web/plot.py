"""The archive month by month, as an inline SVG that fills the width it is given. Pure functions.

Two scales share one picture: pale bars are all articles of a month, red ones those with the words searched for,
each drawn against its own highest month, since the first outnumber the second by thousands in a large archive.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.datatypes import Lang
from rag.timeline import Month
from ui.web.escape import esc
from ui.web.strings import text

HEIGHT = 60
BY_YEAR = 120  # months from which the bars are years: a bar of less than a few pixels cannot be pointed at


def timeline(months: Sequence[Month], page_lang: Lang, label: str = "") -> str:
    """The picture of `months` with its years below; `label` says what it shows. Empty for an undated archive.

    Every bar names its period in `data-period` (1958-11, or 1958 where the bars are years), so that the page can
    turn a click into a filter.
    """
    bars = _bars(months)
    if not bars:
        return ""
    most, most_found = max(bar.articles for bar in bars), max(bar.found for bar in bars)
    drawn = []
    for place, bar in enumerate(bars):
        period = f"{bar.year}-{bar.month:02}" if bar.month else str(bar.year)
        tall = HEIGHT * bar.articles / most if bar.articles else 0
        red = HEIGHT * bar.found / most_found if bar.found else 0
        told = text(page_lang, "month_told", period=period, articles=bar.articles, found=bar.found)
        drawn.append(
            f'<g data-period="{period}"><rect class="span" x="{place}" y="0" width="1" height="{HEIGHT}"/>'
            f'<rect class="all" x="{place + 0.1:.1f}" y="{HEIGHT - tall:.1f}" width=".8" height="{tall:.1f}"/>'
            f'<rect class="found" x="{place + 0.1:.1f}" y="{HEIGHT - red:.1f}" width=".8" height="{red:.1f}"/>'
            f"<title>{esc(told)}</title></g>"
        )
    return (
        f'<figure class="timeline"><svg viewBox="0 0 {len(bars)} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{esc(label)}">{"".join(drawn)}</svg><div class="years" aria-hidden="true">{_years(bars)}</div>'
        f"<figcaption>{esc(label)}</figcaption></figure>"
    )


def _bars(months: Sequence[Month]) -> list[Month]:
    if len(months) <= BY_YEAR:
        return list(months)
    years: dict[int, list[Month]] = {}
    for month in months:
        years.setdefault(month.year, []).append(month)
    return [Month(year, 0, sum(m.articles for m in ms), sum(m.found for m in ms)) for year, ms in years.items()]


def _years(bars: Sequence[Month]) -> str:
    if not bars[0].month:
        starts = [(at, bar.year) for at, bar in enumerate(bars) if bar.year % 10 == 0]
    else:
        starts = [(at, bar.year) for at, bar in enumerate(bars) if bar.month == 1 or at == 0]
        starts = [one for n, one in enumerate(starts) if n + 1 == len(starts) or starts[n + 1][0] - one[0] > 5]
    return "".join(f'<span style="left:{100 * at / len(bars):.2f}%">{year}</span>' for at, year in starts)
