"""Which questions only name a topic, and which ask more."""

from __future__ import annotations

import pytest

from rag.language.script import detect
from rag.language.topics import topic


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did the paper report about Jiangyou?", "Jiangyou"),
        ("What did the People's Daily say about rationalization proposals?", "rationalization proposals"),
        ("What was reported about steel in?", "steel"),
        ("Are there any articles about coal mines in the archive?", "coal mines"),
        ("what is known about open-hearth furnaces", "open-hearth furnaces"),
        ("What happened in Fuxin?", "Fuxin"),
        ("Tell me about the Anshan steel plant.", "the Anshan steel plant"),
        ("Anything about Tibet?", "Tibet"),
        ("steel quality", "steel quality"),
        ("关于江油县，报纸报道了什么？", "江油县"),
        ("人民日报怎样报道大冶钢厂？", "大冶钢厂"),
        ("《人民日报》对整风有哪些报道？", "整风"),
        ("有没有关于平炉的文章？", "平炉"),
        ("檔案裡有關合理化建議的內容有哪些？", "合理化建議"),
        ("阜新煤矿发生了什么？", "阜新煤矿"),
        ("介绍一下鞍钢的情况。", "鞍钢"),
        ("江油", "江油"),
    ],
)
def test_a_topic_without_its_frame(question: str, named: str) -> None:
    assert topic(question, detect(question)) == named


@pytest.mark.parametrize(
    "question",
    [
        "How many tons of steel did the paper report?",
        "What does the paper say about who led the mine?",
        "What did the workers say about the bonus?",
        "How much iron?",
        "What did the paper report?",
        "write me a poem about spring",
        "Why was the output of the group low in March?",
        "What did the paper report about the measures that the leading cadres of the workshop took to raise quality?",
        "多少吨钢",
        "工人对奖金说了什么？",
        "报纸上说谁是厂长？",
        "报纸报道了什么？",
        "腹地与什么有关？",
        "为什么三月份产量不高？",
        "会议对小土群有什么看法？",
        "比较江油和鞍钢的报道",
    ],
)
def test_a_question_that_asks_more_than_its_topic(question: str) -> None:
    assert topic(question, detect(question)) == ""
