"""A question asked again, beside what was kept of it, as a piece of the page. Pure functions."""

from __future__ import annotations

from markupsafe import Markup

from rag.datatypes import Lang
from ui.again import Again, where, worded
from ui.web.markup import fill
from ui.web.naming import address


def sheet(again: Again, page_lang: Lang) -> Markup:
    """The outcome, why it may be so, both answers where they differ, quotations and articles that changed."""
    quotes = [
        (
            quote,
            "new" if quote.then is None else "gone" if quote.now is None else "both",
            again.named(quote.article, page_lang),
            address(quote.article) if quote.article in again.known else None,
        )
        for quote in again.quotes
    ]
    because = ("；" if page_lang == "zh" else "; ").join(worded(again.reasons, page_lang))
    articles = [(again.named(one.article, page_lang), where(one, page_lang)) for one in again.articles]
    day = again.turn.asked_at[:10]
    return fill("again", "sheet", again, day, quotes, articles, because, again.turn.lang, page_lang)
