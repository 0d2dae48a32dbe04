"""Citation marks in a stream of text: [1], [1, 2], [1-3], [1][2], [[1]], 【1】, ［1］, [Passage 1].

A mark may be split anywhere between two pieces of the stream, so what could still become one is held back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPENING, _CLOSING, _INSIDE = r"[\[【［]{1,2}", r"[\]】］]{1,2}", r"[^\[【［\]】］\n]{0,40}"
_GAP = r"[^\S\n]*"
_WORD = rf"(?:passages?|sources?|refs?|段落?|来源|资料|引文|\^|第)?{_GAP}"
_ONE = r"\d{1,3}"
_MARK = re.compile(
    rf"(?={_OPENING}{_INSIDE}{_CLOSING}){_OPENING}{_GAP}{_WORD}"
    rf"({_ONE}(?:{_GAP}(?:[,，、;；&和]|and){_GAP}{_WORD}{_ONE}|{_GAP}[-–~—]{_GAP}{_ONE})*){_GAP}(?:段|号)?{_CLOSING}",
    re.IGNORECASE,
)
_OPEN = re.compile(rf"{_OPENING}{_INSIDE}$")
_CLOSED = re.compile(rf"{_OPENING}{_INSIDE}{_CLOSING}$")
_MOST = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """The keys that one citation mark names, in its order; they may name nothing."""

    keys: tuple[int, ...]


class Markers:
    """Takes a text in pieces and gives it back as text and marks, in order."""

    def __init__(self) -> None:
        self._held = ""

    def feed(self, piece: str) -> Iterator[str | Mark]:
        """What is certain after another piece."""
        yield from self._split(self._held + piece, last=False)

    def end(self) -> Iterator[str | Mark]:
        """What was held back, now that nothing follows."""
        yield from self._split(self._held, last=True)

    def _split(self, text: str, last: bool) -> Iterator[str | Mark]:
        cut = len(text)
        if not last and (hold := _OPEN.search(text) or _CLOSED.search(text)):
            cut = hold.start()  # a closed one too: another closing bracket may follow it
        self._held = text[cut:]
        at = 0
        for match in _MARK.finditer(text, 0, cut):
            if match.start() > at:
                yield text[at : match.start()]
            yield Mark(_keys(match[1]))
            at = match.end()
        if at < cut:
            yield text[at:cut]


def _keys(said: str) -> tuple[int, ...]:
    keys: list[int] = []
    for a, b in re.findall(rf"({_ONE})(?:\s*[-–~—]\s*({_ONE}))?", said):
        first, final = int(a), int(b or a)
        keys += range(first, final + 1) if first <= final < first + _MOST else [first]
    return tuple(dict.fromkeys(keys[:_MOST]))
