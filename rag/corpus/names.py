"""What a file's name says of the article in it: the date of issue, the page, a title.

    1958-03-02_图书馆开馆.txt   rmrb_19580302_p4.txt   人民日报1958年3月2日第四版.md   RMRB-2-Mar-1958.txt

A date that stands first is the date of issue. One that stands elsewhere is it if the name holds no other: of two that
differ, one is what the article is about. A month without a day counts only where it is all that the name says beside
one word, and so does a year: 1958年计划 is a title.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rag.corpus.dates import ENGLISH_MONTH, HAN_YEAR, NUMERAL, WEEKDAY, day_or_month_first, read_date
from rag.corpus.header import page_number
from rag.corpus.papers import before_a_date
from rag.language.years import ANY_YEAR

WHERE = "anywhere in it, as 1958-03-02, 19580302, 1958年3月2日 or 2 March 1958"
"""Where a date is looked for in a name, and in which forms, for messages."""
_YEAR = f"(?:{ANY_YEAR}|{HAN_YEAR})"
_MONTH = rf"\s*年\s*(?:[{NUMERAL}]{{1,3}}|元)\s*月"
_HAN_MONTH = rf"{_YEAR}{_MONTH}"
_OTHER_YEAR = rf"(?:中华)?民国(?:元|[{NUMERAL}]{{1,4}})|(?<![{NUMERAL}])[{NUMERAL}]{{2}}"  # 民国四十七年, 五八年
_HAN_DATE = rf"(?<![0-9])(?:{_YEAR}|{_OTHER_YEAR}){_MONTH}\s*[{NUMERAL}]{{1,3}}\s*[日号號]"
_PARTS = rf"(?<![0-9]){ANY_YEAR}(?:[-. –]?[0-9]{{2}}[-. –]?[0-9]{{2}}|[-. –][0-9]{{1,2}}[-. –][0-9]{{1,2}})(?![0-9])"
_GAP = r"[\s.,-]*"
_ORDINAL = "[0-9]{1,2}(?:st|nd|rd|th)?"
_NAMED = (
    rf"(?<![0-9])(?:{_ORDINAL}{_GAP}{ENGLISH_MONTH}{_GAP}{ANY_YEAR}"
    rf"|(?<![a-z]){ENGLISH_MONTH}{_GAP}{_ORDINAL}[\s.,-]+{ANY_YEAR}"
    rf"|{ANY_YEAR}{_GAP}{ENGLISH_MONTH}{_GAP}[0-9]{{1,2}})(?![0-9])"
)
_DAY_FIRST = rf"(?<![0-9])[0-9]{{1,2}}[-. ][0-9]{{1,2}}[-. ]{ANY_YEAR}(?![0-9])"
_DAY = re.compile(f"{_HAN_DATE}|{_PARTS}|{_NAMED}|{_DAY_FIRST}", re.IGNORECASE)
_CLOCK = re.compile(r"[- tT]{1,3}(?:[0-2][0-9][0-5][0-9][0-5][0-9]|[0-2][0-9][-.h][0-5][0-9][-.m][0-5][0-9])(?![0-9])")
_SCANNERS = "1990"  # a date of that year or later with the time of day is when the file was made
# the digital People's Daily: rmrb2019010104.pdf, nw.D110000renmrb_20190101_1-04.htm
_WITH_PAGE = re.compile(
    r"(?<=[A-Za-z])[12][0-9]{7}(?P<page>[0-9]{2})(?![0-9])"
    r"|(?<=renmrb )[12][0-9]{7} [0-9]{1,2}-(?P<last>[0-9]{2})$"
)
_WITHIN = re.compile(
    rf"(?P<month>{_HAN_MONTH}|{ANY_YEAR}[-. ]?[0-9]{{2}}"
    rf"|{ENGLISH_MONTH}{_GAP}{ANY_YEAR}|{ANY_YEAR}{_GAP}{ENGLISH_MONTH})|{_YEAR}年?",
    re.IGNORECASE,
)
_CHINESE = re.compile("[ -~\u3000-\u303f\uff00-\uffef\u2010-\u2027\u4e00-\u9fff·]+")
_ONE_WORD = re.compile(r"(?:[^\W\d]+[-. ]?)?")
_EDGE = r"[\s.,()\[\]【】–-]*"
_PAGE = rf"(?:第\s*[{NUMERAL}]{{1,4}}\s*[版页頁]|[0-9]{{1,3}}\s*版|版\s*[0-9]{{1,3}}|(?:page|pg|p)[\s._-]*[0-9]{{1,3}})"
_PAGE_AFTER = re.compile(rf"{_EDGE}(?:(?:{WEEKDAY}){_EDGE})?(?P<page>{_PAGE})(?![0-9A-Za-z])", re.IGNORECASE)
_PAGE_BEFORE = re.compile(rf"(?<![A-Za-z])(?P<page>{_PAGE}){_EDGE}$", re.IGNORECASE)
_PAGE_LAST = re.compile(rf"(?P<page>(?<=[\s.,(\[-]){_PAGE}|第\s*[{NUMERAL}]{{1,4}}\s*版){_EDGE}$", re.IGNORECASE)


def in_text(name: str, encoding: str | None = None) -> str:
    """The name of a file as text where its bytes are not UTF-8 (Python has U+DC80 to U+DCFF for them): in `encoding`
    if that fits, else in GBK if that gives nothing but ASCII and Chinese, as in archives packed on Windows; else as it
    is."""
    try:
        name.encode("utf-8")
        return name
    except UnicodeEncodeError:
        raw = os.fsencode(name)
    for codec in filter(None, (encoding, "gbk")):
        with contextlib.suppress(UnicodeError):
            text = raw.decode(codec)
            if codec == encoding or _CHINESE.fullmatch(text):
                return text
    return name


@dataclass(frozen=True, slots=True)
class FileName:
    """What the name of a file says. `date` is as from `read_date`, None if there is none that can be told; then
    `fault` says what stands there instead, "" if nothing does. `title` is what is left of the name, `paper` the
    newspaper that stands before the date, "" if none does."""

    title: str
    date: str | None = None
    page: int | None = None
    fault: str = ""
    paper: str = ""


def read_name(stem: str) -> FileName:
    """What the name of a file says, its ending taken off."""
    said = _plain(stem)
    days = list(_days(said)) or [day for day in [_month_or_year(said)] if day]
    real = [day for day in days if day.date]
    fault = ""
    if days and not real:
        fault = f'"{stem[days[0].start : days[0].end]}" in the file name is not a real date'
        fault += " that can be told: day or month may come first" if day_or_month_first(days[0].said) else ""
    elif real and real[0].start > 0 and len({day.date for day in real}) > 1:
        first, second = (stem[day.start : day.end] for day in real[:2])
        fault = f'the file name holds two dates, "{first}" and "{second}", neither of them first'
    if fault or not real:
        return FileName(_title(stem, []), fault=fault)
    day = real[0]
    page = _page(said, day)
    title = _title(stem, [(day.start, day.end), *([page.span()] if page else [])])
    number = page_number(page["page"]) if page else day.page
    return FileName(title or stem, day.date, number, paper=before_a_date(said[: day.start]))


@dataclass(frozen=True, slots=True)
class _Day:
    start: int
    end: int
    said: str
    date: str | None
    page: int | None = None


def _plain(stem: str) -> str:
    """The name with a blank for `_` and full-width characters as narrow ones, every character in its place."""
    narrow = (unicodedata.normalize("NFKC", c) for c in stem)
    return "".join(n if len(n) == 1 else c for n, c in zip(narrow, stem, strict=True)).replace("_", " ")


def _days(said: str) -> Iterator[_Day]:
    if (match := _WITH_PAGE.search(said)) and (found := read_date(match[0][:8])):
        yield _Day(*match.span(), match[0], found, page_number(match["page"] or match["last"]))
        return
    for match in _DAY.finditer(said):
        figures = re.sub("[^0-9]", "", match[0])
        found = read_date(re.sub(r"\s+", " ", match[0])) or (read_date(figures) if len(figures) == 8 else None)
        if not (found and found >= _SCANNERS and _CLOCK.match(said, match.end())):
            yield _Day(*match.span(), match[0], found)


def _month_or_year(said: str) -> _Day | None:
    word = _ONE_WORD.match(said)
    for start in dict.fromkeys((0, word.end() if word else 0)):
        match = _WITHIN.match(said, start)
        if match is None or not (found := read_date(re.sub(r"\s+", " ", match[0]))):
            continue
        rest = said[match.end() :]
        page = _PAGE_AFTER.match(rest)
        alone = not rest[page.end() if page else 0 :].strip(" .,()[]【】–-")
        if alone or (start == 0 and match["month"] and re.match(r"[ -]+[^\W\d]", rest)):
            return _Day(start, match.end(), match[0], found)
    return None


def _page(said: str, day: _Day) -> re.Match[str] | None:
    return (
        _PAGE_AFTER.match(said, day.end) or _PAGE_BEFORE.search(said, 0, day.start) or _PAGE_LAST.search(said, day.end)
    )


def _title(stem: str, taken: list[tuple[int, int]]) -> str:
    for start, end in sorted(taken, reverse=True):
        before = stem[:start].rstrip(" _-.,")
        stem = f"{before} {stem[end:].lstrip(' _-.,')}" if before else stem[end:].lstrip(" _-.,")
    left = re.sub(r"[\s_]+", " ", stem)
    for pair in ("()", "（）", "[]", "【】"):
        if left.count(pair[0]) != left.count(pair[1]) or re.search(rf"\{pair[0]}\s*\{pair[1]}", left):
            left = left.replace(pair[0], " ").replace(pair[1], " ")
    return " ".join(left.split()).strip(" -.,")
