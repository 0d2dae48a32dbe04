"""Term pairs of a generation: words of the two languages that keep turning up in sentences that say the same.

Learned while indexing from the archive's own aligned sentences, so that 平炉 finds "open-hearth" because this archive
translates it so. Association is the Dice coefficient of the sentences that hold each word, among pairs that the
log-likelihood ratio (Dunning 1993, "Accurate methods for the statistics of surprise and coincidence") keeps apart
from chance at p < .001. Of a large archive an evenly spread sample of articles is read, so time and memory are bounded.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from rag.index.articles import ArticleReader
from rag.language.clues import readings
from rag.language.tokens import content_words

FILE = "terms.json"
MOST_ARTICLES = 4000
"""Articles read at most, evenly spread."""
MOST_SENTENCES = 40_000
"""Aligned sentences read at most."""
SURE = 0.6
"""Alignments below this confidence (0 to 1) are passed over."""
LEAST_TOGETHER = 3
LEAST_DICE = 0.5
CHANCE = 10.83
"""Log-likelihood ratio at p = .001, one degree of freedom."""


@dataclass(frozen=True, slots=True)
class TermPairs:
    """The counterpart of a word: `english` by Chinese word (an English stem), `chinese` by English stem."""

    english: Mapping[str, str]
    chinese: Mapping[str, str]

    @classmethod
    def read(cls, generation: Path) -> TermPairs:
        """The pairs of a generation; none if it has none or they cannot be read, which costs only additions."""
        try:
            stored = json.loads((generation / FILE).read_text(encoding="utf-8"))
            return cls(dict(stored["english"]), dict(stored["chinese"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls({}, {})


def learn(generation: Path) -> None:
    """Learn the pairs of a generation folder from its articles and write them into it."""
    words: tuple[list[frozenset[str]], list[frozenset[str]]] = ([], [])
    reader = ArticleReader(generation)
    try:
        count = reader.count()
        for row in range(0, count, max(1, -(-count // MOST_ARTICLES))):
            article, beads = reader.article(row)
            if len(article.langs) < 2:
                continue
            for bead in beads:
                if bead.zh and bead.en and bead.score >= SURE and len(words[0]) < MOST_SENTENCES:
                    words[0].append(frozenset(content_words(article.bodies["zh"][slice(*bead.zh)], "zh")))
                    words[1].append(frozenset(content_words(article.bodies["en"][slice(*bead.en)], "en")))
    finally:
        reader.close()
    pairs = _best_pairs(*words) if words[0] else {"english": {}, "chinese": {}}
    (generation / FILE).write_text(json.dumps(pairs, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _best_pairs(zh: list[frozenset[str]], en: list[frozenset[str]]) -> dict[str, dict[str, str]]:
    left, left_words = _incidence(zh)
    right, right_words = _incidence(en)
    if not left_words or not right_words:
        return {"english": {}, "chinese": {}}
    together = (left.T @ right).tocoo()
    a, b = np.asarray(left.sum(axis=0)).ravel(), np.asarray(right.sum(axis=0)).ravel()
    c, i, j = together.data.astype(float), together.row, together.col
    dice = 2 * c / (a[i] + b[j])
    keep = (c >= LEAST_TOGETHER) & (dice >= LEAST_DICE) & (_ratio(c, a[i], b[j], float(len(zh))) >= CHANCE)
    links = [(left_words[x], right_words[y], float(d)) for x, y, d in zip(i[keep], j[keep], dice[keep], strict=True)]
    # Names that sound alike first, then the closest; each word is linked once (Melamed 2000, competitive linking).
    links.sort(key=lambda link: (-(link[2] + _sounds_alike(link[0], link[1])), link))
    found: dict[str, dict[str, str]] = {"english": {}, "chinese": {}}
    for x, y, _ in links:
        if x not in found["english"] and y not in found["chinese"]:
            found["english"][x], found["chinese"][y] = y, x
    return found


def _sounds_alike(chinese: str, english: str) -> bool:
    return english in {"".join(sounds) for sounds in product(*(readings(char) for char in chinese[:4]))}


def _incidence(sentences: list[frozenset[str]]) -> tuple[Any, list[str]]:
    """Sparse 0/1 matrix, shape (sentences, words), over the words of at least LEAST_TOGETHER sentences."""
    from scipy.sparse import csr_matrix

    holding: dict[str, list[int]] = defaultdict(list)
    for number, words in enumerate(sentences):
        for word in words:
            holding[word].append(number)
    # A word of more than a fifth of all sentences says nothing of any of them.
    most = max(LEAST_TOGETHER + 1, len(sentences) // 5)
    kept = sorted(word for word, where in holding.items() if LEAST_TOGETHER <= len(where) <= most)
    rows = [n for word in kept for n in holding[word]]
    columns = [k for k, word in enumerate(kept) for _ in holding[word]]
    shape = (len(sentences), len(kept))
    return csr_matrix((np.ones(len(rows), dtype=np.int32), (rows, columns)), shape=shape), kept


def _ratio(c: Any, a: Any, b: Any, n: float) -> Any:
    """Log-likelihood ratio of words in `a` and `b` of `n` sentences, `c` of them together; 0 for fewer than chance."""

    def part(observed: Any, expected: Any) -> Any:
        return np.where(observed > 0, observed * np.log(np.maximum(observed, 1e-12) / expected), 0.0)

    cells = ((c, a * b), (a - c, a * (n - b)), (b - c, (n - a) * b), (n - a - b + c, (n - a) * (n - b)))
    total = sum(part(observed, np.maximum(expected / n, 1e-12)) for observed, expected in cells)
    return np.where(c > a * b / n, 2 * total, 0.0)
