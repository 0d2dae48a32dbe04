"""Edited articles must be false in just what the set forbids to say, in both languages, and readable as articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.run.evaluate import evaluate
from eval.sets.load import load
from eval.sets.plant import plant
from eval.sets.questions import Question, QuestionSet, Source
from rag.corpus import sources
from rag.datatypes import Article
from rag.errors import UsageError
from tests.eval.fake import FakeArchive, seed_archive

SET = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"


def test_the_edited_articles_differ_in_the_forbidden_figures_alone(tmp_path: Path) -> None:
    archive = seed_archive()
    asked, edited = plant(load(SET), archive, tmp_path / "planted")
    made = load(tmp_path / "planted" / "set.yaml")
    assert asked == len(made.questions) >= 15 and edited == 5
    copies = {a.id: a for a in sources([tmp_path / "planted" / "articles"], max_bytes=10**6) if isinstance(a, Article)}
    assert set(copies) == {f"{name}-planted" for name in archive.articles}
    for question in made.questions:
        assert len(question.must_not_say) == 2
        true = archive.articles[question.sources[0].article]
        copy = copies[f"{true.id}-planted"]
        assert (copy.date, copy.page, copy.titles) == (true.date, true.page, true.titles)
        for falsehood in question.must_not_say:
            lang = "en" if falsehood.isascii() else "zh"
            assert falsehood in copy.bodies[lang] and falsehood not in true.bodies[lang]
            assert falsehood not in question.references
    quoted = {q.id: q.must_not_say for q in made.questions}
    assert quoted["jy-01"] == ("四千多吨", "more than four thousand tons")
    # an answer that the archive's translation gets wrong is in no quotation, so it is left alone
    assert "ag-02" not in quoted


def test_a_falsehood_that_is_repeated_is_counted(tmp_path: Path) -> None:
    archive = seed_archive(0.2)
    plant(load(SET), archive, tmp_path / "planted")
    false = [a for a in sources([tmp_path / "planted" / "articles"], max_bytes=10**6) if isinstance(a, Article)]
    rates = [
        evaluate(
            tmp_path / "planted" / "set.yaml", FakeArchive(held, 0.2), out=tmp_path / name, references=False, limit=8
        ).summary["metrics"]["falsehood_rate"]["all"]
        for name, held in (("true", [*archive.articles.values()]), ("both", [*false, *archive.articles.values()]))
    ]
    assert rates[0] == 0.0
    assert rates[1] > 0.0  # of two equal passages this archive gives the edited one first


def test_a_set_without_figures_is_refused_and_a_folder_is_never_overwritten(tmp_path: Path) -> None:
    plain = Question("q", {"zh": "谁？"}, answers={"zh": ("王家扬",)}, sources=(Source("004_d6f0426a5ff31012"),))
    with pytest.raises(UsageError, match="figure"):
        plant(QuestionSet("s", (plain,)), seed_archive(), tmp_path / "new")
    assert not (tmp_path / "new").exists()
    with pytest.raises(UsageError, match="there already"):
        plant(load(SET), seed_archive(), tmp_path)
