"""Fit the numbers of `decision.json`: `python -m training.reader.decide --reader DIR --store DIR SET ... --out FILE`.

The sets must be of months that this reader has not read; each is one month. The probability is a logistic regression
over `rag.answer.decide.FEATURES`. Of the other numbers some values are tried, each by itself, and that kept whose
answers are best, or the middle one of those as good. All is fitted a second time with each month left out in turn, and
measured on that month: those are the figures written beside the numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from eval.metrics.calibration import ece
from eval.metrics.refusal import auroc
from eval.run.score import Scored, score
from eval.run.seen import Outcome, answer_seen, found
from eval.sets.load import load
from eval.sets.questions import Case
from eval.sets.verify import Gold, verify
from rag.answer.compose import answer
from rag.answer.decide import FEATURES, Fitted, features
from rag.archive import Archive
from rag.conversation import Conversation, Understood, settled
from rag.datatypes import Filters, Turn
from rag.embed import open_embedder
from rag.index import store as stores
from rag.index.reader import Generation
from rag.reader.reader import ShippedReader
from rag.reader.remembering import Remembering
from training.once import once

BEGIN = Fitted((1.0, *([0.0] * (len(FEATURES) - 1))), 0.5, 1.0, 3.0, -1.0, 1.0, (-3.0, 0.0), 0.75)
"""What is begun with. Of 396 questions of the two months that stand by themselves the reader gives none more than -1.7
log-odds of leaning but five, of the 26 follow-ups 20 have more than 0: hence the leaning. Of 15 follow-ups that are
completed 14 are answered with a probability of .78 or more: hence the last number."""
WORST = {"false_answer_rate": 0.12, "false_refusal_rate": 0.08}
"""Shares of questions answered without, and refused with, an answer; the threshold keeps the one that is further
from its own as near to it as can be."""
TRIED: Mapping[str, Sequence[float]] = {
    "second": (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0),
    "within": (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0),
    "least": (-4.0, -3.0, -2.0, -1.0, 0.0),
}
NEAR = 0.005
"""Values whose answers are so near to the best are taken for equally good, and the middle one of them is kept: which
of them is best changes with a handful of questions."""
PARTS = ("zh", "en", "fact", "follow_up", "list", "compare")
"""Languages and kinds of questions that are also measured by themselves."""
WANTED = ("answer_in_text", "evidence_f1", "nuggets_all")
"""What the numbers of TRIED are chosen by: the mean of these."""
SHOWN = (*WANTED, "first_quote", "first_two_quotes", "short_f1", "false_answer_rate", "false_refusal_rate",
         "source_f1", "same_articles", "same_figures")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A case of a month, and the ways to understand it as they were read."""

    month: str
    case: Case
    alone: list[Understood]
    joined: list[Understood]


def asked(sets: Sequence[Path], conversation: Conversation) -> Iterator[Asked]:
    """Every wording of every question, read."""
    for path in sets:
        cases = {case.id: case for case in load(path).cases()}
        for case in cases.values():
            before = cases.get(case.follow_up_of or "")
            history = [Turn(before.text)] if before else list(case.question.history)
            filters = Filters(case.question.since, case.question.until)
            yield Asked(path.stem, case, *conversation.ways(case.text, history, filters, every=True))


def calibrated(questions: Sequence[Asked], numbers: Fitted) -> Fitted:
    """The numbers with weights and threshold fitted to the questions."""
    for _ in range(2):  # which way a question is understood rests on them
        read = [(settled(q.alone, q.joined, numbers).reading, q.case.question.answerable) for q in questions]
        read = [(reading, answerable) for reading, answerable in read if reading.candidates]
        values = np.array([features(reading) for reading, _ in read])
        spread = values[:, :-1].std(axis=0)
        spread[spread < 1e-6] = 1.0
        curve = LogisticRegression(C=1.0).fit(values[:, :-1] / spread, [answerable for _, answerable in read])
        weights = [*(curve.coef_[0] / spread), curve.intercept_[0]]
        numbers = replace(numbers, weights=tuple(round(float(w), 5) for w in weights))
    sure, truth = surenesses(questions, numbers)
    limits = {
        limit: (
            float((sure[~truth] >= limit).mean()) / WORST["false_answer_rate"],
            float((sure[truth] < limit).mean()) / WORST["false_refusal_rate"],
        )
        for limit in np.round(np.linspace(0.05, 0.95, 91), 2)
    }
    return replace(numbers, threshold=float(min(limits, key=lambda limit: max(limits[limit]))))


def surenesses(questions: Sequence[Asked], numbers: Fitted) -> tuple[Any, Any]:
    """The probability given to each question, and whether it has an answer."""
    sure = [numbers.probability(settled(q.alone, q.joined, numbers).reading) for q in questions]
    return np.array(sure), np.array([q.case.question.answerable for q in questions])


