"""The keyword index of a generation: BM25 per language over `rag.language.tokens`. The one importer of bm25s.

Scores are shares of the best possible: the BM25 score of a passage divided by what a passage that holds every
token of the question often would get (Lucene's variant, k1 1.2, b 0.75). A token the archive has never seen
weighs as much as the rarest one seen. So a score is comparable between questions and between languages.

The index is read by bm25s and has its files (`postings.py` writes them), but for the vocabulary, which is looked up
on disk instead of being loaded: of a large archive it alone would take hundreds of megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Lang
from rag.errors import IndexDamaged
from rag.index.postings import VOCABULARY, VOCABULARY_ENDS


class KeywordIndex:
    """BM25 scores of all passages of one language, memory-mapped. Safe to share between threads."""

    def __init__(self, generation: Path, lang: Lang, size: int) -> None:
        import bm25s

        folder = generation / f"keyword.{lang}"
        self._size = size
        self._index: Any = None
        if not folder.is_dir():
            if size:
                raise IndexDamaged(f"{folder} is missing. Build the index anew: wenbao index --full")
            return
        try:
            self._index = bm25s.BM25.load(str(folder), mmap=True, load_vocab=False)
            self._ends = self._index.scores["indptr"]
            self._number = lru_cache(4096)(_Vocabulary(folder).get)
        except Exception as err:  # whatever a damaged file makes of it
            raise IndexDamaged(f"the keyword index {folder} cannot be read ({err}). Run: wenbao index --full") from err

    @property
    def mapped(self) -> list[NDArray[Any]]:
        """The arrays that are mapped from files and grow with the archive."""
        return [self._index.scores["indices"], self._index.scores["data"]] if self._index else []

    def _span(self, token: str) -> tuple[int, int]:
        """Where the postings of a token begin and end; nowhere if no passage holds it."""
        if self._index is None or (number := self._number(token)) is None:
            return 0, 0
        return int(self._ends[number]), int(self._ends[number + 1])

    def idf(self, token: str) -> float:
        """Rarity of a token, Lucene's ln(1 + (N - n + 0.5) / (n + 0.5)); an unseen one counts as if in no passage."""
        start, end = self._span(token)
        n = end - start
        return math.log(1 + (self._size - n + 0.5) / (n + 0.5))

    def known(self, token: str) -> bool:
        """True if some passage holds the token."""
        start, end = self._span(token)
        return end > start

    def rows(self, token: str) -> NDArray[np.int64]:
        """The passages that hold the token, shape (n,), in order."""
        start, end = self._span(token)
        if start == end:
            return np.zeros(0, dtype=np.int64)
        return np.asarray(self._index.scores["indices"][start:end], dtype=np.int64)

    def scores(self, tokens: Sequence[str], unsaid: int = 0) -> NDArray[np.float32]:
        """Share of the best possible score, 0 to about 1, of every passage; shape (passages,).

        Args:
            tokens: what is looked for.
            unsaid: further words that are wanted and have no token here; each counts as one that no passage holds.
        """
        weights, best = self._weights(tokens, unsaid)
        known = [self._number(token) for token in weights if self.known(token)]
        if not known or best <= 0:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32) / np.float32(best)

    def _weights(self, tokens: Sequence[str], unsaid: int) -> tuple[dict[str, float], float]:
        """The rarity of each token, and the best possible score: the saturated term frequency tends to 1."""
        weights = {token: self.idf(token) for token in tokens}
        return weights, sum(weights.values()) + (unsaid * self.idf("") if unsaid else 0.0)

    def stands_in(self, token: str, ranges: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the ranges of passages hold a token, shape (n,); `ranges` as for `held`."""
        start, end = self._span(token)
        if start == end:
            return np.zeros(len(ranges), dtype=bool)
        rows = self._index.scores["indices"][start:end]
        low, high = np.searchsorted(rows, ranges.T.astype(rows.dtype))  # of another type all rows would be copied
        found: NDArray[np.bool_] = low < high
        return found

    def held(self, tokens: Sequence[str], ranges: NDArray[np.int64], unsaid: int = 0) -> NDArray[np.float32]:
        """Share of the tokens, weighted by rarity, that stand anywhere in each range of passages, 0 to 1.

        Args:
            tokens: what is looked for.
            ranges: shape (n, 2), first passage and the one after the last.
            unsaid: as for `scores`.
        """
        weights, best = self._weights(tokens, unsaid)
        found = np.zeros(len(ranges), dtype=np.float32)
        for token, weight in weights.items():
            found += np.float32(weight) * self.stands_in(token, ranges)
        return found / np.float32(best) if best > 0 else found


class _Vocabulary:
    """The tokens of an index, sorted by their UTF-8 bytes, on disk: found by bisection, some microseconds each."""

    def __init__(self, folder: Path) -> None:
        # memoryviews, for single elements of a numpy array take ten times as long
        self._tokens = memoryview(np.load(folder / VOCABULARY, mmap_mode="r"))
        self._ends = memoryview(np.load(folder / VOCABULARY_ENDS, mmap_mode="r"))
        self._size = len(self._ends) - 1
        if self._ends[self._size] != len(self._tokens):
            raise ValueError("its vocabulary is cut off")
        self._ranges: dict[str, tuple[int, int]] = {}  # by the first character

    def get(self, token: str) -> int | None:
        """The number of a token, or None."""
        sought = token.encode("utf-8", "surrogatepass")
        if (first := token[:1]) not in self._ranges:
            self._ranges[first] = self._of_first(first)
        low, high = self._ranges[first]
        at = self._first_from(sought, low, high)
        return at if at < high and self._token(at) == sought else None

    def _of_first(self, char: str) -> tuple[int, int]:
        """The range of the tokens that begin with a character."""
        start = char.encode("utf-8", "surrogatepass")
        low = self._first_from(start, 0, self._size)
        return low, self._first_from(start + b"\xff", low, self._size)

    def _first_from(self, sought: bytes, low: int, high: int) -> int:
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self._token(middle) < sought else (low, middle)
        return low

    def _token(self, number: int) -> bytes:
        return self._tokens[self._ends[number] : self._ends[number + 1]].tobytes()
