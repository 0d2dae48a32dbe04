"""The months that an answer over several years rests on, as a picture under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from markupsafe import Markup

from rag.datatypes import Answer
from rag.errors import UsageError
from rag.timeline import Month
from ui.through import per_thousand
from ui.web import plot
from ui.web.markup import fill
from ui.web.strings import text
from ui.web.through import forms

if TYPE_CHECKING:
    from rag.archive import Archive


def rests(answer: Answer, archive: Archive) -> Markup:
    """The picture of an answer whose articles are of several years, else nothing.

    Where the question follows words through the years (`Answer.through`) it is how many of a thousand articles of each
    month hold them, else how many articles there are; the months of the articles that are cited are marked.
    """
    cited = {cited.article.issued[:7] for cited in answer.citations if len(cited.article.issued) >= 7}
    if not answer.answered or len({month[:4] for month in cited}) < 2:
        return Markup()
    lang = answer.lang
    if answer.through:
        since, until = answer.filters.since, answer.filters.until
        try:
            made = archive.through([answer.through], since=since, until=until)
        except UsageError:  # of a kept conversation: words that cannot be counted
            return Markup()
        course = made.courses[0]
        days = {name: day.isoformat() for name, day in (("since", since), ("until", until)) if day}
        there = "/?" + urlencode({"view": "search", "q": answer.through, **days, "as": "time"})
        label = text(lang, "rests_through", forms=forms(course, lang))
        return _drawn(made.of(course), cited, "found", label, there, answer)
    return _drawn(archive.months(), cited, "all", text(lang, "rests_months"), "", answer)


def _drawn(months: Sequence[Month], cited: set[str], kind: str, label: str, there: str, answer: Answer) -> Markup:
    bars = plot.binned(months)
    heights = [(per_thousand(bar) or 0.0) if kind == "found" else float(bar.articles) for bar in bars]
    if not any(heights):
        return Markup()
    marked = [any(month.startswith(bar.name) for month in cited) for bar in bars]
    drawn = [
        (height / max(heights), bar.articles == 0, is_marked)
        for bar, height, is_marked in zip(bars, heights, marked, strict=True)
    ]
    named = ("、" if answer.lang == "zh" else ", ").join(sorted(cited))
    label = f"{label} {text(answer.lang, 'rests_marked', months=named)}"
    return fill("plot", "rests", drawn, plot.years(bars), plot.HEIGHT, kind, label, there, answer.lang)
