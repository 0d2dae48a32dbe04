"""The evidence beside the conversation: one card for each source of each turn. Pure functions.

Every text from outside goes through `esc`. `page_lang` is the language of the page, not of the question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rag.answer.wording import day
from rag.datatypes import LANGS, Answer, Article, Citation, Filters, Hit, Lang, Quote, Span
from ui.web.escape import KEPT, esc, marked
from ui.web.layout import Row, merge, rows
from ui.web.reader import address
from ui.web.render import Beads, channel, lang_attr, titles, verbatim, where, where_html
from ui.web.strings import text

Marks = Sequence[tuple[int, int]]

NEAREST = 3  # passages shown with a refusal


def turn_summary(answer: Answer, turn: int, page_lang: Lang) -> str:
    """The heading of one turn's evidence: its number, question, number of sources and limits."""
    count = len(answer.citations)
    kind = text(page_lang, "sources_1" if count == 1 else "sources_n", n=count)
    about = [kind if answer.answered else text(page_lang, "nearest"), *limits(answer.filters, page_lang)]
    return (
        f'<span class="turn-n">{esc(text(page_lang, "question_n", n=turn))}</span>'
        f'<span class="turn-q" {verbatim(answer.lang)}>{esc(answer.question)}</span>'
        f'<span class="turn-about">{esc(" · ".join(about))}</span>'
    )


def turn_body(answer: Answer, turn: int, page_lang: Lang, beads: Mapping[str, Beads]) -> str:
    """The cards of one turn; `beads` by article id. For a refusal the nearest passages, marked as no answer."""
    if answer.answered:
        estimate = esc(text(page_lang, "confidence", value=f"{answer.confidence:.2f}"))
        found = "".join(card(cited, answer.hits, turn, page_lang, beads) for cited in answer.citations)
        return f'{found}<p class="estimate">{estimate}</p>'
    near = answer.hits[:NEAREST]
    note = text(page_lang, "nearest_note" if near else "none_near")
    cards = "".join(near_card(hit, turn, n, page_lang, beads) for n, hit in enumerate(near, 1))
    return f'<p class="no-answer">{esc(note)}</p>{cards}'


def panel(sections: Sequence[tuple[str, str]], page_lang: Lang) -> str:
    """The evidence of a whole visit, newest turn first and open. `sections` are (summary, body), oldest first."""
    if not sections:
        return ""
    folded = (
        f'<details class="turn"{" open" if turn == len(sections) else ""}><summary>{summary}</summary>{body}</details>'
        for turn, (summary, body) in reversed(list(enumerate(sections, 1)))
    )
    back = f'<button type="button" class="back">{esc(text(page_lang, "back"))}</button>'
    return f'<div class="turns">{"".join(folded)}</div>{back}'


def card(cited: Citation, hits: Iterable[Hit], turn: int, page_lang: Lang, beads: Mapping[str, Beads]) -> str:
    """One source of an answer: what and where it is, its quotations in both languages, warnings, scores."""
    found = rows(cited.article, beads.get(cited.article.id, ()), quote_spans(cited.quotes))
    inner = {lang: merge(m for q in cited.quotes if q.lang == lang for m in q.marks) for lang in LANGS}
    pairs = "".join(_pair(cited.article, row, page_lang, inner=inner) for row in found if row.is_marked)
    warnings = warned((warning for quote in cited.quotes for warning in quote.warnings), page_lang)
    own = [hit for hit in hits if hit.article.id == cited.article.id]
    spans = quote_spans(cited.quotes)
    return _card(cited.article, f"t{turn}-{cited.number}", str(cited.number), pairs + warnings, own, page_lang, spans)


def warned(warnings: Iterable[str], page_lang: Lang) -> str:
    """What is to be known of the translation of a quotation or passage."""
    return "".join(
        f'<p class="warning"><strong>{esc(text(page_lang, "check"))}</strong> <span {KEPT}>{esc(warning)}</span></p>'
        for warning in dict.fromkeys(warnings)
    )


def near_card(hit: Hit, turn: int, place: int, page_lang: Lang, beads: Mapping[str, Beads]) -> str:
    """A passage near a refused question: the same card without a number and with nothing marked as evidence."""
    found = rows(hit.article, beads.get(hit.article.id, ()), hit_spans(hit))
    pairs = "".join(_pair(hit.article, row, page_lang, "span") for row in found if row.is_marked)
    inside = pairs + warned(hit.warnings, page_lang)
    return _card(hit.article, f"t{turn}-h{place}", "", inside, [hit], page_lang, ())


def quote_spans(quotes: Iterable[Quote]) -> tuple[Span, ...]:
    """What to mark for `quotes`: each sentence and its counterpart."""
    own = [Span(quote.lang, quote.start, quote.end) for quote in quotes]
    twins = [Span(quote.twin.lang, quote.twin.start, quote.twin.end) for quote in quotes if quote.twin]
    return (*own, *twins)


def hit_spans(hit: Hit) -> tuple[Span, ...]:
    """Where a found passage and its counterpart stand."""
    own = Span(hit.passage.lang, hit.passage.start, hit.passage.end)
    return (own, Span(hit.twin.lang, hit.twin.start, hit.twin.end)) if hit.twin else (own,)


