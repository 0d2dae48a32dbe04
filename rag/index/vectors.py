"""The nearest passages of a generation, found by Chroma.

The same vectors also lie in `vectors.<lang>.npy` (float32, one row a passage) for exact scores of any passage and for
searches limited to a few passages, which Chroma's own filters make slow.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Lang
from rag.disk import is_of_the_disk
from rag.errors import IndexBusy, IndexDamaged, WenbaoError
from rag.index import chroma, files
from rag.index.chroma import Rows, Scores
from rag.index.server import Server

ROOM = 1_000_000
"""Bytes that have to be free on the disk for Chroma to be opened."""


class VectorIndex:
    """Nearest passages of a generation, by Chroma. Safe to share between threads."""

    def __init__(self, generation: Path, langs: Sequence[Lang], server: Server | None, prefix: str | None) -> None:
        """Open the collections of `langs`.

        Raises:
            IndexDamaged: they cannot be opened.
            IndexBusy: another program has locked the database.
            ResourceError: the server does not answer, or the disk is full.
        """
        if server is None:
            _openable(generation)
        self._server = server
        self._rows = {lang: _rows_of_slots(generation, lang) for lang in langs}
        self._closing = ExitStack()
        try:
            with chroma.panics():
                self._client = chroma.opened(self._closing.enter_context(chroma.place_of(generation, server)), server)
                self._collections = {lang: chroma.collection(self._client, generation, lang, prefix) for lang in langs}
            # A server that has loaded a collection goes on searching it as narrowly as before it was widened. But no
            # search holds fewer candidates than it is asked for: so it is asked for all of them.
            self._ask = {
                lang: width
                for lang, collection in self._collections.items()
                if server and (width := chroma.width(collection)) > chroma.CONFIGURATION["hnsw"]["ef_search"]
            }
        except WenbaoError:
            raise
        except Exception as err:  # chromadb raises a different class for every kind of damage
            if not server and is_of_the_disk(err):
                raise chroma.unwritable(generation, err) from err
            raise IndexDamaged(
                f"the vectors of {generation} cannot be opened ({err}). Build them anew: wenbao index --full"
            ) from err

    def nearest(self, lang: Lang, vector: Scores, k: int) -> tuple[Rows, Scores]:
        """The k passages nearest to `vector`: their rows and cosine similarities, best first.

        Raises:
            IndexDamaged: Chroma cannot answer.
            ResourceError: the server does not answer.
        """
        try:
            with chroma.panics():
                found = self._collections[lang].query(
                    query_embeddings=[vector.tolist()], n_results=max(k, self._ask.get(lang, 0)), include=["distances"]
                )
        except Exception as err:
            if self._server:
                raise chroma.unreachable(self._server, err) from err
            raise IndexDamaged(f"the {lang} vectors cannot be searched ({err}). Run: wenbao check --full") from err
        try:
            rows = self._rows[lang][np.array(found["ids"][0][:k], dtype=np.int64)]
        except (IndexError, ValueError) as err:
            raise IndexDamaged(f"the {lang} vectors are of another index ({err}). Run: wenbao index --full") from err
        return rows, 1.0 - np.array((found["distances"] or [[]])[0][:k], dtype=np.float32)

    def stored(self, lang: Lang, vectors: NDArray[np.float32]) -> int:
        """Number of vectors that Chroma gives back as they were given to it; its own count stays right after they are
        lost. `vectors` are those given, by row."""
        at, same = 0, 0
        while True:
            page = self._collections[lang].get(limit=5000, offset=at, include=["embeddings"])
            kept = np.array(page["embeddings"] if page["embeddings"] is not None else [], dtype=np.float32)
            if len(kept):
                rows = self._rows[lang][np.array(page["ids"], dtype=np.int64)]
                same += int((np.abs(kept - vectors[rows]) < 1e-3).all(axis=1).sum())
            at += len(page["ids"])
            if len(page["ids"]) < 5000:
                return same

    def close(self) -> None:
        """Close the client."""
        self._client.close()
        self._closing.close()


def writable(generation: Path) -> bool:
    """True if Chroma can open the folder: even for reading it must write to its database."""
    is_open = os.access(generation / files.CHROMA / files.DATABASE, os.W_OK)
    return is_open and shutil.disk_usage(generation).free >= ROOM


def damage(generation: Path) -> str | None:
    """What is wrong with the pages of Chroma's database, or None: over some of it Chroma's library ends the process."""
    path = generation / files.CHROMA / files.DATABASE
    if not path.is_file() or not path.stat().st_size:
        return f"{path.parent} holds no vectors"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=0)) as database:
            (told,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as err:
        told = "ok" if "locked" in str(err) or "open" in str(err) else str(err)  # it is in use, or closed to us
    except (sqlite3.DatabaseError, UnicodeDecodeError) as err:  # it names what is damaged, which may be no text
        told = str(err)
    return None if told == "ok" else f"{path} is damaged ({' '.join(str(told).split())[:200]})"


def _openable(generation: Path) -> None:
    """Raises IndexDamaged if Chroma cannot use its database, IndexBusy if it would wait for minutes."""
    path = generation / files.CHROMA / files.DATABASE
    if fault := damage(generation):
        raise IndexDamaged(f"{fault}. Build the index anew: wenbao index --full")
    try:
        with closing(sqlite3.connect(path, timeout=files.LOCK_SECONDS, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as err:
        if "locked" in str(err):
            raise IndexBusy(f"another program has locked {path}. Close it, then run this again.") from err
        raise IndexDamaged(f"{path} cannot be opened ({err}). Build the index anew: wenbao index --full") from err


def _rows_of_slots(generation: Path, lang: Lang) -> Rows:
    slots = np.load(generation / f"slots.{lang}.npy")
    rows = np.full(int(slots.max(initial=-1)) + 1, -1, dtype=np.int64)
    rows[slots] = np.arange(len(slots))
    return rows
