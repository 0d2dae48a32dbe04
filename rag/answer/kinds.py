"""What kind of answer a question wants, read from its wording."""

from __future__ import annotations

import re
from typing import Literal

from rag.datatypes import Lang

Kind = Literal[
    "number",
    "money",
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
    "definition",
    "topic",
    "other",
]

# The first kind of which a pattern matches decides, so the more particular ones stand first.
_EN: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        "compare",
        (
            r"\bcompar\w*",
            r"\bdiffer\w*",
            r"\bin common",
            r"\bboth",
            r"\bversus",
            r"\bcontrast",
            r"\bsimilar\w*",
            r"\b(?:for|in|by|of|at|did|does|was|were) each\b",
            r"\beach(?=[?,.]|\s+(?:of|one|to)\b)",
            r"\b(?:articles|reports)\b",
            r"\breport\b.{0,60}\band\b.{0,60}\breport\b",
            r"\bin order of",
            r"\brespectively\b",
        ),
    ),
    (
        "summary",
        (
            r"\bsummar(?:y|ies|i[sz]e|i[sz]ing)\b",
            r"\boverview",
            r"\bmain points?",
            r"\bwhat (is|was) .{0,40}\babout",
            r"\bgist\b",
        ),
    ),
    ("summary", (r"\btell me about", r"\bdescribe", r"\boutline\b")),
    ("percent", (r"\bpercent", r"\bper cent", r"\bwhat (share|proportion|fraction|rate)", r"\b(pass|quality) rate")),
    (
        "duration",
        (r"\bhow (long|quickly|fast|soon)", r"\bhow many (days|hours|minutes|weeks|months|years)", r"\bhow much time"),
    ),
    (
        "money",
        (r"\bhow much (money|did .{0,40}cost)", r"\bwhat did .{0,40}cost", r"\bprice", r"\bhow many yuan", r"\bbonus"),
    ),
    ("number", (r"\bhow (many|much|big|large|often)", r"\bwhat (number|quantity|amount|total|sum|figure|output)")),
    ("number", (r"\b(the|total) number of", r"\b(annual|daily|monthly|yearly|total) \w* ?(output|production)")),
    ("date", (r"\bwhen\b", r"\b(what|which) (day|date|month|year|time)", r"\bon which days?")),
    (
        "person",
        (r"\b(who|whom|whose)\b", r"\bwhich (person|leader|official|secretary|director|cadre)", r"\bname of the"),
    ),
    ("place", (r"\bwhere\b", r"\b(which|what) (city|county|province|place|plant|factory|mine|workshop|town)\b")),
    ("reason", (r"\bwhy\b", r"\bwhat (caused|led to)", r"\breasons?\b", r"\bcause of")),
    (
        "list",
        (r"\bwhich\b", r"\blist\b", r"\bname the", r"\bwhat (are|were|kinds?|types?|sorts?|measures|methods|steps)"),
    ),
    ("manner", (r"\bhow\b",)),
)
_ZH: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (
        "compare",
        (
            "比较",
            "相比",
            "对比",
            "区别",
            "差别",
            "异同",
            "不同",
            "相同",
            "共同点",
            "分别",
            "都有",
            "各[是讲说有要完]",
            "比一比",
            "先后",
            "[两几]篇",
        ),
    ),
    (
        "summary",
        (
            "总结(?!报告|大会|会议)",
            "概括",
            "概述",
            "概况",
            "介绍",
            "讲述?了(?:些)?什么",
            "主要内容",
            "大意",
            "说了些?什么",
            "情况如何",
        ),
    ),
    ("percent", ("百分之几", "百分比", "比例", "合格率", "比率", "占.{0,6}多少", "[率％%].{0,6}(?:多少|是几)", "几成")),
    ("duration", ("多长时间", "多久", "多少(?:天|小时|分钟|个月|时间)", "几(?:天|个?小时|分钟|个月)", "用时")),
    ("money", ("多少(?:钱|元|块|奖金|经费|工资)", "奖金", "价格", "费用", "花了多少", "花费")),
    ("number", ("多少", "(?<!哪)几(?=[个名条种项座处吨万千百次家人件口炉级支])", "数量", "总[数额]")),
    ("date", ("何时", "什么时[候间]", "哪一?[年月日天]", "几[年月日号]", "哪几天", "星期几", "日期", "什么日子")),
    (
        "person",
        (
            "谁",
            "何人",
            "哪一?[位个名](?:人|领导|同志|书记|厂长|部长|负责人)",
            "什么人",
            "哪位",
            "[长记任员人者师]叫什么",
            "姓什么",
        ),
    ),
    (
        "place",
        (
            "哪里",
            "哪儿",
            "何地",
            "何处",
            "什么地方",
            "哪一?[个座家](?:省|市|县|厂|矿|车间|地|城市|单位|地方|地区)",
            "在哪",
        ),
    ),
    ("reason", ("为什么", "为何", "何以", "原因", "缘故", "怎么会", "为啥", "为啥子")),
    ("list", ("哪些", "哪几", "列出", "列举", "有什么", "是什么.{0,4}(?:内容|措施|办法|条件)", "几个方面")),
    ("manner", ("怎[样么]", "如何", "用什么[办方]法", "通过什么", "采取.{0,4}什么")),
)
_COMPILED = {
    lang: [(kind, re.compile("|".join(patterns), re.I)) for kind, patterns in table]
    for lang, table in (("en", _EN), ("zh", _ZH))
}


def kind_of(question: str, lang: Lang) -> Kind:
    """The kind of answer that a question asks for; "other" if its wording does not tell."""
    return next((kind for kind, pattern in _COMPILED[lang] if pattern.search(question)), "other")
