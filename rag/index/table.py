"""Vectors while a generation is written.

Of every language a generation numbers its passages twice. The **row** is a passage's place in `passages.LANG.npy`,
`keys.LANG.npy`, `slots.LANG.npy` and `vectors.LANG.npy`, in the order of the articles, new in each generation. The
**slot** is the number under which Chroma keeps its vector: a passage that is taken over from the last generation keeps
it, so that its vector need not be stored again, and a new one gets the next that was never used.
"""

from __future__ import annotations

from array import array
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Lang
from rag.index.journal import KEY
from rag.index.npy import NpyFile


class Waiting(NamedTuple):
    """A passage that has its row but not yet its vector."""

    lang: Lang
    row: int
    key: bytes
    text: str
    passage: str


class VectorTable:
    """The vectors of one language with their keys and slots, in the order of rows; vectors go to disk at once."""

    def __init__(self, generation: Path, lang: Lang, first_slot: int, dimension: int) -> None:
        self._generation, self._lang = generation, lang
        self._vectors = NpyFile(generation / f"vectors.{lang}.npy", "<f4", (dimension,))
        self._keys, self._slots = bytearray(), array("i")
        self.first_slot = self.next_slot = first_slot
        self.taken = 0

    def add(self, k: bytes) -> int:
        """Append a passage that the last generation did not hold; its vector is to be put in the row returned."""
        self._keys += k
        self._slots.append(self.next_slot)
        self.next_slot += 1
        return len(self._slots) - 1

    def put(self, row: int, vectors: NDArray[np.float32]) -> None:
        """Write the vectors of a row and those after it."""
        self._vectors.put(row, vectors)

    def take(self, vectors: NDArray[np.float32], keys: NDArray[np.uint8], slots: NDArray[np.int32]) -> None:
        """Append passages of the last generation."""
        self.put(len(self._slots), vectors)
        self._keys += keys.tobytes()
        self._slots.frombytes(slots.astype(np.int32).tobytes())
        self.taken += len(slots)

    def finish(self) -> None:
        """Write what is not yet in the .npy files."""
        self._vectors.close()
        generation, lang = self._generation, self._lang
        np.save(generation / f"keys.{lang}.npy", np.frombuffer(self._keys, dtype=np.uint8).reshape(-1, KEY))
        np.save(generation / f"slots.{lang}.npy", np.frombuffer(self._slots.tobytes(), dtype=np.int32))

    def close(self) -> None:
        """Close the file of a run that did not finish."""
        self._vectors.close()
