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
