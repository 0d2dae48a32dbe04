"""Figures on which the original and its translation disagree.

The translation was made by a machine and changes figures now and then: 六个小时零二十分钟 became "six hours and two
minutes". Such a figure must not be quoted without a warning, and the original comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.datatypes import Article, Bead
from rag.language.quantities import Quantity, quantities

COMPARED = {"number", "percent", "duration", "money"}
"""Kinds of quantity that are compared; dates are often given relatively in one language, ordinals as names."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two readings of one figure; the spans are offsets in the bodies of the article."""

    zh: tuple[int, int]
    en: tuple[int, int]
    original: str
    translation: str


def disagreements(zh: str, en: str) -> list[tuple[Quantity, Quantity]]:
    """Pairs of quantities that should be the same and are not, in the order of the original.

    Quantities that agree are set aside first: overlapping ranges in the same unit, an unknown unit agreeing with
    any. Of the rest only those are held against each other that both languages have in the same kind and known
    unit: a figure that one side leaves out is no contradiction.
    """
    left = [q for q in quantities(zh, "zh") if q.kind in COMPARED]
    right = [q for q in quantities(en, "en") if q.kind in COMPARED]
    for q in list(left):
        match = min(
            (r for r in right if agree(q, r)), key=lambda r: (r.unit != q.unit, abs(r.low - q.low)), default=None
        )
        if match:
            left.remove(q)
            right.remove(match)
    pairs = []
    for q in left:
        rival = next(
            (r for r in right if r.kind == q.kind and r.unit == q.unit and (q.unit or q.kind != "number")), None
        )
        if rival:
            right.remove(rival)
            pairs.append((q, rival))
    return pairs


def agree(q: Quantity, r: Quantity) -> bool:
    """True if two figures can be one: overlapping ranges in the same unit, an unknown unit agreeing with any."""
    if q.unit and r.unit and q.unit != r.unit:
        return False
    spread = q.kind == "percent" and q.low < q.high and r.low < r.high  # 20 % to 25 %: both ends are stated
    if spread or not (q.approx or r.approx):
        return abs(q.low - r.low) <= 1e-6 * abs(q.low) and abs(q.high - r.high) <= 1e-6 * abs(q.high)
    # "more than 3,000" and "3,000" are one figure: 多 and 余 are left out as often as they are translated
    return q.low <= r.high * 1.1 and r.low <= q.high * 1.1


def disputes(article: Article, beads: Sequence[Bead]) -> Iterator[Dispute]:
    """The disputed figures of an article, in reading order."""
    for bead in beads:
        if bead.zh is None or bead.en is None:
            continue
        zh, en = article.bodies["zh"][slice(*bead.zh)], article.bodies["en"][slice(*bead.en)]
        for q, r in disagreements(zh, en):
            yield Dispute(
                (bead.zh[0] + q.start, bead.zh[0] + q.end), (bead.en[0] + r.start, bead.en[0] + r.end), q.text, r.text
            )
