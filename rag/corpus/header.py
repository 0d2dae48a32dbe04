"""The two headers of a bilingual article, each a few lines above its body.

    Title: Import of a Batch of Saccharin          ### 糖精一批进口
    Author: Zhu Youren                             朱有仁
    Date: 1957-06-01                               1957-06-01
    Paper: People's Daily                          报纸：人民日报
    Page: 4                                        第4版()
                                                   专栏：市场巡礼
    Column: Market Tour

A header is read from the top block only and each field once, so that a line of the body that looks like a field
stays text and overwrites nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.corpus.dates import NUMERAL, looks_like_a_date, precision, read_date
from rag.language.numerals import EN_WORDS, parse

HEADLINE = re.compile(r"###[ \t\u3000]+(?P<title>\S.*)|###[ \t]*$")
ORIGINAL = re.compile(r"\s*(?:Original|原文)\s*[:：]\s*", re.IGNORECASE)
_FIELD = re.compile(
    r"\s*(Title|Author|Date|Page|Edition|Column|Paper|Newspaper|报纸|報紙)[ \t]*[:：](.*)", re.IGNORECASE
)
# These are matched against stripped lines: an optional part between two runs of white space would let a line
# of spaces take quadratic time.
_NUMBER = f"[{NUMERAL}]{{1,4}}"
_PAGE = re.compile(
    rf"第\s*({_NUMBER})(?:\s*[、,，—–~至到-]\s*{_NUMBER})?\s*版(?:\s*[(（:：].*|\s+[^，。！？；：\s]{{1,12}})?"
)
_LABEL = re.compile(r"(?:(?P<date>(?:出版|见报)?日期|时间)|(?P<page>版次|版面|版))\s*[:：]\s*")
_AUTHOR = re.compile(r"(?:作者|记者)\s*[:：]\s*")
_PAPER = re.compile(r"(?:报纸|報紙|报名|報名)\s*[:：]\s*(.+)")
_BRACKETS = re.compile(r"第\s*\S{1,4}\s*版\s*[(（]")
_DATE_AND_PAGE = re.compile(r"(?P<date>[^第]{4,40}?)[\s,，]*(?P<page>第.*)")
# 光绪二十三年三月二日, which is a date, but none that can be read
_OTHER_DATE = re.compile("[^，。！？；：、]{1,12}年[^，。！？；：、]{1,5}月[^，。！？；：、]{1,5}[日号號]")
_KEYS = {"edition": "page", "newspaper": "paper", "报纸": "paper", "報紙": "paper"}
_COLUMN = re.compile(r"专栏\s*[:：](.*)")
_PREAMBLE = 4  # lines that a translator may have put above the title
_LONGEST_COLUMN = 80
_LONGEST_AUTHOR = 80
_SENTENCE_END = tuple(".!?。！？…:;,\"”’')）")


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of one header as written, stripped, blank ones left out; `lines` gives the line of each, from 1.

    The body is `preamble` followed by everything from line index `end` on.
    """

    values: Mapping[str, str]
    lines: Mapping[str, int]
    end: int
    preamble: Sequence[str] = ()
    notes: tuple[str, ...] = ()
    is_renmin_ribao: bool = False
    """Whether it has all that the collection of People's Daily puts into Chinese headers: see `rag.corpus.papers`."""


@dataclass(slots=True)
class _Fields:
    seen: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def add(self, key: str, value: str, index: int) -> None:
        self.seen[key], self.lines[key] = value.strip(), index + 1

    @property
    def filled(self) -> dict[str, str]:
        return {key: value for key, value in self.seen.items() if value}


def read_english(lines: Sequence[str], end: int) -> Header:
    """The header at the top of `lines[:end]`.

    Fields may come in any order, with blank lines between them. The first line that is none, or that repeats one,
    begins the body. Up to four lines may precede `Title:`; they stay part of the body.
    """
    top = [i for i in range(end) if lines[i].strip()][: _PREAMBLE + 1]
    start = top[0] if top else end
    if top and not _FIELD.fullmatch(lines[start]):
        start = next((i for i in top if re.match(r"\s*Title\s*[:：]", lines[i], re.IGNORECASE)), end)
        if start == end:
            return Header({}, {}, 0)
    fields, notes, stop = _Fields(), [], start
    for i in range(start, end):
        if not lines[i].strip():
            continue
        match = _FIELD.fullmatch(lines[i])
        if match is None:
            break
        key = _KEYS.get(match[1].lower(), match[1].lower())
        if key in fields.seen:
            notes.append(f"a second {match[1]}: at line {i + 1} is read as text")
            break
        if key in ("column", "paper") and len(match[2]) > _LONGEST_COLUMN:
            break
        fields.add(key, match[2], i)
        stop = i + 1
    preamble = [lines[i] for i in range(start) if lines[i].strip()]
    if preamble:
        notes.append("text before the header is kept in the body")
    return Header(fields.filled, fields.lines, stop, preamble, tuple(notes))


