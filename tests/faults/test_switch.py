"""The switch to a new generation, killed before each of its steps: the store answers as the old or as the new one.
And the way back."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from rag.archive import Archive
from rag.corpus import sources
from rag.errors import IndexBusy, IndexDamaged, NoIndex, UsageError
from rag.index import build as builds
from rag.index import check, store
from rag.index.build import build
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder
from ui.commands.index import rollback

PROBES = [
    "江油县采矿石八万吨", "八号平炉", "四包一交", "阜新现场会议", "合理化建议",
    "生铁日产量", "三千多吨好铁", "冶炼时间", "试验田", "煤矿工人",
    "rationalization proposals", "Fuxin on-site meeting", "open-hearth furnace", "pig iron", "tons of ore",
    "cadres and masses", "Daye steel plant", "advanced experience", "fuel", "Liaoning",
]  # fmt: skip


def run(folder: Path, place: Path) -> None:
    build(sources([folder], max_bytes=5_000_000), place, HashEmbedder(), sources=[str(folder)])


def answers(place: Path) -> list[list[tuple[str, float]]]:
    archive = Archive.open(place, embedder=HashEmbedder())
    found = [[(h.passage.id, h.score) for h in archive.search(probe, 5)] for probe in PROBES]
    archive.close()
    return found


def switched(place: Path, building: Path, at: int) -> int:
    command = [sys.executable, "-m", "tests.faults.switcher", str(place), str(building), str(at)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A store of three generations, the third built and verified but not switched to; and its articles."""
    folder, place = Path(shutil.copytree(SEEDS, tmp_path / "articles")), tmp_path / "ready"
    run(folder, place)
    for name in ("000_0bc8a54cde6efc4b.txt", "003_c17e437a9ce4a8af.txt"):
        (folder / name).unlink()
        if name.startswith("003"):
            monkeypatch.setattr(store, "commit", lambda _, building: shutil.copytree(building, place / "built"))
        run(folder, place)
    monkeypatch.undo()
    (place / "built").rename(place / "gen-000003.tmp")
    return place, folder


def steps(ready: tuple[Path, Path], tmp_path: Path, numbers: range) -> int:
    """Kill the switch at each step of `numbers` until it is no longer reached; returns how many kills there were."""
    prepared, folder = ready
    old, new = answers(prepared), None
    for killed, at in enumerate(numbers):
        place = Path(shutil.copytree(prepared, tmp_path / f"at{at}"))
        code = switched(place, place / "gen-000003.tmp", at)
        assert code in (0, -signal.SIGKILL)
        name = store.current(place).name
        if name == "gen-000003":
            new = new or answers(place)
        assert answers(place) == (new if name == "gen-000003" else old), f"step {at}"
        if code == 0:
            assert name == "gen-000003" and len(store.generations(place)) == 2
            assert killed, "the first step is beyond the end"
            return killed
        if at % 10 == 5:  # the next run finishes what was left
            run(folder, place)
            new = new or answers(place)
            assert answers(place) == new and not list(place.glob("*.tmp")) and len(store.generations(place)) <= 2
        shutil.rmtree(place)
    return len(numbers)


@pytest.mark.fault(26)
def test_killed_at_its_last_steps(ready: tuple[Path, Path], tmp_path: Path) -> None:
    """From the rename of the new generation on: the steps after those that only sync files of the folder aside."""
    synced = sum(1 for _ in (ready[0] / "gen-000003.tmp").rglob("*")) + 1
    assert steps(ready, tmp_path, range(synced, synced + 100)) >= 6


@pytest.mark.fault(26)
@pytest.mark.slow
def test_killed_at_every_step(ready: tuple[Path, Path], tmp_path: Path) -> None:
    assert steps(ready, tmp_path, range(1, 1000)) > 30


@pytest.mark.fault(24, 26)
def test_the_first_switch_killed_at_each_of_its_last_steps(ready: tuple[Path, Path], tmp_path: Path) -> None:
    building = ready[0] / "gen-000003.tmp"
    synced = sum(1 for _ in building.rglob("*")) + 1
    for at in range(synced, synced + 8):
        place = tmp_path / f"first{at}"
        place.mkdir()
        shutil.copytree(building, place / building.name)
        code = switched(place, place / building.name, at)
        try:
            assert store.current(place).name == "gen-000003" and answers(place)
        except NoIndex:
            assert code == -signal.SIGKILL


@pytest.mark.fault(41)
def test_one_can_go_back_to_the_index_before_the_last_run(tmp_path: Path) -> None:
    folder, place = Path(shutil.copytree(SEEDS, tmp_path / "articles")), tmp_path / "store"
    nowhere = CliRunner().invoke(rollback, ["--store", str(place)]).exception
    assert isinstance(nowhere, NoIndex) and not place.exists()
    run(folder, place)
    before = answers(place)
    with pytest.raises(NoIndex, match="no generation before gen-000001.*nothing was changed"):
        builds.roll_back(place)
    reading = Archive.open(place, embedder=HashEmbedder())
    for path in sorted(folder.glob("*.txt"))[1:]:  # a bad build: all articles but one are gone
        path.unlink()
    run(folder, place)
    assert answers(place) != before and reading.status()["articles"] == 1

    done = CliRunner().invoke(rollback, ["--store", str(place), "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code, told["generation"], told["articles"]) == (0, "gen-000001", 5)
    assert answers(place) == before and check.full(store.current(place)) == []
    assert reading.status()["articles"] == 5, "an open reader goes back too"
    reading.close()
    with pytest.raises(NoIndex, match="no generation before gen-000001"):
        builds.roll_back(place)

    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError):
        run(tmp_path / "empty", place)  # a run that fails does not free the number of what was gone back from
    shutil.copytree(SEEDS, folder, dirs_exist_ok=True)  # what was wrong is put right
    (folder / "new.md").write_text("Title: A Kiln\nDate: 1959-05-01\n\nThe kiln of Wenbao burned for nine days.\n")
    model = HashEmbedder()
    report = build(sources([folder], max_bytes=5_000_000), place, model, sources=[str(folder)])
    assert (report.generation, report.added, report.removed, model.encoded) == ("gen-000003", 1, 0, 1)
    assert [g.name for g in store.generations(place)] == ["gen-000001", "gen-000003"]
    assert builds.roll_back(place).name == "gen-000001" and answers(place) == before


@pytest.mark.fault(41)
def test_going_back_needs_a_sound_generation_and_the_lock(ready: tuple[Path, Path]) -> None:
    place, _ = ready
    new = answers(place)
    with store.writing(place), pytest.raises(IndexBusy, match="another index run"):
        builds.roll_back(place)
    for name in ("vectors.zh.npy", "keyword.en/vocabulary.npy", "manifest.json", "articles.sqlite"):
        kept = place / "gen-000001" / name
        data = kept.read_bytes()
        kept.write_bytes(data[: len(data) // 2])
        with pytest.raises(IndexDamaged, match="cannot go back, and nothing was changed"):
            builds.roll_back(place)
        kept.write_bytes(data)
    assert store.current(place).name == "gen-000002" and answers(place) == new
    (place / "CURRENT").write_text("gibberish")  # of a damaged pointer, one goes to the newest there is
    assert builds.roll_back(place).name == "gen-000002" and answers(place) == new
