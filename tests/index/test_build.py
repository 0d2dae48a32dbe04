"""Building an index: repeatable, incremental, never half done."""

from __future__ import annotations

import itertools
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from rag.archive import Archive
from rag.corpus import sources
from rag.errors import IndexBusy, IndexDamaged, IndexMismatch, NoIndex, SourceError, UsageError, WenbaoError
from rag.index import check, chroma, files, store, vectors
from rag.index.build import build, verify
from rag.index.journal import Journal, key
from rag.index.report import Progress, Report
from rag.index.writer import BATCH
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder
from ui import references
from ui.commands.index import index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may change."""
    return Path(shutil.copytree(SEEDS, tmp_path / "articles"))


def run(folder: Path, place: Path, model: HashEmbedder, **options: bool) -> Report:
    return build(sources([folder], max_bytes=5_000_000), place, model, sources=[str(folder)], **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store over the seeds that no test may change."""
    place = tmp_path_factory.mktemp("made") / "store"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.index.build.verify", lambda *_, **__: None)
        run(SEEDS, place, HashEmbedder())
    return place


@pytest.fixture
def copied(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copied"))


@pytest.mark.fault(19)
def test_the_second_run_embeds_and_writes_nothing(folder: Path, tmp_path: Path, light: HashEmbedder) -> None:
    place = tmp_path / "store"
    first = run(folder, place, light)
    assert first.changed and first.articles == 5 and first.embedded == light.encoded > 50
    before = {p: p.stat().st_mtime_ns for p in place.rglob("*") if p.is_file()}
    again = run(folder, place, light)
    assert not again.changed and again.embedded == 0 and light.encoded == first.embedded
    assert again.generation == first.generation and again.passages == first.passages
    assert {p: p.stat().st_mtime_ns for p in place.rglob("*") if p.is_file()} == before


def test_same_articles_same_ids_and_vectors(folder: Path, tmp_path: Path, light: HashEmbedder) -> None:
    tables = []
    for name in ("a", "b"):
        run(folder, tmp_path / name, light)
        generation = store.current(tmp_path / name)
        tables.append({p.name: np.load(p).tobytes() for p in sorted(generation.glob("*.npy"))})
    assert tables[0] == tables[1]


@pytest.mark.usefixtures("checked_apart")
@pytest.mark.fault(23)
def test_only_what_changed_is_embedded_and_what_vanished_is_gone(
    folder: Path, tmp_path: Path, light: HashEmbedder
) -> None:
    place = tmp_path / "store"
    run(folder, place, light)
    changed, gone = folder / "002_5addbdbbd7c0e56c.txt", folder / "003_c17e437a9ce4a8af.txt"
    changed.write_text(changed.read_text(encoding="utf-8").replace("五万吨钢", "六万吨钢"), encoding="utf-8")
    gone.unlink()
    (folder / "new.md").write_text(
        "Title: A Kiln\nDate: 1959-05-01\nPage: 3\n\nThe kiln of Wenbao burned for nine days.\n", encoding="utf-8"
    )
    report = run(folder, place, light)
    assert (report.added, report.updated, report.removed) == (1, 1, 1)
    assert report.embedded == 2, "one changed Chinese passage, one new English one"
    archive = Archive.open(place, embedder=light)
    assert list(archive.article_ids()).count("new") == 1
    assert gone.stem not in set(archive.article_ids())
    assert all(h.article.id != gone.stem for h in archive.search("辽宁省委在阜新召开现场会议", 50))
    assert archive.search("kiln of Wenbao", 1)[0].article.id == "new"
    assert "六万吨" in archive.search("全年增产六万吨钢", 1)[0].passage.text
    archive.close()


def test_a_bad_file_is_skipped_with_its_line_and_the_rest_goes_on(
    folder: Path, tmp_path: Path, light: HashEmbedder
) -> None:
    (folder / "bad.txt").write_bytes(b"Title: x\nDate: 1958-01-01\n\nbroken \xff\xfe\xfd text\n")
    (folder / "empty.txt").write_text("")
    report = run(folder, tmp_path / "store", light)
    assert report.articles == 5
    assert {Path(s.path).name for s in report.skipped} == {"bad.txt", "empty.txt"}
    assert all(s.reason for s in report.skipped)
    with pytest.raises(SourceError, match=r"bad\.txt"):
        run(folder, tmp_path / "strict", light, strict=True)
    assert not (tmp_path / "strict" / "CURRENT").exists()


def test_nothing_readable_leaves_the_old_index(folder: Path, tmp_path: Path, light: HashEmbedder) -> None:
    place = tmp_path / "store"
    generation = run(folder, place, light).generation
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UsageError, match="no articles"):
        run(empty, place, light)
    assert store.current(place).name == generation
    assert not list(place.glob("*.tmp"))


