"""Questions that only name a topic: "What did the paper report about Jiangyou?", 关于平炉有哪些文章？, "steel quality".

Of such a question nothing but the topic is to be found: "paper" and "report" are its frame, not its subject.
"""

from __future__ import annotations

import re

from rag.datatypes import Lang
from rag.language.fold import fold_with_map
from rag.language.script import HAN
from rag.language.tokens import content_keywords

_MOST: dict[Lang, int] = {"en": 4, "zh": 12}
"""Content words (Chinese: characters) of the longest topic; a longer one says what is asked for."""
_BARE: dict[Lang, int] = {"en": 3, "zh": 8}
"""The same for words given without any question, as to a search box."""

# What a frame is made of, and of it what shows that printed matter is asked about.
_EN_PRINTED = (
    "(?:people['’]s daily|newspapers?|papers?|press|archive|collection|articles?|reports?|reported|news|stor(?:y|ies)|"
    "coverage|items|passages|anything|something|everything|tell|told|said|written|printed|published|mentioned|known|"
    "happened)"
)
_EN_OTHER = (
    "(?:what|which|how|did|does|do|has|have|had|was|were|is|are|been|be|there|any|some|all|the|this|your|please|can|could|"
    "you|i|me|us|find|show|give|read|see|say|write|print|publish|mention|contain|hold|cover|know|ever|more|information|"
    "in|by|to)"
)
_EN_FRONT = re.compile(
    rf"(?:(?:{_EN_PRINTED}|{_EN_OTHER})\s+)*?"
    r"(?:about|on|of|regarding|concerning|mention|cover|happened (?:in|at|to))\s+",
    re.I,
)
_EN_BEHIND = re.compile(
    r"(?:\s+(?:in|on|at|during|from|of|by|about|before|after|since|the|this|your|people['’]s daily|newspapers?|paper|"
    r"archive|collection))+$",
    re.I,
)
_EN_PRINTED_WORD = re.compile(rf"\b{_EN_PRINTED}\b", re.I)
_EN_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|when|where|why|how|which|whether|if|is|are|was|were|did|does|do|will|would|can|could|"
    r"compare|list|explain|summari[sz]e|describe|name|give|find|tell|show|write|make|"
    r"translate|help|me|you|my|your)\b",
    re.I,
)
_ZH_PRINTED = (
    "(?:《?人民日报》?|报纸|报上|报刊|该报|档案馆?|文章|新闻|资料|文献|报道|报导|刊登|刊载|登载|记载|消息|介绍|讲述|"
    "发生|情况|关于|有关|怎么一?回事)"
)
_ZH_OTHER = (
    "(?:主要|什么|哪些|怎样|怎么样?|如何|多少|没有|里面|内容|说法|事情|一下|一些|任何|这方面|这些|涉及|提到|讲到|谈到|说说|谈谈|"
    "从(?=\\s)|(?<=\\s)期?间|请|你|给|我|找|在|对于?|就|都|又|曾经?|有|是|做|说|写|讲|提|谈|登|到|了|过|些|的|里|中|上|内|篇|事|吗|呢|,|、|\\s)"
)
_ZH_FRONT = re.compile(f"(?:{_ZH_PRINTED}|{_ZH_OTHER})*")
_ZH_BEHIND = re.compile(f"(?:{_ZH_PRINTED}|{_ZH_OTHER})*$")
_ZH_PRINTED_WORD = re.compile(_ZH_PRINTED)
_ZH_ASKS = re.compile(
    "什么|多少|哪|谁|何|怎|几[个名条种项座处吨万千百年月日天次家人件]|是否|是不是|吗|为啥|比较|相比|区别|总结|概括|列出|列举|对|你|我|[与和将会所]$"
)
_EDGES = " \t\n?？!！.。,，、:：;；'\""


def topic(question: str, lang: Lang) -> str:
    """What the question wants to read about, as it is written there, if it asks no more than that; else "".

    `question` is without the times that it names, which are no part of the topic.
    """
    folded, offsets = fold_with_map(question)
    named = _named(folded if lang == "zh" else question, lang)
    if not named or lang == "en":
        return named
    at = folded.index(named)
    return question[offsets[at] : offsets[at + len(named) - 1] + 1]


def _named(question: str, lang: Lang) -> str:
    said = question.strip(_EDGES)
    front, behind, printed, asks = (
        (_EN_FRONT, _EN_BEHIND, _EN_PRINTED_WORD, _EN_ASKS)
        if lang == "en"
        else (_ZH_FRONT, _ZH_BEHIND, _ZH_PRINTED_WORD, _ZH_ASKS)
    )
    opening = front.match(said)
    rest = said[opening.end() :] if opening else said
    named = behind.sub("", rest).strip(_EDGES)
    frame = said.replace(named, " ", 1) if named else ""
    if printed.search(frame):
        return named if 0 < _size(named, lang) <= _MOST[lang] and not asks.search(named) else ""
    asked = re.search(r"[?？]\s*$", question) or asks.search(said)
    return said if not asked and 0 < _size(said, lang) <= _BARE[lang] else ""


def _size(said: str, lang: Lang) -> int:
    return sum(map(len, HAN.findall(said))) if lang == "zh" else len(content_keywords(said))
