"""Clues that a Chinese and an English stretch say the same: things that survive translation, named alike for both.

Figures (三千多 and "three thousand": `#3000`), months (`@10`), names in pinyin (何顺贤 and "He Shunxian": `he shun`,
`shun xian`), terms with a usual rendering (`=steel`), Latin words left in the Chinese, Chinese words left in the
English, and marks such as a dateline, a question or a quotation.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.datatypes import Lang
from rag.language.dates import MONTH, MONTH_NUMBER, ZH_MONTH
from rag.language.fold import fold
from rag.language.numerals import EN_ORDINALS, canonical, numbers, parse
from rag.language.script import HAN
from rag.language.terms import meanings

CHINESE, ENGLISH = meanings()
_ZH_TERM = re.compile("|".join(sorted(CHINESE, key=len, reverse=True)))
_ZH_MONTH = re.compile(f"({ZH_MONTH})月")
_EN_MONTH = re.compile(rf"\b({MONTH})\b")
_ORDINALS = {word: str(number) for word, number in EN_ORDINALS.items() if 3 <= number <= 10}
_EN_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\b")
_LATIN_WORD = re.compile(r"[a-z][a-z'-]*")
_CAPITALISED = re.compile(r"[A-ZÀ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*(?: [A-ZÀ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*)*")
_MARKS: dict[Lang, list[tuple[str, re.Pattern[str]]]] = {
    "zh": [
        ("~dateline", re.compile(r"^[（(【]?(?:据|本报|新华社)[^。，]{0,24}?(?:电|讯)")),
        ("~bracket", re.compile(r"^[（(【]")),
        ("~question", re.compile("[？?]")),
        ("~exclamation", re.compile("[！!]")),
        ("~quotation", re.compile('[“「『"]')),
    ],
    "en": [
        (
            "~dateline",
            re.compile(
                r"^[(\[]?[^.]{0,60}(?:\bxinhua\b|\bour (?:newspaper|reporter|correspondent)|\bdispatch\b|news ?[-—])",
                re.IGNORECASE,
            ),
        ),
        ("~bracket", re.compile(r"^[(\[]")),
        ("~question", re.compile(r"\?")),
        ("~exclamation", re.compile("!")),
        ("~quotation", re.compile('["“]')),
    ],
}


def clues(text: str, lang: Lang) -> frozenset[str]:
    """The clues in a stretch of text; those of two languages can be intersected."""
    folded = fold(text)
    found = {f"#{canonical(n.value)}{'%' if n.percent else ''}" for n in numbers(folded) if n.percent or n.value > 2}
    found.update(mark for mark, pattern in _MARKS[lang] if pattern.search(text))
    if lang == "zh":
        _add_chinese(folded, found)
    else:
        _add_english(text, folded, found)
    return frozenset(found)


def _add_chinese(folded: str, found: set[str]) -> None:
    found.update(CHINESE[term] for term in _ZH_TERM.findall(folded))
    found.update(f"@{int(month)}" for month in map(parse, _ZH_MONTH.findall(folded)) if month)
    found.update(word for word in _LATIN_WORD.findall(folded) if len(word) > 1)
    for run in HAN.findall(folded):
        for first, second in zip(run, run[1:], strict=False):
            found.add(first + second)
            found.update(f"{a} {b}" for a in readings(first) for b in readings(second))


def _add_english(text: str, folded: str, found: set[str]) -> None:
    words = _LATIN_WORD.findall(folded)
    for at, word in enumerate(words):
        found.update(_meanings(word))
        if at:
            found.update(ENGLISH.get(f"{words[at - 1]}+{word}", ()))
    found.update(f"@{MONTH_NUMBER[name[:3]]}" for name in _EN_MONTH.findall(folded))
    found.update(f"#{_ORDINALS[word]}" for word in _EN_ORDINAL.findall(folded))
    for run in HAN.findall(folded):
        found.update(map("".join, zip(run, run[1:], strict=False)))
    for name in _CAPITALISED.findall(text):
        spoken = [s for word in re.split(r"[ '-]", fold(name)) for s in syllables(word) or ("",)]
        found.update(f"{a} {b}" for a, b in zip(spoken, spoken[1:], strict=False) if a and b)
        found.update(w for w in fold(name).split() if len(w) > 1)


@lru_cache(maxsize=65536)
def _meanings(word: str) -> frozenset[str]:
    for form in (
        word,
        word.removesuffix("'s"),
        word.removesuffix("s"),
        word.removesuffix("es"),
        word.removesuffix("ed"),
    ):
        if form in ENGLISH:
            return ENGLISH[form]
    return frozenset()


@lru_cache(maxsize=32768)
def readings(char: str) -> tuple[str, ...]:
    """The readings of a character in pinyin without tones: 重 is chong and zhong."""
    from pypinyin import Style, pinyin

    found = pinyin(char, style=Style.NORMAL, heteronym=True, errors="ignore")
    return tuple(dict.fromkeys(found[0])) if found else ()


def pinyin_of(word: str) -> str:
    """A word in pinyin without tones, written together; characters without a reading are left out."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(word, style=Style.NORMAL, errors="ignore"))


@lru_cache(maxsize=1)
def _all_syllables() -> frozenset[str]:
    """Every syllable that a character of the basic block can have."""
    from pypinyin import lazy_pinyin

    return frozenset(s for s in lazy_pinyin("".join(map(chr, range(0x4E00, 0x9FA6)))) if s.isascii() and s.isalpha())


@lru_cache(maxsize=65536)
def syllables(word: str) -> tuple[str, ...]:
    """A word cut into pinyin syllables, longest first; empty if it is not pinyin."""
    if not word:
        return ()
    for size in range(min(6, len(word)), 0, -1):
        if word[:size] in _all_syllables():
            if size == len(word):
                return (word,)
            rest = syllables(word[size:])
            if rest:
                return (word[:size], *rest)
    return ()
