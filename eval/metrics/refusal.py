"""Does it answer what it can and refuse what it cannot. A failed question counts as wrong in either class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decision:
    """One question: whether it can be answered, what was done (None after an error), and the confidence, 0 to 1.

    `fine`: what was answered is right, as far as it was counted.
    """

    answerable: bool
    answered: bool | None
    confidence: float | None = None
    fine: bool = True

    @property
    def wrong(self) -> bool:
        """True for a false answer, a false refusal, or an error."""
        return self.answered is None or self.answered != self.answerable

    @property
    def misleads(self) -> bool:
        """True if an answer at this confidence is wrong: an error, not fine, or a question without an answer.

        Of a refusal it is not known; a question that has an answer counts as if it had got it.
        """
        return not self.answerable or self.answered is None or (self.answered and not self.fine)

    @property
    def sure(self) -> float:
        """The confidence as it is held against the outcome: full after an error."""
        return 1.0 if self.answered is None or self.confidence is None else self.confidence


def balanced_accuracy(decisions: Sequence[Decision]) -> float | None:
    """1 - mean of the false-answer and the false-refusal rate, 0 to 1, higher is better, 0.5 is chance.

    None unless there are questions of both classes. Computed by scikit-learn; an error is a wrong prediction.
    """
    if len({d.answerable for d in decisions}) < 2:
        return None
    from sklearn.metrics import balanced_accuracy_score

    truth = [d.answerable for d in decisions]
    return float(balanced_accuracy_score(truth, [d.answerable != d.wrong for d in decisions]))


def auroc(decisions: Sequence[Decision]) -> float | None:
    """Chance that an answerable question has more confidence than an unanswerable one (ties count half).

    0 to 1, higher is better, 0.5 is chance. None unless there are questions of both classes. Computed by
    scikit-learn; an error takes the worst confidence of its class (0 if answerable, 1 if not).
    """
    if len({d.answerable for d in decisions}) < 2:
        return None
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score([d.answerable for d in decisions], [confidence(d) for d in decisions]))


def confidence(decision: Decision) -> float:
    """The confidence as it is ranked: the worst of its class after an error."""
    if decision.answered is None or decision.confidence is None:
        return 0.0 if decision.answerable else 1.0
    return decision.confidence


def risk_coverage(confidences: Sequence[float], wrong: Sequence[bool]) -> list[tuple[float, float]]:
    """The risk-coverage curve: (share answered, share of those wrong) for every threshold on the confidence.

    From the highest threshold to the lowest; questions of one confidence enter together. Both 0 to 1; a lower
    curve is better. Empty without questions. El-Yaniv and Wiener 2010.
    """
    ordered = sorted(zip(confidences, wrong, strict=True), key=lambda pair: -pair[0])
    points = []
    errors = 0
    for taken, (value, is_wrong) in enumerate(ordered, 1):
        errors += is_wrong
        if taken == len(ordered) or ordered[taken][0] != value:
            points.append((taken / len(ordered), errors / taken))
    return points


def roc(confidences: Sequence[float], answerable: Sequence[bool]) -> list[tuple[float, float]]:
    """The ROC curve: (share of the unanswerable, share of the answerable) at or above every threshold.

    From (0, 0) to (1, 1), questions of one confidence together. Empty unless there are questions of both classes.
    """
    if len(set(answerable)) < 2:
        return []
    from sklearn.metrics import roc_curve

    unanswerable, right, _ = roc_curve(answerable, confidences, drop_intermediate=False)
    return list(zip(unanswerable.tolist(), right.tolist(), strict=True))


def coverage_at_risk(points: Sequence[tuple[float, float]], risk: float = 0.05) -> float:
    """The largest share of questions answerable with at most `risk` of them wrong, 0 to 1, higher is better."""
    return max((covered for covered, at in points if at <= risk), default=0.0)
