"""BM25 alone, by bm25s: over the words that jieba cuts, or over pairs of characters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.e5 import SIZE
from benchmarks.peers.peer import Place
from rag.datatypes import Article, Turn


class Bm25:
    """An index of bm25s, saved and loaded by its own means."""

    chats = False

    def __init__(self, tokens: str) -> None:
        self._kind = tokens
        self._index: Any
        self._held: list[list[str]]

    def load(self) -> None:
        """Load the dictionary, if there is one."""
        self._tokens("预热")

    def _tokens(self, text: str) -> list[str]:
        if self._kind == "jieba":
            import jieba

            return [word for word in jieba.lcut(text.lower()) if word.strip()]
        from eval.run.textbook import tokens

        return tokens(text)

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Cut, count, keep."""
        import bm25s

        from benchmarks.peers.langchain import cut

        splits = [[one.metadata["article"], one.page_content] for one in cut(articles, SIZE)]
        index = bm25s.BM25()
        index.index([self._tokens(text) for _, text in splits], show_progress=False)
        index.save(str(folder / "index"))
        (folder / "passages.json").write_text(json.dumps(splits, ensure_ascii=False), encoding="utf-8")
        return len(splits)

    def open(self, folder: Path) -> None:
        """Read what was kept."""
        import bm25s

        self.load()
        self._index = bm25s.BM25.load(str(folder / "index"))
        self._held = json.loads((folder / "passages.json").read_text(encoding="utf-8"))

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """The passages with the words of the question; those without any are not results."""
        rows, scores = self._index.retrieve(
            [self._tokens(question)], k=min(k, len(self._held)), show_progress=False, n_threads=0
        )
        found = [self._held[row] for row, score in zip(rows[0].tolist(), scores[0].tolist(), strict=True) if score > 0]
        return [Place(article, (text,)) for article, text in found]
