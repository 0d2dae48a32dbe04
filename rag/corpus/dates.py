"""Dates of issue as people and newspapers write them, each to what is known of it: a day, a month, a year.

What is read is an ISO 8601 date of that precision: 1958-11-14, 1958-11, 1958. Nothing is guessed: 02/03/1958, which
may be day or month first, is no date, and 58 is a year only where 年 says so (58年3月2日, as in questions).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from rag.datatypes import DateSpan, days_of
from rag.language.dates import MONTH_NUMBER, MONTHS, dates
from rag.language.numerals import parse
from rag.language.years import ANY_YEAR, HAN_DIGITS

YEARS = range(1000, 3000)
"""Years of issue; 0001 and 9999 are how databases write "unknown"."""
NUMERAL = f"0-9０-９○◯{HAN_DIGITS}十廿卅"
"""Characters of the numerals in a date, inside a character class. ○ and ◯ are printed for 〇."""
ENGLISH_MONTH = (
    "(?:" + "|".join(rf"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in MONTHS) + r"|sept)(?![a-z])\.?"
)
"""Pattern of an English month name, written out or cut short, for a match in any case."""
_LONGEST = 80  # characters; a longer text is no date
_FIGURE = {figure: value for value, figure in enumerate("〇一二三四五六七八九")}
_ZERO = str.maketrans("○◯零", "〇〇〇")
HAN_YEAR = f"[一二][o0○◯{HAN_DIGITS}]{{3}}"
"""Pattern of a year in Chinese figures; o is the letter, as typists and readers of scans put it."""
_YEAR = f"(?P<year>{ANY_YEAR}|{HAN_YEAR})"
_UNKNOWN = r"0{1,2}|[xu?*]{1,2}"  # 1958-11-00, and 1958-11-XX as the Extended Date/Time Format has it
_HAN_MONTH = "[0-9]{1,2}|元|[〇一二三四五六七八九十]{1,3}"
_HAN_DAY = "[0-9]{1,2}|[〇一二三四五六七八九十廿卅]{1,3}"
_MARK = r"\s*[-–—−./_年月,]\s*|\s"  # between the parts of a date
_LOOSE = " ,、\t()[]【】"
_CLOCK = re.compile(
    rf"(?P<day>{ANY_YEAR}(?:0[1-9]|1[0-2])[0-3][0-9])(?:[0-9]{{2}}|(?P<time>[0-2][0-9][0-5][0-9](?:[0-5][0-9])?))"
)
_EPOCH = date(1970, 1, 1)
_FIGURES = re.compile(rf"[0-9][0-9\s年月日号./–—−-]{{3,}}|[一二][{NUMERAL}oO]{{3}}\s*年[{NUMERAL}元\s月日号]+")
_ORDINAL = "(?:st|nd|rd|th)?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}\s*年(?:\s*(?P<month>{_HAN_MONTH})\s*月份?(?:\s*(?P<day>{_HAN_DAY})\s*[日号號]?)?)?",
        rf"{_YEAR}(?:{_MARK})(?P<month>{_UNKNOWN}|[0-9]{{1,2}})(?:(?:{_MARK})(?P<day>{_UNKNOWN}|[0-9]{{1,2}})\s*日?)?",
        rf"(?P<year>{ANY_YEAR})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})",
        r"(?P<year>[12][0-9](?:1[3-9]|[2-9][0-9]))(?P<month>0[1-9]|1[0-2])",  # 190302 may be 2 March 1919
        rf"(?P<year>{HAN_YEAR})\s*[、.·/-]\s*(?P<month>{_HAN_MONTH})\s*[、.·/-]\s*(?P<day>{_HAN_DAY})",
        rf"{_YEAR}\s*-?q[1-4]",  # a quarter, as pandas writes it
        rf"{_YEAR}(?:\s*年?\s*[春夏秋][季天]?)?",
        rf"(?:spring|summer|autumn|fall)(?:\s+of)?[\s,]+{_YEAR}",
        rf"(?:(?P<day>[0-9]{{1,2}}){_ORDINAL}[\s.,_-]*(?:of\s+)?)?(?P<month>{ENGLISH_MONTH})[\s.,_-]*{_YEAR}",
        rf"(?P<month>{ENGLISH_MONTH})[\s.,_-]*(?P<day>[0-9]{{1,2}}){_ORDINAL}[\s.,_-]+{_YEAR}",
        rf"{_YEAR}[\s.,_-]*(?P<month>{ENGLISH_MONTH})(?:[\s.,_-]*(?P<day>[0-9]{{1,2}}){_ORDINAL})?",
    )
)
_YEAR_LAST = re.compile(rf"(?P<first>[0-9]{{1,2}})(?:{_MARK})(?P<second>[0-9]{{1,2}})(?:{_MARK})(?P<year>{ANY_YEAR})")
WEEKDAY = (
    r"(?:星期|礼拜|禮拜|周|週)[一二三四五六日天]"
    r"|\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b\.?"
)
"""Pattern of a day of the week in either language, for a match in any case."""
_BESIDE = re.compile(rf"[(\[【]\s*(?:{WEEKDAY}|[一二三四五六日])\s*[)\]】]|(?:{WEEKDAY})", re.IGNORECASE)
_ABOUT = re.compile(
    r"^(?:c\.?|ca\.?|circa|about|around|probably|[大]?约)\s*(?=[0-9一])|\s*(?:[?~]|前后|左右)$", re.IGNORECASE
)
_VAGUE = re.compile(  # a winter is of two years
    rf"{ANY_YEAR}\s*[-–—~/至到]\s*(?:[12][0-9])?[0-9]{{2}}\s*年?|{_YEAR}\s*年?\s*冬[季天]?|winter(?:\s+of)?[\s,]+{ANY_YEAR}",
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<=[0-9日号號])(?:[t\s]\s*[0-9]{1,2}:[0-9]{2}.*|t[0-9]{4,6}z?)", re.IGNORECASE | re.DOTALL)
# a masthead gives more than the day: 人民日报 一九五八年三月二日 星期日 农历正月十三 第3513号
_PAPER = re.compile(r"^《?[\u4e00-\u9fff]{1,8}[报報]》?\s*|\s《?[\u4e00-\u9fff]{1,8}[报報]》?$")
_REST = re.compile(rf"\s*(?:(?:[农農夏旧舊阴陰][历曆]|总第|總第|第)[{NUMERAL}百千正闰閏腊月初年\s]*[号號期日]?\s*)+")


def read_date(text: str) -> str | None:
    """The date that all of `text` gives, as ISO 8601 to the day, month or year; None if it gives none.

    Read are figures, Chinese numerals and English month names, with a day of the week, a time of day, the name of the
    paper or its number beside them: 1958-11-14, 19581114, 1958年11月14日（星期五）, 一九五八年十一月, "Nov. 14, 1958",
    民国四十七年三月二日, 1958-00-00. What is closer than a month but no day (1958年11月上旬) is read to the month. The
    year is one of 1000 to 2999.
    """
    if len(text) > _LONGEST:
        return None
    normal = _bare(text)
    for shown in (normal, _REST.sub("", normal).strip(_LOOSE)):
        for form in _FORMS:
            if match := form.fullmatch(shown):
                return _iso(match.groupdict())
        if match := _YEAR_LAST.fullmatch(shown):
            return _year_last(match)
    return _within(normal)


def read_days(text: str) -> tuple[date, date] | None:
    """The first and the last day of the time that all of `text` gives, None if it gives none or one without an end.

    Read is what `read_date` reads, and every time that questions may name (`rag.language.dates`): 1958年上半年,
    1957-58, "the 1950s".
    """
    spans = _whole(_bare(text)) if len(text) <= _LONGEST else []
    if spans:
        since, until = spans[0].since, spans[0].until
        return (since, until) if since.year in YEARS and until.year in YEARS else None
    found = read_date(text)
    return days_of(found) if found else None


def day_or_month_first(text: str) -> bool:
    """True if `text` is a date in figures that ends in its year and can be read in two ways: 02/03/1958."""
    match = _YEAR_LAST.fullmatch(unicodedata.normalize("NFKC", text[:_LONGEST]).strip())
    return match is not None and _year_last(match) is None and max(int(match["first"]), int(match["second"])) <= 12


def looks_like_a_date(text: str) -> bool:
    """True if `text` is made of the figures and marks of a date, real or not, so that it was meant as one."""
    normal = _BESIDE.sub(" ", unicodedata.normalize("NFKC", text[: _LONGEST + 1])).strip()
    return _FIGURES.fullmatch(normal) is not None


def counted_day(number: float) -> str | None:
    """The day that a program gives as a number: YYYYMMDDhhmm(ss), seconds since 1970 or thousandths, millionths or
    billionths of them (pandas, Unix), days since 1899-12-30 (Excel); None if it can be read in two ways or in none."""
    if 10_000 <= number < 100_000:
        return (date(1899, 12, 30) + timedelta(days=int(number))).isoformat()
    if 0 <= number < 10**8:
        return None
    found = []  # coarsest unit first: of a time of day it is the one that is meant
    for per_second in (1, 10**3, 10**6, 10**9):
        days, rest = divmod(number, 86_400 * per_second)
        if abs(days) < 1_000_000 and (day := _EPOCH + timedelta(days=int(days))).year in YEARS:
            found.append((rest == 0, day.isoformat()))
    exact = {day for whole, day in found if whole}
    if exact:
        return exact.pop() if len(exact) == 1 else None
    clock = _CLOCK.fullmatch(f"{number:.0f}")
    if clock:
        return read_date(clock["day"]) if clock["time"] else None
    return found[0][1] if found else None


def is_vague(text: str) -> bool:
    """True if `text` names a time, but not certainly one within a year: 1950s, 1957-1958, "c. 1958"."""
    normal = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).strip(_LOOSE)
    bare = _ABOUT.sub("", normal)
    if bare != normal and read_date(bare):
        return True
    return bool(_whole(normal)) or _VAGUE.fullmatch(normal) is not None


def precision(iso: str) -> str:
    """How far a date is known: "day", "month" or "year"."""
    return {10: "day", 7: "month"}.get(len(iso), "year")


def finest(found: list[str]) -> str:
    """The first of some dates, or a later one that says the same more closely (1958-11-14 for 1958-11)."""
    return max((iso for iso in found if iso.startswith(found[0])), key=len)


def agree(one: str, another: str) -> bool:
    """True if two dates can be the same day, as 1958-11 and 1958-11-14."""
    return one.startswith(another) or another.startswith(one)


def _iso(parts: dict[str, str | None]) -> str | None:
    year, month, day = (_number(parts.get(name) or "") for name in ("year", "month", "day"))
    if year not in YEARS:
        return None
    if not month:
        return f"{year}"
    if not day:
        return f"{year}-{month:02}" if month <= 12 else None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _year_last(match: re.Match[str]) -> str | None:
    """The day of a date such as 14.11.1958 or 11/14/1958; None if both numbers can be the month, and differ. Between
    dots the day comes first, wherever dates are written so."""
    first, second = int(match["first"]), int(match["second"])
    if first == second or first > 12 >= second or "." in match[0]:
        return _iso({"year": match["year"], "month": match["second"], "day": match["first"]})
    if second > 12 >= first:
        return _iso({"year": match["year"], "month": match["first"], "day": match["second"]})
    return None


def _bare(text: str) -> str:
    """A date without what a masthead and a clock put beside it, in plain figures."""
    normal = unicodedata.normalize("NFKC", text).translate(_ZERO)
    return _PAPER.sub("", _TIME.sub("", _BESIDE.sub(" ", normal).strip(_LOOSE)).strip(_LOOSE)).strip(_LOOSE)


def _whole(text: str) -> list[DateSpan]:
    """The one time that all of `text` names, or none."""
    text = re.sub("^the ", "", text, flags=re.IGNORECASE)
    return [span for span in dates(text, "zh") if (span.start, span.end) == (0, len(text))]


def _within(text: str) -> str | None:
    """The day, month or year in which a span of days lies that all of `text` names: 五八年三月二日, 1958年11月上旬."""
    spans = _whole(text)
    if not spans or spans[0].since.year != spans[0].until.year:
        return None
    since, until = spans[0].since, spans[0].until
    if since.year not in YEARS:
        return None
    if since == until:
        return since.isoformat()
    return f"{since:%Y-%m}" if since.month == until.month else f"{since:%Y}"


def _number(numeral: str) -> int:
    """The value of a year, month or day as written; 0 if it is not known or none."""
    if (month := MONTH_NUMBER.get(numeral[:3].lower())) is not None:
        return month
    if numeral == "元":
        return 1
    if len(numeral) == 4:  # a year, figure by figure
        return int("".join(c if c.isascii() and c.isdecimal() else str(_FIGURE.get(c, 0)) for c in numeral))
    return int(parse(numeral) or 0)
