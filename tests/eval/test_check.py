"""`wenbao eval check`: every fault of a set with its line, without asking anything; and `eval SET` still runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.sets.check import check
from tests.eval.fake import FakeArchive, article, seed_archive
from ui.commands.evaluate import evaluate

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"
FAULTY = """\
set: faulty
questions:
  - id: a
    ask: {en: "How much ore?"}
    answer: {en: [much]}
    sources:
      - article: 000_0bc8a54cde6efc4b
        quote:
          zh: 采矿石八万吨
          en: ninety tons of ore
      - article: nowhere
        quote: {zh: 无}
  - id: a
    ask: {en: "How much coal?"}
    colour: red
    kind: unanswerable
  - id: c
    ask: {zh: 采了多少？}
    answer: {zh: [多]}
    sources:
      - article: 000_0bc8a54cde6efc4b
        quote:
          zh: 采矿石九万吨
"""


def test_the_shipped_set_is_sound() -> None:
    found = check(SEEDS, seed_archive())
    assert found.sound and found.questions >= 150 and found.articles == 5 and found.quotations > 200


def test_every_fault_is_listed_with_its_line_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "faulty.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    archive = seed_archive()
    found = check(path, archive)
    assert not found.sound and archive.asked == []
    lines = [int(fault.split(":")[1]) for fault in found.faults]
    assert lines == [10, 13, 15, 23]
    assert 'quotation "ninety tons of ore" is not in the English of 000_0bc8a54cde6efc4b' in found.faults[0]
    assert 'id "a" was used on line 3' in found.faults[1]
    assert 'unknown field "colour"' in found.faults[2]
    assert "采矿石九万吨" in found.faults[3]
    assert found.missing == ("faulty.yaml:11: the article nowhere is not in the archive",)


@pytest.mark.fault(87)
def test_a_set_inside_the_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path = path.with_suffix(".jsonl")
    path.write_text('{"id": "q", "ask": {"en": "Who spoke of melons?"}, "kind": "unanswerable"}\n')
    leak = article("a", en="Who spoke of melons?")
    archive = FakeArchive([type(leak)(**{**{f: getattr(leak, f) for f in leak.__slots__}, "source": path.name})])
    assert "the archive holds this file itself" in check(path, archive).warnings[0]


def test_what_is_no_sub_command_is_a_set_to_run() -> None:
    for arguments in (["run", "no-such.yaml"], ["no-such.yaml"], ["--search-only", "no-such.yaml"], ["./check"]):
        done = CliRunner().invoke(evaluate, [*arguments, "--store", "no-such-store"])
        assert type(done.exception).__name__ in ("UsageError", "NoIndex"), done.output
    listed = CliRunner().invoke(evaluate, ["--help"]).output
    assert "check" in listed and "run" in listed
