"""A reader that reads no page twice with the same question, as long as it remembers it.

The ways to understand a question have many pages in common, and a follow-up is read with the question before it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from rag.reader.pages import Page, PageRead, Reader

MOST = 500
"""Readings remembered, the latest used ones: those of some thirty questions, about 2 MB."""


class Remembering:
    """What `reader` says, kept for the last `most` pages; safe between threads."""

    def __init__(self, reader: Reader, most: int = MOST) -> None:
        self._reader, self._most = reader, most
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, Page], PageRead] = OrderedDict()

    @property
    def digest(self) -> str:
        """That of the reader."""
        return self._reader.digest

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        """What the reader says of each page, in order. Raises ModelUnavailable if it cannot be loaded."""
        with self._lock:
            held = {page: self._known[question, page] for page in pages if (question, page) in self._known}
        new = [page for page in dict.fromkeys(pages) if page not in held]
        if new:
            held.update(zip(new, self._reader.read(question, new), strict=True))
        with self._lock:
            for page in held:
                self._known[question, page] = held[page]
                self._known.move_to_end((question, page))
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return [held[page] for page in pages]
