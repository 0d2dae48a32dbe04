"""Hits -> an answer made of quotations, or a refusal. Nothing here is written by a model; every statement is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answer import gate, wording
from rag.answer.kinds import Kind, kind_of
from rag.answer.select import Candidate, SentenceVectors, candidates
from rag.datatypes import (
    LANGS,
    Answer,
    Citation,
    Filters,
    Hit,
    Lang,
    Quote,
    Refusal,
    RefusalReason,
    Sentence,
    Twin,
    other,
)
from rag.embed import Embedder
from rag.index.reader import Generation
from rag.query import Query

MOST: dict[Kind, int] = {"summary": 5, "compare": 4, "list": 3, "manner": 3, "reason": 2}
"""Most sentences quoted for a kind of question; for all other kinds 2."""
CLOSE = 0.8
"""A further sentence is quoted only if its score comes this near to the best one's."""
CLOSE_FACT = 0.93


def answer(
    generation: Generation,
    embedder: Embedder,
    vectors: SentenceVectors,
    query: Query,
    hits: Sequence[Hit],
) -> Answer:
    """Quote the sentences that answer the question, each with its citation, or refuse.

    Args:
        generation, embedder, vectors: what was searched, with what.
        query: the question as understood.
        hits: passages found for it, best first.
    """
    kind = kind_of(query.question, query.lang)
    found = candidates(generation, embedder, vectors, query, kind, hits)
    chances = gate.judge(query, kind, found)
    ranked = sorted(zip(found, chances, strict=True), key=lambda x: (-(x[0].score + 0.5 * x[1]), x[0].rank, x[0].start))
    best = max(chances, default=0.0)
    if not ranked or ranked[0][1] < gate.THRESHOLD:
        return _refused(generation, query, hits, best)
    chosen = _choose(kind, [(c, p) for c, p in ranked if p >= gate.THRESHOLD])
    return _answered(query, chosen, hits, ranked[0][1])


def _choose(kind: Kind, ranked: Sequence[tuple[Candidate, float]]) -> list[Candidate]:
    """The sentences to quote, at most as many as the kind of question wants, near-repetitions left out."""
    first, best = ranked[0]
    most = MOST.get(kind, 2)
    near = CLOSE if kind in MOST else CLOSE_FACT
    chosen: list[Candidate] = []
    for c, p in ranked:
        if len(chosen) == most or (chosen and c.score < near * first.score):
            break
        if kind not in MOST and chosen and c.article.id != first.article.id:
            continue
        if p < 0.6 * best or any(_same(c, d) for d in chosen):
            continue
        chosen.append(c)
    if kind == "compare" and len({c.article.id for c in chosen}) == 1:
        second = next((c for c, _ in ranked if c.article.id != first.article.id), None)
        chosen = [*chosen[: most - 1], second] if second else chosen
    return chosen


def _same(a: Candidate, b: Candidate) -> bool:
    if a.article.id == b.article.id and (a.lang, a.start) == (b.lang, b.start):
        return True
    short, long = sorted((a.text.strip(), b.text.strip()), key=len)
    return short in long


def _answered(query: Query, chosen: Sequence[Candidate], hits: Sequence[Hit], confidence: float) -> Answer:
    order: dict[str, int] = {}
    for c in chosen:
        order.setdefault(c.article.id, len(order) + 1)
    sentences, citations = [], []
    for identifier, number in order.items():
        quotes = sorted((c for c in chosen if c.article.id == identifier), key=lambda c: (c.lang, c.start))
        article = quotes[0].article
        said = (" " if query.lang == "en" else "").join(wording.quoted(c.text, query.lang) for c in quotes)
        sentences.append(Sentence(wording.attributed(article, query.lang) + said, (number,)))
        citations.append(Citation(number, article, tuple(quote(c) for c in quotes)))
    text = "\n\n".join(f"{s.text} {''.join(f'[{n}]' for n in s.citations)}" for s in sentences)
    return Answer(
        question=query.question,
        lang=query.lang,
        text=text,
        sentences=tuple(sentences),
        citations=tuple(citations),
        hits=tuple(hits),
        answered=True,
        confidence=round(confidence, 4),
        filters=query.filters,
        standalone=query.text if query.is_completed else None,
    )


def quote(c: Candidate) -> Quote:
    """A candidate as a quotation: the exact slice, its counterpart, and the answering stretches marked."""
    target = other(c.lang)
    twin = Twin(target, *c.twin, c.article.bodies[target][slice(*c.twin)]) if c.twin else None
    return Quote(c.lang, c.start, c.end, c.article.bodies[c.lang][c.start : c.end], twin, tuple(c.marks))


def _refused(generation: Generation, query: Query, hits: Sequence[Hit], confidence: float) -> Answer:
    searched = _searched(generation, query.filters)
    span = generation.dates()
    since, until = (_day(span[0]), _day(span[1])) if span else (None, None)
    asked = gate.demands(query)
    reason: RefusalReason
    if not sum(generation.size.values()):
        reason = "empty_archive"
    elif not sum(searched.values()):
        reason = "filter_too_narrow"
    elif since and until and ((asked.until and asked.until < since) or (asked.since and asked.since > until)):
        reason = "outside_dates"
    else:
        reason = "not_answered" if hits else "nothing_found"
    shown = (
        (max(since, query.filters.since or since), min(until, query.filters.until or until))
        if since and until
        else (None, None)
    )
    message = wording.refusal(reason, query.lang, searched, *shown)
    return Answer(
        question=query.question,
        lang=query.lang,
        text=message,
        sentences=(),
        citations=(),
        hits=tuple(hits),
        answered=False,
        confidence=round(confidence, 4),
        refusal=Refusal(reason, message, searched, *shown),
        filters=query.filters,
        standalone=query.text if query.is_completed else None,
    )


def _searched(generation: Generation, filters: Filters) -> dict[Lang, int]:
    counts: dict[Lang, int] = {}
    for lang in LANGS:
        allowed = generation.allowed(lang, filters)
        counts[lang] = generation.size[lang] if allowed is None else int(allowed.sum())
    return counts


def _day(value: int) -> date:
    return date(value // 10000, value // 100 % 100, value % 100)
