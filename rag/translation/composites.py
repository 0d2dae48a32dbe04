"""Chinese amounts that are said in several measures: 七十六元五角, 一丈二尺, 四分二十九秒五, 一公尺九十公分."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.numerals import NUMERAL, parse
from rag.translation.units import Unit

# Measures from the largest to the smallest, and how many of the first unit named behind them each is.
_CHAINS: list[tuple[Unit, list[tuple[str, float]]]] = [
    (("money", "yuan", 1), [("元|块", 1), ("角|毛", 0.1), ("分", 0.01)]),
    (("length", "m", 1), [("公里", 1000), ("公尺|米", 1), ("公寸", 0.1), ("公分|厘米", 0.01), ("公厘|毫米", 0.001)]),
    (("length", "chi", 1 / 3), [("丈", 10), ("市?尺", 1), ("市?寸", 0.1)]),
    (("area", "mu", 1e4 / 15), [("市?亩", 1), ("分", 0.1), ("厘", 0.01), ("毫", 0.001)]),
    (("time", "min", 1), [("个?(?:小时|钟头)|时", 60), ("分钟?", 1), ("秒钟?", 1 / 60)]),
    (("mass", "kg", 1), [("吨", 1000), ("公斤", 1)]),
]
_TAIL = "(?P<tail>[一二三四五六七八九][一二三四五六七八九]?)"
_NO_MEASURE = "(?![十百千万亿点、0-9个次人名天分厘毫角尺寸公秒米斤吨两钱年月日元块亩里])"


def _pattern(measures: list[tuple[str, float]]) -> re.Pattern[str]:
    pieces = "".join(rf"(?:[零又]?(?P<n{at}>{NUMERAL})(?:{words}))?" for at, (words, _) in enumerate(measures))
    return re.compile(rf"(?=[0-9〇一二两三四五六七八九十百千]){pieces}(?:{_TAIL}{_NO_MEASURE})?")


_COMPILED = [(unit, measures, _pattern(measures)) for unit, measures in _CHAINS]


_LIANG = re.compile(
    "(?<![第一二三四五六七八九十百千万、])(?:(?P<low>[一二三四五六七八九])[、到至])?(?P<high>[一二三四五六七八九十]{1,3}|[0-9.]+)两"
    "(?![周天岁名句声日块斤张个月卷年届省地县市队国院天次种组口条只人方位校厂社部件项点万千百级半场岸])"
)


def liang(folded: str) -> Iterator[tuple[int, int, float, float]]:
    """(start, end, lowest, highest) of the amounts in 两, a tenth of a 斤 (a sixteenth before 1959): 三两, 五到六两."""
    for match in _LIANG.finditer(folded):
        high = parse(match["high"])
        low = parse(match["low"]) if match["low"] else high
        if low is not None and high is not None and low <= high:
            yield *match.span(), low, high


def composites(folded: str) -> Iterator[tuple[int, int, float, Unit]]:
    """(start, end, amount, measure) of every amount in a folded Chinese text that is said in more than one measure.

    The longest first: 二分四厘 are hundredths of an amount of land or of money, as the measure before them tells.
    """
    yield from sorted(_all(folded), key=lambda found: found[0] - found[1])


def _all(folded: str) -> Iterator[tuple[int, int, float, Unit]]:
    for unit, measures, pattern in _COMPILED:
        for match in pattern.finditer(folded):
            said = [(factor, match[f"n{at}"]) for at, (_, factor) in enumerate(measures) if match[f"n{at}"]]
            if not said or len(said) + bool(match["tail"]) < 2:
                continue
            values = [parse(numeral) for _, numeral in said]
            if any(value is None for value in values):
                continue
            amount = sum(factor * (value or 0) for (factor, _), value in zip(said, values, strict=True))
            if tail := match["tail"]:
                amount += said[-1][0] * (parse(tail) or 0) / 10 ** len(tail)
            first = said[0][0]
            yield *match.span(), round(amount / first, 9), (unit[0], unit[1], unit[2] * first)
