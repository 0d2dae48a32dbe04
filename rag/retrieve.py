"""A query -> hits: candidates of all channels, fused, original and translation folded into one, reprints folded,
with what tells why each was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.channels import Pool, Probe, gather, probe, rescored, widened
from rag.datatypes import LANGS, Added, Channel, ChannelScore, Hit, Lang, Printed
from rag.embed import Embedder
from rag.expand import Expansion
from rag.fusion import EVEN, fuse, weights
from rag.index.reader import Generation
from rag.language.script import HAN
from rag.query import Query
from rag.variety import lowered, reprints

SAME_SUBJECT = 0.1
"""A question whose cosine to the turn before is below this has changed the subject; that turn is dropped."""
FOLDED = 60
"""Hits at the top among which reprints are looked for."""


def search(
    generation: Generation,
    embedder: Embedder,
    query: Query,
    k: int,
    *,
    expanded: Expansion | None = None,
    channel: Channel = "fused",
) -> list[Hit]:
    """The k best hits, best first, counterparts and reprints folded.

    Args:
        generation: what to search.
        embedder: the model the generation was made with.
        query: the question as understood.
        k: number of hits, at least 1.
        expanded: what the question's words are called in the other language, to be searched for as well.
        channel: one channel alone, to see what it is worth, or both.
    """
    asked = probe(query.text, query.lang)
    if expanded:
        asked = widened(generation, asked, expanded)
    pool = gather(generation, embedder, asked, query.filters, channel)
    if not len(pool.rows):
        return []
    scores = fuse(query.lang, pool, weights() if channel == "fused" else EVEN)
    if query.context and channel == "fused" and _same_subject(embedder, query):
        before = rescored(generation, embedder, probe(query.context, query.lang), pool)
        lasting = fuse(query.lang, before, weights())
        scores = scores + np.float32(weights().context) * lasting
    articles = generation.owners(pool.rows)
    if channel == "fused":
        scores = lowered(_sorted(pool, scores), scores, articles)
    ranked = _sorted(pool, scores)
    folded = reprints(generation, pool.rows, ranked[: min(FOLDED, 2 * k)], articles)
    kept = [int(unit) for unit in ranked if int(unit) not in folded][:k]
    also: dict[int, list[int]] = {}
    for unit, original in folded.items():
        also.setdefault(original, []).append(unit)
    describe = _Describer(generation, query, asked, expanded.added if expanded else (), pool, scores)
    return [describe.hit(unit, also.get(unit, ())) for unit in kept]


def _sorted(pool: Pool, scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """Unit numbers, best first, ties by row."""
    order: NDArray[np.int64] = np.lexsort((*pool.rows.T[::-1], -scores))
    return order


def _same_subject(embedder: Embedder, query: Query) -> bool:
    if query.lang not in embedder.languages:
        return False
    return float(embedder.query(query.text) @ embedder.query(query.context)) >= SAME_SUBJECT


def _shown(rows: NDArray[np.int64], asked: Lang) -> tuple[Lang, int]:
    """The side of a unit that is shown: that of the question's language if there is one."""
    sides = {lang: int(row) for lang, row in zip(LANGS, rows, strict=True) if row >= 0}
    lang = asked if asked in sides else next(iter(sides))
    return lang, sides[lang]


class _Describer:
    """Turns units into hits with what tells why they were found."""

    def __init__(
        self,
        generation: Generation,
        query: Query,
        asked: Probe,
        added: Sequence[Added],
        pool: Pool,
        scores: NDArray[np.float32],
    ) -> None:
        self._generation, self._query, self._asked = generation, query, asked
        self._added, self._pool, self._scores = added, pool, scores
        self._new = {t for a in added for t in a.tokens} - set(probe(query.text, query.lang).tokens["en"])
        self._held: dict[tuple[Lang, str], frozenset[int]] = {}

    def hit(self, unit: int, also: Sequence[int]) -> Hit:
        """The hit of a unit; `also` are the units that print the same."""
        lang, row = _shown(self._pool.rows[unit], self._query.lang)
        passage = self._generation.passage(lang, row)
        article, beads = self._generation.article(passage.article_id)
        sides = [side for side in sorted(LANGS, key=lambda side: side != lang) if self._row(unit, side) >= 0]
        channels = self._channels(unit, sides)
        twin = self._generation.twin(article, beads, lang, passage.start, passage.end)
        terms, added = self._matched({side: self._row(unit, side) for side in sides})
        printed = tuple(self._printed(other) for other in also)
        score = round(float(self._scores[unit]), 4)
        times = self._generation.times(lang, row)
        return Hit(passage, article, score, channels, twin, terms=terms, added=added, also=printed, times=times)

    def _row(self, unit: int, lang: Lang) -> int:
        return int(self._pool.rows[unit, LANGS.index(lang)])

    def _channels(self, unit: int, sides: Sequence[Lang]) -> dict[str, ChannelScore]:
        channels: dict[str, ChannelScore] = {}
        for side in sides:
            column, row = LANGS.index(side), self._row(unit, side)
            for name, values in (("keyword", self._pool.keyword), ("dense", self._pool.dense)):
                value = float(values[unit, column])
                if not np.isnan(value):
                    rank = self._pool.ranks.get(f"{name}-{side}", {}).get(row, 0)
                    channels[f"{name}-{side}"] = ChannelScore(rank, round(value, 4))
        return channels

    def _matched(self, rows: Mapping[Lang, int]) -> tuple[tuple[str, ...], tuple[Added, ...]]:
        """The question's tokens that the passage or its headline holds, rarest first, and what was added and found."""
        held = {
            side: {t for t in self._asked.tokens[side] if row in self._holding(side, t)} for side, row in rows.items()
        }
        found = {t for tokens in held.values() for t in tokens} - self._new
        rarity = {t: max(self._generation.keyword[side].idf(t) for side in rows) for t in found}
        terms = [t for t in sorted(rarity, key=lambda t: (-rarity[t], t)) if len(t) > 1 or not HAN.match(t)]
        return tuple(terms[:8]), tuple(a for a in self._added if a.lang in held and set(a.tokens) <= held[a.lang])

    def _holding(self, side: Lang, token: str) -> frozenset[int]:
        """The candidates of one language that hold a token."""
        if (side, token) not in self._held:
            candidates = self._pool.rows[:, LANGS.index(side)]
            holds = self._generation.keyword[side].stands_in(token, np.stack([candidates, candidates + 1], axis=1))
            self._held[side, token] = frozenset(candidates[holds].tolist())
        return self._held[side, token]

    def _printed(self, unit: int) -> Printed:
        lang, row = _shown(self._pool.rows[unit], self._query.lang)
        article, _ = self._generation.article(int(self._generation.passages[lang][row]["article"]))
        return Printed(article.id, article.date, article.page, article.partial_date, article.paper)
