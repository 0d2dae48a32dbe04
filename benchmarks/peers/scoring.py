"""The one rule by which the results of every peer are judged."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.peers.corpora import Asked
from benchmarks.peers.peer import Place
from eval.metrics.ranking import ranking_metrics

CUTS = (1, 3, 10)
BUDGET = 2_000
IN_BUDGET = f"gold in {BUDGET:,} characters"
"""Whether a gold sentence stands in so many characters of what is shown, from the first on: what one reader, or one
prompt, has room for. Passages of any length are alike under it."""
DEPTH = 50
"""Results asked for, so that there are ten articles among them."""


def scores(asked: Asked, places: Sequence[Place], *, own_ids: bool = False) -> dict[str, float]:
    """Measure -> 0 or 1, or for ndcg@10 a share, higher is better.

    A gold sentence counts as found if a text that is shown contains it, white space aside. The measures of gold
    sentences are left out for a question without any.
    """
    places = [place for place in places if not (own_ids and place.article == asked.cluster)]
    names = dict.fromkeys(name for place in places for name in (place.article, *place.also))
    ranked = ranking_metrics({asked.id: asked.grades}, {asked.id: list(names)}).get(asked.id, {})
    values = {name: ranked[name] for name in ("ndcg@10", "success@1") if name in ranked}
    if not asked.quotes:
        return values
    gold = [_dense(quote) for quote in asked.quotes]
    rank = next((i for i, place in enumerate(places, 1) if _holds(place.texts, gold)), None)
    values |= {f"gold@{cut}": float(rank is not None and rank <= cut) for cut in CUTS}
    values[IN_BUDGET] = float(_holds(_shown(places, BUDGET), gold))
    return values


def _shown(places: Sequence[Place], left: int) -> list[str]:
    """The texts that are shown in so many characters, the last one cut off."""
    texts = []
    for text in (text for place in places for text in place.texts):
        texts.append(text[: max(left, 0)])
        left -= len(text)
    return texts


def _holds(texts: Sequence[str], gold: Sequence[str]) -> bool:
    return any(quote in _dense(text) for text in texts for quote in gold)


def _dense(text: str) -> str:
    return "".join(text.split())
