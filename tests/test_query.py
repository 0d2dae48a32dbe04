"""Questions and follow-ups: what is taken over from earlier turns, what is refused."""

from __future__ import annotations

import pytest

from rag.datatypes import Turn
from rag.query import leans_back, understand

LEANING = [
    "And how much ore?",
    "那质量呢？",
    "When was that?",
    "什么时候的事？",
    "Thanks to which technique?",
    "为什么呢？",
    "那里有多少人？",
    "What did they cost?",
    "还有呢？",
    "And in 1960?",
]
STANDING = [
    "How many native blast furnaces did Jiangyou County have in autumn 1958?",
    "江油县八天内采了多少矿石？",
    "大冶钢厂锻造车间的产品合格率是多少？",
    "Who was director of the Production Department of the All-China Federation of Trade Unions?",
    "全国总工会生产部部长是谁？",
]


@pytest.mark.parametrize("question", LEANING)
def test_a_question_without_a_subject_takes_over_the_last_one(question: str) -> None:
    history = [Turn("江油县八天内新修了多少炼铁大窑？", "……")]
    query = understand(question, history)
    assert query.is_completed and "江油" in query.text and query.text.endswith(question)
    assert not understand(question).is_completed, "without a turn before it there is nothing to take over"


@pytest.mark.parametrize("question", STANDING)
def test_a_question_with_a_subject_takes_over_nothing(question: str) -> None:
    query = understand(question, [Turn("鞍钢八号平炉用了多少时间？")])
    assert query.text == question and not leans_back(question)


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = [Turn("How much ore was mined in Jiangyou?"), Turn("And how much fuel?")]
    assert "Jiangyou" in understand("And iron?", history).text


def test_a_new_subject_ends_the_chain() -> None:
    history = [
        Turn("How much ore was mined in Jiangyou?"),
        Turn("Who made the concluding report at the Fuxin on-site meeting?"),
    ]
    text = understand("When was that?", history).text
    assert "Fuxin" in text and "Jiangyou" not in text


def test_long_and_empty_histories_do_no_harm() -> None:
    history = [Turn("", ""), Turn("   "), *[Turn(f"And then {i}?") for i in range(500)]]
    assert understand("And then?", history).text.endswith("And then?")
    assert len(understand("And then?", history).text) < 2500


def test_hidden_characters_and_controls_are_not_part_of_a_question() -> None:
    assert understand("钢\u200b铁\x1b[2J产\u202e量").text == "钢铁[2J产量"


def test_a_title_names_its_own_subject() -> None:
    assert not leans_back("歌剧《卡门》是谁写的？")
    assert leans_back("是谁写的？")
