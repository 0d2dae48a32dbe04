"""Fit the evidence check: `python -m eval.fit SET [SET ...] --store DIR [--out FILE]`.

Learned from the development half of the sets (split by a hash of the question's id); the test half is only
reported. A candidate is right if it overlaps a gold quotation of its article. The threshold is chosen on confidences
that weights fitted without the question gave, a false answer weighing as much as two false refusals.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from eval.load import load
from eval.questions import Case, split_of
from rag.answer.evidence import FEATURES
from rag.answer.gate import CONTRADICTED, WEIGHTS
from rag.answer.select import Candidate
from rag.archive import Archive
from rag.datatypes import Turn
from rag.errors import UsageError

FOLDS = 5
FALSE_ANSWER = 2.0
"""A false answer costs a reader who trusts it more than a refusal, beside which the nearest passages are shown."""


@dataclass(slots=True)
class Example:
    """One question: the evidence of its candidates, shape (candidates, features), which of them are right, and
    which are contradicted, both shape (candidates,)."""

    case: Case
    values: Any
    right: Any
    lacks: Any
    answerable: bool

    @property
    def split(self) -> str:
        """dev or test."""
        return split_of(self.case.cluster)

    def first(self, rank: Any) -> int:
        """Number of the candidate that stands first: not contradicted, then strongest."""
        return int(np.lexsort((-(self.values @ rank), self.lacks))[0])


def examples(archive: Archive, path: Path) -> Iterator[Example]:
    """One example for each wording of each question of a set."""
    cases = list(load(path).cases())
    by_id = {case.id: case for case in cases}
    for case in cases:
        before = by_id.get(case.follow_up_of or "")
        history = [Turn(before.text)] if before else list(case.question.history)
        try:
            weighed = archive.weigh(case.text, history=history, since=case.question.since, until=case.question.until)
        except UsageError:  # a question without a word
            continue
        if weighed:
            yield Example(
                case,
                np.array([[j.evidence[name] for name in FEATURES] for j in weighed]),
                np.array([_is_right(case, j.candidate) for j in weighed]),
                np.array([bool(j.lacks) for j in weighed]),
                case.question.answerable,
            )


def _is_right(case: Case, c: Candidate) -> bool:
    if not case.question.answerable:
        return False
    for source in case.question.sources:
        if source.grade < 2 or source.article != c.article.id:
            continue
        body = c.article.bodies[c.lang]
        for gold in source.quotes.get(c.lang, ()):
            at = body.find(gold)
            if at >= 0 and at < c.end and c.start < at + len(gold):
                return True
    evidence = case.question.evidence
    return bool(evidence) and any(_bare(c.text) in _bare(e) or _bare(e) in _bare(c.text) for e in evidence)


def _bare(text: str) -> str:
    return "".join(ch for ch in text.lower() if ch.isalnum())


def fit_rank(training: Sequence[Example], strength: float = 0.1) -> Any:
    """Weights, shape (features,), under which right candidates stand above wrong ones of the same question.

    Logistic regression without bias on differences of pairs (Joachims 2002, RankSVM's pairwise form), each question
    weighing the same.
    """
    from sklearn.linear_model import LogisticRegression

    differences, weight = [], []
    for e in training:
        right, wrong = e.values[e.right], e.values[~e.right]
        for pair in (right[:, None] - wrong[None, :]).reshape(-1, len(FEATURES)):
            differences += [pair, -pair]
            weight += [10 / (len(right) * len(wrong))] * 2
    x = np.array(differences)
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=5000)
    model.fit(x / spread, np.tile([1, 0], len(x) // 2), sample_weight=weight)
    return model.coef_[0] / spread


def fit_gate(training: Sequence[Example], rank: Any, strength: float = 0.1) -> tuple[float, Any]:
    """Bias and weights, shape (features,), of a logistic regression: does the first candidate answer?

    Questions of which every candidate is contradicted are decided by that and left out; answerable and
    unanswerable ones weigh the same together.
    """
    from sklearn.linear_model import LogisticRegression

    open_ = [e for e in training if not e.lacks[e.first(rank)]]
    x = np.array([e.values[e.first(rank)] for e in open_])
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=strength, class_weight="balanced", max_iter=5000)
    model.fit(x / spread, [e.answerable for e in open_])
    return float(model.intercept_[0]), model.coef_[0] / spread


def confidences(data: Sequence[Example], rank: Any, bias: float, gate: Any) -> Any:
    """The probability of the first candidate of each question, shape (questions,)."""
    firsts = [(e, e.first(rank)) for e in data]
    z = np.array([bias + e.values[i] @ gate for e, i in firsts])
    return 1 / (1 + np.exp(-z)) * np.array([CONTRADICTED if e.lacks[i] else 1.0 for e, i in firsts])


def figures(data: Sequence[Example], rank: Any, bias: float, gate: Any, threshold: float) -> dict[str, float]:
    """How often the first candidate is right, and how answering and refusing fare at the threshold."""
    from sklearn.metrics import roc_auc_score

    answerable = np.array([e.answerable for e in data])
    p = confidences(data, rank, bias, gate)
    return {
        "questions": len(data),
        "first_right": round(float(np.mean([e.right[e.first(rank)] for e in data if e.answerable])), 4),
        "false_answers": round(float((p[~answerable] >= threshold).mean()), 4),
        "false_refusals": round(float((p[answerable] < threshold).mean()), 4),
        "auroc": round(float(roc_auc_score(answerable, p)), 4),
    }


def best_threshold(data: Sequence[Example]) -> float:
    """The threshold with the least cost of false answers and, at a weight of 1 : FALSE_ANSWER, false refusals.

    Confidences of the questions the weights were fitted to are too good, so each fifth of the questions is judged by
    weights fitted to the rest. All wordings of one question stand in one fifth.
    """
    p, answerable = np.zeros(0), np.zeros(0, dtype=bool)
    for part in range(FOLDS):
        rest = [e for e in data if _fold(e) != part]
        held = [e for e in data if _fold(e) == part]
        rank = fit_rank(rest)
        p = np.append(p, confidences(held, rank, *fit_gate(rest, rank)))
        answerable = np.append(answerable, [e.answerable for e in held])
    cuts = np.unique(p)
    middles = (cuts[1:] + cuts[:-1]) / 2
    costs = [(p[answerable] < t).mean() + FALSE_ANSWER * (p[~answerable] >= t).mean() for t in middles]
    return float(middles[int(np.argmin(costs))])


def _fold(e: Example) -> int:
    return zlib.crc32(e.case.cluster.encode()) % FOLDS


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--store", type=click.Path(path_type=Path), help="Index that holds the articles of the first set.")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, help="File for the weights.")
def main(sets: Sequence[Path], store: Path | None, out: Path) -> None:
    """Fit the evidence check on the development half of SETS and store the weights with their evidence."""
    archive = Archive.open(store)
    data = [e for path in sets for e in examples(archive, path)]
    halves = {split: [e for e in data if e.split == split] for split in ("dev", "test")}
    rank = fit_rank(halves["dev"])
    bias, gate = fit_gate(halves["dev"], rank)
    threshold = best_threshold(halves["dev"])
    document = {
        "rank": dict(zip(FEATURES, rank.round(4).tolist(), strict=True)),
        "bias": round(bias, 4),
        "gate": dict(zip(FEATURES, gate.round(4).tolist(), strict=True)),
        "threshold": round(threshold, 4),
        "fitted": {
            "on": [path.name for path in sets],
            "model": archive.status()["model"]["digest"],
            **{split: figures(half, rank, bias, gate, threshold) for split, half in halves.items()},
        },
    }
    out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(document["fitted"], indent=1))


if __name__ == "__main__":
    sys.exit(main())
