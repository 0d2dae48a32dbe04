"""Ranking metrics, computed by ir-measures: the definitions of trec_eval, graded 0/1/2, linear gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from eval.sets.verify import Place, covered
from rag.datatypes import Span

NAMES = ("ndcg@10", "r@5", "r@10", "r@100", "rr@10", "success@1", "hit@3", "judged@10")
QUOTE_CUTS = (1, 3, 10)
QUOTE_SHARE = 0.8
"""A passage holds a quotation from this share of its characters on (EVAL's quote-hit)."""


@lru_cache(maxsize=1)
def _measures() -> dict[str, Any]:
    from ir_measures import RR, Judged, R, Success, nDCG

    return dict(
        zip(NAMES, (nDCG @ 10, R @ 5, R @ 10, R @ 100, RR @ 10, Success @ 1, Success @ 3, Judged @ 10), strict=True)
    )


def ranking_metrics(
    grades: Mapping[str, Mapping[str, int]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Metric name -> value, 0 to 1, for each query of `grades` that has a relevant document (grade 1 or better).

    `rankings` lists document ids, best first, each once. A query that `rankings` lacks, or with an empty one,
    gets 0 everywhere; one without a relevant document is left out, since its mean would be 0 whatever was found.
    Scores are written as -rank, because tied scores are ordered by id, and not alike by all metrics.
    """
    import ir_measures

    qrels = {query: dict(judged) for query, judged in grades.items() if max(judged.values(), default=0) > 0}
    run = {
        query: {document: -float(rank) for rank, document in enumerate(rankings.get(query, ()), 1)} for query in qrels
    }
    values = {query: dict.fromkeys(NAMES, 0.0) for query in qrels}
    asked = {query: found for query, found in run.items() if found}
    if asked:
        measures = _measures()
        names = {str(measure): name for name, measure in measures.items()}
        judged_asked = {query: qrels[query] for query in asked}
        for one in ir_measures.iter_calc(list(measures.values()), judged_asked, asked):
            values[one.query_id][names[str(one.measure)]] = float(one.value)
    return values


def quote_hit(
    quotations: Sequence[Sequence[Place]], hits: Sequence[tuple[str, Sequence[Span]]], k: int
) -> float | None:
    """1 if one of the first `k` hits holds at least 80 % of the characters of a gold quotation, in sequence, else 0.

    A hit is its article and the spans it stands for (its own and its counterpart's). None without quotations.
    """
    if not quotations:
        return None
    places = [place for quotation in quotations for place in quotation]
    return float(
        any(
            place.article == article and covered(place, span) >= QUOTE_SHARE
            for article, spans in hits[:k]
            for span in spans
            for place in places
        )
    )
