"""What of a question is no part of what is asked: how long the answer should be, and where it was printed.

"According to the People's Daily of 29 January 1958, page 3, how long did the heat take? Answer in 50 words." asks how
long the heat took. The page is told apart from the rest; dates stay, `rag.query` reads them.
"""

from __future__ import annotations

import re

from rag.datatypes import Lang
from rag.language.numerals import parse

_EN_COUNT = r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|a few|several|some|a couple of)"
_EN_ABOUT = (
    r"(?:(?:about|around|roughly|exactly|at most|no more than|not more than|up to|under|fewer than|less than)\s+)?"
)
_EN_UNIT = r"(?:words?|sentences?|lines?|paragraphs?|characters?|bullet points?|points|pages)"
_EN_PAPER = r"(?:the\s+)?(?:people['’]?s\s+daily|renmin\s+ribao|jen-?min\s+jih-?pao)"
_ZH_COUNT = r"[\d一二两三四五六七八九十百几]+"
_ZH_PAPER = r"《?人民日报》?"
_ZH_TELLS = r"(?:报道|报导|刊登|登载|刊载|记载|载|称|说|讲|所[载述说])"

_EN_SAY = (
    r"(?:please\s+)?(?:answer|reply|respond|write|explain|summari[sz]e|describe|tell me|keep it)\s+"
    r"(?:it\s+|this\s+|me\s+)?"
)
_EN_LENGTH = rf"(?:with)?in\s+{_EN_ABOUT}{_EN_COUNT}\s+{_EN_UNIT}(?:\s+or\s+(?:less|fewer))?"
_ZH_LENGTH = rf"(?:大?约|不超过|最多|至多)?{_ZH_COUNT}[个条]?(?:字|句话?|段话?|行字?)(?:左右|以内|之内|以下|内|上下)?"
_ZH_SAY = r"(?:来?(?:简要|简短|扼要)?地?(?:回答|作答|概括|说明|总结|介绍|简述|描述|讲讲|说说))"
_LENGTH: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        rf"[,;]?\s*\b(?:{_EN_SAY}(?:briefly|{_EN_LENGTH})|(?:briefly|{_EN_LENGTH})(?=\s*(?:[.,;:!?]|$)))(?:\s*,?\s*please)?",
        re.I,
    ),
    "zh": re.compile(
        rf"[，,；;]?\s*请你?(?:[用以在]|控制在)?{_ZH_LENGTH}{_ZH_SAY}?(?:一下)?"
        rf"|(?:^|[，,；;]|(?<=[。？！?!]))\s*(?:[用以在]|控制在)?{_ZH_LENGTH}{_ZH_SAY}?(?:一下)?(?=[，,；;。？！?!]|$)"
    ),
}
_EXAMPLES: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        rf"\b(?:(?:please\s+)?(?:give|list|name|show|tell|find|cite)\s+(?:me\s+|us\s+)?)(?:at least\s+)?{_EN_COUNT}\s+"
        r"(?=(?:\w+\s+)?(?:examples?|facts?|things|instances?|points)\b)",
        re.I,
    ),
    "zh": re.compile(
        rf"请?你?[举列给](?:出|举)?(?:我)?{_ZH_COUNT}[个条点件则](?=[^，。？！]*(?:例子?|事实|情况|要点))"
    ),
}
_SOURCE: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        rf"\b(?:(?:according\s+to|as\s+(?:reported|printed)\s+(?:in|by))\s+(?:{_EN_PAPER}|(?:the|this)\s+(?:news)?paper)"
        rf"|(?:reported\s+|printed\s+)?(?:in|by)\s+{_EN_PAPER})(?:\s+(?:of|on|for|in)(?=\s))?\s*,?\s*",
        re.I,
    ),
    "zh": re.compile(
        rf"(?:[据依照]|根据|按照?|依据)\s*{_ZH_PAPER}(?:的?{_ZH_TELLS})?[，,：:]?"
        rf"|{_ZH_PAPER}的?{_ZH_TELLS}(?:过|了)?[，,：:]"
        rf"|{_ZH_PAPER}(?=\s*第?\s*{_ZH_COUNT}\s*版)"
        rf"|{_ZH_PAPER}(?=\s*(?:[\d一二三四五六七八九〇○零]{{2,4}}年)[^，。？！]*(?:日|月|版)(?:的?{_ZH_TELLS}|[，,：:]))"
    ),
}
_PAGE: dict[Lang, re.Pattern[str]] = {
    "en": re.compile(
        r"[,;(]?\s*\b(?:on\s+|of\s+)?(?:the\s+)?(?:page|p\.)\s*(\d{1,2})\b\)?\s*(?:,(?=\s)|of(?=\s+the\b))?", re.I
    ),
    "zh": re.compile(
        rf"[，,（(]?\s*第\s*([\d一二三四五六七八九十]{{1,3}})\s*版[）)]?(?:上|的)?(?:{_ZH_TELLS}?[，,：:])?"
    ),
}
_AT_LEAST: dict[Lang, int] = {"en": 8, "zh": 4}
"""Letters that must be left of a question; of one that is all request nothing is taken away."""
MOST_PAGES = 32
"""Pages of an issue; a higher number is none."""


def asked(question: str, lang: Lang) -> tuple[str, int | None]:
    """A question without its request and its source, and the page it names, None if it names none."""
    text, page = _SOURCE[lang].sub(" ", question), None
    found = _PAGE[lang].search(text)
    number = parse(found[1]) if found else None
    if found and number and 1 <= number <= MOST_PAGES:
        page, text = int(number), f"{text[: found.start()]} {text[found.end() :]}"
    for pattern in (_LENGTH[lang], _EXAMPLES[lang]):
        text = pattern.sub(" ", text)
    if text != question:
        text = re.sub(r"(?<=[?？!！])\s*[.。，,]+$", "", " ".join(text.split())).strip(" ，,；;：:")
    if sum(map(str.isalnum, text)) < _AT_LEAST[lang]:
        return question, page
    return text, page
