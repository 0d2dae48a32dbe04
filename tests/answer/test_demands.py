"""What a question insists on, and what an article lacks of it."""

from __future__ import annotations

import pytest
from rag.answer.demands import demands

from rag.archive import Archive
from rag.query import understand


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("鞍钢第二炼钢厂解决了职工意见的百分之几？", 2),
        ("鞍钢九号平炉炼一炉钢要多少时间？", 9),
        ("How long did a heat take in No. 9 open-hearth furnace at Anshan?", 9),
        ("What percentage of opinions did Anshan's Second Steel Plant resolve?", 2),
    ],
)
def test_what_is_called_by_a_number_has_to_be_called_so(archive: Archive, question: str, number: int) -> None:
    assert [n for n, _ in demands(understand(question)).numbered] == [number]
    assert not archive.ask(question).answered


@pytest.mark.parametrize(
    "question", ["第二次整改高潮是怎样发动的？", "How was the second wave of rectification begun?"]
)
def test_a_turn_is_no_name(question: str) -> None:
    assert demands(understand(question)).numbered == ()


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("大冶钢厂轧钢车间的先进班组占多少？", ("大冶", "轧钢")),
        ("一班采煤制让煤矿的生产效率提高了多少？", ()),
        ("How many farmers in Jiangyou left the countryside?", ("Jiangyou",)),
    ],
)
def test_names_are_told_from_words(question: str, names: tuple[str, ...]) -> None:
    assert demands(understand(question)).names == names


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many farmers in Jiangyou left the countryside?", "farmers"),
        ("江油一共有多少农民离开农村去炼铁？", "农民"),
        ("How much pig iron was made?", "pig"),
        ("How many cadre families moved house?", "families"),
        ("How much more pig iron did the Iron Bureau make?", "pig"),
        ("江油县境内有几处土高炉群？", "高炉"),
        ("提合理化建议的职工一共发了多少奖金？", "奖金"),
    ],
)
def test_what_is_counted_is_known(question: str, counted: str) -> None:
    assert counted in demands(understand(question)).counted


@pytest.mark.parametrize(
    "question",
    [
        "How did cadres in Jiangyou, Daye and Fuxin come closer to the workers?",
        "Who gave the reports at the Fuxin meeting and at the Peking conference?",
        "思想工作：1957年的会议批评了什么，1960年大冶又是怎么做的？",
    ],
)
def test_names_or_years_side_by_side_are_compared(question: str) -> None:
    assert demands(understand(question)).kind == "compare"


def test_a_month_is_that_of_the_issue(archive: Archive) -> None:
    assert archive.ask("大冶钢厂锻造车间1960年7月的合格率是多少？").answered
    assert not archive.ask("大冶钢厂锻造车间1959年7月的合格率是多少？").answered


@pytest.mark.parametrize("question", ["How many people came?", "来了多少人？", "修这座水库花了多少钱？"])
def test_people_and_money_in_general_count_nothing_in_particular(question: str) -> None:
    assert demands(understand(question)).counted == ()


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("过去技术互助的合同有哪几种？", "list"),
        ("How many opinions of the masses were summarised at Anshan?", "number"),
        ("Summarise the Fuxin meeting.", "summary"),
        ("请总结阜新现场会。", "summary"),
        ("阜新现场会最后由谁作总结报告？", "person"),
        ("How many friends had each member made?", "number"),
        ("这种鱼的俗名叫什么？", "other"),
        ("锻造车间的车间主任叫什么？", "person"),
    ],
)
def test_the_kind_of_answer_is_read_from_the_wording(question: str, kind: str) -> None:
    assert demands(understand(question)).kind == kind


@pytest.mark.parametrize(
    ("question", "name"),
    [("王家扬在阜新现场会上提了什么要求？", "王家扬"), ("毛主席有没有到阜新现场会上讲话？", "毛主席")],
)
def test_a_name_that_the_segmenter_cuts_up_is_one(question: str, name: str) -> None:
    assert name in demands(understand(question)).names


def test_words_that_open_a_question_are_no_names() -> None:
    assert demands(understand("简要说说大冶钢厂锻造车间怎样抓小组？")).names == ("大冶",)
