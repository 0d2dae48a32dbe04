"""Log-odds become probabilities that rise with them, and an answer is given from the threshold on."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rag.answer.decide import BROAD, fitted, form_of
from rag.reader.pages import FORMS
from tests.answer.made import NUMBERS

ODDS = [float("-inf"), -1e6, -30.0, -4.0, -1.0, 0.0, 0.5, 2.0, 30.0, 1e6]


@pytest.mark.parametrize("form", FORMS)
def test_the_surer_the_likelier(form: str) -> None:
    made = [NUMBERS.probability(form, answers) for answers in ODDS]
    assert made == sorted(made) and all(0 <= p <= 1 for p in made)
    assert made[0] < 1e-6 and made[-1] > 1 - 1e-6 and NUMBERS.probability(form, 0.0) == 0.5


def test_questions_of_several_articles_have_their_own_scale() -> None:
    numbers = replace(NUMBERS, focused=(2.0, -1.0), broad=(0.5, 1.0))
    for form in FORMS:
        odds = 0.5 * 3 + 1 if form in BROAD else 2 * 3 - 1
        assert numbers.probability(form, 3.0) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_the_form_is_the_likeliest_one_and_a_fact_where_nothing_was_read() -> None:
    assert form_of({"fact": 0.1, "list": 2.0, "why": -1.0}) == "list"
    assert form_of({}) == "fact"


def test_the_numbers_that_come_with_the_reader_are_sensible() -> None:
    numbers = fitted()
    for form in FORMS:
        assert numbers.probability(form, -8.0) < numbers.threshold < numbers.probability(form, 8.0)
    assert 0 < numbers.threshold < 1 and numbers.second >= 0 and numbers.within > 0
    assert numbers.verdict >= 0 and numbers.leans >= 0
