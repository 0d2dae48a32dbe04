"""A second archive, written for these tests: the Lake Town Evening News, an invented newspaper of 1934 to 1936."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rag import archive as archives
from rag import embed
from rag.archive import Archive
from tests.fakes import HashEmbedder, WordReader
from ui.cli import cli

LAKE = Path(__file__).parent / "lake"
LAKE_TOWN = ["--paper", "Lake Town Evening News", "--paper-zh", "湖镇晚报"]
Run = Callable[..., Result]


@pytest.fixture(scope="package")
def run() -> Iterator[Run]:
    """Runs `wenbao` in this process, with the light model and reader."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embed, "open_embedder", lambda *_, **__: HashEmbedder())
        patch.setattr(archives, "open_embedder", lambda *_, **__: HashEmbedder())
        patch.setattr(archives, "ShippedReader", WordReader)
        for name in ("WENBAO_STORE", "WENBAO_PAPER", "WENBAO_PAPER_ZH"):
            patch.delenv(name, raising=False)

        def wenbao(*arguments: object, store: Path, code: int = 0) -> Result:
            done = CliRunner().invoke(cli, [*map(str, arguments), "--store", str(store)])
            raised = done.exception if not isinstance(done.exception, SystemExit) else None
            got = getattr(raised, "exit_code", done.exit_code)
            assert got == code, (done.output, raised)
            return done

        yield wenbao


@pytest.fixture(scope="package")
def lake_store(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the second archive alone."""
    store = tmp_path_factory.mktemp("lake") / "store"
    said = run("index", LAKE, *LAKE_TOWN, store=store).output
    assert "newspaper: Lake Town Evening News 湖镇晚报, 8 articles" in said
    return store


@pytest.fixture(scope="package")
def lake(run: Run, lake_store: Path) -> Iterator[Archive]:
    """It, opened."""
    opened = Archive.open(lake_store)
    yield opened
    opened.close()
