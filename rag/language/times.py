"""The times that a text speaks of, as days: 去年, 上半年, 本月中旬, 26日, "last year", "since the second half of 1956".

They are counted from the day of the dispatch, which a dateline names (新华社31日讯 in the issue of 1 June is of 31
May), else from that of the issue. What may be meant in two ways is left out: "recently", 解放前 in an article about
another country, "today" where no dateline names its day, a month far ahead that may be of the year before.

"By the end of May" and 到5月底止 are that end of May; "since" and 以来 reach to the day of the text; "before" has no
beginning. A season is by the Chinese calendar, in whole months (`rag.language.counting`).

No library does this: dateparser 1.5, asked for the times of the sample that the tests keep, puts 41 of 104 on days that
are not meant, and finds 44 where there are none; it knows points of time and no quarters, halves or datelines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import takewhile

from rag.datatypes import Dateline, DateSpan, Lang
from rag.language import counting, times_en, times_zh
from rag.language.campaigns import campaigns
from rag.language.counting import At
from rag.language.dates import MONTHS, Named, atoms, dates, joined
from rag.language.fold import fold_with_map
from rag.language.sentences import line_spans, sentence_spans

_ABROAD = re.compile(
    "苏联|莫斯科|朝鲜|平壤|越南|河内|蒙古|捷克|布拉格|波兰|华沙|匈牙利|布达佩斯|保加利亚|索非亚|罗马尼亚|布加勒斯特|阿尔巴尼亚|地拉那|德意志"
    "|德国|柏林|南斯拉夫|印度|法国|古巴|阿尔及利亚|埃及|伊拉克|"
    "soviet|ussr|moscow|korea|pyongyang|viet ?nam|hanoi|mongolia|czech|prague|polish|poland|warsaw|hungar|budapest"
    "|bulgaria|sofia|romania|bucharest|albania|tirana|german|berlin|yugoslav|\\bindia|french|france|cuba|algeria|egypt|iraq",
)
# What a sentence without any time has nothing of: most are passed over by it.
_MAY: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        "\\d|[年月日号季旬]|[今昨明前][天日晚晨夜早午]|[去今明][春夏秋冬]|[世解][纪紀放]|[建开開][国國]|成立|[计計][划劃]"
    ),
    "en": re.compile(
        r"\d|[年月日]|year|month|quarter|half|century|plan|liberation|founding|establish|yesterday|today|tomorrow|night|evening"
        r"|morning|afternoon|spring|summer|autumn|fall|winter|fifties|forties|thirties|twenties|decade"
        rf"|{'|'.join(name[:3] for name in MONTHS)}",
        re.I,
    ),
}
_PLAN = re.compile("五计划|五年计划|five[- ]year plan")
_OURS = re.compile(r"paper|本报|\bour\b", re.I)
_DAY_WORD = re.compile(
    r"[今昨前明][天日晨晚夜早]|(?:the day )?(?:before )?(?:yesterday|today|tonight|tomorrow)|last (?:night|evening)",
    re.I,
)
_DEICTIC = re.compile("[前去今本明]年|(?:last|this|next) year")
_LASTING = re.compile(r"\b(?:the|his|her|its|their|my|our|every|each) $")
_ZH_BEHIND = re.compile(
    "(?P<since>以来)|(?P<on>起)|(?P<before>以前|之前|前(?![后夕往进线来面途景列期所锋者提头半几0-9一-十两]))"
    "|(?P<after>以后|之后|后(?![来天期半续果勤方者几0-9一二三四五六七八九十两]))"
)
_EN_FRONT = re.compile(
    r"\b(?:(?P<before>before|prior to)|(?P<after>after)|(?P<since>since)"
    r"|(?P<start>from|starting|beginning|effective)) (?:the )?$"
)
_ON = re.compile(r" (?:on\b|onwards?\b)(?! (?:the|a|an|his|her|its|their|this)\b)")
_EN_END = re.compile(r"\b(?:the )?(?P<part>beginning|start|middle|end) of (?:the year )?$")
_ZH_END = re.compile("[初底末](?![期级])")


def times(body: str, lang: Lang, issue: date | None, lines: Sequence[Dateline] = ()) -> list[DateSpan]:
    """The times that a body of text speaks of, in order and without overlap; datelines are none.

    Args:
        body: the text; the offsets of what is returned are its characters.
        lang: its language.
        issue: day of the issue. Without it only what names its year is a time.
        lines: its datelines in order, as `rag.language.datelines.datelines` finds them.

    An end that is open is `date.min` or `date.max`.
    """
    found: list[DateSpan] = []
    for first, last in line_spans(body):
        past = False
        at = _at(body, issue, lines, first) if issue else None
        for start, end in sentence_spans(body[first:last], lang):
            start, end = first + start, first + end
            start = max([start, *(line.end for line in lines if line.start <= start < line.end)])
            text = body[start:end]
            if not _MAY[lang].search(text):
                continue
            if at is None:
                spans = dates(text, lang)
            else:
                abroad = at.is_abroad or bool(_ABROAD.search(text.lower()))
                own = At(at.day, at.issue, at.is_told, abroad, past)
                spans, gone = _of_sentence(text, lang, own)
                spans = [
                    s for s in spans if not (_DAY_WORD.match(s.text) and _is_quoted(body[first : start + s.start]))
                ]
                past = gone if gone is not None else past
            found += [DateSpan(start + s.start, start + s.end, s.since, s.until, s.text) for s in spans]
    return found


def _is_quoted(before: str) -> bool:
    """Whether what follows these words of a paragraph stands in a quotation, of a day that may be another."""
    opened = before.count("“") - before.count("”") if "“" in before else before.count('"') % 2
    return opened > 0


def _at(body: str, issue: date, lines: Sequence[Dateline], place: int) -> At:
    """What is counted from at a place: the dateline before it; before the first, that one, whose headline it is."""
    before = list(takewhile(lambda line: line.start <= place, lines)) or list(lines[:1])
    if not before:
        return At(issue, issue, is_told=False)
    line = before[-1]
    lead = body[line.start : body.find("\n", line.end)] if before else ""
    is_ours = bool(_OURS.search(line.agency))
    return At(line.day or issue, issue, line.day is not None or is_ours, bool(_ABROAD.search(lead.lower())))


def _of_sentence(text: str, lang: Lang, at: At) -> tuple[list[DateSpan], bool | None]:
    """The times of a sentence, and whether it has gone on to years before the last; None if it names no year."""
    folded, offsets = fold_with_map(text)
    fixed = [_ended(folded, one) for one in atoms(folded, at.day) if _is_meant(folded, one)]
    fixed = [one for one in joined(folded, fixed)]
    if lang == "zh":
        more = list(times_zh.named(folded, at, fixed))
    else:
        more = list(times_en.named(text, folded, offsets, at, fixed))
    spans = []
    taken = 0
    for start, end, since, until in map(lambda one: _bounded(folded, one, at), joined(folded, [*fixed, *more])):
        if start >= taken:
            taken = end
            spans.append(_span(text, offsets, start, end, since, until))
    for plan in campaigns(text, lang) if _PLAN.search(folded) else ():
        if _PLAN.search(plan.text.lower()) and not at.is_abroad and not any(_touch(plan, one) for one in spans):
            spans.append(plan)
    compared = (times_zh if lang == "zh" else times_en).COMPARED
    years = [u.year for a, _, s, u in fixed if s.year == u.year and not compared.search(folded, max(0, a - 40), a)]
    return sorted(spans, key=lambda one: one.start), years[-1] != at.day.year if years else None


def _span(text: str, offsets: Sequence[int], start: int, end: int, since: date, until: date) -> DateSpan:
    end -= end - start > 1 and text[offsets[end - 1]] == "的"
    first, last = offsets[start], offsets[end - 1] + 1
    return DateSpan(first, last, since, until, text[first:last])


def _touch(a: DateSpan, b: DateSpan) -> bool:
    return a.start < b.end and b.start < a.end


def _is_meant(folded: str, one: Named) -> bool:
    """Whether words that count from the text do so: not "the last year", nor 明年 in a quotation of another year."""
    start, end = one[:2]
    words = folded[start:end]
    if not _DEICTIC.search(words):
        return True
    if (
        words[0].isalpha()
        and words.isascii()
        and _LASTING.search(folded[max(0, start - 8) : start])
        and words.startswith(("last", "next"))
    ):
        return False
    before = folded[:start]
    return not (before.count('"') % 2 and re.search(r"(?:18|19)\d\d", before[: before.rfind('"')]))


def _ended(folded: str, one: Named) -> Named:
    """A year or month with its beginning, middle or end, where the words beside it say so."""
    start, end, since, until = one
    is_year = (since.month, since.day, until.month, until.day) == (1, 1, 12, 31) and since.year == until.year
    is_month = since.day == 1 and (since.year, since.month) == (until.year, until.month) and until.day >= 28
    if not (is_year or is_month):
        return one
    if behind := _ZH_END.match(folded, end) if folded[end - 1] in "月份" else None:
        return (start, behind.end(), *counting.third((since, until), behind[0] if behind[0] != "末" else "底"))
    if front := _EN_END.search(folded, max(0, start - 30), start):
        part = {"beginning": "初", "start": "初", "middle": "中", "end": "底"}[front["part"]]
        if is_month:
            return (front.start(), end, *counting.third((since, until), part))
        first, last = {"初": (1, 3), "中": (5, 8), "底": (10, 12)}[part]
        return (front.start(), end, *(counting.of_year(since.year, first, last) or (since, until)))
    return one


def _bounded(folded: str, one: Named, at: At) -> Named:
    """A time with what stands beside it: since, before, after."""
    start, end, since, until = one
    if since == date.min or until == date.max:
        return one
    next_day = until + timedelta(days=1)
    if behind := _ZH_BEHIND.match(folded, end):
        if behind["before"]:
            return (start, behind.end(), *counting.counted_up(since, until, at))
        if behind["on"]:
            return (start, behind.end(), *counting.counted_on(since, at))
        return (start, behind.end(), *counting.counted_on(since if behind["since"] else next_day, at))
    if front := _EN_FRONT.search(folded, max(0, start - 18), start):
        if front["before"]:
            return (front.start(), end, *counting.counted_up(since, until, at))
        if front["start"]:
            return (front.start(), end, *counting.counted_on(since, at)) if _ON.match(folded, end) else one
        return (front.start(), end, *counting.counted_on(since if front["since"] else next_day, at))
    return one
