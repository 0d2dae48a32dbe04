"""What each channel says of a question: candidates from keyword and dense search in both languages, with the scores
that every channel gives to every one of them, so that none is judged by half the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Channel, Filters, Lang, other
from rag.embed import Embedder
from rag.expand import Expansion
from rag.index.reader import Generation
from rag.language.tokens import content_keywords, keywords

CANDIDATES = 100
"""Passages taken from the top of each channel and language."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What the channels are asked: the text for the dense one, tokens per language of the passages for the keyword
    one, and per language the number of the question's words that have no token there."""

    text: str
    lang: Lang
    tokens: Mapping[Lang, tuple[str, ...]]
    unsaid: Mapping[Lang, int]


@dataclass(frozen=True, slots=True)
class Pool:
    """The candidates. A passage and its counterpart are one unit.

    Attributes:
        rows: shape (units, 2), row of the Chinese and the English passage, -1 where there is none.
        keyword: shape (units, 2), share of the best possible keyword score, 0 where there is no passage.
        article: shape (units, 2), share of the question's tokens, weighted by rarity, that the passage's article holds;
            0 where there is no passage, or the article is in both languages.
        dense: shape (units, 2), cosine, NaN where there is no passage or the model cannot read it.
        ranks: channel ("keyword-zh", ...) -> row -> rank from 1.
    """

    rows: NDArray[np.int64]
    keyword: NDArray[np.float32]
    article: NDArray[np.float32]
    dense: NDArray[np.float32]
    ranks: Mapping[str, Mapping[int, int]]


def probe(text: str, lang: Lang) -> Probe:
    """The probe of a text without anything added to it."""
    tokens = tuple(content_keywords(text) or keywords(text))
    return Probe(text, lang, {"zh": tokens, "en": tokens}, {"zh": 0, "en": 0})


def widened(generation: Generation, asked: Probe, expanded: Expansion) -> Probe:
    """The probe with what was added in the other language.

    There the question's own tokens count as far as they can occur (names in Latin letters, figures, dates), and each
    of its words for which there is nothing counts as one that is lacking: so the score says, as in the question's own
    language, which share of the question a passage holds.
    """
    target = other(asked.lang)
    index = generation.keyword[target]
    own = [t for t in asked.tokens[target] if t[0] in "#@" or index.known(t)]
    tokens = tuple(dict.fromkeys([*own, *(t for a in expanded.added for t in a.tokens)]))
    return Probe(asked.text, asked.lang, {**asked.tokens, target: tokens}, {**asked.unsaid, target: expanded.unsaid})


def gather(
    generation: Generation, embedder: Embedder, asked: Probe, filters: Filters, channel: Channel = "fused"
) -> Pool:
    """The candidates for a question among the passages that the filters leave, from both channels or from one."""
    tokens = asked.tokens if channel != "dense" else {lang: () for lang in LANGS}
    keyword = {lang: generation.keyword[lang].scores(tokens[lang], asked.unsaid[lang]) for lang in LANGS}
    reads = channel != "keyword" and asked.lang in embedder.languages
    langs = [lang for lang in LANGS if reads and lang in generation.dense_langs]
    vector = embedder.query(asked.text) if langs else None
    ranks: dict[str, dict[int, int]] = {}
    found: dict[Lang, list[int]] = {}
    for lang in LANGS:
        keep = generation.allowed(lang, filters)
        top = _top(keyword[lang] if keep is None else np.where(keep, keyword[lang], 0.0))
        ranks[f"keyword-{lang}"] = {row: i for i, row in enumerate(top, 1)}
        near: Sequence[int] = ()
        if vector is not None and lang in langs:
            rows, _ = generation.nearest(lang, vector, CANDIDATES, keep)
            near = rows.tolist()
            ranks[f"dense-{lang}"] = {row: i for i, row in enumerate(near, 1)}
        found[lang] = sorted({*top, *near})
    rows = _units(generation, found, filters.lang)
    scores, held = (np.zeros(rows.shape, dtype=np.float32) for _ in range(2))
    cosines = np.full(rows.shape, np.nan, dtype=np.float32)
    for column, lang in enumerate(LANGS):
        there = rows[:, column] >= 0
        scores[there, column] = keyword[lang][rows[there, column]]
        held[there, column] = _held(generation, lang, asked, rows[there, column])
        if vector is not None and lang in langs:
            cosines[there, column] = generation.similarity(lang, vector, rows[there, column])
    return Pool(rows, scores, held, cosines, ranks)


def rescored(generation: Generation, embedder: Embedder, asked: Probe, pool: Pool) -> Pool:
    """The same candidates with the scores that another probe gives them."""
    scores, held = np.zeros_like(pool.keyword), np.zeros_like(pool.article)
    cosines = np.full_like(pool.dense, np.nan)
    for column, lang in enumerate(LANGS):
        there = pool.rows[:, column] >= 0
        rows = pool.rows[there, column]
        scores[there, column] = generation.keyword[lang].scores(asked.tokens[lang], asked.unsaid[lang])[rows]
        held[there, column] = _held(generation, lang, asked, rows)
        if asked.lang in embedder.languages and lang in generation.dense_langs:
            cosines[there, column] = generation.similarity(lang, embedder.query(asked.text), rows)
    return Pool(pool.rows, scores, held, cosines, pool.ranks)


def _held(generation: Generation, lang: Lang, asked: Probe, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """The column of `Pool.article` for passages of one language. An article in both languages supports its passages
    by their counterparts already; over the bilingual development set this support on top made the order worse."""
    held, alone = np.zeros(len(rows), dtype=np.float32), ~generation.is_in(other(lang), lang, rows)
    if alone.any():
        ranges, place = np.unique(generation.of_article(lang, rows[alone]), axis=0, return_inverse=True)
        shares = generation.keyword[lang].held(asked.tokens[lang], ranges, asked.unsaid[lang])
        held[alone] = shares[place.reshape(-1)]
    return held


def _top(scores: NDArray[np.float32]) -> list[int]:
    """Rows with the highest positive scores, best first, ties by row."""
    count = min(CANDIDATES, len(scores))
    if not count:
        return []
    best = np.argpartition(-scores, count - 1)[:count]
    best = best[np.lexsort((best, -scores[best]))]
    return [int(row) for row in best if scores[row] > 0]


def _units(generation: Generation, found: Mapping[Lang, Sequence[int]], only: Lang | None) -> NDArray[np.int64]:
    """One unit for each candidate and its counterpart, which joins even if no channel found it; shape (units, 2)."""
    units: dict[tuple[int, int], None] = {}
    for lang in LANGS:
        twins = generation.passages[lang]["twin"]
        back = generation.passages[other(lang)]["twin"]
        for row in found[lang]:
            twin = int(twins[row])
            # A long paragraph has several passages; only those that name each other are one.
            joined = only is None and twin >= 0 and int(back[twin]) == row
            pair = (row, twin if joined else -1)
            units[pair if lang == "zh" else pair[::-1]] = None
    return np.array(list(units), dtype=np.int64).reshape(-1, 2)
