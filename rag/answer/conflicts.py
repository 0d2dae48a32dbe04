"""Figures on which articles differ: for one question one article prints 3,000 tons, another 5,000.

None of them is preferred or averaged: all are quoted, with date and wording, for the reader to judge.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.answer.candidates import Candidate
from rag.answer.decide import Fitted
from rag.language.quantities import COMPARED, Quantity, agree, quantities

MOST = 5
"""Articles shown."""

Stated = tuple[Candidate, Quantity]


def differing(ranked: Sequence[Candidate], numbers: Fitted) -> list[Stated]:
    """Sentences of several articles with the figure each gives as its answer, by date; empty if they agree.

    Args:
        ranked: the sentences that were read, surest first.
        numbers: how far one may be behind the first, and the least log-odds of one that answers.
    """
    figure = _figure(ranked[0]) if ranked else None
    if figure is None:
        return []
    stated: dict[str, Stated] = {ranked[0].article.id: (ranked[0], figure)}
    for c in ranked[1:]:
        if c.article.id in stated or c.answers < ranked[0].answers - numbers.within:
            continue
        found = _figure(c)
        if found is None or (found.kind, found.unit) != (figure.kind, figure.unit):
            continue
        if c.answers >= numbers.least and len(stated) < MOST:
            stated[c.article.id] = (c, found)
    if all(agree(figure, q) for _, q in stated.values()):
        return []
    return sorted(stated.values(), key=lambda s: ((s[0].article.days or (date.min,))[0], s[0].article.id))


def _figure(c: Candidate) -> Quantity | None:
    """The figure among the words that answer, its offsets counted in the sentence; None if there is none."""
    if not c.words:
        return None
    inside = (q for q in quantities(c.text, c.lang) if q.kind in COMPARED)
    return next((q for q in inside if c.start + q.start < c.words[1] and c.words[0] < c.start + q.end), None)
