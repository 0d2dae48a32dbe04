"""Names that the translation spells as another one: 安东 / "Anshan", 徐思铎 / "Xu Sidu", and ranks that it drops.

Only what a Chinese name reads as is judged. A word in capitals that can be cut into syllables of pinyin must be what
some characters of the article read as, with every reading of each; if none do, and characters of the sentence read as
a part of it, the two are held against each other. Foreign names are not judged: how the original wrote them cannot be
told from their letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.clues import readings
from rag.language.fold import fold
from rag.language.names import SURNAMES
from rag.language.romanisation import modern
from rag.language.script import HAN
from rag.language.wordlists import words
from rag.translation.foreign import is_english, likeness, otherwise, reads_in
from rag.translation.renderings import misrendered

_WORD = re.compile(r"\b[A-Z][a-zü]+(?:['’-][A-Z]?[a-z]+)*\b")
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu"
    "|ou|ua|ue|ui|un|uo|a|e|i|o|u)"
)
_DEPUTY_ZH = re.compile(
    "副(?=主席|总理|部长|书记|市长|省长|县长|主任|局长|厂长|社长|队长|院长|校长|团长|司令|议长|总统|首相|外长|代表|会长)"
)
_DEPUTY_EN = re.compile(r"\b(?:vice|deputy|associate|assistant|under|sub|second|co)\b|\bvice", re.I)
_MAX = 4
_SHORT = 3  # letters of surnames that are English words as well: Sun, Long
_SOUNDS_SO = 0.9
"""Likeness from which a word is a foreign name with the sound of the characters: 马林, "Marin"."""
_NO_NAME = words("In On At No From To By For With During More And The An A China Lake Lao Da He She We Me Long Men")
_FOREIGN = re.compile("朝鲜|越南|日本|南越|蒙古|南朝鲜|新加坡|马来亚")
_PROVINCES = words(
    "hebei shanxi shaanxi liaoning jilin heilongjiang jiangsu zhejiang anhui fujian jiangxi shandong henan hubei hunan"
    " guangdong guangxi hainan sichuan guizhou yunnan gansu qinghai ningxia xinjiang hebei taiwan beijing tianjin"
    " shanghai china"
)
"""Told by one character in the original (闽, 赣, 浙), or not at all."""
_CALLED = frozenset("县河江溪湖山市省乡镇村社岛州专区")
_SHORTENED = frozenset(
    "钢煤铁省市县局厂州江河山京沪津汉穗渝蓉的在是从到和与了对中国我他这各全本湘鄂豫皖赣闽粤桂黔滇陕冀晋鲁浙苏"
)
"""What stands in short names (鞍钢, 淮河) or in none: no second half of a name to compare."""


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A name that the translation gives otherwise; spans are offsets in the two sentences."""

    zh: tuple[int, int]
    en: tuple[int, int]


def misnamed(zh: str, en: str, around: tuple[str, str] = ("", "")) -> list[Misnamed]:
    """The names in a sentence that its translation gives otherwise; `around` is the text beside the two."""
    found = list(_ranks(zh, en))
    found += [Misnamed(*spans) for spans in misrendered(zh, en, around)]
    found += [Misnamed(*spans) for spans in otherwise(zh, en, around[1])]
    found += [m for m in _spelt(zh, en, zh + around[0]) if not any(_meet(m, other) for other in found)]
    return found


def _meet(a: Misnamed, b: Misnamed) -> bool:
    return a.en[0] < b.en[1] and b.en[0] < a.en[1]


def _ranks(zh: str, en: str) -> Iterator[Misnamed]:
    said = list(_DEPUTY_ZH.finditer(zh))
    if said and not _DEPUTY_EN.search(en):
        yield Misnamed((said[0].start(), said[0].end() + 2), (0, len(en)))


