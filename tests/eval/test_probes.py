"""Probes must change one thing for the worse, and drafts must be refused until a person has accepted them."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.run.evaluate import evaluate
from eval.sets.drafts import drafts
from eval.sets.load import load
from eval.sets.probes import KINDS, probes
from eval.sets.questions import Question, QuestionSet, Source
from eval.sets.verify import verify
from eval.sets.writing import written
from rag.archive import Archive
from rag.errors import UsageError
from tests.eval.fake import FakeArchive, article, seed_archive

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"


def of(
    zh: str, en: str, body_zh: str = "一九五八年，鞍山八号炉八天内采矿。", body_en: str = "Anshan in 1958, eight days."
) -> dict[str, Question]:
    question = Question("q", {"zh": zh, "en": en}, answers={"en": ("x",)}, sources=(Source("a"),))
    made = probes(QuestionSet("s", (question,)), FakeArchive([article("a", zh=body_zh, en=body_en)]))
    return {one.id: one for one in made.questions}


def test_each_kind_of_probe_changes_both_wordings_alike() -> None:
    made = of("1958年鞍山八天内采了多少矿石？", "How much ore did Anshan mine within eight days in 1958?")
    assert made["q-year"].ask == {
        "zh": "1960年鞍山八天内采了多少矿石？",
        "en": "How much ore did Anshan mine within eight days in 1960?",
    }
    assert made["q-digit"].ask["zh"] == "1958年鞍山九天内采了多少矿石？"
    assert made["q-digit"].ask["en"] == "How much ore did Anshan mine within nine days in 1958?"
    assert made["q-moved"].ask["zh"].startswith("1966年鞍山") and "in 1966?" in made["q-moved"].ask["en"]
    zh, en = made["q-place"].ask["zh"], made["q-place"].ask["en"]
    assert "鞍山" not in zh and "Anshan" not in en
    assert (zh, en) == ("1958年大冶八天内采了多少矿石？", "How much ore did Daye mine within eight days in 1958?")
    for kind in KINDS:
        probe = made[f"q-{kind}"]
        assert not probe.answerable and probe.tags == (f"probe:{kind}",) and "from q:" in probe.note
        assert probe.grades == {"a": 0} and not probe.answers


def test_a_probe_never_says_what_the_article_says() -> None:
    made = of(
        "八天内？1958年？", "Within eight days, 1958?", "1958年、1960年、1956年，九天内", "1958, 1960, 1956, nine days"
    )
    assert made["q-year"].ask["zh"] == "八天内？1961年？"
    assert "q-digit" not in made or made["q-digit"].ask != {"zh": "九天内？1958年？"}


def test_a_question_without_a_year_is_moved_and_keeps_its_names() -> None:
    made = of("谁去了？", "Jiangyou mined how much?")
    assert made["q-moved"].ask == {"zh": "1966年，谁去了？", "en": "In 1966, Jiangyou mined how much?"}
    assert of("谁？", "How much was it?")["q-moved"].ask["en"] == "In 1966, how much was it?"
    assert set(made) == {"q-place", "q-moved"}


def test_the_probes_of_the_shipped_set_run_and_are_shown_apart(tmp_path: Path) -> None:
    made = probes(load(SEEDS), seed_archive())
    assert len(made.questions) > 100
    path = tmp_path / "probes.yaml"
    path.write_text(written(made, ".yaml"), encoding="utf-8")
    result = evaluate(path, seed_archive(), out=tmp_path / "run", limit=60)
    assert result.summary["counts"]["unanswerable"] == result.summary["counts"]["asked"]
    report = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert "## By probe" in report and "| moved |" in report
    with pytest.raises(UsageError, match="no question in it can be probed"):
        probes(made, seed_archive())


def test_drafts_are_sound_gold_and_refused_until_accepted(archive: Archive, tmp_path: Path) -> None:
    made = drafts(archive, most=20, each=6)
    assert len(made.questions) == 20 and all(q.draft for q in made.questions)
    assert verify(made, archive).faults == ()
    for question in made.questions:
        for lang in ("zh", "en"):
            assert question.answers[lang][0] in question.sources[0].quotes[lang][0]
            assert question.answers[lang][0] not in question.ask[lang]
    path = tmp_path / "drafts.yaml"
    path.write_text(written(made, ".yaml"), encoding="utf-8")
    with pytest.raises(UsageError, match="20 questions are drafts") as told:
        evaluate(path, archive, out=tmp_path / "run")
    assert "drafts.yaml:" in str(told.value) and not (tmp_path / "run").exists()
    path.write_text(
        path.read_text(encoding="utf-8").replace("    draft: true\n", "").replace("  draft: true\n", ""),
        encoding="utf-8",
    )
    assert evaluate(path, archive, out=tmp_path / "run", limit=2, search_only=True).summary["counts"]["asked"] == 4
    with pytest.raises(UsageError):
        drafts(archive, ["nowhere"])
