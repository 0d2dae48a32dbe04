"""The whole road with the real index: a slice of a reference set, and some of the shipped questions."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

from eval.run.evaluate import evaluate
from eval.run.folder import read_run
from rag.archive import Archive
from rag.corpus import sources
from rag.index.build import build
from tests.conftest import shared
from tests.fakes import HashEmbedder

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def slice_of(name: str, to: Path, queries: int, documents: int) -> Path:
    """A small BEIR folder: the first queries, their judged documents, and others up to `documents`."""
    source = shared("evalsets", name)
    to.mkdir()
    asked = rows(source / "queries.jsonl")[:queries]
    ids = {row["id"] for row in asked}
    judged = [line for line in (source / "qrels.tsv").read_text().splitlines() if line.split("\t")[0] in ids]
    wanted = ids | {line.split("\t")[1] for line in judged}
    corpus = rows(source / "corpus.jsonl")
    kept = [row for row in corpus if row["id"] in wanted]
    kept += islice((row for row in corpus if row["id"] not in wanted), max(0, documents - len(kept)))
    (to / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in asked))
    (to / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in kept))
    (to / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]) + "\n")
    return to


def opened(folder: Path, store: Path) -> Archive:
    embedder = HashEmbedder()
    build(sources([folder], max_bytes=5_000_000), store, embedder, sources=[str(folder)])
    return Archive.open(store, embedder=embedder)


def test_a_slice_of_the_cross_lingual_set(tmp_path: Path) -> None:
    folder = slice_of("news-cross-enzh", tmp_path / "cross", 50, 100)
    archive = opened(folder, tmp_path / "store")
    summary = evaluate(folder, archive, out=tmp_path / "run", search_only=True).summary
    archive.close()
    assert summary["counts"] | {"asked": 50, "failed": 0, "apart": 0} == summary["counts"]
    assert {"zh->en", "en->zh"} <= set(summary["metrics"]["r@10"])
    ranking = {row["case"]: row["ranking"] for row in read_run(tmp_path / "run").rows}
    assert all(case not in found for case, found in ranking.items())
    assert any(found for found in ranking.values())


def test_a_slice_of_the_chinese_set_is_found_by_its_words(tmp_path: Path) -> None:
    folder = slice_of("cmrc-drcd-zh", tmp_path / "cmrc", 40, 20)
    archive = opened(folder, tmp_path / "store")
    result = evaluate(folder, archive, out=tmp_path / "run", search_only=True)
    archive.close()
    assert result.summary["metrics"]["hit@3"]["zh"] > 0.9
    assert (tmp_path / "run" / "report.html").stat().st_size > 5000


def test_what_the_archive_quotes_on_the_shipped_questions_is_verbatim(archive: Archive, tmp_path: Path) -> None:
    metrics = evaluate(SEEDS, archive, out=tmp_path / "run", limit=4).summary["metrics"]
    assert metrics["exact_quotes"]["all"] == 1.0
    assert metrics["citation_validity"]["all"] == 1.0
    assert metrics["hit@3"]["all"] > 0.9
