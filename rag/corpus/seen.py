"""What a walk has met: which ids are taken, and where each text was first seen."""

from __future__ import annotations

import hashlib
import tempfile
from types import TracebackType

from rag.corpus.article import canonical, renamed
from rag.datatypes import Article
from rag.errors import SourceError

_IN_MEMORY = 4_000_000  # bytes of names kept before they go to a temporary file


class Seen:
    """Keeps articles apart in bounded memory: 8-byte digests, and the names of the sources in a temporary file."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._first: dict[int, int] = {}
        self._names = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._end = 0

    def __enter__(self) -> Seen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._names.close()

    def admit(self, article: Article, *, by_id: bool) -> Article | SourceError | None:
        """`article`, under another id if its own is taken; an error if its text is known; None if its source is.

        With `by_id` only the same text under the same id counts as known.
        """
        key = _short(canonical(article, article.id if by_id else None))
        if (at := self._first.get(key)) is not None:
            self._names.seek(at)
            first = self._names.readline().rstrip(b"\n").decode("utf-8")
            if first == article.source:
                return None
            path, _, line = article.source.rpartition(":") if by_id else (article.source, "", "")
            reason = f"same text as {first}. Skipped; remove one of them."
            return SourceError(path, reason, int(line) if line else None)
        self._names.seek(self._end)
        self._first[key] = self._end
        self._end += self._names.write(article.source.encode("utf-8") + b"\n")
        return self._named(article)

    def _named(self, article: Article) -> Article:
        base, digest, length = article.id, article.digest, 8
        while (key := _short(article.id.encode("utf-8"))) in self._ids:
            article = renamed(article, f"{base}~{digest[:length]}")
            length += 8
        self._ids.add(key)
        return article


def _short(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")
