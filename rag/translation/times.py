"""The times of the calendar in a sentence, part by part: 1957年3月1日 is a year, a month and a day.

Part by part, because each language leaves out what the other one says (去年3月, "in March"), and what is compared is
what both say. 去年 and "last year" are counted from the day of the issue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.datatypes import Lang
from rag.language.dates import MONTH, MONTH_NUMBER, dates
from rag.language.numerals import parse
from rag.language.years import EN_YEAR, ZH_YEAR, year_of


@dataclass(frozen=True, slots=True)
class Part:
    """A year, month, day of the month, half (1, 2) or third of a month (1 to 3) at `start` to `end` of a text.

    A `weak` one may stand for something else, or be told in another way, and asks for no counterpart.
    """

    start: int
    end: int
    unit: str
    value: float
    weak: bool = False


_ZH_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_EN_YEARS = {
    "the year before last": -2, "two years ago": -2, "last year": -1, "previous year": -1, "the past year": -1,
    "a year ago": -1, "this year": 0, "current year": 0, "next year": 1, "coming year": 1, "the year after next": 2,
}  # fmt: skip
_ZH_MONTHS = {"上个月": -1, "上月": -1, "本月": 0, "这个月": 0, "下个月": 1, "下月": 1}
_EN_MONTHS = {"last month": -1, "previous month": -1, "this month": 0, "next month": 1}
_DEPENDENT = frozenset({"上年", "previous year", "previous month"})  # counted from the time the text speaks of

_N = "[0-9]{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[廿卅][一二三四五六七八九]?|[一二三四五六七八九]"
_LINK = "[、,和及与至到~—-]{1,2}"
_ZH = re.compile(
    rf"(?P<rel>{'|'.join(_ZH_YEARS)})|(?P<relm>{'|'.join(_ZH_MONTHS)})"
    r"|(?P<half>[上下])半年|(?P<third>[上中下])旬"
    rf"|(?<![数几第个])(?P<months>(?:(?:{_N})月?份?{_LINK}){{0,3}}(?:{_N}))(?:[两三四]个?)?月(?!球|牙)"
    rf"|(?<![数几第])(?P<days>(?:(?:{_N})日?{_LINK}){{0,3}}(?:{_N}))(?:[两三四])?日(?P<lasting>[之来内间游夜]|以[来内]|工)?"
    rf"|(?<=月)(?P<number>{_N})号"
)
_EN = re.compile(
    rf"(?P<rel>\b(?:{'|'.join(_EN_YEARS)})\b)|(?P<relm>\b(?:{'|'.join(_EN_MONTHS)})\b)"
    rf"|\b(?P<lasting>last) (?=(?:spring|summer|autumn|fall|winter|{MONTH})\b)"
    r"|\b(?P<half>first|second|latter|last)[- ]half(?:[- ]year| of (?:the |this |last |next )?(?:year|[12][0-9]{3}))"
    r"|\b(?:the )?(?P<third>early|mid|middle|late|(?:first|middle|second|last) ten days of)"
    rf"(?: part of)?[ -](?=(?:{MONTH}|this month|last month|the month|next month)\b)"
    rf"|(?:\b(?P<before>[0-3]?[0-9])(?:st|nd|rd|th)? (?:of )?)?\b(?P<month>{MONTH})\b"
    r"(?: (?:the )?(?P<after>[0-3]?[0-9](?:st|nd|rd|th)?"
    r"(?: ?(?:-|to|and|through|until|,) ?[0-3]?[0-9](?:st|nd|rd|th)?){0,3})"
    r"(?![0-9]|,[0-9]{3}|(?:st|nd|rd|th)? (?:percent|years|people|million)))?"
)
_YEAR = {"zh": re.compile(ZH_YEAR), "en": re.compile(EN_YEAR)}
_DIGITS = re.compile("[0-9]{1,2}")
_THIRDS = {"上": 1, "中": 2, "下": 3, "early": 1, "first": 1, "mid": 2, "middle": 2, "second": 2, "late": 3, "last": 3}


def parts(text: str, folded: str, offsets: Sequence[int], lang: Lang, anchor: date | None) -> list[Part]:
    """The parts of all times in a text, in order; `folded` and `offsets` are `fold_with_map(text)`."""
    found = [
        Part(offsets[start], offsets[end - 1] + 1, unit, value, weak)
        for start, end, unit, value, weak in (_zh if lang == "zh" else _en)(folded, text, offsets, anchor)
    ]
    found += _years(text, folded, offsets, lang)
    return sorted(found, key=lambda part: (part.start, part.end))


_Found = tuple[int, int, str, float, bool]


def _years(text: str, folded: str, offsets: Sequence[int], lang: Lang) -> Iterator[Part]:
    spans = dates(text, lang)
    for match in _YEAR[lang].finditer(folded):
        start, end = offsets[match.start()], offsets[match.end() - 1] + 1
        year = year_of(match.groupdict())
        if year and any(s.start <= start and end <= s.end for s in spans):
            yield Part(start, end, "year", float(year))


def _zh(folded: str, text: str, offsets: Sequence[int], anchor: date | None) -> Iterator[_Found]:
    for match in _ZH.finditer(folded):
        if word := match["rel"]:
            yield *match.span(), "year", _year(_ZH_YEARS[word], anchor), word in _DEPENDENT
        elif word := match["relm"]:
            yield *match.span(), "month", _month(_ZH_MONTHS[word], anchor), True
        elif match["half"]:
            yield *match.span(), "half", 1.0 if match["half"] == "上" else 2.0, False
        elif match["third"]:
            yield *match.span(), "third", float(_THIRDS[match["third"]]), False
        else:
            name = "months" if match["months"] else "days" if match["days"] else "number"
            weak = name == "days" and bool(match["lasting"])
            numerals = list(re.finditer(_N, match[name]))
            values = [parse(n[0]) or 0 for n in numerals]
            if all(1 <= v <= (12 if name == "months" else 31) for v in values):
                for n, value in zip(numerals, values, strict=True):
                    end = match.end() if n is numerals[-1] else match.start(name) + n.end()
                    yield match.start(name) + n.start(), end, "month" if name == "months" else "day", value, weak


def _en(folded: str, text: str, offsets: Sequence[int], anchor: date | None) -> Iterator[_Found]:
    for match in _EN.finditer(folded):
        if word := match["rel"]:
            yield *match.span(), "year", _year(_EN_YEARS[word], anchor), word in _DEPENDENT
        elif word := match["relm"]:
            yield *match.span(), "month", _month(_EN_MONTHS[word], anchor), True
        elif match["lasting"]:  # last July, last summer
            yield match.start("lasting"), match.end("lasting"), "year", _year(-1, anchor), True
        elif match["half"]:
            yield *match.span(), "half", 1.0 if match["half"] == "first" else 2.0, False
        elif match["third"]:
            yield *match.span("third"), "third", float(_THIRDS[match["third"].split()[0]]), False
        elif match["month"]:
            yield from _month_and_days(match, text, offsets)


def _month_and_days(match: re.Match[str], text: str, offsets: Sequence[int]) -> Iterator[_Found]:
    if not text[offsets[match.start("month")]].isupper():
        return  # "may", "march"
    if match["month"] == "may" and not (match["before"] or match["after"]) and match.start("month") == 0:
        return
    yield *match.span("month"), "month", float(MONTH_NUMBER[match["month"][:3]]), False
    for name in ("before", "after"):
        for digits in _DIGITS.finditer(match[name] or ""):
            start = match.start(name) + digits.start()
            if 1 <= int(digits[0]) <= 31:
                yield start, match.start(name) + digits.end(), "day", float(digits[0]), False


def _year(shift: int, anchor: date | None) -> float:
    return float(shift + (anchor.year if anchor else 0))


def _month(shift: int, anchor: date | None) -> float:
    return float((anchor.month + shift - 1) % 12 + 1) if anchor else float(shift)
