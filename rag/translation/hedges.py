"""How exactly a figure is meant: 三千多 and "more than 3,000", 约 and "about", 近 and "nearly"; in folded text."""

from __future__ import annotations

import re
from typing import Literal

from rag.datatypes import Lang

Hedge = Literal["", "more", "less", "about", "range", "vague"]
"""More than is said, less, about as much; between two figures; no more than an order of magnitude (几千, dozens)."""

_ZH_INSIDE: list[tuple[Hedge, str]] = [
    ("vague", "^(?:[一二三四五六七八九]?十)?[数几]|^[十百千万]几|^[数几]"),
    ("more", "[多余]|以上|强$"),
    ("less", "以下"),
    ("about", "[十百千万亿0-9]来|左右|上下"),
]
_ZH_BEFORE: list[tuple[Hedge, str]] = [
    ("more", "(?:超过|超出|突破|逾|不只是?|最[短少低]|不下|不止|至少|不少于)(?:了|需要?|要|有|达)?$"),
    (
        "less",
        "(?:不到|不足|将近|接近|(?<![最附远])近|几乎|快|最多|不超过|不过|至多|最高|差不多|以内)(?:有|达|占|需要?|要)?$",
    ),
    ("about", "(?:(?<![节条合纽公契租预制])约|大概|大致)[为有占达当]?$"),
]
_ZH_AFTER: list[tuple[Hedge, str]] = [
    ("more", "^[^，。；、,;0-9一二三四五六七八九]{0,4}?(?:以上|有余|开外|挂零)|^多|^强(?![大烈度])"),
    ("less", "^[^，。；、,;0-9一二三四五六七八九]{0,4}?(?:以下)"),
    ("about", "^[^，。；、,;0-9一二三四五六七八九]{0,4}?(?:左右|上下|光景)|^来(?!自|到)"),
]
_EN_BEFORE: list[tuple[Hedge, str]] = [
    ("more", "(?<!no )(?<!not )more than|over|above|upwards? of|in excess of|exceed(?:s|ed|ing)?|at least"
             "|no (?:less|fewer) than"
             "|not less than"
             "|surpass(?:es|ed|ing)?|br(?:eak|oke|eaking|oken)s? through|topp(?:ed|ing)|greater than"
             "|well over|beyond|better than"),
    ("less", "less than|fewer than|under|below|nearly|almost|close to|up to"
             "|(?:not|no) (?:higher|greater|larger) than|at most|not more than|no more than|near"
             "|not exceeding|approaching|a maximum of"),
    ("about", "about|around|some|approximately|roughly|circa|an estimated|estimated"),
]  # fmt: skip
_EN_INSIDE_VAGUE = r"^(?:a few|several|dozens|tens|hundreds|thousands|millions|scores)\b"
_EN_AFTER: list[tuple[Hedge, str]] = [
    (
        "more",
        r"^(?: [\w-]+){0,2}? (?:or|and|plus) (?:more|above|over|upwards)\b(?! than)"
        r"|^[ -]?(?:odd|plus)\b|^\+(?![0-9])",
    ),
    ("less", r"^(?: [\w-]+){0,2}? (?:or|and) (?:less|fewer|under|below)\b"),
    ("about", r"^(?: [\w-]+){0,2}? or (?:so|thereabouts)\b"),
]


def _compiled(rows: list[tuple[Hedge, str]], wrap: str = "%s") -> list[tuple[Hedge, re.Pattern[str]]]:
    return [(hedge, re.compile(wrap % pattern)) for hedge, pattern in rows]


