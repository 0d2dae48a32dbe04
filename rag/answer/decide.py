"""From what the reader says to a probability, and from that to answering or refusing.

The numbers are in `decision.json` beside the reader's weights, with the data they were fitted on and the figures they
reached there; `python -m training.reader.decide` fits them on questions over months that the reader has not read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rag.answer.candidates import Reading
from rag.reader import WEIGHTS, damaged

BROAD = ("topic", "across")
"""Forms that want several articles together: what there is on a subject, a comparison, a course of events."""
FEATURES = ("surest", "second", "first", "length", "chinese", "yesno", "several", "given")
"""What the probability of an answer rests on: log-odds of the surest sentence, of the next one and of the surest of
the first hit; characters of the question, in hundreds; whether it is Chinese; how likely it asks for yes or no, and for
several things; and one, for the shift."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """`weights` of FEATURES give the log-odds that the archive answers, and an answer is given from the probability
    `threshold` on. A second sentence is quoted for a fact within `second` of the first one's log-odds; for the other
    forms all that are within `within` of the first and at least `least`. A verdict of yes or no is told from `verdict`
    on, log-odds in either direction. Below the first of `leans` a question in a conversation is read only by itself,
    from the second on only with the one before it; so completed it is answered from `completed` on, if that is more."""

    weights: tuple[float, ...]
    threshold: float
    second: float
    within: float
    least: float
    verdict: float
    leans: tuple[float, float]
    completed: float = 0.0

    def probability(self, reading: Reading) -> float:
        """The probability, 0 to 1, that the archive answers the question that was read."""
        if not reading.candidates:
            return 0.0
        odds = sum(weight * value for weight, value in zip(self.weights, features(reading), strict=True))
        return 1 / (1 + math.exp(-max(min(odds, 30.0), -30.0)))


def features(reading: Reading) -> tuple[float, ...]:
    """The values of FEATURES of what was read, at least one sentence."""
    odds = [c.answers for c in reading.candidates]
    first = [c for c in reading.candidates if c.rank == min(d.rank for d in reading.candidates)]
    exps = {form: math.exp(value) for form, value in reading.forms.items()}
    share = {form: value / sum(exps.values()) for form, value in exps.items()}
    return (
        odds[0],
        max(odds[1], NEVER) if len(odds) > 1 else NEVER,
        max(c.answers for c in first),
        len(reading.question) / 100,
        float(reading.lang == "zh"),
        share.get("yesno", 0.0),
        sum(share.get(form, 0.0) for form in ("list", "view", *BROAD)),
        1.0,
    )


NEVER = -10.0
"""Log-odds of a sentence that is not there."""


@lru_cache(maxsize=1)
def fitted() -> Fitted:
    """The fitted numbers. Raises ModelUnavailable if they cannot be read."""
    try:
        stored = json.loads((WEIGHTS / "decision.json").read_text(encoding="utf-8"))["decision"]
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in stored.items()}
        return Fitted(**values)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as err:
        raise damaged(WEIGHTS, err) from err


def form_of(forms: Mapping[str, float]) -> str:
    """The likeliest form; "fact" if nothing was read."""
    return max(forms, key=lambda form: forms[form], default="fact")
