"""Figures on which the original and its translation disagree.

The translation was made by a machine and changes figures now and then: 六个小时零二十分钟 became "six hours and two
minutes". Such a figure must not be quoted without a warning, and the original comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.datatypes import Article, Bead, Lang
from rag.language.quantities import Quantity, quantities

COMPARED = {"number", "percent", "duration", "money"}
"""Kinds of quantity that are compared; dates are often given relatively in one language, ordinals as names."""
APART = 0.7
"""Figures of unknown unit are held against each other only if their places in the two texts, as parts of the whole,
are at most so far apart."""
FAR = 25.0
"""And only if one is less than so many times the other: a figure misread (two, twenty), not another one, nor one
whose unit was not read (467,000 and "4.67 lakh")."""
# 一次, "one": grammar more often than a figure. 数百, "thousands": an order of magnitude.
_ONE = re.compile(r"一|1(?![0-9.,])|(?:an?|one)\b", re.I)
_MAGNITUDE = re.compile(
    "[数几]?[十百千万亿]+[多余几]?[^一二三四五六七八九0-9]{0,2}"
    "|(?:an? |tens of |hundreds of )?(?:tens|dozens?|hundreds?|thousands?|millions?|billions?)"
    "(?: of .*| years| people)?",
    re.I,
)
_MONTHS = re.compile("(?:[、和至到][0-9一二三四五六七八九十]{1,2})?[两三]?月")


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
    any. Of the rest those are held against each other that both languages have in the same kind and unit, then those
    whose unit one language does not tell: a figure that one side leaves out is no contradiction.
    """
    left, right = _compared(zh, "zh"), _compared(en, "en")
    for same_unit in (True, False):  # "three" must not be taken for 三天 where 三个 is there for it
        for q in list(left):
            alike = [r for r in right if agree(q, r) and (not same_unit or (r.kind, r.unit) == (q.kind, q.unit))]
            if alike:
                left.remove(q)
                right.remove(min(alike, key=lambda r: abs(r.low - q.low)))
    pairs = []
    for close in (True, False):
        for q in list(left):
            rivals = [r for r in right if _are_rivals(q, r, close, q.start / len(zh) - r.start / len(en))]
            if rivals:
                rival = min(rivals, key=lambda r: abs(q.start / len(zh) - r.start / len(en)))
                left.remove(q)
                right.remove(rival)
                pairs.append((q, rival))
    return sorted(pairs, key=lambda pair: pair[0].start)


def _compared(text: str, lang: Lang) -> list[Quantity]:
    """The figures that are compared; not vague ones, months (6、7两月), or the number of an item, in brackets."""
    found = (q for q in quantities(text, lang) if q.kind in COMPARED and not _MONTHS.match(text, q.end))
    found = (q for q in found if not _is_vague(q))
    return [q for q in found if not (text[: q.start].endswith(("(", "（")) and text[q.end :].startswith((")", "）")))]


def _is_vague(q: Quantity) -> bool:
    """True for a figure that says no more than one, or an order of magnitude."""
    if q.kind in ("percent", "money"):
        return False
    return bool((q.low == q.high and _ONE.match(q.text) and q.low <= 1) or _MAGNITUDE.fullmatch(q.text))


def _are_rivals(q: Quantity, r: Quantity, close: bool, apart: float) -> bool:
    """Whether two figures that disagree state the same thing, as far as can be told: `close` asks for a known unit."""
    if q.kind != r.kind:
        return False
    if close:
        return q.unit == r.unit and bool(q.unit or q.kind != "number")
    if q.unit and r.unit or abs(apart) > APART or not (q.low and r.low):
        return False
    return max(q.low / r.low, r.low / q.low) < FAR


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
