"""Term pairs of a generation: words of the two languages that keep turning up in sentences that say the same.

Learned while indexing from the archive's own aligned sentences, so that 平炉 finds "open-hearth" because this archive
translates it so. Association is the Dice coefficient of the sentences that hold each word, among pairs that the
log-likelihood ratio (Dunning 1993, "Accurate methods for the statistics of surprise and coincidence") keeps apart
from chance at p < .001. What is learned is shown to readers, so a pair must be the clear best of both its words: in a
few articles 辽宁 always stands beside 中共, and Liaoning is as near to the one as to the other. Of a large archive an
evenly spread sample of articles is read, so time and memory are bounded.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from rag.index.articles import ArticleReader
from rag.language.clues import readings
from rag.language.tokens import content_words
from rag.language.wordlists import UNTRANSLATED

FILE = "terms.json"
MOST_ARTICLES = 4000
"""Articles read at most, evenly spread."""
MOST_SENTENCES = 40_000
"""Aligned sentences read at most."""
SURE = 0.6
"""Alignments below this confidence (0 to 1) are passed over."""
LEAST_TOGETHER = 5
"""Sentence pairs that hold both words, at least; of two that sound alike (阜新, Fuxin) LEAST_ALIKE are enough."""
LEAST_ALIKE = 3
LEAST_DICE = 0.7
LEAST_LEAD = 0.15
"""What a pair's association must have before the second best of either word."""
CHANCE = 10.83
"""Log-likelihood ratio at p = .001, one degree of freedom."""
# Numerals, negations, times and places by relation: see UNTRANSLATED.
_ZH_LOOSE = re.compile("[一二三四五六七八九十百千万亿几半两第每各不没未无]|[来前后内外上下中间年月日天]$")
_FORM = re.compile(r"[^\W\d_]{3,}")
_EN_LOOSE = frozenset(stem for word in UNTRANSLATED for stem in content_words(word, "en"))


@dataclass(frozen=True, slots=True)
class TermPairs:
    """The counterpart of a word: `english` by Chinese word (as mostly written), `chinese` by English stem."""

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
    forms: Counter[str] = Counter()
    reader = ArticleReader(generation)
    try:
        count = reader.count()
        for row in range(0, count, max(1, -(-count // MOST_ARTICLES))):
            article, beads = reader.article(row)
            if len(article.langs) < 2:
                continue
            for bead in beads:
                if bead.zh and bead.en and bead.score >= SURE and len(words[0]) < MOST_SENTENCES:
                    words[0].append(_chinese_words(article.bodies["zh"][slice(*bead.zh)]))
                    english = article.bodies["en"][slice(*bead.en)]
                    words[1].append(_english_words(english))
                    forms.update(_FORM.findall(english))
    finally:
        reader.close()
    pairs = _best_pairs(*words) if words[0] else {"english": {}, "chinese": {}}
    written = _written(forms, pairs["chinese"])
    pairs["english"] = {chinese: written.get(stem, stem) for chinese, stem in pairs["english"].items()}
    (generation / FILE).write_text(json.dumps(pairs, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _written(forms: Counter[str], stems: Collection[str]) -> dict[str, str]:
    """Stem -> the form it is mostly written in, in lower case if it ever is."""
    found: dict[str, str] = {}
    for form, _ in sorted(forms.items(), key=lambda item: (item[0] != item[0].lower(), -item[1], item[0])):
        for stem in content_words(form, "en"):
            if stem in stems:
                found.setdefault(stem, form)
    return found


def _chinese_words(text: str) -> frozenset[str]:
    return frozenset(w for w in content_words(text, "zh") if not _ZH_LOOSE.search(w))


def _english_words(text: str) -> frozenset[str]:
    return frozenset(content_words(text, "en")) - _EN_LOOSE


def _best_pairs(zh: list[frozenset[str]], en: list[frozenset[str]]) -> dict[str, dict[str, str]]:
    left, left_words = _incidence(zh)
    right, right_words = _incidence(en)
    if not left_words or not right_words:
        return {"english": {}, "chinese": {}}
    together = (left.T @ right).tocoo()
    a, b = np.asarray(left.sum(axis=0)).ravel(), np.asarray(right.sum(axis=0)).ravel()
    c, i, j = together.data.astype(float), together.row, together.col
    dice = 2 * c / (a[i] + b[j])
    lead = np.minimum(_lead(dice, i, len(left_words)), _lead(dice, j, len(right_words)))
    likely = (c >= LEAST_ALIKE) & (dice >= LEAST_DICE) & (_ratio(c, a[i], b[j], float(len(zh))) >= CHANCE)
    found: dict[str, dict[str, str]] = {"english": {}, "chinese": {}}
    for k in np.flatnonzero(likely):
        x, y = left_words[i[k]], right_words[j[k]]
        clear = c[k] >= LEAST_TOGETHER and lead[k] >= LEAST_LEAD
        if clear or _sounds_alike(x, y):
            found["english"][x], found["chinese"][y] = y, x
    return found


def _lead(dice: Any, word: Any, count: int) -> Any:
    """For every pair its association less the best other one of the same word, negative where that is better."""
    order = np.lexsort((-dice, word))
    first = np.r_[True, word[order][1:] != word[order][:-1]]
    best, second = np.zeros(count), np.zeros(count)
    best[word[order][first]] = dice[order][first]
    next_best = np.r_[False, first[:-1]] & ~first
    second[word[order][next_best]] = dice[order][next_best]
    is_best = np.zeros(len(dice), dtype=bool)
    is_best[order[first]] = True
    return np.where(is_best, dice - second[word], dice - best[word])


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
