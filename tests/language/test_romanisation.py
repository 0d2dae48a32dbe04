"""Old romanisations: what is one, what it is in pinyin, and what is left alone."""

from __future__ import annotations

import re
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language import romanisation
from rag.language.clues import readings as readings_of_character
from rag.language.romanisation import CHINESE, modern, old_names, readings
from rag.language.tokens import content_words, keywords
from rag.language.wordlists import words

SAME = [
    # (as then, as now): persons
    ("Mao Tse-tung", "Mao Zedong"),
    ("mao tse-tung", "Mao Zedong"),
    ("Mao Tsê-tung", "Mao Zedong"),
    ("Chou En-lai", "Zhou Enlai"),
    ("Premier Chou", "Premier Zhou"),
    ("Teng Hsiao-p'ing", "Deng Xiaoping"),
    ("Teng Hsiao-ping", "Deng Xiaoping"),
    ("Liu Shao-ch’i", "Liu Shaoqi"),
    ("Chu Teh", "Zhu De"),
    ("Lin Piao", "Lin Biao"),
    ("Ho Lung", "He Long"),
    ("Ch'en I", "Chen Yi"),
    ("P'eng Te-huai", "Peng Dehuai"),
    ("P’êng Tê-huai", "Peng Dehuai"),
    ("Peng Teh-huai", "Peng Dehuai"),
    ("Nieh Jung-chen", "Nie Rongzhen"),
    ("Lo Jui-ching", "Luo Ruiqing"),
    ("Chiang Kai-shek", "Jiang Jieshi"),
    ("Lü Cheng-ts'ao", "Lu Zhengcao"),
    ("Ch'ü Yüan", "Qu Yuan"),
    ("Ts‘ao Ts‘ao", "Cao Cao"),
    # who stands in no table
    ("Hsieh Fu-chih", "Xie Fuzhi"),
    ("Chang Hsiu-shan", "Zhang Xiushan"),
    ("Wang Kuo-fan", "Wang Guofan"),
    ("Li Shun-ta", "Li Shunda"),
    ("Keng Ch'ang-so", "Geng Changsuo"),
    ("K'ung Hsiang-hsi", "Kong Xiangxi"),
    # places
    ("Peking", "Beijing"),
    ("PEKING", "Beijing"),
    ("Peking’s", "Beijing's"),
    ("Chungking", "Chongqing"),
    ("Tientsin", "Tianjin"),
    ("T'ien-chin", "Tianjin"),
    ("Canton", "Guangzhou"),
    ("Sian", "Xi'an"),
    ("Yenan", "Yan'an"),
    ("Szechwan", "Sichuan"),
    ("Ssu-ch'uan", "Sichuan"),
    ("Kwangtung", "Guangdong"),
    ("Heilungkiang", "Heilongjiang"),
    ("Hwang Ho", "Huanghe"),
    ("Port Arthur", "Lüshun"),
    ("Tsitsihar", "Qiqihar"),
    ("Chiang-yu", "Jiangyou"),
    ("Hsin-hua", "Xinhua"),
    ("Hsinhua", "Xinhua"),
    ("T'ang-shan", "Tangshan"),
    ("T'aiyüan", "Taiyuan"),
    ("Ch'angch'un", "Changchun"),
    ("Kuomintang", "Guomindang"),
]


@pytest.mark.parametrize(("then", "now"), SAME)
def test_names_of_the_time_are_found_as_those_of_today(then: str, now: str) -> None:
    assert sorted(keywords(f"Yesterday {then} spoke")) == sorted(keywords(f"Yesterday {now} spoke"))


