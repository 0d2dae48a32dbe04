"""Runs: what is in the folder, that it is the same every time, taken up after a break, and honest about failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from eval.run import uncertainty
from eval.run.evaluate import BelowFloor, evaluate
from eval.run.folder import read_run
from rag.datatypes import Answer, Citation, Hit, Quote, Sentence
from rag.errors import IndexDamaged, ResourceError, UsageError
from tests.eval.conftest import FEW
from tests.eval.fake import FakeArchive, article, seed_archive

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"
JIANGYOU = "000_0bc8a54cde6efc4b"

SET = f"""\
set: small
questions:
  - id: iron
    ask:
      zh: 江油县的生铁日产量达到多少？
      en: How much pig iron did Jiangyou make daily?
    answer: {{zh: [三千多吨], en: [three thousand tons]}}
    sources:
      - article: {JIANGYOU}
        quote:
          zh: 生铁日产量由代表会议前的数十吨，在一周内一跃而产三千多吨好铁
          en: Daily pig iron production jumped from dozens of tons
  - id: moon
    ask:
      en: Xanadu zeppelin?
    kind: unanswerable
  - id: ore
    follow_up_of: iron
    ask:
      zh: 江油采矿石多少？
      en: How much ore was mined?
    answer: {{zh: [八万吨], en: ["80,000 tons"]}}
    sources: [{{article: {JIANGYOU}, quote: {{zh: 采矿石八万吨}}}}]
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SET, encoding="utf-8")
    return path


def rows(folder: Path) -> dict[str, Any]:
    return {row["case"]: row for row in read_run(folder).rows}


def without_times(folder: Path) -> dict[str, str]:
    """The bytes of a run, but for what is a time and for the folder's own name."""
    texts = {}
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            value = json.loads(text)
            value.pop("timing", None), value.pop("timing_ms", None)
            text = json.dumps(value)
        elif path.name == "per_question.jsonl":
            text = json.dumps([json.loads(line) | {"took_ms": 0} for line in text.splitlines()])
        elif path.name == "report.html":
            text = "\n".join(
                line for line in text.splitlines() if "Time per question" not in line and "started" not in line
            )
        texts[path.name] = text
    return texts


def test_a_run_folder_holds_what_the_contract_says(small: Path, tmp_path: Path) -> None:
    result = evaluate(small, seed_archive(threshold=0.2), out=tmp_path / "run")
    assert result.folder == tmp_path / "run"
    assert {p.name for p in result.folder.iterdir()} == {
        "manifest.json",
        "run.trec",
        "answers.jsonl",
        "per_question.jsonl",
        "summary.json",
        "report.md",
        "report.html",
        "passages.jsonl",
        *(f"run.{name}.trec" for name in ("keyword", "dense", "zh", "en")),
    }
    assert json.loads((result.folder / "summary.json").read_text()) == result.summary
    entry = result.summary["metrics"]["hit@3"]
    assert entry["all"] == entry["zh"] == entry["en"] == 1.0
    assert entry["ci"] == [1.0, 1.0]
    assert result.summary["counts"]["asked"] == 5
    assert result.summary["timing_ms"]["p50"] <= result.summary["timing_ms"]["p95"]
    assert result.summary["metrics"]["citation_validity"]["all"] == 1.0
    assert result.summary["metrics"]["exact_quotes"]["all"] == 1.0
    for name in ("hit@3", "citation_validity", "false_answer_rate"):
        assert name in result.text
    run = list(ir_measures.read_trec_run(str(result.folder / "run.trec")))
    assert {one.query_id for one in run} <= {"iron@zh", "iron@en", "moon", "ore@zh", "ore@en"}
    assert next(one for one in run if one.query_id == "iron@zh").doc_id == JIANGYOU
    answers = [json.loads(line) for line in (result.folder / "answers.jsonl").read_text().splitlines()]
    assert [a["metadata"]["narrative_id"] for a in answers] == ["iron@zh", "iron@en", "moon", "ore@zh", "ore@en"]
    assert answers[0]["references"] == [JIANGYOU]
    assert answers[0]["answer"][0]["citations"] == [0]
    assert "[1]" not in answers[0]["answer"][0]["text"]
    assert answers[2]["answer"] == []


