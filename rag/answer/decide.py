"""From what the reader says to a probability, and from that to answering or refusing.

The numbers are in `decision.json` beside the reader's weights, with the data they were fitted on and the figures they
reached there; `python -m training.decide` fits them on questions over months that the reader has not read.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rag.reader import WEIGHTS, damaged

BROAD = ("topic", "across")
"""Forms of which the reader is less sure by nature: what there is on a subject, several articles together."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """`focused` and `broad`: scale and shift of the log-odds that the surest sentence answers, for questions that want
    one thing and for the others (Platt 1999). An answer is given from `threshold` on. A second sentence is quoted for a
    fact within `second` of the first one's log-odds; for the other forms all that are within `within` of the first and
    at least `least`. A verdict of yes or no is told from `verdict` on, log-odds in either direction. A question in a
    conversation is read with the one before it from `leans` on."""

    focused: tuple[float, float]
    broad: tuple[float, float]
    threshold: float
    second: float
    within: float
    least: float
    verdict: float
    leans: float

    def probability(self, form: str, answers: float) -> float:
        """The probability, 0 to 1, that the archive answers, by the log-odds of the surest sentence."""
        scale, shift = self.broad if form in BROAD else self.focused
        return 1 / (1 + math.exp(-max(min(scale * answers + shift, 30.0), -30.0)))


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
