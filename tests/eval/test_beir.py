"""BEIR folders in their variants."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.run.evaluate import evaluate
from eval.sets.beir import corpus_file
from eval.sets.load import load
from rag.datatypes import Turn
from rag.errors import UsageError
from tests.conftest import shared
from tests.eval.fake import FakeArchive, article

QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "生铁产量是多少？", "answers": ["三千吨"]},
    {"id": "q2", "lang": "en", "text": "Who came?", "answerable": False, "type": "none"},
    {"id": "q3", "lang": "en", "text": "And then?", "history": [{"role": "user", "text": "When?"}]},
]


def folder(at: Path, *, nested: bool = False, zipped: bool = False, queries: list[dict[str, Any]] = QUERIES) -> Path:
    corpus = b'{"_id": "d1", "title": "", "text": "x"}\n'
    if zipped:
        (at / "corpus.jsonl.gz").write_bytes(gzip.compress(corpus))
    else:
        (at / "corpus.jsonl").write_bytes(corpus)
    (at / "queries.jsonl").write_text("\r\n".join(json.dumps(q, ensure_ascii=False) for q in queries) + "\r\n")
    (at / "qrels").mkdir(exist_ok=True)
    qrels = at / "qrels" / "test.tsv" if nested else at / "qrels.tsv"
    qrels.write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq2\td3\t0\n")
    return at


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("zipped", [False, True])
def test_both_ids_both_places_of_the_qrels_and_a_packed_corpus(tmp_path: Path, nested: bool, zipped: bool) -> None:
    at = folder(tmp_path, nested=nested, zipped=zipped)
    got = load(at)
    assert corpus_file(at).name == ("corpus.jsonl.gz" if zipped else "corpus.jsonl")
    assert got.benchmark
    one, two, three = got.questions
    assert (one.id, one.ask, one.grades, one.references) == (
        "q1",
        {"zh": "生铁产量是多少？"},
        {"d1": 2, "d2": 0},
        ("三千吨",),
    )
    assert (two.answerable, two.grades, two.tags) == (False, {"d3": 0}, ("none",))
    assert three.history == (Turn("When?"),)
    assert [case.id for case in got.cases()] == ["q1", "q2", "q3"]


def test_every_fault_of_a_folder_is_told(tmp_path: Path) -> None:
    at = folder(
        tmp_path,
        queries=[
            {"id": "a b", "text": "x"},
            {"id": "c"},
            {"id": "d", "text": "x", "answers": "y"},
            {"id": "e", "text": "x", "lang": "fr"},
            {"id": "f", "text": "x"},
            {"id": "f", "text": "x", "answerable": "no"},
            {"id": "g", "text": "x", "nuggets": [[]]},
            {"id": "h", "text": "x", "history": [{"role": "system", "text": "x"}]},
        ],
    )
    with (at / "qrels.tsv").open("a") as file:
        file.write("q1 d1 2\nq1\td1\thigh\n")
    with pytest.raises(UsageError) as told:
        load(at)
    lines = str(told.value).splitlines()
    for number, what in enumerate(("id", "text", "answers", "lang", None, "answerable", "nuggets", "history"), 1):
        if what:
            assert any(line.startswith(f"queries.jsonl:{number}: ") and f'"{what}"' in line for line in lines), lines
    assert any(line.startswith('queries.jsonl:6: id "f" was used on line 5') for line in lines)
    assert [line[:13] for line in lines if line.startswith("qrels")] == ["qrels.tsv:5: ", "qrels.tsv:6: "]


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_folder_that_lacks_a_part(tmp_path: Path, missing: str) -> None:
    (folder(tmp_path) / missing).unlink()
    with pytest.raises(UsageError, match=rf"not a BEIR folder: no .*{missing.split('.')[0]}"):
        load(tmp_path)


def test_a_hit_with_the_querys_own_id_is_ignored(tmp_path: Path) -> None:
    at = folder(tmp_path, queries=[{"id": "q1", "lang": "zh", "text": "生铁产量"}])
    archive = FakeArchive([article("q1", zh="生铁产量"), article("d1", zh="生铁的产量")])
    result = evaluate(at, archive, out=tmp_path / "run", search_only=True)
    assert (tmp_path / "run" / "run.trec").read_text() == "q1 Q0 d1 1 -1 wenbao\n"
    assert result.summary["metrics"]["success@1"]["all"] == 1.0


@pytest.mark.parametrize(
    ("name", "queries", "positive", "unanswerable"),
    [
        ("news-cross-enzh", 500, 500, 0),
        ("cmrc-drcd-zh", 11_234, 11_234, 0),
        ("clapnq-dev-en", 600, 300, 300),
        ("nomiracl-refusal-enzh", 991, 0, 500),
        ("mtrag-un-chat-en", 507, 332, 175),
        ("crud-news-zh", 1_138, 1_138, 0),
    ],
)
def test_the_reference_sets_load_in_full(name: str, queries: int, positive: int, unanswerable: int) -> None:
    got = load(shared("evalsets", name))
    assert len(got.questions) == queries
    assert sum(max(q.grades.values(), default=0) > 0 for q in got.questions) == positive
    assert sum(not q.answerable for q in got.questions) == unanswerable
    assert got.warnings == ()
