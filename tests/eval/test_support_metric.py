"""ALCE's citation recall and precision, case by case, with a judge that knows what each passage says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from eval.metrics.support import citation_support

# what each passage says; a statement is entailed if every word of it is said by the passages put together
SAYS: Mapping[int, str] = {1: "iron", 2: "ore", 3: "iron", 4: "coal", 5: "ore fuel"}


def knows(numbers: Sequence[int], statement: str) -> bool:
    said = {word for number in numbers for word in SAYS[number].split()}
    return set(statement.split()) <= said


@pytest.mark.parametrize(
    ("sentences", "recall", "precision"),
    [
        ([("iron", ())], 0.0, 0.0),  # no citation
        ([("iron", (9,))], 0.0, 0.0),  # out of range
        ([("iron", (1, 9))], 0.0, 0.0),  # one of two out of range: not supported, and counted nowhere
        ([("iron", (1,))], 1.0, 1.0),  # a single good one
        ([("iron", (4,))], 0.0, 0.0),  # a single bad one
        ([("iron", (1, 3))], 1.0, 1.0),  # either of a pair would do: both count, as in ALCE
        ([("iron", (1, 4))], 1.0, 0.5),  # the second adds nothing
        ([("iron ore", (1, 2))], 1.0, 1.0),  # both needed
        ([("iron ore", (1, 2, 4))], 1.0, 2 / 3),
        ([("iron coal fuel", (1, 2))], 0.0, 0.0),  # together not enough: neither counts
        ([("iron ore coal", (1, 2, 3, 4))], 0.0, 0.0),  # the fourth citation is not read
        ([("iron", (1,)), ("ore", (4,)), ("coal", ())], 1 / 3, 1 / 2),
        ([("iron", (1, 9)), ("ore", (2,))], 1 / 2, 1.0),
        ([("iron ore", (1, 5)), ("ore", (4, 2))], 1.0, 3 / 4),
        ([("iron", (4,)), ("ore", (2,))], 1 / 2, 1 / 2),
        ([("iron ore coal ore fuel", (1, 2, 4)), ("iron ore coal", (3, 2, 4))], 1 / 2, 1 / 2),
    ],
)
def test_alce_by_hand(sentences: list[tuple[str, tuple[int, ...]]], recall: float, precision: float) -> None:
    assert citation_support(sentences, SAYS, knows) == pytest.approx((recall, precision))


def test_every_passage_there_is_may_be_cited() -> None:
    assert citation_support([("iron ore", (1, 2))], {1, 2}, knows) == (1.0, 1.0)


def test_an_answer_without_sentences_has_no_figure() -> None:
    assert citation_support([], SAYS, knows) is None


def test_the_judge_is_asked_no_more_than_needed() -> None:
    asked: list[tuple[tuple[int, ...], str]] = []

    def asking(numbers: tuple[int, ...], statement: str) -> bool:
        asked.append((numbers, statement))
        return knows(numbers, statement)

    citation_support([("iron", ()), ("ore", (2,)), ("iron", (1, 4))], SAYS, asking)
    assert asked == [((2,), "ore"), ((1, 4), "iron"), ((1,), "iron"), ((4,), "iron"), ((1,), "iron")]
