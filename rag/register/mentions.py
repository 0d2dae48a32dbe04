"""What one article tells of the names in it: a value, found once and kept with the article."""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.datatypes import LANGS, Article, Bead, Lang
from rag.errors import IndexDamaged
from rag.register.english import is_common
from rag.register.kinds import Kind
from rag.register.pairs import Found, Proof, alone, paired

SURE = 0.6
"""Alignments below this confidence (0 to 1) prove nothing about what stands together."""
_LOWER = re.compile(r"(?<![^\W_])[a-zà-þ][^\W\d_]+")

_Pair = tuple[str, str, Proof | Literal[""], Kind | Literal[""]]
_Single = tuple[Lang, str, Kind | Literal[""], bool]


@dataclass(frozen=True, slots=True)
class Mentions:
    """The names of an article, each way of standing there once and in the order of first mention; a kind or a proof is
    "" where nothing tells.

    `pairs` are Chinese and English forms of one bead with their proof, their kind if that proves them one, and in how
    many places. `singles` are forms without a counterpart with their language, their kind, whether that place shows
    that they are names by themselves, and in how many places. `lower` are English words written without a capital, but
    for the common ones, which make no name anyway.
    """

    pairs: tuple[tuple[str, str, Proof | Literal[""], Kind | Literal[""], int], ...]
    singles: tuple[tuple[Lang, str, Kind | Literal[""], bool, int], ...]
    lower: tuple[str, ...]


def mentioned(article: Article, beads: Sequence[Bead]) -> Mentions:
    """What an article with this alignment tells."""
    pairs, singles = Counter[_Pair](), Counter[_Single]()
    is_alone = len(article.langs) == 1
    for bead in beads:
        sides = {lang: article.bodies[lang][slice(*cut)] for lang in LANGS if (cut := bead.side(lang))}
        if len(sides) == 2:
            names = paired(sides["zh"], sides["en"])
            pairs.update(_pairs(names, bead.score >= SURE))
            singles.update(_singles(names, is_alone))
        elif is_alone:
            for lang, text in sides.items():
                singles.update(_singles(alone(text, lang), is_alone))
    lower = dict.fromkeys(word for word in _LOWER.findall(article.bodies.get("en", "")) if not is_common(word))
    return Mentions(
        tuple((*pair, places) for pair, places in pairs.items()),
        tuple((*single, places) for single, places in singles.items()),
        tuple(lower),
    )


def _pairs(names: Found, is_sure: bool) -> list[_Pair]:
    kept = (p for p in names.pairs if p.proof or is_sure)
    return [(p.zh.text, p.en.text, p.proof or "", (p.proof and p.zh.kind) or "") for p in kept]


def _singles(names: Found, is_alone: bool) -> list[_Single]:
    chinese: list[_Single] = [("zh", name.text, name.kind or "", is_alone) for name in names.zh]
    return chinese + [("en", name.text, name.kind or "", shows) for name, shows in names.en]


def packed(mentions: Mentions) -> bytes:
    """The value in a few hundred bytes."""
    parts = (mentions.pairs, mentions.singles, mentions.lower)
    return zlib.compress(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def unpacked(kept: bytes) -> Mentions:
    """The value that was packed. Raises IndexDamaged if it cannot be read."""
    try:
        pairs, singles, lower = json.loads(zlib.decompress(kept))
    except (zlib.error, ValueError) as err:
        raise IndexDamaged(f"the names kept with an article cannot be read ({err}). Run: wenbao index --full") from err
    return Mentions(tuple(map(tuple, pairs)), tuple(map(tuple, singles)), tuple(lower))
