"""Units and measure words of both languages: what a number, or a half, can stand before.

A unit has a common name and how many of those it is (hour: 60 minutes); see `rag.language.quantities` for the names.
"""

from __future__ import annotations

Units = dict[str, tuple[str, float]]

ZH_UNITS: Units = {
    "吨": ("t", 1), "公斤": ("kg", 1), "千克": ("kg", 1), "斤": ("jin", 1), "亩": ("mu", 1), "元": ("yuan", 1),
    "块钱": ("yuan", 1), "个小时": ("min", 60), "小时": ("min", 60), "个钟头": ("min", 60), "钟头": ("min", 60),
    "分钟": ("min", 1), "刻钟": ("min", 15), "秒钟": ("min", 1 / 60), "秒": ("min", 1 / 60), "天": ("day", 1),
    "昼夜": ("day", 1), "周年": ("year", 1), "周": ("day", 7), "个星期": ("day", 7), "星期": ("day", 7),
    "个月": ("month", 1), "年": ("year", 1), "个世纪": ("year", 100), "人次": ("person", 1), "个人": ("person", 1),
    "人": ("person", 1), "名": ("person", 1), "公里": ("m", 1000), "千米": ("m", 1000), "华里": ("li", 1),
    "里": ("li", 1), "公尺": ("m", 1), "米": ("m", 1), "倍": ("times", 1), "次": ("times", 1),
}  # fmt: skip
EN_UNITS: Units = {
    "ton": ("t", 1), "tonne": ("t", 1), "kilogram": ("kg", 1), "kilo": ("kg", 1), "kg": ("kg", 1), "jin": ("jin", 1),
    "catty": ("jin", 1), "catties": ("jin", 1), "mu": ("mu", 1), "yuan": ("yuan", 1), "hour": ("min", 60),
    "minute": ("min", 1), "second": ("min", 1 / 60), "day": ("day", 1), "week": ("day", 7), "month": ("month", 1),
    "year": ("year", 1), "decade": ("year", 10), "century": ("year", 100), "centuries": ("year", 100),
    "people": ("person", 1), "person": ("person", 1), "kilometer": ("m", 1000), "kilometre": ("m", 1000),
    "km": ("m", 1000), "li": ("li", 1), "meter": ("m", 1), "metre": ("m", 1), "times": ("times", 1),
    "fold": ("times", 1), "member": ("person", 1), "worker": ("person", 1),
}  # fmt: skip

ZH_COUNTERS = (
    "个位件条种项座台辆架艘只头匹棵株本册页篇次届处家户所间层排队组班批套副对双把张块根支枝颗粒片段节门场口炉孔艘"
    "尺寸丈度角岁级省市县区乡村社厂矿校国路排户朵幅首封封口盏袋箱桶捆束筐车船列线篇章步趟声回顿类群"
)
"""Measure words of one character: a single Chinese digit before one of them counts."""

ZH_UNIT = "|".join(sorted(ZH_UNITS, key=len, reverse=True))
EN_UNIT = "|".join(sorted(EN_UNITS, key=len, reverse=True))
"""Patterns of the units, the longer ones first; English ones in the singular."""

ZH_HALVED = f"{ZH_UNIT}|[{ZH_COUNTERS}担石垧顷毛钱]|分(?=半钟)"
"""What 半 can stand behind: 三天半, 两个半小时, 四尺半, 一分半钟."""
_ZH_HALF_WORDS = (
    "成品|制品|导体|自动|自流|机械|手工|岛|径|夜|截|路|途|空|边|球|价|公开|殖民|封建|工半|农半|耕|脱产|数|票|圆|山|劳力"
    "|劳动力|信|决赛|官方|文盲|载|月谈|新|旱|死|生|熟|社会主义|无产|野|身|壁|辈子|道|面|侧|透明|流质|军事|点"
)
ZH_HALF_BEHIND = f"半(?!{_ZH_HALF_WORDS})"
"""半 where it is half of the measure before it, and begins no word (半成品, 半导体, 半殖民地)."""
ZH_HALF_OF = f"(?<![上下大多一])(?<!(?<!以)[前后])半(?=(?:个多?)?(?:{ZH_UNIT}|月)|日(?!制)|[尺寸丈担垧顷])"
"""半 before a unit: 半年, 半斤, 半个小时; not 上半年, nor 一半."""

_EN_HALVED = "|".join(form for form, (name, _) in EN_UNITS.items() if name not in ("person", "times"))
EN_NO_HALF = "[a-z]+ed|way|time|price|yearly|built|done|dead|moon|mast|truth|brother|staff"
"""What follows a half, with a hyphen, of which it is no part: half-finished, half-way."""
EN_HALF_BEHIND = (
    rf"[ -]and[ -](?:(?:an?|one)[ -](?:half|quarter|third)|three[ -]quarters|two[ -]thirds)\b(?!-(?:{EN_NO_HALF})\b)"
)
"""What follows a number that is not whole: "(two) and a half"; begins with the blank or hyphen."""
EN_NO_ORDINAL = "(?<!first )(?<!second )(?<!last )(?<!other )(?<!latter )"
"""No word before by which a half of a year, or of anything, is told from the other."""
EN_HALF_OF = rf"{EN_NO_ORDINAL}\bhalf[ -](?:an?[ -])?(?=(?:{_EN_HALVED})s?\b)"
"""The "half" before a unit: "half an hour", "half-hour", "half a year"; not "the first half year"."""
EN_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
"""The words for parts of a whole, and into how many it is parted."""
