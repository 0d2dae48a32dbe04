"""What Chroma's approximate search misses is noticed when an index is built, and its searches are made wider."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.index import chroma
from rag.index.check import probe


@pytest.fixture
def narrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A generation of 4,000 vectors, all alike, in a graph of few links that is searched narrowly."""
    monkeypatch.setitem(chroma.CONFIGURATION, "hnsw", {"space": "cosine", "ef_search": 10, "max_neighbors": 8})
    vectors = np.random.default_rng(0).standard_normal((4000, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    slots = np.arange(len(vectors), dtype=np.int32)
    np.save(tmp_path / "vectors.zh.npy", vectors)
    np.save(tmp_path / "slots.zh.npy", slots)
    chroma.write(tmp_path, "zh", vectors, slots, prefix=None)
    return tmp_path


def test_a_search_that_misses_is_made_wider_until_it_does_not(narrow: Path) -> None:
    assert "below .99" in " ".join(probe(narrow, "zh"))
    assert "below .99" in " ".join(probe(narrow, "zh"))  # a check alone changes nothing
    assert probe(narrow, "zh", widen=True) == []
    assert probe(narrow, "zh") == []


def test_a_search_is_not_made_wider_without_end(narrow: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chroma, "WIDEST", 20)
    assert "below .99" in " ".join(probe(narrow, "zh", widen=True))
