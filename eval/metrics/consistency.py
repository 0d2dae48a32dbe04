"""Does a question get the same answer in Chinese and in English."""

from __future__ import annotations

from collections.abc import Sequence

from eval.run.seen import AnswerSeen, HitSeen
from rag.language.fold import fold
from rag.language.numerals import numbers


def same_first_article(one: Sequence[HitSeen], two: Sequence[HitSeen]) -> float:
    """1 if the first hits are of the same article, or nothing was found twice, else 0. Higher is better."""
    return float([hit.article for hit in one[:1]] == [hit.article for hit in two[:1]])


def same_first_paragraph(one: Sequence[HitSeen], two: Sequence[HitSeen]) -> float:
    """1 if the first hits share a paragraph of the same article, or nothing was found twice, else 0.

    A paragraph and its translation are one. Higher is better.
    """
    if not one or not two:
        return float(not one and not two)
    return same_first_article(one, two) * float(not set(one[0].paragraphs).isdisjoint(two[0].paragraphs))


def same_articles(one: AnswerSeen, two: AnswerSeen) -> float:
    """1 if both answers cite the same articles, or both refuse, else 0. Higher is better."""
    if one.answered != two.answered:
        return 0.0
    return float({c.article for c in one.citations} == {c.article for c in two.citations})


def same_figures(one: AnswerSeen, two: AnswerSeen) -> float:
    """1 if both answers quote the same figures, or both refuse, else 0. Higher is better.

    Figures are read from the Chinese side of what is quoted, the original: the translation sometimes changes them.
    """
    if one.answered != two.answered:
        return 0.0
    return float(_quoted_figures(one) == _quoted_figures(two))


def figures(text: str) -> frozenset[tuple[float, bool]]:
    """The numbers of a Chinese text as (value, is a percentage).

    Numerals of one Han character are left out: 一 is more often part of a word than a count.
    """
    folded = fold(text)
    found = numbers(folded)
    return frozenset((n.value, n.percent) for n in found if n.end - n.start > 1 or folded[n.start].isascii())


def _quoted_figures(answer: AnswerSeen) -> frozenset[tuple[float, bool]]:
    quotes = [quote for citation in answer.citations for quote in citation.quotes]
    chinese = [q.text for q in quotes if q.span.lang == "zh"]
    chinese += [q.twin_text for q in quotes if q.span.lang == "en" and q.twin is not None]
    return figures("\n".join(chinese))
