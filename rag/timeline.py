"""How many articles each month holds, and how many of them speak of something.

An article speaks of it if one of its passages holds every content word of the question (`content_keywords`), in
either language: the plain count a historian expects, with no ranking in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Filters, Lang
from rag.index.reader import Generation
from rag.language.tokens import content_keywords, keywords


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the archive: articles printed, and those of them that hold every content word."""

    year: int
    month: int
    articles: int
    found: int = 0

    @property
    def name(self) -> str:
        """1958-11, or 1958 where it stands for its year (`month` 0)."""
        return f"{self.year}-{self.month:02}" if self.month else str(self.year)


def months(generation: Generation, question: str = "", filters: Filters = Filters()) -> tuple[Month, ...]:  # noqa: B008
    """Every month from the first to the last issue, without gaps; articles of no known month are left out.

    `articles` counts the whole archive whatever the filters; `found` only what they leave, and is 0 throughout for
    a blank question.
    """
    tokens = (content_keywords(question) or keywords(question)) if question.strip() else []
    size = generation.manifest["counts"]["articles"]
    month, found = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)  # by article row
    for lang in LANGS:
        table = generation.passages[lang]
        month[table["article"]] = table["date"] // 100
        if tokens:
            found[table["article"][_holding(generation, lang, tokens, filters)]] = True
    month[month % 100 == 0] = 0
    dated = month[month > 0]
    if not len(dated):
        return ()
    all_of, some_of = Counter(dated.tolist()), Counter(month[found].tolist())
    spanned = between(min(all_of), max(all_of))
    return tuple(Month(at // 100, at % 100, all_of[at], some_of[at]) for at in spanned)


def between(first: int, last: int) -> list[int]:
    """The months from one to another, both inclusive, each as a number: 195811, 195812, 195901."""
    return [at for at in range(first, last + 1) if 1 <= at % 100 <= 12]


def _holding(generation: Generation, lang: Lang, tokens: list[str], filters: Filters) -> NDArray[np.bool_]:
    index = generation.keyword[lang]
    keep = generation.allowed(lang, filters)
    held = np.ones(len(generation.passages[lang]), dtype=bool) if keep is None else keep.copy()
    for token in set(tokens):
        has = np.zeros(len(held), dtype=bool)
        has[index.rows(token)] = True
        held &= has
    return held
