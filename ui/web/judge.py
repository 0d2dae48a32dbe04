"""The form in which an answer is judged: right, or which sentence would have been. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.datatypes import Answer, Lang, Span
from ui.web.escape import KEPT, esc
from ui.web.render import verbatim, where
from ui.web.strings import text

if TYPE_CHECKING:
    from rag.archive import Archive


def sheet(answer: Answer, sentences: Sequence[tuple[str, Span]], archive: Archive, page_lang: Lang) -> str:
    """A list of sentences to tick; those that the answer cited are ticked already."""
    cited = {(c.article.id, Span(q.lang, q.start, q.end)) for c in answer.citations for q in c.quotes}
    rows = []
    for identifier, span in sentences:
        article = archive.article(identifier)
        place = f"{span.lang}.{span.start}.{span.end}"
        ticked = " checked" if answer.answered and (identifier, span) in cited else ""
        rows.append(
            f'<label><input type="checkbox" data-article="{esc(identifier)}" data-place="{place}"{ticked}>'
            f"<span {verbatim(span.lang)}>{esc(article.bodies[span.lang][span.start : span.end])}</span>"
            f"<small {KEPT}>{esc(where(article, page_lang))}</small></label>"
        )
    return (
        f'<p>{esc(text(page_lang, "judge_pick"))}</p><div class="sentences">{"".join(rows)}</div>'
        f'<p class="none">{esc(text(page_lang, "judge_none"))}</p>'
        f'<button type="button" class="save">{esc(text(page_lang, "judge_save"))}</button>'
    )
