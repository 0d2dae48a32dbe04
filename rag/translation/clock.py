"""Times of the clock in both languages: 下午一时二十六分 and "1:26 p.m."; in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.datatypes import Lang
from rag.language.numerals import EN_WORDS, parse

_N = "[0-9]{1,2}|[二三四五]?十[一二三四五六七八九]?|[零〇]?[一二两三四五六七八九]|零"
_ZH = re.compile(
    rf"(?:上午|下午|早[上晨]?|晚上?|中午|夜里?|凌晨|清晨|深夜|半夜|午夜)(?P<hour>{_N})(?:时|点钟?)"
    rf"(?:(?P<half>半)|(?P<quarter>[一三])刻|(?P<minute>{_N})分?)?"
    rf"|(?P<hour2>{_N})(?:时|点)(?P<minute2>{_N})分(?!之)|(?P<hour3>{_N})(?:时整|点钟|点整)"
)
_EN = re.compile(
    r"(?<![\w.:])(?P<hour>[0-2]?[0-9]):(?P<minute>[0-5][0-9])(?![0-9:])"
    r"|\b(?P<hour2>[0-9]{1,2}|[a-z]{3,6})(?: o'clock\b| ?[ap]\.?m\b)"
)
_HALF_DAY = 12 * 60


def clock_times(folded: str, lang: Lang) -> Iterator[tuple[int, int, float]]:
    """(start, end, minutes of the half day) of every time of the clock."""
    for match in (_ZH if lang == "zh" else _EN).finditer(folded):
        groups = match.groupdict()
        hour = _number(groups.get("hour") or groups.get("hour2") or groups.get("hour3"))
        minute = _number(groups.get("minute") or groups.get("minute2") or "0")
        minute = 30.0 if groups.get("half") else minute
        if groups.get("quarter"):
            minute = 45.0 if groups["quarter"] == "三" else 15.0
        if hour is not None and minute is not None and hour <= 24 and minute < 60:
            yield *match.span(), (60 * hour + minute) % _HALF_DAY


def _number(numeral: str | None) -> float | None:
    if not numeral:
        return None
    return float(EN_WORDS[numeral]) if numeral in EN_WORDS else parse(numeral)
