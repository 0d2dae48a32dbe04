"""What a walk has met: which ids are taken, and where each text was first seen."""

from __future__ import annotations

import hashlib
import sqlite3
from types import TracebackType

from rag.corpus.article import canonical, renamed
from rag.datatypes import Article
from rag.errors import SourceError

_CACHE_KIB = 8000


class Seen:
    """Keeps articles apart in bounded memory: 8-byte digests and sources in a temporary database."""

    def __init__(self) -> None:
        # The empty name is a database that SQLite keeps in memory up to its cache and then in a file of its own,
        # which is gone when it is closed.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._db.executescript(
            f"PRAGMA cache_size=-{_CACHE_KIB}; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE ids (key INTEGER PRIMARY KEY); CREATE TABLE texts (key INTEGER PRIMARY KEY, source TEXT);"
        )

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    def admit(self, article: Article, *, by_id: bool) -> Article | SourceError | None:
        """`article`, under another id if its own is taken; an error if its text is known; None if its source is.

        With `by_id` only the same text under the same id counts as known.
        """
        key = _short(canonical(article, article.id if by_id else None))
        if found := self._db.execute("SELECT source FROM texts WHERE key = ?", (key,)).fetchone():
            if found[0] == article.source:
                return None
            path, _, line = article.source.rpartition(":") if by_id else (article.source, "", "")
            reason = f"same text as {found[0]}. Skipped; remove one of them."
            return SourceError(path, reason, int(line) if line else None)
        self._db.execute("INSERT INTO texts VALUES (?, ?)", (key, article.source))
        return self._named(article)

    def _named(self, article: Article) -> Article:
        base, digest, length = article.id, article.digest, 8
        while not self._take(_short(article.id.encode("utf-8"))):
            article = renamed(article, f"{base}~{digest[:length]}")
            length += 8
        return article

    def _take(self, key: int) -> bool:
        return self._db.execute("INSERT OR IGNORE INTO ids VALUES (?)", (key,)).rowcount == 1


def _short(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big", signed=True)
