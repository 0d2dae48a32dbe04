"""A Chinese name spelt as another is told; abbreviations and foreign names are not judged."""

from __future__ import annotations

import pytest

from rag.translation.names import misnamed


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("任命徐思铎为参赞", "appointed Xu Sidu as counsellor"),
        ("李聚奎上将在座", "General Li Juikui was present"),
        ("安东化学纤维厂正在改建", "The Anshan Chemical Fiber Factory is being rebuilt"),
        ("哥伦比亚大学副教授利德曼说", "Professor Lederman of Columbia University said"),
        ("据合众社报道", "according to United Press International"),
        ("美国驻匈牙利公使馆", "the U.S. Embassy in Hungary"),
    ],
)
def test_another_name_is_told(zh: str, en: str) -> None:
    assert len(misnamed(zh, en)) == 1


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("任命徐思铎为参赞", "appointed Xu Siduo as counsellor"),
        ("重庆的工人", "the workers of Chongqing"),
        ("鞍钢职工", "the workers of Anshan Iron and Steel"),
        ("江、浙等省", "Jiangsu, Zhejiang and other provinces"),
        ("在上海对体育学院队", "In Shanghai against the Sports Institute"),
        ("马来亚当局", "The Malayan authorities"),
        ("加拿大的小麦", "the wheat of Canada"),
        ("朝鲜大使李永镐", "the Korean ambassador Li Yongho"),
        ("副教授王明", "Associate Professor Wang Ming"),
        ("阳谷一号", "Yanggu No. 1"),
        ("西安人民", "The people of Xi'an"),
    ],
)
def test_what_cannot_be_judged_is_left_alone(zh: str, en: str) -> None:
    assert misnamed(zh, en) == []
