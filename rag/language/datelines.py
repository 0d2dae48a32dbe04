"""Where a sentence begins behind its dateline: 新华社阿克拉28日电 …; Xinhua News Agency, Accra, 28th: …

A dateline names an agency or the paper itself, perhaps a place, and a day; whoever reports may follow. It stands at the
beginning of a dispatch and says nothing of its matter.
"""

from __future__ import annotations

import re

from rag.datatypes import Lang
from rag.language.dates import MONTH

_ZH_DAY = "(?:(?:[0-9０-９]{1,2}|[一二三四五六七八九十廿卅]{1,3})日?)"
_REPORTER = r"(?:记者|特派员|通讯员)[\w、]{2,12}"
_ZH = re.compile(
    # (据)新华社开罗2月28日电 · 本报讯 · 塔斯社莫斯科三十日讯 · 仰光讯： · 吉隆坡消息：
    rf"\s*[（(]?据?(?:(?:本报|本社|\w{{2,6}}社)(?:{_REPORTER})?[\w·]{{0,8}}?{_ZH_DAY}?"
    r"(?:专电|电讯|电|讯)(?:[）)：:]|[\s　]+|(?<=日电)|(?<=日讯))"
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
