"""Years and decades as they are written, in folded text, and whether a number is one.

1958年 · 一九五八年 · 58年 · 五八年 · '58 · 民国四十七年 · Minguo 47 · 五十年代 · the 1950s · the fifties

A year or decade that leaves out its century is of the twentieth. The years of the Republic are counted from 1912, the
first (民国元年).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from rag.language.numerals import parse
from rag.language.units import ZH_COUNTERS, ZH_UNIT
from rag.language.wordlists import ENGLISH_FUNCTION_WORDS, words

YEAR = r"(?:1[89]|20)[0-9]{2}"
"""Pattern of a year in figures, as questions and articles name it."""
ANY_YEAR = "[12][0-9]{3}"
"""Pattern of a year in figures where only a year can stand: any of 1000 to 2999."""
HAN_DIGITS = "〇零一二三四五六七八九"
"""The Chinese figures, inside a character class."""
_NUMERAL = f"{HAN_DIGITS}十百千万0-9"

_HAN_YEAR, _HAN_SHORT = f"[一二][{HAN_DIGITS}]{{3}}", f"[二三四五六七八九][{HAN_DIGITS}]"
_TO_YEAR = rf"(?= ?[-~到至—、和]+ ?(?:{YEAR}|[1-9][0-9]|{_HAN_YEAR}|{_HAN_SHORT}) ?年)"
ZH_YEAR = (
    rf"(?:(?:(?P<year>(?<![0-9]){YEAR}|(?<![{_NUMERAL}]){_HAN_YEAR})"
    rf"|(?P<short>(?<![{_NUMERAL}.,/:-])[1-9][0-9]|(?<=[-~])[1-9][0-9]|(?<![{_NUMERAL}]){_HAN_SHORT})"
    rf")(?: ?年|{_TO_YEAR})|(?:中华)?民国(?P<republic>元|[0-9]{{1,2}}|[{HAN_DIGITS}十廿卅卌]{{1,4}}) ?年)"
)
"""Pattern of a Chinese year, with the groups that `year_of` and `is_short_year` read."""
EN_YEAR = (
    rf"(?:\b(?P<year>{YEAR})|(?<![\w'])'(?P<short>[1-9][0-9])"
    rf"|\b(?:minguo|min-?kuo|republican|r\.?o\.?c\.?)(?: year)? (?P<republic>[0-9]{{1,2}})"
    rf"|\byear (?P<republic_of>[0-9]{{1,2}}) of the (?:chinese )?republic(?: of china)?"
    rf"|\b(?P<republic_in>[0-9]{{1,2}})(?:st|nd|rd|th) year of the (?:chinese )?republic(?: of china)?)\b"
)
"""Pattern of an English year, with the groups that `year_of` reads."""
YEAR_PAIR = re.compile(rf"\b(?P<year>{YEAR})[-/](?P<last>[0-9]{{2}})\b(?![-/])")
"""1957-58, 1957/58; `last` below 13 is a month."""


def year_of(groups: Mapping[str, str | None]) -> int | None:
    """The year that the groups of a match name, or None."""
    if full := groups.get("year"):
        return int(parse(full) or 0) or None
    if short := groups.get("short"):
        return 1900 + int(parse(short) or 0)
    republic = next((v for k, v in groups.items() if v and k.startswith("republic")), None)
    if republic:
        return 1911 + int(1 if republic == "元" else parse(republic) or 0)
    return None


# 58年 is a year or a length of time: what stands before and after it tells.
_LASTING_BEFORE = re.compile(
    "(?:[了有达约近共满经用过需要费第每整干活住隔距逾超仅只几多]|建[国厂校社党]|入[党伍团]|历时|为期|时间|寿命|[年工党军教]龄|不到|达到|将近|[前后这那头首]|最初"
    "|过去|长达)$"
)
_LASTING_AFTER = re.compile(
    "来|间|内|里|之|前(?!半)|后(?!半)|时间|工夫|功夫|历史|光景|有余|以上|以下|左右|上下|多|余|过去|[党工教军]龄|经验|寿命|如一日"
    "|的(?:时间|历史|经验|工夫|寿命)|中(?![国央共])"
)
_DATING_BEFORE = re.compile("(?:^|[\\s,。;:!?、(\"'《到至从自由在于比较和与及以~—-])$")
_SEASON = re.compile("[春夏秋冬]|国庆|元旦")
# 三五年 is three to five years, 五六年 five or six: they are years only with a month, and 1945 and 1956 after 在.
_SPOKEN = words("一二 二三 三四 四五 五六 六七 七八 八九 三五")
_LATE = frozenset({"四五", "五六"})
# Years that a paper of 1946 to 1960 and its readers speak of in two figures; 40 and 25 are as a rule spans.
_LIKELY = frozenset(range(37, 67)) - {40}


def is_short_year(folded: str, match: re.Match[str]) -> bool:
    """Whether 58年 or 五八年, in a match of `ZH_YEAR` and what may follow, names a year and no length of time."""
    short = match["short"]
    after = folded[match.end("short") : match.end("short") + 8].lstrip().removeprefix("年").lstrip()
    before = folded[max(0, match.start() - 5) : match.start()].rstrip(" ")
    dated = any(match[name] for name in ("month", "half", "quarter", "part")) or bool(_SEASON.match(after))
    if not short.isascii():
        if short in _SPOKEN:
            return dated or (short in _LATE and bool(_DATING_BEFORE.search(before)) and not _LASTING_AFTER.match(after))
        return True
    if dated:
        return int(short) > 10 and not before.endswith("第")
    if _LASTING_BEFORE.search(before) or _LASTING_AFTER.match(after):
        return False
    return int(short) in _LIKELY or (short[1] != "0" and int(short) > 20 and before.endswith(("自", "从", "于", "在")))


_ZH_DECADE = re.compile(
    rf"(?:(?P<century>(?<![0-9])[12][0-9]|二十一?|十[七八九]|本|上个?)世纪的?)?"
    rf"(?:(?<![{_NUMERAL}])(?P<first>[2-9]0|[二三四五六七八九]十?)[、,到至~和—-]{{0,2}}(?=[2-9二三四五六七八九]))?"
    rf"(?:(?<![0-9])(?P<year>(?:1[89]|20)[0-9]0)|(?<![{_NUMERAL}])(?P<han>[一二][{HAN_DIGITS}]{{2}}[〇零])"
    rf"|(?P<tens>[2-9]0|[二三四五六七八九][十〇零]))年代(?![表替理销购办号课价耕管用笔])"
    r"(?:初期?(?![中级])|早期|前半?期|中(?:后?期|叶)|末期?|后半?期|晚期)?"
)
_NAMED_TENS = ["twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"]
_WHEN = r"(?:(?:early|mid|middle|late|later)(?: or (?:mid|late))?[ -])?"
_EN_DECADE = re.compile(
    rf"(?:\b{_WHEN}(?P<year>(?:1[89]|20)[0-9]0)'?s|(?<![\w'])'(?P<short>[2-9]0)'?s|\b{_WHEN}(?P<plain>[2-9]0)'s"
    rf"|\bthe {_WHEN}(?:'?(?P<tens>[2-9]0)'?s|(?:nineteen[ -])?(?P<named>{'|'.join(_NAMED_TENS)}))"
    rf"|\bnineteen[ -](?P<nineteen>{'|'.join(_NAMED_TENS)}))\b"
    r"(?: of (?:the |this |last )?(?:(?P<century>1[789]th|2[01](?:st|th)|(?:eight|nine)teenth|twentieth|present) )?"
    r"century)?"
)
_OF_AGE = re.compile(r"\b(?:his|her|their|my|our|your|its)(?: (?:early|mid|late))?[ -]$")
_CENTURIES = {"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "present": 20, "本": 20, "上": 20, "上个": 20}


def decades(folded: str) -> Iterator[tuple[int, int, int, int]]:
    """(start, end, first year, last year) of every decade in a folded text, and of two that are named together.

    五十年代末 and "the late fifties" are the whole decade: where its end begins nobody can tell.
    """
    for match in _ZH_DECADE.finditer(folded):
        last = year_of(match.groupdict()) or int(parse(match["han"] or "") or 0)
        if not last:
            last = _century(match["century"]) + int(parse(match["tens"]) or 0)
        first = last
        if match["first"]:
            tens = int(parse(match["first"]) or 0)
            first = last - last % 100 + (tens if tens >= 10 else 10 * tens)
        if first <= last:
            yield *match.span(), first, last + 9
        else:
            yield match.start("tens"), match.end(), last, last + 9
    for match in _EN_DECADE.finditer(folded):
        if _OF_AGE.search(folded[max(0, match.start() - 20) : match.start()]):
            continue
        named = match["named"] or match["nineteen"]
        figures = match["short"] or match["plain"] or match["tens"] or "0"
        tens = 20 + 10 * _NAMED_TENS.index(named) if named else int(figures)
        first = int(match["year"] or 0) or _century(match["century"]) + tens
        yield *match.span(), first, first + 9


def _century(named: str | None) -> int:
    """The year a century begins with: 1900 for the twentieth, which is meant where none is named."""
    if not named:
        return 1900
    number = _CENTURIES.get(named) or int(parse(named.rstrip("sthnd")) or 20)
    return 100 * (number - 1)


# A bare number from 1800 to 2099 in English: a year, unless it counts or numbers something.
_MEASURED = re.compile(
    r" ?%|-[0-9]{1,2}(?![0-9])|-[a-z]| in (?:all|total)\b| altogether\b"
    r"| (?:tons?|tonnes?|jin|catt(?:y|ies)|mu|yuan|kilo\w*|million|thousand|percent|per cent|met(?:er|re)s?|li|km|kg"
    r"|h\.?p|horsepower|(?:square|cubic|odd)\b\w*)\b"
    rf"| ?(?!年)(?:[{ZH_COUNTERS}]|{ZH_UNIT})"
)
_NUMBERED = re.compile(r"(?:\b(?:nos?\.?|numbers?|page|pp?\.|room|house|model|type|chapter|article) ?|[$¥£#+])$")
_HEDGE = re.compile(
    r"\b(?:(?:more|less|fewer|no fewer|no less|greater|higher) than|at (?:least|most)|nearly|almost|some|only|roughly"
    r"|exactly|approximately|an? (?:total|further|crowd|force) of|totall?ing|as many as|another|other|an additional"
    r"|well over|just) $"
)
_DATING = re.compile(
    r"\b(?:in|since|by|during|until|till|before|after|from|between|throughout|through|early|mid|late|year|spring|summer"
    r"|autumn|fall|winter|end of|beginning of|half of|quarter of|as of)[ -](?:the year |year |the )?$"
)
_SINGULAR = words(
    "gas news census crisis series species always perhaps overseas besides sometimes afterwards is was has does as its"
    " this thus sees marks brings shows begins ends gives makes takes saw"
)
_PEOPLE = words("people persons women children cattle sheep oxen mu jin li")
# Of a year: the 1958 targets, 1957 prices.
_YEARLY = words(
    "targets figures results statistics plans quotas prices crops harvests events regulations games negotiations"
    " elections levels standards rates sales profits imports exports budgets revenues estimates issues celebrations"
    " festivals"
)
_ADJECTIVES = words(
    "new more other small large big great old young native local different additional extra such good fine high low"
    " heavy light rural urban foreign chinese soviet iron steel wooden red little various many model key"
)
_ADJECTIVE = re.compile(r".*(?:-.*|ed|ing|ern|al|ic|ive|ous|ary|ful|less|ish)")
_PLURAL = re.compile(r".*[^su']s(?<!ics)|.*(?<!wo)men")
_WORD_BEFORE = re.compile(
    r"(?:^|[^a-z])(?!(?:the|a|an|about|and|or|of|for|with|on|at|to|than|that|as|what|which) )[a-z-]+ $(?<!'s )"
)
_TO_COUNT = re.compile(rf" ?(?:and|to|or|-) ?(?P<year>{YEAR})\b(?! ?[-/年])")
_NEXT_WORD = re.compile(r" ([a-z][a-z'-]*)")


def is_year(folded: str, start: int, end: int) -> bool:
    """Whether the bare number of four figures at `start` to `end` is a year: it counts nothing and numbers nothing.

    It is one after "in", "since", "by" and the like, and wherever nothing countable follows ("1958 steel output").
    """
    before, after = folded[max(0, start - 24) : start], folded[end : end + 100]
    if range_ := _TO_COUNT.match(folded, end):
        return is_year(folded, *range_.span("year"))  # between 1800 and 2000 pupils
    if _MEASURED.match(after) or _NUMBERED.search(before) or _HEDGE.search(before):
        return False
    is_round = folded[start:end].endswith("00")
    counted = _counted(after, is_round or bool(_WORD_BEFORE.search(before)))
    if _DATING.search(before):
        return not (is_round and counted)
    if re.match(r" (?:were|are|have)\b", after) and not re.search(r"\w $", before):
        return False
    if re.search(r"(?:'s|s'|\bthe) $", before) and not is_round:
        return counted not in _PEOPLE or not counted
    return not counted


def _counted(after: str, is_free: bool) -> str:
    """The plural that a number stands before, alone or with words between of which the first is an adjective; else "".

    `is_free`, any words may stand between: behind a round number (2000), which is seldom a year in this archive, and
    behind a number before which a year would have a preposition or an article ("planted 1950 mulberry trees").
    """
    if re.match(r" of (?:them|these|those|which|whom)\b", after):
        return "them"
    at = 0
    for nth in range(6):
        match = _NEXT_WORD.match(after, at)
        if not match or (match[1] in ENGLISH_FUNCTION_WORDS and not (nth and match[1] in ("and", "or"))):
            break
        word, at = match[1], match.end()
        if word in _PEOPLE or _PLURAL.fullmatch(word) and word not in _SINGULAR:
            return "" if word in _YEARLY else word
        if not (nth or is_free or word in _ADJECTIVES or _ADJECTIVE.fullmatch(word)):
            break
    return ""
