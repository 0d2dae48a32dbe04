"""Searches limited to a part of the passages: the same neighbours, whichever way they are found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from rag.corpus import sources
from rag.index import reader, store
from rag.index.build import build
from rag.index.reader import Generation
from tests.conftest import SEEDS
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    place = tmp_path_factory.mktemp("store")
    build(sources([SEEDS], max_bytes=5_000_000), place, HashEmbedder(), sources=[])
    opened = Generation(store.current(place))
    yield opened
    opened.close()


@pytest.mark.parametrize("left", [0.05, 0.3, 0.9])
@pytest.mark.parametrize("exact", [0, 10**6])
def test_a_limited_search_finds_the_nearest_of_what_is_left(
    generation: Generation, monkeypatch: pytest.MonkeyPatch, left: float, exact: int
) -> None:
    monkeypatch.setattr(reader, "EXACT", exact)  # 0: Chroma is asked for more and cut; else all are compared
    vector = HashEmbedder().query("八号平炉的冶炼时间")
    size = generation.size["zh"]
    allowed = np.random.default_rng(3).random(size) < left
    rows, scores = generation.nearest("zh", vector, 5, allowed)
    similar = np.where(allowed, generation.similarity("zh", vector, np.arange(size)), -2)
    expected = np.sort(similar)[::-1][: min(5, int(allowed.sum()))]
    assert len(rows) == len(expected) and allowed[rows].all()
    assert np.allclose(scores, expected, atol=1e-5) and np.allclose(similar[rows], scores, atol=1e-5)


def test_a_filter_that_leaves_nothing_finds_nothing(generation: Generation) -> None:
    rows, scores = generation.nearest(
        "en", HashEmbedder().query("steel"), 5, np.zeros(generation.size["en"], dtype=bool)
    )
    assert len(rows) == len(scores) == 0
