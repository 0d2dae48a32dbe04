"""A disk that is full, fails or cannot sync, a store that cannot be written, a database another program has locked."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.archive import Archive
from rag.corpus import sources
from rag.disk import can_sync
from rag.errors import IndexBusy, NoIndex, ResourceError
from rag.index import check, store
from rag.index.build import build, roll_back
from rag.index.report import Report
from tests.conftest import SEEDS
from tests.fakes import HashEmbedder
from ui.commands.index import check as check_command
from ui.commands.index import rollback as rollback_command
from ui.terminal import unsynced_line

PROBES = ["江油县采矿石八万吨", "八号平炉", "rationalization proposals", "Fuxin on-site meeting"]


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Writing beyond `size` bytes of any file fails meanwhile, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "articles"))


def run(folder: Path, place: Path) -> Report:
    return build(sources([folder], max_bytes=5_000_000), place, HashEmbedder(), sources=[str(folder)])


def answers(place: Path) -> list[list[tuple[str, float]]]:
    archive = Archive.open(place, embedder=HashEmbedder())
    found = [[(h.passage.id, h.score) for h in archive.search(probe, 5)] for probe in PROBES]
    archive.close()
    return found


SIZES = {10: "the lock's note", 1_000: "the journal", 20_000: "", 60_000: "", 100_000: "Chroma's database", 150_000: ""}


@pytest.mark.fault(30)
@pytest.mark.parametrize(
    "size", [pytest.param(n, marks=[] if full else [pytest.mark.slow]) for n, full in SIZES.items()]
)
def test_a_full_disk_is_named_and_the_index_stays(
    folder: Path, tmp_path: Path, size: int, request: pytest.FixtureRequest
) -> None:
    if SIZES[size] == "Chroma's database":  # the check opens that too, in a process that finds the disk full
        request.getfixturevalue("checked_apart")
    place = tmp_path / "store"
    with files_up_to(size), pytest.raises(ResourceError, match=r"MB free.*previous index is unchanged.*this again"):
        run(folder, place)
    with pytest.raises(NoIndex):
        store.current(place)
    assert not list(place.glob("gen-*")), "what was half written takes up room"
    run(folder, place)
    before, name = answers(place), store.current(place).name
    (folder / "new.md").write_text("Title: N\nDate: 1959-05-01\n\nA new article about the kiln.\n", encoding="utf-8")
    with files_up_to(size), pytest.raises(ResourceError, match="MB free"):
        run(folder, place)
    assert store.current(place).name == name and answers(place) == before
    assert check.full(store.current(place)) == []
    report = run(folder, place)
    assert report.articles == 6 and check.full(store.current(place)) == [] and not list(place.glob("*.tmp"))


@pytest.mark.fault(45)
def test_a_database_locked_by_another_program_is_no_hang(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "store"
    run(folder, place)
    before = answers(place)
    with closing(sqlite3.connect(store.current(place) / "chroma" / "chroma.sqlite3", isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        with pytest.raises(IndexBusy, match="another program has locked"):
            answers(place)
        assert time.monotonic() - started < 60, "it hung"
        held.execute("ROLLBACK")
    assert answers(place) == before


@pytest.mark.fault(31)
def test_an_index_that_cannot_be_written_answers_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma writes even to read; without it all passages are compared."""
    place = tmp_path / "store"
    run(folder, place)
    before, real = answers(place), os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    files = {p: p.read_bytes() for p in place.rglob("*") if p.is_file()}
    assert [[row for row, _ in found] for found in answers(place)] == [[row for row, _ in found] for found in before]
    told = CliRunner().invoke(check_command, ["--full", "--store", str(place)]).exception
    assert isinstance(told, ResourceError) and "Copy the store" in str(told), "it is not damaged"
    assert {p: p.read_bytes() for p in place.rglob("*") if p.is_file()} == files


@pytest.mark.fault(31, 32)
def test_a_store_that_cannot_be_made_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(ResourceError, match="cannot write to .*store.*--store"):
        run(folder, tmp_path / "store")


@contextmanager
def folders_that_answer(monkeypatch: pytest.MonkeyPatch, number: int) -> Iterator[None]:
    """A file system on which a folder cannot be synced."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fsync)
        yield


@pytest.mark.fault(101)
@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_file_system_that_cannot_sync_folders_is_told_once_and_the_work_kept(
    folder: Path, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "store"
    assert run(folder, place).synced
    first = store.current(place).name
    (folder / "new.md").write_text("Title: N\nDate: 1959-05-01\n\nA new article about the kiln.\n", encoding="utf-8")
    with folders_that_answer(monkeypatch, number):
        report = run(folder, place)
        assert not report.synced and report.articles == 6 and not can_sync(place)
        assert store.current(place).name != first and check.full(store.current(place)) == [] and answers(place)
        back = CliRunner().invoke(rollback_command, ["--store", str(place)])
    assert back.exit_code == 0 and back.stderr.count("cannot sync folders") == 1
    assert store.current(place).name == first
    assert "cannot sync folders" in unsynced_line(place) and "kept" in unsynced_line(place)


@pytest.mark.fault(101)
@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOTCONN])
def test_a_disk_that_fails_is_named_and_the_index_stays(
    folder: Path, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "store"
    run(folder, place)
    first = store.current(place).name
    (folder / "new.md").write_text("Title: N\nDate: 1959-05-01\n\nA new article about the kiln.\n", encoding="utf-8")
    with folders_that_answer(monkeypatch, number), pytest.raises(ResourceError) as told:
        run(folder, place)
    assert str(place) in str(told.value) and "previous index is unchanged" in str(told.value)
    assert store.current(place).name == first and not list(place.glob("*.tmp"))
    run(folder, place)
    second = store.current(place).name
    with folders_that_answer(monkeypatch, number), pytest.raises(ResourceError, match="previous index is unchanged"):
        roll_back(place)
    assert store.current(place).name == second
