"""Fit the evidence check: `python -m eval.fit SET [SET ...] --store DIR [--out FILE]`.

Logistic regression over the first candidates of every question of the development half (split by a hash of the
question's id): positive is a candidate that overlaps a gold quotation of its article. The threshold is the one
with the best balanced accuracy of answering and refusing on the same half; the test half is only reported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import numpy as np

from eval.load import load
from eval.questions import Case, split_of
from rag.answer.evidence import FEATURES, demands
from rag.answer.gate import WEIGHTS, weigh
from rag.answer.select import Candidate, candidates
from rag.archive import ASKED_HITS, Archive
from rag.datatypes import Filters, Turn
from rag.query import understand
from rag.retrieve import search

SHOWN = 16
"""Candidates of a question that are learned from."""


@dataclass(slots=True)
class Example:
    """One question: the evidence of its candidates, shape (candidates, features), and which of them are right."""

    case: Case
    values: Any
    right: Any
    answerable: bool

    @property
    def split(self) -> str:
        """dev or test."""
        return split_of(self.case.cluster)


def examples(archive: Archive, path: Path) -> Iterator[Example]:
    """One example for each wording of each question of a set."""
    cases = list(load(path).cases())
    by_id = {case.id: case for case in cases}
    with archive._generation() as generation:
        for case in cases:
            before = by_id.get(case.follow_up_of or "")
            history = [Turn(before.text)] if before else list(case.question.history)
            filters = Filters(case.question.since, case.question.until)
            query = understand(case.text, history, filters)
            hits = search(generation, archive._embedder, query, ASKED_HITS)
            found = candidates(generation, archive._embedder, archive._vectors, query, hits)
            if not found:
                continue
            values = np.array([[v[name] for name in FEATURES] for v in weigh(demands(query), found)])
            right = np.array([_is_right(case, c) for c in found])
            yield Example(case, values, right, case.question.answerable)


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


def fit(training: Sequence[Example], strength: float = 1.0) -> tuple[float, dict[str, float]]:
    """Bias and weights of a logistic regression with L2 penalty, every question weighing the same."""
    from sklearn.linear_model import LogisticRegression

    values = np.concatenate([e.values for e in training])
    right = np.concatenate([e.right for e in training])
    weight = np.concatenate([np.full(len(e.right), 1 / len(e.right)) for e in training]) * SHOWN
    spread = values.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=strength, max_iter=5000)
    model.fit(values / spread, right, sample_weight=weight)
    return float(model.intercept_[0]), dict(zip(FEATURES, (model.coef_[0] / spread).round(4).tolist(), strict=True))


def confidences(data: Sequence[Example], bias: float, weights: dict[str, float]) -> Any:
    """The probability of the best candidate of each question, shape (questions,)."""
    w = np.array([weights[name] for name in FEATURES])
    return np.array([1 / (1 + np.exp(-(bias + e.values @ w).max())) for e in data])


def figures(data: Sequence[Example], bias: float, weights: dict[str, float], threshold: float) -> dict[str, float]:
    """How often the best candidate is right, and how answering and refusing fare at the threshold."""
    from sklearn.metrics import roc_auc_score

    w = np.array([weights[name] for name in FEATURES])
    answerable = np.array([e.answerable for e in data])
    p = confidences(data, bias, weights)
    firsts = [e.right[(e.values @ w).argmax()] for e in data if e.answerable]
    return {
        "questions": len(data),
        "first_right": round(float(np.mean(firsts)), 4),
        "false_answers": round(float((p[~answerable] >= threshold).mean()), 4) if (~answerable).any() else 0.0,
        "false_refusals": round(float((p[answerable] < threshold).mean()), 4),
        "auroc": round(float(roc_auc_score(answerable, p)), 4) if len(set(answerable)) == 2 else 0.0,
    }


def best_threshold(data: Sequence[Example], bias: float, weights: dict[str, float]) -> float:
    """The threshold with the highest balanced accuracy, in the middle of the gap it falls into."""
    p, answerable = confidences(data, bias, weights), np.array([e.answerable for e in data])
    cuts = np.unique(p)
    middles = (cuts[1:] + cuts[:-1]) / 2
    scores = [(p[answerable] >= t).mean() + (p[~answerable] < t).mean() for t in middles]
    return float(middles[int(np.argmax(scores))])


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--store", type=click.Path(path_type=Path), help="Index that holds the articles of the first set.")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, help="File for the weights.")
def main(sets: Sequence[Path], store: Path | None, out: Path) -> None:
    """Fit the evidence check on the development half of SETS and store the weights with their evidence."""
    archive = Archive.open(store)
    data = [e for path in sets for e in examples(archive, path)]
    halves = {split: [e for e in data if e.split == split] for split in ("dev", "test")}
    bias, weights = fit(halves["dev"])
    threshold = best_threshold(halves["dev"], bias, weights)
    report = {split: figures(half, bias, weights, threshold) for split, half in halves.items()}
    document = {
        "bias": round(bias, 4),
        "threshold": round(threshold, 4),
        "weights": weights,
        "fitted": {
            "on": [path.name for path in sets],
            "at": datetime.now(UTC).strftime("%Y-%m-%d"),
            "model": archive.status()["model"]["digest"],
            **report,
        },
    }
    out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(document["fitted"], indent=1))


if __name__ == "__main__":
    sys.exit(main())
