"""Times in English that leave out their year or are counted from the day of the text; in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from rag.language import counting
from rag.language.counting import At, Days
from rag.language.dates import MONTH, MONTH_NUMBER, Named
from rag.language.numerals import EN_WORDS
from rag.language.years import is_year

_D = "(?:[12][0-9]|3[01]|0?[1-9])"
_NTH = rf"{_D}(?:st|nd|rd|th)\b"
_MORE = r"(?:,? (?:and|to|through|or) (?:the )?|, ?|-)"
_PART = (
    r"(?P<part>early|mid|late|the (?:first|middle|second|last) ten days of|(?:the )?(?:beginning|middle|end|start) of)"
)
_MONTH = re.compile(
    rf"(?:\b{_PART}[ -])?(?:\b(?P<which>last|this|next) )?"
    rf"(?:\b(?P<before>{_D})(?:st|nd|rd|th)?(?:,? and {_D}(?:st|nd|rd|th)?)? (?:of )?)?\b(?P<month>{MONTH})\b"
    rf"(?: (?:the )?(?P<days>{_D}(?:st|nd|rd|th)?(?:{_MORE}{_D}(?:st|nd|rd|th)?\b(?! (?:{MONTH})))*)"
    r"(?![0-9]|:[0-9]|,[0-9]{3}|\.[0-9]| (?:percent|years|people|million|tons|mu)))?"
    r"(?! (?:fourth|first|eighth|thirtieth|day\b|revolution|uprising|movement))"
)
_NOUN = (
    r"(?! (?:session|anniversary|congress|division|meeting|conference|century|birthday|party|national|plenary|army"
    r"|route|regiment|battalion|time|grade|floor|group|team|world|olympic|plenum|central|district|street|bureau|international"
    r"|annual|middle|year|month|day|place|class|company|parallel|committee|five|issue|chapter|volume|article|page)s?\b)"
)
_DAY = re.compile(
    rf"\b(?:on|by|until|till|from|since|to|of|before|after|between|as of|starting) the "
    rf"(?P<days>{_NTH}(?:{_MORE}{_NTH})*)"
    rf"(?! (?:of )?(?:{MONTH})\b){_NOUN}(?: of (?:(?P<which>this|last) month|the month))?"
)
_THIS_MONTH = re.compile(
    rf"(?:\b{_PART} )?\b(?P<which>(?<!the )last|this|(?<!the )next|(?:the )?(?:current|present)) month\b(?! and)"
)
_TODAY = re.compile(
    r"\bthe day (?P<beyond>before yesterday|after tomorrow)\b|\b(?P<yester>yesterday|last (?:night|evening))\b"
    r"(?: (?:morning|afternoon|evening|noon|night)\b)?|\b(?P<now>today|tonight|this (?:morning|afternoon|evening))\b"
    r"|\b(?P<next>tomorrow)\b"
)
_YEAR_BEFORE_LAST = re.compile(r"\bthe year before last\b")
_SEASON = re.compile(
    r"\b(?:(?P<rel>last|this) (?P<season>spring|summer|autumn|fall|winter)\b(?! festival)"
    r"|(?P<season2>spring|summer|autumn|winter)(?: of)? (?:(?P<rel2>last|this) year|(?P<year>(?:1[89]|20)[0-9]{2}))\b)"
)
_NAMED = {"first": 1, "second": 2, "latter": 2, "third": 3, "fourth": 4, "last": 4}
_YEARS = r"(?: of (?:the year|(?P<rel>this|last|next) year|(?P<year>(?:1[89]|20)[0-9]{2})))"
_HALF = re.compile(rf"\b(?:the )?(?P<half>first|second|latter) half{_YEARS}")
_QUARTER = re.compile(
    rf"\b(?:the )?(?P<first>first|second|third|fourth)(?:,? (?:and|to|through) (?:the )?(?P<last>second|third|fourth))?"
    rf"[ -]quarters?\b(?! century| finals?){_YEARS}?"
)
_FIRST = re.compile(rf"\b(?:the )?first (?P<n>[a-z]+|[0-9]+) months{_YEARS}")
_CENTURY = re.compile(r"\b(?P<n>[0-9]{1,2}(?:st|nd|rd|th)|[a-z]+(?:-first)?) century\b(?! (?:bc|b\.c))(?! ago)", re.I)
_OLD_YEAR = re.compile(r"\b(?:in|since|of|from|by|until|around) (?P<year>1[0-7][0-9]{2})\b")
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
]
_LIBERATED = re.compile(
    r"\b(?:(?P<before>before|prior to)|since|after) (?:the )?"
    r"(?:(?P<freed>(?:national |country's |nationwide )?liberation)\b(?! (?:army|war|movement|daily|of ))"
    r"|(?:founding|establishment) of (?:the people's republic|new china|the country)(?: of china)?)"
)
_AHEAD = re.compile(r"\b(?:will|shall|scheduled|due|is to|are to|expected|planned|plans)\b[^.;]*$")
_COMING = re.compile(r"[^.;]{0,60}\b(?:will|shall|is to|are to|scheduled)\b")
_IN = re.compile(
    r"(?:\b(?:in|of|since|by|during|until|till|from|to|and|through|for|last|this|early|late|mid|end|before|after|his|her"
    r"|its|their|our|the|throughout)[ -]|['s-]$|, )$"
)
_SAME_BEHIND = re.compile(r",? (?:of |in )?(?:the same|that) year")
COMPARED = re.compile(r"\b(?:than|with|to|over|exceeding)(?: that)?(?: of| in)? (?:the same period (?:of |in )?)?$")
_CLAUSE = re.compile(r"[,;:.?!] ")
_YEAR_BEHIND = re.compile(r",? (?:of |in )?$|$")


def named(text: str, folded: str, offsets: Sequence[int], at: At, fixed: Sequence[Named]) -> Iterator[Named]:
    """The times of a sentence that `fixed`, those that name their year, do not hold; one that goes on with a year
    behind it ("December 29th last year") takes that in. `folded` and `offsets` are `fold_with_map(text)`."""
    yield from _by_month(text, folded, offsets, at, fixed)
    yield from _by_day(folded, at, fixed)
    yield from _parts_of_year(folded, at, fixed)
    yield from _far(folded, at)
    for match in _THIS_MONTH.finditer(folded):
        which = match["which"].split()[-1]
        days = counting.month_from(at, {"last": -1, "next": 1}.get(which, 0))
        yield from _made(match, days and _part(match["part"], days))
    for match in _TODAY.finditer(folded):
        if at.is_told or "this newspaper" in folded:
            shift = 0 if match["now"] else 1 if match["next"] else -1 if match["yester"] else 2
            yield from _made(
                match, counting.day_from(at, -2 if (match["beyond"] or "").startswith("before") else shift)
            )
    for match in _SEASON.finditer(folded):
        yield from _made(match, _season(match, at))


def _parts_of_year(folded: str, at: At, fixed: Sequence[Named]) -> Iterator[Named]:
    """Halves, quarters and first months of a year."""
    for match in _HALF.finditer(folded):
        first = 1 if match["half"] == "first" else 7
        year, own = _year_of(match, at, folded, fixed)
        yield from _made(match, counting.part_of_year_near(first, first + 5, own, year))
    for match in _QUARTER.finditer(folded):
        low = _NAMED[match["first"]]
        high = _NAMED[match["last"]] if match["last"] else low
        if low <= high:
            year, own = _year_of(match, at, folded, fixed)
            yield from _made(match, counting.part_of_year_near(3 * low - 2, 3 * high, own, year))
    for match in _FIRST.finditer(folded):
        months = int(match["n"]) if match["n"].isdigit() else EN_WORDS.get(match["n"], 0)
        year, _ = _year_of(match, at, folded, fixed)
        if 1 <= months <= 12:
            yield from _made(match, counting.of_year(at.day.year if year is None else year, 1, months))


def _far(folded: str, at: At) -> Iterator[Named]:
    """Times long before: the year before last, years before 1800, centuries, the liberation."""
    for match in _YEAR_BEFORE_LAST.finditer(folded):
        yield from _made(match, counting.of_year(at.day.year - 2))
    for match in _OLD_YEAR.finditer(folded):
        if is_year(folded, *match.span("year")) and (days := counting.of_year(int(match["year"]))):
            yield *match.span("year"), *days
    for match in _CENTURY.finditer(folded):
        word = match["n"]
        number = int(re.sub(r"\D", "", word) or 0) or (_ORDINALS.index(word) + 1 if word in _ORDINALS else 0)
        yield from _made(match, counting.century(number))
    for match in _LIBERATED.finditer(folded):
        if not at.is_abroad:
            yield from _made(match, counting.epoch(bool(match["freed"]), bool(match["before"]), at))


def _by_month(text: str, folded: str, offsets: Sequence[int], at: At, fixed: Sequence[Named]) -> Iterator[Named]:
    for match in _MONTH.finditer(folded):
        start, end, month = match.start(), match.end(), match["month"]
        if any(first < end and start < last for first, last, _, _ in fixed) or not _is_month(
            text, folded, offsets, match
        ):
            continue
        number, which = MONTH_NUMBER[month[:3]], match["which"]
        year, own = counted(folded, start, end, at, fixed)
        for first, _, since, until in fixed:
            if first >= end and since.year == until.year and _YEAR_BEHIND.fullmatch(folded, end, first):
                year = since.year
                end = next(last for begin, last, *_ in fixed if begin == first)
        days: Days | None
        if which == "last":
            days = _last(number, at)
        elif which == "next":
            days = None
        else:
            year = at.day.year if which else year
            days = counting.month_near(number, own, year, bool(_AHEAD.search(folded[:start])))
        if days is None:
            continue
        numerals = list(re.finditer(_D, match["days"] or ""))
        parts = [counting.day_of_month(days, int(numeral[0])) for numeral in numerals]
        if match["before"]:
            numerals, parts = [], [counting.day_of_month(days, int(match["before"]))]
        told = [part for part in parts if part]
        if len(told) == len(parts) and all(a[1] + timedelta(days=1) == b[0] for a, b in pairwise(told)):
            yield start, end, *((told[0][0], told[-1][1]) if told else _part(match["part"], days))
            continue
        for numeral, part in zip(numerals, parts, strict=True):
            if part:
                begin = start if numeral is numerals[0] else match.start("days") + numeral.start()
                yield begin, end if numeral is numerals[-1] else match.start("days") + numeral.end(), *part


def _is_month(text: str, folded: str, offsets: Sequence[int], match: re.Match[str]) -> bool:
    """Whether the word is the name of a month: it has a capital, and one that begins a sentence has a day."""
    at = offsets[match.start("month")]
    if (
        not text[at].isupper()
        or folded[match.start() - 1 : match.start()] == '"' == folded[match.end() : match.end() + 1]
    ):
        return False  # a verb; the "August 1st" team
    if match["days"] or match["before"] or match["part"] or match["which"]:
        return True
    if len(match["month"].rstrip(".")) < 5 and match["month"] not in ("may", "june", "july"):  # a name: Jan Druto
        return False
    before = folded[max(0, match.start("month") - 12) : match.start("month")]
    if match["month"] in ("may", "march", "august"):
        return bool(_IN.search(before))
    return not before.endswith("long ")


def _by_day(folded: str, at: At, fixed: Sequence[Named]) -> Iterator[Named]:
    for match in _DAY.finditer(folded):
        is_ahead = bool(_AHEAD.search(folded[: match.start()]) or _COMING.match(folded, match.end()))
        for part in re.finditer(rf"({_D})(?:st|nd|rd|th)", match["days"]):
            begin = match.start("days") + part.start()
            if which := match["which"]:
                month = counting.month_from(at, -1 if which == "last" else 0)
                days = month and counting.day_of_month(month, int(part[1]))
            else:
                days = counting.day_near(int(part[1]), at, None, is_ahead)
            if days:
                is_last = match.start("days") + part.end() == match.end("days")
                yield begin, match.end() if is_last else match.start("days") + part.end(), *days


def _season(match: re.Match[str], at: At) -> Days | None:
    name = match["season"] or match["season2"]
    if match["season"] and match["rel"] == "last":
        return _last_of([days for y in (0, 1, 2) if (days := counting.season(name, at.day.year - y))], at)
    year = int(match["year"] or at.day.year - ((match["rel"] or match["rel2"]) == "last"))
    return counting.winter_near(year, at) if name == "winter" and not match["year"] else counting.season(name, year)


def _last(month: int, at: At) -> Days | None:
    return _last_of([days for y in (0, 1) if (days := counting.of_year(at.day.year - y, month, month))], at)


def _last_of(times: Sequence[Days], at: At) -> Days | None:
    """The last of some times, latest first, that is over: what "last October" means where that was in the year before.
    Else it may be either."""
    over = [days for days in times if days[1] < at.day]
    return over[0] if over and over[0][0].year < at.day.year else None


def _part(part: str | None, days: Days) -> Days:
    if not part:
        return days
    which = "初" if re.search("early|first|begin|start", part) else "中" if re.search("mid|second", part) else "底"
    return counting.third(days, which)


def _year_of(match: re.Match[str], at: At, folded: str, fixed: Sequence[Named]) -> tuple[int | None, At]:
    if match["year"]:
        return int(match["year"]), at
    if match["rel"]:
        return at.day.year + {"last": -1, "this": 0, "next": 1}[match["rel"]], at
    return counted(folded, *match.span(), at, fixed)


def counted(folded: str, start: int, end: int, at: At, fixed: Sequence[Named]) -> tuple[int | None, At]:
    """The year that holds for a time at a place, None if only that of the text does, and what it is counted from."""
    is_same = bool(_SAME_BEHIND.match(folded, end))
    for first, last, since, until in reversed(fixed):
        if last > start or since.year != until.year:
            continue
        if is_same:
            return since.year, at
        if not COMPARED.search(folded, max(0, first - 40), first):
            if not _CLAUSE.search(folded, last, start):
                return since.year, at
            return None, at if since.year == at.day.year else replace(at, is_past=True)
    return None, at


def _made(match: re.Match[str], days: Days | None) -> Iterator[Named]:
    if days:
        yield *match.span(), *days
