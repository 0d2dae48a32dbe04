"""Floors: what a run has to reach, so that a build can fail on it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.metrics import METRICS
from eval.run.summary import GROUPS
from rag.errors import BelowThreshold, UsageError


class Missed(BelowThreshold):
    """An evaluation missed a floor; the message names metric, value and limit."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The least `metric` must reach in the slice `group`; the most, if lower values are better."""

    metric: str
    group: str
    limit: float


def read_floors(minimums: Sequence[str]) -> list[Floor]:
    """`metric=value` or `metric.slice=value` (slices: all, zh, en ...). Raises `UsageError` naming the faulty one."""
    floors = []
    for text in minimums:
        name, equals, number = text.partition("=")
        metric, _, group = name.strip().lower().partition(".")
        try:
            limit = float(number)
        except ValueError:
            limit = math.nan
        if not equals or not math.isfinite(limit):
            raise UsageError(f"--min {text}: want METRIC=VALUE, for example hit@3=0.95.")
        if metric not in METRICS:
            raise UsageError(f"--min {text}: unknown metric. Known: {', '.join(METRICS)}.")
        if METRICS[metric].better == "neither":
            raise UsageError(f"--min {text}: {metric} has no better and no worse; no floor can be set on it.")
        if group and group not in GROUPS:
            raise UsageError(f"--min {text}: unknown slice {group!r}. Known: {', '.join(GROUPS)}.")
        floors.append(Floor(metric, group or "all", limit))
    return floors


def missed_floors(floors: Sequence[Floor], summary: Mapping[str, Any]) -> list[str]:
    """One sentence for each floor that was missed. What could not be measured has missed its floor."""
    reasons = []
    for floor in floors:
        value = summary["metrics"].get(floor.metric, {}).get(floor.group)
        name = floor.metric if floor.group == "all" else f"{floor.metric}.{floor.group}"
        most = METRICS[floor.metric].better == "lower"
        if value is None:
            reasons.append(f"{name} was not measured by this run; wanted: {floor.limit:g}")
        elif value > floor.limit if most else value < floor.limit:
            reasons.append(f"{name} is {value:.4f}, {'above' if most else 'below'} the limit of {floor.limit:g}")
    return reasons
