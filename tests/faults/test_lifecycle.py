"""The life of an index, cases 24 to 41 and 101: what an operator sees when files are damaged, closed or gone."""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.errors import IndexDamaged, NoIndex, ResourceError
from rag.index import check, chroma, store, vectors
from rag.index.build import build, verify
from rag.index.reader import Generation
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder, WordReader
from tests.faults.conftest import WORDS, Command
from tests.faults.light import USER
from tests.faults.light import wenbao as alone
from tests.faults.test_kill import begin, building
from tests.faults.test_switch import switched

PROBES = ("kiln ore wheat", "Item 77 says 539", "owl school bridge night", "江油县采矿石八万吨", "kiln of Wenbao")


def answers(place: Path) -> list[list[tuple[str, float]]]:
    archive = Archive.open(place, embedder=HashEmbedder(), reader=WordReader())
    try:
        return [[(h.passage.id, h.score) for h in archive.search(probe, 10)] for probe in PROBES]
    finally:
        archive.close()


def flips(count: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        for at in random.Random(count).sample(range(len(data)), min(count, len(data))):
            data[at] ^= 0xFF
        path.write_bytes(data)

    return damage


DAMAGE: dict[str, Callable[[Path], object]] = {
    "removed": lambda path: path.unlink(),
    "cut to a half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut to a fiftieth": lambda path: os.truncate(path, path.stat().st_size // 50),
    "random bytes": lambda path: path.write_bytes(random.Random(0).randbytes(path.stat().st_size)),
    "200 flips": flips(200),
    "2000 flips": flips(2000),
}
GRAPH = ("data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin")


@pytest.mark.fault(33)
@pytest.mark.parametrize("name", GRAPH)
def test_damage_to_a_graph_is_named_before_chroma_reads_it(graph_store: Path, tmp_path: Path, name: str) -> None:
    """Over some of it Chroma's library would end the process, over some it would answer otherwise."""
    for how, damage in DAMAGE.items():
        place = Path(shutil.copytree(graph_store, tmp_path / how))
        (file,) = store.current(place).glob(f"chroma/*/{name}")
        damage(file)
        assert any(name in fault for fault in check.quick(store.current(place))), how
        with pytest.raises(IndexDamaged, match=rf"{name} is .*Make the index whole again: wenbao index"):
            answers(place)
        shutil.rmtree(place)


@pytest.mark.fault(33)
def test_a_damaged_graph_is_an_exit_code_everywhere_and_the_next_run_mends_it(
    graph_store: Path, tmp_path: Path, wenbao: Command
) -> None:
    place = Path(shutil.copytree(graph_store, tmp_path / "store"))
    before = answers(place)
    (file,) = store.current(place).glob("chroma/*/data_level0.bin")
    flips(2000)(file)
    for command in (["check"], ["check", "--full"], ["search", "kiln ore"], ["ask", "kiln ore"], ["chat"]):
        code, out, err = wenbao(*command, "--store", place)
        assert code == 5 and "data_level0.bin is not as it was written" in out + err, command
    code, _, err = wenbao("index", graph_store.parent / "a.jsonl", "--store", place)
    assert code == 0 and " 0 embedded" in err and answers(place) == before
    assert check.full(store.current(place)) == []


@pytest.mark.fault(33)
@pytest.mark.parametrize(
    "how", [pytest.param(how, marks=[pytest.mark.slow] if "flips" not in how else []) for how in DAMAGE]
)
def test_a_damaged_database_of_chroma_is_found_by_the_check(graph_store: Path, tmp_path: Path, how: str) -> None:
    place = Path(shutil.copytree(graph_store, tmp_path / "store"))
    DAMAGE[how](store.current(place) / "chroma" / "chroma.sqlite3")
    with pytest.raises(IndexDamaged, match="chroma.sqlite3|holds no vectors"):
        verify(store.current(place))


@pytest.mark.fault(33)
def test_a_panic_of_chromas_library_is_an_error_like_others(graph_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):  # what its library raises over a damaged database is no Exception
        pass

    def panicking(*_: object) -> None:
        raise PanicException("called `Result::unwrap()` on an `Err` value")

    monkeypatch.setattr("rag.index.chroma.opened", panicking)
    with pytest.raises(IndexDamaged, match=r"cannot be opened.*unwrap.*wenbao index --full"):
        answers(graph_store)


@pytest.mark.fault(19, 33)
def test_where_chroma_misses_too_much_all_is_compared_and_the_build_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So its graph does now and then where many passages are the same; a graph of few links does always."""
    monkeypatch.setitem(chroma.CONFIGURATION, "hnsw", {"space": "cosine", "ef_search": 10, "max_neighbors": 3})
    monkeypatch.setattr(chroma, "WIDEST", 10)
    dice = random.Random(3)
    with (tmp_path / "a.jsonl").open("w") as file:
        for i in range(1000):
            text = " ".join(dice.choices(WORDS, k=9)) + f" {dice.random()}" if i % 2 else "No news of the harvest came."
            file.write(json.dumps({"id": f"n{i}", "lang": "en", "text": text, "date": "1959-05-01"}) + "\n")
    read = sources([tmp_path / "a.jsonl"], max_bytes=10**6)
    assert build(read, tmp_path / "store", HashEmbedder(), sources=[]).articles == 1000
    generation = store.current(tmp_path / "store")
    assert check.full(generation) == [] and store.read_manifest(generation)["exact"] == ["en"]
    opened, given = Generation(generation), np.load(generation / "vectors.en.npy")
    for row in range(0, 1000, 7):
        found, scores = opened.nearest("en", given[row], 10, None)
        assert len(found) == 10 and scores[0] > 0.999
    opened.close()


@pytest.mark.fault(27)
def test_killed_again_while_it_recovers(tmp_path: Path) -> None:
    """A build is killed; the run that finds its leftovers is killed at its switch; the next finishes."""
    folder, place = Path(shutil.copytree(SEEDS, tmp_path / "articles")), tmp_path / "store"
    build(sources([folder], max_bytes=5_000_000), place, HashEmbedder(), sources=[str(folder)])
    before = answers(place)
    (folder / "new.md").write_text("Title: A Kiln\nDate: 1959-05-01\n\nThe kiln of Wenbao burned for nine days.\n")
    with building(folder, place) as child:
        begin(child)
        deadline = time.monotonic() + 60
        while not list(place.glob("gen-*.tmp/chroma")) and time.monotonic() < deadline:
            time.sleep(0.005)
    assert list(place.glob("gen-*.tmp")) and answers(place) == before

    def copied(_: Path, building: Path) -> Path:
        return Path(shutil.copytree(building, tmp_path / "built"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "commit", copied)  # built to its end, and not switched to
        build(sources([folder], max_bytes=5_000_000), place, HashEmbedder(), sources=[str(folder)])
    synced = sum(1 for _ in (tmp_path / "built").rglob("*")) + 1
    for at in (synced, synced + 3):
        again = Path(shutil.copytree(place, tmp_path / f"again{at}"))
        shutil.copytree(tmp_path / "built", again / "gen-000009.tmp")
        assert switched(again, again / "gen-000009.tmp", at) == -signal.SIGKILL
        assert answers(again) == before and check.quick(store.current(again)) == []
    model = HashEmbedder()
    report = build(sources([folder], max_bytes=5_000_000), again, model, sources=[str(folder)])
    assert report.articles == 6 and check.full(store.current(again)) == [] and not list(again.glob("*.tmp"))
    assert len(store.generations(again)) == 2 and answers(again) != before


@pytest.mark.fault(18, 31)
def test_what_of_an_index_may_not_be_read_is_named_and_not_called_damaged(graph_store: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(graph_store, tmp_path / "store"))
    generation = store.current(place)
    closed = [place / "CURRENT", generation / "manifest.json", generation / "articles.sqlite", generation]
    child = """
import sys, pathlib
from rag.archive import Archive
from rag.index import check, store
from tests.fakes import HashEmbedder
place = pathlib.Path(sys.argv[1])
for what in map(pathlib.Path, sys.argv[2:]):
    mode = what.stat().st_mode
    what.chmod(0)
    for use in (lambda: Archive.open(place, embedder=HashEmbedder()), lambda: check.quick(store.current(place))):
        try:
            use()
            print("no error")
        except Exception as err:
            print(type(err).__name__, err)
    what.chmod(mode)
"""
    command = [*USER, sys.executable, "-c", child, str(place), *map(str, closed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 8
    for what, told in zip([one for one in closed for _ in range(2)], lines, strict=True):
        assert told.startswith(f"ResourceError {what}") and "Permission denied. Nothing was changed" in told


@pytest.mark.fault(31)
def test_a_store_closed_for_writing_answers_and_says_what_it_cannot(graph_store: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(graph_store, tmp_path / "store"))
    wanted = [identifier for identifier, _ in answers(place)[1]]
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    for path in [place, *place.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    asked = alone("search", PROBES[1], "--json", "--store", place, under=USER)
    assert asked.returncode == 0, asked.stderr
    assert {hit["passage"] for hit in json.loads(asked.stdout)["hits"]} == set(wanted)
    refused = alone("index", SEEDS, "--store", place, under=USER)
    assert refused.returncode == 8 and "Choose another folder with --store" in refused.stderr
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


@contextmanager
def mounted(place: Path, size: str) -> Iterator[Path]:
    """A file system of so many bytes; skips the test where none can be mounted."""
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.fault(30)
@pytest.mark.parametrize(
    "share", [0.25, *(pytest.param(share, marks=pytest.mark.slow) for share in (0.05, 0.5, 0.75, 0.9))]
)
def test_a_disk_that_is_full_is_named_with_its_room_and_the_next_run_succeeds(
    tmp_path: Path, share: float, wenbao: Command
) -> None:
    """A disk that holds some of what the index takes."""
    assert wenbao("index", SEEDS, "--store", tmp_path / "whole")[0] == 0
    whole = sum(path.stat().st_size for path in (tmp_path / "whole").rglob("*"))
    with mounted(tmp_path / "disk", f"{int(whole * share) // 1024}k") as disk:
        place = disk / "store"
        code, _, err = wenbao("index", SEEDS, "--store", place)
        assert code == 8 and str(place) in err and " MB free" in err and "Traceback" not in err
        assert not list(place.glob("gen-*")), "what was half written takes up room"
        assert wenbao("status", "--store", place)[0] == 4
        subprocess.run(["mount", "-o", "remount,size=50m", str(disk)], check=True)
        code, _, err = wenbao("index", SEEDS, "--store", place)
        assert code == 0, err
        before = answers(place)
        (disk / "filler").write_bytes(bytes(shutil.disk_usage(disk).free - 100_000))
        (tmp_path / "new.md").write_text("Title: N\nDate: 1959-05-01\n\nThe kiln of Wenbao burned for nine days.\n")
        code, _, err = wenbao("index", SEEDS, tmp_path / "new.md", "--store", place)
        assert code == 8 and "previous index is unchanged" in err
        assert check.quick(store.current(place)) == []
        with (disk / "filler").open("ab") as filler:  # not one byte is left: it is read all the same
            filler.write(bytes(shutil.disk_usage(disk).free))
        assert [[row for row, _ in found] for found in answers(place)] == [
            [row for row, _ in found] for found in before
        ]
        (disk / "filler").unlink()
        assert answers(place) == before
        assert wenbao("index", SEEDS, tmp_path / "new.md", "--store", place)[0] == 0
        assert answers(place) != before


@pytest.mark.fault(32)
def test_where_there_is_no_index_that_is_said_and_nothing_made(tmp_path: Path, wenbao: Command) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "chroma.sqlite3").touch()
    (tmp_path / "lost").mkdir()
    (tmp_path / "lost" / "CURRENT").write_text("gen-000007\n")
    before = sorted(tmp_path.rglob("*"))
    for name, code in (("nowhere", 4), ("file", 4), ("empty", 4), ("other", 4), ("lost", 5)):
        for command in (["status"], ["check"], ["search", "ore"], ["ask", "ore"], ["show", "x"], ["chat"]):
            ended, out, err = wenbao(*command, "--store", tmp_path / name)
            assert (ended, out) == (code, "") and "wenbao index" in err and str(tmp_path / name) in err, (command, name)
        assert wenbao("rollback", "--store", tmp_path / name)[0] == 4
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.fault(33)
def test_a_database_of_chroma_that_is_empty_is_damage(graph_store: Path, tmp_path: Path, wenbao: Command) -> None:
    place = Path(shutil.copytree(graph_store, tmp_path / "store"))
    os.truncate(store.current(place) / "chroma" / "chroma.sqlite3", 0)
    assert wenbao("check", "--store", place)[0] == 5
    code, _, err = wenbao("search", PROBES[0], "--store", place)
    assert code == 5 and "holds no vectors" in err


@pytest.mark.fault(36)
def test_an_index_of_the_first_release_is_told_and_made_anew(tmp_path: Path, wenbao: Command) -> None:
    """Made by release 0.2.0, which kept no times and no sizes of Chroma's files."""
    place = tmp_path / "store"
    shutil.unpack_archive(Path(__file__).with_name("store-0.2.0.tar.gz"), place, filter="data")
    for command in (("search", "ore in Jiangyou"), ("check",), ("check", "--full")):
        code, _, err = wenbao(*command, "--store", place)
        assert code == 7 and "Build it anew: wenbao index" in err
    code, _, err = wenbao("index", next(SEEDS.glob("000*")), "--store", place)
    assert code == 0 and " 0 embedded" in err, "the vectors are taken over"
    code, out, _ = wenbao("search", "ore in Jiangyou", "--json", "--store", place)
    assert code == 0 and json.loads(out)["hits"][0]["article"].startswith("000")


class Disk:
    """Builds on a disk that fails: see tests/faults/failing.py and disk.c."""

    WRITES, SYNCS, NAMES, ANY = 1, 2, 4, 7

    def __init__(self, library: Path) -> None:
        environment = {**os.environ, "LD_PRELOAD": str(library)}
        command = [sys.executable, "-m", "tests.faults.failing"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def build(
        self, folder: Path, place: Path, at: int, error: int = 0, *, once: bool = False, kinds: int = ANY
    ) -> tuple[str, str, int]:
        """Build on a disk that fails from the change `at` on, or at that alone: the end, what was said, the changes."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("\t".join(map(str, (folder, place, at, error, int(once), kinds))) + "\n")
        self.process.stdin.flush()
        end, told, changes = json.loads(self.process.stdout.readline())
        return end, told, changes

    def close(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Disk]:
    library = tmp_path_factory.mktemp("disk") / "disk.so"
    source = Path(__file__).with_name("disk.c")
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"]
    if sys.platform != "linux" or not shutil.which("cc") or subprocess.run(command, check=False).returncode:
        pytest.skip("needs Linux and a C compiler")
    made = Disk(library)
    yield made
    made.close()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder of two seeds and a store of them, and one article more."""
    place = tmp_path_factory.mktemp("small")
    folder = place / "in"
    folder.mkdir()
    for path in sorted(SEEDS.glob("*.txt"))[:2]:
        shutil.copy(path, folder)
    build(sources([folder], max_bytes=5_000_000), place / "store", HashEmbedder(), sources=[str(folder)])
    (folder / "new.md").write_text("Title: N\nDate: 1959-05-01\n\nThe kiln of Wenbao burned for nine days.\n")
    return folder, place / "store"


def on_failing_disk(
    disk: Disk, small: tuple[Path, Path], tmp_path: Path, numbers: list[int], error: int, *, once: bool, kinds: int
) -> int:
    """Build with the changes `numbers` failing: each ends with an index as before or the new one. How many failed."""
    folder, sound = small
    before, new, failed = answers(sound), None, 0
    for at in numbers:
        place = Path(shutil.copytree(sound, tmp_path / "store"))
        end, told, _ = disk.build(folder, place, at, error, once=once, kinds=kinds)
        live = store.current(place)
        assert check.quick(live) == [] and not list(place.glob("*.tmp"))
        if end == "built":
            assert live.name == "gen-000002", at
            new = new or answers(place)
            assert answers(place) == new, at
        else:
            failed += 1
            assert (end, live.name) == ("ResourceError", "gen-000001"), (at, told)
            assert answers(place) == before and str(place) in told and "previous index is unchanged" in told, (at, told)
        shutil.rmtree(place)
    return failed


FAULTS = [
    (errno.ENOSPC, False, Disk.ANY),
    (errno.EIO, True, Disk.SYNCS),
    (errno.EIO, True, Disk.WRITES),
    (errno.EIO, False, Disk.SYNCS),
    (errno.EDQUOT, True, Disk.NAMES),
]


@pytest.mark.fault(30, 101)
@pytest.mark.parametrize(("error", "once", "kinds"), FAULTS[:2])
def test_a_disk_that_fails_at_some_change_leaves_an_index(
    disk: Disk, small: tuple[Path, Path], tmp_path: Path, error: int, once: bool, kinds: int
) -> None:
    folder, sound = small
    _, _, changes = disk.build(folder, Path(shutil.copytree(sound, tmp_path / "counted")), 0, kinds=kinds)
    numbers = [changes // 3, changes * 2 // 3, changes - 1]
    assert on_failing_disk(disk, small, tmp_path, numbers, error, once=once, kinds=kinds) > 0


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.fault(30, 101)
@pytest.mark.parametrize(("error", "once", "kinds"), FAULTS)
def test_a_disk_that_fails_at_every_change_soak(
    disk: Disk, small: tuple[Path, Path], tmp_path: Path, error: int, once: bool, kinds: int
) -> None:
    folder, sound = small
    _, _, changes = disk.build(folder, Path(shutil.copytree(sound, tmp_path / "counted")), 0, kinds=kinds)
    numbers = list(range(1, changes + 1))
    assert on_failing_disk(disk, small, tmp_path, numbers, error, once=once, kinds=kinds) > 30


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.fault(30)
def test_a_first_build_on_a_disk_that_fails_leaves_none_soak(
    disk: Disk, small: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, _ = small
    _, _, changes = disk.build(folder, tmp_path / "counted", 0)
    for at in range(1, changes, 3):
        end, told, _ = disk.build(folder, tmp_path / f"at{at}", at, errno.ENOSPC)
        if end == "built":
            assert check.quick(store.current(tmp_path / f"at{at}")) == []
            continue
        assert end == "ResourceError" and "MB free" in told, (at, end, told)
        with pytest.raises(NoIndex):
            store.current(tmp_path / f"at{at}")
        assert not list((tmp_path / f"at{at}").glob("gen-*"))


@pytest.mark.fault(101)
def test_a_disk_that_can_sync_nothing_is_told_from_a_full_one(
    disk: Disk, small: tuple[Path, Path], tmp_path: Path
) -> None:
    """SQLite, in which Chroma keeps its log, goes on only where files can be synced."""
    folder, sound = small
    place = Path(shutil.copytree(sound, tmp_path / "store"))
    end, told, _ = disk.build(folder, place, 1, errno.EINVAL, kinds=Disk.SYNCS)
    assert end == "ResourceError" and "disk I/O error" in told and "choose another folder with --store" in told
    assert store.current(place).name == "gen-000001"


@pytest.mark.fault(101)
def test_the_switch_is_kept_where_the_last_sync_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pointer names the new index then, and to say that the old one is unchanged would be wrong."""
    (tmp_path / "gen-000001").mkdir()
    real, syncs = os.fsync, 0

    def fsync(descriptor: int) -> None:
        nonlocal syncs
        syncs += 1
        if syncs == 3:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    store.point(tmp_path, tmp_path / "gen-000001")
    assert syncs == 3 and (tmp_path / "CURRENT").read_text() == "gen-000001\n"


@pytest.mark.fault(30)
def test_a_check_that_finds_the_disk_full_does_not_call_the_index_damaged(
    graph_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise RuntimeError("error returned from database: (code: 13) database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr("rag.index.chroma.opened", full)
        with pytest.raises(ResourceError, match="disk is full; .* MB free"):
            vectors.VectorIndex(store.current(graph_store), ["en"], None, None)
    (tmp_path / "python").write_text("#!/bin/sh\necho 'Chroma cannot write'\nexit 8\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ResourceError, match="Chroma cannot write"):
        verify(store.current(graph_store))
