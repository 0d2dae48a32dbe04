"""Hits -> an answer made of quotations, or a refusal. Nothing here is written by a model; every statement is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answer import gate, wording
from rag.answer.conflicts import Stated, differing
from rag.answer.demands import Demands
from rag.answer.evidence import answering_stretches, has_name
from rag.answer.gate import Judged
from rag.answer.kinds import Kind
from rag.answer.likeness import WordVectors
from rag.answer.select import Candidate, SentenceVectors, candidates
from rag.answer.voice import is_planned
from rag.datatypes import (
    LANGS,
    Added,
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
    Value,
    other,
)
from rag.disputes import disagreements
from rag.embed import Embedder
from rag.index.reader import Generation
from rag.query import Query

MOST: dict[Kind, int] = {"summary": 5, "compare": 4, "list": 3, "definition": 3, "manner": 3, "reason": 2}
"""Most sentences quoted for a kind of question; for all other kinds 2."""
ARTICLES, SENTENCES = 5, 3
"""What is quoted on a topic: a sentence of each article, of so many at most; of few articles so many sentences."""
NEAR, NEAR_FACT = 1.0, 0.5
"""A further sentence is quoted only if its strength is within this of the first one's; for a fact the second."""
ACROSS = 4.0
"""A comparison takes a second article within this of the first one's strength."""


def judged(
    generation: Generation,
    embedder: Embedder,
    vectors: SentenceVectors,
    query: Query,
    asked: Demands,
    hits: Sequence[Hit],
    added: Sequence[Added],
) -> list[Judged]:
    """The sentences of the hits, weighed as answers to what the question asks for, best first; `added` are its words in
    the other language."""
    around = list({hit.article.id: hit.article for hit in hits}.values())
    return gate.judge(asked, candidates(generation, embedder, vectors, query, hits, added), around, vectors.words)


def answer(
    generation: Generation,
    query: Query,
    asked: Demands,
    hits: Sequence[Hit],
    weighed: Sequence[Judged],
    words: WordVectors,
) -> Answer:
    """Quote the sentences that answer the question, each with its citation, or refuse.

    Args:
        generation: what was searched.
        query: the question as understood.
        asked: what it insists on.
        hits: passages found for it, best first.
        weighed: their sentences, best first.
        words: compares words.
    """
    if not weighed or weighed[0].probability < gate.model().threshold:
        return _refused(generation, query, asked, hits, weighed[0].probability if weighed else 0.0)
    chosen = _on_topic(weighed) if asked.kind == "topic" else _choose(asked, weighed)
    if asked.kind in ("compare", "summary"):
        chosen.sort(key=_printed)
    stated = differing(asked, weighed, words, gate.model().threshold)
    chosen += [c for c, _ in stated if not any(_same(c, d) for d in chosen)]
    return _answered(query, asked.kind, chosen, hits, weighed[0].probability, stated)


def _choose(asked: Demands, judged: Sequence[Judged]) -> list[Candidate]:
    """The sentences to quote, at most as many as the kind of question wants, near-repetitions left out."""
    kind, first = asked.kind, judged[0]
    most, near = MOST.get(kind, 2), NEAR if kind in MOST else NEAR_FACT
    chosen: list[Candidate] = []
    for j in judged:
        c = j.candidate
        if len(chosen) == most or j.lacks or (not j.defines and j.strength < first.strength - near):
            break
        if kind in MOST or c.article.id == first.candidate.article.id:
            chosen += [] if any(_same(c, d) for d in chosen) else [c]
    return _side_by_side(asked, judged, chosen)[:most] if kind == "compare" else chosen


def _side_by_side(asked: Demands, judged: Sequence[Judged], chosen: Sequence[Candidate]) -> list[Candidate]:
    """The choice for a comparison, with the best sentence of an article for each name that no chosen article has; of
    one article only, with the best of another that is not too far behind."""
    best: dict[str, Judged] = {}
    for j in judged:
        if not j.lacks:
            best.setdefault(j.candidate.article.id, j)
    there = {c.article.id for c in chosen}
    added: list[Candidate] = []
    for name in asked.names:
        if not any(has_name(best[identifier].candidate.article, name) for identifier in there):
            other_ = next((i for i, j in best.items() if i not in there and has_name(j.candidate.article, name)), None)
            if other_ is not None:
                there.add(other_)
                added.append(best[other_].candidate)
    if len(there) == 1:
        near = [j for i, j in best.items() if i not in there and j.strength >= judged[0].strength - ACROSS]
        added += [j.candidate for j in near[:1]]
    return [*chosen[: max(1, MOST["compare"] - len(added))], *added]


