"""An index without vectors, for a keyword search on a benchmark: made in minutes where encoding takes hours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Lang
from rag.embed import Embedder


class KeywordOnly:
    """Stands for a model in an index that has no vectors: it reads no language.

    Tokens are counted as by `model`, so that the passages, and with them the keyword index, are those of a full
    index.
    """

    name = "keyword only"

    def __init__(self, model: Embedder) -> None:
        self._model = model
        self.digest = "keyword-only"
        self.dimension = 1
        self.languages: frozenset[Lang] = frozenset()

    @property
    def window(self) -> int:
        """The model's window in tokens, which decides how long passages are."""
        return self._model.window

    def count(self, text: str) -> int:
        """Tokens of `text` as the model counts them."""
        return self._model.count(text)

    def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Nothing: no passage of such an index is embedded."""
        return np.zeros((len(texts), 1), dtype=np.float32)

    def query(self, text: str) -> NDArray[np.float32]:  # noqa: ARG002
        """Nothing: there is no vector to compare with."""
        return np.zeros(1, dtype=np.float32)

    def warm_up(self) -> None:
        """There is nothing to load."""