_ZH_IN, _ZH_FRONT, _ZH_BACK = _compiled(_ZH_INSIDE), _compiled(_ZH_BEFORE), _compiled(_ZH_AFTER)
_EN_FRONT = _compiled(_EN_BEFORE, r"\b(?:%s) (?:the |an? |another |these )?$")
_NO_HEDGE = re.compile(r"\b(?:over|around|above|under|below|beyond|near) (?:the |these |those |a |an )$")
"""Over the four years, around the ten villages: where and when, not how many."""
_DECADE = re.compile("['’]?s\\b")
_TO_SECOND = re.compile("^[°%]?[—–~到至-]+[0-9]+[°%]?")
_FIRST_OF_TWO = re.compile(
    r"\b(?:[0-9][0-9.,]*|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:°|%)? ?(?:-|–|—|to|or) ?$"
)
_EN_BACK = _compiled(_EN_AFTER)
_EN_LEAD = re.compile(
    "(?:more than|over|upwards of|in excess of|about|around|nearly|almost|some|approximately|roughly|at least|at most"
    "|up to|less than|fewer than|close to) "
)
_NUMBER = re.compile(r"[0-9][0-9,.]*(?: (?:hundred|thousand|million|billion))*|[a-z]+")


def hedge(folded: str, start: int, end: int, lang: Lang) -> Hedge:
    """How exactly the figure at `start` to `end` of a folded text is meant; "" if nothing is said of it."""
    if lang == "zh":
        for kind, pattern in _ZH_IN:
            if (
                pattern.search(folded, start, end)
                if not pattern.pattern.startswith("^")
                else pattern.match(folded[start:end])
            ):
                return kind
        lasting = folded[end - 1 : end] in "年天月日时"  # 三十年来: since then
        after = folded[end : end + 8].removeprefix("来") if lasting else folded[end : end + 8]
        if lasting and folded[start - 1 : start] == "近":
            return ""  # 近两年: the last two years
        after = _TO_SECOND.sub("", after)
        return _first(_ZH_FRONT, folded[max(0, start - 6) : start]) or _first(_ZH_BACK, after)
    lead = _EN_LEAD.match(folded, start, end)
    begin = lead.end() if lead else start
    if re.match(_EN_INSIDE_VAGUE, folded[begin:end]):
        return "vague"
    if _DECADE.match(folded[end : end + 3]):
        return "more"  # in their 20s: 二十多岁
    if first := _FIRST_OF_TWO.search(folded, max(0, begin - 16), begin):
        begin = first.start()  # more than 10-20: said of both
    before = folded[max(0, begin - 24) : begin]
    front = "" if _NO_HEDGE.search(before) else _first(_EN_FRONT, before)
    return front or _first(_EN_BACK, folded[end : end + 24]) or _inside(folded[begin:end])


_ZH_NEAR = re.compile(
    "(?<![节条合纽公契租预制])约|[近余多超强达]|大概|差不多|估计|预计|左右|上下|以[上下内外]|不[到足满下止]|至少|几乎|或更|来说|来"
)
_EN_NEAR = re.compile(
    r"\b(?:about|around|approximately|some|nearly|almost|over|more|less|under|below|above|roughly|close|least|most"
    r"|up to|odd|or so|beyond|past|maximum|minimum|higher|longer|estimat\w+|exceed\w*|fewer|further)\b"
)
_NEAR = {"zh": (14, 10), "en": (40, 30)}


def hedged_near(text: str, start: int, end: int, lang: Lang) -> bool:
    """Whether a hedge stands near enough to belong to the figure at `start` to `end`, with words between.

    约占全国十分之一; "approximately three in every ten". `text` is not looked at beyond other figures: pass it cut.
    """
    before, after = _NEAR[lang]
    near = text[max(0, start - before) : start] + " | " + text[end : end + after]
    return bool((_ZH_NEAR if lang == "zh" else _EN_NEAR).search(near.lower()))


def _inside(figure: str) -> Hedge:
    if re.search(r"\b(?:or more|odd)\b|\+", figure):
        return "more"
    return ""


def _first(table: list[tuple[Hedge, re.Pattern[str]]], context: str) -> Hedge:
    return next((kind for kind, pattern in table if pattern.search(context)), "")