@pytest.mark.fault(6)
def test_where_nothing_could_be_read_everything_is_named(tmp_path: Path, light: HashEmbedder) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (folder / name).write_text("Title: T\n\nA text without a date.\n")
    with pytest.raises(SourceError) as told:
        run(folder, tmp_path / "store", light)
    assert all(f"{folder / name}: no date" in str(told.value) for name in ("a.txt", "b.txt", "c.txt"))
    assert "nothing was indexed" in str(told.value)
    for n in range(60):
        (folder / f"d{n}.txt").write_text("")
    with pytest.raises(SourceError, match=r"\.\.\. and 13 more$"):
        run(folder, tmp_path / "store", light)


@pytest.mark.fault(35)
def test_another_model_rebuilds_and_says_so(folder: Path, tmp_path: Path, light: HashEmbedder) -> None:
    place = tmp_path / "store"
    run(folder, place, light)
    newer = HashEmbedder(digest="fedcba9876543210")
    with pytest.raises(IndexMismatch, match="WENBAO_EMBEDDING_MODEL"):
        Archive.open(place, embedder=newer)
    report = run(folder, place, newer)
    assert report.rebuilt == "the model changed" and report.embedded == newer.encoded > 50
    Archive.open(place, embedder=newer).close()


@pytest.mark.fault(42)
def test_two_writers_the_second_is_told_who_holds_it(folder: Path, tmp_path: Path, light: HashEmbedder) -> None:
    place = tmp_path / "store"
    with store.writing(place), pytest.raises(IndexBusy, match=f"process {os.getpid()}"):
        other = f"from rag.index import store; from pathlib import Path\nwith store.writing(Path({str(place)!r})): pass"
        done = subprocess.run([sys.executable, "-c", other], cwd=ROOT, capture_output=True, text=True, check=False)
        assert "IndexBusy" in done.stderr
        raise IndexBusy(done.stderr)
    run(folder, place, light)


@pytest.mark.fault(29)
def test_an_interrupted_run_leaves_the_old_index_and_resumes(folder: Path, tmp_path: Path, light: HashEmbedder) -> None:
    place = tmp_path / "store"
    old = run(folder, place, light).generation
    for i in range(400):
        (folder / f"n{i}.md").write_text(
            f"Title: N{i}\nDate: 1959-05-01\nPage: 3\n\nItem {i} of the list says {i * 7}.\n"
        )
    calls = 0

    class Interrupted(HashEmbedder):
        def documents(self, texts):  # type: ignore[no-untyped-def]
            nonlocal calls
            calls += 1
            if calls == 2:
                raise KeyboardInterrupt
            return super().documents(texts)

    with pytest.raises(KeyboardInterrupt):
        run(folder, place, Interrupted())
    assert store.current(place).name == old and not list(place.glob("gen-*.tmp"))
    resumed = HashEmbedder()
    report = run(folder, place, resumed)
    assert report.articles == 405
    assert 0 < resumed.encoded < 400, "what the interrupted run had embedded is not embedded again"
    assert check.full(store.current(place)) == []


def test_a_killed_run_leaves_no_folder_that_the_next_one_builds_in(
    folder: Path, tmp_path: Path, light: HashEmbedder
) -> None:
    """Its check may outlive it and open Chroma in its folder, which makes a database there."""
    place = tmp_path / "store"
    (place / "gen-000001.tmp").mkdir(parents=True)
    fresh = store.new_generation(place)
    assert fresh.name == "gen-000002.tmp" and not (place / "gen-000001.tmp").exists()
    (place / "gen-000001.tmp" / "chroma").mkdir(parents=True)  # the outliving check
    run(folder, place, light)
    assert check.full(store.current(place)) == []


