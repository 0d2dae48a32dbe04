"""Dates in questions and articles, in both languages, as spans of days.

Only what names its year is a date by itself: 1958年3月20日, 五八年, "March 1958", "the first half of 1960", "before
1959", 五十年代 (`rag.language.years`). With an `anchor` (the issue date of the article) words such as 去年 and "last
year" name one too, and so does the day of a dateline (14日电).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from rag.datatypes import DateSpan, Lang
from rag.language.fold import fold_with_map
from rag.language.numerals import parse
from rag.language.years import EN_YEAR, YEAR, YEAR_PAIR, ZH_YEAR, decades, is_short_year, is_year, year_of

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
"""The months in English."""
MONTH_NUMBER = {name[:3].lower(): number for number, name in enumerate(MONTHS, 1)}
"""Their numbers by their first three letters, folded."""

MONTH = "|".join(f"{name}|{name[:3]}\\b\\.?" for name in map(str.lower, MONTHS)).replace("|sep\\b", "|sept?\\b")
"""Pattern of an English month name, written out or cut to three letters, in folded text."""

_DAY = r"[0-3]?[0-9]"
ZH_MONTH = "1[0-2]|0?[1-9]|十[一二]?|一[〇零一二]|[一二三四五六七八九]"
"""Pattern of the number of a month before 月, in folded text."""
_ZH_DAY = f"{_DAY}|[〇零一二三四五六七八九十廿卅]{{1,3}}"
_ORDINAL = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 2}
_RELATIVE = {"前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "last year": -1, "this year": 0, "next year": 1}

_ZH = re.compile(
    rf"(?:{ZH_YEAR}|(?P<rel>前年|去年|今年|本年|明年))度?"
    rf"的?(?:(?P<half>[上下])半年|第?(?P<quarter>[1-4一二三四])季度?|(?P<part>[初底末]|年初|年底|年末)"
    rf"| ?(?P<month>{ZH_MONTH}) ?月份?(?: ?(?P<day>{_ZH_DAY}) ?[日号]|的?(?P<third>[上中下])旬)?)?"
)
_ISO = re.compile(rf"(?<![-0-9])(?P<year>{YEAR})-(?P<month>[01]?[0-9])(?:-(?P<day>{_DAY}))?(?![-0-9])")
_EN = re.compile(
    rf"(?:\b(?P<day>{_DAY})(?:st|nd|rd|th)? (?:of )?(?=(?:{MONTH})\b)"
    rf"|(?:the )?(?P<nth>first|second|third|fourth|last|[1-4](?:st|nd|rd|th)) (?P<unit>half|quarter) of "
    rf"|\b(?P<part>early|late|mid)[ -](?=(?:{MONTH}|'?{YEAR}|'[0-9]{{2}}|last|this)\b))?"
    rf"(?:\b(?P<month>{MONTH})(?: (?P<day2>{_DAY})(?:st|nd|rd|th)?(?=,| '?{YEAR}| '[0-9]))?,? (?:of |in )?)?"
    rf"(?:{EN_YEAR}|\b(?P<rel>(?:last|this|next) year)\b)"
)
_TO = re.compile(
    r"(?:[早晚清凌深午]?[早晚夜晨]|上午|中午|下午|晚[上间])? ?(?:[到至~—-]+|to|through|until|till) ?(?:the )?"
    r"(?:(?:morning|afternoon|evening|night) of (?:the )?)?"
)
_AND = re.compile(r" and (?:the )?")
_SAME_YEAR = re.compile(rf"[到至~—-]+(?P<month>{ZH_MONTH})月份?")
_MONTH_BEFORE = re.compile(rf"\b(?P<month>{MONTH}) ?(?:-|to|and|until|through) ?$")
_ZH_AFTERWARDS = re.compile("(?P<before>以前|之前|前(?!后))|(?P<after>以后|之后|后|以来|起)")
_EN_FRONT = re.compile(
    r"\b(?:(?P<before>before|prior to)|(?P<until>until|till|by|up to)|(?P<after>after)|(?P<since>since)) (?:the )?$"
)
_DATELINE = re.compile(rf"(?P<day>{_ZH_DAY})日(?=[电讯])")
_MONTH_ALONE = re.compile("(?P<which>本月|上个?月)")

Named = tuple[int, int, date, date]
"""A time in a folded text: start, end, first day, last day."""


def dates(text: str, lang: Lang, anchor: date | None = None) -> list[DateSpan]:
    """The dates that `text` names, in order, ranges joined ("from March to May 1958", 1957年到1959年).

    `anchor` is the day that relative words are counted from; without it they are not dates. Impossible dates
    (1958-02-30) are left out.
    """
    folded, offsets = fold_with_map(text)
    named = [*atoms(folded, anchor), *(_from_anchor(folded, lang, anchor) if anchor else ())]
    found, taken = [], 0
    for start, end, since, until in (_bounded(folded, *span) for span in joined(folded, named)):
        if start < taken:  # 前年 of 去年以前年
            continue
        taken = end
        first, last = offsets[start], offsets[end - 1] + 1
        found.append(DateSpan(first, last, since, until, text[first:last]))
    return found


def joined(folded: str, named: Iterable[Named]) -> list[Named]:
    """Times in order, of those that overlap the longest, and of those that make a range the range."""
    made: list[Named] = []
    for start, end, since, until in sorted(named, key=lambda a: (a[0], -a[1])):
        if made and start < made[-1][1]:
            continue
        if made and _is_range(folded, made[-1][0], made[-1][1], start) and made[-1][2] <= until:
            made[-1] = (made[-1][0], end, made[-1][2], until)
        else:
            made.append((start, end, since, until))
    return made


def without(said: str, spans: Iterable[DateSpan]) -> str:
    """The text with a blank in the place of each of some times, which do not overlap."""
    for span in sorted(spans, key=lambda s: -s.start):
        said = f"{said[: span.start]} {said[span.end :]}"
    return said


def full_years(text: str) -> str:
    """`text` with the years written out that it names by two figures or by the Republic: 1958年 for 58年, 五八年 and
    民国四十七年, 1958 for '58."""
    folded, offsets = fold_with_map(text)
    for pattern in (_ZH, _EN):
        for match in reversed(list(pattern.finditer(folded))):
            group = "short" if match["short"] else "republic" if match["republic"] and pattern is _ZH else ""
            if group and _stands_as_year(folded, match):
                start = match.start() if group == "republic" else match.start(group) - (pattern is _EN)
                text = (
                    f"{text[: offsets[start]]}{year_of(match.groupdict())}{text[offsets[match.end(group) - 1] + 1 :]}"
                )
    return text


