"""Several at once, cases 42 to 45."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.errors import IndexBusy
from rag.index import check, store
from rag.index.build import build
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder, WordReader
from tests.faults.conftest import Command

HOLDER = """
import sys, time, pathlib
from rag.index import store
with store.writing(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.mark.fault(42, 43)
def test_the_lock_of_a_killed_run_is_free_at_once(tmp_path: Path, wenbao: Command) -> None:
    place = tmp_path / "store"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(place)], cwd=ROOT, stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout and holder.stdout.readline() == b"held\n"
            for command in (["index", SEEDS], ["rollback"]):
                code, out, err = wenbao(*command, "--store", place)
                assert (code, out) == ((6, "") if command[0] == "index" else (4, ""))
            code, _, err = wenbao("index", SEEDS, "--store", place)
            assert code == 6 and f"process {holder.pid} on " in err and ", since 20" in err and "Wait for it" in err
        finally:
            holder.send_signal(signal.SIGKILL)
    assert json.loads((place / ".lock.json").read_text())["pid"] == holder.pid, "its note is still there"
    code, _, err = wenbao("index", SEEDS, "--store", place)
    assert code == 0, err
    assert check.quick(store.current(place)) == [] and not (place / ".lock.json").exists()


@pytest.mark.fault(43)
@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}', "\udcff\udcfe", "x" * 100_000])
def test_a_damaged_note_of_the_lock_hinders_nobody(tmp_path: Path, note: str) -> None:
    with store.writing(tmp_path):
        (tmp_path / ".lock.json").write_bytes(os.fsencode(note))
        with pytest.raises(IndexBusy, match="another index run"), store.writing(tmp_path):
            pass
    with store.writing(tmp_path):
        pass


@pytest.mark.fault(44)
def test_answers_during_rebuilds_and_ways_back_are_of_one_generation(tmp_path: Path) -> None:
    """20 readers ask while generations are made, gone back from and removed; what they cite is all of one."""
    folder, place = tmp_path / "in", tmp_path / "store"
    folder.mkdir()

    def make(number: int) -> None:
        for name, text in (
            ("a", "In Anshan the pupils of two schools helped, and the dyke was raised by {} feet."),
            ("b", "Miners on the night shift in Fuxin write to us that a dyke was raised by {} feet."),
            ("c", "The mill at Daye is dry again since its old dyke was raised by {} feet."),
        ):
            text = text.format(number)
            (folder / f"{name}.md").write_text(f"Title: Dyke {name}\nDate: 1959-05-01\n\n{text}\n")
        build(sources([folder], max_bytes=10_000), place, HashEmbedder(), sources=[str(folder)])

    make(10)
    archive, ended = Archive.open(place, embedder=HashEmbedder(), reader=WordReader()), False

    def ask() -> int:
        asked = 0
        while not ended or not asked:
            hits = archive.ask("By how many feet was the dyke raised?").hits
            told = {hit.passage.text.split(" by ")[1] for hit in hits}
            assert len(hits) == 3 and len(told) == 1, told
            asked += 1
        return asked

    from rag.index.build import roll_back

    with ThreadPoolExecutor(20) as pool:
        asking = [pool.submit(ask) for _ in range(20)]
        try:
            for number in (11, 12):
                make(number)
            roll_back(place)
            assert "11 feet" in str(archive.search("dyke", 1)[0].passage.text), "the switch is noticed at once"
        finally:
            ended = True
        assert all(one.result() for one in asking)
    archive.close()


@pytest.mark.fault(45)
def test_a_locked_database_is_told_with_its_exit_code(graph_store: Path, tmp_path: Path, wenbao: Command) -> None:
    place = Path(shutil.copytree(graph_store, tmp_path / "store"))
    path = store.current(place) / "chroma" / "chroma.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        code, out, err = wenbao("search", "kiln ore", "--store", place)
        assert (code, out) == (6, "") and "another program has locked" in err and str(path) in err
        assert wenbao("check", "--store", place)[0] == 0, "it is not called damaged"
        assert time.monotonic() - started < 60, "it hung"
        held.execute("ROLLBACK")
    assert wenbao("search", "kiln ore", "--store", place)[0] == 0


@pytest.mark.fault(45)
def test_many_threads_share_one_open_index(graph_store: Path) -> None:
    archive = Archive.open(graph_store, embedder=HashEmbedder(), reader=WordReader())
    questions = [f"Item {i} says {i * 7}" for i in range(0, 1000, 125)]
    alone = [[hit.passage.id for hit in archive.search(question, 5)] for question in questions]
    with ThreadPoolExecutor(32) as pool:
        together = list(pool.map(lambda question: [h.passage.id for h in archive.search(question, 5)], questions * 12))
    archive.close()
    assert together == alone * 12
