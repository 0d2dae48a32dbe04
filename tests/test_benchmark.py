"""The index of a BEIR folder follows its corpus, and the command says what it did."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rag.errors import SourceError, UsageError
from tests.fakes import HashEmbedder
from ui.commands import benchmark
from ui.commands.evaluate import evaluate

D1, D2 = {"_id": "d1", "title": "", "text": "The mill spins cotton."}, {"_id": "d2", "title": "", "text": "煤矿挖煤。"}
D3 = {"_id": "d3", "title": "", "text": "纺织厂的机器纺丝和羊毛。"}
Q = {"_id": "q1", "text": "What does the mill spin?"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, light: HashEmbedder) -> Path:
    monkeypatch.setattr("rag.embed.open_embedder", lambda *_, **__: light)
    monkeypatch.chdir(tmp_path)
    at = tmp_path / "beir"
    at.mkdir()
    corpus(at, D1, D2)
    (at / "queries.jsonl").write_text(json.dumps(Q) + "\n")
    (at / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td2\t1\n")
    return at


def corpus(folder: Path, *documents: dict[str, Any]) -> None:
    (folder / "corpus.jsonl").write_text("".join(json.dumps(d, ensure_ascii=False) + "\n" for d in documents), "utf-8")


def measured(folder: Path, number: int, *more: str) -> tuple[dict[str, Any], str]:
    """The summary of a search-only run, and what was said on stderr."""
    out = folder.parent / f"run{number}"
    done = CliRunner().invoke(evaluate, [str(folder), "--search-only", "--json", "--out", str(out), *more])
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout), done.stderr


@pytest.mark.parametrize("channel", ["keyword", "fused"])
def test_whatever_changes_is_measured_and_told(folder: Path, channel: str) -> None:
    more = ("--channel", channel)
    first, said = measured(folder, 1, *more)
    assert "indexing" in said and "2 articles (2 new" in said
    rank_of_d2 = first["metrics"]["rr@10"]["all"]
    assert rank_of_d2 < 1

    _, said = measured(folder, 2, *more)
    assert "kept, corpus.jsonl is as it was indexed" in said and "articles" not in said

    corpus(folder, D1, {**D2, "text": "The mill spins. What does the mill spin? Silk."})
    found, said = measured(folder, 3, *more)
    assert found["metrics"]["rr@10"]["all"] == 1.0 and "2 articles (0 new, 1 changed, 0 gone)" in said

    (folder / "qrels.tsv").write_text("q1\td1\t1\n")
    found, said = measured(folder, 4, *more)
    assert found["metrics"]["rr@10"]["all"] == 0.5 and "kept" in said and "judgements are read anew" in said

    (folder / "queries.jsonl").write_text(json.dumps({**Q, "text": "Who spins cotton?"}) + "\n")
    found, said = measured(folder, 5, *more)
    assert found["metrics"]["rr@10"]["all"] == 1.0 and "kept" in said

    corpus(folder, D1, D2, D3)
    _, said = measured(folder, 6, *more)
    assert "3 articles (1 new, 1 changed, 0 gone)" in said
    corpus(folder, D3, D1)
    _, said = measured(folder, 7, *more)
    assert "2 articles (0 new, 0 changed, 1 gone)" in said

    (folder / "corpus.jsonl.gz").write_bytes(gzip.compress((folder / "corpus.jsonl").read_bytes()))
    (folder / "corpus.jsonl").unlink()
    _, said = measured(folder, 8, *more)
    assert "up to date, 2 articles" in said
    _, said = measured(folder, 9, *more)
    assert "kept, corpus.jsonl.gz" in said


def test_an_index_made_before_or_by_hand_is_compared_once(folder: Path) -> None:
    measured(folder, 1)
    (Path(".wenbao-eval") / "beir" / benchmark.KEPT).unlink()
    _, said = measured(folder, 2)
    assert "comparing it with" in said and "up to date, 2 articles" in said
    _, said = measured(folder, 3)
    assert "kept" in said


def test_lines_that_cannot_be_taken_are_named_and_an_empty_corpus_is_not_measured(folder: Path) -> None:
    with (folder / "corpus.jsonl").open("a") as file:
        file.write('{"_id": "d9"}\n')
    _, said = measured(folder, 1)
    assert "1 input skipped" in said and "skipped:" in said and '"text" is missing' in said
    (folder / "corpus.jsonl").write_text("")
    done = CliRunner().invoke(evaluate, [str(folder), "--search-only", "--out", str(folder.parent / "run2")])
    assert isinstance(done.exception, SourceError) and not (folder.parent / "run2").exists()
    corpus(folder, D1, D2)
    _, said = measured(folder, 3)
    assert "2 articles" in said or "kept" in said


def test_a_folder_that_is_no_benchmark_is_not_indexed_and_another_ones_store_not_taken(folder: Path) -> None:
    measured(folder, 1)
    other = folder.parent / "more" / "beir"
    other.mkdir(parents=True)
    done = CliRunner().invoke(evaluate, [str(other), "--search-only"])
    assert isinstance(done.exception, UsageError) and "not a BEIR folder" in str(done.exception)
    for name in ("queries.jsonl", "qrels.tsv", "corpus.jsonl"):
        (other / name).write_bytes((folder / name).read_bytes())
    done = CliRunner().invoke(evaluate, [str(other), "--search-only"])
    assert isinstance(done.exception, UsageError) and "Name another with --store" in str(done.exception)
