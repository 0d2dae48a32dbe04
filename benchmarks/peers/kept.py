"""Vectors that several peers would make alike, made once while quality is measured; never while time is.

Peers that use the same model often embed the same text, the short documents of the sets above all.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

_open: list[sqlite3.Connection] = []


@contextmanager
def shared(file: Path) -> Iterator[None]:
    """Within this, `vectors` and what sentence-transformers encodes is looked up in a file, and kept there."""
    from sentence_transformers import SentenceTransformer

    real = SentenceTransformer.encode

    def encode(self: Any, inputs: Any, *args: Any, **options: Any) -> Any:
        named = {name: value for name, value in options.items() if name not in ("show_progress_bar", "batch_size")}
        if args or not isinstance(inputs, list) or not all(isinstance(text, str) for text in inputs):
            return real(self, inputs, *args, **options)
        made = vectors(repr(sorted(named.items())), inputs, lambda texts: real(self, texts, **options))
        return list(made) if options.get("convert_to_numpy") is False else made

    connection = sqlite3.connect(file, check_same_thread=False)
    connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")
    _open.append(connection)
    try:
        with mock.patch.object(SentenceTransformer, "encode", encode):
            yield
    finally:
        _open.pop()
        connection.close()


def vectors(how: str, texts: Sequence[str], make: Callable[[list[str]], Any]) -> Any:
    """The vectors of texts, float32 of shape (texts, dimension), made if they are not kept; `how` names the model."""
    if not _open or not texts:
        return make(list(texts))
    connection = _open[-1]
    keys = [hashlib.sha256(f"{how}\0{text}".encode()).digest() for text in texts]
    held = {}
    for key in dict.fromkeys(keys):
        row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        if row:
            held[key] = np.frombuffer(row[0], dtype=np.float32)
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in held}
    if missing:
        made = np.asarray(make(list(missing.values())), dtype=np.float32)
        with connection:
            connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(key, row.tobytes()) for key, row in zip(missing, made, strict=True)],
            )
        held.update(zip(missing, made, strict=True))
    return np.stack([held[key] for key in keys])
