"""Texts to vectors: in order, of length one, the same every time; a model that cannot be had is named."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from rag.archive import Archive
from rag.embed import Embedder, SentenceTransformerEmbedder, open_embedder
from rag.errors import ModelUnavailable
from rag.index.embedded import embedded_text, max_tokens
from rag.model import WEIGHTS

TEXTS = [
    "钢。",
    "Steel was made in Anshan. " * 12,
    "江油县",
    "On the 17th the committee issued instructions.",
    "铁" * 150,
]


def test_vectors_come_in_the_order_of_the_texts_and_have_length_one(embedder: Embedder) -> None:
    together = embedder.documents(TEXTS)
    assert together.shape == (len(TEXTS), embedder.dimension) and together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    for text, vector in zip(TEXTS, together, strict=True):
        assert float(embedder.documents([text])[0] @ vector) > 0.99, "padding beside longer texts changes nothing"
    assert embedder.documents([]).shape == (0, embedder.dimension)


def test_a_question_is_encoded_once(embedder: Embedder) -> None:
    assert embedder.query("同一个问题") is embedder.query("同一个问题")


def test_readers_at_once_get_the_vectors_of_one_alone() -> None:
    light = open_embedder()
    texts = [f"第{n}炉 furnace {n} " * (1 + n % 7) for n in range(120)]
    alone = light.documents(texts)

    def read(n: int) -> bool:
        found = light.query(texts[n]) if n % 2 else light.documents([texts[n], "铁" * 90])[0]
        return float(found @ alone[n]) > 0.99

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(len(texts))))


def test_original_and_translation_are_near_and_others_are_not(embedder: Embedder) -> None:
    zh, en, other = embedder.documents(
        ["八天内采矿石八万吨。", "80,000 tons of ore were mined in eight days.", "The conference opened."]
    )
    assert zh @ en > 0.5 > zh @ other


@pytest.mark.fault(21)
def test_what_is_embedded_always_fits_the_window(embedder: Embedder, archive: Archive) -> None:
    for identifier in archive.article_ids():
        article = archive.article(identifier)
        for lang, title in article.titles.items():
            text = embedded_text(embedder, title * 5, article.bodies[lang][:60])
            assert text.endswith(article.bodies[lang][:60])
            assert embedder.count(text) <= embedder.window
    assert max_tokens(embedder) >= 150


def test_the_digest_follows_the_weights(tmp_path: Path, embedder: Embedder) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(WEIGHTS, copy)
    assert SentenceTransformerEmbedder(copy).digest == embedder.digest
    config = copy / "config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert SentenceTransformerEmbedder(copy).digest != embedder.digest


@pytest.mark.fault(38)
def test_a_missing_model_folder_is_named() -> None:
    with pytest.raises(ModelUnavailable, match="/no/such/model"):
        open_embedder("/no/such/model")


@pytest.mark.fault(38)
def test_a_damaged_model_says_how_to_get_one(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(WEIGHTS, copy)
    weights = copy / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ModelUnavailable, match="WENBAO_EMBEDDING_MODEL"):
        open_embedder(str(copy)).query("钢")


@pytest.mark.fault(38)
def test_a_name_that_cannot_be_fetched_says_so() -> None:
    with pytest.raises(ModelUnavailable, match="someone/no-such-model"):
        open_embedder("someone/no-such-model", offline=True).query("钢")
