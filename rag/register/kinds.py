"""What a name is of, as its last word or character tells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.language.fold import fold
from rag.language.wordlists import words

Kind = Literal["person", "place", "work"]
KINDS: tuple[Kind, ...] = ("person", "place", "work")
"""Persons, places, and works: plants, mines, communes, bodies, schools, papers."""

_EN_PLACES = words(
    "province county city municipality prefecture district region township town village river lake mountain mountains "
    "mount sea ocean island islands peninsula port harbor harbour gulf bay strait straits canal basin plain plateau "
    "desert road street avenue lane square gate pass bridge dam reservoir valley republic kingdom union states banner "
    "station railway highway beach hill gorge gorges airport"
)
_EN_WORKS = words(
    "factory plant mill works company corporation bureau ministry commission committee council institute academy "
    "university college school hospital bank mine colliery commune cooperative farm brigade team workshop shipyard "
    "newspaper daily agency press party army league federation association society congress conference government "
    "department administration office court parliament assembly museum library theater theatre troupe publishing "
    "house branch club corps division regiment center centre group delegation ensemble orchestra studio organization "
    "organisation steel group store front tribunal headquarters command section squad laboratory observatory "
    "collective shop hotel palace hall observatory embassy legation consulate times news"
)
_ZH_WORKS = re.compile(
    "(?:厂|矿|公司|公社|合作社|农业社|社|局|部|院|委员会|委|会|党|军|队|校|大学|中学|小学|学院|报|银行|商店|农场|牧场|林场|剧团|车间|"
    "团|政府|研究所|所|馆|法院|总会|协会|学会|联盟|联合会|组织|苏维埃|国会|议会|处|科学院|钢|出版社|工会|电台|剧院|医院|宫|站)$"
)
_ZH_PLACES = re.compile(
    "(?:省|市|县|专区|地区|区|乡|镇|村|州|自治区|河|江|湖|山|海|洋|岛|港|路|街|桥|水库|大坝|坝|铁路|公路|国|半岛|盆地|高原|平原|峡|"
    "运河|盟|旗|庄|屯|寨|堡|口|关|洲|岭|原|机场|王国|共和国)$"
)
_SAME: tuple[tuple[str, str], ...] = (
    ("province", "省"), ("city municipality", "市"), ("county", "县"), ("prefecture", "专区|地区|州"),
    ("district", "区"), ("region", "自治区|地区|区"), ("township", "乡"), ("town", "镇"), ("village", "村|庄|屯|寨"),
    ("river", "河|江|水"), ("lake", "湖"), ("mountain mountains mount hill", "山|岭"), ("bridge", "桥"),
    ("railway", "铁路"), ("highway", "公路"), ("road street avenue", "路|街"), ("station", "站"),
    ("port harbor harbour", "港"), ("island islands", "岛"), ("peninsula", "半岛"), ("reservoir", "水库"),
    ("plain", "平原"), ("plateau", "高原"), ("basin", "盆地"), ("republic kingdom union states", "国|联"),
    ("canal", "运河|渠"), ("dam", "坝"), ("airport", "机场"), ("square", "广场"), ("gate", "门"),
    ("gorge gorges", "峡"), ("sea", "海"), ("ocean", "洋"), ("bay", "湾"), ("strait straits", "海峡"),
)  # fmt: skip
_PLACE_ENDS = {
    word: f"[^的和与及、，。《》“”（）：；]{{0,3}}?(?:{ends})" for words, ends in _SAME for word in words.split()
}


def is_generic(word: str) -> bool:
    """Whether a word of a name is what places or works are called by: Republic of, Bank of."""
    return fold(word) in _EN_WORKS or fold(word) in _EN_PLACES


def works_in(words: Sequence[str]) -> int:
    """How many of the words are what works are called by."""
    return sum(fold(word) in _EN_WORKS for word in words)


def place_end(words: Sequence[str]) -> str:
    """A pattern for what follows a Chinese name whose translation ends in these words; "" where none is known."""
    return _PLACE_ENDS.get(fold(words[-1]), "")


def english_kind(words: Sequence[str], text: str) -> Kind | None:
    """What the word tells that an English name ends in (Angara River), or begins with (Bank of China)."""
    if len(words) < 2:
        return None
    for word, tells in ((words[-1], True), (words[0], text.startswith(f"{words[0]} of "))):
        if tells and fold(word) in _EN_WORKS:
            return "work"
        if tells and fold(word) in _EN_PLACES:
            return "place"
    return None


def chinese_kind(name: str) -> Kind | None:
    """What the end of a Chinese name tells, None if nothing."""
    if len(name) == 2 and name[1] == "钢":  # 鞍钢
        return "work"
    if len(name) > 2 and _ZH_WORKS.search(name):
        return "work"
    if len(name) > 2 and _ZH_PLACES.search(name):
        return "place"
    return None


def is_body(name: str) -> bool:
    """Whether a Chinese word is what plants, bodies or schools are called by: 厂, 公司, 学院."""
    return _ZH_WORKS.fullmatch(name) is not None or (len(name) > 1 and _ZH_WORKS.search(name) is not None)
