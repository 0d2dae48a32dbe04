"""Does the confidence mean what it says: of the questions with a confidence of 0.8, are eight in ten right."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.refusal import Decision

BINS = 10
_EDGES = [number / BINS for number in range(1, BINS)]


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions of one bin of confidence: their mean confidence and the share right, both 0 to 1, and how many."""

    confidence: float
    right: float
    count: int


def reliability(decisions: Sequence[Decision]) -> list[Bin]:
    """The points of the reliability plot, by rising confidence: ten bins of equal width, empty ones left out.

    A bin takes what is above its lower edge up to its upper one; 0 belongs to the first. Right is what does not
    mislead (`Decision.misleads`). Guo, Pleiss, Sun and Weinberger 2017.
    """
    held: list[list[Decision]] = [[] for _ in range(BINS)]
    for decision in decisions:
        held[bisect_left(_EDGES, decision.sure)].append(decision)
    return [
        Bin(sum(d.sure for d in one) / len(one), sum(not d.misleads for d in one) / len(one), len(one))
        for one in held
        if one
    ]


def ece(decisions: Sequence[Decision]) -> float | None:
    """Expected calibration error, 0 to 1, lower is better; None without questions.

    The distance between mean confidence and share right of each bin, weighted by how many questions it holds (Guo et
    al. 2017, equation 3). A question that failed counts as wrong with full confidence.
    """
    bins = reliability(decisions)
    return sum(b.count * abs(b.confidence - b.right) for b in bins) / len(decisions) if bins else None
