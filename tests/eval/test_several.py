"""Several sets in one call: a run each, one table, nothing asked before all are sound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eval.run.evaluate import evaluate
from eval.run.folder import read_run
from eval.run.several import evaluate_several
from rag.errors import UsageError
from tests.eval.fake import FakeArchive, seed_archive
from ui.commands import evaluate as commands

JIANGYOU = "000_0bc8a54cde6efc4b"
ORE = {
    "id": "ore",
    "ask": {"zh": "江油采矿石多少？"},
    "answer": {"zh": ["八万吨"]},
    "sources": [{"article": JIANGYOU, "quote": {"zh": ["采矿石八万吨"]}}],
}
MISSED = {**ORE, "id": "no", "ask": {"en": "Quux frobnicate?"}}
MOON = {"id": "moon", "ask": {"en": "Xanadu zeppelin?"}, "kind": "unanswerable"}


@pytest.fixture
def months(tmp_path: Path) -> list[Path]:
    made = {"1957-01": [ORE, MOON], "1957-02": [ORE, MISSED], "二月": [MOON]}
    for name, questions in made.items():
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in questions)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return [tmp_path / f"{name}.jsonl" for name in made]


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeArchive]:
    made = seed_archive(threshold=0.2)
    monkeypatch.setattr(commands, "open_archive", lambda store: made)
    yield made


def called(*arguments: Any) -> Result:
    return CliRunner().invoke(commands.evaluate, [str(one) for one in arguments])


def test_every_set_has_its_run_and_the_table_the_mean_and_the_worst(
    months: list[Path], archive: FakeArchive, tmp_path: Path
) -> None:
    done = called(*months, "--out", tmp_path / "runs")
    assert done.exit_code == 0, done.output
    values = {}
    for path in months:
        run = read_run(tmp_path / "runs" / path.stem)
        alone = evaluate(path, archive, out=tmp_path / "alone" / path.stem)
        assert run.summary["metrics"] == alone.summary["metrics"]
        values[path.stem] = run.summary["metrics"].get("false_refusal_rate", {}).get("all")
    assert values == {"1957-01": 0.0, "1957-02": 0.5, "二月": None}
    lines = done.stdout.splitlines()
    assert lines[0].startswith("3 sets, 5 questions asked")
    head, row = (
        next(line.split() for line in lines if line.split()[:1] == [name]) for name in ("mean", "false_refusal_rate")
    )
    assert head == ["mean", "worst", "in", "1957-01", "1957-02", "二月"]
    assert row == ["false_refusal_rate", "0.250", "0.500", "1957-02", "0.000", "0.500", "-"]
    row = next(line.split() for line in lines if line.startswith("first_quote "))
    assert row[1:4] == ["0.750", "0.500", "1957-02"]  # of what is better higher, the lowest is the worst
    for name in ("hit@3", "answer_in_text", "false_answer_rate", "short_f1", "ece"):
        assert any(line.startswith(name) for line in lines), name


def test_the_table_as_json(months: list[Path], archive: FakeArchive, tmp_path: Path) -> None:
    document = json.loads(called(*months, "--out", tmp_path / "runs", "--json").stdout)
    assert list(document["sets"]) == ["1957-01", "1957-02", "二月"]
    assert document["mean"]["false_refusal_rate"] == 0.25
    assert document["worst"]["false_refusal_rate"] == {"value": 0.5, "set": "1957-02"}
    assert document["sets"]["二月"]["folder"].endswith("二月") and document["sets"]["二月"]["counts"]["asked"] == 1


def test_one_set_is_run_as_ever(months: list[Path], archive: FakeArchive, tmp_path: Path) -> None:
    done = called(months[0], "--out", tmp_path / "one")
    assert done.exit_code == 0 and (tmp_path / "one" / "summary.json").exists()
    assert done.stdout.startswith("1957-01: 2 questions, 2 asked (1 zh, 1 en), 1 of them unanswerable")
    assert json.loads(called(months[0], "--out", tmp_path / "one", "--json").stdout)["folder"] == str(tmp_path / "one")
    assert called().exit_code == 2


def test_the_faults_of_all_sets_are_told_before_anything_is_asked(
    months: list[Path], archive: FakeArchive, tmp_path: Path
) -> None:
    months[1].write_text(json.dumps({**ORE, "kind": "facts"}), encoding="utf-8")
    months[2].write_text(json.dumps({**MOON, "draft": True}), encoding="utf-8")
    with pytest.raises(UsageError) as told:
        evaluate_several(months, lambda path: archive, out=tmp_path / "runs")
    assert "1957-02.jsonl:1" in str(told.value) and "二月.jsonl:1" in str(told.value)
    assert archive.asked == [] and not (tmp_path / "runs").exists()


def test_two_sets_of_one_name_and_a_run_in_the_way(months: list[Path], archive: FakeArchive, tmp_path: Path) -> None:
    other = tmp_path / "b" / "1957-01.yaml"
    other.parent.mkdir()
    other.write_text("questions: []\n")
    with pytest.raises(UsageError, match="are both called 1957-01"):
        evaluate_several([months[0], other], lambda path: archive)
    evaluate(months[0], archive, out=tmp_path / "run")
    with pytest.raises(UsageError, match="holds a run of one set"):
        evaluate_several(months, lambda path: archive, out=tmp_path / "run")


def test_floors_hold_for_every_set_and_all_are_run(months: list[Path], archive: FakeArchive, tmp_path: Path) -> None:
    several = evaluate_several(
        months, lambda path: archive, out=tmp_path / "runs", minimums=["false_refusal_rate=0.1"], limit=2
    )
    assert [line.split(" is ")[0] for line in several.missed[:1]] == ["1957-02: false_refusal_rate"]
    assert all((tmp_path / "runs" / path.stem / "summary.json").exists() for path in months)
    done = called(*months, "--out", tmp_path / "runs", "--limit", "2", "--min", "false_refusal_rate=0.1")
    assert done.exit_code != 0 and "false_refusal_rate" in done.stdout
    with pytest.raises(UsageError, match="--min"):
        evaluate_several(months, lambda path: archive, minimums=["nothing=1"])


def test_each_set_is_compared_with_its_own_earlier_run(
    months: list[Path], archive: FakeArchive, tmp_path: Path
) -> None:
    evaluate_several(months[:2], lambda path: archive, out=tmp_path / "before")
    mute = seed_archive(threshold=2.0)
    evaluate_several(months[:2], lambda path: mute, out=tmp_path / "after", baseline=tmp_path / "before")
    for path in months[:2]:
        report = (tmp_path / "after" / path.stem / "report.md").read_text(encoding="utf-8")
        assert "## Comparison" in report and "wrongly refused" in report.split("## Comparison")[1]
    with pytest.raises(UsageError, match="not a run folder"):
        evaluate_several(months, lambda path: archive, out=tmp_path / "more", baseline=tmp_path / "before")
    assert not (tmp_path / "more").exists()


def test_a_call_that_was_broken_off_is_taken_up(months: list[Path], archive: FakeArchive, tmp_path: Path) -> None:
    evaluate_several(months[:1], lambda path: archive, out=tmp_path / "runs")
    archive.asked.clear()
    evaluate_several(months, lambda path: archive, out=tmp_path / "runs")
    assert len(archive.asked) == 3
