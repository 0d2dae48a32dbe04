"""What is searched for when a question takes something over from the turns before it, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from rag.datatypes import Filters, Turn
from rag.errors import UsageError
from rag.query import MAX_CHARS, MAX_TURNS, turns_of, understand

ORE = {"zh": "江油县八天内采了多少矿石？", "en": "How much ore was mined in Jiangyou within eight days?"}


@pytest.mark.parametrize("question", ["那质量呢？", "And how much fuel?", "什么时候的事？", "And fuel in 8 days?"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_taken_over_stands_before_the_question(question: str, lang: str) -> None:
    query = understand(question, [Turn(ORE[lang])], taken=ORE[lang])
    assert query.is_completed and query.text == f"{ORE[lang]} {question}" and query.question == question
    assert query.context == "", "what was taken over is not looked for a second time"


@pytest.mark.parametrize("question", ["那质量呢？", "And how much fuel?", "全国总工会生产部部长是谁？"])
def test_a_question_that_takes_over_nothing_keeps_the_one_before_as_its_context(question: str) -> None:
    query = understand(question, [Turn(ORE["zh"])])
    assert not query.is_completed and query.text == question and query.context == ORE["zh"]
    assert understand(question).context == ""


@pytest.mark.parametrize(
    ("before", "question", "kept", "gone"),
    [
        ("1958年大冶钢厂产了多少钢？", "那1960年呢？", "大冶钢厂产了多少钢", "1958"),
        ("How much steel did Daye make in 1958?", "And in March 1960?", "How much steel did Daye make", "1958"),
        ("1958年3月阜新开了什么会？", "一九五九年五月呢？", "阜新开了什么会", "1958"),
        ("What met in Fuxin in March 1958?", "And on 5 May 1959?", "What met in Fuxin", "1958"),
    ],
)
def test_the_same_is_asked_of_another_time(before: str, question: str, kept: str, gone: str) -> None:
    query = understand(question, [Turn(before)], taken=before)
    assert kept in query.text and gone not in query.text and query.text.endswith(question)
    assert query.period and not query.period.earlier


@pytest.mark.parametrize(
    ("before", "question"),
    [("1958年大冶钢厂产了多少钢？", "那质量呢？"), ("How much steel did Daye make in 1958?", "And how much iron?")],
)
def test_a_time_named_before_lasts(before: str, question: str) -> None:
    query = understand(question, [Turn(before)], taken=before)
    assert query.period and query.period.earlier
    assert (query.filters.since, query.filters.until) == (date(1958, 1, 1), date(1958, 12, 31))
    free = query.unlimited()
    assert free.filters.is_empty and free.period and not free.period.applied and free.text == query.text


def test_dates_that_were_given_are_not_read_from_the_question() -> None:
    given = Filters(date(1957, 1, 1), date(1957, 12, 31))
    for question in ("1958年大冶钢厂产了多少钢？", "How much steel was made in 1958?"):
        assert understand(question, filters=given).filters == given
        assert understand(question, read_dates=False).filters.is_empty


@pytest.mark.fault(58)
def test_long_and_empty_histories_do_no_harm() -> None:
    history = [Turn("", ""), Turn("   "), *[Turn(f"And then {i}?") for i in range(500)]]
    assert [turn.question for turn in turns_of(history)] == [f"And then {i}?" for i in range(500 - MAX_TURNS, 500)]
    query = understand("And then?", history, taken="钢" * 5000)
    assert query.text.endswith("And then?") and len(query.text) < 2 * MAX_CHARS


@pytest.mark.parametrize("nothing", ["？！…", "——", "\u200b", "🙂", "?", "\x1b", " \n"])
def test_a_turn_without_a_word_is_no_turn(nothing: str) -> None:
    assert turns_of([Turn(nothing), Turn(ORE["en"]), Turn(nothing)]) == [Turn(ORE["en"])]


def test_what_is_taken_of_an_earlier_question_is_no_longer_than_a_question() -> None:
    (turn,) = turns_of([Turn("江油县" * 1000, "八万吨")])
    assert len(turn.question) == MAX_CHARS and turn.answer == "八万吨"


@pytest.mark.fault(54)
def test_hidden_characters_and_controls_are_not_part_of_a_question() -> None:
    assert understand("钢\u200b铁\x1b[2J产\u202e量").text == "钢铁[2J产量"


@pytest.mark.parametrize("question", ["", "？！…", "\u200b\u200b", "🙂", "  \n"])
def test_a_question_needs_a_word(question: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        understand(question)


def test_a_question_is_not_cut_but_refused_where_it_is_too_long() -> None:
    assert understand("钢" * MAX_CHARS).text == "钢" * MAX_CHARS
    with pytest.raises(UsageError, match="at most 1000"):
        understand("钢" * (MAX_CHARS + 1))