def dated(folded: str) -> Iterator[tuple[int, int, int, int, int | None]]:
    """(start, end, year, month, day or None) of every date in a folded text that names its year and month."""
    for pattern in (_ZH, _ISO, _EN):
        for match in pattern.finditer(folded):
            groups = match.groupdict()
            year, month = year_of(groups), _month(groups)
            if year and month and _stands_as_year(folded, match):
                day = _number(groups.get("day") or groups.get("day2"))
                yield match.start(), match.end(), year, month, day if day and day <= 31 else None


def _is_range(folded: str, start: int, end: int, following: int) -> bool:
    """Whether the words between a date at `start` to `end` and the `following` one make them a range."""
    if _TO.fullmatch(folded, end, following):
        return True
    return folded[max(0, start - 8) : start] == "between " and bool(_AND.fullmatch(folded, end, following))


def atoms(folded: str, anchor: date | None) -> Iterator[Named]:
    """Single dates that name their year, or one counted from that of `anchor`, and ranges whose two ends share one;
    they may overlap."""
    for pattern in (_ZH, _ISO, _EN):
        for match in pattern.finditer(folded):
            if _stands_as_year(folded, match) and (span := _resolve(match.groupdict(), anchor)):
                yield _widened(folded, match.start(), match.end(), *span)
    for start, end, first, last in decades(folded):
        yield start, end, date(first, 1, 1), date(last, 12, 31)
    for match in YEAR_PAIR.finditer(folded):
        first, last = int(match["year"]), int(match["year"][:2] + match["last"])
        if last > first and int(match["last"]) > 12:
            yield *match.span(), date(first, 1, 1), date(last, 12, 31)


def _stands_as_year(folded: str, match: re.Match[str]) -> bool:
    """Whether the number in a match is a year: one beside a month is; 58年 and a bare 1958 depend on their company."""
    if match.re is _ZH:
        return not match["short"] or is_short_year(folded, match)
    if match.re is _ISO or not match["year"] or any(match[name] for name in ("day", "nth", "part", "month")):
        return True
    return is_year(folded, match.start("year"), match.end("year"))


def _widened(folded: str, start: int, end: int, since: date, until: date) -> tuple[int, int, date, date]:
    """A range that names its year once: 1958年3月到5月, March to May 1958."""
    later = _SAME_YEAR.match(folded, end)
    if later and (month := _number(later["month"])) and month >= since.month:
        return start, later.end(), since, _month_span(since.year, month)[1]
    earlier = _MONTH_BEFORE.search(folded, max(0, start - 20), start)
    if earlier and MONTH_NUMBER[earlier["month"][:3]] <= since.month and since.day == 1:
        return earlier.start(), end, date(since.year, MONTH_NUMBER[earlier["month"][:3]], 1), until
    return start, end, since, until


