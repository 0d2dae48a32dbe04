"""The shipped model: what it promises without any training or download."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from opencc import OpenCC
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

from rag.model import WEIGHTS

ROOT = Path(__file__).parents[2]
PARALLEL = ROOT.parent / "shared" / "parallel"

PAIRS = [
    ("人民公社办起了公共食堂。", "The people's commune has set up public canteens."),
    ("今年小麦获得了大丰收。", "This year there was a bumper harvest of wheat."),
    ("钢厂工人提前完成了全年的生产计划。", "The steel workers fulfilled the year's production plan ahead of time."),
    ("外交部发言人对记者发表谈话。", "A spokesman of the Foreign Ministry talked to reporters."),
    ("新铁路大桥昨天通车。", "The new railway bridge was opened to traffic yesterday."),
    ("医生到农村为农民治病。", "Doctors went to the countryside to treat peasants."),
    ("孩子们在学校学习数学。", "The children learn mathematics at school."),
    ("台风袭击了沿海地区，造成严重损失。", "A typhoon struck the coast and caused heavy losses."),
]  # fmt: skip


@pytest.fixture(scope="module")
def model() -> Any:
    return SentenceTransformer(str(WEIGHTS), device="cpu", local_files_only=True)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))


def seed_lines(chinese: bool) -> list[str]:
    """The lines of the seed articles in one language."""
    lines = [line for path in sorted((ROOT / "seeds").glob("*.txt")) for line in path.read_text("utf-8").splitlines()]
    return [line for line in lines if line.strip() and bool(re.search("[一-鿿]", line)) == chinese]


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def test_it_is_a_plain_sentence_transformer_of_at_most_80_megabytes(model: Any) -> None:
    assert sum(p.stat().st_size for p in WEIGHTS.rglob("*") if p.is_file()) <= 80e6
    assert [type(module).__name__ for module in model] == ["Transformer", "Pooling", "Normalize"]
    assert model.max_seq_length >= 256
    assert model[0].model.dtype == torch.float32
    vectors = model.encode(["人民公社", "a"])
    assert vectors.shape == (2, 384) and np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_every_row_of_the_vectors_has_its_piece(model: Any, tokenizer: Tokenizer) -> None:
    assert model[0].model.embeddings.word_embeddings.num_embeddings == tokenizer.get_vocab_size()


def test_the_model_cuts_text_like_its_tokenizer_file(model: Any, tokenizer: Tokenizer) -> None:
    text = "江油县有八个土高炉群，钢铁战士都是刚放下锄头的农民。 The 8 furnaces don't stop."
    assert model.tokenizer(text)["input_ids"] == tokenizer.encode(text).ids


@pytest.mark.parametrize("chinese", [True, False])
@pytest.mark.parametrize("form", [str, OpenCC("s2t").convert, full_width], ids=["plain", "traditional", "full-width"])
def test_few_tokens_of_the_seeds_are_unknown(tokenizer: Tokenizer, chinese: bool, form: Any) -> None:
    encoded = tokenizer.encode_batch([form(line) for line in seed_lines(chinese)], add_special_tokens=False)
    ids = [i for e in encoded for i in e.ids]
    assert len(ids) > 1000
    assert ids.count(tokenizer.token_to_id("[UNK]")) / len(ids) < 0.005


def test_chinese_costs_no_more_tokens_than_its_translation(tokenizer: Tokenizer) -> None:
    tokens = {c: sum(len(tokenizer.encode(line).ids) for line in seed_lines(c)) for c in (True, False)}
    assert tokens[True] <= tokens[False]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中华人民共和国国务院总理周恩来", "中華人民共和國國務院總理周恩來"),
        ("1958年生产ABC型机器，共30台。", "１９５８年生产ＡＢＣ型机器，共３０台．"),
        ("café Zürich", "CAFE zurich"),
        ("他说“好”。", unicodedata.normalize("NFD", "他说“好”。")),
    ],
)
def test_forms_of_one_text_are_one_text(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.encode(one).ids == tokenizer.encode(other).ids


def test_the_cut_covers_the_text(tokenizer: Tokenizer) -> None:
    text = "毛主席在天安门。Steel output rose 12%!"
    offsets = tokenizer.encode(text, add_special_tokens=False).offsets
    assert offsets[0][0] == 0 and offsets[-1][1] == len(text)


def test_empty_and_odd_texts_have_vectors(model: Any) -> None:
    vectors = model.encode(["", " \n", "\x00", "\U000e0001", "𠮷野家", "۝", "a" * 10_000, "国" * 10_000])
    assert np.isfinite(vectors).all()


def test_translations_are_nearer_than_anything_else(model: Any) -> None:
    chinese, english = (model.encode(list(side)) for side in zip(*PAIRS, strict=True))
    scores = chinese @ english.T
    assert (scores.argmax(0) == np.arange(len(PAIRS))).all()
    assert (scores.argmax(1) == np.arange(len(PAIRS))).all()
    assert scores.diagonal().min() > 0.4


def test_half_precision_keeps_the_vectors(model: Any) -> None:
    half = SentenceTransformer(str(WEIGHTS), device="cpu", model_kwargs={"dtype": torch.bfloat16})
    texts = [text for pair in PAIRS for text in pair]
    one, other = model.encode(texts), half.encode(texts, normalize_embeddings=True)
    other = other / np.linalg.norm(other, axis=1, keepdims=True)
    assert (one * other).sum(1).min() > 0.999


def test_translations_of_unseen_sentences_find_each_other(model: Any) -> None:
    path = PARALLEL / "flores_devtest.tsv"
    if not path.is_file():
        pytest.skip("needs ../shared/parallel/flores_devtest.tsv, which is not here")
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()][::4]
    chinese, english = (model.encode(list(side), batch_size=16) for side in zip(*rows, strict=True))
    scores = chinese @ english.T
    assert (scores.argmax(1) == np.arange(len(rows))).mean() > 0.98
    assert (scores.argmax(0) == np.arange(len(rows))).mean() > 0.98
