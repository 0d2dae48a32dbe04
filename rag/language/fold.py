"""One form for all spellings of a text, for matching only: nothing folded is ever shown.

Folding works character by character, so that every folded character knows the original one it came from. Three
things are looked at with what stands beside them: a line break, which is white space, and nothing at all between
Chinese characters or behind a hyphen; a fraction in one character after a figure, which must not run into it (2½ is
2 1/2 and not 21/2); and a nought or a letter o among Chinese numerals, which stands for 〇.

Traditional characters are folded singly too and not by phrase: 乾坤 becomes 干坤 wherever it stands, which no
dictionary would print, but which is the same for a question and an article.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.language.script import HAN, HAN_CLASS, HIDDEN, LIKE_HAN, PRIVATE

if TYPE_CHECKING:
    from opencc import OpenCC

# circles printed for the numeral 〇, and the other way of writing 廿
_NUMERALS = str.maketrans(dict.fromkeys("○◯⚪⭕⭘", "〇") | {"卄": "廿"})
_ALIKE = _NUMERALS | str.maketrans(
    {"‘": "'", "’": "'", "‛": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "‐": "-", "‑": "-", "–": "-", "−": "-"}
    | {"⁄": "/", "\n": " "}
)
_FRACTIONS = "¼-¾⅐-⅟↉"
_AFTER_FIGURE = re.compile(rf"(?<=\d)(?=[{_FRACTIONS}])")
_WIDE = f"{HAN_CLASS}\u3001-\u3020\uff01-\uff0f\uff1a-\uff20‘’“”…—"  # Chinese characters and their punctuation
_BROKEN = re.compile(rf"(?<=[{_WIDE}])\n(?=[{_WIDE}\d])|(?<=\d)\n(?=[{HAN_CLASS}])|(?<=[^\W\d_][-‐])\n(?=[a-z])")
_NOUGHT = re.compile("(?<=[〇一二三四五六七八九])[0o]+(?![0-9a-z]|\\.[0-9])")
# NFKC, lower case and simplification can each open the way for another; two rounds settle all of Unicode 14.
_MAX_ROUNDS = 4


def _read_ideographs() -> dict[int, str]:
    lines = Path(__file__).with_name("ideographs.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {int(code, 16): chr(int(like, 16)) for code, like, *_ in rows}


_IDEOGRAPHS = _read_ideographs()
"""Radicals, strokes and some private-use characters -> the ideograph each looks like."""


@lru_cache(maxsize=1)
def _opencc() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def _fold_once(char: str) -> str:
    out = unicodedata.normalize("NFKC", _IDEOGRAPHS.get(ord(char), char)).lower()
    if any(ord(c) > 0x7F for c in out):
        decomposed = unicodedata.normalize("NFD", out)
        # Accents are dropped from Latin letters only: a Korean syllable also decomposes, and must not.
        if not out.isascii() and (decomposed[0].isascii() or unicodedata.combining(decomposed[0])):
            out = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    out = HIDDEN.sub("", out).translate(_ALIKE)
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


def unified(text: str) -> str:
    """`text` with the ideographs themselves in the place of characters that only look like them: 民 for ⺠ (U+2EA0), 西
    for ⻄, 一 for the radical ⼀ and for a compatibility form. Nothing else is changed."""

    def plain(match: re.Match[str]) -> str:
        char = match[0]
        return _IDEOGRAPHS.get(ord(char)) or unicodedata.normalize("NFKC", char)

    return PRIVATE.sub(plain, LIKE_HAN.sub(plain, text))


def as_known(text: str) -> str:
    """`text`, character for character, in those that a model has learnt: what only looks like an ideograph or a
    Chinese nought as the thing itself, a blank for private-use and hidden characters."""
    plain = PRIVATE.sub(" ", unified(text).translate(_NUMERALS))
    plain = HIDDEN.sub(lambda unseen: " " * len(unseen[0]), plain)
    return plain if len(plain) == len(text) else text


def fold(text: str) -> str:
    """`text` with NFKC, lower case, simplified characters, straight quotes, without accents or hidden characters.

    Two texts that differ only in width, case, script variant, accents, line breaks, invisible characters or in
    characters that look alike (radicals and the ideographs they are drawn as) fold alike.
    Folding a folded text changes nothing.
    """
    if text.isascii():
        return _BROKEN.sub("", text).lower().replace("\n", " ")
    return _noughts(_AFTER_FIGURE.sub(" ", _BROKEN.sub("", text)).translate(_TABLE))


def fold_with_map(text: str) -> tuple[str, list[int]]:
    """`fold(text)` and, for each of its characters, the offset in `text` that it came from.

    The offsets rise; a match `folded[a:b]` stands in `text[offsets[a] : offsets[b - 1] + 1]`.
    """
    if text.isascii() and len(folded := fold(text)) == len(text):
        return folded, list(range(len(text)))
    dropped = {match.start() for match in _BROKEN.finditer(text)}
    parted = {match.start() for match in _AFTER_FIGURE.finditer(text)}
    pieces: list[str] = []
    offsets: list[int] = []
    for at, char in enumerate(text):
        if at in dropped:
            continue
        folded = f" {_TABLE[ord(char)]}" if at in parted else _TABLE[ord(char)]
        pieces.append(folded)
        offsets.extend([at] * len(folded))
    return _noughts("".join(pieces)), offsets


def _noughts(folded: str) -> str:
    return _NOUGHT.sub(lambda match: "〇" * len(match[0]), folded)