@pytest.mark.fault(29)
def test_a_torn_record_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "pending.bin"
    vectors = np.arange(12, dtype=np.float32).reshape(3, 4)
    keys = [key("m", text) for text in "abc"]
    journal = Journal(path, 4, None)
    journal.add(keys, vectors)
    journal.close()
    whole = path.read_bytes()
    for cut in (len(whole) - 1, len(whole) - 30, 20):
        path.write_bytes(whole[:cut])
        journal = Journal(path, 4, None)
        kept = cut // (len(whole) // 3)
        assert [k in journal for k in keys] == [i < kept for i in range(3)]
        journal.add(keys[kept:], vectors[kept:])
        journal.close()
        assert path.read_bytes() == whole
    path.write_bytes(whole[:-5] + b"\x00\x01\x02\x03\x04")
    assert keys[2] not in Journal(path, 4, None)


@pytest.mark.fault(32)
def test_no_index_is_said_and_nothing_is_created(tmp_path: Path, light: HashEmbedder) -> None:
    with pytest.raises(NoIndex, match="wenbao index"):
        Archive.open(tmp_path / "nowhere", embedder=light)
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.fault(34)
@pytest.mark.parametrize("pointer", ["../../etc", "gen-000099", "", "\x00", "gen-000001/../..", "x" * 10_000])
def test_a_hostile_pointer_is_refused(copied: Path, light: HashEmbedder, pointer: str) -> None:
    (copied / "CURRENT").write_text(pointer)
    with pytest.raises(IndexDamaged):
        Archive.open(copied, embedder=light)


