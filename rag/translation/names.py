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
from rag.language.script import HAN

_WORD = re.compile(r"[A-Z][a-zü]+(?:['’-][A-Z]?[a-z]+)*(?: [A-Z][a-zü]+(?:['’-][a-z]+)*)?")
_SYLLABLE = re.compile(
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu"
    "|ou|ua|ue|ui|un|uo|a|e|i|o|u)"
)
_DEPUTY_ZH = re.compile("副(?=教授|主席|总理|部长|书记|市长|省长|县长|主任|局长|厂长|社长|队长|院长|校长|团长|司令|议长|总统|首相|外长|代表|会长)")
_DEPUTY_EN = re.compile(r"\b(?:vice|deputy|associate|assistant|under|sub|second|co)\b|\bvice", re.I)
_RENDERED: list[tuple[str, str, str]] = [
    ("合众社", r"United Press International|\bUPI\b", "before May 1958 the agency was the United Press"),
    ("公使馆", r"\b[Ee]mbassy\b", "a legation"),
    ("大使馆", r"\b[Ll]egation\b", "an embassy"),
]
_MAX = 4


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A name that the translation gives otherwise; spans are offsets in the two sentences."""

    zh: tuple[int, int]
    en: tuple[int, int]


def misnamed(zh: str, en: str, article_zh: str) -> list[Misnamed]:
    """The names in a sentence that its translation gives otherwise."""
    found = [*_ranks(zh, en), *_terms(zh, en)]
    found += _spelt(zh, en, article_zh)
    return found


def _ranks(zh: str, en: str) -> Iterator[Misnamed]:
    said = list(_DEPUTY_ZH.finditer(zh))
    if said and not _DEPUTY_EN.search(en):
        yield Misnamed((said[0].start(), said[0].end() + 2), (0, len(en)))


def _terms(zh: str, en: str) -> Iterator[Misnamed]:
    for term, wrong, _ in _RENDERED:
        at, told = zh.find(term), re.search(wrong, en)
        if at >= 0 and told:
            yield Misnamed((at, at + len(term)), told.span())


def _spelt(zh: str, en: str, article_zh: str) -> Iterator[Misnamed]:
    for match in _WORD.finditer(en):
        spelling = re.sub("[^a-z]", "", fold(match[0]))
        cuts = _syllables(spelling)
        if not cuts or not 2 <= min(map(len, cuts)) or max(map(len, cuts)) > _MAX + 1:
            continue
        if _reads_in(article_zh, spelling):
            continue
        if span := _nearly(zh, cuts):
            yield Misnamed(span, match.span())


def _syllables(spelling: str) -> list[tuple[str, ...]]:
    """Every way to cut a spelling into syllables of pinyin."""
    if not spelling:
        return [()]
    cuts = []
    for size in range(1, min(6, len(spelling)) + 1):
        if _SYLLABLE.fullmatch(spelling, 0, size):
            cuts += [(spelling[:size], *rest) for rest in _syllables(spelling[size:])]
    return cuts


def _reads_in(zh: str, spelling: str) -> bool:
    """Whether neighbouring characters of a text can be read so."""
    return any(_reads(zh, at, spelling) for at in range(len(zh)) if HAN.match(zh[at]))


def _reads(zh: str, at: int, rest: str) -> bool:
    if not rest:
        return True
    if at >= len(zh) or not HAN.match(zh[at]):
        return False
    return any(rest.startswith(r) and _reads(zh, at + 1, rest[len(r) :]) for r in readings(zh[at]) if r)


def _nearly(zh: str, cuts: list[tuple[str, ...]]) -> tuple[int, int] | None:
    """Where characters read as all syllables of a spelling but one, which sounds alike."""
    for cut in cuts:
        size = len(cut)
        for at in range(len(zh) - size + 1):
            stretch = zh[at : at + size]
            if len(HAN.findall(stretch)) != 1 or HAN.findall(stretch)[0] != stretch:
                continue
            misses = [k for k in range(size) if cut[k] not in readings(stretch[k])]
            if len(misses) == 1 and size >= 3 or len(misses) == 1 and _alike(cut[misses[0]], readings(stretch[misses[0]])):
                return at, at + size
    return None


def _alike(syllable: str, read: tuple[str, ...]) -> bool:
    """Whether a syllable differs from a reading in its beginning or its end only."""
    return any(syllable != r and (r.startswith(syllable[:2]) or syllable.startswith(r[:2]) or r[-2:] == syllable[-2:]) for r in read)
