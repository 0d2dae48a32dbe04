"""The evidence beside the conversation: one card for each source of each turn. Pure functions.

`page_lang` is the language of the page, not of the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from rag.answer.times import told
from rag.datatypes import LANGS, Answer, Article, Citation, Filters, Hit, Lang, Quote, Span
from ui.web.escape import marked
from ui.web.layout import Row, Shown, merge, rows
from ui.web.markup import fill
from ui.web.naming import limits, stretches
from ui.web.render import Beads
from ui.web.strings import text

Marks = Sequence[tuple[int, int]]

NEAREST = 3  # passages shown with a refusal
NONE = Filters()


def turn_summary(answer: Answer, turn: int, page_lang: Lang) -> Markup:
    """The heading of one turn's evidence: its number, question, number of sources and limits."""
    kind = text(page_lang, "sources_n", n=len(answer.citations))
    about = [kind if answer.answered else text(page_lang, "nearest"), *limits(answer.filters, page_lang)]
    return fill("cards", "summary", answer, turn, " · ".join(about), page_lang)


def turn_body(answer: Answer, turn: int, page_lang: Lang, beads: Mapping[str, Beads]) -> Markup:
    """The cards of one turn; `beads` by article id. For a refusal the nearest passages, marked as no answer."""
    if answer.answered:
        made = [card(cited, answer.hits, turn, page_lang, beads, answer.filters) for cited in answer.citations]
    else:
        made = [
            near_card(hit, turn, place, page_lang, beads, answer.filters)
            for place, hit in enumerate(answer.hits[:NEAREST], 1)
        ]
    return fill("cards", "body", answer, made, page_lang)


def panel(sections: Sequence[tuple[str, str]], page_lang: Lang) -> str:
    """The evidence of a whole visit, newest turn first and open. `sections` are (summary, body), oldest first."""
    return fill("cards", "panel", sections, page_lang) if sections else ""


def card(
    cited: Citation,
    hits: Iterable[Hit],
    turn: int,
    page_lang: Lang,
    beads: Mapping[str, Beads],
    filters: Filters = NONE,
) -> Markup:
    """One source of an answer: what and where it is, its quotations in both languages, warnings, scores."""
    spans = quote_spans(cited.quotes)
    inner = {lang: merge(m for q in cited.quotes if q.lang == lang for m in q.marks) for lang in LANGS}
    pairs = _pairs(cited.article, beads, spans, inner=inner)
    warned = [warning for quote in cited.quotes for warning in quote.warnings]
    found = [hit for hit in hits if hit.article.id == cited.article.id]
    times = [said for quote in cited.quotes if (said := told(quote, page_lang))]
    return fill(
        "cards", "card", cited.article, page_lang, turn=turn, place=cited.number, number=cited.number,
        marks=stretches(spans, cited.article.digest), rows=pairs, times=times, warned=warned, hits=found,
        filters=filters, own=spans[: len(cited.quotes)],
    )  # fmt: skip


def near_card(
    hit: Hit, turn: int, place: int, page_lang: Lang, beads: Mapping[str, Beads], filters: Filters = NONE
) -> Markup:
    """A passage near a refused question: the same card without a number and with nothing marked as evidence."""
    pairs = _pairs(hit.article, beads, hit_spans(hit), "span")
    return fill(
        "cards", "card", hit.article, page_lang, turn=turn, place=f"h{place}", number=0, marks="", rows=pairs,
        times=(), warned=hit.warnings, hits=[hit], filters=filters, own=hit_spans(hit)[:1],
    )  # fmt: skip


def quote_spans(quotes: Iterable[Quote]) -> tuple[Span, ...]:
    """What to mark for `quotes`: each sentence and its counterpart."""
    own = [Span(quote.lang, quote.start, quote.end) for quote in quotes]
    twins = [Span(quote.twin.lang, quote.twin.start, quote.twin.end) for quote in quotes if quote.twin]
    return (*own, *twins)


def hit_spans(hit: Hit) -> tuple[Span, ...]:
    """Where a found passage and its counterpart stand."""
    own = Span(hit.passage.lang, hit.passage.start, hit.passage.end)
    return (own, Span(hit.twin.lang, hit.twin.start, hit.twin.end)) if hit.twin else (own,)


def _pairs(
    article: Article,
    beads: Mapping[str, Beads],
    spans: Sequence[Span],
    tag: str = "mark",
    inner: Mapping[Lang, Marks] | None = None,
) -> list[list[Shown]]:
    """The paragraphs that hold any of `spans`, each in the article's languages."""
    made = rows(article, beads.get(article.id, ()), spans)
    return [[_shown(article, row, lang, tag, inner or {}) for lang in article.langs] for row in made if row.is_marked]


def _shown(article: Article, row: Row, lang: Lang, tag: str, inner: Mapping[Lang, Marks]) -> Shown:
    side = row.side(lang)
    if side is None:
        return Shown(lang, None)
    body, (first, last) = article.bodies[lang], side.near
    words = marked(body, first, last, side.marks, tag, inner.get(lang, ()))
    return Shown(lang, words, body[side.start : first], body[last : side.end], Span(lang, side.start, side.end))
