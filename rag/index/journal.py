"""Vectors already made, by what they were made of: the live generation's and those of an interrupted run.

A key is 16 bytes of a hash over model and text, so a text that did not change is never embedded twice, whatever
article or passage it is in. What a running build has embedded is appended to `STORE/pending.bin`, one record a
vector (key, vector, CRC-32); a torn record at the end, left by a killed run, is cut off.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS

Vectors = NDArray[np.float32]
KEY = 16


def key(model_digest: str, text: str) -> bytes:
    """Identifies a vector: 16 bytes over the model and the text that was embedded."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY, key=model_digest.encode()).digest()


class Journal:
    """Looks vectors up by key and remembers new ones on disk."""

    def __init__(self, path: Path, dimension: int, live: Path | None) -> None:
        """Open `path`, and the vectors of the generation folder `live` if given."""
        self._path, self._dimension = path, dimension
        self._record = KEY + 4 * dimension + 4
        self._known: dict[bytes, tuple[Vectors, int]] = {}
        if live is not None:
            for lang in LANGS:
                keys, vectors = live / f"keys.{lang}.npy", live / f"vectors.{lang}.npy"
                if keys.is_file() and vectors.is_file():
                    rows = np.load(vectors, mmap_mode="r")
                    if rows.shape[1:] == (dimension,):
                        self._known.update((k.tobytes(), (rows, i)) for i, k in enumerate(np.load(keys)))
        self._file: BinaryIO | None = None
        self._recover()

    def _recover(self) -> None:
        if not self._path.is_file():
            return
        kind = np.dtype([("key", "V16"), ("vector", "<f4", self._dimension), ("crc", "<u4")])
        data = np.fromfile(self._path, dtype=kind)
        good = 0
        for record in data:
            if zlib.crc32(record["key"].tobytes() + record["vector"].tobytes()) != record["crc"]:
                break
            self._known[record["key"].tobytes()] = (data["vector"], good)
            good += 1
        if good * self._record != self._path.stat().st_size:
            with self._path.open("r+b") as file:
                file.truncate(good * self._record)

    def get(self, k: bytes) -> Vectors | None:
        """The vector of a key, shape (dimension,), or None."""
        found = self._known.get(k)
        return None if found is None else found[0][found[1]]

    def __contains__(self, k: bytes) -> bool:
        return k in self._known

    def add(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Remember new vectors, shape (len(keys), dimension); on return a killed process does not lose them."""
        self._file = self._file or self._path.open("ab")
        for k, vector in zip(keys, np.ascontiguousarray(vectors, dtype="<f4"), strict=True):
            raw = k + vector.tobytes()
            self._file.write(raw + zlib.crc32(raw).to_bytes(4, "little"))
        self._file.flush()

    def close(self) -> None:
        """Close the file; it is kept for the next run."""
        if self._file:
            self._file.close()

    def discard(self) -> None:
        """Close and remove the file: its vectors are in the live generation now."""
        self.close()
        self._path.unlink(missing_ok=True)