@pytest.mark.parametrize(
    "text",
    [
        "the open-hearth furnace and the co-operative",
        "Iron-Steel Works, Man-made Fibre, Vice-Premier, Anglo-American, Self-Help",
        "Jiangyou, Xi'an, Yan'an, Chang'an, Zhou Enlai, Deng Xiaoping",
        "the Cheng-Yu Railway, the Tai-Lan line, Hong-kong",
        "To Ping he said it isn't so; So Tan wasn't there",
        "Jungle, Lenin, Titan, Chen, Tang, Ping, Hunan",
        "He Long and I, In So Many Words, No-man's-land, Sun-Tan Oil",
        "O'Neill, D'Arcy, Ts, 'Tis, K'",
        "江油县八天内采了八万吨矿石。",
        "",
    ],
)
def test_other_words_stay_as_they_are(text: str) -> None:
    assert modern(text) == text and not old_names(text)


def test_each_name_knows_where_it_stands() -> None:
    text = "What did P’eng Te-huai and Chu Teh say of Port Arthur in Chungking’s hall?"
    names = [(text[name.start : name.end], name.pinyin) for name in old_names(text)]
    assert names == [
        ("P’eng", "peng"),
        ("Te-huai", "dehuai"),
        ("Chu", "zhu"),
        ("Teh", "de"),
        ("Port Arthur", "lushun"),
        ("Chungking", "chongqing"),
    ]


@pytest.mark.parametrize(
    ("word", "first", "among"),
    [
        ("Chiang-yu", "jiangyou", {"qiangyu"}),
        ("Chien-hsu", "jianxu", {"qianxu"}),
        ("Ch'ien-t'ang", "qiantang", {"qiantang"}),
        ("Tung-ting", "dongding", {"dongting", "tongting"}),
        ("Washington", None, set()),
    ],
)
def test_a_name_without_its_marks_has_several_readings(word: str, first: str | None, among: set[str]) -> None:
    found = list(readings(word))
    assert found[:1] == ([first] if first else []) and among <= set(found)


def test_every_syllable_has_one_reading_that_characters_have() -> None:
    rows = list(romanisation._rows("wade_giles.tsv"))
    assert len(rows) > 400 and len({old for old, _ in rows}) == len(rows)
    spoken = {r for code in range(0x4E00, 0x9FA6) for r in readings_of_character(chr(code))}
    assert not {new for _, new in rows if new not in spoken and new.replace("v", "ü") not in spoken}


def test_every_name_of_the_table_is_well_formed() -> None:
    rows = list(romanisation._rows("old_names.tsv"))
    spellings = [old for olds, _, _ in rows for old in olds.split(", ")]
    assert len(rows) > 300 and len(set(spellings)) == len(spellings)
    for _, new, chinese in rows:
        assert re.fullmatch("[A-Z][a-zü']+(?: [A-Z][a-z-]+)?", new) and re.fullmatch("[\u4e00-\u9fff]{2,4}", chinese)
    assert CHINESE[("beijing",)] == "北京" and CHINESE[("mao", "zedong")] == "毛泽东"


# what the names of the time and those of today have no sound in common for, or are not Chinese
_OTHER_SOUNDS = words(
    "Shaanxi Chahar Harbin Hohhot Urumqi Kashi Qiqihar Lhasa Taipei Kaohsiung Macao Kowloon Qamdo Qaidam Karamay Xigaze"
    " Gyangze Yangtze Ulanhu Seypidin"
) | {"Sun Yat-sen"}


def test_the_names_of_the_table_are_read_as_their_characters() -> None:
    for _, new, chinese in romanisation._rows("old_names.tsv"):
        said = romanisation._key(new.replace(" ", ""))
        sounds = {""}
        for char in chinese:
            sounds = {s + r.replace("ü", "u").replace("v", "u") for s in sounds for r in readings_of_character(char)}
        assert new in _OTHER_SOUNDS or said in sounds or any(s.startswith(said) for s in sounds), (new, chinese)


@pytest.mark.fuzz
@given(st.text(alphabet=st.sampled_from("ACHhcktpsz'’-ê ünaig.新"), max_size=40))
def test_any_text_is_read(text: str) -> None:
    names = old_names(text)
    assert all(a.end <= b.start for a, b in zip(names, names[1:], strict=False))
    assert all(name.pinyin.isascii() and name.pinyin.isalpha() and name.start < name.end for name in names)
    content_words(text, "en")
    list(islice(readings(text), 3))
