"""Ids with blanks, accents and invisible characters: the same article in the index, a set, judgements and a run."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.run.evaluate import evaluate
from eval.sets.exchange import import_trec
from eval.sets.load import load
from eval.sets.questions import Case, Question
from eval.sets.trec import read_trec_run
from rag.corpus import sources
from rag.datatypes import Article
from rag.errors import UsageError
from tests.eval.fake import FakeArchive
from ui.commands import evaluate as commands

# as somebody wrote it, as the index does
IDS = {
    "mill report 1": "mill_report_1",
    " mill  report 2 ": "mill__report_2",
    "mill\u3000report 3": "mill_report_3",
    "caf\u0065\u0301 4": "café_4",
    "re\u0301sume\u0301": "résumé",
    "x\u200by": "x_y",
    "工厂 报告": "工厂_报告",
    "plain-7": "plain-7",
}
WORDS = ("one", "two", "three", "four", "five", "six", "ten", "red")
TEXTS = [f"Report number {word} speaks of the cotton mill {word}." for word in WORDS]
CHANGED = sum(safe != given for given, safe in IDS.items())


def archive(folder: Path) -> FakeArchive:
    lines = [{"_id": given, "text": text} for given, text in zip(IDS, TEXTS, strict=True)]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    read = [item for item in sources([folder], max_bytes=10_000) if isinstance(item, Article)]
    assert [article.id for article in read] == list(IDS.values())
    return FakeArchive(read)


def beir(folder: Path, ids: dict[str, str] = IDS, queries: str = "q{}") -> Path:
    rows = [f"{queries.format(n)}\t{given}\t1" for n, given in enumerate(ids, 1)]
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(rows) + "\n", encoding="utf-8")
    asked = [{"_id": queries.format(n), "text": text} for n, text in enumerate(TEXTS, 1)]
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)) + "\n", encoding="utf-8")
    return folder


def test_a_beir_folder_is_measured_whole_and_the_ids_that_were_changed_are_told_once(tmp_path: Path) -> None:
    held = archive(tmp_path)
    result = evaluate(beir(tmp_path), held, out=tmp_path / "run", search_only=True)
    counts = result.summary["counts"]
    assert (counts["asked"], counts["apart"], counts["missing"], result.partial) == (len(IDS), 0, 0, "")
    assert result.summary["metrics"]["success@1"]["all"] == 1.0
    (told,) = result.summary["warnings"]
    assert (
        told
        == f'qrels.tsv:2: {CHANGED} ids are read as the index writes them (the first: "mill report 1" as mill_report_1)'
    )


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("mark", [" ", "\t"])
def test_the_run_of_another_system_may_write_ids_as_the_files_do(tmp_path: Path, form: str, mark: str) -> None:
    held, folder = archive(tmp_path), beir(tmp_path)
    rows = [
        mark.join((f"q{n}", "Q0", unicodedata.normalize(form, given.strip()), "1", "5.0", "other"))  # type: ignore[arg-type]
        for n, given in enumerate(IDS, 1)
    ]
    run = tmp_path / "other.run"
    run.write_text("\n".join(rows) + "\n", encoding="utf-8")
    result = evaluate(folder, held, out=tmp_path / "scored", ranked=run)
    assert result.summary["metrics"]["rr@10"]["all"] == 1.0 and not result.partial
    assert any(warning.startswith("other.run:1: ") for warning in result.summary["warnings"])


@pytest.mark.parametrize(
    ("row", "read"),
    [
        ("q Q0 mill report 1 1 5.0 tag", ["mill_report_1"]),
        ("q Q0 report 1 1 5.0 tag", ["report_1"]),
        ("q\tQ0\tmill report 1\t1\t5.0\ttag", ["mill_report_1"]),
        ("q Q0 d 1 5.0", ["d"]),
        ("q Q0 d 1 5 my tag", ["d"]),
        ("q Q0 d 1 -5e-1 t", ["d"]),
    ],
)
def test_a_line_of_a_run_is_read_with_blanks_in_its_id_or_its_tag(tmp_path: Path, row: str, read: list[str]) -> None:
    path = tmp_path / "a.run"
    path.write_text(row + "\n", encoding="utf-8")
    assert read_trec_run(path, [Case("q", "q", "en", "?", Question("q", {"en": "?"}))])[0] == {"q": read}


def test_topics_and_judgements_are_imported_with_the_ids_of_the_index(tmp_path: Path) -> None:
    held = archive(tmp_path)
    topics, qrels = tmp_path / "topics.tsv", tmp_path / "a.qrels"
    topics.write_text("".join(f"re\u0301{n}\t{text}\n" for n, text in enumerate(TEXTS)), encoding="utf-8")
    qrels.write_text("".join(f"r\u00e9{n} 0 {given.strip()} 1\n" for n, given in enumerate(IDS)), encoding="utf-8")
    made, left_out = import_trec(topics, qrels, "again")
    assert left_out == 0 and [list(q.grades) for q in made.questions] == [[safe] for safe in IDS.values()]
    assert {q.id for q in made.questions} == {f"r\u00e9{n}" for n in range(len(TEXTS))}
    assert [warning.split(":")[0] for warning in made.warnings] == ["topics.tsv", "a.qrels"]
    assert all(article in held.articles for q in made.questions for article in q.grades)


@pytest.mark.parametrize("suffix", [".yaml", ".jsonl", ".csv"])
def test_a_question_set_may_name_articles_as_their_files_do(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"set{suffix}"
    given = "mill re\u0301port 1"
    if suffix == ".csv":
        path.write_text(f"id,ask.en,article,quote.en\nq1,Which?,{given},the mill\n", encoding="utf-8")
    else:
        question = {"id": "q1", "ask": {"en": "Which?"}, "sources": [{"article": given, "quote": {"en": "the mill"}}]}
        path.write_text(json.dumps({"questions": [question]} if suffix == ".yaml" else question), encoding="utf-8")
    got = load(path)
    assert got.questions[0].grades == {"mill_r\u00e9port_1": 2}
    assert any("1 id is read as the index writes them" in warning for warning in got.warnings)


def test_a_follow_up_finds_its_question_however_the_accent_is_written(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    rows = [
        {"id": "re\u0301", "ask": {"en": "Who?"}, "kind": "unanswerable"},
        {"id": "q2", "ask": {"en": "When?"}, "kind": "unanswerable", "follow_up_of": "r\u00e9"},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert load(path).questions[1].follow_up_of == "r\u00e9" == load(path).questions[0].id


def test_two_ids_that_become_one_are_refused(tmp_path: Path) -> None:
    archive(tmp_path)
    beir(tmp_path, {"a b": "", "a_b": ""})
    with pytest.raises(UsageError, match=r'qrels.tsv:3: two ids, "a b" and "a_b", are one'):
        load(tmp_path)
    beir(tmp_path, {"caf\u00e9": "", "cafe\u0301": ""})  # one, written in two ways
    assert [list(q.grades) for q in load(tmp_path).questions if q.grades] == [["café"], ["café"]]


def test_numbers_as_ids_are_the_same_in_corpus_and_queries(tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": 7.0, "text": "The mill spins."}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id": 3.0, "id": NaN, "lang": NaN, "text": "What does it spin?"}\n')
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n3\t7\t1\n")
    (question,) = load(tmp_path).questions
    assert (question.id, question.grades, list(question.ask)) == ("3", {"7": 1}, ["en"])


def test_a_run_over_another_collection_is_refused_and_strangers_are_told(tmp_path: Path) -> None:
    held, folder = archive(tmp_path), beir(tmp_path)
    run = tmp_path / "other.run"
    run.write_text("q1 Q0 elsewhere 1 5.0 other\n")
    with pytest.raises(UsageError, match="1 of its 1 documents are not in the archive"):
        evaluate(folder, held, out=tmp_path / "scored", ranked=run)
    run.write_text("q1 Q0 elsewhere 1 5.0 other\nq1 Q0 plain-7 2 4.0 other\n")
    result = evaluate(folder, held, out=tmp_path / "scored", ranked=run)
    assert any(
        "1 of its 2 documents are not in the archive (the first: elsewhere)" in w for w in result.summary["warnings"]
    )


@pytest.mark.parametrize(
    ("missing", "code", "said"),
    [
        ("", 0, ""),
        ("q1\tgone\t1\n", 3, "1 gold articles that the archive lacks"),
        ("q1\tgone\t0\n", 0, ""),  # not relevant: nothing is lost
        ("q99\tplain-7\t1\n", 3, "1 judged questions without wording"),
    ],
)
def test_what_is_measured_on_a_part_ends_with_a_code_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str, code: int, said: str
) -> None:
    held, folder = archive(tmp_path), beir(tmp_path)
    with (folder / "qrels.tsv").open("a", encoding="utf-8") as file:
        file.write(missing)
    monkeypatch.setattr(commands, "beir_archive", lambda *_: held)
    arguments = ["run", str(folder), "--search-only", "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(commands.evaluate, arguments)
    assert done.exit_code == code, done.output
    assert said in done.stderr and ("measured on a part" in done.stderr) is bool(code)


def test_questions_set_apart_end_with_the_same_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held, folder = archive(tmp_path), beir(tmp_path)
    del held.articles["mill_report_1"]
    held.passages = [passage for passage in held.passages if passage.article_id != "mill_report_1"]
    monkeypatch.setattr(commands, "beir_archive", lambda *_: held)
    done = CliRunner().invoke(commands.evaluate, ["run", str(folder), "--search-only", "--out", str(tmp_path / "run")])
    assert done.exit_code == 3 and "1 questions set apart" in done.stderr


def test_a_set_that_a_table_was_written_to_has_its_gaps_and_whole_numbers(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(
        '{"id": 7.0, "ask": {"en": "Which?", "zh": NaN}, "kind": NaN, "answer": {"en": "None"},'
        ' "sources": [{"article": 12.0, "grade": 2.0, "quote": {"en": "the mill"}}]}'
    )
    (question,) = load(path).questions
    assert (question.id, question.ask, question.kind, question.grades) == ("7", {"en": "Which?"}, "fact", {"12": 2})
    assert question.answers == {"en": ("None",)}
