"""A build killed at any moment: the live index answers as before, and the next run finishes the work."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.errors import NoIndex
from rag.index import check, store
from rag.index.build import build
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder

PROBES = [
    "江油县采矿石八万吨",
    "八号平炉",
    "rationalization proposals",
    "Fuxin on-site meeting",
    "四包一交",
    "Item 17 of the list",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The seeds and 300 short articles: a build long enough to be hit in every stage."""
    target = Path(shutil.copytree(SEEDS, tmp_path / "articles"))
    for i in range(300):
        (target / f"n{i}.md").write_text(
            f"Title: N{i}\nDate: 1959-05-01\nPage: 3\n\nItem {i} of the list says {i * 7}.\n", encoding="utf-8"
        )
    return target


def answers(place: Path) -> list[list[tuple[str, float]]]:
    archive = Archive.open(place, embedder=HashEmbedder())
    found = [[(h.passage.id, h.score) for h in archive.search(probe, 5)] for probe in PROBES]
    archive.close()
    return found


def killed(folder: Path, place: Path, after: float) -> bool:
    """Start a build and kill it `after` seconds into it; True if it was still running."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.builder", str(folder), str(place)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert child.stdout and child.stdout.readline() == b"building\n"
    time.sleep(after)
    running = child.poll() is None
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    return running


def rebuilds(folder: Path, place: Path, kills: int, seed: int) -> None:
    model = HashEmbedder()
    build(sources([folder], max_bytes=5_000_000), place, model, sources=[str(folder)])
    started = time.monotonic()
    (folder / "n0.md").unlink()
    build(sources([folder], max_bytes=5_000_000), place, model, sources=[str(folder)])
    length = time.monotonic() - started
    before, dice = answers(place), random.Random(seed)
    generation, hits = store.current(place).name, 0
    for i in range(kills):
        (folder / "extra.md").write_text(f"Title: X\nDate: 1959-06-01\n\nExtra text number {i}, {dice.random()}.\n")
        hits += killed(folder, place, dice.uniform(0, length))
        if store.current(place).name != generation:  # the run got to its end
            generation, before = store.current(place).name, answers(place)
        assert answers(place) == before
        assert check.quick(store.current(place)) == []
    assert hits, "no build was hit; the times are too long"
    resumed = HashEmbedder()
    report = build(sources([folder], max_bytes=5_000_000), place, resumed, sources=[str(folder)])
    assert report.articles == 305 and check.full(store.current(place)) == []
    assert not list(place.glob("*.tmp")) and len(list(place.glob("gen-*"))) <= 2


def first_builds(folder: Path, tmp_path: Path, kills: int, seed: int) -> None:
    dice = random.Random(seed)
    for i in range(kills):
        place = tmp_path / f"first{i}"
        killed(folder, place, dice.uniform(0, 4))
        try:
            generation = store.current(place)
        except NoIndex:
            continue
        assert check.full(generation) == []
    place = tmp_path / "first0"
    assert build(sources([folder], max_bytes=5_000_000), place, HashEmbedder(), sources=[]).articles == 305


def test_a_killed_rebuild_leaves_the_live_index(folder: Path, tmp_path: Path) -> None:
    rebuilds(folder, tmp_path / "store", kills=4, seed=1)


def test_a_killed_first_build_leaves_none_or_a_sound_one(folder: Path, tmp_path: Path) -> None:
    first_builds(folder, tmp_path, kills=3, seed=2)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_killed_rebuilds(folder: Path, tmp_path: Path) -> None:
    rebuilds(folder, tmp_path / "store", kills=200, seed=3)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_killed_first_builds(folder: Path, tmp_path: Path) -> None:
    first_builds(folder, tmp_path, kills=100, seed=4)
