"""Near misses: all the right words, about another time, thing or person, or to the opposite effect."""

from __future__ import annotations

import pytest
from rag.answer.opposites import says_the_opposite

from rag.archive import Archive
from rag.datatypes import Turn

NEAR_MISSES = [
    # another group of the same workshop took these measures
    "肖功顺小组用了多少项措施消灭脱炭事故？",
    "How many measures did Xiao Gongshun's group take against decarburization?",
    # it was introduced
    "江油县为什么取消了包炉包产制？",
    "Why did Jiangyou abolish the contract responsibility system for furnaces and output?",
    # the picture shows a vice-director, of a plant
    "锻造车间的车间主任叫什么？",
    "Name of the director of the Daye forging workshop?",
    # eleven committee members made friends among the workers
    "大冶锻造车间总共有多少工人？",
    "How many workers were employed in the Daye forging workshop?",
    # a share is no output
    "What was the total steel output of Anshan's First Steel Plant in 1957?",
    # he spoke at another conference
    "王家扬在阜新现场会上对辽宁的厂长们提了什么要求？",
    "毛主席有没有到阜新现场会上讲话？",
    # what they are worth, not what was paid for them
    "提合理化建议的职工一共发了多少奖金？",
]
ANSWERED = [
    ("杨金庄小组采取了多少项措施防止和消灭脱炭事故？", "十九项"),
    ("请按月份说明杨金庄小组1960年3月到7月的质量变化。", "98.7"),
    ("Trace the quality figures of Yang Jinzhuang's group from March to July 1960.", "98.7%"),
    ("过去技术互助的合同有哪几种？", "兄弟合同"),
    ("Who gave the closing report at the Fuxin meeting of March 1958?", "Yu Ping"),
    ("Who were the so-called steel warriors of Jiangyou, and where did they come from?", "farmers"),
    ("How many industrial enterprises were represented at the Fuxin meeting?", "149"),
]


@pytest.mark.parametrize("question", NEAR_MISSES)
def test_a_near_miss_is_no_answer(archive: Archive, question: str) -> None:
    answer = archive.ask(question)
    assert not answer.answered, answer.text


@pytest.mark.parametrize(("question", "said"), ANSWERED)
def test_what_is_printed_is_answered_all_the_same(archive: Archive, question: str, said: str) -> None:
    answer = archive.ask(question)
    assert answer.answered and said in answer.text, answer.text


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("1957年1月的工会生产工作会议是哪一天开幕的？", "闭幕是哪一天？"),
        ("When did the trade union production conference of January 1957 open?", "And when did it close?"),
    ],
)
def test_the_day_of_the_opening_is_not_that_of_the_closing(archive: Archive, before: str, question: str) -> None:
    opening = archive.ask(before)
    assert opening.answered
    assert not archive.ask(question, history=[Turn(before, opening.text)]).answered


def test_a_word_and_its_opposite() -> None:
    opened = "The conference opened in Beijing today."
    assert says_the_opposite("When did it close?", opened, opened)
    assert says_the_opposite("When did it close?", "It will sum up the year.", opened), "of no closing"
    assert not says_the_opposite("When did it open?", opened, opened)
    assert not says_the_opposite("When did it close?", "It closed on the 20th.", opened + " It closed on the 20th.")
    assert not says_the_opposite("Did output increase or decrease?", "产量下降了", "产量下降了"), "both asked"
