"""What was read becomes a probability that rises with it, and an answer is given from the threshold on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.answer.candidates import Reading
from rag.answer.decide import FEATURES, features, fitted, form_of
from rag.reader.pages import FORMS
from tests.answer.made import NUMBERS, article, candidate

ODDS = [-1e6, -30.0, -4.0, -1.0, 0.0, 0.5, 2.0, 30.0, 1e6]
ORE = article("ore", date(1958, 11, 14), zh=["八天内采矿石八万吨。", "新修大窑两千个。"])


def reading(*odds: float, form: str = "fact", question: str = "采了多少矿石？") -> Reading:
    """The two sentences of an article, read with some odds."""
    texts = ORE.bodies["zh"].split("\n")
    said = tuple(candidate(ORE, text, at) for text, at in zip(texts, odds, strict=False))
    return Reading(question, "zh", said, {f: 5.0 * (f == form) for f in FORMS}, -9.0)


@pytest.mark.parametrize("form", FORMS)
def test_the_surer_the_likelier(form: str) -> None:
    made = [NUMBERS.probability(reading(odds, -9.0, form=form)) for odds in ODDS]
    assert made == sorted(made) and all(0 <= p <= 1 for p in made)
    assert made[0] < 1e-6 and made[-1] > 1 - 1e-6
    assert NUMBERS.probability(reading(0.0, -9.0, form=form)) == 0.5


def test_each_weight_counts_what_its_name_says() -> None:
    one = reading(3.0, 1.0, form="yesno")
    values = dict(zip(FEATURES, features(one), strict=True))
    assert (values["surest"], values["second"], values["first"], values["given"]) == (3.0, 1.0, 3.0, 1.0)
    assert values["chinese"] == 1.0 and values["length"] == pytest.approx(len(one.question) / 100)
    assert values["yesno"] > 0.9 and values["several"] < 0.1
    assert dict(zip(FEATURES, features(reading(3.0, form="across")), strict=True))["several"] > 0.9
    for number, name in enumerate(FEATURES):
        weights = tuple(float(i == number) for i in range(len(FEATURES)))
        odds = max(min(values[name], 30.0), -30.0)
        numbers = replace(NUMBERS, weights=weights)
        assert numbers.probability(one) == pytest.approx(1 / (1 + 2.718281828459045**-odds)), name


def test_where_nothing_was_read_nothing_is_likely() -> None:
    assert NUMBERS.probability(Reading("?", "en", (), {}, 0.0)) == 0.0


def test_one_sentence_alone_has_no_second() -> None:
    assert 0 <= NUMBERS.probability(reading(2.0)) <= 1
    assert features(reading(2.0))[1] < features(reading(2.0, -5.0))[1]


def test_the_form_is_the_likeliest_one_and_a_fact_where_nothing_was_read() -> None:
    assert form_of({"fact": 0.1, "list": 2.0, "why": -1.0}) == "list"
    assert form_of({}) == "fact"


def test_the_numbers_that_come_with_the_reader_are_sensible() -> None:
    numbers = fitted()
    for form in FORMS:
        low, high = (numbers.probability(reading(odds, odds - 3, form=form)) for odds in (-9.0, 9.0))
        assert low < numbers.threshold < high
    assert 0 < numbers.threshold < 1 and numbers.second >= 0 and numbers.within > 0
    assert numbers.verdict >= 0 and numbers.leans[0] <= numbers.leans[1]
