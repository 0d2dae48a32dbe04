"""Keyword in context: where the words of a search stand in a text, and the line of text around each.

Matching follows the keyword index (`rag.language.tokens`): stems, Traditional and Simplified, numerals in either
script. A concordance line is cut at the sentence; its counterpart is the aligned sentence of the other language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.datatypes import Bead, Found, Hit, Lang, other
from rag.language.fold import fold_with_map
from rag.language.numerals import canonical, numbers
from rag.language.script import HAN
from rag.language.tokens import LATIN_WORD, content_keywords, keywords


@dataclass(frozen=True, slots=True)
class Line:
    """One concordance line: the sentence `start` to `end` of a body, the `keys` found in it, and its counterpart.

    All offsets are characters of the article's bodies; `across` is (start, end) in the other language or None.
    """

    lang: Lang
    start: int
    end: int
    keys: tuple[tuple[int, int], ...]
    across: tuple[int, int] | None
    across_keys: tuple[tuple[int, int], ...] = ()


def terms(question: str) -> frozenset[str]:
    """The tokens of a search that are looked for in texts; a lone Chinese character only if nothing longer is asked."""
    tokens = set(content_keywords(question) or keywords(question))
    long = {token for token in tokens if len(token) > 1 or not HAN.fullmatch(token)}
    return frozenset(long or tokens)


def wanted(search: Found) -> frozenset[str]:
    """The tokens of a search and of what was added to it in the other language."""
    return terms(search.question) | {token for one in search.added for token in one.tokens}


def found(text: str, wanted: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Where `wanted` tokens stand in `text`: (start, end), sorted; neighbours with only a blank between are one."""
    folded, offsets = fold_with_map(text)
    spans: list[tuple[int, int]] = []
    for token in wanted:
        if HAN.fullmatch(token):
            spans += ((at, at + len(token)) for at in _occurrences(folded, token))
    latin = {token for token in wanted if token[0] not in "#@" and not HAN.search(token)}
    if latin:
        spans += (w.span() for w in LATIN_WORD.finditer(folded) if latin & _stems(w[0]))
    if any(token.startswith("#") for token in wanted):
        for number in numbers(folded):
            if f"#{canonical(number.value)}{'%' if number.percent else ''}" in wanted:
                spans.append((number.start, number.end))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or folded[merged[-1][1] : start].isspace()):
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple((offsets[start], offsets[end - 1] + 1) for start, end in merged)


def lines(hit: Hit, beads: Sequence[Bead], wanted: frozenset[str]) -> tuple[Line, ...]:
    """The concordance lines of a hit, in reading order, both languages looked at.

    A sentence pair gives one line, in the passage's language if the words stand there, else in the other.
    """
    bodies, own = hit.article.bodies, hit.passage
    made = []
    for bead in beads:
        side = bead.side(own.lang)
        if not side or side[1] <= own.start or own.end <= side[0]:
            continue
        keys = {
            lang: tuple((a + cut[0], b + cut[0]) for a, b in found(bodies[lang][slice(*cut)], wanted))
            for lang in (own.lang, other(own.lang))
            if (cut := bead.side(lang)) and lang in bodies
        }
        lang = own.lang if keys.get(own.lang) else other(own.lang)
        cut = bead.side(lang)
        if cut and keys.get(lang):
            made.append(Line(lang, *cut, keys[lang], bead.side(other(lang)), keys.get(other(lang), ())))
    return tuple(made)


def _occurrences(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


@lru_cache(maxsize=20_000)
def _stems(word: str) -> frozenset[str]:
    return frozenset(keywords(word))