def _spelt(zh: str, en: str, article_zh: str) -> Iterator[Misnamed]:
    for start, end, parts in _runs(en):
        spelling = _letters("".join(parts))
        cuts = [cut for cut in _syllables(spelling) if 2 <= len(cut) <= _MAX]
        if not cuts or spelling in _PROVINCES or reads_in(article_zh, spelling):
            continue
        if reads_in(article_zh, modern(en[start:end])):  # Taipei, Chen-ning
            continue
        span = _person(zh, cuts) if len(parts) == 2 else _place(zh, cuts)
        if span and (len(parts) == 2 or likeness(zh[slice(*span)], spelling) < _SOUNDS_SO):
            yield Misnamed(span, (start, end))


def _runs(en: str) -> Iterator[tuple[int, int, list[str]]]:
    """(start, end, words) of the neighbouring words in capitals that can each be cut into syllables of pinyin."""
    run: list[re.Match[str]] = []
    for word in [*_WORD.finditer(en), None]:
        named = (
            word is not None
            and word[0] not in _NO_NAME
            and not (len(word[0]) > 3 and is_english(word[0]))
            and bool(_syllables(_letters(word[0])))
        )
        if run and not (named and word and en[run[-1].end() : word.start()] == " "):
            if len(run) <= 2:
                yield run[0].start(), run[-1].end(), [part[0] for part in run]
            run = []
        if named and word:
            run.append(word)


def _letters(name: str) -> str:
    return re.sub("[^a-z]", "", fold(name))


def _person(zh: str, cuts: list[tuple[str, ...]]) -> tuple[int, int] | None:
    """A surname that is read as spelt, and one or two characters behind it of which one is not."""
    for cut in cuts:
        for at in range(len(zh) - len(cut) + 1):
            stretch = zh[at : at + len(cut)]
            if stretch[0] not in SURNAMES or not HAN.fullmatch(stretch) or len(cut) > 3:
                continue
            if _FOREIGN.search(zh[max(0, at - 30) : at + 30]) or cut[0] not in readings(stretch[0]):
                continue
            misses = [k for k in range(len(cut)) if cut[k] not in readings(stretch[k])]
            if len(misses) == 1 and (len(cut) == 3 or _alike(cut[misses[0]], readings(stretch[misses[0]]))):
                return at, at + len(cut)
    return None


def _place(zh: str, cuts: list[tuple[str, ...]]) -> tuple[int, int] | None:
    """Two characters that are a place, or stand before what a place is called by, and of which one is read as spelt."""
    import rjieba

    tagged, at = set(), 0
    for word, tag in rjieba.tag(zh):
        if tag in ("ns", "nr", "nz") and len(word) == 2:
            tagged.add(at)
        at += len(word)
    for cut in cuts:
        for at in range(len(zh) - 1) if len(cut) == 2 else ():
            stretch = zh[at : at + 2]
            if not HAN.fullmatch(stretch) or set(stretch) & _SHORTENED or stretch[1] == "大":  # 厦大: a university
                continue
            misses = [k for k in range(2) if cut[k] not in readings(stretch[k])]
            called = zh[at + 2 : at + 3] in _CALLED
            if misses == [1] and at in tagged:
                return at, at + 2
            if len(misses) == 1 and called and _alike(cut[misses[0]], readings(stretch[misses[0]])):
                return at, at + 2
    return None


def _syllables(spelling: str) -> list[tuple[str, ...]]:
    """Every way to cut a spelling into syllables of pinyin."""
    if not spelling:
        return [()]
    cuts = []
    for size in range(1, min(6, len(spelling)) + 1):
        if _SYLLABLE.fullmatch(spelling, 0, size):
            cuts += [(spelling[:size], *rest) for rest in _syllables(spelling[size:])]
    return cuts


def _alike(syllable: str, read: tuple[str, ...]) -> bool:
    """Whether a syllable differs from a reading in its beginning or its end only."""
    return any(
        syllable != r and (r.startswith(syllable[:2]) or syllable.startswith(r[:2]) or r[-2:] == syllable[-2:])
        for r in read
    )
