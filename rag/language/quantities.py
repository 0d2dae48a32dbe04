"""Figures with their units, comparable across the two languages.

三千多吨 and "more than three thousand tons" both give 3000 to 4000 t; 六个小时零二十分钟 gives one duration of 380
minutes where the translation's "six hours and two minutes" gives 362.

Figures of speech are left out as far as can be told (一种, 一方面, 十分, "one of"); a single Chinese digit counts only
before a unit or a measure word, an English "one" only before a unit. What numbers something rather than counts it
(第三, 8号, "No. 8", "the third", 10月, "July") has the kind "ordinal" or "date"; callers that compare amounts leave
those out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from rag.datatypes import Lang
from rag.language import quantities_en, quantities_zh
from rag.language.dates import dates
from rag.language.fold import fold_with_map
from rag.language.numerals import Taken

Kind = Literal["number", "percent", "money", "date", "duration", "ordinal"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure at `start` to `end` of a text, from `low` to `high` (equal for an exact one) in `unit`.

    Units: t, kg, jin (half a kilogram), mu (a fifteenth of a hectare), yuan, min (hours and minutes), day (weeks
    too), month, year (decades and centuries too), person, m, li (half a kilometre), times, with their halves and
    quarters (三天半 and 2½ days are 3.5 and 2.5); "%" for percentages and fractions of a whole, in hundredths. A date
    has the unit "date" and reads as YYYYMMDD, or "month" or "day" of the calendar if it names no year. "" is anything
    else. `approx` is true for hedged or open figures (三千多, 数十, about 50).
    """

    start: int
    end: int
    text: str
    low: float
    high: float
    unit: str
    approx: bool
    kind: Kind


def quantities(text: str, lang: Lang) -> list[Quantity]:
    """The figures of a text written in `lang`, in order, without overlap."""
    folded, offsets = fold_with_map(text)
    found = [
        Quantity(d.start, d.end, d.text, _day_number(d.since), _day_number(d.until), "date", False, "date")
        for d in dates(text, lang)
    ]
    taken = Taken(len(text))
    for named in found:
        taken.take(named.start, named.end)
    scan = quantities_zh.figures if lang == "zh" else quantities_en.figures
    for figure in scan(folded):
        start, end = offsets[figure.start], offsets[figure.end - 1] + 1
        if taken.take(start, end):
            kind: Kind = next(k for k in KINDS if k == figure.kind)
            found.append(
                Quantity(start, end, text[start:end], figure.low, figure.high, figure.unit, figure.approx, kind)
            )
    return sorted(found, key=lambda q: q.start)


def _day_number(day: object) -> float:
    return float(str(day).replace("-", ""))


COMPARED = {"number", "percent", "duration", "money"}
"""Kinds of quantity that are compared between articles; dates are often given relatively, ordinals as names."""


def agree(q: Quantity, r: Quantity) -> bool:
    """True if two figures can be one: overlapping ranges in the same unit, an unknown unit agreeing with any."""
    if q.unit and r.unit and q.unit != r.unit:
        return False
    spread = q.kind == "percent" and q.low < q.high and r.low < r.high  # 20 % to 25 %: both ends are stated
    if spread or not (q.approx or r.approx):
        return abs(q.low - r.low) <= 1e-6 * abs(q.low) and abs(q.high - r.high) <= 1e-6 * abs(q.high)
    # "more than 3,000" and "3,000" are one figure: 多 and 余 are left out as often as they are translated
    return q.low <= r.high * 1.1 and r.low <= q.high * 1.1
