"""Vectors of sentences, the last ones remembered; shared by all answers, safe between threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from rag.embed import Embedder, Vectors

SENTENCES = 4_000
"""Sentences whose vectors are kept: 6 MB."""


class SentenceVectors:
    """Sentences as the embedding model reads them."""

    def __init__(self, embedder: Embedder, size: int = SENTENCES) -> None:
        self._embedder, self._size = embedder, size
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> list[Vectors]:
        """The vector of each text, shape (dimension,), length 1."""
        with self._lock:
            found = {t: self._known[t] for t in texts if t in self._known}
        missing = [t for t in dict.fromkeys(texts) if t not in found]
        if missing:
            found.update(zip(missing, self._embedder.documents(missing), strict=True))
            with self._lock:
                self._known.update((t, found[t]) for t in missing)
                while len(self._known) > self._size:
                    self._known.popitem(last=False)
        return [found[t] for t in texts]
