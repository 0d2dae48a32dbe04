"""What a sentence states in figures, as items that the two languages can be compared by.

An item is an interval with a measure (三千多吨: 3000 and more, tons), a time of the calendar, part by part (a year, a
month, a day, counted or told as 去年, "last year"), or a bare number that explains another and asks for no counterpart
of its own ("one", 一, the number in a name).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.datatypes import Lang
from rag.language.fold import fold_with_map
from rag.language.numerals import DECIMAL, Taken, numbers
from rag.language.quantities import Quantity, quantities
from rag.language.units import EN_UNITS, ZH_UNITS
from rag.language.years import decades
from rag.translation.clock import clock_times
from rag.translation.composites import composites, liang
from rag.translation.hedges import Hedge, hedge
from rag.translation.ordinals import ordinals
from rag.translation.times import parts
from rag.translation.units import Unit, en_unit, zh_unit
from rag.translation.vague import magnitudes, neighbours


@dataclass(frozen=True, slots=True)
class Item:
    """A figure or a time at `start` to `end` of a sentence.

    `low` and `high` are the numbers as written, before any measure; `unit` is the measure behind them or None.
    `group` is what can be compared with what: amount, percent, times, ordinal, or for times year, month, day, half,
    third. A `weak` item needs no counterpart.
    """

    start: int
    end: int
    text: str
    low: float
    high: float
    unit: Unit | None
    hedge: Hedge
    group: str
    weak: bool = False


TIMES = frozenset({"year", "month", "day", "half", "third", "clock", "decade"})
_COMPOSITE = re.compile("hour.*minute", re.I)


def items(text: str, lang: Lang, anchor: date | None = None) -> list[Item]:
    """The items of a sentence, in order; `anchor` is the day of the issue, from which 去年 and "last year" are told."""
    written, text = text, DECIMAL.sub("点", text)
    folded, offsets = fold_with_map(text)
    taken = Taken(len(text))
    found: list[Item] = []

    def add(
        start: int, end: int, low: float, high: float, unit: Unit | None, how: Hedge, group: str, weak: bool
    ) -> None:
        if taken.take(start, end):
            found.append(Item(start, end, written[start:end], low, high, unit, how, group, weak))

    for start, end, low, high, measure, how, group, weak in _read_apart(text, folded, offsets, lang, anchor):
        add(start, end, low, high, measure, how, group, weak)
    for q in quantities(text, lang):
        if not (q.kind == "date" and q.unit in ("date", "year")) and not _overlaps(found, q.start, q.end):
            item = _item(q, text, folded, offsets, lang)
            add(item.start, item.end, item.low, item.high, item.unit, item.hedge, item.group, item.weak)
    for n in numbers(folded):
        behind, last = (zh_unit if lang == "zh" else en_unit)(folded, n.end) or (None, n.end)
        group, weak = "percent" if n.percent else "amount", behind is None or n.value <= 1
        how = hedge(folded, n.start, last, lang)
        add(offsets[n.start], offsets[last - 1] + 1, n.value, n.value, behind, how, group, weak)
    found.sort(key=lambda item: item.start)
    return list(_joined(found, text))


_Read = tuple[int, int, float, float, Unit | None, Hedge, str, bool]


def _read_apart(text: str, folded: str, offsets: Sequence[int], lang: Lang, anchor: date | None) -> Iterator[_Read]:
    """What is read before plain quantities: times, amounts in several measures, orders of magnitude, ordinals."""
    read = zh_unit if lang == "zh" else en_unit
    for a, b, minutes in clock_times(folded, lang):
        yield offsets[a], offsets[b - 1] + 1, minutes, minutes, None, "", "clock", False
    for a, b, first, _ in decades(folded):
        yield offsets[a], offsets[b - 1] + 1, first, first, None, "", "decade", False
    for p in parts(text, folded, offsets, lang, anchor):
        yield p.start, p.end, p.value, p.value, None, "", p.unit, p.weak
    for a, b, amount, unit in composites(folded) if lang == "zh" else ():
        yield offsets[a], offsets[b - 1] + 1, amount, amount, unit, hedge(folded, a, b, lang), "amount", False
    for a, b, low, high in liang(folded) if lang == "zh" else ():
        how = "range" if low < high else hedge(folded, a, b, lang)
        yield offsets[a], offsets[b - 1] + 1, low, high, ("liang", "liang", 1.0), how, "amount", False
    for a, b, low, high in magnitudes(folded, lang):
        behind, _ = read(folded, b) or (None, b)
        yield offsets[a], offsets[b - 1] + 1, low, high, behind, "vague", "amount", False
    for a, b, low, high in neighbours(folded) if lang == "zh" else ():
        behind, last = read(folded, b) or (None, b)
        yield offsets[a], offsets[last - 1] + 1, low, high, behind, "range", "amount", False
    for a, b, value in ordinals(folded) if lang == "en" else ():
        yield offsets[a], offsets[b - 1] + 1, value, value, None, "", "ordinal", False


def _joined(found: Sequence[Item], text: str) -> Iterator[Item]:
    """The items, those that make one amount in several measures joined: "4 minutes 29.5 seconds"."""
    last: Item | None = None
    for item in found:
        if last and last.unit and item.unit and _goes_on(last, item, text[last.end : item.start]):
            amount = round(last.low + item.low * item.unit[2] / last.unit[2], 9)
            last = replace(last, end=item.end, text=text[last.start : item.end], low=amount, high=amount, weak=False)
            continue
        if last:
            yield last
        last = item
    if last:
        yield last


_BETWEEN = frozenset({"", " ", ", ", " and ", ", and ", "零", "又"})


def _goes_on(a: Item, b: Item, between: str) -> bool:
    if not (a.unit and b.unit) or between not in _BETWEEN:
        return False
    return a.unit[0] == b.unit[0] and a.unit[2] > b.unit[2] and b.low * b.unit[2] < a.unit[2] and a.low == a.high


def _overlaps(found: Sequence[Item], start: int, end: int) -> bool:
    return any(item.start < end and start < item.end for item in found)


def _item(q: Quantity, text: str, folded: str, offsets: Sequence[int], lang: Lang) -> Item:
    """A quantity with the measure that stands behind it, and its number as it was before any measure."""
    begin, end = bisect_left(offsets, q.start), bisect_left(offsets, q.end)
    read = zh_unit if lang == "zh" else en_unit
    factor, at = 1.0, end
    if q.unit not in ("", "%") and q.kind != "date" and (own := _own_unit(folded[begin:end], lang)):
        at, factor = begin + own[0], own[1]
    found = read(folded, at)
    unit, last = found or (None, end)
    last = max(last, end)
    if _COMPOSITE.search(q.text):
        factor, unit = 1.0, ("time", "min", 1.0)
    group = _group(q)
    if group not in ("amount",):
        unit, last = None, end
    low, high = q.low / factor, q.high / factor
    stop = offsets[last] if last < len(offsets) else len(text)
    stop = max(q.end, q.start + len(text[q.start : stop].rstrip()))
    how = hedge(folded, begin, last, lang)
    if not how and low != high:
        how = "range"
    return Item(q.start, stop, text[q.start : stop], low, high, unit, how, group, _is_weak(q, text, group, unit))


def _own_unit(figure: str, lang: Lang) -> tuple[int, float] | None:
    """Where in a folded figure the unit that it was read with begins, and by what its number was multiplied."""
    if lang == "zh":
        places = [(figure.rfind(word), -len(word), word) for word in ZH_UNITS]
        _, _, word = (
            max((at + len(w), len(w), w) for at, _, w in places if at > 0)
            if any(p[0] > 0 for p in places)
            else (0, 0, "")
        )
        return (figure.rfind(word), ZH_UNITS[word][1]) if word else None
    for match in reversed(list(re.finditer("[a-z]+", figure))):
        for form in (match[0], match[0].removesuffix("s"), match[0].removesuffix("es")):
            if form in EN_UNITS:
                return match.start(), EN_UNITS[form][1]
    return None


def _group(q: Quantity) -> str:
    if q.kind in ("percent", "ordinal"):
        return q.kind
    if q.kind == "date":
        return q.unit
    return "times" if q.unit == "times" else "amount"


def _is_weak(q: Quantity, text: str, group: str, unit: Unit | None) -> bool:
    before, after = text[: q.start].rstrip(), text[q.end :].lstrip()
    if not unit and before.endswith(("(", "（")) and after.startswith((")", "）")):
        return True  # the number of an item in a list
    if before.endswith(("“", '"', "「", "'", "‘", "《")) and after.startswith(("”", '"', "」", "'", "’", "》")):
        return True  # “八一”: a name
    if re.match("lakh|crore", after):
        return True  # a scale that is not read
    if re.fullmatch("[百千万]里", q.text):
        return True  # 一日千里, 长征万里
    return q.low == q.high and q.low <= 1 and not unit and group != "percent"