@pytest.mark.fault(84)
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        evaluate(SEEDS, seed_archive(), out=tmp_path / name, limit=30)
    one, two = without_times(tmp_path / "one"), without_times(tmp_path / "two")
    assert one == two
    assert len(one["run.trec"]) > 1000


class Tired(FakeArchive):
    """Breaks off after `left` questions."""

    def __init__(self, left: int, how: BaseException) -> None:
        super().__init__(list(seed_archive().articles.values()))
        self.left, self.how = left, how

    def search(self, question: str, k: int = 10, **more: Any) -> list[Hit]:
        if k > 10 and more.get("channel") == "fused":
            self.left -= 1
            if self.left < 0:
                raise self.how
        return super().search(question, k, **more)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the first questions that nothing interrupted."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uncertainty, "RESAMPLES", FEW)
        evaluate(SEEDS, seed_archive(), out=folder, limit=20)
    return folder


@pytest.mark.fault(82)
@pytest.mark.parametrize("how", [KeyboardInterrupt(), IndexDamaged("the index broke")])
@pytest.mark.parametrize("torn", [b"", b'{"case":"iron', b'{"case":"iron@zh"}\n'])
def test_an_interrupted_run_is_taken_up_and_ends_the_same(
    whole: Path, tmp_path: Path, how: BaseException, torn: bytes
) -> None:
    broken = tmp_path / "broken"
    with pytest.raises(type(how)):
        evaluate(SEEDS, Tired(15, how), out=broken, limit=20)
    with pytest.raises(UsageError, match="was not finished"):
        read_run(broken)
    with (broken / "per_question.jsonl").open("ab") as file:
        file.write(torn)
    archive = seed_archive()
    evaluate(SEEDS, archive, out=broken, limit=20)
    total = len(read_run(whole).rows)
    assert len(archive.asked) == total - 15
    assert without_times(broken) == without_times(whole)


def test_a_finished_run_is_reported_again_without_asking(small: Path, tmp_path: Path) -> None:
    evaluate(small, seed_archive(), out=tmp_path / "run")
    before = without_times(tmp_path / "run")
    archive = seed_archive()
    evaluate(small, archive, out=tmp_path / "run")
    assert archive.asked == []
    assert without_times(tmp_path / "run") == before


