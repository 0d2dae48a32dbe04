"""The figures of a run: means by slice, intervals, counts, times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.metrics import METRICS
from eval.metrics.refusal import auroc, balanced_accuracy
from eval.score import GOOD_STAGES, STAGES, Scored
from eval.uncertainty import Interval, balanced_interval, mean_interval

GROUPS = ("all", "zh", "en", "zh->en", "en->zh", "dev", "test")
_WHOLE = {"balanced_accuracy": balanced_accuracy, "auroc": auroc}


def summarise(scored: Sequence[Scored]) -> dict[str, Any]:
    """The content of `summary.json`.

    `metrics`: name -> {slice: mean, "n": questions asked that have it, "ci": [low, high] of `all` or null};
    `counts`; `timing_ms`: p50 and p95 over the questions that did not fail, null if there are none.
    """
    metrics: dict[str, Any] = {}
    for name in METRICS:
        entry = _whole(name, scored) if METRICS[name].whole else _mean(name, scored)
        if entry:
            metrics[name] = entry
    took = [s.outcome.took_ms for s in scored if s.outcome.took_ms is not None]
    p50, p95 = (_round(float(q)) for q in np.percentile(took, (50, 95))) if took else (None, None)
    return {"metrics": metrics, "counts": _counts(scored), "timing_ms": {"p50": p50, "p95": p95}}


def _mean(name: str, scored: Sequence[Scored]) -> dict[str, Any]:
    having = [s for s in scored if name in s.metrics]
    if not having:
        return {}
    entry: dict[str, Any] = {}
    for group in GROUPS:
        values = [s.metrics[name] for s in having if group in s.groups]
        if values:
            entry[group] = _round(float(np.mean(values)))
    interval = mean_interval([s.metrics[name] for s in having], [s.case.cluster for s in having])
    return {**entry, "n": len(having), "ci": _rounded(interval)}


def _whole(name: str, scored: Sequence[Scored]) -> dict[str, Any]:
    entry: dict[str, Any] = {}
    for group in GROUPS:
        value = _WHOLE[name]([s.decision for s in scored if s.decision and group in s.groups])
        if value is not None:
            entry[group] = _round(value)
    decided = [(s.decision, s.case.cluster) for s in scored if s.decision]
    interval = None
    if name == "balanced_accuracy" and "all" in entry:
        wrong, answerable = [d.wrong for d, _ in decided], [d.answerable for d, _ in decided]
        interval = balanced_interval(wrong, answerable, [cluster for _, cluster in decided])
    return {**entry, "n": len(decided), "ci": _rounded(interval)} if "all" in entry else {}


def _counts(scored: Sequence[Scored]) -> dict[str, Any]:
    stages = Counter(s.stage for s in scored)
    return {
        "questions": len({s.case.cluster for s in scored}),
        "asked": len(scored),
        "zh": sum(s.case.lang == "zh" for s in scored),
        "en": sum(s.case.lang == "en" for s in scored),
        "answerable": sum(s.case.question.answerable for s in scored),
        "unanswerable": sum(not s.case.question.answerable for s in scored),
        "failed": stages["failed"],
        "apart": stages["apart"],
        "stages": {stage: stages[stage] for stage in STAGES if stages[stage]},
        "good": sum(stages[stage] for stage in GOOD_STAGES if stage != "apart"),
    }


def _rounded(interval: Interval | None) -> list[float] | None:
    return [_round(bound) for bound in interval] if interval else None


def _round(value: float) -> float:
    return round(value, 6)
