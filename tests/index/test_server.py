"""Vectors on a Chroma server: a real one, started on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.errors import IndexDamaged, IndexMismatch, ResourceError, UsageError
from rag.index import check, store, vectors
from rag.index import chroma as stored
from rag.index.build import build, roll_back, verify
from rag.index.report import Report
from rag.index.server import Server, server
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder
from tests.ports import free_port

QUESTION = "rationalization proposals"


class Chroma:
    """`chroma run` in a process of its own; can be stopped and started again on the same port and data."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.folder, self.url = folder, f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        chroma = Path(sys.executable).with_name("chroma")
        command = [chroma, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("chroma run did not open its port")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=30)


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    running = Chroma(tmp_path_factory.mktemp("server"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "articles"))


def run(folder: Path, place: Path, where: Server | None, model: HashEmbedder | None = None, **options: Any) -> Report:
    read = sources([folder], max_bytes=5_000_000)
    return build(read, place, model or HashEmbedder(), sources=[str(folder)], server=where, **options)


def found(place: Path, where: Server | None) -> list[tuple[str, float]]:
    archive = Archive(place, HashEmbedder(), where)
    hits = [(h.passage.id, h.score) for h in archive.search(QUESTION, 10)]
    archive.close()
    return hits


def collections(where: Server, place: Path) -> set[str]:
    """Names of a store's collections."""
    import chromadb

    client = chromadb.HttpClient(where.host, where.port)
    mine = store.read_manifest(store.current(place))["collections"]
    return {c.name for c in client.list_collections() if c.name.startswith(mine)}


def test_the_life_of_an_index_with_its_vectors_on_a_server(chroma: Chroma, folder: Path, tmp_path: Path) -> None:
    place, local, where = tmp_path / "store", tmp_path / "local", server(chroma.url)
    assert where
    run(folder, local, None)
    run(folder, place, where)
    generation = store.current(place)
    assert not (generation / "chroma").exists() and found(place, where) == found(local, None)
    verify(generation, where)

    again = run(folder, place, where)
    assert not again.changed and store.current(place) == generation

    reading = Archive(place, HashEmbedder(), where)
    assert reading.search(QUESTION, 3)
    for i in range(2):  # new generations; the reader goes along, and those before the last are dropped
        (folder / "new.md").write_text(f"Title: Owls\nDate: 1959-05-01\nPage: 3\n\n{i} owls were counted in Anshan.\n")
        model = HashEmbedder()
        run(folder, place, where, model)
        assert model.encoded == 1
        assert str(i) in reading.search("owls counted", 1)[0].passage.text
    reading.close()
    kept = [g.name for g in store.generations(place)]
    assert kept == ["gen-000002", "gen-000003"]
    assert {name.split("-", 2)[2].rsplit("-", 1)[0] for name in collections(where, place)} == set(kept)
    with pytest.raises(IndexMismatch, match="nothing was changed.*WENBAO_CHROMA_URL"):
        roll_back(place)
    assert roll_back(place, where).name == "gen-000002" and found(place, where)

    chroma.stop()
    with pytest.raises(ResourceError, match="chroma run --host 127.0.0.1"):
        found(place, where)
    before = store.current(place)
    (folder / "new.md").write_text("Title: Owls\nDate: 1959-05-01\nPage: 3\n\nNo owls at all.\n")
    with pytest.raises(ResourceError, match="does not answer"):
        run(folder, place, where)
    assert store.current(place) == before and not list(place.glob("*.tmp"))
    chroma.start()
    assert found(place, where)
    assert run(folder, place, where).embedded == 1
    assert [g.name for g in store.generations(place)] == ["gen-000002", "gen-000004"]
    assert {name.split("-", 2)[2].rsplit("-", 1)[0] for name in collections(where, place)} == {
        "gen-000002",
        "gen-000004",
    }


