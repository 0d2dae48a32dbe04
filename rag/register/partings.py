"""Unions of names that readers have undone: one file of decisions, `names.csv`, beside the index.

A line is a form and one that it is not.
"""

from __future__ import annotations

from pathlib import Path

from rag.decisions import File, Watched
from rag.register.unions import Form, form_of

Apart = frozenset[Form]
"""Two forms that are not of one name."""


def apart(form: str, other: str) -> Apart:
    """The pair of two forms. Raises `ValueError` if they are the same or one is empty."""
    pair = frozenset(form_of(" ".join(one.split())) for one in (form, other))
    if len(pair) < 2 or any(not text for _, text in pair):
        raise ValueError("two different forms are needed")
    return pair


def _cells(pair: Apart) -> tuple[str, ...]:
    """The Chinese form first, whichever was taken out."""
    return tuple(text for _, text in sorted(pair, reverse=True))


_FILE = File("names.csv", ("form", "is_not"), 2, apart, _cells, "No undone union is honoured")
NAME = _FILE.name


def read(folder: Path) -> frozenset[Apart]:
    """What was undone beside an index; nothing if there is no file. Raises `SourceError` with a wrong line."""
    return frozenset(_FILE.read(folder))


def part(folder: Path, pair: Apart, *, undone: bool = True) -> frozenset[Apart]:
    """Add a pair to what was undone beside an index, or with `undone` false take it out again; returns all.

    Raises `SourceError`, `ResourceError`: see `rag.decisions.File.change`.
    """
    return frozenset(_FILE.change(folder, lambda kept: {*kept, pair} if undone else {*kept} - {pair}))


def watched(folder: Path) -> Watched[frozenset[Apart]]:
    """What was undone beside an index, read again when the file has changed."""
    return Watched(folder / NAME, lambda: read(folder), frozenset())
