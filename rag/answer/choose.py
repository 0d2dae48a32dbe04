"""Which sentences are quoted: for a fact one or two, for a list all that answer, on a subject some of each article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from rag.answer.candidates import Candidate
from rag.answer.decide import BROAD, Fitted
from rag.language.fold import fold

MOST = {"fact": 2, "yesno": 2, "why": 3, "define": 3, "list": 4, "view": 4, "topic": 6, "across": 6}
"""Most sentences quoted for a form of question."""
ARTICLES = 5
"""Most articles cited on a subject."""


def choose(form: str, ranked: Sequence[Candidate], numbers: Fitted) -> list[Candidate]:
    """The sentences to quote, in the order of quoting: the surest first, of several articles together by date.

    Args:
        form: what the question wants.
        ranked: the sentences that were read, surest first.
        numbers: how far one may be behind the first.
    """
    first = ranked[0]
    if form in ("fact", "yesno"):
        near = [c for c in ranked if c.answers >= first.answers - numbers.second]
        return _apart(c for c in near if c.article.id == first.article.id)[: MOST[form]]
    near = _apart(c for c in ranked if c.answers >= max(first.answers - numbers.within, numbers.least) or c is first)
    if form not in BROAD:
        return near[: MOST[form]]
    chosen = _of_each(near)[: MOST[form]]
    return sorted(chosen, key=printed)


def _of_each(near: Sequence[Candidate]) -> list[Candidate]:
    """The surest sentence of each article, then the second of each, and so on."""
    of: dict[str, list[Candidate]] = {}
    for c in near:
        of.setdefault(c.article.id, []).append(c)
    articles = list(of.values())[:ARTICLES]
    return [own[turn] for turn in range(max(map(len, articles))) for own in articles if turn < len(own)]


def printed(c: Candidate) -> tuple[date, str]:
    """When a sentence was printed; one without a date comes last."""
    return (c.article.days or (date.max,))[0], c.article.id


def _apart(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that do not repeat an earlier one."""
    kept: list[Candidate] = []
    for c in candidates:
        if not any(_repeats(c, other) for other in kept):
            kept.append(c)
    return kept


def _repeats(a: Candidate, b: Candidate) -> bool:
    short, long = sorted((fold(a.text).strip(), fold(b.text).strip()), key=len)
    return short in long
