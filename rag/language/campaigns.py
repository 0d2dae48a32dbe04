"""Campaigns and plans as times: "before the Great Leap", 大跃进期间, "during the First Five-Year Plan".

Only with a word of time beside it does a campaign name one; by itself it is a subject. The days are those of the
decisions that began and ended it: the Great Leap Forward from the second session of the Eighth Party Congress (5 May
1958) to the ninth plenum (18 January 1961), the First Five-Year Plan 1953 to 1957 and the Second 1958 to 1962 by
their own terms, the Hundred Flowers from Mao's speech (2 May 1956) to the editorial that ended it (8 June 1957), the
Anti-Rightist Campaign from that editorial to the end of 1957, the rectification from the directive of 27 April 1957
to the end of 1958.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from rag.datatypes import DateSpan, Lang
from rag.language.fold import fold_with_map

_SPANS = {
    "leap": (date(1958, 5, 5), date(1961, 1, 18)),
    "plan1": (date(1953, 1, 1), date(1957, 12, 31)),
    "plan2": (date(1958, 1, 1), date(1962, 12, 31)),
    "flowers": (date(1956, 5, 2), date(1957, 6, 8)),
    "rightists": (date(1957, 6, 8), date(1957, 12, 31)),
    "rectification": (date(1957, 4, 27), date(1958, 12, 31)),
}
_EN = {
    "leap": "great leap(?: forward)?",
    "plan1": "first five[- ]year plan",
    "plan2": "second five[- ]year plan",
    "flowers": "hundred flowers(?: campaign| movement)?",
    "rightists": "anti-?rightist (?:campaign|movement|struggle)",
    "rectification": "rectification (?:campaign|movement)",
}
_ZH = {
    "leap": "大跃进(?:运动)?",
    "plan1": "第一个五年计划|一五计划",
    "plan2": "第二个五年计划|二五计划",
    "flowers": "百花齐放(?:运动)?|双百方针提出",
    "rightists": "反右(?:派)?(?:运动|斗争)?",
    "rectification": "整风运动",
}
_EN_FRONT = r"\b(?P<when>before|prior to|until|during|throughout|after|since) (?:the )?"
_ZH_BEHIND = (
    "(?:的)?(?P<when>以前|之前|前(?!后|进|[一二两三四五六七八九十几0-9])|期间|时期|年代|以后|之后|后(?!果|勤)|以来)"
)
_BEFORE, _AFTER = {"before", "prior to", "until", "以前", "之前", "前"}, {"after", "以后", "之后", "后"}


def campaigns(said: str, lang: Lang) -> Iterator[DateSpan]:
    """The times that a text names by a campaign or plan; open ends are `date.min` and `date.max`."""
    folded, offsets = fold_with_map(said)
    names = _ZH if lang == "zh" else _EN
    for key, name in names.items():
        pattern = f"(?:{name}){_ZH_BEHIND}" if lang == "zh" else f"{_EN_FRONT}(?:{name})"
        for match in re.finditer(pattern, folded):
            start, end = offsets[match.start()], offsets[match.end() - 1] + 1
            yield DateSpan(start, end, *_bounded(match["when"], *_SPANS[key]), said[start:end])


def _bounded(when: str, since: date, until: date) -> tuple[date, date]:
    day = timedelta(days=1)
    if when in _BEFORE:
        return date.min, since - day
    if when in _AFTER:
        return until + day, date.max
    return since, date.max if when in ("since", "以来") else until
