"""The numbers by which Wenbao answers: fitted to log-odds whose truth is known, they come out near it."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from rag.answer.candidates import Reading
from rag.answer.decide import form_of
from tests.answer.made import article, candidate
from training.reader.decide import BEGIN, TRIED, Asked, calibrated, fit, surenesses

OF = article("a", zh=["江油县采矿石八万吨。"])
BASE = candidate(OF, "江油县采矿石八万吨。")


def question(answerable: bool, odds: float, form: str = "fact", leans: float = -9.0) -> Any:
    """A question of one way to be understood."""
    reading = Reading("?", "zh", (replace(BASE, answers=odds),), {"fact": 0.0, form: 1.0}, leans)
    case: Any = SimpleNamespace(id="q", question=SimpleNamespace(answerable=answerable))
    return Asked("1958.11", case, [SimpleNamespace(reading=reading, hits=(1,))], [])  # type: ignore[list-item]


def drawn(apart: float, spread: float, form: str, count: int = 600, seed: int = 1) -> list[Any]:
    """As many questions with an answer as without, log-odds drawn around `apart` and -`apart`."""
    chance = random.Random(seed)
    return [question(n % 2 == 0, chance.gauss(apart if n % 2 == 0 else -apart, spread), form) for n in range(count)]


@pytest.mark.parametrize(("apart", "spread"), [(2.0, 1.5), (1.0, 1.0), (3.0, 2.0)])
def test_probabilities_are_those_that_the_log_odds_were_drawn_with(apart: float, spread: float) -> None:
    found = calibrated(drawn(apart, spread, "fact"), BEGIN)
    low, high = (found.probability(question(True, odds).alone[0].reading) for odds in (-0.5, 0.5))
    # of two normal curves the true log-odds are 2 * apart / spread² times what was drawn
    slope = math.log(high / (1 - high)) - math.log(low / (1 - low))
    assert slope == pytest.approx(2 * apart / spread**2, rel=0.3)
    assert low + high == pytest.approx(1.0, abs=0.15)
    assert 0.05 <= found.threshold <= 0.95


def test_the_threshold_keeps_both_errors_in_bounds_where_that_can_be() -> None:
    questions = [*drawn(3.0, 1.0, "fact"), *drawn(3.0, 1.0, "topic", seed=2)]
    found = calibrated(questions, BEGIN)
    sure, truth = surenesses(questions, found)
    assert (sure[~truth] >= found.threshold).mean() < 0.05 and (sure[truth] < found.threshold).mean() < 0.05


def test_a_shift_of_all_log_odds_changes_no_probability() -> None:
    plain = [*drawn(2.0, 1.5, "fact"), *drawn(2.0, 1.5, "topic", seed=2)]
    read = [(q.case.question.answerable, q.alone[0].reading) for q in plain]
    moved = [question(truth, reading.answers + 2.0, form_of(reading.forms)) for truth, reading in read]
    (one, _), (two, _) = (surenesses(some, calibrated(some, BEGIN)) for some in (plain, moved))
    assert one == pytest.approx(two, abs=0.03)


def test_questions_of_which_nothing_was_read_do_no_harm() -> None:
    nothing = question(False, 0.0)
    nothing.alone[0] = SimpleNamespace(reading=Reading("?", "zh", (), {}, 0.0), hits=())
    questions = [*drawn(2.0, 1.5, "fact"), *drawn(2.0, 1.5, "topic", seed=2), nothing]
    found = calibrated(questions, BEGIN)
    assert surenesses(questions, found)[0][-1] < 0.01


def test_the_other_numbers_are_those_whose_answers_reach_most() -> None:
    wanted = {"second": 1.5, "within": 4.0, "least": -2.0}

    questions = [*drawn(2.0, 1.5, "fact", 60), *drawn(2.0, 1.5, "topic", 60, seed=2)]
    reached = {(name, v): {"q": -abs(v - wanted[name])} for name, values in TRIED.items() for v in values}
    found = fit(questions, reached, replace(BEGIN, verdict=1.25))
    assert {name: getattr(found, name) for name in TRIED} == wanted
    assert found.verdict == 1.25 and found.leans == BEGIN.leans
