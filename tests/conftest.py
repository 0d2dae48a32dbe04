"""What the tests share: the seeds, an index over them made with the real model, and a light one for speed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.datatypes import Article
from rag.embed import Embedder, open_embedder
from rag.errors import IndexDamaged
from rag.index import build as builds
from rag.index import check
from rag.index.build import build
from rag.index.server import Server
from tests.fakes import HashEmbedder

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
SHARED = ROOT.parent / "shared"


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


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return open_embedder()


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
def checking_here() -> Iterator[None]:
    """New generations are checked in this process: starting one for each costs more than all the rest of a build."""

    def verify(generation: Path, server: Server | None = None, *, new: bool = False) -> None:
        if faults := check.full(generation, server, widen=new):
            raise IndexDamaged(str(faults))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builds, "verify", verify)
        yield


@pytest.fixture
def checked_here() -> Iterator[None]:
    """As `checking_here`."""
    with checking_here():
        yield