@pytest.mark.fault(83)
def test_another_run_or_other_files_are_never_overwritten(small: Path, tmp_path: Path) -> None:
    evaluate(small, seed_archive(), out=tmp_path / "run")
    before = without_times(tmp_path / "run")
    with pytest.raises(UsageError, match=r"holds another run \(mode, references differ\)"):
        evaluate(small, seed_archive(), out=tmp_path / "run", search_only=True)
    small.write_text(SET.replace("达到多少", "有多少"), encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds another run \(set differ\)"):
        evaluate(small, seed_archive(), out=tmp_path / "run")
    assert without_times(tmp_path / "run") == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(UsageError, match="not empty"):
        evaluate(small, seed_archive(), out=tmp_path / "mine")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.fault(83)
def test_a_folder_that_cannot_be_written_is_told_before_anything_is_asked(small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    archive = seed_archive()
    with pytest.raises(ResourceError):
        evaluate(small, archive, out=tmp_path / "file" / "run")
    assert archive.asked == []


def test_a_question_that_fails_counts_as_wrong_and_the_rest_goes_on(small: Path, tmp_path: Path) -> None:
    archive = seed_archive()
    archive.fail_on = {
        "江油县的生铁日产量达到多少？": RuntimeError("pipe\nburst"),
        "Xanadu zeppelin?": UsageError("too short"),
    }
    result = evaluate(small, archive, out=tmp_path / "run")
    got = rows(tmp_path / "run")
    assert got["iron@zh"]["error"] == "RuntimeError: pipe burst"
    assert got["iron@zh"]["stage"] == got["moon"]["stage"] == "failed"
    assert got["iron@en"]["stage"] != "failed"
    for name in ("ndcg@10", "hit@3", "quote_hit@3", "answer_in_text", "f1", "citation_validity", "source_f1", "joint"):
        assert got["iron@zh"]["metrics"][name] == 0.0
        assert name in got["iron@en"]["metrics"]
    assert got["iron@zh"]["metrics"]["false_refusal_rate"] == 1.0
    assert got["moon"]["metrics"]["false_answer_rate"] == 1.0
    assert got["iron@en"]["metrics"]["same_articles"] == 0.0
    assert result.summary["counts"]["failed"] == 2
    assert result.summary["metrics"]["hit@3"]["n"] == 4
    assert result.summary["metrics"]["hit@3"]["zh"] == 0.5
    assert "2 of 5 questions failed" in result.text
    of_one = {"own_language@10", "squad_em", "squad_f1", "cmrc_em", "cmrc_f1"}  # of one language, or of what was found
    assert set(got["iron@zh"]["metrics"]) - of_one == set(got["iron@en"]["metrics"]) - of_one
    assert got["iron@zh"]["metrics"]["cmrc_f1"] == 0.0


def test_a_follow_up_carries_the_question_before_it_and_the_answer_it_got(small: Path, tmp_path: Path) -> None:
    archive = seed_archive()
    evaluate(small, archive, out=tmp_path / "run")
    asked = dict(archive.asked)
    (turn,) = asked["江油采矿石多少？"]
    assert turn.question == "江油县的生铁日产量达到多少？"
    assert turn.answer == rows(tmp_path / "run")["iron@zh"]["answer"]["text"]
    (turn,) = asked["How much ore was mined?"]
    assert turn.question == "How much pig iron did Jiangyou make daily?"
    assert asked["Xanadu zeppelin?"] == ()


def test_search_only_asks_nothing_and_measures_retrieval_alone(small: Path, tmp_path: Path) -> None:
    archive = seed_archive()
    result = evaluate(small, archive, out=tmp_path / "run", search_only=True)
    assert archive.asked == []
    assert (tmp_path / "run" / "answers.jsonl").read_text() == ""
    assert set(result.summary["metrics"]) == {
        "ndcg@10", "r@5", "r@10", "r@100", "rr@10", "success@1", "hit@3", "judged@10",
        "quote_hit@1", "quote_hit@3", "quote_hit@10", "own_language@10",
        "same_first_article", "same_first_paragraph",
    }  # fmt: skip


@pytest.mark.fault(80)
def test_gold_that_the_archive_lacks_is_told_and_set_apart(small: Path, tmp_path: Path) -> None:
    small.write_text(
        SET
        + "  - id: gone\n    ask: {zh: 问}\n    answer: {zh: 答}\n    sources: [{article: gone, quote: {zh: 答}}]\n",
        encoding="utf-8",
    )
    result = evaluate(small, seed_archive(), out=tmp_path / "run")
    assert result.summary["counts"]["apart"] == 1
    assert rows(tmp_path / "run")["gone"]["metrics"] == {}
    assert result.summary["metrics"]["hit@3"]["n"] == 4
    assert "1 gold articles are not in the archive (gone)" in result.text
    archive = FakeArchive([article("other", zh="别的")])
    with pytest.raises(UsageError, match="none of the 2 articles it rests on"):
        evaluate(small, archive, out=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_wrong_quotation_stops_the_run_before_anything_is_asked(small: Path, tmp_path: Path) -> None:
    small.write_text(SET.replace("采矿石八万吨", "采矿石九万吨"), encoding="utf-8")
    archive = seed_archive()
    with pytest.raises(UsageError, match=r'small\.yaml:\d+: the quotation "采矿石九万吨" is not in the Chinese'):
        evaluate(small, archive, out=tmp_path / "run")
    assert archive.asked == []
    assert not (tmp_path / "run").exists()


@pytest.mark.fault(81)
@pytest.mark.parametrize("text", ["questions: []\n", "questions:\n  - {id: a, ask: {en: Why}, kind: unanswerable}\n"])
def test_no_question_and_one_question(tmp_path: Path, text: str) -> None:
    path = tmp_path / "few.yaml"
    path.write_text(text)
    result = evaluate(path, seed_archive(), out=tmp_path / "run")
    assert result.summary["counts"]["asked"] == (0 if "[]" in text else 1)
    for entry in result.summary["metrics"].values():
        assert entry["ci"] is None
    if "[]" not in text:
        assert "no interval" in result.text


@pytest.mark.fault(87)
def test_a_set_that_was_indexed_is_warned_of(small: Path, tmp_path: Path) -> None:
    leak = article("leak", zh="江油县的生铁日产量达到多少？三千多吨")
    archive = FakeArchive([*seed_archive().articles.values(), leak])
    archive.articles["leak"] = type(leak)(**{**{f: getattr(leak, f) for f in leak.__slots__}, "source": "small.yaml"})
    assert "holds the question set itself" in evaluate(small, archive, out=tmp_path / "run").text


@pytest.mark.fault(85)
@pytest.mark.parametrize(
    ("floor", "reason"),
    [
        ("hit@3=0.5", None),
        ("HIT@3=1", None),
        ("hit@3=1.1", "hit@3 is 1.0000, below the limit of 1.1"),
        ("hit@3.en=1.5", "hit@3.en is 1.0000, below the limit of 1.5"),
        ("false_answer_rate=0", None),
        ("false_answer_rate=-0.5", "false_answer_rate is 0.0000, above the limit of -0.5"),
        ("nuggets_vital=0", "nuggets_vital was not measured by this run"),
    ],
)
def test_floors(small: Path, tmp_path: Path, floor: str, reason: str | None) -> None:
    run: Callable[[], Any] = lambda: evaluate(small, seed_archive(), out=tmp_path / "run", minimums=[floor])  # noqa: E731
    if reason is None:
        run()
        return
    with pytest.raises(BelowFloor) as missed:
        run()
    assert str(missed.value).startswith(reason)
    assert missed.value.exit_code == 10
    assert missed.value.result.summary["counts"]["asked"] == 5
    assert (tmp_path / "run" / "report.html").exists()


@pytest.mark.parametrize(
    "floor", ["hit@3", "hit@3=", "hit@3=high", "hit@3=nan", "precision=1", "hit@3.fr=1", "answer_chars=5"]
)
def test_a_faulty_floor_is_told_before_anything_is_asked(small: Path, tmp_path: Path, floor: str) -> None:
    archive = seed_archive()
    with pytest.raises(UsageError, match="--min"):
        evaluate(small, archive, out=tmp_path / "run", minimums=[floor])
    assert archive.asked == []
    assert not (tmp_path / "run").exists()


class Inventing(FakeArchive):
    """Answers everything with a quotation that its article does not hold."""

    def ask(self, question: str, **more: Any) -> Answer:
        hit = self.search(question)[:1] or [Hit(self.passages[0], self.articles[JIANGYOU], 0.0, {})]
        quote = Quote("zh", 0, 4, "捏造的话")
        return Answer(
            question, "zh", "捏造的话 [1]", (Sentence("捏造的话 [1]", (1,)),), (Citation(1, hit[0].article, (quote,)),),
            (hit[0],), True, 1.0,
        )  # fmt: skip


def test_invented_quotations_are_caught(small: Path, tmp_path: Path) -> None:
    archive = Inventing(list(seed_archive().articles.values()))
    summary = evaluate(small, archive, out=tmp_path / "run").summary
    assert summary["metrics"]["exact_quotes"]["all"] == 0.0
    assert summary["metrics"]["citation_validity"]["all"] == 0.0
    assert summary["metrics"]["false_answer_rate"]["all"] == 1.0
    stages = {case: row["stage"] for case, row in rows(tmp_path / "run").items()}
    assert stages["moon"] == "wrongly answered"
    assert stages["iron@zh"] == "cited, answer missing"


def test_a_configured_language_model_writes_only_on_request(small: Path, tmp_path: Path) -> None:
    for llm in (False, True):
        archive = seed_archive()
        folder = evaluate(small, archive, out=tmp_path / str(llm), llm=llm).folder
        assert archive.asked_model and set(archive.asked_model) == {llm}
        assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["llm"] is llm
