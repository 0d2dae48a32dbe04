"""Runs and judgements from outside are read as trec_eval reads them; pytrec_eval is trec_eval."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import pytrec_eval
from click.testing import CliRunner

from eval.metrics.ranking import ranking_metrics
from eval.run.evaluate import evaluate
from eval.sets.beir import load_beir
from eval.sets.exchange import export_trec, import_trec
from eval.sets.load import load
from eval.sets.questions import Case, Question, QuestionSet
from eval.sets.trec import MOST_GRADE, read_grade, read_trec_run
from eval.sets.writing import written
from rag.errors import UsageError
from tests.eval.fake import FakeArchive, article
from ui.commands.evaluate import evaluate as command

MEASURES = {"ndcg@10": "ndcg_cut_10", "r@5": "recall_5", "rr@10": "recip_rank", "success@1": "success_1"}

ROWS: dict[str, list[tuple[str, str]]] = {  # (document, score) as they stand in the file, the rank being their place
    "a tie": [("000_0bc8a54cde6efc4b", "5.0"), ("004_d6f0426a5ff31012", "5.0")],
    "all tied": [(f"d{n}", "0") for n in range(8)],
    "tied in numbers of 32 bits": [("a", "0.123456789"), ("b", "0.123456788")],
    "not tied in numbers of 32 bits": [("a", "0.1234568"), ("b", "0.1234567")],
    "large and tied": [("a", "16777217"), ("b", "16777216")],
    "beyond 32 bits": [("a", "1e39"), ("b", "1e40"), ("c", "1e38")],
    "too small for 32 bits": [("a", "1e-60"), ("b", "0"), ("c", "-1e-60")],
    "a zero below zero": [("a", "-0.0"), ("b", "0.0")],
    "worst first": [("a", "-3.5"), ("b", "-2.5"), ("c", "-1")],
    "exponents": [("a", "1.5e1"), ("b", "150e-1"), ("c", "+15"), ("d", "15."), ("e", ".15E2")],
    "names of other scripts": [("é", "1"), ("z", "1"), ("江油", "1"), ("𠀀", "1"), ("Z", "1"), ("～", "1")],
    "numbers for names": [("10", "1"), ("9", "1"), ("1", "1"), ("01", "1")],
    "one is the other's beginning": [("d1", "1"), ("d10", "1"), ("d", "1"), ("d1-", "1")],
}
GRADES = ({}, {0: 1}, {1: 1}, {0: 3, 1: 2}, {0: 1, 1: 3}, {0: 10, 1: -2, 2: 1}, {1: 1000, 0: 999})
"""Grades by the place of the document in the rows; one that is not judged has none."""


def cases(*ids: str) -> list[Case]:
    questions = [Question(name.partition("@")[0], {"zh": "问", "en": "Ask"}) for name in dict.fromkeys(ids)]
    return list(QuestionSet("s", tuple(questions)).cases())


def run_file(at: Path, rows: list[tuple[str, str]], query: str = "q@en") -> Path:
    lines = [f"{query} Q0 {document} {rank} {score} r" for rank, (document, score) in enumerate(rows, 1)]
    path = at / "other.run"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def compare(rows: list[tuple[str, str]], grades: dict[str, int], at: Path) -> None:
    found, odd = read_trec_run(run_file(at, rows), cases("q"))
    assert odd == []
    evaluator = pytrec_eval.RelevanceEvaluator({"q@en": grades}, set(MEASURES.values()))
    theirs = evaluator.evaluate({"q@en": {document: float(score) for document, score in rows}})["q@en"]
    theirs["recip_rank"] *= theirs["recip_rank"] >= 0.1  # trec_eval knows no cut of it
    ours = ranking_metrics({"q@en": grades}, found)["q@en"]
    assert {name: ours[name] for name in MEASURES} == pytest.approx(
        {name: theirs[other] for name, other in MEASURES.items()}
    )


@pytest.mark.parametrize("which", ROWS)
@pytest.mark.parametrize("graded", GRADES[1:], ids=str)
def test_hostile_runs_are_scored_as_trec_eval_scores_them(tmp_path: Path, which: str, graded: dict[int, int]) -> None:
    rows = ROWS[which]
    compare(rows, {rows[place][0]: grade for place, grade in graded.items() if place < len(rows)}, tmp_path)


def test_runs_with_many_ties_are_scored_as_trec_eval_scores_them(tmp_path: Path) -> None:
    chance = random.Random(1958)
    for _ in range(40):
        names = chance.sample([f"{a}{n}" for a in ("d", "D", "文", "é", "_") for n in range(20)], 30)
        rows = [(name, str(chance.choice([0, 1, 1, 2, 0.1 + 0.2, 0.3, -1]))) for name in names]
        grades = {name: chance.choice([-1, 0, 1, 2, 3, 4]) for name in chance.sample(names, 12)}
        if max(grades.values()) > 0:  # trec_eval knows no query without a relevant document
            compare(rows, grades, tmp_path)


@pytest.mark.parametrize("ranks", ["2 1", "0 0", "1.0 2.0", "7 7"])
def test_the_rank_column_decides_nothing(tmp_path: Path, ranks: str) -> None:
    first, second = ranks.split()
    path = tmp_path / "r"
    path.write_text(f"q@zh Q0 a {first} 1 t\nq@zh\tQ0\tb\t{second}\t1\tt\n")
    assert read_trec_run(path, cases("q"))[0] == {"q@zh": ["b", "a"]}


@pytest.mark.parametrize(
    ("line", "sound"),
    [
        ("q@zh Q0 d 1 1", True),
        ("q@zh Q0 d 1 1 a b", True),
        ("  q@zh  Q0\td 1 1 t \r", True),
        ("q@zh Q0 d 1", False),
        ("q@zh Q0 d one 1 t", False),
        ("q@zh Q0 d 1 nan t", False),
        ("q@zh Q0 d 1 inf t", False),
        ("q@zh Q0 d 1 1_000 t", False),
        ("q@zh Q0 d 1 １ t", False),
        ("q@zh Q0 mill report 5.0 t", False),
        ("q@zh", False),
    ],
)
def test_lines_of_a_run(tmp_path: Path, line: str, sound: bool) -> None:
    path = tmp_path / "r"
    path.write_text(f"q@zh Q0 e 9 0.5 t\n\n{line}\n", encoding="utf-8")
    if sound:
        assert read_trec_run(path, cases("q"))[0] == {"q@zh": ["d", "e"]}
    else:
        with pytest.raises(UsageError, match="r:3: want: qid Q0 docid rank score tag"):
            read_trec_run(path, cases("q"))


def test_ids_are_read_as_the_index_writes_them_and_that_is_told(tmp_path: Path) -> None:
    path = tmp_path / "r"
    path.write_text("q@zh\tQ0\tmill report 1\t1\t2\tt\nq@zh Q0 cafe\u0301 2 1 t\nq@zh Q0 a\u3000b 3 0 t\n", "utf-8")
    found, (told,) = read_trec_run(path, cases("q"))
    assert found == {"q@zh": ["mill_report_1", "café", "a_b"]}
    assert "3 ids are read as the index writes them" in told and '"mill report 1" as mill_report_1' in told


def test_a_document_named_twice_keeps_its_better_place(tmp_path: Path) -> None:
    assert read_trec_run(run_file(tmp_path, [("a", "1"), ("b", "2"), ("a", "3")]), cases("q"))[0] == {
        "q@en": ["a", "b"]
    }


def test_one_wording_is_found_under_both_its_names(tmp_path: Path) -> None:
    one = list(QuestionSet("s", (Question("q1", {"en": "Ask"}),)).cases())
    assert read_trec_run(run_file(tmp_path, [("a", "1")], "q1@en"), one)[0] == {"q1": ["a"]}
    assert read_trec_run(run_file(tmp_path, [("a", "1")], "q1"), one)[0] == {"q1": ["a"]}
    with pytest.raises(UsageError, match="none of its queries"):
        read_trec_run(run_file(tmp_path, [("a", "1")], "q1@zh"), one)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("0", 0), ("1", 1), ("2.0", 2), ("3", 3), ("-1", -1), ("+2", 2), ("4.", 4), (" 2 ", 2), ("1000", MOST_GRADE),
        ("1001", None), ("2147483647", None), ("99999999999999999999", None), ("1.5", None), ("", None), ("two", None),
        ("２", None), ("1e3", None),
    ],
)  # fmt: skip
def test_grades(text: str, grade: int | None) -> None:
    assert read_grade(text) == grade


@pytest.mark.parametrize(
    ("judged", "run", "ndcg"),
    [
        ({"a": "3", "b": "2"}, "b a", 0.9134015924715543),
        ({"a": "1"}, "b a", 0.6309297535714575),
        ({"a": "3", "b": "-2", "c": "1"}, "b a c", 0.6590018048024133),
        ({"a": "2.0", "b": "1.0"}, "a b", 1.0),
    ],
)
@pytest.mark.parametrize("suffix", [".jsonl", ".yaml"])
def test_grades_keep_their_order_from_judgements_to_figures(
    tmp_path: Path, judged: dict[str, str], run: str, ndcg: float, suffix: str
) -> None:
    (tmp_path / "topics.tsv").write_text("q1@en\tHow much ore?\n")
    (tmp_path / "q.rels").write_text("".join(f"q1@en 0 {d} {g}\n" for d, g in judged.items()))
    (tmp_path / "r.run").write_text("".join(f"q1@en Q0 {d} {n} {-n} r\n" for n, d in enumerate(run.split(), 1)))
    path = tmp_path / f"set{suffix}"
    done = CliRunner().invoke(
        command, ["import", str(tmp_path / "topics.tsv"), str(path), "--qrels", str(tmp_path / "q.rels")]
    )
    assert done.exit_code == 0, done.output
    archive = FakeArchive([article(name, en="ore") for name in "abc"])
    result = evaluate(path, archive, out=tmp_path / "run", ranked=tmp_path / "r.run")
    assert result.summary["metrics"]["ndcg@10"]["all"] == pytest.approx(ndcg, abs=1e-6)
    export_trec(load(path), tmp_path / "again")
    assert (
        import_trec(tmp_path / "again" / "topics.tsv", tmp_path / "again" / "qrels.txt", "set")[0].digest
        == load(path).digest
    )


def test_judgements_that_contradict_or_are_none_are_told_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("q\tAsk\n")
    (tmp_path / "j").write_text("q 0 a 1\nq 0 a 2\nq 0 a 1\nq 0 b high\nq 0 c 5000\nq a 1\n")
    with pytest.raises(UsageError) as told:
        import_trec(tmp_path / "t", tmp_path / "j", "s")
    lines = str(told.value).splitlines()[:-1]
    assert [line.split(": ")[0] for line in lines] == ["j:2", "j:4", "j:5", "j:6"]
    assert lines[0] == "j:2: q a is graded 2, but 1 on line 1"


def test_two_wordings_judged_apart_become_one_question_and_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("q@zh\t问\nq@en\tAsk\nr@zh\t问二\nr@en\tAsk two\nn\tNothing?\n")
    (tmp_path / "j").write_text("q@zh 0 a 3\nq@zh 0 b 1\nq@en 0 a 1\nq@en 0 c 2\nr@zh 0 a 1\nr@en 0 a 1\nn 0 a -1\n")
    made, left_out = import_trec(tmp_path / "t", tmp_path / "j", "s")
    assert [q.grades for q in made.questions] == [{"a": 3, "b": 1, "c": 2}, {"a": 1}] and left_out == 1
    (told,) = made.warnings
    assert told.startswith("1 questions are judged differently") and "(the first: q)" in told


def test_beir_folders_are_read_likewise(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "mill report 1", "title": "", "text": "x"}\n')
    (tmp_path / "queries.jsonl").write_text(json.dumps({"_id": "cafe\u0301", "text": "What?"}) + "\n")
    (tmp_path / "qrels.tsv").write_text(
        "query-id\tcorpus-id\tscore\ncafe\u0301\tmill report 1\t3.0\ncaf\u00e9\td2\t-1\ncaf\u00e9\td3\t2\n", "utf-8"
    )
    got = load_beir(tmp_path)
    assert [(q.id, q.grades) for q in got.questions] == [("café", {"mill_report_1": 3, "d2": -1, "d3": 2})]
    assert any("read as the index writes them" in told for told in got.warnings)
    (tmp_path / "qrels.tsv").write_text("a\tb\t99999\na\tb\n")
    with pytest.raises(UsageError, match="a whole number from -1000 to 1000"):
        load_beir(tmp_path)


def test_the_own_document_of_a_benchmark_query_is_left_out_of_a_foreign_run_too(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "q1", "text": "iron"}\n{"_id": "d1", "text": "iron too"}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "iron"}\n')
    (tmp_path / "qrels.tsv").write_text("q1\td1\t1\n")
    run = run_file(tmp_path, [("q1", "2"), ("d1", "1")], "q1")
    archive = FakeArchive([article("q1", en="iron"), article("d1", en="iron too")])
    result = evaluate(tmp_path, archive, out=tmp_path / "out", ranked=run)
    assert result.summary["metrics"]["rr@10"]["all"] == 1.0


@pytest.mark.parametrize(("whole", "grade", "sound"), [(True, "7", True), (True, "-3", True), (False, "7", False),
                                                       (False, "2.0", True), (True, "x", False)])  # fmt: skip
def test_any_grade_only_where_whole_articles_were_judged(tmp_path: Path, whole: bool, grade: str, sound: bool) -> None:
    path = tmp_path / "s.jsonl"
    head = {"set": "s", "gold": "articles"} if whole else {"set": "s"}
    row = {"id": "q", "ask": {"zh": "问"}, "answer": {"zh": ["答"]}}
    source = {"article": "a", "grade": grade, "quote": {"zh": ["答"]}}
    path.write_text("\n".join(map(json.dumps, (head, {**row, "sources": [source]}))))
    if sound:
        again = tmp_path / "t.jsonl"
        again.write_text(written(load(path), ".jsonl"), "utf-8")
        assert load(again).questions[0].grades == {"a": int(float(grade))}
    else:
        with pytest.raises(UsageError, match=f's.jsonl:2: field "sources.grade" is "{grade}" and must be'):
            load(path)
