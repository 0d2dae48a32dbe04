from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Lang
from rag.language import fold as fold_module
from rag.language.fold import as_known, fold, fold_with_map, unified
from rag.language.script import HAN, detect, strip_hidden


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鋼鐵生產", "钢铁生产"),
        ("３０００吨", "3000吨"),
        ("８５％", "85%"),
        ("Dàwèi", "dawei"),
        ("Da\u0300we\u0300i", "Dàwèi"),
        ("Yan’an", "YAN'AN"),
        ("“好”", '"好"'),
        ("钢\u200b铁\u2060", "钢铁"),
        ("st\u00adeel\U000e0041", "steel"),
        ("\u202esteel\u202c", "steel"),
        ("（附图片）", "(附图片)"),
        ("㎏", "kg"),
        ("红旗人\u2ea0公社", "红旗人民公社"),  # CJK radicals supplement
        ("\u2ec4安", "西安"),
        ("\u2ed3\u2ed4\u2ec5\u2ecb\u2ee2", "长门见车马"),
        ("⽔库", "水库"),  # Kangxi
        ("\u31d0九五八年", "一九五八年"),  # a stroke
        ("\uf9f7正", "立正"),  # a compatibility form
        ("\U0002f804", "你"),
        ("\u3038月", "十月"),
        ("\ue831", "\U000215d7"),  # private use for what GB 18030 had no code point for
        ("一○七○", "一〇七〇"),
        ("一◯七◯", "一〇七〇"),
        ("一九六0年", "一九六〇年"),
        ("二OO八年", "二〇〇八年"),
        ("卄八日", "廿八日"),
        ("2½", "2 1/2"),
        ("２½", "2 1/2"),
        ("½", "1/2"),
        ("12¼", "12 1/4"),
        ("1⁄2", "1/2"),
        ("人民公\n社", "人民公社"),
        ("三千册，\n其中", "三千册，其中"),
        ("1958\n年3月", "1958年3月"),
        ("in March\n1958", "in March 1958"),
        ("produc-\ntion", "produc-tion"),
        ("ＭＡＲＣＨ\n1958", "march 1958"),
    ],
)
def test_equivalent_forms_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize("text", ["三0.5", "第一05", "一old", "10", "o", "50% 0"])
def test_a_nought_is_a_numeral_only_among_chinese_ones(text: str) -> None:
    assert "〇" not in fold(text)


def test_other_scripts_keep_their_letters() -> None:
    assert fold("한국 ガス") == "한국 ガス"


BESIDE = st.text(st.sampled_from(list("一九0o○½¼2年\n \u3000-ab.，\u200b")), max_size=20)


@pytest.mark.fuzz
@given(st.one_of(st.text(max_size=80), BESIDE))
def test_folding_is_stable_and_knows_where_it_came_from(text: str) -> None:
    folded, offsets = fold_with_map(text)
    assert folded == fold(text)
    assert fold(folded) == folded
    assert len(offsets) == len(folded)
    assert offsets == sorted(offsets)
    beside = " 〇"  # what a character becomes for what stands beside it
    assert all(folded[at] in fold(text[offset]) + beside for at, offset in enumerate(offsets))


def test_characters_that_look_like_others_are_replaced_by_those_and_nothing_else_is() -> None:
    assert unified("人\u2ea0公社 ⽔库 \uf9f7 \ue004 鋼鐵 ３ A") == "人民公社 水库 立 \ue004 鋼鐵 ３ A"
    table = Path(fold_module.__file__).with_name("ideographs.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in table if not line.startswith("#")]
    assert len(rows) == 146
    for code, like, shown, ideograph in rows:
        assert ideograph == chr(int(like, 16)) and (shown == chr(int(code, 16)) or shown == "-")
        assert unified(chr(int(code, 16))) == ideograph and HAN.fullmatch(ideograph)
        assert unicodedata.normalize("NFKC", chr(int(code, 16))) != ideograph


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("人\u2ea0公社", "人民公社"),
        ("\u2ec4安产钢一○七◯万吨", "西安产钢一〇七〇万吨"),
        ("公社\ue004昨天", "公社 昨天"),
        ("人\u200b\u200b民", "人  民"),
        ("Steel, 50 °C; 钢铁", "Steel, 50 °C; 钢铁"),
    ],
)
def test_a_model_is_given_the_characters_it_knows_one_for_one(text: str, known: str) -> None:
    assert as_known(text) == known and len(known) == len(text)


def test_a_match_can_be_marked_in_the_original() -> None:
    text = "一九五八年的\u200b鋼\u200b鐵，㎏"
    folded, offsets = fold_with_map(text)
    at = folded.index("钢铁")
    assert text[offsets[at] : offsets[at + 1] + 1] == "鋼\u200b鐵"


def test_strip_hidden_takes_only_what_cannot_be_seen() -> None:
    assert strip_hidden("a\u200bb\u202ec\ufeffd\U000e0061 e\tf\n　中") == "abcd e\tf\n　中"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("GDP 是多少", "zh"),
        ("88%的班组成为先进班组了吗", "zh"),
        ("Daye Steel Plant 在哪", "zh"),
        ("鋼鐵", "zh"),
        ("1958年", "zh"),
        ("What does 试验田 mean?", "en"),
        ("What is 大冶钢厂锻造车间的四包一交?", "en"),
        ("Tell me about 先进生产者运动如何继续前进", "en"),
        ("How much steel?", "en"),
        ("1958", "en"),
        ("", "en"),
    ],
)
def test_language_of_a_question(text: str, lang: Lang) -> None:
    assert detect(text) == lang


def test_language_of_the_seeds(articles: list) -> None:  # type: ignore[type-arg]
    assert all(detect(one.bodies[lang]) == lang for one in articles for lang in one.langs)