class Measured:
    """What answers made with some numbers reach, over one archive."""

    def __init__(self, archive: Archive, generation: Generation, gold: Mapping[str, Gold]) -> None:
        self._archive, self._generation, self._gold = archive, generation, gold

    def scored(self, questions: Sequence[Asked], numbers: Fitted) -> list[Scored]:
        """Every question answered and scored."""
        outcomes = {}
        for q in questions:
            way = settled(q.alone, q.joined, numbers)
            given = answer(self._generation, way.query, way.hits, way.reading, numbers)
            first = found(way.hits, len(way.hits), snippets=False)
            outcomes[q.case.id] = Outcome(q.case.id, first.ranking, first.hits, answer_seen(given, self._archive))
        return score([q.case for q in questions], self._gold, outcomes, search_only=False)


def figures(scored: Sequence[Scored]) -> dict[str, float]:
    """The means of SHOWN, and of the probabilities as such."""
    made = {name: fmean(held) for name in SHOWN if (held := [s.metrics[name] for s in scored if name in s.metrics])}
    decisions = [replace(s.decision, fine=True) for s in scored if s.decision]
    return {**made, "auroc": auroc(decisions) or 0.0, "ece": ece(decisions) or 0.0}


Tried = dict[tuple[str, float], dict[str, float]]
"""How good the answer to each question is under each value tried."""


def tried(questions: Sequence[Asked], measured: Measured, numbers: Fitted) -> Tried:
    """The mean of WANTED of every answerable question, by its id, under each value of TRIED."""
    answerable = [q for q in questions if q.case.question.answerable]
    made: Tried = {}
    for name, values in TRIED.items():
        for value in values:
            scored = measured.scored(answerable, _with(replace(numbers, threshold=0.0), name, value))
            wanted = {s.case.id: [s.metrics[w] for w in WANTED if w in s.metrics] for s in scored}
            made[name, value] = {identifier: fmean(found) for identifier, found in wanted.items() if found}
    return made


def fit(questions: Sequence[Asked], reached: Tried, begin: Fitted) -> Fitted:
    """All numbers, fitted to the questions."""
    numbers, own = calibrated(questions, begin), {q.case.id for q in questions}
    for name, values in TRIED.items():
        means = {v: fmean(m for identifier, m in reached[name, v].items() if identifier in own) for v in values}
        near = [value for value in values if means[value] >= max(means.values()) - NEAR]
        numbers = _with(numbers, name, near[len(near) // 2])
    return numbers


def _with(numbers: Fitted, name: str, value: float) -> Fitted:
    changed: dict[str, Any] = {name: value}
    return replace(numbers, **changed)


def _mean(name: str, found: Sequence[Mapping[str, float]]) -> float:
    return round(fmean(f[name] for f in found if name in f), 3)


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--reader", "folder", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--store", required=True, type=click.Path(exists=True, path_type=Path), help="Index of the articles.")
@click.option("--verdict", default=1.0, show_default=True, help="From which log-odds yes or no is told.")
@click.option("--kept", type=click.Path(path_type=Path), help="File that keeps what was read.")
@click.option("--out", required=True, type=click.Path(path_type=Path))
def main(sets: Sequence[Path], folder: Path, store: Path, verdict: float, kept: Path | None, out: Path) -> None:
    """Fit the numbers by which Wenbao answers, refuses and quotes, and write them with the figures they reach."""
    embedder, reader = open_embedder(), ShippedReader(folder)
    generation, archive = Generation(stores.current(store)), Archive.open(store, embedder=embedder, reader=reader)
    conversation = Conversation(generation, embedder, Remembering(reader))
    questions = once(kept or out.with_suffix(".read"), lambda: list(asked(sets, conversation)))
    gold = {name: g for path in sets for name, g in verify(load(path), archive, name=path.name).gold.items()}
    measured = Measured(archive, generation, gold)
    begin = calibrated(questions, replace(BEGIN, verdict=verdict))
    reached = tried(questions, measured, begin)
    of_month: dict[str, dict[str, float]] = {}
    parts: dict[str, list[dict[str, float]]] = {}
    for month in dict.fromkeys(q.month for q in questions):
        others = fit([q for q in questions if q.month != month], reached, begin)
        scored = measured.scored([q for q in questions if q.month == month], others)
        of_month[month] = figures(scored)
        for part in PARTS:
            some = [s for s in scored if part in (s.case.lang, s.case.question.kind)]
            parts.setdefault(part, []).append(figures(some))
        click.echo(f"{month} {json.dumps({k: round(v, 3) for k, v in of_month[month].items()})}", err=True)
    numbers = fit(questions, reached, begin)
    mean = {name: round(fmean(f[name] for f in of_month.values() if name in f), 4) for name in (*SHOWN, "auroc", "ece")}
    row = {"decision": asdict(numbers), "months": list(of_month), "questions": len(questions), "figures": mean}
    row["by"] = {
        **{month: {k: round(v, 3) for k, v in found.items()} for month, found in of_month.items()},
        **{part: {k: _mean(k, found) for k in WANTED if any(k in f for f in found)} for part, found in parts.items()},
    }
    out.write_text(json.dumps(row, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(row))


if __name__ == "__main__":
    main()
