"""What was read -> an answer made of quotations, or a refusal. Nothing here is written by a model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answer import wording
from rag.answer.candidates import Candidate, Reading
from rag.answer.choose import choose
from rag.answer.conflicts import Stated, differing
from rag.answer.decide import BROAD, Fitted, fitted, form_of
from rag.answer.quote import quote
from rag.answer.short import short
from rag.answer.unheld import unheld
from rag.datatypes import (
    LANGS,
    Answer,
    Citation,
    Filters,
    Hit,
    Lang,
    Refusal,
    RefusalReason,
    Sentence,
    Short,
    Value,
)
from rag.index.reader import Generation
from rag.language.dates import dates
from rag.language.tokens import content_words
from rag.query import Query

SUREST_FIRST = ("fact", "yesno")
"""Forms whose sentences are quoted surest first; those of the others in the order of the article."""


def answer(
    generation: Generation, query: Query, hits: Sequence[Hit], reading: Reading, numbers: Fitted | None = None
) -> Answer:
    """Quote the sentences that answer the question, each with its citation, or refuse.

    Args:
        generation: what was searched.
        query: the question as understood.
        hits: passages found for it, best first.
        reading: what the reader made of them.
        numbers: others than those that Wenbao comes with.
    """
    numbers = numbers or fitted()
    sure, form = numbers.probability(reading), form_of(reading.forms)
    if is_unheard(generation, query) or is_beyond(query, reading, *(generation.dates() or (None, None))):
        return _refused(generation, query, hits, 0.0)
    least = max(numbers.threshold, numbers.completed if query.is_completed else 0.0)
    if sure < least or not reading.candidates:
        return _refused(generation, query, hits, sure)
    chosen = choose(form, reading.candidates, numbers)
    stated = differing(reading.candidates, numbers) if form == "fact" else []
    chosen += [c for c, _ in stated if not any(c.start == d.start and c.article.id == d.article.id for d in chosen)]
    brief = short(form, chosen, numbers, generation.told(chosen[0].article))
    return answered(generation, query, form, chosen, hits, sure, stated, brief)


def is_unheard(generation: Generation, query: Query) -> bool:
    """Whether a question only names a topic, and no article holds a word of it in either language."""
    if not query.is_topic:
        return False
    words = content_words(query.text, query.lang)
    return 0 < len(words) <= len(unheld(generation, query.text, query.lang))


def is_outside(query: Query, since: date | None, until: date | None) -> bool:
    """Whether the time that a question names lies outside the archive's issues."""
    period = query.period
    if period is None or since is None or until is None:
        return False
    return bool((period.until and period.until < since) or (period.since and period.since > until))


def is_beyond(query: Query, reading: Reading, since: date | None, until: date | None) -> bool:
    """Whether a question asks of a time after the archive's last issue that no passage speaks of.

    An issue of 1958 can tell what is planned for 1962; where it names no such year it cannot have an answer.
    """
    period = query.period
    if not is_outside(query, since, until) or period is None or period.since is None or until is None:
        return False
    passages = {(c.hit.passage.text, c.hit.passage.lang, c.article.date) for c in reading.candidates}
    passages |= {(c.hit.twin.text, c.hit.twin.lang, c.article.date) for c in reading.candidates if c.hit.twin}
    named = (span for text, lang, day in passages for span in dates(text, lang, day))
    return period.since > until and not any(span.until >= period.since and span.until != date.max for span in named)


def answered(
    generation: Generation,
    query: Query,
    form: str,
    chosen: Sequence[Candidate],
    hits: Sequence[Hit],
    sure: float,
    stated: Sequence[Stated],
    brief: Short | None,
) -> Answer:
    """The answer that quotes the `chosen` sentences, in their order, `sure` being its confidence."""
    order: dict[str, int] = {}
    for c in chosen:
        order.setdefault(c.article.id, len(order) + 1)
    sentences = [Sentence(wording.in_short(brief, query.lang), (1,))] if brief else []
    citations = []
    for identifier, number in order.items():
        quotes = [c for c in chosen if c.article.id == identifier]
        if form not in SUREST_FIRST:
            quotes.sort(key=lambda c: (c.lang, c.start))
        article = quotes[0].article
        told = generation.told(article)
        made = (quote(c, query.lang, told, form not in BROAD, beside=quotes) for c in quotes)
        cited = Citation(number, article, tuple(made))
        sentences.append(Sentence(wording.reported(article, cited.quotes, query.lang), (number,)))
        citations.append(cited)
    warnings = [wording.conflicting(query.lang)] if stated else []
    warnings += [w for c in citations for q in c.quotes for w in q.warnings]
    text = "\n\n".join(f"{s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in sentences)
    return Answer(
        question=query.question,
        lang=query.lang,
        text=text,
        sentences=tuple(sentences),
        citations=tuple(citations),
        hits=tuple(hits),
        answered=True,
        confidence=round(sure, 4),
        filters=query.filters,
        warnings=tuple(dict.fromkeys(warnings)),
        values=tuple(Value(q.text, c.lang, c.start + q.start, c.start + q.end, order[c.article.id]) for c, q in stated),
        standalone=query.text if query.is_completed else None,
        short=brief,
    )


def _refused(generation: Generation, query: Query, hits: Sequence[Hit], sure: float) -> Answer:
    searched = _searched(generation, query.filters)
    since, until = generation.dates() or (None, None)
    reason: RefusalReason
    if not sum(generation.size.values()):
        reason = "empty_archive"
    elif not sum(searched.values()):
        reason = "filter_too_narrow"
    elif is_outside(query, since, until):
        reason = "outside_dates"
    else:
        reason = "not_answered" if hits else "nothing_found"
    if since and until:
        since, until = max(since, query.filters.since or since), min(until, query.filters.until or until)
    missing = unheld(generation, query.asked, query.lang) if reason in ("not_answered", "nothing_found") else ()
    message = wording.refusal(reason, query.lang, searched, since, until, missing)
    return Answer(
        question=query.question,
        lang=query.lang,
        text=message,
        sentences=(),
        citations=(),
        hits=tuple(hits),
        answered=False,
        confidence=round(sure, 4),
        refusal=Refusal(reason, message, searched, since, until),
        filters=query.filters,
        standalone=query.text if query.is_completed else None,
    )


def _searched(generation: Generation, filters: Filters) -> dict[Lang, int]:
    counts: dict[Lang, int] = {}
    for lang in LANGS:
        allowed = generation.allowed(lang, filters)
        counts[lang] = generation.size[lang] if allowed is None else int(allowed.sum())
    return counts
