"""The figures of a run: means by slice, intervals, counts, times."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from eval.metrics import METRICS
from eval.metrics.calibration import ece
from eval.metrics.refusal import Decision, auroc, balanced_accuracy, confidence
from eval.run.score import GOOD_STAGES, STAGES, Scored
from eval.run.uncertainty import Interval, auroc_interval, balanced_interval, mean_intervals

GROUPS = ("all", "zh", "en", "zh->en", "en->zh", "dev", "test")


def summarise(scored: Sequence[Scored], beside: Sequence[str] = ()) -> dict[str, Any]:
    """The content of `summary.json`.

    `metrics`: name -> {slice: mean, "n": questions asked that have it, "ci": [low, high] of `all` or null};
    `references`: the same for each reference search in `beside`; `counts`; `timing_ms`: p50 and p95 over the
    questions that did not fail, null if there are none.
    """
    plain = means([(s, s.metrics) for s in scored])
    metrics: dict[str, Any] = {}
    for name in METRICS:
        entry = _whole(name, scored) if METRICS[name].whole else plain.get(name)
        if entry:
            metrics[name] = entry
    took = [s.outcome.took_ms for s in scored if s.outcome.took_ms is not None]
    p50, p95 = (_round(float(q)) for q in np.percentile(took, (50, 95))) if took else (None, None)
    return {
        "metrics": metrics,
        "references": {name: means([(s, s.beside.get(name, {})) for s in scored]) for name in beside},
        "counts": _counts(scored),
        "timing_ms": {"p50": p50, "p95": p95},
    }


def means(
    rows: Sequence[tuple[Scored, Mapping[str, float]]], names: Sequence[str] = tuple(METRICS)
) -> dict[str, dict[str, Any]]:
    """Metric -> its means by slice with the interval, for those of `names` that any of the questions has."""
    having = {name: [(s, values[name]) for s, values in rows if name in values] for name in names}
    having = {name: found for name, found in having.items() if found}
    intervals = mean_intervals(
        [([v for _, v in found], [s.case.cluster for s, _ in found]) for found in having.values()]
    )
    made = {}
    for (name, found), interval in zip(having.items(), intervals, strict=True):
        entry: dict[str, Any] = {}
        for group in GROUPS:
            values = [value for s, value in found if group in s.groups]
            if values:
                entry[group] = _round(float(np.mean(values)))
        made[name] = {**entry, "n": len(found), "ci": _rounded(interval)}
    return made


def _whole(name: str, scored: Sequence[Scored]) -> dict[str, Any]:
    value_of, interval_of = _WHOLE[name]
    entry: dict[str, Any] = {}
    for group in GROUPS:
        value = value_of([s.decision for s in scored if s.decision and group in s.groups])
        if value is not None:
            entry[group] = _round(value)
    if "all" not in entry:
        return {}
    decided = [(s.decision, s.case.cluster) for s in scored if s.decision]
    interval = interval_of([d for d, _ in decided], [cluster for _, cluster in decided])
    return {**entry, "n": len(decided), "ci": _rounded(interval)}


def _balanced_interval(decisions: Sequence[Decision], clusters: Sequence[str]) -> Interval | None:
    return balanced_interval([d.wrong for d in decisions], [d.answerable for d in decisions], clusters)


def _auroc_interval(decisions: Sequence[Decision], clusters: Sequence[str]) -> Interval | None:
    return auroc_interval([confidence(d) for d in decisions], [d.answerable for d in decisions], clusters)


def _no_interval(decisions: Sequence[Decision], clusters: Sequence[str]) -> Interval | None:  # noqa: ARG001
    """Bins of a resample are noisier than those of the sample, so a bootstrap of ECE lies above its value."""
    return None


_Of = Callable[[Sequence[Decision]], float | None]
_IntervalOf = Callable[[Sequence[Decision], Sequence[str]], Interval | None]
_WHOLE: Mapping[str, tuple[_Of, _IntervalOf]] = {
    "balanced_accuracy": (balanced_accuracy, _balanced_interval),
    "auroc": (auroc, _auroc_interval),
    "ece": (ece, _no_interval),
}


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
        "missing": len({article for s in scored for article in s.missing}),
        "stages": {stage: stages[stage] for stage in STAGES if stages[stage]},
        "good": sum(stages[stage] for stage in GOOD_STAGES if stage != "apart"),
    }


def _rounded(interval: Interval | None) -> list[float] | None:
    return [_round(bound) for bound in interval] if interval else None


def _round(value: float) -> float:
    return round(value, 6)
