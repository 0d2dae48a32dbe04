"""Figures, measures and times that original and translation give differently, in one pair of sentences.

Everything that both say is set aside first: the same number in the same measure, then one whose measure only one side
tells, then whatever number has the same value (the eighth, No. 8, 8th), then what is said in a word (doubled, 半数).
What is left on both sides, and stands in the same place among the rest, is told as a difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.datatypes import Lang
from rag.translation.company import company_agrees, is_rest, is_total
from rag.translation.hedges import hedged_near
from rag.translation.items import TIMES, Item, items
from rag.translation.units import equal_amounts

Kind = Literal["figure", "unit", "date", "multiple", "about"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Two readings that part: offsets in the two sentences, either of which may be missing."""

    kind: Kind
    zh: tuple[int, int] | None
    en: tuple[int, int] | None


def same_value(a: Item, b: Item) -> bool:
    """Whether two items can state one number: as written, or converted into one measure."""
    if "vague" in (a.hedge, b.hedge):
        return _within(a, b)
    if a.unit and b.unit and equal_amounts(a.low, a.unit, b.low, b.unit):
        return True
    return _close(a.low, b.low) and (_open(a) or _open(b) or _close(a.high, b.high))


def _open(a: Item) -> bool:
    return a.hedge not in ("range", "") or a.low == a.high


def _close(x: float, y: float) -> bool:
    return abs(x - y) <= 1e-6 * max(abs(x), abs(y))


def _within(a: Item, b: Item) -> bool:
    """Whether two of which one is an order of magnitude (几千, dozens) can be one."""
    return a.low <= b.high and b.low <= a.high


def _unit_fits(a: Item, b: Item) -> bool:
    """Whether the measures of two items with one value allow them to be one amount."""
    if not (a.unit and b.unit):
        return True
    if "vague" in (a.hedge, b.hedge):
        return a.unit[1] == b.unit[1]
    return equal_amounts(a.low, a.unit, b.low, b.unit)


@dataclass(slots=True)
class _Board:
    """The items of both sides that are still unexplained, and what was paired."""

    zh: list[Item]
    en: list[Item]
    pairs: list[tuple[Item, Item]]
    lengths: tuple[int, int]

    def apart(self, a: Item, b: Item) -> float:
        return abs(a.start / self.lengths[0] - b.start / self.lengths[1])

    def pair(self, fits: Callable[[Item, Item], bool]) -> None:
        """Pair all that fit, the nearest in place first; who hedges one alike is nearer by half a sentence."""
        found = sorted(
            (self.apart(a, b) + 0.5 * (bool(a.hedge) != bool(b.hedge)), i, j)
            for i, a in enumerate(self.zh)
            for j, b in enumerate(self.en)
            if fits(a, b)
        )
        left, right = set(), set()
        for _, i, j in found:
            if i not in left and j not in right:
                left.add(i)
                right.add(j)
                self.pairs.append((self.zh[i], self.en[j]))
        self.zh = [a for i, a in enumerate(self.zh) if i not in left]
        self.en = [b for j, b in enumerate(self.en) if j not in right]


def compare(zh: str, en: str, anchor: date | None = None, around: tuple[str, str] = ("", "")) -> list[Difference]:
    """Where a sentence and its translation differ in figures, measures, times and approximations.

    `around` is what stands beside the two sentences, in Chinese and in English: what the other side says there is
    not missing here.
    """
    left, right = items(zh, "zh", anchor), items(en, "en", anchor)
    board = _Board(list(left), list(right), [], (max(len(zh), 1), max(len(en), 1)))
    board.pair(
        lambda a, b: a.group == b.group and same_value(a, b) and _unit_fits(a, b) and bool(a.unit) == bool(b.unit)
    )
    board.pair(lambda a, b: a.group == b.group and same_value(a, b) and _unit_fits(a, b))
    board.pair(lambda a, b: _groups_mix(a, b) and same_value(a, b) and _unit_fits(a, b))
    found = [Difference("unit", (a.start, a.end), (b.start, b.end)) for a, b in _other_units(board)]
    found += [
        Difference("figure", (a.start, a.end), (b.start, b.end))
        for a, b in board.pairs
        if is_total(zh, a) and is_rest(en, b) and a.group == b.group == "amount"
    ]
    board.pair(lambda a, b: is_total(zh, a) and is_rest(en, b) and company_agrees(zh, a, en, b))
    found += [
        _about(a, b)
        for a, b in board.pairs
        if _hedges_part(a, b) and not (_near(zh, left, a, "zh") if not a.hedge else _near(en, right, b, "en"))
    ]
    found += _datelines(zh, en)
    found += _rivals(board, left, right, zh, en, anchor, around)
    return sorted(found, key=lambda d: d.zh or (0, 0))


_TWO_DATELINES = re.compile(r"(\d{1,2})日[讯电][\s，：]*据?[^，。：]{0,14}?(\d{1,2})日[讯电]")
_EN_DATELINE = re.compile(r"^.{0,90}?\b(\d{1,2})(?:st|nd|rd|th)\b")


def _datelines(zh: str, en: str) -> Iterator[Difference]:
    """新华社31日讯 塔斯社莫斯科30日电 told as "Moscow, 31st": the place of one report with the day of the other."""
    match, told = _TWO_DATELINES.search(zh[:60]), _EN_DATELINE.search(en)
    if match and told and int(match[1]) != int(match[2]) and int(told[1]) in (int(match[1]), int(match[2])):
        other = match[1] if int(told[1]) == int(match[2]) else match[2]
        if not re.search(rf"\b{other}(?:st|nd|rd|th)?\b", en[:160]):
            yield Difference("date", match.span(), told.span())


