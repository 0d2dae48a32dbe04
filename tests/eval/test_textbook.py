"""The textbook reference: a score worked out by hand, and the known figures of reference sets."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from eval.run.evaluate import evaluate
from eval.run.textbook import TextbookBM25, textbook_run, tokens
from tests.conftest import shared
from tests.eval.fake import FakeArchive, article


def test_tokens_are_pairs_of_han_and_whole_words() -> None:
    assert tokens("鞍钢 made 3,000吨!") == ["鞍钢", "made", "3", "000", "吨"]


def test_a_score_by_hand() -> None:
    scores = TextbookBM25([["ore", "ore", "coal"], ["coal"]]).scores(["ore", "gold"])
    weight = 2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / 2))
    assert scores == pytest.approx([math.log(1 + 1.5 / 1.5) * weight, 0.0])


@pytest.mark.parametrize(("name", "known"), [("clapnq-dev-en", 0.936), ("mtrag-un-chat-en", 0.731)])
def test_known_figures_are_reproduced(tmp_path: Path, name: str, known: float) -> None:
    folder = shared("evalsets", name)
    run = tmp_path / "run.trec"
    run.write_text("".join(f"{line}\n" for line in textbook_run(folder)), encoding="utf-8")
    corpus = [json.loads(line) for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").split("\n") if line]
    archive = FakeArchive([article(row["id"], en="x") for row in corpus])
    summary = evaluate(folder, archive, out=tmp_path / "run", ranked=run).summary
    assert summary["metrics"]["ndcg@10"]["all"] == pytest.approx(known, abs=0.01)
