"""A query -> hits: keyword and dense channels in both languages, fused, original and translation folded into one.

Every candidate gets a score from every channel, so that none is judged by half the evidence: the keyword score is
a share of the best possible one (0 to about 1), the dense score a cosine. Within one search both are standardised
over the candidates and added with the weights below. A passage and its counterpart are one unit: it takes the
better of their keyword scores and the mean of their similarities.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Channel, ChannelScore, Filters, Hit, Lang, other
from rag.embed import Embedder
from rag.index.reader import Generation
from rag.language.tokens import content_keywords, keywords
from rag.query import Query

CANDIDATES = 100
"""Passages taken from the top of each channel and language."""
WEIGHTS: Mapping[str, float] = {"keyword": 1.0, "dense": 0.8}
"""Weight of each standardised channel."""


@dataclass(slots=True)
class _Unit:
    """A passage and, if it has one, its counterpart: row numbers per language."""

    rows: dict[Lang, int]
    keyword: float = 0.0
    dense: float = 0.0
    score: float = 0.0


def search(generation: Generation, embedder: Embedder, query: Query, k: int, channel: Channel = "fused") -> list[Hit]:
    """The k best hits, best first, counterparts folded.

    Args:
        generation: what to search.
        embedder: the model the generation was made with.
        query: the question as understood.
        k: number of hits, at least 1.
        channel: one channel alone, to see what it is worth, or both.
    """
    tokens = content_keywords(query.text) or keywords(query.text) if channel != "dense" else []
    allowed = {lang: generation.allowed(lang, query.filters) for lang in LANGS}
    keyword = {lang: generation.keyword[lang].scores(tokens) for lang in LANGS}
    wanted = channel != "keyword" and generation.dense_langs & _readable(embedder, query)
    vector = embedder.query(query.text) if wanted else None
    ranks: dict[str, dict[int, int]] = {}
    pool: dict[Lang, set[int]] = {"zh": set(), "en": set()}
    for lang in LANGS:
        keep = allowed[lang]
        found = _top(keyword[lang] if keep is None else np.where(keep, keyword[lang], 0.0))
        ranks[f"keyword-{lang}"] = {row: i for i, row in enumerate(found, 1)}
        pool[lang].update(found)
        if vector is not None and lang in generation.dense_langs:
            rows, _ = generation.nearest(lang, vector, CANDIDATES, keep)
            ranks[f"dense-{lang}"] = {int(row): i for i, row in enumerate(rows, 1)}
            pool[lang].update(map(int, rows))
    dense: dict[Lang, dict[int, float]] = {"zh": {}, "en": {}}
    units = _fold(generation, pool, query.filters.lang)
    if vector is not None:
        for lang in generation.dense_langs:
            rows_needed = sorted({u.rows[lang] for u in units if lang in u.rows})
            if rows_needed:
                scores = generation.similarity(lang, vector, np.array(rows_needed, dtype=np.int64))
                dense[lang] = dict(zip(rows_needed, map(float, scores), strict=True))
    _score(units, keyword, dense)
    units.sort(key=lambda u: (-u.score, *(u.rows.get(lang, -1) for lang in LANGS)))
    return [_hit(generation, unit, query, tokens, keyword, dense, ranks) for unit in units[:k]]


def _readable(embedder: Embedder, query: Query) -> frozenset[Lang]:
    """Languages in which the dense channel may be asked: none if the model cannot read the question."""
    return embedder.languages if query.lang in embedder.languages else frozenset()


def _top(scores: NDArray[np.float32]) -> list[int]:
    """Rows with the highest positive scores, best first, ties by row."""
    count = min(CANDIDATES, len(scores))
    if not count:
        return []
    best = np.argpartition(-scores, count - 1)[:count]
    best = best[np.lexsort((best, -scores[best]))]
    return [int(row) for row in best if scores[row] > 0]


def _fold(generation: Generation, pool: Mapping[Lang, set[int]], only: Lang | None) -> list[_Unit]:
    """One unit for each candidate and its counterpart; a counterpart joins even if no channel found it."""
    units: dict[tuple[int, int], _Unit] = {}
    for lang in LANGS:
        twins = generation.passages[lang]["twin"]
        back = generation.passages[other(lang)]["twin"]
        for row in sorted(pool[lang]):
            twin = int(twins[row])
            # A long paragraph has several passages; only those that name each other are one.
            mutual = twin >= 0 and int(back[twin]) == row
            rows: dict[Lang, int] = {lang: row}
            if mutual and only is None:
                rows[other(lang)] = twin
            units.setdefault((rows.get("zh", -1), rows.get("en", -1)), _Unit(rows))
    return list(units.values())


def _score(
    units: list[_Unit], keyword: Mapping[Lang, NDArray[np.float32]], dense: Mapping[Lang, Mapping[int, float]]
) -> None:
    if not units:
        return
    for unit in units:
        unit.keyword = max(float(keyword[lang][row]) for lang, row in unit.rows.items())
        seen = [dense[lang][row] for lang, row in unit.rows.items() if row in dense[lang]]
        unit.dense = sum(seen) / len(seen) if seen else float("nan")
    totals = np.zeros(len(units))
    for name, weight in WEIGHTS.items():
        values = np.array([getattr(unit, name) for unit in units])
        known = values[~np.isnan(values)]
        if len(known):
            spread = float(known.std()) or 1.0
            totals += weight * np.nan_to_num((values - known.mean()) / spread)
    for unit, total in zip(units, totals, strict=True):
        unit.score = float(total)


def _hit(
    generation: Generation,
    unit: _Unit,
    query: Query,
    tokens: list[str],
    keyword: Mapping[Lang, NDArray[np.float32]],
    dense: Mapping[Lang, Mapping[int, float]],
    ranks: Mapping[str, Mapping[int, int]],
) -> Hit:
    lang = query.lang if query.lang in unit.rows else next(iter(unit.rows))
    passage = generation.passage(lang, unit.rows[lang])
    article, beads = generation.article(passage.article_id)
    channels: dict[str, ChannelScore] = {}
    for side, row in sorted(unit.rows.items(), key=lambda item: item[0] != lang):
        channels[f"keyword-{side}"] = ChannelScore(
            ranks[f"keyword-{side}"].get(row, 0), round(float(keyword[side][row]), 4)
        )
        if row in dense[side]:
            channels[f"dense-{side}"] = ChannelScore(ranks[f"dense-{side}"].get(row, 0), round(dense[side][row], 4))
    matched = sorted(
        set(tokens) & set(keywords(f"{article.titles.get(lang, '')}\n{passage.text}")),
        key=lambda t: (-generation.keyword[lang].idf(t), t),
    )
    twin = generation.twin(article, beads, lang, passage.start, passage.end)
    return Hit(
        passage,
        article,
        round(unit.score, 4),
        channels,
        _why(
            channels, [t for t in matched if len(t) > 1 or not "㐀" <= t <= "鿿"][:8], query.filters, len(unit.rows) > 1
        ),
        twin,
    )


def _why(channels: Mapping[str, ChannelScore], matched: list[str], filters: Filters, folded: bool) -> tuple[str, ...]:
    why = [f"{name} rank {channel.rank}" for name, channel in channels.items() if channel.rank]
    if matched:
        why.append("terms " + ", ".join(matched))
    if filters.since or filters.until:
        why.append(f"issue date within {filters.since or '...'} to {filters.until or '...'}")
    if folded:
        why.append("counted with its counterpart")
    return tuple(why)
