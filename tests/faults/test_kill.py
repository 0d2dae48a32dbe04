"""A build killed at any moment: the live index answers as before, and the next run finishes the work."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path

import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.errors import NoIndex
from rag.index import check, store
from rag.index.build import build
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder
from tests.faults.builder import attempt

PROBES = [
    "江油县采矿石八万吨",
    "八号平炉",
    "rationalization proposals",
    "Fuxin on-site meeting",
    "四包一交",
    "Item 17 of the list",
    "生铁日产三千吨",
    "大冶钢厂合格率",
    "质量月",
    "阜新现场会",
    "平炉炼钢时间",
    "合理化建议创造财富",
    "干部下生产第一线",
    "松柏铁厂",
    "steel warriors' representative meetings",
    "open-hearth furnace",
    "six hours and twenty minutes",
    "quality of steel in July",
    "Yang Jinzhuang's group",
    "N250 says 1750",
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


@contextmanager
def building(folder: Path, place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A build that is about to begin, on a line to its standard input; killed at the end."""
    command = [sys.executable, "-m", "tests.faults.builder", str(folder), str(place)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        try:
            assert child.stdout and child.stdout.readline() == b"building\n"
            yield child
        finally:
            child.kill()


def begin(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    child.stdin.write(b"\n")
    child.stdin.flush()


def killed(folder: Path, place: Path, after: float) -> bool:
    """Start a build and kill it `after` seconds into it; True if it was still running."""
    with building(folder, place) as child:
        begin(child)
        time.sleep(after)
        return child.poll() is None


SEEN = 25
"""So many changes of Chroma's files are seen in any build, on a busy machine too, where some are seen as one."""


def killed_in_chroma(folder: Path, place: Path, change: int) -> bool:
    """Start a build and kill it when Chroma's files have changed so many times; True if they did."""
    with building(folder, place) as child:
        begin(child)
        seen, changes = written(place), 0
        while changes < change and child.poll() is None:
            now = written(place)
            changes += now != seen
            seen = now
            time.sleep(0.001)  # or the looking takes the processor from the build
        return changes == change


def written(place: Path) -> set[tuple[str, int, int]]:
    """Names, sizes and times of all files of Chroma's."""
    found = set()
    for folder, _, names in os.walk(place):  # which passes over a folder that has just gone
        for name in names if "/chroma" in folder else []:
            with suppress(FileNotFoundError):
                stat = os.stat(f"{folder}/{name}")
                found.add((f"{folder}/{name}", stat.st_size, stat.st_mtime_ns))
    return found


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


@pytest.mark.fault(25)
def test_a_killed_rebuild_leaves_the_live_index(folder: Path, tmp_path: Path) -> None:
    rebuilds(folder, tmp_path / "store", kills=4, seed=1)


@pytest.mark.fault(24)
def test_a_killed_first_build_leaves_none_or_a_sound_one(folder: Path, tmp_path: Path) -> None:
    first_builds(folder, tmp_path, kills=3, seed=2)


def writes_of_chroma(folder: Path, place: Path, changes: Iterable[int]) -> None:
    build(sources([folder], max_bytes=5_000_000), place, HashEmbedder(), sources=[str(folder)])
    before, generation = answers(place), store.current(place).name
    (folder / "extra.md").write_text("Title: X\nDate: 1959-06-01\n\nExtra text.\n")
    for change in changes:
        assert killed_in_chroma(folder, place, change)
        assert store.current(place).name == generation and answers(place) == before
    assert build(sources([folder], max_bytes=5_000_000), place, HashEmbedder(), sources=[]).articles == 306
    assert check.full(store.current(place)) == []


@pytest.mark.fault(26)
def test_a_kill_while_chroma_writes_leaves_the_live_index(folder: Path, tmp_path: Path) -> None:
    writes_of_chroma(folder, tmp_path / "store", [1, 3, 9])


@pytest.mark.fault(42)
def test_of_ten_writers_one_writes(folder: Path, tmp_path: Path) -> None:
    place, processes = tmp_path / "store", get_context("forkserver")
    processes.set_forkserver_preload(["tests.faults.builder"])  # ten processes that import everything once
    together, told = processes.Barrier(10), processes.SimpleQueue()
    writers = [processes.Process(target=attempt, args=(folder, place, together, told)) for _ in range(10)]
    for writer in writers:
        writer.start()
    said = dict(told.get() for _ in writers)
    for writer in writers:
        writer.join(60)
    assert set(said) == {writer.pid for writer in writers}
    (only,) = [pid for pid, held in said.items() if not held]
    assert all(f"process {only} " in held for pid, held in said.items() if pid != only)
    assert [path.name for path in place.glob("gen-*")] == ["gen-000001"]
    assert check.full(store.current(place)) == []


@pytest.mark.fault(26)
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_fifty_kills_while_chroma_writes(folder: Path, tmp_path: Path) -> None:
    writes_of_chroma(folder, tmp_path / "store", [1 + n % SEEN for n in range(50)])


@pytest.mark.fault(25)
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_killed_rebuilds(folder: Path, tmp_path: Path) -> None:
    rebuilds(folder, tmp_path / "store", kills=200, seed=3)


@pytest.mark.fault(24)
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_hundred_killed_first_builds(folder: Path, tmp_path: Path) -> None:
    first_builds(folder, tmp_path, kills=100, seed=4)