def read_chinese(lines: Sequence[str], start: int) -> Header:
    """The header at the top of `lines[start:]`: `### ` headline, author or nothing, date, 第N版(), 专栏：."""
    fields, i = _Fields(), _next_text(lines, start)
    if i < len(lines) and ORIGINAL.fullmatch(lines[i]):
        i = _next_text(lines, i + 1)
    stop = i
    if i < len(lines) and (headline := HEADLINE.match(lines[i])):
        fields.add("title", headline["title"] or "", i)
        stop = i + 1
        i = _next_text(lines, stop)
        if _is_author(lines, i):
            fields.add("author", _AUTHOR.sub("", lines[i].strip(), count=1), i)
            stop = i + 1
    for i in range(stop, len(lines)):
        if not lines[i].strip():
            continue
        said = _said(lines, i)
        if not said or said.keys() & fields.seen.keys() or ("column" in fields.seen and "paper" not in said):
            break
        for kind, value in said.items():
            fields.add(kind, value, i)
        stop = i + 1
    bracketed = "page" in fields.lines and _BRACKETS.match(lines[fields.lines["page"] - 1].strip())
    form = bool(bracketed and {"title", "date", "column"} <= fields.seen.keys())
    return Header(fields.filled, fields.lines, stop, is_renmin_ribao=form)


def bare_column(lines: Sequence[str], start: int, end: int, title: str) -> int | None:
    """The index of a column name that stands alone above the headline, or None.

    Asked only where the Chinese header names a column. It must be short, no sentence, unlike the title, and the
    line under it must be like the title: nothing else tells a column from a headline.
    """
    first = _next_text(lines, start, end)
    second = _next_text(lines, first + 1, end)
    if second >= end:
        return None
    line = lines[first].strip()
    short = len(line) <= _LONGEST_COLUMN and not line.endswith(_SENTENCE_END)
    return first if short and not alike(line, title) and alike(lines[second], title) else None


def repeated_headlines(lines: Sequence[str], start: int, end: int, count: int, title: str) -> tuple[str, ...]:
    """The first `count` lines of a body if together they repeat `title` and none is a sentence, else nothing."""
    first = _next_text(lines, start, end)
    block = [line.strip() for line in lines[first : min(first + count, end)]]
    whole = len(block) == count and all(block) and not any(line.endswith((".", "。")) for line in block)
    return tuple(block) if whole and alike(" ".join(block), title) else ()


def alike(left: str, right: str) -> bool:
    """True if half of the longer words of the shorter text are in the other."""
    a, b = _words(left), _words(right)
    return bool(a and b) and 2 * len(a & b) >= min(len(a), len(b))


def page_number(text: str) -> int | None:
    """The first number of a page field (4, Page 4, ４, 第四版, 十二, four), 1 to 999, or None."""
    normal = unicodedata.normalize("NFKC", text)
    if (match := re.search("[0-9]+", normal)) is not None:
        return int(match[0]) if len(match[0]) <= 3 and int(match[0]) else None
    match = re.search(f"[{NUMERAL}]{{1,4}}", normal)
    word = re.search("[A-Za-z]+$", normal.strip())
    number = int(parse(match[0]) or 0) if match else EN_WORDS.get(word[0].lower(), 0) if word else 0
    return number if 0 < number < 1000 else None


def _is_author(lines: Sequence[str], i: int) -> bool:
    """True if line `i` is followed by the date, the page or the newspaper, and is none of them itself."""
    after = _next_text(lines, i + 1)
    if after >= len(lines) or _said(lines, i) or len(lines[i]) > _LONGEST_AUTHOR:
        return False
    return bool({"date", "page", "paper"} & _said(lines, after).keys())


def _said(lines: Sequence[str], i: int) -> dict[str, str]:
    """What a line of the Chinese header gives: a date, a page, both, a newspaper, or a column; nothing if none."""
    line = lines[i].strip()
    if column := _COLUMN.fullmatch(line):
        return {"column": column[1]}
    if (paper := _PAPER.fullmatch(line)) and len(line) <= _LONGEST_COLUMN:
        return {"paper": paper[1]}
    if label := _LABEL.match(line[:_LONGEST_COLUMN]):
        value = line[label.end() :]
        if label["page"] and len(value) < _LONGEST_COLUMN and page_number(value):
            return {"page": value}
        if label["date"] and (read_date(value) or looks_like_a_date(value)):
            return {"date": value}
    if page := _PAGE.fullmatch(line):
        return {"page": page[1]}
    if looks_like_a_date(line) or _OTHER_DATE.fullmatch(line):
        return {"date": line}
    if found := read_date(line):
        # 一九五八年 above the date itself is a part of the headline
        after = _next_text(lines, i + 1)
        alone = precision(found) != "year" or after >= len(lines) or not read_date(lines[after].strip())
        return {"date": line} if alone else {}
    both = _DATE_AND_PAGE.fullmatch(line[:_LONGEST_COLUMN])
    if both and read_date(both["date"]) and (page := _PAGE.fullmatch(both["page"])):
        return {"date": both["date"], "page": page[1]}
    return {}


def _words(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {word for word in words if len(word) > 3} or set(words)


def _next_text(lines: Sequence[str], start: int, end: int | None = None) -> int:
    end = len(lines) if end is None else end
    return next((i for i in range(start, end) if lines[i].strip()), end)
