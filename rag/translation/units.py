"""Measures of both languages for comparing an original with its translation: what they measure and how much of it.

A superset of the units that `rag.language.units` reads. Each has a dimension, a name that both languages share, and
how much of the dimension's base it is; measures of one dimension can be converted where `RATED` says so, and 100 斤 and
50 kg are then the same. Without a rate (money, buildings) another name is another thing.

Lengths and weights are those of the market system of 1929 to 1984 (1 市尺 = 1/3 m, 1 市斤 = 0.5 kg, 1 市亩 = 1/15 ha);
the foot, pound, mile and acre are the international ones.
"""

from __future__ import annotations

import re

from rag.language.wordlists import words

Unit = tuple[str, str, float]

ZH: dict[str, Unit] = {
    "公吨": ("mass", "t", 1e3), "吨": ("mass", "t", 1e3), "公担": ("mass", "quintal", 100), "市担": ("mass",
    "dan", 50),
    "担": ("mass", "dan", 50), "公斤": ("mass", "kg", 1), "千克": ("mass", "kg", 1), "市斤": ("mass", "jin", 0.5),
    "斤": ("mass", "jin", 0.5), "克": ("mass", "g", 1e-3), "公分重": ("mass", "g", 1e-3), "毫克": ("mass",
    "mg", 1e-6),
    "磅": ("mass", "pound", 0.4536), "盎司": ("mass", "ounce", 0.02835),
    "吨公里": ("haulage", "t km", 1), "吨海里": ("haulage", "t sea mile", 1),
    "公里": ("length", "km", 1e3), "千米": ("length", "km", 1e3), "华里": ("length", "li", 500),
    "市里": ("length", "li", 500), "海里": ("length", "sea mile", 1852), "英里": ("length", "mile", 1609.34),
    "里": ("length", "li", 500), "公尺": ("length", "m", 1), "米": ("length", "m", 1), "公分": ("length", "cm", 0.01),
    "厘米": ("length", "cm", 0.01), "公厘": ("length", "mm", 1e-3), "毫米": ("length", "mm", 1e-3),
    "丈": ("length", "zhang", 10 / 3), "市尺": ("length", "chi", 1 / 3), "尺": ("length", "chi", 1 / 3),
    "市寸": ("length", "cun", 1 / 30), "寸": ("length", "cun", 1 / 30), "英尺": ("length", "foot", 0.3048),
    "呎": ("length", "foot", 0.3048), "英寸": ("length", "inch", 0.0254), "吋": ("length", "inch", 0.0254),
    "平方公里": ("area", "km2", 1e6), "平方米": ("area", "m2", 1), "平方公尺": ("area", "m2", 1),
    "平方英里": ("area", "sq mile", 2.59e6), "公顷": ("area", "ha", 1e4), "公亩": ("area", "are", 100),
    "市亩": ("area", "mu", 1e4 / 15), "亩": ("area", "mu", 1e4 / 15), "英亩": ("area", "acre", 4046.86),
    "立方米": ("volume", "m3", 1), "立方公尺": ("volume", "m3", 1), "立方": ("volume", "m3", 1),
    "公升": ("volume", "l", 1e-3), "升": ("volume", "l", 1e-3), "加仑": ("volume", "gallon", 0.003785),
    "瓩": ("power", "kW", 1), "千瓦": ("power", "kW", 1), "马力": ("power", "hp", 0.7457),
    "千瓦时": ("energy", "kWh", 1), "度电": ("energy", "kWh", 1),
    "元": ("money", "yuan", 1), "块钱": ("money", "yuan", 1), "角": ("money", "yuan", 0.1), "毛": ("money",
    "yuan", 0.1),
    "角钱": ("money", "yuan", 0.1), "毛钱": ("money", "yuan", 0.1), "分钱": ("money", "yuan", 0.01),
    "美分": ("money", "dollar", 0.01),
    "美元": ("money", "dollar", 1), "美金": ("money", "dollar", 1), "英镑": ("money", "pound sterling", 1),
    "镑": ("money", "pound sterling", 1), "卢布": ("money", "ruble", 1), "卢比": ("money", "rupee", 1),
    "比索": ("money", "peso", 1), "法郎": ("money", "franc", 1), "马克": ("money", "mark", 1),
    "日元": ("money", "yen", 1), "日圆": ("money", "yen", 1), "里拉": ("money", "lira", 1), "盾": ("money",
    "guilder", 1),
    "分钟": ("time", "min", 1), "小时": ("time", "hour", 60), "个小时": ("time", "hour", 60), "个钟头": ("time",
    "hour", 60),
    "钟头": ("time", "hour", 60), "秒": ("time", "second", 1 / 60), "秒钟": ("time", "second", 1 / 60),
    "刻钟": ("time", "min", 15), "天": ("time", "day", 1440), "昼夜": ("time", "day", 1440), "周": ("time",
    "week", 10080),
    "星期": ("time", "week", 10080), "个星期": ("time", "week", 10080), "个月": ("time", "month", 43830),
    "年": ("time", "year", 525960), "周年": ("time", "year", 525960), "个世纪": ("time", "year", 52596000),
    "间": ("building", "room", 1),
}  # fmt: skip
EN: dict[str, Unit] = {
    "liang": ("liang", "liang", 1), "tael": ("liang", "liang", 1),
    "metric ton": ("mass", "t", 1e3), "ton": ("mass", "t", 1e3), "tonne": ("mass", "t", 1e3),
    "quintal": ("mass", "quintal", 100), "dan": ("mass", "dan", 50), "picul": ("mass", "dan", 50),
    "kilogram": ("mass", "kg", 1), "kilo": ("mass", "kg", 1), "kg": ("mass", "kg", 1), "jin": ("mass", "jin", 0.5),
    "catty": ("mass", "jin", 0.5), "catties": ("mass", "jin", 0.5), "gram": ("mass", "g", 1e-3),
    "milligram": ("mass", "mg", 1e-6), "pound": ("mass", "pound", 0.4536), "ounce": ("mass", "ounce", 0.02835),
    "ton-kilometer": ("haulage", "t km", 1), "ton-mile": ("haulage", "t mile", 1),
    "kilometer": ("length", "km", 1e3), "kilometre": ("length", "km", 1e3), "km": ("length", "km", 1e3),
    "li": ("length", "li", 500), "nautical mile": ("length", "sea mile", 1852), "mile": ("length", "mile", 1609.34),
    "meter": ("length", "m", 1), "metre": ("length", "m", 1), "centimeter": ("length", "cm", 0.01),
    "centimetre": ("length", "cm", 0.01), "cm": ("length", "cm", 0.01), "millimeter": ("length", "mm", 1e-3),
    "millimetre": ("length", "mm", 1e-3), "mm": ("length", "mm", 1e-3), "zhang": ("length", "zhang", 10 / 3),
    "chi": ("length", "chi", 1 / 3), "cun": ("length", "cun", 1 / 30), "foot": ("length", "foot", 0.3048),
    "feet": ("length", "foot", 0.3048), "inch": ("length", "inch", 0.0254), "inche": ("length", "inch", 0.0254),
    "square kilometer": ("area", "km2", 1e6), "square kilometre": ("area", "km2", 1e6),
    "square meter": ("area", "m2", 1), "square metre": ("area", "m2", 1), "square mile": ("area", "sq mile", 2.59e6),
    "hectare": ("area", "ha", 1e4), "mu": ("area", "mu", 1e4 / 15),
    "acre": ("area", "acre", 4046.86), "cubic meter": ("volume", "m3", 1), "cubic metre": ("volume", "m3", 1),
    "liter": ("volume", "l", 1e-3), "litre": ("volume", "l", 1e-3), "gallon": ("volume", "gallon", 0.003785),
    "kilowatt": ("power", "kW", 1), "kw": ("power", "kW", 1), "horsepower": ("power", "hp", 0.7457),
    "kilowatt-hour": ("energy", "kWh", 1), "kilowatt hour": ("energy", "kWh", 1), "kwh": ("energy", "kWh", 1),
    "yuan": ("money", "yuan", 1), "jiao": ("money", "yuan", 0.1), "fen": ("money", "yuan", 0.01),
    "dollar": ("money", "dollar", 1), "us dollar": ("money", "dollar", 1), "u.s. dollar": ("money", "dollar", 1),
    "american dollar": ("money", "dollar", 1), "dime": ("money", "dollar", 0.1), "cent": ("money", "dollar", 0.01),
    "pound sterling": ("money", "pound sterling", 1), "pounds sterling": ("money", "pound sterling", 1),
    "british pound": ("money", "pound sterling", 1), "ruble": ("money", "ruble", 1), "rouble": ("money", "ruble", 1),
    "rupee": ("money", "rupee", 1), "peso": ("money", "peso", 1), "franc": ("money", "franc", 1),
    "mark": ("money", "mark", 1), "yen": ("money", "yen", 1), "lira": ("money", "lira", 1),
    "lire": ("money", "lira", 1),
    "guilder": ("money", "guilder", 1), "minute": ("time", "min", 1), "hour": ("time", "hour", 60),
    "second": ("time", "second", 1 / 60), "day": ("time", "day", 1440), "week": ("time", "week", 10080),
    "fortnight": ("time", "week", 20160), "month": ("time", "month", 43830), "year": ("time", "year", 525960),
    "decade": ("time", "year", 5259600), "century": ("time", "year", 52596000),
    "centurie": ("time", "year", 52596000), "room": ("building", "room", 1), "house": ("building", "house", 1),
}  # fmt: skip