def _card(
    article: Article,
    key: str,
    number: str,
    inside: str,
    hits: Sequence[Hit],
    page_lang: Lang,
    spans: Sequence[Span],
) -> str:
    place = where(article, page_lang)
    label = text(page_lang, "cite", n=number, where=place) if number else place
    marks = ",".join(f"{one.lang}.{one.start}.{one.end}.{article.digest[:12]}" for one in spans)
    badge = f'<span class="num">{number}</span>' if number else ""
    return (
        f'<article class="card{"" if number else " near"}" data-key="{key}" data-article="{esc(article.id)}" '
        f'data-marks="{esc(marks)}" tabindex="-1" aria-label="{esc(label)}">'
        f'<header>{badge}<div class="heads">{titles(article, page_lang, "h4")}'
        f'<p class="where">{where_html(article, page_lang)}</p></div></header>{inside}'
        f'<footer><a class="read" href="{address(article.id)}">{esc(text(page_lang, "read"))}</a>'
        f"{scores(hits, page_lang)}</footer></article>"
    )


def _pair(
    article: Article, row: Row, page_lang: Lang, tag: str = "mark", inner: Mapping[Lang, Marks] | None = None
) -> str:
    folded = False
    sides = []
    for lang in article.langs:
        side = row.side(lang)
        if side is None:
            sides.append(_missing(lang, page_lang))
            continue
        body, (first, last) = article.bodies[lang], side.near
        before, after = marked(body, side.start, first, ()), marked(body, last, side.end, ())
        folded = folded or bool(before or after)
        shown = marked(body, first, last, side.marks, tag, inner[lang] if inner else ())
        sides.append(
            f'<div class="side"><p class="side-name">{esc(text(page_lang, lang))}</p>'
            f'<p class="words" {verbatim(lang)}>{_rest(before)}{shown}{_rest(after)}</p></div>'
        )
    more = (
        f'<button type="button" class="fold" aria-expanded="false" data-less="{esc(text(page_lang, "less"))}">'
        f"{esc(text(page_lang, 'whole'))}</button>"
    )
    single = " single" if len(sides) == 1 else ""
    return f'<div class="pair{single}">{"".join(sides)}{more if folded else ""}</div>'


def _rest(escaped: str) -> str:
    return f'<span class="gap">…</span><span class="rest">{escaped}</span>' if escaped else ""


def _missing(lang: Lang, page_lang: Lang) -> str:
    name, none = esc(text(page_lang, lang)), esc(text(page_lang, "no_side"))
    return f'<div class="side"><p class="side-name">{name}</p><p class="words none">{none}</p></div>'


def scores(hits: Sequence[Hit], page_lang: Lang) -> str:
    """Why passages were found: rank and score by channel and the reasons, folded away until wanted."""
    if hits:
        names = ("score_passage", "score_channel", "score_rank", "score_value")
        head = "".join(f'<th scope="col">{esc(text(page_lang, name))}</th>' for name in names)
        lines = "".join(_score_rows(hit, page_lang) for hit in hits)
        body = f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"
        told = dict.fromkeys(line for hit in hits for line in hit.why)
        body += "".join(f'<p class="why" {lang_attr("en")}>{esc(line)}</p>' for line in told)
    else:
        body = f'<p class="why">{esc(text(page_lang, "score_none"))}</p>'
    return f'<details class="scores"><summary>{esc(text(page_lang, "scores"))}</summary>{body}</details>'


def _score_rows(hit: Hit, page_lang: Lang) -> str:
    told = [text(page_lang, hit.passage.lang)]
    told += [text(page_lang, "paragraph_n", n=number + 1) for number in hit.passage.paragraphs]
    lines = [(text(page_lang, "score_fused"), "", hit.score)]
    for name, found in hit.channels.items():
        rank = str(found.rank) if found.rank else text(page_lang, "not_ranked")
        lines.append((channel(name, page_lang), rank, found.score))
    first = f'<th scope="rowgroup" rowspan="{len(lines)}">{esc(", ".join(told))}</th>'
    return "".join(
        f"<tr>{'' if n else first}<td>{esc(name)}</td><td>{esc(rank)}</td><td>{esc(f'{score:.3f}')}</td></tr>"
        for n, (name, rank, score) in enumerate(lines)
    )


def limits(filters: Filters, lang: Lang) -> list[str]:
    """The filters in words, as one part of a line; none if nothing is limited."""
    parts = []
    if filters.since:
        parts.append(text(lang, "limit_since", day=day(filters.since, lang)))
    if filters.until:
        parts.append(text(lang, "limit_until", day=day(filters.until, lang)))
    if filters.lang:
        parts.append(text(lang, f"limit_{filters.lang}"))
    if filters.page is not None:
        parts.append(text(lang, "limit_page", page=filters.page))
    if filters.paper is not None:
        parts.append(text(lang, "limit_paper", paper=filters.paper))
    return [text(lang, "limited", limits=("，" if lang == "zh" else ", ").join(parts))] if parts else []
