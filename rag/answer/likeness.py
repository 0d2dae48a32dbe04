"""How near the words of a question come to the words of a text, in either language: farmers, peasants, 农民."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rag.embed import Embedder
from rag.language.fold import fold
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, written_words

Vector = NDArray[np.float32]
WORDS, TEXTS = 20_000, 192
"""Words and texts whose vectors are kept."""


class WordVectors:
    """Vectors of single words, compared by cosine; shared by all questions, safe between threads.

    A language that the model does not read is left out: its words are found by their letters alone.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()
        self._matrix = lru_cache(TEXTS)(lambda text: self._of(_content(text)))

    def nearest(self, words: Sequence[str], text: str) -> Vector:
        """For each word the cosine to the nearest word of a text, 0 to 1, shape (len(words),)."""
        found = np.zeros(len(words), dtype=np.float32)
        there = self._matrix(text)
        if len(words) and len(there):
            np.clip((self._of(words) @ there.T).max(axis=1), 0.0, 1.0, out=found)
        return found

    def share(self, question: str, text: str) -> float:
        """How near a text comes to the words of a question, each counting the same, 0 to 1."""
        words = _content(question)
        return float(self.nearest(words, text).mean()) if words else 0.0

    def _of(self, words: Sequence[str]) -> Vector:
        readable = [w for w in words if ("zh" if HAN.match(w) else "en") in self._embedder.languages]
        zero = np.zeros(self._embedder.dimension, dtype=np.float32)
        if not readable:
            return np.zeros((len(words), len(zero)), dtype=np.float32)
        with self._lock:
            missing = [w for w in dict.fromkeys(readable) if w not in self._known]
            found = {w: self._known[w] for w in readable if w in self._known}
        if missing:
            found.update(zip(missing, self._embedder.words(missing), strict=True))
            with self._lock:
                self._known.update((w, found[w]) for w in missing)
                while len(self._known) > WORDS:
                    self._known.popitem(last=False)
        return np.stack([found.get(w, zero) for w in words])


def _content(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for w in written_words(fold(text)) if w not in STOPWORDS))
