"""One form for all spellings of a text, for matching only: nothing folded is ever shown.

Folding works character by character, so that every folded character knows the original one it came from.
Traditional characters are folded singly too and not by phrase: 乾坤 becomes 干坤 wherever it stands, which no
dictionary would print, but which is the same for a question and an article.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.language.script import HAN, HIDDEN

if TYPE_CHECKING:
    from opencc import OpenCC

_PUNCTUATION = str.maketrans(
    {"‘": "'", "’": "'", "‛": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "‐": "-", "‑": "-", "–": "-", "−": "-"}
)
# NFKC, lower case and simplification can each open the way for another; two rounds settle all of Unicode 14.
_MAX_ROUNDS = 4


@lru_cache(maxsize=1)
def _opencc() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _fold_once(char: str) -> str:
    out = unicodedata.normalize("NFKC", char).lower()
    if any(ord(c) > 0x7F for c in out):
        decomposed = unicodedata.normalize("NFD", out)
        # Accents are dropped from Latin letters only: a Korean syllable also decomposes, and must not.
        if not out.isascii() and (decomposed[0].isascii() or unicodedata.combining(decomposed[0])):
            out = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    out = HIDDEN.sub("", out).translate(_PUNCTUATION)
    return _opencc().convert(out) if HAN.search(out) else out


class _Table(dict[int, str]):
    """Code point -> folded form, filled in as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = chr(code)
        for _ in range(_MAX_ROUNDS):
            again = "".join(map(_fold_once, folded))
            if again == folded:
                break
            folded = again
        self[code] = folded
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """`text` with NFKC, lower case, simplified characters, straight quotes, without accents or hidden characters.

    Two texts that differ only in width, case, script variant, accents or invisible characters fold alike.
    Folding a folded text changes nothing.
    """
    return text.lower() if text.isascii() else text.translate(_TABLE)


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """`fold(text)` and, for each of its characters, the offset in `text` that it came from.

    The offsets rise; a match `folded[a:b]` stands in `text[offsets[a] : offsets[b - 1] + 1]`.
    """
    if text.isascii():
        return text.lower(), list(range(len(text)))
    pieces: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text):
        folded = _TABLE[ord(char)]
        pieces.append(folded)
        offsets.extend([at] * len(folded))
    return "".join(pieces), offsets