@pytest.mark.slow
def test_two_stores_share_a_server(chroma: Chroma, folder: Path, tmp_path: Path) -> None:
    where = server(chroma.url)
    assert where
    run(folder, tmp_path / "a", where)
    run(folder, tmp_path / "b", where)
    for name in ("000_0bc8a54cde6efc4b.txt", "001_83cb44dda1b502d0.txt", "002_5addbdbbd7c0e56c.txt"):
        (folder / name).unlink()
        run(folder, tmp_path / "b", where)
    assert check.full(store.current(tmp_path / "a"), where) == [] == check.full(store.current(tmp_path / "b"), where)


def test_vectors_move_to_a_server_and_back_without_being_made_again(
    chroma: Chroma, folder: Path, tmp_path: Path
) -> None:
    place, where = tmp_path / "store", server(chroma.url)
    run(folder, place, None)
    expected = found(place, None)
    model = HashEmbedder()
    assert run(folder, place, where, model).changed
    assert found(place, where) == expected
    with pytest.raises(IndexMismatch, match="WENBAO_CHROMA_URL"):
        found(place, None)
    assert run(folder, place, None, model).changed
    assert found(place, None) == expected and model.encoded == 0


@pytest.mark.usefixtures("checked_apart")
def test_vectors_lost_on_the_server_are_stored_again(chroma: Chroma, folder: Path, tmp_path: Path) -> None:
    import chromadb

    place, where = tmp_path / "store", server(chroma.url)
    assert where
    run(folder, place, where)
    client = chromadb.HttpClient(where.host, where.port)
    for name in collections(where, place):
        client.delete_collection(name)
    with pytest.raises(IndexDamaged, match="wenbao index"):
        found(place, where)
    model = HashEmbedder()
    assert run(folder, place, where, model).rebuilt == "the index was damaged" and model.encoded == 0
    assert found(place, where)


def test_a_wider_search_takes_effect_on_a_server_that_has_loaded_the_collection(
    chroma: Chroma, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(stored.CONFIGURATION, "hnsw", {"space": "cosine", "ef_search": 10, "max_neighbors": 8})
    where, random = server(chroma.url), np.random.default_rng(0).standard_normal((1000, 64)).astype(np.float32)
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    slots = np.arange(len(random), dtype=np.int32)
    np.save(tmp_path / "vectors.zh.npy", random)
    np.save(tmp_path / "slots.zh.npy", slots)
    stored.write(tmp_path, "zh", random, slots, server=where, prefix="narrow")
    assert "below .99" in " ".join(check.probe(tmp_path, "zh", where, "narrow"))
    assert check.probe(tmp_path, "zh", where, "narrow", widen=True) == []
    searched = vectors.VectorIndex(tmp_path, ["zh"], where, "narrow")
    rows, similarities = searched.nearest("zh", random[7], 3)
    searched.close()
    assert rows[0] == 7 and len(rows) == len(similarities) == 3


def test_the_command_says_that_the_server_is_down(folder: Path, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = subprocess.run(
        [sys.executable, "-m", "ui", "index", str(folder), "--store", str(tmp_path / "store")],
        cwd=ROOT,
        env={**os.environ, "WENBAO_CHROMA_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ResourceError.exit_code
    assert f"the Chroma server {url} (WENBAO_CHROMA_URL) does not answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:9000"])
def test_a_server_on_this_machine_needs_no_token(url: str) -> None:
    assert server(url)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8000",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:0",
        "http://127.0.0.1:70000",
        "http://127.0.0.1/api",
        "http://me:secret@127.0.0.1",
        "http://chroma.example.org:8000",
        "https://chroma.example.org",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(UsageError, match="WENBAO_CHROMA_URL"):
        server(url)


@pytest.mark.fault(93)
def test_beyond_this_machine_https_and_a_token_are_needed() -> None:
    with pytest.raises(UsageError):
        server("http://chroma.example.org", "secret")
    where = server("https://chroma.example.org", "secret")
    assert where and where.port == 443 and "secret" not in repr(where)
