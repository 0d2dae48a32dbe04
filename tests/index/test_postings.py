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


@pytest.mark.parametrize("block", [10**6, 500])
def test_passages_taken_from_another_index_give_the_index_of_their_tokens(tmp_path: Path, block: int) -> None:
    """Some are gone, some new, and the rest stands in another order; a token stays too often to be counted."""
    old, new = [*passages(200), ["often"] * 70_000], passages(260)[200:]
    (tmp_path / "old").mkdir()
    first = KeywordWriter(tmp_path / "old", "zh", block)
    for tokens in old:
        first.add(tokens)
    first.write()
    slices = [slice(150, 201), slice(0, 40), slice(90, 91)]
    for name in ("taken", "whole"):
        (tmp_path / name).mkdir()
        writer = KeywordWriter(tmp_path / name, "zh", block, live=tmp_path / "old" if name == "taken" else None)
        for at, rows in enumerate(slices):
            for tokens in new[20 * at : 20 * at + 20]:
                writer.add(tokens)
            if name == "taken":
                assert writer.take(rows)
            else:
                assert not writer.take(rows)
                for tokens in old[rows]:
                    writer.add(tokens)
        writer.write()
    made, expected = (sorted((tmp_path / name / "keyword.zh").iterdir()) for name in ("taken", "whole"))
    assert [path.name for path in made] == [path.name for path in expected]
    for left, right in zip(made, expected, strict=True):
        assert left.read_bytes() == right.read_bytes(), left.name


def test_no_tokens_no_index(tmp_path: Path) -> None:
    writer = KeywordWriter(tmp_path, "en")
    writer.add([])
    writer.write()
    assert not (tmp_path / "keyword.en").exists()
