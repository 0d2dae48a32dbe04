"""Names of people, places and works in a text of either language, and how Chinese characters are read aloud."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.datatypes import Lang
from rag.language.dates import MONTHS
from rag.language.fold import fold
from rag.language.tokens import STOPWORDS

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗方俞任袁柳"
    "史唐费廉岑薛雷贺倪汤滕殷罗毕郝安常于傅齐康伍余顾孟黄穆萧肖尹姚邵汪祁毛狄戴宋庞熊纪舒屈项祝董梁杜阮闵季贾路江童"
    "颜郭梅林钟徐邱骆夏蔡田樊胡凌霍万柯卢莫房干解应宗丁宣邓洪包石崔龚程陆翁段侯武刘龙叶白蒲邰赖卓蔺屠乔谭温庄晏柴"
    "瞿阎连习容向古易廖耿关简饶曾聂"
)
"""The segmenter takes many a pair of characters for a person; only one that opens with a common surname counts."""
PLACE_TAGS, PERSON_TAGS = frozenset({"ns", "nt", "nz"}), frozenset({"nr", "nrt", "nrfg"})
"""What the segmenter calls names of places and bodies, and of persons."""
_MONTH_WORDS = frozenset(map(fold, MONTHS))
_EN_NAME = re.compile(r"[A-Z][A-Za-zÀ-ɏ'’-]*(?:\s+[A-Z][A-Za-zÀ-ɏ'’-]*)*")
_ZH_PLACE = re.compile(r"[一-鿿]{2,3}?(?=(?:钢|铁|钢铁)厂|煤矿|公社|专区|车间|小组|[省市县矿厂])")


def names(said: str, lang: Lang) -> list[str]:
    """Names in a text, in order of kind, with repetitions.

    English: capitalised words but for the first of a sentence, months and stop words. Chinese: what the segmenter tags
    as a name, the word before 省 市 县 矿 厂 车间 小组, and Latin words.
    """
    return _chinese(said) if lang == "zh" else _english(said)


def _chinese(said: str) -> list[str]:
    import rjieba

    folded = fold(said)
    tagged = rjieba.tag(folded)
    found = [w for w, tag in tagged if tag in PLACE_TAGS and len(w) > 1]
    found += [w for w, tag in tagged if tag in PERSON_TAGS and len(w) in (2, 3) and w[0] in SURNAMES]
    known = set(rjieba.cut(folded, False))  # without the words that the segmenter makes up
    for match in _ZH_PLACE.finditer(folded):
        words = [w for w, tag in tagged if len(w) > 1 and match.group().endswith(w) and (tag[0] in "nj" or w in known)]
        found += [w for w in words if w not in STOPWORDS][:1]
    return found + re.findall(r"[A-Za-z]{2,}", said)


def _english(said: str) -> list[str]:
    found = []
    for match in _EN_NAME.finditer(said):
        words = match.group().split()
        opening = match.start() == 0 or said[: match.start()].rstrip()[-1:] in {".", "?", "!", '"', "“"}
        words = words[1:] if opening else words
        found += [re.sub(r"['’]s?$", "", w) for w in words if fold(w) not in STOPWORDS | _MONTH_WORDS]
    return found


@lru_cache(maxsize=256)
def pronounced(body: str) -> str:
    """The Chinese characters of a text as toneless pinyin, without spaces; other characters as a blank."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(body, errors=lambda _: " "))
