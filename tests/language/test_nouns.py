"""What of a question names something, and what only says or asks something of it."""

import pytest

from rag.datatypes import Lang
from rag.language.nouns import nouns


@pytest.mark.parametrize(
    ("text", "lang", "named"),
    [
        ("Who wrote the novel about Khrushchev?", "en", ["novel", "Khrushchev"]),
        ("When was the steamship invented?", "en", ["steamship"]),
        ("Did they mine uranium there?", "en", ["uranium"]),
        ("How quickly were the astronauts recently trained?", "en", ["astronauts"]),
        ("Which reporters spoke with Nixon?", "en", ["reporters", "Nixon"]),
        ("Explain what happened when the volcano erupted.", "en", ["volcano"]),
        ("Submarines, were they sunk or bought?", "en", ["Submarines"]),
        ("How did Bake and Drink become a company?", "en", ["Bake", "Drink", "company"]),
        ("Please describe how cosmonauts could possibly survive.", "en", ["cosmonauts"]),
        ("What did the dirigible lack, need or carry?", "en", ["dirigible"]),
        ("戴高乐访问过火星吗？", "zh", ["戴高乐", "火星"]),
        ("谁发明了蒸汽机？", "zh", ["蒸汽机"]),
        ("拖拉机厂怎样制造飞机？", "zh", ["拖拉机厂", "飞机"]),
        ("工人们开采了几吨石油？", "zh", ["工人", "石油"]),
        ("蘇聯發射了幾顆人造衛星？", "zh", ["蘇聯", "人造衛星"]),
        ("宇航员因此缺少什么？", "zh", ["宇航员"]),
        ("何时写成？", "zh", []),
    ],
)
def test_nouns_and_names_are_told_from_what_is_said_of_them(text: str, lang: Lang, named: list[str]) -> None:
    assert nouns(text, lang) == named
