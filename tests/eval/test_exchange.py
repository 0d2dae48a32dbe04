"""Sets to other formats and back: nothing is lost that the format can hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest

from eval.metrics.ranking import ranking_metrics
from eval.run.evaluate import evaluate
from eval.sets.exchange import export_beir, export_squad, export_trec, import_squad, import_trec
from eval.sets.load import load
from eval.sets.writing import written
from rag.corpus import sources
from rag.datatypes import Article
from rag.errors import UsageError
from rag.language.script import detect
from tests.eval.fake import FakeArchive, seed_archive

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"


@pytest.mark.parametrize("suffix", [".yaml", ".jsonl", ".csv"])
def test_the_shipped_set_survives_every_format(tmp_path: Path, suffix: str) -> None:
    before = load(SEEDS)
    if suffix == ".csv":
        with pytest.raises(UsageError, match="one wording of a nugget a language"):
            written(before, suffix)
        kept = [q for q in before.questions if all([detect(t) for t in n.texts] == ["zh", "en"] for n in q.must_say)]
        known = {q.id for q in kept}
        before = replace(before, questions=tuple(q for q in kept if q.follow_up_of in (None, *known)))
        assert len(before.questions) > 60
    path = tmp_path / f"again{suffix}"
    path.write_text(written(before, suffix), encoding="utf-8")
    assert load(path).digest == before.digest


def test_trec_files_are_what_ir_measures_reads_and_come_back_as_pairs(tmp_path: Path) -> None:
    before = load(SEEDS)
    export_trec(before, tmp_path / "trec")
    judged = list(ir_measures.read_trec_qrels(str(tmp_path / "trec" / "qrels.txt")))
    assert len(judged) == sum(len(case.question.grades) for case in before.cases())
    made, left_out = import_trec(tmp_path / "trec" / "topics.tsv", tmp_path / "trec" / "qrels.txt", "again")
    answerable = [q for q in before.questions if q.answerable]
    assert left_out == sum(len(q.ask) for q in before.questions if not q.answerable)
    assert [(q.id, q.ask, q.grades) for q in made.questions] == [(q.id, q.ask, q.grades) for q in answerable]
    path = tmp_path / "again.jsonl"
    path.write_text(written(made, ".jsonl"), encoding="utf-8")
    result = evaluate(path, seed_archive(), out=tmp_path / "run", search_only=True, limit=5)
    assert result.summary["metrics"]["ndcg@10"]["all"] > 0


def test_the_run_of_another_system_is_scored_as_trec_eval_would(tmp_path: Path) -> None:
    questions = load(SEEDS)
    ranked = {case.id: sorted(seed_archive().article_ids(), reverse=True) for case in questions.cases()}
    lines = [f"{q} Q0 {d} {n} {9.5 - n} other" for q, docs in ranked.items() for n, d in enumerate(docs, 1)]
    path = tmp_path / "other.trec"
    path.write_text("\n".join(reversed(lines)) + "\nunknown Q0 d 1 1 other\n")
    result = evaluate(SEEDS, seed_archive(), out=tmp_path / "run", ranked=path)
    grades = {case.id: case.question.grades for case in questions.cases()}
    known = ranking_metrics(grades, ranked)
    assert result.summary["metrics"]["ndcg@10"]["all"] == pytest.approx(
        sum(m["ndcg@10"] for m in known.values()) / len(known), abs=1e-6
    )
    assert "the run of another system" in result.text and result.summary["timing_ms"]["p50"] is None
    path.write_text("q Q0 d one 1 tag\nq Q0 d\nx Q0 d 1 nan t\n")
    with pytest.raises(UsageError) as told:
        evaluate(SEEDS, seed_archive(), out=tmp_path / "bad", ranked=path)
    assert [f"other.trec:{n}:" in str(told.value) for n in (1, 2, 3)] == [True] * 3
    path.write_text("strange Q0 d 1 1 tag\n")
    with pytest.raises(UsageError, match="none of its queries"):
        evaluate(SEEDS, seed_archive(), out=tmp_path / "bad", ranked=path)


def test_an_exported_beir_folder_runs_and_knows_the_same_gold(tmp_path: Path) -> None:
    archive = seed_archive()
    export_beir(load(SEEDS), archive, tmp_path / "beir")
    again = load(tmp_path / "beir")
    assert len(again.questions) == sum(len(q.ask) for q in load(SEEDS).questions)
    assert sum(not q.answerable for q in again.questions) == 118
    assert any(q.history for q in again.questions)
    read = [a for a in sources([tmp_path / "beir"], max_bytes=5_000_000) if isinstance(a, Article)]
    assert {a.id for a in read} == {f"{name}@{lang}" for name in archive.article_ids() for lang in ("zh", "en")}
    result = evaluate(tmp_path / "beir", FakeArchive(read), out=tmp_path / "run", search_only=True)
    assert result.summary["counts"]["failed"] == result.summary["counts"]["apart"] == 0
    with pytest.raises(UsageError, match="there already"):
        export_beir(load(SEEDS), archive, tmp_path / "beir")


def test_squad_answers_stand_where_they_say_and_come_back(tmp_path: Path) -> None:
    path = tmp_path / "seeds.json"
    export_squad(load(SEEDS), seed_archive(), path)
    asked = 0
    for group in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in group["paragraphs"]:
            for qa in paragraph["qas"]:
                asked += 1
                assert bool(qa["answers"]) is not qa["is_impossible"]
                for answer in qa["answers"]:
                    start = answer["answer_start"]
                    assert paragraph["context"][start : start + len(answer["text"])] == answer["text"]
    assert asked > 300
    documents, questions = import_squad(path, tmp_path / "beir")
    assert (documents, questions) == (10, asked)
    again = load(tmp_path / "beir")
    assert sum(not q.answerable for q in again.questions) == 118
    assert all(list(q.ask)[0] == q.id[-2:] for q in again.questions if "@" in q.id)


@pytest.mark.parametrize("text", ["[]", "{}", '{"data": []}', '{"data": [{"paragraphs": [{"qas": []}]}]}', "{"])
def test_what_is_no_squad_file_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="bad.json"):
        import_squad(path, tmp_path / "beir")
    assert not (tmp_path / "beir").exists()
