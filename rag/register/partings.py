"""Unions of names that readers have undone: one file, `names.csv`, beside the index.

A line is a form and one that it is not: plain CSV, sorted, keyed by the words themselves, so that a new index keeps it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.disk import Watched, held, write_atomically
from rag.errors import SourceError
from rag.register.unions import Form, form_of
from rag.spreadsheet import guarded, unguarded

NAME = "names.csv"
COLUMNS = ("form", "is_not")
Apart = frozenset[Form]
"""Two forms that are not of one name."""


def apart(form: str, other: str) -> Apart:
    """The pair of two forms. Raises `ValueError` if they are the same or one is empty."""
    pair = frozenset(form_of(" ".join(one.split())) for one in (form, other))
    if len(pair) < 2 or any(not text for _, text in pair):
        raise ValueError("two different forms are needed")
    return pair


def read(folder: Path) -> frozenset[Apart]:
    """What was undone beside an index; nothing if there is no file. Raises `SourceError` with a wrong line."""
    path = folder / NAME
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return frozenset()
    except OSError as err:
        raise SourceError(str(path), f"cannot be read ({err.strerror}). No undone union is honoured.") from err
    except UnicodeDecodeError as err:
        raise SourceError(str(path), "is not UTF-8. No undone union is honoured; save it as UTF-8.") from err
    return frozenset(_parsed(text, str(path)))


def _parsed(text: str, source: str) -> Iterator[Apart]:
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        for row in rows:
            try:
                yield apart(*(unguarded(row.get(name) or "") for name in COLUMNS))
            except ValueError as err:
                what = f"{err}: columns {', '.join(COLUMNS)}. No undone union is honoured; mend the line."
                raise SourceError(source, what, rows.line_num) from err
    except csv.Error as err:
        what = f"is no CSV from here on ({err}). No undone union is honoured; mend the line."
        raise SourceError(source, what, rows.line_num + 1) from err


def text_of(pairs: Iterable[Apart]) -> str:
    """The pairs as CSV, sorted, in cells that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    # the Chinese form first, whichever was taken out
    writer.writerows(sorted([guarded(text) for _, text in sorted(pair, reverse=True)] for pair in pairs))
    return out.getvalue()


def part(folder: Path, pair: Apart, *, undone: bool = True) -> frozenset[Apart]:
    """Add a pair to what was undone beside an index, or with `undone` false take it out again; returns all.

    Raises:
        SourceError: the file that is there cannot be read; it is left as it is.
        ResourceError: it cannot be written; the old one is left.
    """
    with held(folder / NAME):
        kept = read(folder) | {pair} if undone else read(folder) - {pair}
        write_atomically(folder / NAME, text_of(kept))
    return kept


def watched(folder: Path) -> Watched[frozenset[Apart]]:
    """What was undone beside an index, read again when the file has changed."""
    return Watched(folder / NAME, lambda: read(folder), frozenset())
