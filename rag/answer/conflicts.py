"""Figures on which articles differ: for one question one article prints 3,000 tons, another 5,000.

None of them is preferred or averaged: all are quoted, with date and wording, for the reader to judge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.answer.demands import Demands
from rag.answer.evidence import WANTED
from rag.answer.gate import Judged
from rag.answer.likeness import WordVectors
from rag.answer.select import Candidate
from rag.disputes import agree
from rag.language.quantities import Quantity, quantities

KINDS = ("number", "money", "percent", "duration")
"""Kinds of question whose answer is one figure."""
NEAR = 2.0
"""A sentence of another article speaks of the same if its strength is within this of the first one's."""
ALIKE = 0.85
"""And if what stands about its figure comes at least this near to the question, against the first one's."""
MOST = 5
"""Articles shown."""

Stated = tuple[Candidate, Quantity]


def differing(asked: Demands, judged: Sequence[Judged], words: WordVectors, threshold: float) -> list[Stated]:
    """Sentences of several articles with the figure each gives for what is asked, by date; empty if they agree.

    Args:
        asked: the question.
        judged: the candidates, best first.
        words: compares words.
        threshold: the least probability of a sentence that answers.
    """
    if asked.kind not in KINDS or not judged:
        return []
    first = judged[0]
    figure, share = _figure(asked, first.candidate, words, None)
    if figure is None:
        return []
    stated: dict[str, Stated] = {first.candidate.article.id: (first.candidate, figure)}
    for j in judged[1:]:
        c = j.candidate
        if j.lacks or c.article.id in stated or j.probability < threshold or j.strength < first.strength - NEAR:
            continue
        found, near = _figure(asked, c, words, figure)
        if found is not None and near >= ALIKE * share and len(stated) < MOST:
            stated[c.article.id] = (c, found)
    if all(agree(figure, q) for _, q in stated.values()):
        return []
    return sorted(stated.values(), key=lambda s: ((s[0].article.days or (date.min,))[0], s[0].article.id))


def _figure(asked: Demands, c: Candidate, words: WordVectors, like: Quantity | None) -> tuple[Quantity | None, float]:
    """The figure of a sentence that stands nearest to the words of the question, and how near, 0 to 1; of the kind
    and unit of `like`, if that is given."""
    fitting = [q for q in quantities(c.text, c.lang) if q.kind in WANTED[asked.kind]]
    if asked.unit and any(q.unit == asked.unit for q in fitting):
        fitting = [q for q in fitting if q.unit == asked.unit]
    if like is not None:
        fitting = [q for q in fitting if (q.kind, q.unit) == (like.kind, like.unit)]
    shares = [(words.share(asked.text, _clause(c.text, q)), -q.start, q) for q in fitting]
    if not shares:
        return None, 0.0
    near, _, best = max(shares, key=lambda found: found[:2])
    return best, near


def _clause(said: str, q: Quantity) -> str:
    """The stretch between punctuation marks that a figure stands in."""
    before = max((m.end() for m in re.finditer(r"[，。；！？;!?]|, ", said[: q.start])), default=0)
    after = re.search(r"[，。；！？;!?]|, ", said[q.end :])
    return said[before : q.end + after.start() if after else len(said)]