def paired(zh: str, en: str) -> list[tuple[Item, Item]]:
    """The two items of every difference in figures, measures and times of a sentence and its translation."""
    left = {(a.start, a.end): a for a in items(zh, "zh")}
    right = {(b.start, b.end): b for b in items(en, "en")}
    found = [d for d in compare(zh, en) if d.kind in ("figure", "unit", "date") and d.zh in left and d.en in right]
    return [(left[d.zh], right[d.en]) for d in found if d.zh and d.en]


def _groups_mix(a: Item, b: Item) -> bool:
    if {a.group, b.group} & {"year", "half", "third"}:
        return (
            a.group == b.group
            or {a.group, b.group} <= {"year", "amount"}
            or {a.group, b.group} <= {"half", "ordinal", "amount"}
        )
    return True


def _other_units(board: _Board) -> list[tuple[Item, Item]]:
    """Those of the same number, or of as much money, in other measures; they are paired."""
    before = len(board.pairs)
    board.pair(
        lambda a, b: (
            bool(a.unit and b.unit and a.unit[0] == b.unit[0])
            and not (a.weak or b.weak)
            and a.group == b.group == "amount"
            and (same_value(a, b) or _as_much_money(a, b))
        )
    )
    return [(a, b) for a, b in board.pairs[before:] if not _unit_fits(a, b)]


def _as_much_money(a: Item, b: Item) -> bool:
    """两毛 and "20 cents": a fifth of two currencies."""
    if not (a.unit and b.unit and a.unit[0] == "money"):
        return False
    return _close(a.low * a.unit[2], b.low * b.unit[2])


def _hedges_part(a: Item, b: Item) -> bool:
    if a.group in TIMES | {"ordinal"} or b.group in TIMES | {"ordinal"}:
        return False
    if a.weak or b.weak:
        return False
    if "range" in (a.hedge, b.hedge):
        return {a.hedge, b.hedge} == {"range", "more"}  # 二十到三十多, "twenty to thirty"
    return (a.hedge == "") != (b.hedge == "")


def _near(text: str, others: Sequence[Item], item: Item, lang: Lang) -> bool:
    """Whether the text round a figure, up to the next ones, hedges it."""
    begin = max((o.end for o in others if o.end <= item.start and not o.weak and o.group not in TIMES), default=0)
    end = min((o.start for o in others if o.start >= item.end and not o.weak), default=len(text))
    return hedged_near(text[begin:end], item.start - begin, item.end - begin, lang)


def _about(a: Item, b: Item) -> Difference:
    return Difference("about", (a.start, a.end), (b.start, b.end))


def _rivals(
    board: _Board,
    left: Sequence[Item],
    right: Sequence[Item],
    zh: str,
    en: str,
    anchor: date | None,
    around: tuple[str, str],
) -> list[Difference]:
    zh_left, en_left = [a for a in board.zh if not a.weak], [b for b in board.en if not b.weak]
    zh_new = [a for a in zh_left if not _explained(a, right)]
    en_new = [b for b in en_left if not _explained(b, left)]
    if not zh_new and not en_new:
        return []
    beside_zh, beside_en = items(around[0], "zh", anchor), items(around[1], "en", anchor)
    zh_new = [a for a in zh_new if not _explained(a, beside_en)]
    en_new = [b for b in en_new if not _explained(b, beside_zh)]
    found: list[Difference] = []
    for both, strict in ((True, True), (True, False), (False, True)):
        # at last what one side says twice and the other once, with another figure in the second place
        against = [
            (_measured_otherwise(a, b), board.apart(a, b), i, j)
            for i, a in enumerate(zh_left)
            for j, b in enumerate(en_left)
            if _are_rivals(a, b, strict) and ((a in zh_new and b in en_new) if both else (a in zh_new or b in en_new))
        ]
        used_zh: set[int] = set()
        used_en: set[int] = set()
        for _, _, i, j in sorted(against):
            if i not in used_zh and j not in used_en:
                used_zh.add(i)
                used_en.add(j)
                a, b = zh_left[i], en_left[j]
                kind: Kind = "date" if a.group in TIMES else "multiple" if a.group == "times" else "figure"
                found.append(Difference(kind, (a.start, a.end), (b.start, b.end)))
        zh_left = [a for i, a in enumerate(zh_left) if i not in used_zh]
        en_left = [b for j, b in enumerate(en_left) if j not in used_en]
    return found


def _one_dimension(a: Item, b: Item) -> bool:
    return bool(a.unit and b.unit and a.unit[0] == b.unit[0])


def _measured_otherwise(a: Item, b: Item) -> bool:
    return bool(a.unit and b.unit and a.unit[1] != b.unit[1])


def _explained(a: Item, others: Sequence[Item]) -> bool:
    alike = (b for b in others if (b.hedge == "vague") == (a.hedge == "vague"))  # 数百 does not explain 384
    return any(same_value(a, b) and _groups_mix(a, b) for b in alike)


def _are_rivals(a: Item, b: Item, strict: bool) -> bool:
    if a.group in TIMES or b.group in TIMES:
        if {a.group, b.group} == {"day", "ordinal"}:
            return bool(re.match("[0-9]", b.text)) and b.low <= 31
        return a.group == b.group
    if a.group != b.group:
        return False
    if strict:
        return _one_dimension(a, b)
    if bool(a.unit) != bool(b.unit):
        return "time" not in {unit[0] for unit in (a.unit, b.unit) if unit}  # a length of time is told as one
    return not (a.unit and b.unit) or _one_dimension(a, b)
