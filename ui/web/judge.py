"""The form in which an answer is judged: right, or which sentence would have been. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from rag.datatypes import Answer, Lang, Span
from ui.web.markup import fill

if TYPE_CHECKING:
    from rag.archive import Archive


def sheet(answer: Answer, sentences: Sequence[tuple[str, Span]], archive: Archive, page_lang: Lang) -> Markup:
    """A list of sentences to tick; those that the answer cited are ticked already."""
    cited = {(c.article.id, Span(q.lang, q.start, q.end)) for c in answer.citations for q in c.quotes}
    rows = [(archive.article(one), span, answer.answered and (one, span) in cited) for one, span in sentences]
    return fill("judge", "sheet", rows, page_lang)
