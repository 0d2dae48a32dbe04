"""Optional second look: a cross-encoder reads question and passage together and orders the first hits anew.

Off unless a model is named (`WENBAO_RERANK_MODEL`). The one importer of sentence_transformers' CrossEncoder.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelUnavailable
from rag.hub import by_name

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

DEPTH = 30
"""Hits that are looked at again."""


def cross_encoder(name: str, *, offline: bool, advice: str = "") -> CrossEncoder:
    """The cross-encoder of this name, or in this folder, on the CPU; fetched if it is not on disk and not `offline`.

    Raises:
        ModelUnavailable: it cannot be loaded; the message ends with `advice`.
    """

    def load(here: bool) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        model: CrossEncoder = CrossEncoder(name, device="cpu", local_files_only=here)
        return model

    try:
        return load(True) if Path(name).is_dir() else by_name(load, offline=offline)
    except Exception as err:
        raise ModelUnavailable(
            f"the cross-encoder {name!r} cannot be loaded ({type(err).__name__}: {str(err)[:200]}). It has to be the "
            f"name or folder of a sentence-transformers cross-encoder. {advice}".rstrip()
        ) from err


class Reranker:
    """A cross-encoder by name or folder, loaded at the first use. Safe to share between threads."""

    def __init__(self, model: str, *, offline: bool = False, depth: int = DEPTH) -> None:
        self.name, self.depth = model, depth
        self._offline = offline
        self._loading, self._working = threading.Lock(), threading.Lock()  # as in rag/embed.py
        self._model: CrossEncoder | None = None

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the question, shape (len(texts),), higher is better, on the model's own scale.

        Raises:
            ModelUnavailable: the model cannot be loaded, or gives more than one score for a pair.
        """
        if not texts:
            return np.zeros(0, dtype=np.float32)
        model = self._loaded()
        with self._working:
            said = np.asarray(model.predict([(question, t) for t in texts], show_progress_bar=False))
        if said.shape != (len(texts),):
            raise ModelUnavailable(
                f"the re-ranking model {self.name!r} gives {said.shape[-1]} scores for a pair, one is needed. "
                "Name a model with one label in WENBAO_RERANK_MODEL, or unset it."
            )
        return said.astype(np.float32)

    def _loaded(self) -> CrossEncoder:
        with self._loading:
            if self._model is None:
                self._model = cross_encoder(
                    self.name, offline=self._offline, advice="Name another in WENBAO_RERANK_MODEL, or unset it."
                )
            return self._model