DAMAGE = {
    "removed": lambda p: p.unlink(),
    "halved": lambda p: os.truncate(p, p.stat().st_size // 2),
    "emptied": lambda p: os.truncate(p, 0),
    "altered in one byte": lambda p: flip(p, p.stat().st_size * 2 // 3),
}


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.fault(33)
@pytest.mark.parametrize("how", DAMAGE)
def test_damage_to_any_file_is_found(made: Path, tmp_path: Path, how: str) -> None:
    generation = store.current(made)
    names = [p.relative_to(generation) for p in sorted(generation.rglob("*")) if p.is_file()]
    ours = [n for n in names if n.parts[0] != "chroma" and n.name != "manifest.json"]
    assert len(ours) >= 20
    copy = Path(shutil.copytree(generation, tmp_path / "copy"))
    for name in ours:
        DAMAGE[how](copy / name)
        found = check.full(copy)
        assert found, f"{how} {name} went unnoticed"
        shutil.copy(generation / name, copy / name)
    if how in ("removed", "emptied"):
        DAMAGE[how](copy / "chroma" / "chroma.sqlite3")
        assert "holds no vectors" in check.quick(copy)[0]
    if how != "altered in one byte":
        DAMAGE[how](copy / "manifest.json")
        assert check.quick(copy)


@pytest.mark.fault(33)
def test_lost_vectors_are_found_by_the_full_check(copied: Path) -> None:
    """Chroma itself opens such an index without an error and answers from what is left."""
    generation = store.current(copied)
    segments = [p for p in (generation / "chroma").iterdir() if p.is_dir()]
    assert segments or (generation / "chroma" / "chroma.sqlite3").is_file()
    vectors = np.load(generation / "vectors.zh.npy")
    np.save(generation / "vectors.zh.npy", vectors[:, ::-1])
    manifest = json.loads((generation / "manifest.json").read_text())
    manifest["files"]["vectors.zh.npy"]["digest"] = files.digest(generation / "vectors.zh.npy")
    (generation / "manifest.json").write_text(json.dumps(manifest))
    done = subprocess.run(
        [sys.executable, "-m", "rag.index.check", str(generation)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "vectors are in Chroma as they were given" in done.stdout


@pytest.mark.fault(44)
def test_readers_move_to_a_new_generation_by_themselves(folder: Path, tmp_path: Path, light: HashEmbedder) -> None:
    place = tmp_path / "store"
    run(folder, place, light)
    archive = Archive.open(place, embedder=light)
    before = archive.status()["generation"]
    (folder / "new.md").write_text("Title: Owls\nDate: 1959-05-01\nPage: 3\n\nOwls were counted in Anshan.\n")
    run(folder, place, light)
    assert archive.search("owls", 1)[0].article.id == "new"
    assert archive.status()["generation"] != before
    for i in range(3):
        (folder / "new.md").write_text(f"Title: Owls\nDate: 1959-05-01\nPage: 3\n\n{i} owls were counted in Anshan.\n")
        run(folder, place, light)
        assert str(i) in archive.search("owls", 1)[0].passage.text
    archive.close()
    assert len(list(place.glob("gen-*"))) == 2, "the live generation and the one before"


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs the memory map of a process, as Linux has it")
def test_mapped_files_do_not_stay_in_the_memory_of_a_process_that_searches(
    copied: Path, tmp_path: Path, light: HashEmbedder
) -> None:
    archive = Archive.open(copied, embedder=light)
    before = archive.find("钢铁产量", since=date(1957, 1, 1)).hits
    resident = re.findall(
        rf"{tmp_path}\S+?(\w+)\.zh\.npy\nSize:.*\n(?:\w+:.*\n)*?Rss:\s+(\d+)", Path("/proc/self/smaps").read_text()
    )
    assert {"vectors": "0", "passages": "0"}.items() <= dict(resident).items()
    assert archive.find("钢铁产量", since=date(1957, 1, 1)).hits == before
    archive.close()


@pytest.mark.fault(44)
def test_every_search_sees_one_generation_while_new_ones_are_made(tmp_path: Path, light: HashEmbedder) -> None:
    folder, place, made = tmp_path / "in", tmp_path / "store", 0
    folder.mkdir()

    def next_generation() -> None:
        nonlocal made
        for name, text in (
            ("a", "In Anshan the pupils of two schools say that owls were counted {} times."),
            ("b", "Miners on the night shift in Fuxin write to us: counted {} times, the owls sing."),
            ("c", "The mill at Daye has mice no more since its owls, counted {} times, came back."),
        ):
            head = f"Title: Letter {name}\nDate: 1959-05-01\n\n"
            (folder / f"{name}.md").write_text(head + text.format(made + 1) + "\n")
        run(folder, place, light)
        made += 1

    next_generation()
    archive, ended = Archive.open(place, embedder=light), threading.Event()

    def ask() -> list[int]:
        seen: list[int] = []
        while not ended.is_set():
            before = made
            hits = archive.search("owls counted", 10)
            (said,) = {int(re.findall(r"counted (\d+) times", h.passage.text)[0]) for h in hits}  # no mixture
            assert len(hits) == 3 and said >= before  # nothing stale after the switch
            seen.append(said)
        return seen

    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(ask) for _ in range(20)]
        try:
            for _ in range(2):
                next_generation()
        finally:
            ended.set()
        seen = [thread.result() for thread in asked]
    archive.close()
    assert all(said == sorted(said) for said in seen) and len({g for said in seen for g in said}) > 1


@pytest.mark.fault(33)
def test_a_check_that_is_killed_by_what_it_reads_finds_damage(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma's library ends the process over a damaged graph; a shell that ends so stands for it here."""
    (tmp_path / "python").write_text("#!/bin/sh\nkill -SEGV $$\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(IndexDamaged, match=r"gen-000001 failed its check: the check ended with -11"):
        verify(store.current(made))


@pytest.mark.fault(21)
def test_the_manifest_says_how_the_index_was_made(made: Path, light: HashEmbedder) -> None:
    manifest = json.loads((store.current(made) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"]["digest"] == light.digest and manifest["model"]["dimension"] == 64
    assert manifest["counts"]["articles"] == 5
    assert manifest["splitter"]["max_tokens"] <= light.window


@pytest.mark.fault(28)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_an_interrupted_command_says_so_and_leaves_the_index(
    folder: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    for i in range(3000):
        (folder / f"n{i}.md").write_text(f"Title: N{i}\nDate: 1959-05-01\nPage: 3\n\nItem {i} of the list.\n")
    command = [sys.executable, "-m", "ui", "index", str(folder), "--store", str(tmp_path / "store")]
    heard = partial(signal.signal, number, signal.SIG_DFL)  # whatever these tests were started under: nohup, say
    child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=heard)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "store").glob("gen-*.tmp")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    child.send_signal(number)
    _, said = child.communicate(timeout=60)
    assert child.returncode == code and "run the command again" in said and "Traceback" not in said
    assert not (tmp_path / "store" / "CURRENT").exists() and not list((tmp_path / "store").glob("gen-*.tmp"))


def edit(place: Path, **changes: Any) -> None:
    path = store.current(place) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


@pytest.mark.fault(36)
def test_an_index_of_another_version_is_left_alone_and_made_anew_when_asked(copied: Path, light: HashEmbedder) -> None:
    def files() -> dict[Path, bytes]:
        return {p: p.read_bytes() for p in copied.rglob("*") if p.is_file()}

    sound = json.loads((store.current(copied) / "manifest.json").read_text(encoding="utf-8"))
    for change in (
        {"schema": 1},
        {"schema": sound["schema"] + 1},
        {"schema": None},
        {"chromadb": "0.6.3"},
        {"chromadb": "2.0"},
    ):
        edit(copied, **{"schema": sound["schema"], "chromadb": sound["chromadb"], **change})
        before = files()
        with pytest.raises(IndexMismatch, match="Build it anew: wenbao index"):
            Archive.open(copied, embedder=light)
        with pytest.raises(IndexMismatch, match="Build it anew: wenbao index"):
            check.quick(store.current(copied))
        assert files() == before
    report = run(SEEDS, copied, light)
    assert report.rebuilt and report.changed and report.articles == 5 and light.encoded == 0
    assert {p: data for p, data in files().items() if "gen-000001" in str(p)}.items() <= before.items(), "it is kept"
    assert check.quick(store.current(copied)) == []


NAMED = {
    "type": "known",
    "name": "sentence_transformer",
    "config": {"model_name": "attacker/model", "device": "cpu", "normalize_embeddings": False,
               "kwargs": {"trust_remote_code": True}},
}  # fmt: skip


@pytest.mark.fault(37)
def test_an_index_that_names_an_embedding_function_is_refused_and_nothing_of_it_is_made(
    copied: Path, light: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.utils import embedding_functions

    built: list[object] = []
    monkeypatch.setattr(
        embedding_functions.SentenceTransformerEmbeddingFunction,
        "build_from_config",
        staticmethod(lambda config: built.append(config)),
    )
    with closing(sqlite3.connect(store.current(copied) / "chroma" / "chroma.sqlite3")) as database, database:
        planted = ('{"type":"legacy"}', json.dumps(NAMED))
        assert database.execute("UPDATE collections SET schema_str = replace(schema_str, ?, ?)", planted).rowcount == 2
    archive = Archive.open(copied, embedder=light)
    with pytest.raises(IndexDamaged, match=r"embedding function \(sentence_transformer\).*not used"):
        archive.search("ore", 3)
    archive.close()
    with pytest.raises(IndexDamaged, match="sentence_transformer"):
        check.full(store.current(copied))
    assert built == []


@pytest.mark.fault(39)
@pytest.mark.parametrize("wrong", ["nan", "inf", "zero", "long", "narrow", "few"])
def test_a_model_that_gives_no_proper_vectors_is_named_with_the_passage(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "kiln.md").write_text("Title: A Kiln\nDate: 1959-05-01\n\nThe kiln burned for nine days.\n")

    class Broken(HashEmbedder):
        def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            vectors = super().documents(texts)
            if wrong in ("narrow", "few"):
                return vectors[:, :-1] if wrong == "narrow" else vectors[:-1]
            vectors[-1] *= {"nan": np.nan, "inf": np.inf, "zero": 0, "long": 3}[wrong]
            return vectors

    said = "of shape" if wrong in ("narrow", "few") else r"not of length 1 for kiln#en0-\d+\."
    with pytest.raises(WenbaoError, match=f"{said}.*Nothing was changed"):
        run(tmp_path / "in", tmp_path / "store", Broken("broken"))
    assert not list((tmp_path / "store").glob("gen-*"))


ODD = [
    None,
    -1,
    10**30,
    "x",
    "../..",
    True,
    [],
    {},
    [{}],
    {"zh": None},
    {"zh": -1, "en": "x"},
    {"../../x": {"size": 1}},
]


@pytest.mark.fault(34)
def test_no_manifest_brings_a_traceback(copied: Path, light: HashEmbedder) -> None:
    path = store.current(copied) / "manifest.json"
    sound = json.loads(path.read_text(encoding="utf-8"))
    broken: list[str] = ["", "[]", "null", "{", '{"schema": 2}', "[" * 100_000, "\x00", '"' + "x" * 10_000_000]
    for name, value in sound.items():
        broken.append(json.dumps({k: v for k, v in sound.items() if k != name}))
        broken += [json.dumps({**sound, name: odd}) for odd in ODD]
        if isinstance(value, dict):
            broken += [json.dumps({**sound, name: {**value, inner: odd}}) for inner in value for odd in ODD]
    broken = broken[:8] + random.Random(1).sample(broken[8:], 60)
    refused = 0
    for text in broken:
        path.write_text(text)
        try:
            Archive.open(copied, embedder=light).status()
        except IndexDamaged:
            refused += 1
            assert check.quick(path.parent)
        except IndexMismatch:  # another schema, or the digest of another model
            refused += 1
    assert refused > 0.8 * len(broken)
    assert run(SEEDS, copied, light).rebuilt


@pytest.mark.fault(40)
def test_clocks_decide_nothing(copied: Path, light: HashEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(SEEDS, copied.parent / "seeds"))
    for path, when in zip(sorted(folder.iterdir()), (0, 1, 4e9, 5e9, 0), strict=False):
        os.utime(path, (when, when))
    edit(copied, made="2099-01-01T00:00:00Z", sources=[str(folder)])
    assert not run(folder, copied, light).changed, "what counts is what the files say"
    monkeypatch.setattr(time, "gmtime", lambda: time.struct_time((1970, 1, 1, 0, 0, 0, 3, 1, 0)))
    (folder / "new.md").write_text("Title: Owls\nDate: 1959-05-01\n\nOwls were counted in Anshan.\n")
    assert run(folder, copied, light).generation == "gen-000002"
    archive = Archive.open(copied, embedder=light)
    assert archive.status()["made"] == "1970-01-01T00:00:00Z" and archive.search("owls", 1)[0].article.id == "new"
    archive.close()


def test_a_search_that_chroma_answers_in_part_is_made_whole(
    made: Path, light: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With files of an index lost, Chroma counts as before and finds only its last vectors, without an error."""
    archive = Archive.open(made, embedder=light)
    before = [archive.search(question, 10) for question in ("采矿石八万吨", "ore in Jiangyou")]
    whole = vectors.VectorIndex.nearest
    monkeypatch.setattr(vectors.VectorIndex, "nearest", lambda *asked: tuple(part[-1:] for part in whole(*asked)))
    after = [archive.search(question, 10) for question in ("采矿石八万吨", "ore in Jiangyou")]
    assert [[h.passage.id for h in hits] for hits in after] == [[h.passage.id for h in hits] for hits in before]
    archive.close()


@pytest.mark.fault(10, 15)
def test_what_was_noted_of_an_article_is_told_once_a_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.embed.open_embedder", lambda *_, **__: HashEmbedder())
    folder, place = tmp_path / "in", tmp_path / "store"
    folder.mkdir()
    seed = (SEEDS / "000_0bc8a54cde6efc4b.txt").read_text(encoding="utf-8")
    for name, day in (("a", 15), ("b", 16), ("c", 14)):  # the header says the 14th
        text = seed.replace("\n1958-11-14\n第2版", f"\n1958-11-{day}\n第2版") + name
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / "hidden.txt").write_text("Title: T\nDate: 1958-11-14\n\nSt\u200be\U000e0041el was \u202emade.\n")
    told = CliRunner().invoke(index, [str(folder), "--store", str(place)], catch_exceptions=False).stderr
    differ = "the header dates differ: 1958-11-14 (line 3), 1958-11-15 (line "
    assert f"noted: {folder}/a.txt: {differ}" in told and "1958-11-14 is used (so, or alike, 2 articles)" in told
    assert f"noted: {folder}/hidden.txt: 3 hidden format characters\n" in told and "b.txt" not in told
    again = CliRunner().invoke(index, ["--store", str(place), "--json"], catch_exceptions=False)
    assert json.loads(again.stdout)["noted"] == [] and "noted" not in again.stderr


@pytest.mark.fault(15)
def test_hidden_characters_are_kept_in_the_text_and_not_searched(tmp_path: Path) -> None:
    given: list[str] = []

    class Told(HashEmbedder):
        def documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
            given.extend(texts)
            return super().documents(texts)

    body = "Ste\u200bel rails were r\u00adolled in An\u2060shan\U000e0041\ufe0f."
    (tmp_path / "x.md").write_text(f"Title: R\u200bails\nDate: 1959-05-01\n\n{body}\n", encoding="utf-8")
    run(tmp_path / "x.md", tmp_path / "store", Told())
    assert given == ["Rails\nSteel rails were rolled in Anshan."]
    archive = Archive.open(tmp_path / "store", embedder=HashEmbedder())
    (hit,) = archive.search("steel rolled in Anshan", 5)
    assert hit.passage.text == body and {"steel", "anshan"} <= {term.lower() for term in hit.terms}
    archive.close()


@pytest.mark.fault(13)
def test_a_blank_author_is_absent_and_never_written(copied: Path, light: HashEmbedder) -> None:
    archive = Archive.open(copied, embedder=light)
    articles = [archive.article(one) for one in archive.article_ids()]
    blank = [a for a in articles if a.author is None]
    assert blank and all(a.author is None or a.author.strip() for a in articles)
    answer = archive.ask("江油县八天内开采了多少矿石？")
    archive.close()
    bare = [replace(c, article=replace(c.article, author=None, column=None)) for c in answer.citations]
    assert bare and not re.search(
        r"\bNone\b|\bnull\b", "".join(write(bare) for _, _, write in references.FORMS.values())
    )


@pytest.mark.fault(22)
def test_vectors_are_stored_in_no_larger_batches_than_chroma_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

    sizes: list[int] = []
    add = Collection.add

    def counted(self: Collection, ids: list[str], embeddings: NDArray[np.float32]) -> None:
        sizes.append(len(ids))
        add(self, ids=ids, embeddings=embeddings)

    monkeypatch.setattr(Collection, "add", counted)
    random_vectors = np.random.default_rng(0).standard_normal((100, 8)).astype(np.float32)
    slots = np.arange(100, dtype=np.int32)
    np.save(tmp_path / "slots.zh.npy", slots)
    for limit, expected in ((30, [30, 30, 30, 10]), (5461, [100])):
        monkeypatch.setattr(Client, "get_max_batch_size", lambda _, most=limit: most)
        sizes.clear()
        generation = tmp_path / str(limit)
        generation.mkdir()
        np.save(generation / "slots.zh.npy", slots)
        chroma.write(generation, "zh", random_vectors, slots, prefix=None)
        assert sizes == expected
        stored = vectors.VectorIndex(generation, ["zh"], None, None)
        assert stored.stored("zh", random_vectors) == 100
        stored.close()


@pytest.mark.fault(33)
@pytest.mark.parametrize("flips", [0, 20, 2000])
def test_flipped_bytes_in_what_chroma_searches_are_found(tmp_path: Path, flips: int) -> None:
    """Chroma reads them without a word, or its library ends the process: so it is probed in another one."""
    rng = np.random.default_rng(flips)
    given = rng.standard_normal((3000, 32)).astype(np.float32)
    given /= np.linalg.norm(given, axis=1, keepdims=True)
    slots = np.arange(3000, dtype=np.int32)
    np.save(tmp_path / "vectors.zh.npy", given)
    np.save(tmp_path / "slots.zh.npy", slots)
    chroma.write(tmp_path, "zh", given, slots, prefix=None)
    (graph,) = tmp_path.glob("chroma/*/data_level0.bin")
    data = bytearray(graph.read_bytes())
    for at in rng.choice(len(data), flips, replace=False):
        data[at] ^= 0xFF
    graph.write_bytes(data)
    command = "import sys; from pathlib import Path; from rag.index.check import probe"
    command += "; sys.exit(len(probe(Path('.'), 'zh')))"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True
    )
    assert bool(done.returncode) == bool(flips), done.stderr


@pytest.mark.fault(22)
def test_one_article_of_thousands_of_paragraphs_and_many_of_one_are_all_found(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    lines = "\n\n".join(f"Item {i} of the long list says {i * 7}." for i in range(3000))
    (folder / "long.md").write_text(f"Title: A List\nDate: 1959-05-01\n\n{lines}\n", encoding="utf-8")
    for i in range(200):
        (folder / f"n{i}.md").write_text(f"Title: N\nDate: 1959-05-02\n\nNote {i} speaks of kiln {i}.\n")
    told: list[Progress] = []
    read = sources([folder], max_bytes=5_000_000)
    report = build(read, tmp_path / "store", HashEmbedder(), sources=[str(folder)], progress=told.append)
    assert report.articles == 201 and max(p.passages for p in told) == sum(report.passages.values())
    steps = [p.embedded for p in told]
    assert steps == sorted(steps) and max(b - a for a, b in itertools.pairwise(steps)) <= BATCH
    archive = Archive.open(tmp_path / "store", embedder=HashEmbedder())
    assert "Item 2987 " in archive.search("Item 2987 of the long list", 1)[0].passage.text
    assert "kiln 163." in archive.search("which note speaks of kiln 163", 1)[0].passage.text
    archive.close()
