"""What every system under measurement does, and what it is given.

A peer keeps an index of articles in a folder, opens it in another process, and says for a question which texts it would
show, best first. Each is written as the documentation of its makers shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rag.datatypes import Article, Lang, Turn


@dataclass(frozen=True, slots=True)
class Document:
    """One language of an article, as the peers get it: headline, day of issue where it is known, text."""

    article: str
    lang: Lang
    text: str

    @property
    def id(self) -> str:
        """Unique among the documents of an archive."""
        return f"{self.lang}:{self.article}"


@dataclass(frozen=True, slots=True)
class Place:
    """One result: the article, the texts that are shown of it, and articles that are told to print the same."""

    article: str
    texts: tuple[str, ...]
    also: tuple[str, ...] = ()


class Peer(Protocol):
    """A system under measurement; `chats` says whether it makes use of the turns before a question."""

    chats: bool

    def load(self) -> None:
        """Import what it is made of and load its models."""

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Make an index in an empty folder, left as it is kept; the number of passages in it."""

    def open(self, folder: Path) -> None:
        """Open an index, in a process that has not made it."""

    def search(self, question: str, k: int, history: Sequence[Turn] = ()) -> list[Place]:
        """The best k results, best first, fewer if there are no more."""


def documents(articles: Sequence[Article]) -> Iterator[Document]:
    """The texts of articles, each language by itself."""
    for article in articles:
        for lang in article.langs:
            head = (article.titles.get(lang), *article.decks.get(lang, ()), article.issued)
            yield Document(article.id, lang, "\n".join([*filter(None, head), article.bodies[lang]]))
