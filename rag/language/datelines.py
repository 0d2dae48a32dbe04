"""Where a sentence begins behind its dateline: 新华社阿克拉28日电 …; Xinhua News Agency, Accra, 28th: …

A dateline names an agency or the paper itself, perhaps a place, and a day; whoever reports may follow. It stands at the
beginning of a dispatch and says nothing of its matter.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta

from rag.datatypes import Dateline, Lang
from rag.language.dates import MONTH, MONTH_NUMBER
from rag.language.fold import fold
from rag.language.numerals import parse
from rag.language.sentences import line_spans

_LONGEST = 80  # characters of a line that is nothing but a dateline

_ZH_DAY = "(?:(?:[0-9０-９]{1,2}|[一二三四五六七八九十廿卅]{1,3})日?)"
_REPORTER = r"(?:记者|特派员|通讯员)[\w、]{2,12}"
_ZH = re.compile(
    # (据)新华社开罗2月28日电 · 本报讯 · 塔斯社莫斯科三十日讯 · 仰光讯： · 吉隆坡消息：
    rf"\s*[（(【]?据?(?:(?:本报|本社|\w{{2,6}}社)(?:{_REPORTER})?[\w·]{{0,8}}?{_ZH_DAY}?"
    r"(?:专电|电讯|电|讯)(?:[）)】：:]|[\s　]+|(?<=日电)|(?<=日讯))"
    r"|[\w·]{2,6}(?:(?:讯|消息)[：:]|讯[\s　]+))"
    # 本社记者彭迪报道： · 吉隆坡消息： (据塔斯社报道, who says so, is no part of it)
    rf"\s*(?:(?:[（(]{_REPORTER}[）)]|\w{{0,5}}{_REPORTER}(?:报道|报导|摄影报道)[：:]?|(?!据)[\w·]{{2,6}}消息[：:])\s*)?"
)
_DAY = r"(?:[0-3]?[0-9](?:st|nd|rd|th)?)"
_MONTH = rf"(?i:{MONTH})\.?"
_AGENCY = "(?:News Agency|Xinhua|TASS|AFP|Reuters?|[Nn]ewspaper|[Dd]ispatch|[Cc]orrespondent)"
_EN = re.compile(
    rf"\s*[(\[]?(?=[^.:)—–]{{0,90}}{_AGENCY})[^.:)—–]{{0,110}}?"
    rf"(?:\b{_MONTH} {_DAY}|\b{_DAY}(?: (?:of )?{_MONTH})?|[Dd]ispatch(?:ed)?|[Nn]ewspaper|Agency|[Rr]eports?"
    r"|[Tt]elegram)"
    r"(?:, (?:Xinhua News Agency|TASS))?\s*[)\]]?(?:\s*\([^)]{0,60}\))?(?: (?:reported|reports))?"
    r"\s*(?:[:.](?=\s)|[)\]](?=\s)|\s-{1,2}(?=\s)|\s?[—–]{1,2})\s*"
)
_PATTERN: dict[Lang, re.Pattern[str]] = {"zh": _ZH, "en": _EN}


def dateline(sentence: str, lang: Lang) -> int:
    """The number of characters that a dateline takes at the beginning of a sentence; 0 if it has none."""
    match = _PATTERN[lang].match(sentence)
    return match.end() if match and match.end() < len(sentence.rstrip()) else 0


# What a dateline is made of, where `dateline` has found one.
_ZH_PARTS = re.compile(
    rf"[（(【\s]*据?(?P<agency>(?:本报|本社|\w{{2,4}}社)(?:特约新华社)?)?(?:{_REPORTER}(?=\d|电|讯))?(?P<place>[^\d０-９（(]{{0,10}}?)"
    r"(?:(?P<month>[\d０-９]{1,2}|[一二三四五六七八九十]{1,2})月)?(?:(?P<day>[\d０-９]{1,2}|[一二三四五六七八九十廿卅]{1,3})日?)?"
    r"(?:专电|电讯|电|讯|消息)(?:[\s　]*(?P<news>[\w·]{2,6})(?:消息|讯)[：:])?"
)
_EN_AGENCY = re.compile(
    r"Xinhua(?: News Agency)?|TASS|AFP|Reuters?|(?:[A-Z]\w+ ){1,2}News Agency"
    r"|(?:[Oo]ur|[Tt]his) (?:[Nn]ewspaper|correspondent)|Our(?= )"
)
_EN_DATE = re.compile(
    rf"\b(?:(?P<month>{_MONTH}) (?P<day>[0-3]?\d)(?:st|nd|rd|th)?|(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?"
    rf"(?:,? (?:of )?(?P<month2>{_MONTH}))?)(?![\w,]\d)"
)
_NO_PLACE = re.compile(
    r"\b(?:[Dd]ispatch(?:ed)?|[Tt]elegram|[Rr]eport(?:s|ed|er)?|[Cc]orrespondents?|[Nn]ews(?:paper)?|[Aa]gency|from|in|our|by"
    r"|special|the|of|According to|\(?[Rr]eporters?\b.*)\b|'s\b"
)


def datelines(body: str, lang: Lang, issue: date | None) -> list[Dateline]:
    """The datelines of a body in order, their days counted back from that of the issue.

    One that stands on a line of its own lends its agency and day to a place that the next line names (德黑兰消息：).
    """
    found: list[Dateline] = []
    alone = False
    for first, last in line_spans(body):
        line = body[first:last]
        ends = dateline(line, lang)
        before, alone = alone, False
        if not ends and len(line) < _LONGEST and line[0] not in "（(":
            alone = bool(dateline(f"{line.rstrip(' ：:')}： 。" if lang == "zh" else f"{line.rstrip(' .:')}: X", lang))
            ends = len(line) if alone else 0
        if not ends:
            continue
        agency, place, month, day = (_zh_parts if lang == "zh" else _en_parts)(line[:ends])
        made = Dateline(first, first + ends, agency, place, day_before(issue, month, day) if issue and day else None)
        if before and not agency and not day:
            made = replace(made, agency=found[-1].agency, day=found[-1].day)
        found.append(made)
    return found


def day_before(issue: date, month: int | None, day: int) -> date | None:
    """The last day of this number, and month if one is named, up to that of the issue; None if there is none."""
    at = issue
    for _ in range(13):
        if (
            (month is None or at.month == month)
            and day <= monthrange(at.year, at.month)[1]
            and at.replace(day=day) <= issue
        ):
            return at.replace(day=day)
        if at.year == 1 and at.month == 1:
            break
        at = at.replace(day=1) - timedelta(days=1)
    return None


_Parts = tuple[str, str, int | None, int | None]


def _zh_parts(said: str) -> _Parts:
    match = _ZH_PARTS.match(said)
    if not match:
        return "", "", None, None
    place = re.sub(rf"^(?:{_REPORTER}|特约)|[（(\s　]", "", match["place"])
    agency = (match["agency"] or "").removeprefix("本报特约")
    return agency, place or match["news"] or "", _number(match["month"]), _number(match["day"])


def _en_parts(said: str) -> _Parts:
    agency, dated = _EN_AGENCY.search(said), _EN_DATE.search(said)
    month = (
        MONTH_NUMBER[(dated["month"] or dated["month2"])[:3].lower()]
        if dated and (dated["month"] or dated["month2"])
        else None
    )
    rest = _EN_DATE.sub(",", _EN_AGENCY.sub(",", said, count=1), count=1)
    places = (_NO_PLACE.sub(" ", part).strip(" .:'’") for part in re.split(r"[,()\[\]:—–]| - |--", rest))
    place = next((one for one in places if one[:1].isupper()), "")
    return (
        (agency[0] if agency else ""),
        " ".join(place.split()),
        month,
        int(dated["day"] or dated["day2"]) if dated else None,
    )


def _number(numeral: str | None) -> int | None:
    value = parse(fold(numeral)) if numeral else None
    return int(value) if value else None
