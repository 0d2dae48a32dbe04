"""Wenbao itself, as the other peers are asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.peer import Place
from rag.archive import Archive
from rag.datatypes import Article, Channel, Turn
from rag.embed import Embedder, open_embedder
from rag.index.build import build


class Own:
    """The search of an archive, going by all channels or by one."""

    chats = True

    def __init__(self, channel: Channel = "fused") -> None:
        self._channel = channel
        self._embedder: Embedder
        self._archive: Archive

    def load(self) -> None:
        """Load the embedding model."""
        self._embedder = open_embedder()
        self._embedder.warm_up()

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Build a store."""
        return sum(build(articles, folder, self._embedder, sources=["benchmark"]).passages.values())

    def open(self, folder: Path) -> None:
        """Open a store."""
        self._archive = Archive.open(folder)

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """A hit shows its passage and the counterpart in the other language."""
        hits = self._archive.search(question, k, channel=self._channel, history=history)
        return [
            Place(
                hit.article.id,
                (hit.passage.text, *([hit.twin.text] if hit.twin else [])),
                tuple(printed.article for printed in hit.also),
            )
            for hit in hits
        ]

    def answer(self, question: str) -> str:
        """The text of the answer, "" if it is a refusal; quotations, whatever language model is configured."""
        answer = self._archive.ask(question, llm=False)
        return answer.text if answer.answered else ""
