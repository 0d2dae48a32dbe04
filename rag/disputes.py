"""Figures on which the original and its translation disagree, as pairs of quantities.

The judgement is that of `rag.translation`; this is what answers and comparisons ask of it.
"""

from __future__ import annotations

from rag.language.quantities import Quantity
from rag.translation.figures import paired
from rag.translation.items import TIMES, Item

COMPARED = {"number", "percent", "duration", "money"}
"""Kinds of quantity that are compared between articles; dates are often given relatively, ordinals as names."""


def disagreements(zh: str, en: str) -> list[tuple[Quantity, Quantity]]:
    """Pairs of figures, measures or times that should be the same and are not, in the order of the original."""
    return [(_quantity(a), _quantity(b)) for a, b in paired(zh, en)]


def _quantity(item: Item) -> Quantity:
    unit = item.unit[1] if item.unit else ""
    kind = "percent" if item.group == "percent" else "date" if item.group in TIMES else "number"
    return Quantity(item.start, item.end, item.text, item.low, item.high, unit, bool(item.hedge), kind)  # type: ignore[arg-type]


def agree(q: Quantity, r: Quantity) -> bool:
    """True if two figures can be one: overlapping ranges in the same unit, an unknown unit agreeing with any."""
    if q.unit and r.unit and q.unit != r.unit:
        return False
    spread = q.kind == "percent" and q.low < q.high and r.low < r.high  # 20 % to 25 %: both ends are stated
    if spread or not (q.approx or r.approx):
        return abs(q.low - r.low) <= 1e-6 * abs(q.low) and abs(q.high - r.high) <= 1e-6 * abs(q.high)
    # "more than 3,000" and "3,000" are one figure: 多 and 余 are left out as often as they are translated
    return q.low <= r.high * 1.1 and r.low <= q.high * 1.1
