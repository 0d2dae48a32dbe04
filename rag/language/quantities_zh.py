"""Chinese figures in folded text: numerals, hedges, ranges and units. See `rag.language.quantities`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.dates import ZH_MONTH
from rag.language.numerals import HAN_FIGURES, NUMERAL, Figure, Taken, next_step, parse
from rag.language.units import ZH_COUNTERS, ZH_HALF_BEHIND, ZH_HALF_OF, ZH_UNIT, ZH_UNITS
from rag.language.wordlists import words

_TIMES = frozenset({"min", "day", "month", "year"})
_FRONT = "约|大约|将近|近|接近|超过|不到|不足|至少|最多|多达|上|几乎"
_VAGUE = rf"(?:[{HAN_FIGURES}]?十)?[数几](?:[十百千]?[万亿]|[十百千])?|[十百千万][几]"
_ONE = rf"(?:{NUMERAL}又)?{NUMERAL}分之{NUMERAL}|{NUMERAL}|{_VAGUE}|{ZH_HALF_OF}"
# What is a measure only beside a half: 两个半月 (and 一个多月), 半月, 半日, 一分半钟, 四尺半
_BARE = "(?<=个[多半])(?:月|世纪)|(?<=半)[月日]|分(?=半钟)"
_BARE_UNITS = {"月": ("month", 1.0), "日": ("day", 1.0), "分": ("min", 1.0), "世纪": ("year", 100.0)}
_COUNTER = f"[{ZH_COUNTERS}担石垧顷毛](?={ZH_HALF_BEHIND})"

_FIGURE = re.compile(
    rf"(?P<nth>第)?(?P<front>{_FRONT})?(?P<a>{_ONE})(?P<more>[多余来几])?(?P<percent_a>%)?"
    rf"(?:(?:(?P<unit_a>个|{ZH_UNIT})(?P<half_a>{ZH_HALF_BEHIND})?)?(?:到|至|-|~)(?P<b>{_ONE})(?P<percent_b>%)?"
    rf"|、(?P<c>[{HAN_FIGURES}][十百千万亿]+))?"
    rf"(?P<more_b>[多余])?(?: ?(?P<large>[万亿]))?(?P<tenths>成(?![为立员分功绩]))?"
    rf"(?:(?P<mid>个多|多个(?={ZH_UNIT}))|个(?P<half>{ZH_HALF_BEHIND}))?"
    rf"(?:(?: ?(?P<unit>{ZH_UNIT})|(?P<bare>{_BARE})|{_COUNTER})(?P<half_b>{ZH_HALF_BEHIND}钟?)?)?"
    rf"(?P<over>多)?(?P<tail>左右|上下|以上|以下)?"
)
_CLOCK = re.compile(rf"{NUMERAL}时{NUMERAL}分(?!之)")
_FEET = re.compile(rf"({NUMERAL})丈({NUMERAL})尺")
_HOURS = re.compile(rf"({NUMERAL})个?(?:小时|钟头)[零又]?({NUMERAL})分钟?")
_CALENDAR = re.compile(
    rf"(?P<month>{ZH_MONTH})月份?|(?P<day>{NUMERAL})[日号](?![用子])"
    rf"|(?P<century>{NUMERAL})世纪"
)
_HALF = re.compile("一半|半数")
_NOT_BEFORE = frozenset("统唯万之划专单第同逐不始初定如进洗某每归为")
_IDIOM = re.compile(
    "十分(?!之|钟)|千方百计|四面八方|三三两两|一一|万一|五一|八一节|三八|百分(?!之)|千千万万|千万(?!吨|元|人)"
    '|七上八下|五花八门|一五一十|百花|半斤八两|八一(?=[”"]|建军|队|厂)|[一三]年[半五]载'
)
_AFTER_ONE = words("吨 公斤 斤 亩 元 小时 个小时 分钟 刻钟 天 周 个月 次 年 个世纪 倍 公里")


def figures(folded: str) -> Iterator[Figure]:
    """The figures of a folded Chinese text, in no particular order; of overlapping ones the first found counts.

    Times of the clock are none.
    """
    taken = Taken(len(folded))
    for pattern in (_IDIOM, _CLOCK):
        for match in pattern.finditer(folded):
            taken.take(*match.span())
    for scan in (_composites, _calendar, _plain):
        for figure in scan(folded):
            if taken.take(figure.start, figure.end):
                yield figure


def _composites(folded: str) -> Iterator[Figure]:
    """Two measures that make one figure: 六个小时零二十分钟, 一丈二尺; and the halves that stand without a number."""
    for pattern, per, unit, kind in ((_HOURS, 60, "min", "duration"), (_FEET, 10, "", "number")):
        for match in pattern.finditer(folded):
            large, small = parse(match[1]), parse(match[2])
            if large is not None and small is not None:
                total = per * large + small
                yield Figure(*match.span(), total, total, unit, False, kind)
    for match in _HALF.finditer(folded):
        yield Figure(*match.span(), 50, 50, "%", False, "percent")


def _calendar(folded: str) -> Iterator[Figure]:
    for match in _CALENDAR.finditer(folded):
        value = parse(match["month"] or match["day"] or match["century"])
        if value and value <= (12 if match["month"] else 31):
            if folded[match.end() - 1] in "号纪":
                yield Figure(*match.span(), value, value, "", False, "ordinal")
            else:
                yield Figure(*match.span(), value, value, "month" if match["month"] else "day", False, "date")


def _plain(folded: str) -> Iterator[Figure]:
    at = 0
    while match := _FIGURE.search(folded, at):
        figure = _figure(folded, match)
        at = figure.end if figure else match.end()
        if figure:
            yield figure


def _figure(folded: str, match: re.Match[str]) -> Figure | None:
    bounds = _neighbours(match) if match["c"] else _one(match["a"])
    if bounds is None:
        return None
    low, high = bounds
    if match["nth"]:
        return Figure(match.start(), match.end("a"), low, high, "", False, "ordinal")
    if _is_speech(folded, match) or (match["a"][0].isascii() and re.search("[a-z]$", folded[: match.start("a")])):
        return None  # a figure of speech, or the number in a name: T5
    name, factor = _unit(match)
    half = 0.5 if match["half"] or match["half_b"] else 0.0
    if match["b"]:
        own, own_factor = ZH_UNITS.get(match["unit_a"] or "", (name, factor))
        low += 0.5 if match["half_a"] else 0.0
        upper = _one(match["b"])
        fits = upper and low * own_factor <= (upper[1] + half) * factor
        if own != name or (not fits and match["unit_a"]):  # 八个月到一年: two figures
            alone = _FIGURE.match(folded, match.start(), match.start("b") - 1)
            return _figure(folded, alone) if alone else None
        if upper and fits:
            low, high = low * own_factor / factor, upper[1] + half
    else:
        low, high = low + half, high + half
    return _measured(match, low, high, name, factor)


def _measured(match: re.Match[str], low: float, high: float, name: str, factor: float) -> Figure:
    """The figure of a match whose numerals have these bounds, with its hedges, its scale and its measure."""
    a = match["a"]
    open_end = any(match[part] for part in ("more", "more_b", "mid", "over")) or "多" in a or "余" in a
    approx = bool(open_end or match["front"] or match["tail"]) or low != high
    if open_end:
        high = next_step(high)
    kind = "duration" if name in _TIMES else "money" if name == "yuan" else "number"
    if match["large"]:
        factor *= 1e4 if match["large"] == "万" else 1e8
    if "/" in a and "分之" not in a and high < 1 and not name:
        name, factor, kind = "%", 100.0, "percent"
    elif match["percent_a"] or match["percent_b"] or ("分之" in a and "又" not in a):
        name, factor, kind = "%", 1.0, "percent"
    elif match["tenths"]:
        name, factor, kind = "%", 10.0, "percent"
    elif name == "year" and 1000 < low < 2100 and low == high:
        approx, kind = False, "date"
    return Figure(match.start("a"), match.end(), low * factor, high * factor, name, approx, kind)


def _unit(match: re.Match[str]) -> tuple[str, float]:
    """The common name of the measure behind a figure and how many of it that is."""
    if match["bare"]:
        return _BARE_UNITS[match["bare"]]
    return ZH_UNITS.get(match["unit"] or match["unit_a"] or "", ("", 1.0))


def _neighbours(match: re.Match[str]) -> tuple[float, float] | None:
    """一百五、六十万: both ends share what only one of them says."""
    a = match["a"]
    if a[-1] not in HAN_FIGURES:
        return _one(a)
    low, high = parse(a + match["c"][1:]), parse(a[:-1] + match["c"])
    return (low, high) if low is not None and high is not None and low < high else None


def _one(numeral: str) -> tuple[float, float] | None:
    """The lowest and highest value of a numeral, before hedges and units; of a fraction in hundredths."""
    if numeral == "半":
        return 0.5, 0.5
    plus, _, fraction = numeral.rpartition("又") if "分之" in numeral else ("", "", numeral)
    whole, _, part = fraction.partition("分之")
    if part:
        below, above = parse(whole), _one(part)
        if not below or not above:
            return None
        if plus:
            return (full + above[0] / below, full + above[1] / below) if (full := parse(plus)) is not None else None
        return 100 * above[0] / below, 100 * above[1] / below
    if "数" in numeral or "几" in numeral:
        return _vague(numeral)
    numeral = numeral.replace("两", "二")
    neighbours = re.fullmatch("([一二三四五六七八])([二三四五六七八九])([十百千万亿]*)", numeral)
    if neighbours and HAN_FIGURES.find(neighbours[2]) == HAN_FIGURES.find(neighbours[1]) + 1:
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
    if len(a) > 1 or a.isdigit() and a.isascii() or match["percent_a"] or match["b"] or match["c"] or match["tenths"]:
        return False
    if a == "半" or match["half"] or match["half_b"] or match["bare"]:
        return False
    before = folded[match.start() - 1 : match.start()] if match.start() else ""
    if a == "一":
        return before in _NOT_BEFORE or (match["unit"] or "") not in _AFTER_ONE
    after = folded[match.end("a") : match.end("a") + 1]
    return not (match["unit"] or match["more"] or match["mid"] or after in ZH_COUNTERS)