RATED = frozenset({"mass", "length", "area", "volume", "power", "time"})
"""Dimensions whose measures are converted into each other."""
_ROUNDED = words("pound ounce mile foot inch acre gallon hp mu chi zhang cun month year") | {"sea mile", "sq mile"}
_TOLERANCE = 0.03


def convertible(a: Unit, b: Unit) -> bool:
    """Whether amounts in these two measures can be one amount."""
    return a[0] == b[0] and (a[1] == b[1] or a[0] in RATED)


def equal_amounts(x: float, a: Unit, y: float, b: Unit) -> bool:
    """Whether `x` of the measure `a` is `y` of `b`; between systems to 3 %, since who converts rounds."""
    if not convertible(a, b):
        return {a[1], b[1]} == {"pound", "pound sterling"} and x == y  # 镑 is told as "pounds"
    slack = _TOLERANCE if a[1] != b[1] and {a[1], b[1]} & _ROUNDED else 1e-6
    return abs(x * a[2] - y * b[2]) <= slack * max(x * a[2], y * b[2])


def _longest_first(table: dict[str, Unit]) -> str:
    return "|".join(map(re.escape, sorted(table, key=len, reverse=True)))


ZH_MEASURE = re.compile(rf"[ 个]?(?:{_longest_first(ZH)})")
EN_MEASURE = re.compile(rf"[ -]?(?:(?:long|short|odd|or so|new|old) )?(?:{_longest_first(EN)})(?:e?s)?\b")
_NO_MEASURE = re.compile(
    r"^(?:里(?=[面边外头程])|米(?=[饭粮粒汤])|克(?=服)|度(?=假)|分(?=之|别|配)|角(?=度|落|色)|毛(?=衣|巾|主席))"
)


def zh_unit(text: str, at: int) -> tuple[Unit, int] | None:
    """The measure that a folded Chinese text has at `at`, and where it ends."""
    match = ZH_MEASURE.match(text, at)
    if not match or _NO_MEASURE.match(text[match.start() : match.end() + 2].lstrip(" 个")):
        return None
    word = match[0].lstrip(" ")
    return ZH.get(word) or ZH[word.lstrip("个")], match.end()


def en_unit(text: str, at: int) -> tuple[Unit, int] | None:
    """The measure that a folded English text has at `at`, and where it ends."""
    match = EN_MEASURE.match(text, at)
    if not match:
        return None
    word = match[0].lstrip(" -")
    for prefix in ("long ", "short ", "odd ", "or so ", "new ", "old "):
        word = word.removeprefix(prefix)
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in EN:
            return EN[form], match.end()
    return None
