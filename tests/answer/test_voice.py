"""A plan or a demand is told from a claimed result, where the text tells them apart."""

from __future__ import annotations

import pytest

from rag.answer.voice import is_planned
from rag.datatypes import Lang


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "全厂订出了全年增产五万吨钢的指标。"),
        ("zh", "他们保证在会后三天之内，把阜新的这三个经验具体贯彻到行动中去；"),
        ("zh", "今年计划在全县修建水库三百座。"),
        ("zh", "這個廠爭取年底產鋼十萬噸。"),
        ("en", "The factory has set a target of increasing steel production by 50,000 tons for the whole year."),
        ("en", "The ministry plans to issue 300,000 stamps."),
        ("en", "The plant is to produce 20,000 tons of pig iron next year."),
    ],
)
def test_what_is_to_be_done_is_a_plan(lang: Lang, text: str) -> None:
    assert is_planned(text, lang)


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("zh", "他们提前三天完成了7月份的生产计划，产品质量合格率达到99.995％。"),
        ("zh", "八天内，新修了两千多个炼铁大窑，采矿石八万吨。"),
        ("zh", "全车间齐心协力争上游，保证质量。"),
        ("zh", "他们要在三天内办好的食堂，两天就办成了。"),
        ("en", "The production plan for July was completed three days ahead of schedule."),
        ("en", "Within eight days 80,000 tons of ore were mined."),
        ("en", "They planned to build ten furnaces and have already completed twelve."),
    ],
)
def test_what_is_claimed_as_done_is_none(lang: Lang, text: str) -> None:
    assert not is_planned(text, lang)
