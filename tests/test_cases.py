"""What people judged, as a question set that the evaluation takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.run.evaluate import evaluate
from eval.sets.load import load
from rag.archive import Archive
from rag.datatypes import Span, Turn
from rag.errors import ResourceError, UsageError
from ui import cases

ORE = "How much ore was mined in Jiangyou within eight days?"


def test_judged_answers_become_a_set_that_can_be_run(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "new" / "asked.yaml"
    ore, carmen = archive.ask(ORE), archive.ask("Who wrote: the opera #Carmen?")
    fuel = archive.ask("And how much fuel?", history=[Turn(ORE, ore.text)])
    cited = [(c.article.id, Span(q.lang, q.start, q.end)) for c in ore.citations for q in c.quotes]
    assert cases.candidates(ore, archive)[: len(cited)] == cited
    names = [
        cases.save(path, cases.case(ore, (), cited, archive)),
        cases.save(path, cases.case(ore, (), cited, archive)),
        cases.save(path, cases.case(carmen, (), (), archive)),
        cases.save(path, cases.case(fuel, [(ORE, ore.text)], cited, archive)),
    ]
    assert len(set(names)) == 4
    first, _, refused, follow_up = load(path).questions
    assert first.sources[0].quotes["zh"][0].startswith("八天内")
    assert "80,000 tons of ore" in first.sources[0].quotes["en"][0]
    assert not refused.answerable and refused.ask["en"] == "Who wrote: the opera #Carmen?"
    assert follow_up.history[0].question == ORE
    summary = evaluate(path, archive, out=tmp_path / "run").summary
    assert summary["counts"]["questions"] == 4
    assert summary["metrics"]["hit@3"]["all"] == 1.0


def test_a_wrong_place_or_file_saves_nothing(archive: Archive, tmp_path: Path) -> None:
    ore = archive.ask(ORE)
    with pytest.raises(UsageError, match="no sentence"):
        cases.case(ore, (), [(ore.citations[0].article.id, Span("zh", 10**6, 10**6 + 9))], archive)
    other = tmp_path / "notes.yaml"
    other.write_text("- a list", encoding="utf-8")
    made = cases.case(ore, (), (), archive)
    with pytest.raises(UsageError, match="no question set"):
        cases.save(other, made)
    assert other.read_text(encoding="utf-8") == "- a list"
    with pytest.raises(ResourceError, match="WENBAO_CASES"):
        cases.save(tmp_path / "notes.yaml" / "below.yaml", made)
