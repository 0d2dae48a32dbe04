"""Foreign names that the translation gives as others: 巴利里 / "Prifti".

A name written in the characters of transliterations is held against the capitals of the counterpart by its consonants,
which the tables of the Xinhua News Agency tie to those of European spellings. It is told only if nothing there sounds
like it, and a name stands there that sounds like nothing in the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path

from rag.language import clues
from rag.language.fold import fold
from rag.language.script import HAN
from rag.translation.renderings import is_rendering, is_term

Span = tuple[int, int]
_Sound = tuple[frozenset[str], float]
"""The consonants that may stand at a place, and what it costs that none does."""
_LETTERS = re.compile("dzh|tsch|sch|tch|[szck]h|[gtpwr]h|t[sz]|cz|d[szj]|ck|qu|gn|sz|ps|zs|[bcdfghjklmnpqrstvwxyz]")
_SILENT = {"h": 0.1, "y": 0.1, "w": 0.3, "n": 0.35, "r": 0.5, "s": 0.6, "gh": 0.2, "g": 0.6}
"""Letters that spellings have and transliterations leave out, by what that costs; all others cost 1."""
_NASAL = frozenset({"n", "m", "gn"})
_GLIDE = frozenset({"y", "j", "i", "g", "h"})
_SAME, _CLAIMED, _SURE, _ENGLISH_NEEDS = 0.65, 0.75, 0.8, 0.93
_BEGUN = 0.7
"""Likeness of a word that begins as the whole name sounds."""
"""From what likeness on a name is taken to be the one, a stretch of the original to explain a word, a name without its
first or last character to be the one, and an English word to be the one ("Target")."""
_MIN = 3  # characters of a name; a word that is told has more letters
_WORD = re.compile(r"\b(?:[A-Z]['’])?[A-ZÀ-Þ][^\W\d_]+(?:['’-][^\W\d_]+)*")
_POSSESSIVE = re.compile("['’]s?$")
_POINTS = "·?？・•"
_APART = 0.3
"""How far from its place, as a share of the sentence, another name may stand."""
_TAGS = ("nr", "ns", "nz", "nt")
_ENGLISH = re.compile("(?:ly|ing|ed|tions?|sions?|ments?|ness|ists?|isms?|ous|able|ships?|hood|ial|ity|ities)$")


def otherwise(zh: str, en: str, around_en: str) -> Iterator[tuple[Span, Span]]:
    """Where a foreign name of a sentence is given as another: spans in the two sentences."""
    names = list(transliterated(zh))
    if not names:
        return
    if not re.search("[.!?;:,]", en):
        return  # a headline writes all words with a capital
    said = list(_WORD.finditer(en))
    here = [m for m in said if not is_english(m[0])]
    capitals = [m[0] for m in said] + _WORD.findall(around_en)
    capitals += [part for word in capitals if "-" in word for part in word.split("-")]
    joined = [a[0] + b[0] for a, b in zip(said, said[1:], strict=False) if en[a.end() : b.start()] in (" ", " de ")]
    for start, end in names:
        name = zh[start:end]
        if any(reads_in(name, word) for word in (*capitals, *joined) if len(word) > _MIN):
            continue  # a Chinese name
        foreign = [w for w in (*capitals, *joined) if not is_english(w) and not reads_in(zh, w)]
        foreign += [m[0] for m in said if m.start() > 0 and len(m[0]) > _MIN and m not in here]
        parts = [p for p in re.split(f"[{_POINTS}]", name) if p]
        if any(_stands_for(parts, word) for word in foreign):
            continue
        others = [m for m in here if len(m[0]) > _MIN and "-" not in m[0] and not reads_in(zh, m[0])]
        apart = {m.span(): abs(m.start() / len(en) - start / len(zh)) for m in others if not _is_explained(m[0], zh)}
        if apart and min(apart.values()) <= _APART:
            yield (start, end), min(apart, key=lambda span: apart[span])


def _stands_for(parts: Sequence[str], word: str) -> bool:
    """Whether a name, or a part of it, sounds like a word; an English one must do so better."""
    whole = "".join(parts)
    forms = {whole, *(p for p in parts if len(p) >= 2)}
    clipped = {f for p in parts if len(p) >= _MIN for f in (p[:-1], p[1:])}  # 曾, 南: what the segmenter added
    english = is_english(word)
    needed = _ENGLISH_NEEDS if english else _SAME
    return any(likeness(f, word) >= needed for f in forms) or (
        not english and any(likeness(f, word) >= _SURE for f in clipped)
    )


def likeness(name: str, word: str) -> float:
    """How well a Chinese name can stand for a word of European spelling, 0 to 1: the share of consonants that agree."""
    sounds, letters = _sounds(name), _spelling(word)
    total = sum(cost for _, cost in sounds) + sum(cost for _, cost in letters)
    if not total:
        return 0.0
    costs = [0.0]
    for _, cost in letters:
        costs.append(costs[-1] + cost)
    for options, missing in sounds:
        before, costs = costs, [costs[0] + missing]
        for j, (letter, cost) in enumerate(letters):
            best = min(before[j + 1] + missing, costs[j] + cost)
            costs.append(min(best, before[j]) if letter in options else best)
    whole = 1 - costs[-1] / total
    begun = min(costs[len(costs) // 2 :], default=costs[-1])  # the segmenter may have cut the name short
    return max(whole, _BEGUN if begun == 0 and len(sounds) >= _MIN else 0.0)


def consonants(word: str) -> int:
    """How many consonants of a spelling are heard."""
    return sum(cost >= 0.5 for _, cost in _spelling(word))


def transliterated(zh: str) -> Iterator[Span]:
    """The stretches of a sentence that are written in the characters of transliterations, and are names."""
    import rjieba

    _, _, characters = _table()
    begin, at, named = -1, 0, False
    for word, tag in [*rjieba.tag(zh), ("。", "x")]:
        if characters.issuperset(word) and tag not in ("m", "p", "c"):
            begin, named = (begin if begin >= 0 else at), named or tag.startswith(_TAGS)
        else:
            if begin >= 0 and named:
                end = at + len(word) - len(word.lstrip("".join(characters)))  # what the segmenter cut off
                whole = zh[begin] not in _POINTS and zh[end - 1] not in _POINTS
                if end - begin >= _MIN and whole and not is_term(zh[begin:end]):
                    yield begin, end
            begin, named = -1, False
        at += len(word)


@lru_cache(maxsize=16384)
def _sounds(name: str) -> tuple[_Sound, ...]:
    initials, vowels, _ = _table()
    found: list[_Sound] = []
    for char in name:
        read = clues.readings(char)
        if char == "尔":
            found.append((frozenset("lr"), 0.3))
            continue
        if char in vowels or not read:
            if read and read[0].startswith("y"):
                found.append((_GLIDE, 0.0))
        else:
            options = [initials.get(r[:2]) or initials.get(r[:1]) or frozenset() for r in read]
            if any(options):
                found.append((frozenset().union(*options), 1.0))
        if read and read[0].endswith(("n", "ng")):
            found.append((_NASAL, 0.0))
    return tuple(found)


@lru_cache(maxsize=65536)
def _spelling(word: str) -> tuple[tuple[str, float], ...]:
    letters = re.sub(r"([b-df-hj-np-tv-z])\1", r"\1", re.sub("[^a-z]", "", fold(_POSSESSIVE.sub("", word))))
    letters = letters[:1] + letters[1:].replace("x", "ks")
    return tuple((m, _SILENT.get(m, 1.0)) for m in _LETTERS.findall(letters))


def reads_in(zh: str, word: str) -> bool:
    """Whether neighbouring characters of a text can be read as a word in pinyin."""
    letters = re.sub("[^a-z]", "", fold(_POSSESSIVE.sub("", word)))
    return any(_reads(zh, at, letters) for at in range(len(zh)) if HAN.match(zh[at]))


def _reads(zh: str, at: int, rest: str) -> bool:
    if not rest:
        return True
    if at >= len(zh) or not HAN.match(zh[at]):
        return False
    return any(rest.startswith(r) and _reads(zh, at + 1, rest[len(r) :]) for r in clues.readings(zh[at]) if r)


def _is_explained(word: str, zh: str) -> bool:
    """Whether some stretch of the original, in the characters of transliterations, sounds like a word."""
    _, _, characters = _table()
    size = consonants(word)
    return any(
        likeness(zh[at : at + length], word) >= _CLAIMED
        for length in range(2, min(size + 4, 9))
        for at in range(len(zh) - length + 1)
        if characters.issuperset(zh[at : at + length])
    )


@lru_cache(maxsize=16384)
def is_english(word: str) -> bool:
    """Whether a word with a capital is an English one, or what a term of the paper is rendered by: no other's name."""
    return is_ordinary(word) or is_rendering(_POSSESSIVE.sub("", word))


@lru_cache(maxsize=16384)
def is_ordinary(word: str) -> bool:
    """Whether a word with a capital is one that is mostly written without, which no name is made of alone."""
    plain = _POSSESSIVE.sub("", fold(word))
    return plain in _capitals() or plain.removesuffix("s") in _capitals() or bool(_ENGLISH.search(plain))


@cache
def _capitals() -> frozenset[str]:
    lines = Path(clues.__file__).with_name("capitals.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _table() -> tuple[dict[str, frozenset[str]], frozenset[str], frozenset[str]]:
    """The consonants by initial, the characters of vowels, and all characters with what parts names."""
    lines = Path(clues.__file__).with_name("transliteration.tsv").read_text(encoding="utf-8").splitlines()
    rows: Sequence[list[str]] = [line.split("\t") for line in lines if line and not line.startswith("#")]
    initials = {name: frozenset(said.split()) for name, said in rows if name not in ("vowels", "characters")}
    vowels = frozenset("".join(said for name, said in rows if name == "vowels"))
    return initials, vowels, frozenset(_POINTS).union(*(said for name, said in rows if name == "characters"))
