"""What the tests of faults share: the command in this process, and an index large enough for Chroma to write graphs."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from rag import archive as archives
from rag import embed
from rag.corpus import sources
from rag.index.build import build
from tests.conftest import SEEDS
from tests.fakes import HashEmbedder, WordReader
from ui import cli

Command = Callable[..., tuple[int, str, str]]
WORDS = ("kiln", "ore", "pig", "iron", "wheat", "dam", "owl", "school", "bridge", "mill", "night", "shift", "salt")


@pytest.fixture
def wenbao(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Command:
    """The command with the light model, in this process, in an empty folder: its exit code, stdout and stderr."""
    for module in (embed, archives):
        monkeypatch.setattr(module, "open_embedder", lambda *_, **__: HashEmbedder())
    monkeypatch.setattr(archives, "ShippedReader", WordReader)
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            cli.main([os.fspath(argument) for argument in arguments])
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="session")
def graph_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that no test may change, of so many passages in one language that Chroma writes its graph to the disk."""
    place, dice = tmp_path_factory.mktemp("graph"), random.Random(1)
    with (place / "a.jsonl").open("w", encoding="utf-8") as file:
        for i in range(1010):
            text = f"Item {i}: {' '.join(dice.choices(WORDS, k=8))} says {i * 7}."
            file.write(json.dumps({"id": f"n{i}", "lang": "en", "text": text, "date": "1959-05-01"}) + "\n")
    build(sources([place / "a.jsonl"], max_bytes=10**6), place / "store", HashEmbedder(), sources=[])
    return place / "store"


@pytest.fixture(scope="session")
def seeds_light(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the seeds, made with the light model, that no test may change."""
    place = tmp_path_factory.mktemp("seeds-light") / "store"
    build(sources([SEEDS], max_bytes=5_000_000), place, HashEmbedder(), sources=[str(SEEDS)])
    return place