def _on_topic(judged: Sequence[Judged]) -> list[Candidate]:
    """What articles say of a topic, by date: the best sentence of each that names it, rather than its headline."""
    of: dict[str, list[Candidate]] = {}
    for c in sorted((j.candidate for j in judged if not j.lacks), key=lambda c: (not c.coverage, c.is_headline)):
        of.setdefault(c.article.id, []).append(c)
    first = [own[0] for own in of.values()][:ARTICLES]
    rest = [c for own in of.values() for c in own[1:] if c.coverage and not c.is_headline]
    chosen = [*first, *rest[: max(0, SENTENCES - len(first))]]
    return sorted(chosen, key=_printed)


def _printed(c: Candidate) -> tuple[date, str]:
    """When a sentence was printed; one without a date comes last."""
    return (c.article.days or (date.max,))[0], c.article.id


def _same(a: Candidate, b: Candidate) -> bool:
    if a.article.id == b.article.id and (a.lang, a.start) == (b.lang, b.start):
        return True
    short, long = sorted((a.text.strip(), b.text.strip()), key=len)
    return short in long


def _answered(
    query: Query,
    kind: Kind,
    chosen: Sequence[Candidate],
    hits: Sequence[Hit],
    confidence: float,
    stated: Sequence[Stated],
) -> Answer:
    order: dict[str, int] = {}
    for c in chosen:
        order.setdefault(c.article.id, len(order) + 1)
    sentences, citations = [], []
    for identifier, number in order.items():
        quotes = [c for c in chosen if c.article.id == identifier]
        if kind in MOST or kind == "topic":  # a fact stands in the first sentence
            quotes.sort(key=lambda c: (c.lang, c.start))
        article = quotes[0].article
        cited = Citation(number, article, tuple(quote(c, kind, query.lang) for c in quotes))
        told = [wording.quoted(q.text, query.lang) + wording.planned(query.lang) * q.planned for q in cited.quotes]
        said = (" " if query.lang == "en" else "").join(told)
        sentences.append(Sentence(wording.attributed(article, query.lang) + said, (number,)))
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
        confidence=round(confidence, 4),
        filters=query.filters,
        warnings=tuple(dict.fromkeys(warnings)),
        values=tuple(Value(q.text, c.lang, c.start + q.start, c.start + q.end, order[c.article.id]) for c, q in stated),
        standalone=query.text if query.is_completed else None,
    )


def quote(c: Candidate, kind: Kind, lang: Lang) -> Quote:
    """A candidate as a quotation: the exact slice, its counterpart, the answering stretches, and warnings in `lang`
    where its counterpart gives another figure."""
    target = other(c.lang)
    twin = Twin(target, *c.twin, c.article.bodies[target][slice(*c.twin)]) if c.twin else None
    warnings: tuple[str, ...] = ()
    if twin:
        zh, en = (c.text, twin.text) if c.lang == "zh" else (twin.text, c.text)
        warnings = tuple(wording.disputed(q.text, r.text, lang) for q, r in disagreements(zh, en))
    text = c.article.bodies[c.lang][c.start : c.end]
    marks = answering_stretches(kind, c)
    original = c.twin_text if c.lang == "en" else ""
    ahead = (
        is_planned(original, "zh")
        if original
        else is_planned(text, c.lang, [(a - c.start, b - c.start) for a, b in marks])
    )
    return Quote(c.lang, c.start, c.end, text, twin, marks, warnings, ahead)


def _refused(generation: Generation, query: Query, asked: Demands, hits: Sequence[Hit], confidence: float) -> Answer:
    searched = _searched(generation, query.filters)
    since, until = generation.dates() or (None, None)
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
