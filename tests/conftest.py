"""What the tests share: the seeds, an index over them made with the real model, and a light one for speed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

# Before torch is loaded here or in any process started from here: more threads than cores cost more than they bring,
# and as many workers run as there are cores.
os.environ |= {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}

from rag import archive as archives
from rag import embed
from rag.archive import Archive
from rag.corpus import sources
from rag.datatypes import Article
from rag.embed import Embedder
from rag.errors import IndexDamaged
from rag.index import build as builds
from rag.index import check
from rag.index.build import build
from rag.index.server import Server
from rag.reader.reader import ShippedReader
from rag.reader.remembering import Remembering
from tests.fakes import HashEmbedder

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"

# how many inputs are made up for a test: `pytest -m fuzz --hypothesis-profile=soak` tries many more
settings.register_profile("commit", max_examples=200, deadline=None)
settings.register_profile("soak", max_examples=10_000, deadline=None)
settings.load_profile("commit")


TOGETHER = ("browser", "papers")
"""Folders whose tests share what is dear to begin with: one worker runs them all."""
FIRST = ("browser", "tests/test_readme.py", "tests/faults/test_kill.py", "tests/index/test_build.py")
"""What takes longest is begun with, so that no worker is left with it at the end."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file, or of a folder of `TOGETHER`, are one group, which one worker runs (`--dist loadgroup`)."""
    groups = {}
    for item in items:
        folder = item.path.parent.name
        groups[item] = folder if folder in TOGETHER else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(groups[item]))
    items.sort(key=lambda item: FIRST.index(groups[item]) if groups[item] in FIRST else len(FIRST))


@pytest.fixture(scope="session", autouse=True)
def _own_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is left in the folder for temporary files is of this worker. (A short path: sockets lie in it too.)"""
    tmp_path_factory.getbasetemp()  # pytest's own stays where it is
    place = tempfile.mkdtemp(prefix="tests-")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", place)
        patch.setattr(tempfile, "tempdir", place)
        yield
    shutil.rmtree(place, ignore_errors=True)


def read(*paths: Path) -> list[Article]:
    """The articles of files or folders; fails on the first that cannot be read."""
    found = list(sources(list(paths), max_bytes=5_000_000))
    errors = [item for item in found if not isinstance(item, Article)]
    assert not errors, errors
    return [item for item in found if isinstance(item, Article)]


def shared(*parts: str) -> Path:
    """A path of the data that lies beside a developer's checkout; skips the test where there is none."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs ../shared/{'/'.join(parts)}, which is not here")
    return path


@contextmanager
def archive_of(records: Sequence[Mapping[str, object]], place: Path) -> Iterator[Archive]:
    """An archive over JSON Lines records, indexed in the folder `place` with the light model."""
    file = place / "a.jsonl"
    file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in records), encoding="utf-8")
    build(sources([file], max_bytes=100_000), place / "store", HashEmbedder(), sources=[])
    opened = Archive.open(place / "store", embedder=HashEmbedder())
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture(scope="session")
def articles() -> list[Article]:
    return read(SEEDS)


@pytest.fixture(scope="session", autouse=True)
def _models_loaded_once() -> Iterator[None]:
    """Every archive opened here has the same models, and no page is read twice with one question.

    The names as the tests of the models import them are the true ones.
    """
    reader, true = Remembering(ShippedReader(), most=1_000_000), embed.open_embedder

    @cache
    def once(model: str | None, dtype: str, offline: bool) -> Embedder:
        return true(model, dtype, offline=offline)

    def opened(model: str | None = None, dtype: str = "auto", *, offline: bool = False) -> Embedder:
        return once(model, dtype, offline)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(archives, "ShippedReader", lambda: reader)
        for module in (embed, archives):
            patch.setattr(module, "open_embedder", opened)
        yield


@pytest.fixture(scope="session")
def embedder(_models_loaded_once: None) -> Embedder:
    return embed.open_embedder()


@pytest.fixture(scope="session")
def seeds_store(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """The index of the seeds, made with the model a user gets."""
    store = tmp_path_factory.mktemp("seeds-store")
    build(sources([SEEDS], max_bytes=5_000_000), store, embedder, sources=[str(SEEDS)])
    return store


@pytest.fixture(scope="session")
def archive(seeds_store: Path, embedder: Embedder) -> Iterator[Archive]:
    opened = Archive.open(seeds_store, embedder=embedder)
    yield opened
    opened.close()


@pytest.fixture
def light() -> HashEmbedder:
    """A model that needs no weights, for tests of everything around it."""
    return HashEmbedder()


@contextmanager
def checking_here() -> Iterator[Callable[..., None]]:
    """New generations are checked in this process: starting one for each costs more than all the rest of a build.

    The value is the check that users get, in a process of its own.
    """

    def here(generation: Path, server: Server | None = None, *, new: bool = False) -> None:
        if faults := check.full(generation, server, widen=new):
            raise IndexDamaged(str(faults))

    apart = builds.verify
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builds, "verify", here)
        yield apart


@pytest.fixture(scope="session", autouse=True)
def verified_here() -> Iterator[Callable[..., None]]:
    """All tests check new generations so, but for those that ask for `checked_apart`."""
    with checking_here() as apart:
        yield apart


@pytest.fixture
def checked_apart(verified_here: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """New generations are checked in a process of their own, as a user's are."""
    monkeypatch.setattr(builds, "verify", verified_here)
