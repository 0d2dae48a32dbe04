"""What takes long is made once and kept in a file of the work folder."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def once(path: Path, make: Callable[[], T]) -> T:
    """What `make` gives, or what it gave when `path` was written. Remove the file to have it made anew."""
    if path.is_file():
        kept: T = pickle.loads(path.read_bytes())  # noqa: S301 - written by this program
        return kept
    made = make()
    path.write_bytes(pickle.dumps(made))
    return made
