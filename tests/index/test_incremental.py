"""A generation made from the last one is the generation that would have been made from nothing."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.index import check, chroma, store, writer
from rag.index.build import build
from rag.index.report import Report
from tests.conftest import SEEDS
from tests.fakes import HashEmbedder

PROBES = ["江油县采矿石八万吨", "rationalization proposals", "四包一交", "Item 17 says 119", "the kiln of Wenbao"]


def run(folder: Path, place: Path, model: HashEmbedder, **options: Any) -> Report:
    return build(sources([folder], max_bytes=5_000_000), place, model, sources=[str(folder)], **options)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = Path(shutil.copytree(SEEDS, tmp_path / "articles"))
    for i in range(60):
        write(target / f"n{i:03}.md", f"Item {i} says {i * 7}.")
    return target


def write(path: Path, text: str) -> None:
    path.write_text(f"Title: N\nDate: 1959-05-01\nPage: 3\n\n{text}\n", encoding="utf-8")


def found(place: Path) -> list[list[tuple[str, float]]]:
    archive = Archive.open(place, embedder=HashEmbedder())
    hits = [[(h.passage.id, h.score) for h in archive.search(probe, 10)] for probe in PROBES]
    archive.close()
    return hits


def assert_same(place: Path, fresh: Path) -> None:
    made, expected = store.current(place), store.current(fresh)
    for file in sorted(expected.glob("keyword.*/*")):
        assert (made / file.relative_to(expected)).read_bytes() == file.read_bytes(), file
    for name in ("passages", "vectors", "keys"):
        for lang in ("zh", "en"):
            left, right = np.load(made / f"{name}.{lang}.npy"), np.load(expected / f"{name}.{lang}.npy")
            assert left.shape == right.shape and left.tobytes() == right.tobytes(), f"{name}.{lang}"
    assert check.full(made) == []
    assert found(place) == found(fresh)


@pytest.mark.fault(23)
def test_random_changes_give_what_a_build_from_nothing_gives(folder: Path, tmp_path: Path) -> None:
    place, dice = tmp_path / "store", random.Random(7)
    run(folder, place, HashEmbedder())
    for step in range(3):
        names = sorted(folder.glob("n*.md"))
        for name in dice.sample(names, 2):
            name.unlink()
        for name in dice.sample(sorted(folder.glob("n*.md")), 2):
            write(name, f"Changed in step {step}, {dice.random()}.")
        write(folder / f"n{dice.randrange(1000):03}x.md", f"The kiln of Wenbao burned {step} days.")
        if step == 1:
            (folder / "002_5addbdbbd7c0e56c.txt").unlink()
        model = HashEmbedder()
        report = run(folder, place, model)
        assert report.embedded == model.encoded <= 3
        run(folder, tmp_path / f"fresh{step}", HashEmbedder())
        assert_same(place, tmp_path / f"fresh{step}")


def test_a_new_first_article_moves_every_row(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "store"
    run(folder, place, HashEmbedder())
    before = {lang: np.load(store.current(place) / f"slots.{lang}.npy") for lang in ("zh", "en")}
    write(folder / "000.md", "It comes before all the others.")
    true, searched = writer.passage_keywords, list[str]()
    monkeypatch.setattr(writer, "passage_keywords", lambda head, text: (searched.append(text), true(head, text))[1])
    report = run(folder, place, HashEmbedder())
    assert searched == ["It comes before all the others."], "the words of the others are taken over"
    after = np.load(store.current(place) / "slots.en.npy")
    assert report.added == report.embedded == 1
    assert after[1:].tolist() == before["en"].tolist() and after[0] == len(before["en"])
    run(folder, tmp_path / "fresh", HashEmbedder())
    assert_same(place, tmp_path / "fresh")


def test_only_changes_are_stored_in_chroma(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "store"
    run(folder, place, HashEmbedder())
    stored: list[int] = []
    add = chroma._add
    monkeypatch.setattr(chroma, "_add", lambda *args: (stored.append(len(args[-1])), add(*args))[-1])
    write(folder / "n007.md", "Another text.")
    run(folder, place, HashEmbedder())
    assert sum(stored) == 1
    for path in sorted(folder.glob("*.txt"))[:4]:
        path.unlink()
    stored.clear()
    run(folder, place, HashEmbedder())
    assert sum(stored) == sum(store.read_manifest(store.current(place))["counts"]["passages"].values()), "all afresh"
    assert check.full(store.current(place)) == []


@pytest.mark.fault(33)
@pytest.mark.parametrize("lost", ["chroma", "keyword.zh", "passages.zh.npy", "vectors.en.npy"])
def test_a_damaged_index_is_mended_by_the_next_run(folder: Path, tmp_path: Path, lost: str) -> None:
    place = tmp_path / "store"
    run(folder, place, HashEmbedder())
    expected, path = found(place), store.current(place) / lost
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    model = HashEmbedder()
    report = run(folder, place, model)
    assert report.rebuilt and report.changed
    assert found(place) == expected and check.full(store.current(place)) == []
    assert model.encoded < 50 or lost == "vectors.en.npy", "vectors that are still there are not made again"


def test_a_moved_folder_is_remembered(folder: Path, tmp_path: Path) -> None:
    place, moved = tmp_path / "store", tmp_path / "moved"
    run(folder, place, HashEmbedder())
    folder.rename(moved)
    model = HashEmbedder()
    report = run(moved, place, model)
    assert (report.added, report.updated, report.removed, model.encoded) == (0, 0, 0, 0)
    assert store.read_manifest(store.current(place))["sources"] == [str(moved)]


@pytest.mark.fault(29)
def test_a_new_splitter_or_model_is_resumed_too(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "store"
    run(folder, place, HashEmbedder())
    monkeypatch.setattr("rag.split.VERSION", 99)
    model = HashEmbedder()
    report = run(folder, place, model)
    assert report.rebuilt == "the splitter changed" and model.encoded == 0, "the same passages need no new vectors"

    class Killed(HashEmbedder):
        def documents(self, texts):  # type: ignore[no-untyped-def]
            if self.encoded:
                raise KeyboardInterrupt
            return super().documents(texts)

    for i in range(400):
        write(folder / f"m{i:03}.md", f"More {i}.")
    with pytest.raises(KeyboardInterrupt):
        run(folder, place, Killed(digest="f" * 16))
    newer = HashEmbedder(digest="f" * 16)
    report = run(folder, place, newer)
    assert report.rebuilt == "the model changed" and 0 < newer.encoded < 400
