"""A .npy file that is written bit by bit, so that its rows never are in memory together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import WenbaoError


class NpyFile:
    """A .npy file of rows, whose number is only known at the end."""

    def __init__(self, path: Path, kind: str, width: tuple[int, ...] = ()) -> None:
        """Begin the file; `kind` is a numpy type with its byte order ("<f4"), `width` the shape of a row."""
        self._kind, self._width, self._size = np.dtype(kind), width, 0
        self._row = self._kind.itemsize * int(np.prod(width, dtype=np.int64))
        self._file = path.open("wb")
        self._header()
        self._start = self._file.tell()

    def _header(self) -> None:
        header = {"descr": self._kind.str, "fortran_order": False, "shape": (self._size, *self._width)}
        np.lib.format.write_array_header_1_0(self._file, header)

    def append(self, values: NDArray[Any]) -> None:
        """Write rows behind the last one."""
        self.put(self._size, values)

    def put(self, row: int, values: NDArray[Any]) -> None:
        """Write rows from a place on; those before it that were not yet written are to be put later."""
        self._file.seek(self._start + self._row * row)
        self._file.write(np.ascontiguousarray(values, dtype=self._kind).tobytes())
        self._size = max(self._size, row + values.size * self._kind.itemsize // self._row)

    def close(self) -> None:
        """Write the number of rows and close the file."""
        if self._file.closed:
            return
        self._file.seek(0)
        self._header()  # numpy leaves room in it for the number of rows to grow
        grown = self._file.tell() != self._start
        self._file.close()
        if grown:
            raise WenbaoError(f"the header of {self._file.name} has grown into its rows")
