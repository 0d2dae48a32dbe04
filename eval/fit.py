"""Fit the evidence check: `python -m eval.fit SET=STORE [SET=STORE ...] [--out FILE]`.

Learned from the development half of the sets (split by a hash of the question's id); the test half is only
reported. Each set counts the same, and in each the answerable questions as much as those that must be refused.
A candidate is right if it overlaps a gold quotation of its article or is one of the gold sentences; where only the
answer is known, if it holds it. The threshold is the strictest that refuses no more than REFUSED of the answerable
questions of the first set, by confidences that weights fitted without the question gave.
"""

from __future__ import annotations

import json
import pickle
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from rag.answer.evidence import FEATURES, OF_THE_QUESTION
from rag.answer.gate import CONTRADICTED, WEIGHTS
from rag.answer.select import Candidate

from eval.load import load
from eval.metrics.text import says_any
from eval.questions import Case, split_of
from rag.archive import Archive
from rag.datatypes import Turn
from rag.errors import UsageError

FOLDS = 5
REFUSED = 0.05
"""Share of the answerable questions that may be refused when weighed as they are read first. About half of these are
answered all the same, read together with the turn before them or apart from it."""
MOST = 1000
"""Most questions taken of a set, drawn evenly."""
RANKING = tuple(name for name in FEATURES if name not in OF_THE_QUESTION)
"""Evidence that differs between the candidates of one question."""


@dataclass(slots=True)
class Example:
    """One question: the evidence of its candidates, shape (candidates, features), which of them are right, and
    which are contradicted, both shape (candidates,)."""

    set: str
    id: str
    cluster: str
    lang: str
    values: Any
    right: Any
    lacks: Any
    answerable: bool

    @property
    def split(self) -> str:
        """dev or test."""
        return split_of(self.cluster)

    def first(self, rank: Any) -> int:
        """Number of the candidate that stands first: not contradicted, then strongest."""
        return int(np.lexsort((-(self.values @ rank), self.lacks))[0])


