"""Fit numbers such as those of `rag/written/bearing.json`: `python -m training.bearing --store DIR SET ... --out FILE`.

The shipped ones are not fitted: they were chosen by hand, and kept after what both reach on 117 statements of the eight
months was compared. No month was left out of that comparison, so nothing held out judges them.

Each set is one month. A statement is what a question's answer says in a few words, or one of the points that an answer
must make; the sentences of the passages found for the question that hold its facts are compared with it. Right are
those of the gold quotation, wrong all others, and all of them for the statement of another question. The probability is
a logistic regression over `rag.written.grounding.FEATURES`; the threshold is the one at which the share of statements
kept with the right sentence is furthest above that of those kept with a wrong one. A wrong one may hold the same facts:
what is counted as wrong is an upper bound. All is fitted a second time with each month left out in turn and measured on
it: those are the figures written beside the fitted numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import click
import numpy as np
from sklearn.linear_model import LogisticRegression

from eval.sets.load import load
from eval.sets.questions import Case
from rag.answer.candidates import Candidate
from rag.conversation import Conversation
from rag.datatypes import Filters, Lang
from rag.embed import open_embedder
from rag.index import store as stores
from rag.index.reader import Generation
from rag.language.script import detect
from rag.reader.reader import ShippedReader
from rag.written.claims import claims
from rag.written.grounding import FEATURES, Bearing
from rag.written.statements import statements
from rag.written.vectors import SentenceVectors
from rag.written.write import PASSAGES, passages_of


@dataclass(frozen=True, slots=True)
class Tried:
    """A statement of a month beside the sentences that hold its facts: their features, and which of them are right."""

    month: str
    values: tuple[tuple[float, ...], ...]
    right: tuple[bool, ...]


def said(case: Case) -> list[str]:
    """What a right answer to a case states, in its language."""
    points = [text for one in case.question.must_say for text in one.texts if detect(text) == case.lang]
    return points or list(case.question.answers.get(case.lang, ()))[:1]


def quoted(case: Case, lang: Lang) -> list[str]:
    """The gold quotations of a case in a language, without white space."""
    return ["".join(text.split()) for one in case.question.sources for text in one.quotes.get(lang, ())]


def is_right(c: Candidate, gold: Sequence[str]) -> bool:
    """Whether a sentence is of a gold quotation, or holds it."""
    own = "".join(c.text.split())
    return any(own in text or text in own for text in gold)


def tried(
    sets: Sequence[Path],
    generation: Generation,
    conversation: Conversation,
    bearing: Callable[[str], Bearing],
    every: int = 1,
) -> Iterator[Tried]:
    """Every statement of every question with an answer, and as a wrong one the statement of the question before."""
    for path in sets:
        before = {"zh": "", "en": ""}
        for case in list(load(path).cases())[::every]:
            if not case.question.answerable or case.follow_up_of:
                continue
            found = conversation.understood(case.text, (), Filters(case.question.since, case.question.until))
            passages = passages_of(generation, found.hits[:PASSAGES], case.lang, found.reading)
            sentences = list({(c.article.id, c.start): c for cs in passages.values() for c in cs}.values())
            own = said(case)
            for text in [*own, before[case.lang]]:
                for one in statements(text, "", case.lang, ended=True):
                    facts = claims(one.text, one.lang)
                    held = [c for c in sentences if all(f.stands_in(c) or f.stands_over(c.article) for f in facts)]
                    if not held:
                        continue
                    compared = bearing(case.text).compare(one.text, one.lang, held, one.brief)
                    gold = quoted(case, case.lang) if text in own else []
                    right = tuple(is_right(c, gold) for c in held)
                    yield Tried(path.stem, tuple(c.features for c in compared), right)
            before[case.lang] = own[0] if own else ""


def fit(rows: Sequence[Tried]) -> tuple[Any, float]:
    """The weights of FEATURES and the threshold."""
    values = np.array([v for row in rows for v in row.values])
    truth = np.array([r for row in rows for r in row.right])
    curve = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000).fit(values, truth)
    weights = curve.coef_[0]
    limits = np.round(np.linspace(0.02, 0.98, 97), 2)
    reached = {float(limit): measured(rows, weights, float(limit)) for limit in limits}
    return weights, max(reached, key=lambda limit: reached[limit]["kept"] - reached[limit]["wrong"])


def measured(rows: Sequence[Tried], weights: Any, threshold: float) -> dict[str, float]:
    """`kept`: share of the statements with a right sentence that are kept with one; `wrong`: of those kept, the share
    kept with a wrong one."""
    kept = right = possible = 0
    for row in rows:
        odds = np.array(row.values) @ weights
        best = int(odds.argmax())
        possible += any(row.right)
        if 1 / (1 + np.exp(-odds[best])) >= threshold:
            kept += 1
            right += row.right[best]
    return {"kept": right / max(possible, 1), "wrong": (kept - right) / max(kept, 1), "statements": len(rows)}


def fitted_document(rows: Sequence[Tried]) -> dict[str, Any]:
    """The numbers with where they come from and what they reach on months left out."""
    weights, threshold = fit(rows)
    months = sorted({row.month for row in rows})
    apart = {
        month: measured([r for r in rows if r.month == month], *fit([r for r in rows if r.month != month]))
        for month in months
    }
    return {
        "bearing": {"weights": [round(float(w), 4) for w in weights], "threshold": threshold},
        "features": list(FEATURES),
        "fitted_on": {"months": months, "statements": len(rows)},
        "left_out": {
            "mean": {name: round(fmean(one[name] for one in apart.values()), 4) for name in ("kept", "wrong")},
            "months": {m: {k: round(v, 4) for k, v in one.items()} for m, one in apart.items()},
        },
    }


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--store", required=True, type=click.Path(exists=True, path_type=Path), help="Index of the articles.")
@click.option("--every", default=1, show_default=True, help="Only every so many questions of a set.")
@click.option("--out", required=True, type=click.Path(path_type=Path))
def main(sets: Sequence[Path], store: Path, every: int, out: Path) -> None:
    """Fit the numbers by which a statement is taken to be borne out, and write them with the figures they reach."""
    embedder, reader = open_embedder(), ShippedReader()
    generation = Generation(stores.current(store))
    conversation, vectors = Conversation(generation, embedder, reader), SentenceVectors(embedder)

    def bearing(question: str) -> Bearing:
        return Bearing(vectors, generation.dense_langs, reader, question)

    document = fitted_document(list(tried(sets, generation, conversation, bearing, every)))
    out.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(document))


if __name__ == "__main__":
    main()
