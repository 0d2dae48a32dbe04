"""The live generation of a store, held while it is used; a new one is noticed at the next question."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.embed import Embedder
from rag.errors import IndexMismatch
from rag.index import store as stores
from rag.index.reader import Generation
from rag.index.server import Server


class OpenIndex:
    """A store, opened for reading with one model. Readers never block a writer. Safe between threads."""

    def __init__(self, store: Path, embedder: Embedder, server: Server | None = None) -> None:
        self._store, self._embedder, self._server = store, embedder, server
        self._lock = threading.Lock()
        self._users: dict[Generation, int] = {}
        self._live: Generation | None = None

    @contextmanager
    def held(self) -> Iterator[Generation]:
        """The live generation, held open while it is used; one question sees one generation."""
        with self._lock:
            generation = self._current()
            self._users[generation] = self._users.get(generation, 0) + 1
        try:
            yield generation
        finally:
            with self._lock:
                self._users[generation] -= 1
                if not self._users[generation]:
                    del self._users[generation]
                    if generation is not self._live:
                        generation.close()
                    else:
                        generation.rest()

    def _current(self) -> Generation:
        folder = stores.current(self._store)
        if self._live is None or self._live.folder != folder:
            fresh = Generation(folder, self._server)
            made_with = fresh.manifest["model"]
            if made_with["digest"] != self._embedder.digest:
                fresh.close()
                raise IndexMismatch(
                    f"the index {folder} was made with the model {made_with['name']} ({made_with['digest']}), "
                    f"configured is {self._embedder.name} ({self._embedder.digest}). "
                    "Set WENBAO_EMBEDDING_MODEL back, or run: wenbao index"
                )
            old, self._live = self._live, fresh
            if old is not None and not self._users.get(old):
                old.close()
        return self._live

    def close(self) -> None:
        """Close the generation as soon as nobody uses it."""
        with self._lock:
            live, self._live = self._live, None
            if live and not self._users.get(live):
                live.close()