def examples(archive: Archive, path: Path) -> Iterator[Example]:
    """One example for each wording of each question of a set."""
    every = list(load(path).cases())
    by_id = {case.id: case for case in every}
    for case in every[:: -(-len(every) // MOST)]:
        before = by_id.get(case.follow_up_of or "")
        history = [Turn(before.text)] if before else list(case.question.history)
        try:
            weighed = archive.weigh(case.text, history=history, since=case.question.since, until=case.question.until)
        except UsageError:  # a question without a word
            continue
        if weighed:
            yield Example(
                path.name,
                case.id,
                case.cluster,
                case.lang,
                np.array([[j.evidence[name] for name in FEATURES] for j in weighed]),
                np.array([_is_right(case, j.candidate) for j in weighed]),
                np.array([bool(j.lacks) for j in weighed]),
                case.question.answerable,
            )


def _is_right(case: Case, c: Candidate) -> bool:
    if not case.question.answerable:
        return False
    quoted = False
    for source in case.question.sources:
        if source.grade < 1 or source.article != c.article.id:
            continue
        body = c.article.bodies[c.lang]
        for gold in source.quotes.get(c.lang, ()):
            quoted = True
            at = body.find(gold)
            if source.grade > 1 and at >= 0 and at < c.end and c.start < at + len(gold):
                return True
        if not source.quotes and not case.question.evidence and says_any(c.text, case.question.references):
            return True
    evidence = case.question.evidence
    return not quoted and any(_bare(c.text) in _bare(e) or _bare(e) in _bare(c.text) for e in evidence)


def _bare(text: str) -> str:
    return "".join(ch for ch in text.lower() if ch.isalnum())


def fit_rank(training: Sequence[Example], strength: float = 0.1) -> Any:
    """Weights, shape (features,), under which right candidates stand above wrong ones of the same question.

    Logistic regression without bias on differences of pairs (Joachims 2002, RankSVM's pairwise form), each question
    weighing the same, each set as much as the others.
    """
    from sklearn.linear_model import LogisticRegression

    used = [e for e in training if e.right.any() and not e.right.all()]
    size = {name: sum(e.set == name for e in used) for name in {e.set for e in used}}
    columns = [list(FEATURES).index(name) for name in RANKING]
    differences, weight = [], []
    for e in used:
        values = e.values[:, columns]
        pairs = (values[e.right][:, None] - values[~e.right][None, :]).reshape(-1, len(columns))
        differences.append(pairs)
        weight.append(np.full(len(pairs), 1000 / len(size) / size[e.set] / len(pairs)))
    x, w = np.concatenate(differences), np.concatenate(weight)
    spread = x.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=strength, fit_intercept=False, max_iter=5000)
    model.fit(np.concatenate([x, -x]) / spread, np.repeat([1, 0], len(x)), sample_weight=np.concatenate([w, w]))
    rank = np.zeros(len(FEATURES))
    rank[columns] = model.coef_[0] / spread
    return rank


def fit_gate(training: Sequence[Example], rank: Any, strength: float = 1.0) -> tuple[float, Any]:
    """Bias and weights, shape (features,), of a logistic regression: does the first candidate answer?

    A weight has the sign that its evidence can have (`FEATURES`): few questions would otherwise teach that a sentence
    answers because it lacks the value asked for. Questions of which every candidate is contradicted are decided by
    that and left out, as are sets without a question to refuse.
    """
    from scipy.optimize import minimize

    refusing = {e.set for e in training if not e.answerable}
    open_ = [e for e in training if e.set in refusing and not e.lacks[e.first(rank)]]
    x = np.array([e.values[e.first(rank)] for e in open_])
    sign = np.array([1.0 if e.answerable else -1.0 for e in open_])
    weight = np.ones(len(open_))
    groups = np.array([f"{e.set} {e.answerable}" for e in open_])
    for group in set(groups):
        weight[groups == group] *= 100 / len(set(groups)) / weight[groups == group].sum()
    middle, spread = x.mean(axis=0), x.std(axis=0)
    spread[spread == 0] = 1.0
    z = (x - middle) / spread

    def loss(b: Any) -> tuple[float, Any]:
        margin = sign * (z @ b[1:] + b[0])
        slope = -sign * weight / (1 + np.exp(margin))
        cost = float(weight @ np.logaddexp(0, -margin) + b[1:] @ b[1:] / 2 / strength)
        return cost, np.concatenate([[slope.sum()], z.T @ slope + b[1:] / strength])

    bounds = [(None, None)] + [(0 if s > 0 else None, 0 if s < 0 else None) for s in FEATURES.values()]
    b = minimize(loss, np.zeros(len(bounds)), jac=True, bounds=bounds, method="L-BFGS-B").x
    gate = b[1:] / spread
    return float(b[0] - middle @ gate), gate


def confidences(data: Sequence[Example], rank: Any, bias: float, gate: Any) -> Any:
    """The probability of the first candidate of each question, shape (questions,)."""
    firsts = [(e, e.first(rank)) for e in data]
    z = np.array([bias + e.values[i] @ gate for e, i in firsts])
    return 1 / (1 + np.exp(-z)) * np.array([CONTRADICTED if e.lacks[i] else 1.0 for e, i in firsts])


def figures(data: Sequence[Example], p: Any, rank: Any, threshold: float) -> dict[str, float]:
    """How often the first candidate is right, and how answering and refusing fare at the threshold.

    `p` are the confidences, shape (questions,).
    """
    from sklearn.metrics import roc_auc_score

    answerable = np.array([e.answerable for e in data])
    found = [e.right[e.first(rank)] for e in data if e.right.any()]
    made: dict[str, float] = {"questions": len(data)}
    if found:
        made["first_right"] = float(np.mean(found))
    made["false_refusals"] = float((p[answerable] < threshold).mean())
    if not answerable.all():
        made["false_answers"] = float((p[~answerable] >= threshold).mean())
        for lang in sorted({e.lang for e in data}):
            one = np.array([e.lang == lang for e in data])
            made[f"auroc_{lang}"] = float(roc_auc_score(answerable[one], p[one]))
    return {name: round(value, 4) for name, value in made.items()}


def held_out(data: Sequence[Example]) -> Any:
    """The probability of each question under weights that were fitted without it, shape (questions,).

    Confidences of the questions the weights were fitted to are too good, so each fifth of the questions is judged by
    weights fitted to the rest. All wordings of one question stand in one fifth.
    """
    p = np.zeros(len(data))
    fifth = np.array([zlib.crc32(e.cluster.encode()) % FOLDS for e in data])
    for part in range(FOLDS):
        rest = [e for e, f in zip(data, fifth, strict=True) if f != part]
        held = [e for e, f in zip(data, fifth, strict=True) if f == part]
        rank = fit_rank(rest)
        p[fifth == part] = confidences(held, rank, *fit_gate(rest, rank))
    return p


def strictest(p: Any, answerable: Any) -> float:
    """The threshold below which REFUSED of the answerable questions lie: the strictest that refuses no more.

    The point of least cost hangs on single questions in a set of this size; a quantile does not.
    """
    return float(np.quantile(p[answerable], REFUSED))


@click.command()
@click.argument("sets", nargs=-1, required=True, metavar="SET=STORE ...")
@click.option("--out", type=click.Path(path_type=Path), default=WEIGHTS, help="File for the weights.")
@click.option("--keep", type=click.Path(path_type=Path), help="Folder for the evidence of each set, used again.")
def main(sets: Sequence[str], out: Path, keep: Path | None) -> None:
    """Fit the evidence check on the development half of the sets, each with the index that holds its articles."""
    data: list[Example] = []
    digest = ""
    for pair in sets:
        path, _, store = pair.partition("=")
        archive = Archive.open(store or None)
        digest = archive.status()["model"]["digest"]
        data += _kept(archive, Path(path), keep)
        archive.close()
    names = list(dict.fromkeys(e.set for e in data))
    dev, test = ([e for e in data if e.split == half] for half in ("dev", "test"))
    p = held_out(dev)
    first = np.array([e.set == names[0] for e in dev])
    threshold = strictest(p[first], np.array([e.answerable for e in dev])[first])
    rank = fit_rank(dev)
    bias, gate = fit_gate(dev, rank)
    fitted = {}
    for name in names:
        own, rest = np.array([e.set == name for e in dev]), [e for e in test if e.set == name]
        fitted[name] = {
            "dev": figures([e for e in dev if e.set == name], p[own], rank, threshold),
            "test": figures(rest, confidences(rest, rank, bias, gate), rank, threshold),
        }
    document = {
        "rank": dict(zip(FEATURES, rank.round(4).tolist(), strict=True)),
        "bias": round(bias, 4),
        "gate": dict(zip(FEATURES, gate.round(4).tolist(), strict=True)),
        "threshold": round(threshold, 4),
        "fitted": {"model": digest, "sets": fitted},
    }
    out.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(document["fitted"], indent=1))


def _kept(archive: Archive, path: Path, keep: Path | None) -> list[Example]:
    place = keep / f"{path.name}.pickle" if keep else None
    if place and place.is_file():
        found: list[Example] = pickle.loads(place.read_bytes())  # noqa: S301 - written by this program
        return found
    made = list(examples(archive, path))
    if place:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(pickle.dumps(made))
    return made


if __name__ == "__main__":
    sys.exit(main())