def _bounded(folded: str, start: int, end: int, since: date, until: date) -> tuple[int, int, date, date]:
    """The span with a "before" or "after" applied that stands next to it, as far as the calendar has days."""
    earlier = since - timedelta(days=1) if since > date.min else since
    later = until + timedelta(days=1) if until < date.max else until
    behind = _ZH_AFTERWARDS.match(folded, end)
    if behind:
        end = behind.end()
        if behind["before"]:
            return start, end, date.min, earlier
        from_start = behind["after"] in ("以来", "起")
        return start, end, since if from_start else later, date.max
    front = _EN_FRONT.search(folded, max(0, start - 16), start)
    if not front:
        return start, end, since, until
    if front["before"]:
        return front.start(), end, date.min, earlier
    if front["until"]:
        return front.start(), end, date.min, until
    return front.start(), end, later if front["after"] else since, date.max


def _resolve(groups: dict[str, str | None], anchor: date | None) -> tuple[date, date] | None:
    relative = groups.get("rel")
    if relative and not anchor:
        return None
    year = anchor.year + _RELATIVE[relative] if relative and anchor else year_of(groups)
    month = _month(groups)
    day = _number(groups.get("day") or groups.get("day2"))
    if not year or not 1 < year < 9999 or (groups.get("month") and not month):
        return None
    if not month:
        return _part_of_year(groups, year)
    since, until = _month_span(year, month)
    if day:
        return (since.replace(day=day), since.replace(day=day)) if day <= until.day else None
    return _part_of_month(groups, since, until)


def _part_of_year(groups: dict[str, str | None], year: int) -> tuple[date, date]:
    half = {"上": 1, "下": 2}.get(groups.get("half") or "")
    quarter = _number(groups.get("quarter"))
    if nth := groups.get("nth"):
        half, quarter = (_ORDINAL[nth], None) if groups["unit"] == "half" else (None, _ORDINAL[nth])
        quarter = 4 if quarter and nth == "last" else quarter
    first, last = 1, 12
    if half in (1, 2):
        first, last = 6 * half - 5, 6 * half
    elif quarter:
        first, last = 3 * quarter - 2, 3 * quarter
    elif part := groups.get("part"):
        first, last = {"初": (1, 3), "early": (1, 4), "mid": (5, 8), "late": (9, 12)}.get(
            part.strip("年") or "", (10, 12)
        )
    return date(year, first, 1), _month_span(year, last)[1]


def _part_of_month(groups: dict[str, str | None], since: date, until: date) -> tuple[date, date]:
    part = groups.get("third") or groups.get("part") or ""
    if part in ("上", "early"):
        return since, since.replace(day=10)
    if part in ("中", "mid"):
        return since.replace(day=11), since.replace(day=20)
    return (since.replace(day=21), until) if part in ("下", "late") else (since, until)


def _from_anchor(folded: str, lang: Lang, anchor: date) -> Iterator[Named]:
    if lang != "zh":
        return
    before = anchor.replace(day=1)
    before -= timedelta(days=1) if before > date.min else timedelta(0)  # the month before, but for the first there is
    for match in _MONTH_ALONE.finditer(folded):
        day = anchor if match["which"] == "本月" else before
        yield match.start(), match.end(), *_month_span(day.year, day.month)
    for match in _DATELINE.finditer(folded):
        number = _number(match["day"]) or 0
        day = before if number > anchor.day else anchor
        if 1 <= number <= calendar.monthrange(day.year, day.month)[1]:
            yield match.start(), match.end(), day.replace(day=number), day.replace(day=number)


def _month_span(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _month(groups: dict[str, str | None]) -> int | None:
    named = groups.get("month")
    if not named:
        return None
    month = MONTH_NUMBER.get(named[:3]) or _number(named)
    return month if month and month <= 12 else None


def _number(numeral: str | None) -> int | None:
    value = parse(numeral) if numeral else None
    return int(value) if value else None


_EN_MONTH_NAMED = re.compile(rf"\b({'|'.join(MONTHS)})\b")
_NUMERAL = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"
_MONTHS_NAMED = re.compile(rf"({_NUMERAL}(?:[、和至到]{_NUMERAL})*)(?:[两三四]个?)?月(?!内|后|前|来)")


def months(said: str) -> frozenset[int]:
    """The months of the year that a text names: 8月份, 6、7两月, 十一月, in August; not numbers of months."""
    found = {MONTHS.index(m[1]) + 1 for m in _EN_MONTH_NAMED.finditer(said)}
    for match in _MONTHS_NAMED.finditer(said):
        for part in re.findall(_NUMERAL, match[1]):
            value = _number(part)
            found |= {value} if value and value <= 12 else set()
    return frozenset(found)
