"""The article over the page: both languages, paragraph beside paragraph, with its neighbours. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from rag.datatypes import Article, Lang, Span
from rag.desk import paragraph_of, spans_of
from rag.translation.corrections import Told
from ui.export import stops_early
from ui.web.layout import rows
from ui.web.markup import fill
from ui.web.naming import address
from ui.web.render import Beads


def sheet(
    article: Article,
    beads: Beads,
    marks: Iterable[Span],
    page_lang: Lang,
    same_page: Sequence[Article] = (),
    elsewhere: Sequence[Article] = (),
    told: Sequence[Told] = (),
) -> Markup:
    """The whole article, paragraph beside paragraph, `marks` marked, with the articles printed beside it.

    `told` are its findings: that the translation stops early is said at its head, all are listed before the text.
    """
    places = []
    for finding, correction in told:
        spans = spans_of(finding)
        there = address(article.id, paragraph_of(finding, beads), spans, article.digest)
        words = [(one.lang, _shortened(article.bodies[one.lang][one.start : one.end])) for one in spans]
        places.append((finding, correction.reading if correction else "", there, words))
    shown = rows(article, beads, marks)
    return fill(
        "reader", "sheet", article, shown, places, stops_early(told, page_lang), same_page, elsewhere, page_lang
    )


def _shortened(words: str, most: int = 60) -> str:
    """The beginning of some words, on one line."""
    said = " ".join(words.split())
    return said if len(said) <= most else f"{said[: most - 1]}…"
