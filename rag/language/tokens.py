"""Keyword tokens: the same function for what is indexed and for what is asked.

Han text gives every character, every pair of neighbours, and the words of three and more characters that the
segmenter knows. A word of one or two characters is among the first two already and is not counted again; longer
words are, so that 试验田 as a whole outweighs 试验 and 验田 apart. Characters and pairs find a term wherever the
segmenter cuts. Latin text gives stemmed words. On top of these, in either language:

    #3000  #20%     a number or a percentage, however it is written (三千, 3,000; two thousand, 两千多)
    @1958-11        a month that names its year (1958年11月, November 1958), with its day @1958-11-14

so that a question and an article meet in figures and dates even across the languages.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from operator import add
from typing import TYPE_CHECKING

from rag.datatypes import Lang
from rag.language.dates import dated
from rag.language.fold import fold
from rag.language.numerals import FRACTION, canonical, numbers
from rag.language.romanisation import ROMANISED, modern
from rag.language.script import HAN
from rag.language.wordlists import ENGLISH_FUNCTION_WORDS, STOPWORDS

__all__ = ["STOPWORDS", "content_keywords", "content_words", "keywords", "passage_keywords", "written_words"]

if TYPE_CHECKING:
    from snowballstemmer.english_stemmer import EnglishStemmer

_LETTERS = "[a-z\u00df-\u024f\u0370-\u052f]+"
LATIN_WORD = re.compile(rf"{_LETTERS}(?:['-]{_LETTERS})*")
"""A word in Latin letters of a folded text, also where it stands between Chinese characters."""
_LATIN = re.compile(rf"{LATIN_WORD.pattern}|{FRACTION}|[0-9]+(?:[.,][0-9]+)*(?:{_LETTERS})?")
_STEMS: dict[str, str] = {}
_MAX_STEMS = 200_000  # the vocabulary of an archive, not of an attacker: a full table is emptied


def keywords(text: str) -> list[str]:
    """The tokens of `text` for the keyword index, with repetitions, in no particular order.

    English function words are left out: in a small archive a "did" or "what" of the question is rarer than its
    subject and would decide the ranking. Chinese ones stay, for their characters are parts of other words
    (目的, 了解); `content_keywords` leaves them out by segmenting first.
    """
    folded = fold(modern(text))
    return [
        *_latin(folded, ENGLISH_FUNCTION_WORDS),
        *_han(HAN.findall(folded), _long_words(folded)),
        *_canonical(folded),
    ]


def passage_keywords(headline: str, text: str) -> list[str]:
    """The tokens of a passage under a headline: its own, and those of the headline that it lacks.

    So every passage of an article is found by the words of its headline, and the one that repeats the headline, as
    the beginning of a body does, gains nothing by it.
    """
    own = keywords(text)
    there = set(own)
    return own + [token for token in _headline_keywords(headline) if token not in there]


@lru_cache(maxsize=8)  # of one article many passages come one after the other
def _headline_keywords(headline: str) -> tuple[str, ...]:
    return tuple(keywords(headline))


def content_keywords(text: str) -> list[str]:
    """`keywords(text)` without stop words of either language: what a matching passage must speak of.

    Chinese is cut at its stop words, so that no pair of characters reaches across one.
    """
    folded = fold(modern(text))
    content = _without_stopwords(folded)
    return [
        *_latin(folded, STOPWORDS),
        *_han(HAN.findall(content), _long_words(content)),
        *_canonical(folded),
    ]


def content_words(text: str, lang: Lang) -> list[str]:
    """The words of `text` in one language that carry its subject, in order, with repetitions, each once a place.

    Chinese: the segmenter's words of two and more characters. English: stems of three and more letters. No stop
    words, no numbers.
    """
    folded = fold(modern(text))
    if lang == "en":
        return [w for w in _latin(folded, STOPWORDS) if len(w) > 2 and w.isalpha() and not HAN.match(w)]
    if not HAN.search(folded):
        return []
    import rjieba

    return [w for w in rjieba.cut(folded) if len(w) > 1 and HAN.fullmatch(w) and w not in STOPWORDS]


def written_words(folded: str) -> Iterator[str]:
    """The words of a folded text as they are written, in no particular order: segmented Chinese, Latin words."""
    if HAN.search(folded):
        import rjieba

        yield from (w for w in rjieba.cut(folded) if HAN.fullmatch(w))
    yield from (w for w in _LATIN.findall(folded) if not w[0].isdigit())


def _canonical(folded: str) -> Iterator[str]:
    for number in numbers(folded):
        # One and two are mostly grammar (一个, 一种, "one of"), larger numbers are facts.
        if number.value > 2 or number.percent or number.value % 1:
            yield f"#{canonical(number.value)}{'%' if number.percent else ''}"
    for _, _, year, month, day in dated(folded):
        yield f"@{year}-{month:02}"
        if day:
            yield f"@{year}-{month:02}-{day:02}"


def _han(runs: Iterable[str], words: Iterable[str]) -> list[str]:
    out: list[str] = []
    for run in runs:
        out += run
        out += map(add, run, run[1:])
    out += words
    return out


def _long_words(folded: str) -> Iterator[str]:
    if not HAN.search(folded):
        return iter(())
    import rjieba

    return (w for w in rjieba.cut_for_search(folded) if len(w) > 2 and HAN.fullmatch(w))


def _without_stopwords(folded: str) -> str:
    if not HAN.search(folded):
        return folded
    import rjieba

    return "".join(" " if w in STOPWORDS else w for w in rjieba.cut(folded))


def _latin(folded: str, dropped: frozenset[str]) -> Iterator[str]:
    for word in _LATIN.findall(folded):
        if word[0].isdigit():
            if "/" not in word:  # of 2½ neither the 2 nor the 1 is a number of the text
                yield word.replace(",", "")
        elif not word.isalpha():
            yield from (_stem(part) for part in _parts(word) if part not in dropped)
        elif word not in dropped:
            yield _stem(word)


def _parts(word: str) -> Iterator[str]:
    """The forms of a word with apostrophes or hyphens: its parts, and the whole written together.

    Yan'an -> yanan; workers' and China's lose the possessive; co-operative -> co, operative, cooperative.
    """
    parts = [part.removesuffix("'s").replace("'", "") for part in word.split("-")]
    yield from filter(None, parts)
    if len(parts) > 1:
        yield "".join(parts)


def _stem(word: str) -> str:
    stem = _STEMS.get(word)
    if stem is None:
        if len(_STEMS) >= _MAX_STEMS:
            _STEMS.clear()
        stem = _STEMS[word] = _OWN.stemmer.stemWord(ROMANISED.get(word, word)) if len(word) < 40 else word
    return stem


class _Own(threading.local):
    """A stemmer for each thread: it keeps the word that it works on."""

    @cached_property
    def stemmer(self) -> EnglishStemmer:
        import snowballstemmer

        return snowballstemmer.stemmer("english")


_OWN = _Own()
