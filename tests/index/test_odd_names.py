"""Files, folders and stores whose names are no text: as arguments, in the store, in what is told, and run again."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from rag import archive as archives
from rag import embed
from rag.archive import Archive
from rag.index import check, store
from tests.conftest import SEEDS
from tests.fakes import HashEmbedder
from ui import cli

PAPER = "报纸"
NAMES = [PAPER.encode("gbk"), b"\xff\xfe", "報紙".encode("big5"), "día".encode("latin-1"), PAPER.encode(), b"a\nb"]


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (embed, archives):
        monkeypatch.setattr(module, "open_embedder", lambda *_, **__: HashEmbedder())


def named(folder: Path, name: bytes) -> Path:
    path = Path(os.fsdecode(os.path.join(os.fsencode(folder), name)))
    try:
        path.mkdir()
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    return path


def wenbao(*arguments: str | Path) -> int:
    try:
        cli.main([os.fspath(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@pytest.mark.fault(16, 20)
@pytest.mark.parametrize("name", NAMES)
def test_a_folder_and_a_store_of_any_name_are_indexed_described_and_indexed_again(
    tmp_path: Path, name: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = named(tmp_path, name)
    shutil.copy(next(SEEDS.glob("000*")), folder)
    place = Path(os.fsdecode(os.fsencode(tmp_path / "store-") + name))
    assert wenbao("index", folder, "--store", place) == 0
    assert place.is_dir() and store.read_manifest(store.current(place))["sources"] == [str(folder)]
    assert check.full(store.current(place)) == []
    assert "1 articles (1 new" in capsys.readouterr().err

    assert wenbao("status", "--store", place) == 0
    told = capsys.readouterr().out
    told.encode("utf-8")
    assert "source     " in told
    assert wenbao("status", "--json", "--store", place) == 0
    assert len(json.loads(capsys.readouterr().out)["sources"]) == 1

    assert wenbao("index", "--store", place) == 0  # those of the last run
    assert "up to date, 1 articles" in capsys.readouterr().err
    shutil.copy(next(SEEDS.glob("001*")), folder)
    assert wenbao("index", "--store", place) == 0
    assert "2 articles (1 new" in capsys.readouterr().err
    archive = Archive.open(place, embedder=HashEmbedder())
    assert archive.search("江油县采矿石八万吨", 1)[0].article.id.startswith("000")
    archive.close()
    assert wenbao("rollback", "--store", place) == 0
    assert not list(Path(tempfile.gettempdir()).glob("wenbao-*/chroma"))


def test_the_index_of_the_folder_one_stands_in_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = named(tmp_path, NAMES[0])
    shutil.copy(next(SEEDS.glob("000*")), folder)
    monkeypatch.chdir(folder)
    assert wenbao("index", ".", "--store", tmp_path / "store") == 0
    assert wenbao("status", "--store", tmp_path / "store") == 0
    assert "\\udcb1\\udca8" in capsys.readouterr().out


def test_a_name_that_is_not_there_is_told_and_nothing_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = os.fsdecode(os.fsencode(tmp_path / "gone-") + NAMES[0])
    assert wenbao("index", gone, "--store", tmp_path / "store") == 2
    assert "\\udcb1" in capsys.readouterr().err and not (tmp_path / "store").exists()


def test_a_file_of_any_name_is_an_article_and_a_chinese_name_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = named(tmp_path, b"in")
    texts = {
        "人民日报1958年3月2日第四版.txt".encode("gbk"): "Title: A School\n\nNinety pupils came.\n",
        b"\xff\xfe1958-03-03.txt": "Title: A Bridge\n\nThe bridge opened.\n",
        "1958-03-04_día.txt".encode("latin-1"): "The mill spins.\n",
    }
    for name, text in texts.items():
        Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_text(text)
    assert wenbao("index", folder, "--store", tmp_path / "store") == 0
    archive = Archive.open(tmp_path / "store", embedder=HashEmbedder())
    found = {name: archive.article(name) for name in archive.article_ids()}
    archive.close()
    assert {(a.issued, a.page) for a in found.values()} == {
        ("1958-03-02", 4),
        ("1958-03-03", None),
        ("1958-03-04", None),
    }
    assert "人民日报1958年3月2日第四版" in found
    for article in found.values():
        article.id.encode("utf-8")
        article.source.encode("utf-8")
    capsys.readouterr()


@pytest.mark.fault(16)
@pytest.mark.parametrize("command", [["search"], ["ask"], ["show"]])
def test_a_question_that_is_no_text_is_no_crash(
    tmp_path: Path, command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "store"
    assert wenbao("index", SEEDS, "--store", place) == 0
    assert wenbao(*command, os.fsdecode(b"\xb1\xa8 ore"), "--store", place) == (2 if command == ["show"] else 0)
    assert "Traceback" not in capsys.readouterr().err
