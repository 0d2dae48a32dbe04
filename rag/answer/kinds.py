"""What kind of answer a question wants, read from its wording."""

from __future__ import annotations

import re
from typing import Literal

from rag.datatypes import Lang

Kind = Literal[
    "number",
    "percent",
    "date",
    "duration",
    "person",
    "place",
    "reason",
    "manner",
    "list",
    "summary",
    "compare",
    "other",
]

# The first pattern that matches decides, so the more particular kinds stand first.
_EN: tuple[tuple[Kind, str], ...] = (
    (
        "compare",
        r"\b(compare|comparison|differ(s|ed|ence|ent|ences)?|in common|both|versus|vs|contrast|similar(ity|ities)?)\b",
    ),
    (
        "summary",
        r"\b(summar\w+|overview|main points?|what (is|was) .{0,40}\babout|tell me about|describe|outline|gist)\b",
    ),
    ("percent", r"\b(percent(age)?|per cent|what (share|proportion|fraction|rate)|pass rate|quality rate)\b"),
    (
        "duration",
        r"\bhow (long|quickly|fast|soon)\b|\bhow many (days|hours|minutes|weeks|months)\b|\bwithin how\b|\btime (did|does|was|had)\b",
    ),
    (
        "number",
        r"\bhow (many|much|big|large|often)\b|\bwhat (number|quantity|amount|total|sum|figure|output)\b|\bnumber of\b",
    ),
    ("date", r"\b(when|what (day|date|month|year|time)|which (day|date|month|year)|on which days?)\b"),
    ("person", r"\b(who|whom|whose|which (person|leader|official|secretary|director|worker|cadre))\b|\bname of the\b"),
    (
        "place",
        r"\b(where|which (city|county|province|place|plant|factory|mine|workshop|town)|in what (city|county|province|place))\b",
    ),
    ("reason", r"\b(why|what (caused|led to)|for what reason|reasons?|cause of)\b"),
    (
        "list",
        r"\b(which|list|name the|what (are|were|kinds?|types?|sorts?|measures|methods|steps|problems|conditions))\b",
    ),
    ("manner", r"\bhow\b"),
)
_ZH: tuple[tuple[Kind, str], ...] = (
    ("compare", "比较|相比|对比|区别|差别|异同|不同|相同|共同点|分别|各有|都有"),
    ("summary", "总结|概括|概述|概况|介绍|讲述?了(?:些)?什么|主要内容|大意|大致|说了些?什么|情况如何"),
    ("percent", "百分之几|百分比|比例|合格率|比率|占.{0,6}多少|[率％%].{0,6}(?:多少|是几)|几成"),
    ("duration", "多长时间|多久|多少(?:天|小时|分钟|个月|时间)|几(?:天|小时|个小时|个月)|用了多少时间|用时"),
    ("number", "多少|几(?=[个名条种项座处吨万千百次家位人件口炉级支])|数量|总数|总额"),
    ("date", "何时|什么时[候间]|哪[一]?[年月日天]|几[年月日号]|哪几天|星期几|日期|什么日子"),
    ("person", "谁|何人|哪[一]?[位个名](?:人|领导|同志|书记|厂长|部长|负责人)|什么人|哪位|叫什么名"),
    ("place", "哪里|哪儿|何地|何处|什么地方|哪[一]?[个座家](?:省|市|县|厂|矿|车间|地|城市|单位|地方|地区)|在哪"),
    ("reason", "为什么|为何|何以|原因|缘故|怎么会|为啥"),
    ("list", "哪些|哪几|列出|列举|有什么|是什么.{0,4}(?:内容|措施|办法|条件)|几个方面"),
    ("manner", "怎[样么]|如何|用什么[办方]法|通过什么|采取.{0,4}什么"),
)
_COMPILED = {lang: [(kind, re.compile(p, re.I)) for kind, p in table] for lang, table in (("en", _EN), ("zh", _ZH))}


def kind_of(question: str, lang: Lang) -> Kind:
    """The kind of answer that a question asks for; "other" if its wording does not tell."""
    return next((kind for kind, pattern in _COMPILED[lang] if pattern.search(question)), "other")
