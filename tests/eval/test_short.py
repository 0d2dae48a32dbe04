"""The short answer and the first quotations, against references in both languages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from eval.metrics.citations import first_quotes_say
from eval.run.score import score
from eval.run.seen import AnswerSeen, CitationSeen, Outcome, QuoteSeen, answer_seen, from_json, to_json
from eval.sets.questions import Question, QuestionSet
from eval.sets.verify import Gold
from rag.datatypes import LANGS, Span
from tests.eval.fake import seed_archive

NEW = {"short_em", "short_f1", "first_quote", "first_two_quotes"}


def seen(short: str = "", *quotes: str, answered: bool = True) -> AnswerSeen:
    cited = tuple(
        CitationSeen(n, "a", (QuoteSeen(Span("zh", 0, 1), text, None, "", True),)) for n, text in enumerate(quotes, 1)
    )
    return AnswerSeen("x", answered, 0.9, None, tuple(("s", (c.number,)) for c in cited), cited, ("a",), short)


def scored(question: Question, answer: AnswerSeen | None, error: str | None = None) -> dict[str, dict[str, float]]:
    cases = list(QuestionSet("s", (question,)).cases())
    outcomes = {case.id: Outcome(case.id, answer=answer, error=error) for case in cases}
    found = score(cases, {question.id: Gold({})}, outcomes, search_only=False)
    return {one.case.lang: {k: v for k, v in one.metrics.items() if k in NEW} for one in found}


BOTH = Question(
    "q", {"zh": "多少？", "en": "How much?"}, answers={"zh": ("八万吨",), "en": ("80,000 tons", "eighty thousand tons")}
)


@pytest.mark.parametrize(
    ("lang", "short", "em", "f1"),
    [
        ("zh", "八万吨", 1, 1),
        ("zh", "八萬噸。", 1, 1),  # traditional, with a full stop
        ("zh", "约八万吨", 0, 6 / 7),
        ("zh", "万八吨", 0, 1),  # a bag
        ("zh", "九千斤", 0, 0),
        ("zh", "80,000 tons", 0, 0),  # a reference, but of the other language
        ("en", "80,000 tons", 1, 1),
        ("en", "the 80,000 Tons", 1, 1),
        ("en", "eighty thousand tons", 1, 1),
        ("en", "about 80,000 tons", 0, 4 / 5),
        ("en", "八万吨", 0, 0),
        ("en", "", 0, 0),
        ("zh", "  ", 0, 0),
    ],
)
def test_the_short_answer_is_held_against_references_in_the_language_of_the_question(
    lang: str, short: str, em: float, f1: float
) -> None:
    metrics = scored(BOTH, seen(short))[lang]
    assert (metrics["short_em"], metrics["short_f1"]) == pytest.approx((em, f1))


@pytest.mark.parametrize("lang", LANGS)
def test_a_refusal_and_a_failure_count_nothing(lang: Any) -> None:
    refused = seen("八万吨", "八万吨", answered=False)
    assert scored(BOTH, refused)[lang] == dict.fromkeys(NEW, 0.0)
    assert scored(BOTH, None, error="broke")[lang] == dict.fromkeys(NEW, 0.0)


def test_without_references_there_is_nothing_to_hold_it_against() -> None:
    only = replace(BOTH, answers={"en": ("80,000 tons",)})
    assert set(scored(only, seen("x", "采矿石"))["zh"]) == {"first_quote", "first_two_quotes"}
    assert set(scored(only, seen("x"))["en"]) == NEW
    assert scored(replace(BOTH, answers={}), seen("八万吨", "八万吨"))["zh"] == {}
    assert scored(Question("u", {"zh": "谁？"}, kind="unanswerable"), seen("八万吨", "八万吨"))["zh"] == {}


@pytest.mark.parametrize("kind", ["fact", "follow_up", "list", "timeline", "compare", "summary"])
def test_first_quotations_are_looked_at_for_facts(kind: str) -> None:
    found = scored(replace(BOTH, kind=kind), seen("", "采矿石八万吨", "x"))["en"]
    assert ("first_quote" in found) is (kind in ("fact", "follow_up")) and "short_f1" in found


@pytest.mark.parametrize(
    ("quotes", "first", "two"),
    [
        (["采矿石八万吨。", "x"], 1, 1),
        (["x", "They mined 80,000 tons of ore."], 0, 1),
        (["x", "y", "八万吨"], 0, 0),
        (["180,000 tons"], 0, 0),
        ([], 0, 0),
    ],
)
def test_the_quotation_that_says_a_reference(quotes: list[str], first: float, two: float) -> None:
    found = scored(BOTH, seen("", *quotes))["zh"]
    assert (found["first_quote"], found["first_two_quotes"]) == (first, two)


def test_a_counterpart_says_it_too_and_quotations_stand_in_the_order_of_their_marks() -> None:
    twin = QuoteSeen(Span("zh", 0, 1), "数字", Span("en", 0, 1), "80,000 tons of ore", True)
    other = QuoteSeen(Span("zh", 0, 1), "别的", None, "", True)
    answer = replace(seen(), citations=(CitationSeen(1, "a", (other,)), CitationSeen(2, "b", (twin, other))))
    says = lambda a, most: first_quotes_say(a, ("80,000 tons",), most)  # noqa: E731
    assert (says(answer, 1), says(answer, 2)) == (0.0, 1.0)  # nothing marked: as listed
    assert says(replace(answer, sentences=(("s", (2, 1)),)), 1) == 1.0
    assert says(replace(answer, sentences=(("s", (1,)), ("t", (2,)))), 1) == 0.0
    assert says(replace(answer, citations=(CitationSeen(1, "a", (other, twin)),)), 1) == 0.0


@dataclass(frozen=True)
class Short:
    text: str


def test_the_short_answer_is_taken_from_the_answer_and_kept() -> None:
    archive = seed_archive(threshold=0.0)
    answer = archive.ask("江油采矿石多少？")
    assert answer_seen(answer, archive).short == ""  # an answer that knows no short one

    class WithShort:
        """An answer that carries a short one, or none."""

        def __init__(self, short: Short | None) -> None:
            self.short = short

        def __getattr__(self, name: str) -> Any:
            return getattr(answer, name)

    for short, kept in ((Short("八万吨"), "八万吨"), (None, "")):
        outcome = Outcome("q", answer=answer_seen(WithShort(short), archive))  # type: ignore[arg-type]
        assert outcome.answer and outcome.answer.short == kept
        assert from_json(to_json(outcome)) == outcome
    row = to_json(Outcome("q", answer=answer_seen(answer, archive)))
    del row["answer"]["short"]  # a run made before there were short answers
    assert from_json(row).answer == answer_seen(answer, archive)
