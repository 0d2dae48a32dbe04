"""What of a question is no part of what is asked: how long the answer should be, and where it was printed.

"According to the People's Daily of 29 January 1958, page 3, how long did the heat take? Answer in 50 words." asks how
long the heat took. The page and the newspaper are told apart from the rest; dates stay, `rag.query` reads them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.datatypes import PEOPLES_DAILY, Lang, Paper
from rag.language.numerals import EN_NUMERAL, EN_WORDS, parse

_EN_COUNT = rf"(?:\d+|{EN_NUMERAL}|an?(?=\s+(?:single|few|couple|short|hundred)\b)|(?:a\s+)?few|several|some)"
_EN_UNIT = r"(?:words?|sentences?|lines?|paragraphs?|characters?|bullet\s+points?|bullets?|points?|pages?)\b"
_EN_LENGTH = (
    rf"(?:{_EN_COUNT}[\s-]+(?:(?:single|short|couple\s+of|or\s+(?:fewer|less))\s+)*{_EN_UNIT}|one-liner|brief(?:ly)?\b"
    r"|concise(?:ly)?\b|short(?:ly)?\b)"
)
_EN_AROUND = (  # what an order for a length is made of beside the length
    r"(?:please|answer|reply|respond|response|write|explain|summari[sz]e|describe|tell|give|keep|limit|restrict|use|make"
    r"|using|it|its|this|your|the|an?|me|us|to|be|is|of|in|within|with|by|about|around|roughly|exactly|approximately|at"
    r"|most|least|no|not|more|longer|than|up|under|below|only|just|max(?:imum)?\.?|minimum|fewer|less|over|exceed|should"
    r"|must|and|or)"
)
_EN_REQUEST = rf"(?:{_EN_AROUND}[\s,-]+)*{_EN_LENGTH}(?:[\s,-]+(?:{_EN_AROUND}|{_EN_LENGTH})\b\.?)*"
_EN_ORDER = (
    r"(?:please\s+)?(?:answer|reply|respond|write|explain|summari[sz]e|describe|tell|give|keep|limit|use|in|within)\b"
)
_ZH_COUNT = r"[\d一二两三四五六七八九十百几]+"
_ZH_LENGTH = rf"(?:{_ZH_COUNT}[个条]?(?:字|句话?|段话?|段|行字?|点)|简短|简要|简单|扼要|简洁)"
_ZH_AROUND = (
    r"(?:请|你|您|用|以|在|把|控制|不要?|超过|多于|大?约|最多|至多|限制?于?|左右|以内|之内|以下|内|上下|为|到|来|地|分|只|只用"
    r"|就|行|即可|好|可以|一下|字数|篇幅|长度|答案|的?话|给我|给出|告诉我?|我|答|写"
    r"|(?:回答|作答|概括|说明|总结|介绍|简述|描述|讲讲|说说|讲|说|列出)(?!了|的|过)|\s)"
)
_ZH_REQUEST = rf"{_ZH_AROUND}*{_ZH_LENGTH}(?:{_ZH_AROUND}|{_ZH_LENGTH})*"
_CLAUSE = r"(?:(?<=[.?!;,:(。？！；，：（])|^)\s*"
_ENDS = r"\s*(?=[.?!;,:)。？！；，：）]|$)"
_LENGTH: dict[Lang, tuple[re.Pattern[str], ...]] = {
    # a clause of its own, the front of one, the end of one
    "en": (
        re.compile(f"{_CLAUSE}{_EN_REQUEST}{_ENDS}", re.I),
        re.compile(
            rf"{_CLAUSE}(?={_EN_ORDER}){_EN_REQUEST}\s*(?=\b(?:what|which|who|how|why|when|where)\b)",
            re.I,
        ),
        re.compile(
            rf"\s(?:with)?in\s+(?:{_EN_AROUND}\s+)*{_EN_LENGTH}(?:\s+or\s+(?:less|fewer))?(?:\s*,?\s*please)?{_ENDS}",
            re.I,
        ),
    ),
    "zh": (
        re.compile(f"{_CLAUSE}{_ZH_REQUEST}{_ENDS}"),
        re.compile(
            rf"{_CLAUSE}(?:请你?|麻烦)?(?:[用以在]|控制在|简){_ZH_AROUND}*{_ZH_LENGTH}{_ZH_AROUND}*(?![了的过])"
        ),
    ),
}
_EXAMPLES: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        rf"{_CLAUSE}(?:please\s+)?(?:give|list|name|show|tell|find|cite|mention)\s+(?:me\s+|us\s+)?"
        rf"(?:(?:at\s+least|up\s+to|the|top|first|main|most\s+important)\s+)*{_EN_COUNT}\s+(?=[a-z])",
        re.I,
    ),
    "zh": re.compile(rf"{_CLAUSE}请?你?(?:列举|列出|举出?|给出?|说出|找出|写出)(?:我)?{_ZH_COUNT}[个条点件则项种]"),
}
_EN_TOLD = r"(?:wr(?:ote|ites)|reports?|reported|sa(?:id|ys)|states?|stated|tells|told|puts?(?:\s+it)?)"
_EN_DAY = r"(?:\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_ZH_TELLS = "(?:报道|报导|刊登|登载|刊载|记载|载|称|说|讲|所[载述说])[过了]?"
_ZH_DAY = "[0-9０-９一二三四五六七八九十廿卅〇○零民国'年月日号 ]{4,16}"
_ALSO_CALLED = {"People's Daily": r"renmin\s+ribao|jen-?min\s+jih-?pao|\bRMRB"}


@lru_cache(maxsize=64)
def _source(lang: Lang, papers: tuple[Paper, ...]) -> tuple[re.Pattern[str], ...]:
    """How a question names one of these newspapers as its source; what names it is the group `paper`."""
    if lang == "en":
        names = "|".join(filter(None, (in_english(paper) for paper in papers))) or "(?!)"
        paper = rf"(?:(?:the\s+)?(?P<paper>{names})\b)"
        return (
            re.compile(
                r"\b(?:according\s+to|(?:as\s+)?(?:reported|printed|published)\s+(?:in|by))\s+"
                rf"(?:{paper}|(?:the|this)\s+(?:news)?paper)(?:\s+(?:of|on|for|in)(?=\s))?\s*,?\s*",
                re.I,
            ),
            re.compile(rf"\bas\s+{paper}\s+{_EN_TOLD}\s*(?:in|on)?\s*,?\s*", re.I),
            re.compile(rf"(?:\b(?:in|by|from)\s+)?{paper}(?:\s*[,(:]|\s+(?:of|on|for)\b)?\s*(?={_EN_DAY})", re.I),
            re.compile(rf"^\s*{paper}\s*[,:]\s*", re.I),
            re.compile(rf"\b(?:in|by)\s+{paper}(?:\s*,|(?=\s*[?.]|$))\s*", re.I),
        )
    paper = f"《?(?P<paper>{'|'.join(re.escape(paper.zh) for paper in papers if paper.zh) or '(?!)'})》?"
    return (
        re.compile(
            rf"(?:根据|按照?|依据|依照|[据依]|翻开|查)?\s*(?:(?P<day>{_ZH_DAY})的?)?{paper}\s*(?:的?(?P<day2>{_ZH_DAY}))?"
            rf"(?:的|上|中|里)?(?:{_ZH_TELLS})?[，,：:]"
        ),
        re.compile(rf"^\s*{_ZH_TELLS}[，,：:]"),
        re.compile(rf"(?:根据|按照?|依据|依照|[据依])\s*{paper}的?(?:{_ZH_TELLS})?"),
        re.compile(rf"{paper}\s*(?=的?{_ZH_DAY})"),
        re.compile(rf"(?:在|(?<=[年月日号])的?){paper}(?:上|中|里)?"),
    )


def in_english(paper: Paper) -> str:
    """A pattern of its English names, "" if none is known."""
    name = re.escape(paper.en).replace("'", "['’]?").replace(r"\ ", r"\s+")
    return "|".join(filter(None, (name, _ALSO_CALLED.get(paper.en))))


_PAGE: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"[,;(]?\s*\b(?:(?:on|of|from)\s+)?(?:the\s+)?(?:(?:page|pg\.?|p\.?)\s*"
        rf"(?P<page>\d{{1,2}}|(?:{'|'.join(EN_WORDS)})(?!-))\b|(?P<front>front\s+page)\b)\)?\s*"
        r"(?:,(?=\s)|of(?=\s+(?:the\b|\d)))?",
        re.I,
    ),
    "zh": re.compile(
        rf"[，,（(]?\s*(?:(?:第|(?<=[日号报》]))\s*(?P<page>[\d一二三四五六七八九十]{{1,3}})\s*版|(?P<front>头版)(?:头条)?)[）)]?"
        rf"(?:上|的)?(?P<end>(?:{_ZH_TELLS})?[，,：:]?)"
    ),
}
_AT_LEAST: dict[Lang, int] = {"en": 8, "zh": 4}
"""Letters that must be left of a question; of one that is all request nothing is taken away."""
MOST_PAGES = 32
"""Pages of an issue; a higher number is none."""


def asked(question: str, lang: Lang, papers: Sequence[Paper] = (PEOPLES_DAILY,)) -> tuple[str, int | None]:
    """A question without its request and its source, which may be one of `papers`, and the page it names, None if it
    names none."""
    text, page = question, None
    if found := _PAGE[lang].search(text):
        named = found["page"] or ""
        number = 1 if found["front"] else EN_WORDS.get(named.lower()) or parse(named)
        if number and 1 <= number <= MOST_PAGES:
            page, between = int(number), " " if lang == "en" else found["end"]
            text = f"{text[: found.start()]}{between}{text[found.end() :]}"
    for pattern in _source(lang, tuple(papers)):
        text = pattern.sub(_days_of, text)
    for pattern in (*_LENGTH[lang], _EXAMPLES[lang]):
        text = pattern.sub(" ", text)
    if text != question:
        text = re.sub(r"\(\s*\)|（\s*）", " ", text)
        text = re.sub(r"(?<=[?？!！])[\s.。，,;；]+$|\s+(?=[?.!,])", "", " ".join(text.split())).strip(" .，,；;：:")
    if sum(map(str.isalnum, text)) < _AT_LEAST[lang]:
        return question, page
    return text, page


def source(question: str, lang: Lang, papers: Sequence[Paper]) -> Paper | None:
    """The one of `papers` that a question names as its source; None if it names none of them."""
    for one in papers:
        for pattern in _source(lang, (one,)):
            if (found := pattern.search(question)) and found.groupdict().get("paper"):
                return one
    return None


def unnamed(question: str, lang: Lang, papers: Sequence[Paper]) -> str:
    """A question that says "the newspaper" (报纸) for each of `papers` that it names."""
    if lang == "en":
        names = "|".join(filter(None, map(in_english, papers)))
        return re.sub(rf"(?:\bthe\s+)?(?:{names})\b", "the newspaper", question, flags=re.I) if names else question
    names = "|".join(re.escape(paper.zh) for paper in papers if paper.zh)
    return re.sub(f"《?(?:{names})》?", "报纸", question) if names else question


def _days_of(named: re.Match[str]) -> str:
    """The days that the naming of a source holds."""
    return " ".join(["", *(day for name, day in named.groupdict().items() if day and name != "paper"), ""])
