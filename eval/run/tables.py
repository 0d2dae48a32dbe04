"""The tables and curves of a report, computed from the rows of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.metrics.calibration import reliability
from eval.metrics.refusal import Decision, coverage_at_risk, risk_coverage, roc
from eval.run.folder import Run
from eval.run.references import POOLS
from eval.run.score import GOOD_STAGES
from eval.run.uncertainty import Interval, mean_interval
from rag.datatypes import LANGS

Row = Mapping[str, Any]
Means = Mapping[str, float | None]
BY = ("hit@3", "ndcg@10", "quote_hit@3", "answer_in_text", "source_f1", "false_refusal_rate", "false_answer_rate")
LANGUAGE_METRICS = ("ndcg@10", "quote_hit@3")
PROBE = "probe:"
_YEARS_SHOWN = 12


def by_groups(run: Run) -> list[tuple[str, list[tuple[str, Means, int]]]]:
    """(what, [(value, metric -> mean, questions asked)]) by kind, language, year or decade, and probe."""
    decades = len({year for row in run.rows for year in row["years"]}) > _YEARS_SHOWN

    def times(row: Row) -> list[str]:
        return sorted({f"{year // 10 * 10}s" if decades else str(year) for year in row["years"]})

    keys: tuple[tuple[str, Callable[[Row], list[str]]], ...] = (
        ("kind", lambda row: [row["kind"]]),
        ("language", lambda row: [row["lang"]]),
        ("decade" if decades else "year", times),
        ("probe", lambda row: [tag.removeprefix(PROBE) for tag in row["tags"] if tag.startswith(PROBE)]),
    )
    return [(name, found) for name, key in keys if (found := _by(run, key))]


def _by(run: Run, key: Callable[[Row], list[str]]) -> list[tuple[str, Means, int]]:
    names = [name for name in BY if name in run.summary["metrics"]]
    groups: dict[str, list[Row]] = {}
    for row in run.rows:
        for value in key(row):
            groups.setdefault(value, []).append(row)
    return [
        (value, {name: _mean([row["metrics"].get(name) for row in rows]) for name in names}, len(rows))
        for value, rows in sorted(groups.items())
    ]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def languages(run: Run) -> list[dict[str, Any]]:
    """For each of `LANGUAGE_METRICS` the 2 x 2 table: language of the question by language searched.

    `cells`: {question language: {language searched: mean or None}}, over the questions whose gold articles have a
    text in the language searched. `gap`: own language less the other, over the questions that have both, with its
    95 % interval. Empty for a run that did not search each language alone.
    """
    if not set(POOLS) <= set(run.manifest.get("references", ())):
        return []
    tables = []
    for metric in LANGUAGE_METRICS:
        cells: dict[str, dict[str, float | None]] = {}
        for asked in LANGS:
            rows = [row for row in run.rows if row["lang"] == asked]
            cells[asked] = {pool: _mean([_in_pool(row, pool, metric) for row in rows]) for pool in LANGS}
        gaps: list[float] = []
        clusters: list[str] = []
        for row in run.rows:
            own = _in_pool(row, row["lang"], metric)
            foreign = _in_pool(row, "en" if row["lang"] == "zh" else "zh", metric)
            if own is not None and foreign is not None:
                gaps.append(own - foreign)
                clusters.append(row["question"])
        interval: Interval | None = mean_interval(gaps, clusters)
        tables.append({"metric": metric, "cells": cells, "gap": _mean(gaps), "interval": interval})
    return tables


def _in_pool(row: Row, pool: str, metric: str) -> float | None:
    value = row["references"].get(pool, {}).get(metric)
    return float(value) if value is not None and pool in row["gold_langs"] else None


def refusal(rows: Sequence[Row]) -> dict[str, Any]:
    """The confusion table, the risk-coverage curve, the reliability plot and the ROC curve; empty in a search-only run.

    `points`: (share answered, share of those wrong) by falling confidence; `now` is where the run itself stands. An
    answer is wrong if it was given and was not fine, or if the question has no answer. `roc`: (unanswerable
    answered, answerable answered) by falling confidence. `reliability`: the bins of confidence of the
    `count` questions.
    """
    decided = [row for row in rows if row["stage"] != "apart" and (row["answer"] or row["error"])]
    if not any(row["answer"] for row in decided):
        return {}
    table = []
    for name, answerable in (("answerable", True), ("unanswerable", False)):
        mine = [row for row in decided if row["answerable"] is answerable]
        said = [row["answer"]["answered"] for row in mine if not row["error"]]
        table.append((name, str(sum(said)), str(len(said) - sum(said)), str(len(mine) - len(said))))
    decisions = [_decision(row) for row in decided]
    sure, wrong = [d.sure for d in decisions], [d.misleads for d in decisions]
    given = [d.answered is not False for d in decisions]
    bad = sum(is_wrong for is_wrong, is_given in zip(wrong, given, strict=True) if is_given)
    points = risk_coverage(sure, wrong)
    return {
        "table": table,
        "points": points,
        "now": (sum(given) / len(given), bad / sum(given)) if any(given) else None,
        "coverage": coverage_at_risk(points),
        "reliability": reliability(decisions),
        "count": len(decisions),
        "roc": roc(sure, [row["answerable"] for row in decided]),
    }


def _decision(row: Row) -> Decision:
    answer = None if row["error"] else row["answer"]
    return Decision(
        row["answerable"],
        answer["answered"] if answer else None,
        answer["confidence"] if answer else None,
        row["stage"] in GOOD_STAGES,
    )
