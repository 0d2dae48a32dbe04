"""Terms of the newspaper with what they are called in the other language: to search for, and as hints of alignment.

Both come from `terms.tsv`, whose head says what may stand there. English is matched by its words, in singular or
plural, not by stems: a product is no production.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from rag.language.fold import fold
from rag.language.wordlists import STOPWORDS


@lru_cache(maxsize=1)
def _rows() -> list[tuple[list[str], list[str], list[str]]]:
    """Chinese terms, English ones to search for, English words that say the same."""
    lines = Path(__file__).with_name("terms.tsv").read_text(encoding="utf-8").splitlines()
    cells = ((line + "\t\t").split("\t")[:3] for line in lines if not line.startswith("#"))
    return [(zh.split(), [t.strip() for t in en.split(",") if t.strip()], same.split()) for zh, en, same in cells]


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Chinese term -> its English rendering."""
    return {term: renderings[0].strip("()") for terms, renderings, _ in _rows() if renderings for term in terms}


@lru_cache(maxsize=1)
def chinese() -> dict[tuple[str, ...], str]:
    """The words of an English term as `plain` gives them, without function words -> its Chinese rendering."""
    found: dict[tuple[str, ...], str] = {}
    for terms, renderings, _ in _rows():
        for rendering in renderings:
            if not rendering.startswith("("):
                words = rendering.replace("-", " ").split()
                found.setdefault(tuple(plain(word) for word in words if word not in STOPWORDS), terms[0])
    return found


@lru_cache(maxsize=1)
def meanings() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Chinese term -> the name of its meaning; English word or phrase (joined by +) -> the meanings it can have."""
    of_chinese: dict[str, str] = {}
    of_english: dict[str, set[str]] = {}
    for terms, _, words in _rows():
        for term in terms if words else ():
            of_chinese.setdefault(term, f"={terms[0]}")
        for word in words:
            of_english.setdefault(word, set()).add(f"={terms[0]}")
    return of_chinese, {word: frozenset(names) for word, names in of_english.items()}


def plain(word: str) -> str:
    """An English word folded, without possessive and plural ending (secretaries': secretary)."""
    folded = re.sub("'s?$", "", fold(word))
    for ending, singular in (("sses", "ss"), ("ies", "y"), ("ss", "ss"), ("s", "")):
        if folded.endswith(ending) and len(folded) > max(3, len(ending) + 1):
            return folded.removesuffix(ending) + singular
    return folded
