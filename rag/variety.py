"""One article over and over, or one text under several names, is no list of hits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Hit, Lang
from rag.index.reader import Generation
from rag.language.fold import fold
from rag.language.quantities import quantities

REPEATED = 0.01
"""What each passage of an article that stands above costs a further one of the same article; 0.03 lost a gold sentence
from the first three passages for one question in a hundred of either unread month."""
ALIKE_VECTORS, ALIKE_TEXTS = 0.8, 0.7
"""Two passages of different articles are one text printed twice if their cosine and the share of the shorter one's
five-character sequences that the longer one has reach these, and none says another figure than the other."""
_BESIDE: dict[Lang, int] = {"zh": 4, "en": 8}
"""Letters before and after a figure by which it is known which figure of the other text it stands against."""
_SHINGLE = 5
_LEAST = 20  # characters; a shorter text is a caption or a formula, alike by nature


def lowered(ranked: NDArray[np.int64], scores: NDArray[np.float32], articles: NDArray[np.int64]) -> NDArray[np.float32]:
    """The scores with further passages of an article moved down a little, so that other articles come into view.

    An article's best passage keeps its score, so no article changes its place among the articles.

    Args:
        ranked: unit numbers, best first.
        scores: score of every unit.
        articles: article of every unit.
    """
    seen: Counter[int] = Counter()
    out = scores.copy()
    for unit in ranked:
        out[unit] -= REPEATED * seen[int(articles[unit])]
        seen[int(articles[unit])] += 1
    return out


def reprints(
    generation: Generation, rows: NDArray[np.int64], ranked: Sequence[int] | NDArray[np.int64], articles: object
) -> dict[int, int]:
    """Units that print the same as one ranked above them in another article -> that unit.

    Args:
        generation: where the passages are.
        rows: shape (units, 2), rows of the passages.
        ranked: unit numbers, best first; only these are compared.
        articles: article of every unit.
    """
    owner = np.asarray(articles)
    folded: dict[int, int] = {}
    for column, lang in enumerate(LANGS):
        here = [int(u) for u in ranked if rows[u, column] >= 0]
        if len(here) < 2 or lang not in generation.dense_langs:
            continue
        vectors = generation.vectors(lang, rows[here, column])
        alike = vectors @ vectors.T >= ALIKE_VECTORS

        @cache
        def text_of(unit: int, lang: Lang = lang, column: int = column) -> _Text:
            return _Text(generation.text(lang, int(rows[unit, column])), lang)

        for b, a in zip(*np.nonzero(np.tril(alike, -1)), strict=True):
            upper, lower = here[a], here[b]
            if owner[upper] == owner[lower] or lower in folded or upper in folded:
                continue
            first, second = text_of(upper), text_of(lower)
            if _common(first.shingles, second.shingles) >= ALIKE_TEXTS and not _disagree(first, second):
                folded[lower] = upper
    return folded


def overlap(a: str, b: str) -> float:
    """Share of the shorter text's character sequences that the longer one has, 0 to 1."""
    return _common(_shingles(_bare(a)), _shingles(_bare(b)))


class _Text:
    """A text that is compared with several: what it is compared by is made once, when it is wanted."""

    def __init__(self, text: str, lang: Lang) -> None:
        self._text, self._lang = text, lang

    @cached_property
    def bare(self) -> str:
        """Its letters and digits."""
        return _bare(self._text)

    @cached_property
    def shingles(self) -> set[str]:
        """Its character sequences."""
        return _shingles(self.bare)

    @cached_property
    def figures(self) -> list[tuple[tuple[float, float, str], str, str]]:
        """Each figure, and the letters before and behind it."""
        text, near = self._text, _BESIDE[self._lang]
        return [
            ((q.low, q.high, q.unit), _bare(text[: q.start])[-near:], _bare(text[q.end :])[:near])
            for q in quantities(text, self._lang)
        ]


def _disagree(a: _Text, b: _Text) -> bool:
    """True if between the same words one text has another figure than the other: another report, or another version of
    it."""
    held = {amount for amount, _, _ in b.figures}
    return any(amount not in held and before in b.bare and after in b.bare for amount, before, after in a.figures)


def _bare(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


def _shingles(bare: str) -> set[str]:
    return {bare[i : i + _SHINGLE] for i in range(len(bare) - _SHINGLE + 1)} if len(bare) >= _LEAST else set()


def _common(a: set[str], b: set[str]) -> float:
    x, y = sorted((a, b), key=len)
    return len(x & y) / len(x) if x else 0.0


def joined(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits that follow each other in one article and language, together; each group in reading order, the groups in
    the order of their best hit."""
    groups: list[list[Hit]] = []
    for hit in hits:
        beside = [g for g in groups if any(_neighbours(hit, other) for other in g)]
        for group in beside[1:]:
            beside[0].extend(group)
            groups.remove(group)
        if beside:
            beside[0].append(hit)
        else:
            groups.append([hit])
    return [sorted(group, key=lambda h: h.passage.start) for group in groups]


def _neighbours(a: Hit, b: Hit) -> bool:
    if (a.article.id, a.passage.lang) != (b.article.id, b.passage.lang):
        return False
    first, second = sorted((a.passage, b.passage), key=lambda p: p.start)
    return not a.article.bodies[first.lang][first.end : second.start].strip()
