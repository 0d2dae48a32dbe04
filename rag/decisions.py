"""The files beside an index in which readers' decisions are kept.

Plain CSV, one decision a line, sorted, so that two copies of it can be compared and merged by git. A decision is keyed
by the words themselves, not by offsets: a new index keeps it.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from rag.disk import write_atomically
from rag.errors import ResourceError, SourceError
from rag.spreadsheet import guarded, unguarded

Row = TypeVar("Row")
Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class File(Generic[Row]):
    """What such a file holds: its name, its columns, of which the first `needed` must be there, and what a line is.

    `row` makes a decision of the cells of a line, in the order of the columns; it raises `ValueError` for what is none.
    `cells` gives them back. `lost` is what comes of a file that cannot be read.
    """

    name: str
    columns: Sequence[str]
    needed: int
    row: Callable[..., Row]
    cells: Callable[[Row], tuple[str, ...]]
    lost: str

    def read(self, folder: Path) -> list[Row]:
        """The decisions beside an index; none if there is no file. Raises `SourceError` as `taken_from`."""
        path = folder / self.name
        return self.taken_from(path) if path.exists() else []

    def taken_from(self, path: Path) -> list[Row]:
        """The decisions in a file. Raises `SourceError` as `decoded`, or if it cannot be read."""
        try:
            data = path.read_bytes()
        except OSError as err:
            raise SourceError(str(path), f"cannot be read ({err.strerror}). {self.lost}.") from err
        return self.decoded(data, str(path))

    def decoded(self, data: bytes, source: str) -> list[Row]:
        """The decisions in the bytes of a file.

        Raises `SourceError` with the line that is none, or if they are not UTF-8; nothing of them is taken then.
        """
        try:
            rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        except UnicodeDecodeError as err:
            what = f"is not UTF-8. {self.lost}; save it as UTF-8 (in Excel: CSV UTF-8)."
            raise SourceError(source, what) from err
        try:
            return list(self._rows(rows, source))
        except csv.Error as err:
            what = f"is no CSV from here on ({err}). {self.lost}; mend the line."
            raise SourceError(source, what, rows.line_num + 1) from err

    def _rows(self, rows: csv.DictReader[str], source: str) -> Iterator[Row]:
        if missing := [name for name in self.columns[: self.needed] if name not in (rows.fieldnames or [])]:
            raise SourceError(source, f"no column {', '.join(missing)}. {self.lost}; add a header line.", 1)
        for row in rows:
            try:
                yield self.row(*(unguarded(row.get(name) or "") for name in self.columns))
            except ValueError as err:
                raise SourceError(source, f"{err}. {self.lost}; mend the line.", rows.line_num) from err

    def text_of(self, rows: Iterable[Row]) -> str:
        """The decisions as CSV, sorted, in cells that no spreadsheet takes for a formula."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([guarded(cell) for cell in cells] for cells in sorted(map(self.cells, rows)))
        return out.getvalue()

    def change(self, folder: Path, change: Callable[[list[Row]], Iterable[Row]]) -> list[Row]:
        """Put what `change` makes of the decisions beside an index in their place; returns them.

        The file is replaced whole or not at all, one writer at a time.

        Raises:
            SourceError: the file that is there cannot be read; it is left as it is.
            ResourceError: it cannot be written; the old one is left.
        """
        with _held(folder / self.name):
            kept = list(change(self.read(folder)))
            write_atomically(folder / self.name, self.text_of(kept))
        return kept


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a file for writing. Raises `ResourceError` if it cannot be written."""
    from filelock import FileLock

    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=10):
            yield
    except (OSError, TimeoutError, UnicodeEncodeError) as err:
        what = f"the decision could not be kept in {path} ({err}). What was decided before is as it was."
        raise ResourceError(what) from err


class Watched(Generic[Content]):
    """What a file of decisions says, read again when it has changed."""

    def __init__(self, path: Path, read: Callable[[], Content], nothing: Content) -> None:
        """`read` gives what the file says, `nothing` is told where there is none."""
        self._path, self._read, self._nothing = path, read, nothing
        self._seen: tuple[object, Content] = (None, nothing)

    def now(self) -> Content:
        """What it says. Raises what `read` does."""
        try:
            at = os.stat(self._path)
        except FileNotFoundError:
            return self._nothing
        state = (at.st_mtime_ns, at.st_size, at.st_ino)
        if self._seen[0] != state:
            self._seen = (state, self._read())
        return self._seen[1]
