"""Which sentence answers best, and does it answer at all?

A retrieval score cannot tell: a question about 1961 finds the same passage as one about 1958. So a candidate that
lacks what the question insists on (a name, a figure, a time, a value) is no answer, however near it is. Of the
others a linear model over the evidence of evidence.py ranks the candidates of a question, and a logistic one
decides from the evidence of the first whether it answers.
Both were fitted by `python -m eval.fit` on the development half of question sets with known answers;
`weights.json` holds the weights with the data and the figures they reached.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.answer.demands import Demands
from rag.answer.evidence import FEATURES, contradictions, defines, evidence
from rag.answer.likeness import WordVectors
from rag.answer.select import Candidate
from rag.datatypes import Article

WEIGHTS = Path(__file__).parent / "weights.json"
CONTRADICTED = 0.2
"""What is left of the probability of a candidate that lacks something the question insists on."""


@dataclass(frozen=True, slots=True)
class Model:
    """The weights. An answer is given when the first candidate's probability reaches `threshold`."""

    rank: Mapping[str, float]
    bias: float
    gate: Mapping[str, float]
    threshold: float

    def strength(self, values: Mapping[str, float]) -> float:
        """How well a candidate answers compared with others of the same question; any number, higher is better."""
        return sum(weight * values[name] for name, weight in self.rank.items())

    def probability(self, values: Mapping[str, float]) -> float:
        """Estimated probability, 0 to 1, that the best candidate of a question, with this evidence, answers it."""
        z = self.bias + sum(weight * values[name] for name, weight in self.gate.items())
        return 1 / (1 + math.exp(-max(min(z, 30.0), -30.0)))


@lru_cache(maxsize=1)
def model() -> Model:
    """The fitted weights."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    rank, gate = ({name: stored[part].get(name, 0.0) for name in FEATURES} for part in ("rank", "gate"))
    return Model(rank, stored["bias"], gate, stored["threshold"])


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate, the evidence for it, what it lacks (evidence.contradictions), and what follows from both.

    `defines`: it says what the term asked for is, and stands before those that do not.
    """

    candidate: Candidate
    evidence: Mapping[str, float]
    lacks: tuple[str, ...]
    strength: float
    probability: float
    defines: bool = False


def judge(asked: Demands, chosen: Sequence[Candidate], around: Sequence[Article], words: WordVectors) -> list[Judged]:
    """The candidates, best first; `around` are the articles of all hits, `words` compares single words."""
    fitted = model()
    judged = []
    for c, values in zip(chosen, evidence(asked, chosen, words) if chosen else [], strict=True):
        lacks = tuple(contradictions(asked, c, around, values))
        # Of a topic nothing is asked but that it is spoken of.
        chance = values["near_context"] if asked.kind == "topic" else fitted.probability(values)
        chance *= CONTRADICTED if lacks else 1.0
        judged.append(Judged(c, values, lacks, fitted.strength(values), chance, defines(asked, c)))
    return sorted(
        judged, key=lambda j: (bool(j.lacks), not j.defines, -j.strength, j.candidate.rank, j.candidate.start)
    )
