"""Answers scored as the scripts of SQuAD and CMRC 2018 score them, to compare with published figures.

Wenbao's own `em` and `f1` (text.py) fold characters first and read both languages; these do exactly what the
scripts do and nothing else.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_CMRC_DROPPED = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_CMRC_PIECE = re.compile("[\u4e00-\u9fa5]|[^\\s\u4e00-\u9fa5]+")
_LATIN_PIECE = re.compile(r"\w+(?:[.,'&]\w+)*|[^\w\s]")


def squad_em(said: str, references: Iterable[str]) -> float:
    """SQuAD's exact match, 0 or 1: equal after lower case, ASCII punctuation, a, an, the and spaces are dropped.

    An unanswerable question has the one reference "" and is matched by an empty answer (SQuAD 2.0).
    """
    return _best(lambda one, two: float(_squad_words(one) == _squad_words(two)), said, references)


def squad_f1(said: str, references: Iterable[str]) -> float:
    """SQuAD's F1 of bags of words with the best reference, 0 to 1; two empty texts agree (SQuAD 2.0)."""

    def one_f1(one: str, two: str) -> float:
        words, wanted = _squad_words(one), _squad_words(two)
        if not words and not wanted:
            return 1.0
        common = sum((Counter(words) & Counter(wanted)).values())
        return 2 * common / (len(words) + len(wanted))

    return _best(one_f1, said, references)


def _squad_words(text: str) -> list[str]:
    bare = "".join(char for char in text.lower() if char not in string.punctuation)
    return _ARTICLES.sub(" ", bare).split()


def cmrc_em(said: str, references: Iterable[str]) -> float:
    """CMRC 2018's exact match, 0 or 1: equal after lower case and without its list of punctuation."""
    return _best(lambda one, two: float(_cmrc_bare(one) == _cmrc_bare(two)), said, references)


def cmrc_f1(said: str, references: Iterable[str]) -> float:
    """CMRC 2018's F1 with the best reference, 0 to 1, by the longest common run of pieces, not by the bag.

    Pieces are Han characters and Latin words. precision = run / pieces said, recall = run / pieces wanted; 0 if
    nothing is shared. The script cuts Latin text with NLTK; here words keep inner points, commas and apostrophes,
    other marks stand alone, which differs on abbreviations and clitics only.
    """

    def one_f1(one: str, two: str) -> float:
        pieces, wanted = _cmrc_pieces(one), _cmrc_pieces(two)
        run = SequenceMatcher(None, pieces, wanted, autojunk=False).find_longest_match().size
        return 2 * run / (len(pieces) + len(wanted)) if run else 0.0

    return _best(one_f1, said, references)


def _cmrc_bare(text: str) -> str:
    return "".join(char for char in text.lower().strip() if char not in _CMRC_DROPPED)


def _cmrc_pieces(text: str) -> list[str]:
    made: list[str] = []
    for piece in _CMRC_PIECE.findall(_cmrc_bare(text)):
        made += _LATIN_PIECE.findall(piece)
    return made


def _best(score: Callable[[str, str], float], said: str, references: Iterable[str]) -> float:
    """The best score over the references. Raises `ValueError` without any."""
    return max(score(said, reference) for reference in references)
