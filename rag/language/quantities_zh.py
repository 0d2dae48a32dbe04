"""Chinese figures in folded text: numerals, hedges, ranges and units. See `rag.language.quantities`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.numerals import NUMERAL, Figure, Taken, next_step, parse

# Unit -> its common name and how many of those it is.
_UNITS: dict[str, tuple[str, float]] = {
    "吨": ("t", 1), "公斤": ("kg", 1), "千克": ("kg", 1), "斤": ("jin", 1), "亩": ("mu", 1), "元": ("yuan", 1),
    "块钱": ("yuan", 1), "个小时": ("min", 60), "小时": ("min", 60), "个钟头": ("min", 60), "钟头": ("min", 60),
    "分钟": ("min", 1), "秒钟": ("min", 1 / 60), "秒": ("min", 1 / 60), "天": ("day", 1), "昼夜": ("day", 1),
    "周年": ("year", 1), "周": ("day", 7), "个星期": ("day", 7), "星期": ("day", 7), "个月": ("month", 1),
    "年": ("year", 1), "人次": ("person", 1), "个人": ("person", 1), "人": ("person", 1), "名": ("person", 1),
    "公里": ("m", 1000), "千米": ("m", 1000), "华里": ("li", 1), "里": ("li", 1), "公尺": ("m", 1), "米": ("m", 1),
    "倍": ("times", 1), "次": ("times", 1),
}  # fmt: skip
_TIMES = frozenset({"min", "day", "month", "year"})
_COUNTERS = (
    "个位件条种项座台辆架艘只头匹棵株本册页篇次届处家户所间层排队组班批套副对双把张块根支枝颗粒片段节门场口炉孔艘"
    "尺寸丈度角岁级省市县区乡村社厂矿校国路排户朵幅首封封口盏袋箱桶捆束筐车船列线篇章步趟声回顿类群"
)
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_FRONT = "约|大约|将近|近|接近|超过|不到|不足|至少|最多|多达|上|几乎"
_VAGUE = r"(?:[一二三四五六七八九]?十)?[数几](?:[十百千]?[万亿]|[十百千])?|[十百千万][几]"
_ONE = rf"{NUMERAL}分之{NUMERAL}|{NUMERAL}|{_VAGUE}"

_FIGURE = re.compile(
    rf"(?P<nth>第)?(?P<front>{_FRONT})?(?P<a>{_ONE})(?P<more>[多余来几])?(?P<percent_a>%)?"
    rf"(?:(?P<unit_a>个|{_UNIT})?(?:到|至|-|~)(?P<b>{_ONE})(?P<percent_b>%)?|、(?P<c>[一二三四五六七八九][十百千万亿]+))?"
    rf"(?P<more_b>[多余])?(?: ?(?P<large>[万亿]))?(?P<half>成(?![为立员分功绩]))?"
    rf"(?P<mid>个多|多个(?={_UNIT}))?(?: ?(?P<unit>{_UNIT}))?"
    rf"(?P<over>多)?(?P<tail>左右|上下|以上|以下)?"
)
_COMPOSITE = re.compile(rf"(?P<h>{NUMERAL})个?(?:小时|钟头)[零又]?(?P<m>{NUMERAL})分钟?")
_CALENDAR = re.compile(
    rf"(?P<month>[0-9]{{1,2}}|十[一二]?|[一二三四五六七八九])月份?|(?P<day>{NUMERAL})[日号](?![用子])"
)
_HALF = re.compile("一半")
_NOT_BEFORE = frozenset("统唯万之划专单第同逐不始初定如进洗某每归为")
_IDIOM = re.compile(
    "十分(?!之|钟)|千方百计|四面八方|三三两两|一一|万一|五一|八一节|三八|百分(?!之)|千千万万|千万(?!吨|元|人)"
    "|七上八下|五花八门|一五一十|百花"
)
_AFTER_ONE = frozenset(
    {"吨", "公斤", "斤", "亩", "元", "小时", "个小时", "分钟", "天", "周", "个月", "次", "年", "倍", "公里"}
)


def figures(folded: str) -> Iterator[Figure]:
    """The figures of a folded Chinese text, in no particular order; of overlapping ones the first found counts."""
    taken = Taken(len(folded))
    for match in _IDIOM.finditer(folded):
        taken.take(*match.span())
    for match in _COMPOSITE.finditer(folded):
        hours, minutes = parse(match["h"]), parse(match["m"])
        if hours is not None and minutes is not None and taken.take(*match.span()):
            yield Figure(*match.span(), 60 * hours + minutes, 60 * hours + minutes, "min", False, "duration")
    for match in _CALENDAR.finditer(folded):
        value = parse(match["month"] or match["day"])
        limit = 12 if match["month"] else 31
        if value and value <= limit and taken.take(*match.span()):
            unit = "month" if match["month"] else "day"
            numbered = folded[match.end() - 1] == "号"
            yield Figure(
                *match.span(), value, value, "" if numbered else unit, False, "ordinal" if numbered else "date"
            )
    for match in _HALF.finditer(folded):
        if taken.take(*match.span()):
            yield Figure(*match.span(), 50, 50, "%", False, "percent")
    for match in _FIGURE.finditer(folded):
        figure = _figure(folded, match)
        if figure and taken.take(figure.start, figure.end):
            yield figure


def _figure(folded: str, match: re.Match[str]) -> Figure | None:
    bounds = _bounds(match)
    if bounds is None:
        return None
    low, high = bounds
    start, end = match.start("a"), match.end()
    if match["nth"]:
        return Figure(match.start(), match.end("a"), low, high, "", False, "ordinal")
    if _is_speech(folded, match) or (match["a"][0].isascii() and re.search("[a-z]$", folded[:start])):
        return None  # a figure of speech, or the number in a name: T5
    open_end = (
        any(match[name] for name in ("more", "more_b", "mid", "over")) or "多" in match["a"] or "余" in match["a"]
    )
    approx = bool(open_end or match["front"] or match["tail"]) or low != high
    if open_end:
        high = next_step(high)
    if match["large"]:
        factor = 1e4 if match["large"] == "万" else 1e8
        low, high = low * factor, high * factor
    if match["percent_a"] or match["percent_b"] or "分之" in match["a"]:
        return Figure(start, end, low, high, "%", approx, "percent")
    if match["half"]:
        return Figure(start, end, 10 * low, 10 * high, "%", approx, "percent")
    name, factor = _UNITS.get(match["unit"] or match["unit_a"] or "", ("", 1.0))
    if name == "year" and 1000 < low < 2100 and low == high:
        return Figure(start, end, low, high, "year", False, "date")
    kind = "duration" if name in _TIMES else "money" if name == "yuan" else "number"
    return Figure(start, end, low * factor, high * factor, name, approx, kind)


def _bounds(match: re.Match[str]) -> tuple[float, float] | None:
    """The lowest and highest value of the numerals, before hedges and units."""
    a = match["a"]
    if match["c"] and a[-1] in "一二三四五六七八九":  # 一百五、六十万: both ends share what only one of them says
        low, high = parse(a + match["c"][1:]), parse(a[:-1] + match["c"])
        return (low, high) if low is not None and high is not None and low < high else None
    first = _one(a)
    if first is None or not match["b"]:
        return first
    second = _one(match["b"])
    return (first[0], second[1]) if second and first[0] <= second[1] else first


def _one(numeral: str) -> tuple[float, float] | None:
    whole, _, part = numeral.partition("分之")
    if part:
        below, above = parse(whole), _one(part)
        return (100 * above[0] / below, 100 * above[1] / below) if below and above else None
    if "数" in numeral or "几" in numeral:
        return _vague(numeral)
    numeral = numeral.replace("两", "二")
    neighbours = re.fullmatch("([一二三四五六七八])([二三四五六七八九])([十百千万亿]*)", numeral)
    if neighbours and "一二三四五六七八九".find(neighbours[2]) == "一二三四五六七八九".find(neighbours[1]) + 1:
        low, high = parse(neighbours[1] + neighbours[3]), parse(neighbours[2] + neighbours[3])
        return (low, high) if low is not None and high is not None else None
    value = parse(numeral)
    return None if value is None else (value, value)


def _vague(numeral: str) -> tuple[float, float] | None:
    """数十 is 20 to 99, 几千 2000 to 9999, 十几 11 to 19; a bare 几 or 数 says nothing."""
    if numeral[-1] in "几数":
        base = parse(numeral[:-1]) if len(numeral) > 1 else None
        return (base + 1, base + (9 if base < 100 else base - 1)) if base else None
    unit = parse("一" + re.sub("^.*[数几]", "", numeral))
    return (2 * unit, 10 * unit - 1) if unit and numeral[0] in "数几" else None


def _is_speech(folded: str, match: re.Match[str]) -> bool:
    """Whether the numeral is part of a word or phrase and counts nothing."""
    a = match["a"]
    if not a.strip("百千万亿") and not match["unit"]:
        return True
    if len(a) > 1 or a.isdigit() and a.isascii() or match["percent_a"] or match["b"] or match["c"] or match["half"]:
        return False
    before = folded[match.start() - 1 : match.start()] if match.start() else ""
    if a == "一":
        return before in _NOT_BEFORE or (match["unit"] or "") not in _AFTER_ONE
    after = folded[match.end("a") : match.end("a") + 1]
    return not (match["unit"] or match["more"] or match["mid"] or after in _COUNTERS)
