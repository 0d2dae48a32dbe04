"""The reader of a generation: searches limited to a part of the passages find the same, whichever way; its files are
let go of."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.index import reader, store
from rag.index.build import build
from rag.index.reader import Generation
from tests.conftest import SEEDS
from tests.fakes import HashEmbedder, WordReader


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


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not tell what a process has open")
def test_a_generation_that_is_left_lets_go_of_its_files_at_once(tmp_path: Path) -> None:
    def index() -> str:
        build(sources([tmp_path / "articles"], max_bytes=5_000_000), tmp_path / "store", HashEmbedder(), sources=[])
        return store.current(tmp_path / "store").name

    (tmp_path / "articles").mkdir()
    archive: Archive | None = None
    gc.collect()
    gc.disable()  # it would come by in the end, and until then a large archive stands on the disk twice
    try:
        for number in range(3):
            owl = f"Title: Owl {number}\nDate: 1961-05-01\n\nOwl {number} sat on the roof of the observatory.\n"
            (tmp_path / "articles" / f"{number}.md").write_text(owl)
            live = index()
            archive = archive or Archive.open(tmp_path / "store", embedder=HashEmbedder(), reader=WordReader())
            assert archive.ask("Where did the owl sit?").hits
            opened = [
                link for one in Path("/proc/self/fd").iterdir() if (link := _target(one)).startswith(str(tmp_path))
            ]
            assert opened and all(f"/{live}/" in link for link in opened), opened
    finally:
        gc.enable()
        if archive:
            archive.close()


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:  # that by which the folder itself was read
        return ""
