"""The keyword index of a generation: BM25 per language over `rag.language.tokens`. The one importer of bm25s.

Scores are shares of the best possible: the BM25 score of a passage divided by what a passage that holds every
token of the question often would get (Lucene's variant, k1 1.2, b 0.75). A token the archive has never seen
weighs as much as the rarest one seen. So a score is comparable between questions and between languages.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Lang
from rag.errors import IndexDamaged

K1, B = 1.2, 0.75


class KeywordWriter:
    """Collects the tokens of passages, in row order, and writes the index of one language."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._documents: list[array[int]] = []

    def add(self, tokens: Sequence[str]) -> None:
        """Append one passage."""
        known = self._vocabulary
        self._documents.append(array("i", [known.setdefault(token, len(known)) for token in tokens]))

    def write(self, generation: Path, lang: Lang) -> None:
        """Write the index."""
        import bm25s

        index = bm25s.BM25(method="lucene", k1=K1, b=B)
        if self._vocabulary:
            index.index(
                bm25s.tokenization.Tokenized(ids=self._documents, vocab=self._vocabulary),
                show_progress=False,
            )
            index.save(str(generation / f"keyword.{lang}"), show_progress=False)


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
            self._index = bm25s.BM25.load(str(folder), mmap=True)
            counts = np.diff(self._index.scores["indptr"])
        except Exception as err:  # whatever a damaged file makes of it
            raise IndexDamaged(f"the keyword index {folder} cannot be read ({err}). Run: wenbao index --full") from err
        self._document_counts = counts

    def idf(self, token: str) -> float:
        """Rarity of a token, Lucene's ln(1 + (N - n + 0.5) / (n + 0.5)); an unseen one counts as if in no passage."""
        n = 0
        if (
            self._index is not None
            and (i := self._index.vocab_dict.get(token)) is not None
            and i < len(self._document_counts)
        ):
            n = int(self._document_counts[i])
        return math.log(1 + (self._size - n + 0.5) / (n + 0.5))

    def known(self, token: str) -> bool:
        """True if some passage holds the token."""
        return self._index is not None and token in self._index.vocab_dict

    def rows(self, token: str) -> NDArray[np.int64]:
        """The passages that hold the token, shape (n,), in order."""
        if self._index is None or (i := self._index.vocab_dict.get(token)) is None:
            return np.zeros(0, dtype=np.int64)
        ends = self._index.scores["indptr"]
        if i + 1 >= len(ends):
            return np.zeros(0, dtype=np.int64)
        return np.asarray(self._index.scores["indices"][ends[i] : ends[i + 1]], dtype=np.int64)

    def scores(self, tokens: Sequence[str], unsaid: int = 0) -> NDArray[np.float32]:
        """Share of the best possible score, 0 to about 1, of every passage; shape (passages,).

        Args:
            tokens: what is looked for.
            unsaid: further words that are wanted and have no token here; each counts as one that no passage holds.
        """
        weights = {token: self.idf(token) for token in tokens}
        # the saturated term frequency of this variant tends to 1
        best = sum(weights.values()) + (unsaid * self.idf("") if unsaid else 0.0)
        known = [token for token in weights if self.known(token)]
        if not known or best <= 0:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32) / np.float32(best)
