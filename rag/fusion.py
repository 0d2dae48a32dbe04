"""From what the channels say to one score: a weighted sum on fixed scales.

Both channels have a scale of their own that does not depend on the other candidates: the keyword score is a share of
the best possible one, 0 to about 1, the dense score a cosine. They are added as they are, the keyword score with a
weight: of a passage in one language by that and the question's language, of a passage and its translation the same, so
that a question weighs both alike in whichever language it is asked. So a channel that found nothing adds nothing: where
a question and a passage share no words, 0.01 against 0.02 stays 0.01 against 0.02, while standardising over the
candidates of one question would blow it up to the size of a real difference. (Bruch, Gai and Ingber 2023, "An analysis
of fusion functions for hybrid retrieval", ACM Transactions on Information Systems 42:1, find the same: a convex
combination with fixed bounds is the most robust.) The weights were chosen by `python -m training.fusion` on development
questions; `fusion.json` holds them with their evidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.channels import Pool
from rag.datatypes import LANGS, Lang

WEIGHTS = Path(__file__).parent / "fusion.json"

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the keyword scores, the dense score having 1, and of what supports a passage besides.

    `keyword`: by "zh-en" (language of the question, of the passage), for passages without a counterpart. `pair`: for
    those with one, of either side. `article`: of the share of the question's words that the article has, wherever they
    stand in it, by "zh-en", for articles in one language. `context`: of the turn before, for a question that goes on
    with its subject by itself.
    """

    keyword: Mapping[str, float]
    pair: float
    article: Mapping[str, float]
    context: float


_DIRECTIONS = ("zh-zh", "zh-en", "en-zh", "en-en")
EVEN = Weights(
    keyword=dict.fromkeys(_DIRECTIONS, 1.0),
    pair=1.0,
    article=dict.fromkeys(_DIRECTIONS, 0.0),
    context=0.0,
)
"""For one channel alone."""


@lru_cache(maxsize=1)
def weights() -> Weights:
    """The stored weights."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Weights(stored["keyword"], stored["pair"], stored["article"], stored["context"])


def fuse(asked: Lang, pool: Pool, with_weights: Weights) -> Scores:
    """The score of every unit, shape (units,), higher is better.

    A passage and its counterpart are one unit, and each speaks for the other: it takes the sum of their weighted
    keyword scores, so that a question finds the same paragraph in whichever language it is asked, and the mean of their
    similarities. A unit that the model cannot judge gets the mean of those it can. To both comes what the article as a
    whole holds of the question: one of several facts is answered by several passages of an article, none of which has
    all its words.

    Args:
        asked: language of the question.
        pool: the units.
        with_weights: the weights.
    """
    rows, keyword, dense = pool.rows, pool.keyword, pool.dense
    alone = np.array([with_weights.keyword[f"{asked}-{lang}"] for lang in LANGS], dtype=np.float32)
    scale = np.where((rows >= 0).all(axis=1, keepdims=True), np.float32(with_weights.pair), alone)
    known = ~np.isnan(dense)
    count = known.sum(axis=1)
    total = np.where(known, dense, 0).sum(axis=1)
    similarity = np.divide(total, count, out=np.full(len(total), np.nan, dtype=np.float32), where=count > 0)
    missing = np.isnan(similarity)
    if missing.all():
        similarity[:] = 0
    elif missing.any():
        similarity[missing] = similarity[~missing].mean()
    share = np.array([with_weights.article[f"{asked}-{lang}"] for lang in LANGS], dtype=np.float32)
    whole = (pool.article * share).sum(axis=1)
    fused: Scores = ((keyword * scale).sum(axis=1) + similarity + whole).astype(np.float32)
    return fused
