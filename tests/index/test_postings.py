"""The keyword index written in runs: the same postings and scores that bm25s makes of the tokens in memory."""

from __future__ import annotations

import random
from pathlib import Path

import bm25s
import numpy as np
import pytest

from rag.index.keyword import KeywordIndex
from rag.index.postings import K1, B, KeywordWriter


def passages(count: int) -> list[list[str]]:
    """Tokens as they come; some passages have none, some tokens have characters beyond U+FFFF."""
    dice = random.Random(7)
    words = [chr(0x4E00 + i) for i in range(300)] + [f"w{i}" for i in range(500)] + ["#3000", "@1958-11", "𠮷", "𠮷野"]
    return [[dice.choice(words[: dice.randint(1, 804)]) for _ in range(dice.randint(0, 60))] for _ in range(count)]


@pytest.mark.parametrize("block", [10**6, 500, 1])
def test_runs_on_disk_give_the_index_that_bm25s_makes_in_memory(tmp_path: Path, block: int) -> None:
    documents = passages(200)
    writer = KeywordWriter(tmp_path, "zh", block)
    for tokens in documents:
        writer.add(tokens)
    writer.write()
    index = KeywordIndex(tmp_path, "zh", len(documents))
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index(documents, show_progress=False)
    vocabulary = sorted({token for tokens in documents for token in tokens})
    for token in vocabulary:
        holding = [row for row, tokens in enumerate(documents) if token in tokens]
        assert index.rows(token).tolist() == holding
        expected = reference.get_scores([token]) / np.float32(index.idf(token))
        assert np.array_equal(index.scores([token]), expected)
    assert not index.known("never") and not index.known("") and not index.rows("never").size
    assert not list((tmp_path / "keyword.zh").glob("run*")), "runs are left behind"


def test_no_tokens_no_index(tmp_path: Path) -> None:
    writer = KeywordWriter(tmp_path, "en")
    writer.add([])
    writer.write()
    assert not (tmp_path / "keyword.en").exists()
