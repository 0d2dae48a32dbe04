from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Article
from rag.language import tokens
from rag.language.tokens import STOPWORDS, content_keywords, keywords


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鋼鐵生產戰士", "钢铁生产战士"),
        ("３０００吨", "3000吨"),
        ("STEEL Plants", "steel plant"),
        ("China's workers'", "China workers"),
        ("Peking", "Beijing"),
        ("Yenan", "Yan'an"),
        ("Szechwan", "Sichuan"),
        ("钢\u200b铁", "钢铁"),
    ],
)
def test_equivalent_texts_have_the_same_tokens(one: str, other: str) -> None:
    assert sorted(keywords(one)) == sorted(keywords(other))


@pytest.mark.parametrize(
    ("one", "other", "token"),
    [
        ("三千多吨", "more than 3,000 tons", "#3000"),
        ("三千", "three thousand", "#3000"),
        ("八万吨", "80,000 tons", "#80000"),
        ("二百五十万元", "2.5 million yuan", "#2500000"),
        ("两亿五千多万元", "250 million yuan", "#250000000"),
        ("20％", "20 percent", "#20%"),
        ("十分之三", "30%", "#30%"),
        ("百分之八十五", "85 per cent", "#85%"),
        ("一九五八年十一月", "November 1958", "@1958-11"),
        ("1958年11月14日", "14 November 1958", "@1958-11-14"),
        ("1958年11月14日", "Nov. 14, 1958", "@1958-11-14"),
        ("co-operative", "cooperatives", "cooper"),
        ("Mao Tse-tung", "Zedong", "zedong"),
    ],
)
def test_what_means_the_same_meets_in_a_token(one: str, other: str, token: str) -> None:
    assert token in keywords(one)
    assert token in keywords(other)


def test_a_word_of_two_characters_counts_once_and_a_longer_one_on_top() -> None:
    tokens = keywords("试验田")
    assert tokens.count("试验") == 1
    assert tokens.count("试验田") == 1


def test_every_term_of_the_seeds_can_be_found(articles: list[Article]) -> None:
    """A term that stands in an article shares all its tokens with it, wherever the segmenter cuts."""
    for one in articles:
        body = one.bodies["zh"]
        indexed = set(keywords(body))
        for term in ("试验田", "平炉", "代表会议", "何顺贤", "大字报", "合理化建议", "江油县", "高炉", "锻造车间"):
            if term in body:
                assert {a + b for a, b in pairwise(term)} <= indexed


@pytest.mark.parametrize(
    "question", ["什么是的了吗", "What is the", "为什么", "How many of them were there?", "请问 怎么样"]
)
def test_a_question_without_a_subject_has_no_content(question: str) -> None:
    assert content_keywords(question) == []


def test_content_does_not_reach_across_a_stop_word() -> None:
    found = content_keywords("大冶钢厂在哪里？")
    assert "钢厂" in found
    assert not {"厂在", "在哪", "哪里", "在"} & set(found)
    assert "目的" in content_keywords("目的是什么")


def test_content_is_part_of_the_keywords() -> None:
    text = "What did 大冶钢厂 produce in 1958? 产量是多少"
    assert set(content_keywords(text)) <= set(keywords(text))
    assert not set(content_keywords(text)) & STOPWORDS


@pytest.mark.parametrize("piece", ["9", "一", "百万", "1,000,", "one ", "co-", "万亿", "'s", "1958年", "%"])
def test_endless_repetition_is_taken_in_stride(piece: str) -> None:
    assert len(keywords(piece * 20_000)) < 200_000


@pytest.mark.fuzz
@given(st.text(max_size=80))
def test_any_text_gives_clean_tokens(text: str) -> None:
    for token in [*keywords(text), *content_keywords(text)]:
        assert token
        assert not any(char.isspace() for char in token)


def test_readers_at_once_get_the_tokens_of_one_alone(articles: list[Article], monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [article.bodies["en"] for article in articles]
    alone = list(map(keywords, texts))
    monkeypatch.setattr(tokens, "_STEMS", {})
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(keywords, texts * 8))
    finally:
        sys.setswitchinterval(before)
    assert together == alone * 8
