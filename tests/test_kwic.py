"""Words of a search, where they stand in a text."""

from __future__ import annotations

import pytest

from ui.kwic import found, terms


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("TNT", "工人们用TNT炸药开山，又用DDT药粉灭蚊。", ["TNT"]),
        ("ddt", "工人们用TNT炸药开山，又用DDT药粉灭蚊。", ["DDT"]),
        ("TNT", "工人们用 TNT 炸药开山。", ["TNT"]),
        ("TNT", "工人们用ＴＮＴ炸药开山。", ["ＴＮＴ"]),
        ("TNT炸药", "工人们用TNT炸药开山。", ["TNT炸药"]),
        ("DDT powder", "用DDT药粉", ["DDT"]),
        ("Moscow", "访问Moscow的代表团", ["Moscow"]),
        ("steel plants", "鞍山Steel Plant（鞍钢）", ["Steel Plant"]),
        ("TNT", "The workers used TNT炸药.", ["TNT"]),
        ("experts", "苏联expert’s建议", ["expert’s"]),
        ("NT", "工人们用TNT炸药开山。", []),
        ("Xi'an", "在Xi'an建厂", ["Xi'an"]),
        ("三千吨", "产铁3,000吨", ["3,000"]),
        ("2.5 hours", "只用了2½小时", ["2½"]),
        ("2.5小时", "只用了两个半小时", ["两个半小时"]),
        ("21 hours", "only 2½ hours", ["hours"]),
        ("人民公社", "江油县人民公\n社成立了", ["人民公\n社"]),
    ],
)
def test_what_is_found_is_marked(question: str, text: str, marked: list[str]) -> None:
    assert [text[a:b] for a, b in found(text, terms(question))] == marked
