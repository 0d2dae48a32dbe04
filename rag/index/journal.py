"""Vectors already made, by what they were made of: the live generation's and those of an interrupted run.

A key is 16 bytes of a hash over model and text, so a text that did not change is never embedded twice, whatever
article or passage it is in. What a running build has embedded is appended to `STORE/pending.bin`, one record a
vector (key, vector, CRC-32); a torn record at the end, left by a killed run, is cut off. Vectors stay on disk: of
each one some 16 bytes are in memory.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS

Vectors = NDArray[np.float32]
KEY = 16
_BLOCK = 4096  # records read at a time on recovery
_RECENT = 1 << 16
"""Keys kept as they are, about 150 bytes each, before half of each goes into a sorted table."""


def key(model_digest: str, text: str) -> bytes:
    """Identifies a vector: 16 bytes over the model and the text that was embedded."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY, key=model_digest.encode()).digest()


class Journal:
    """Looks vectors up by key and remembers new ones on disk."""

    def __init__(self, path: Path, dimension: int, live: Path | None) -> None:
        """Open `path`, and the vectors of the generation folder `live` if given."""
        self._path, self._dimension, self._live = path, dimension, live
        self._record = KEY + 4 * dimension + 4
        self._file = path.open("a+b")
        self._recent: dict[bytes, int] = {}
        self._older = _Halves(np.zeros(0, dtype="<u8"), np.zeros(0, dtype=np.int32))
        self._records = 0
        self._recover()

    def _recover(self) -> None:
        self._file.seek(0)
        while block := self._file.read(_BLOCK * self._record):
            for at in range(0, len(block), self._record):
                record = block[at : at + self._record]
                if len(record) < self._record or zlib.crc32(record[:-4]).to_bytes(4, "little") != record[-4:]:
                    self._file.truncate(self._records * self._record)
                    return
                self._remember(record[:KEY])

    def _remember(self, k: bytes) -> None:
        self._recent[k] = self._records
        self._records += 1
        if len(self._recent) >= _RECENT:
            keys = np.frombuffer(b"".join(self._recent), dtype=np.uint8).reshape(-1, KEY)
            self._older = self._older.joined(_halves(keys), np.array(list(self._recent.values()), dtype=np.int32))
            self._recent.clear()

    def _place(self, k: bytes) -> int | None:
        """The record of a key in the file, or None."""
        if (place := self._recent.get(k)) is not None:
            return place
        for candidate in self._older.places(k):
            self._file.seek(candidate * self._record)
            if self._file.read(KEY) == k:
                return candidate
        return None

    @cached_property
    def _tables(self) -> list[_Table]:
        return [] if self._live is None else [t for lang in LANGS if (t := _table(self._live, lang, self._dimension))]

    def get(self, k: bytes) -> Vectors | None:
        """The vector of a key, shape (dimension,), or None."""
        if (place := self._place(k)) is not None:
            self._file.seek(place * self._record + KEY)
            return np.frombuffer(self._file.read(4 * self._dimension), dtype="<f4")
        for table in self._tables:
            if (row := table.row(k)) is not None:
                return np.asarray(table.vectors[row], dtype=np.float32)
        return None

    def __contains__(self, k: bytes) -> bool:
        return self._place(k) is not None or any(table.row(k) is not None for table in self._tables)

    def add(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Remember new vectors, shape (len(keys), dimension); on return a killed process does not lose them."""
        for k, vector in zip(keys, np.ascontiguousarray(vectors, dtype="<f4"), strict=True):
            raw = k + vector.tobytes()
            self._file.write(raw + zlib.crc32(raw).to_bytes(4, "little"))
            self._remember(k)
        self._file.flush()

    def close(self) -> None:
        """Close the file; what it holds is kept for the next run."""
        self._file.close()
        if not self._records:
            self._path.unlink(missing_ok=True)

    def discard(self) -> None:
        """Close and remove the file: its vectors are in the live generation now."""
        self._file.close()
        self._path.unlink(missing_ok=True)


class _Halves:
    """The first halves of keys, sorted, and where the vector of each is; other keys may have the same half."""

    def __init__(self, halves: NDArray[np.uint64], places: NDArray[np.int32]) -> None:
        order = np.argsort(halves, kind="stable")
        self._halves, self._places = halves[order], places[order]

    def joined(self, halves: NDArray[np.uint64], places: NDArray[np.int32]) -> _Halves:
        """These and others."""
        return _Halves(np.concatenate([self._halves, halves]), np.concatenate([self._places, places]))

    def places(self, k: bytes) -> list[int]:
        """Where the vector of a key may be."""
        half = np.uint64(int.from_bytes(k[:8], "little"))
        first, last = np.searchsorted(self._halves, half, "left"), np.searchsorted(self._halves, half, "right")
        return [int(place) for place in self._places[first:last]]


def _halves(keys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    return np.asarray(np.ascontiguousarray(keys[:, :8]).view("<u8")[:, 0], dtype=np.uint64)


class _Table:
    """The vectors of one language of a generation, found by key."""

    def __init__(self, keys: NDArray[np.uint8], vectors: Vectors) -> None:
        self._keys, self.vectors = keys, vectors
        self._rows = _Halves(_halves(keys), np.arange(len(keys), dtype=np.int32))

    def row(self, k: bytes) -> int | None:
        """The row of a key, or None."""
        return next((row for row in self._rows.places(k) if self._keys[row].tobytes() == k), None)


def _table(generation: Path, lang: str, dimension: int) -> _Table | None:
    """The keys and vectors of a generation, or None if they are not there, damaged or of another size."""
    try:
        keys = np.load(generation / f"keys.{lang}.npy", mmap_mode="r")
        vectors = np.load(generation / f"vectors.{lang}.npy", mmap_mode="r")
    except (OSError, ValueError, EOFError):
        return None
    return _Table(keys, vectors) if vectors.shape == (len(keys), dimension) and len(keys) else None
