from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import LANGS, Article, Lang
from rag.language.sentences import line_spans, sentence_spans


def sentences(text: str, lang: Lang) -> list[str]:
    return [text[a:b] for a, b in sentence_spans(text, lang)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲完成了。乙也完成了！丙呢？", ["甲完成了。", "乙也完成了！", "丙呢？"]),
        ("他说：“好！”我走了。", ["他说：“好！”", "我走了。"]),
        ("“好！”，他说。", ["“好！”，他说。"]),
        ("《前进！前进！》发表了。下一篇。", ["《前进！前进！》发表了。", "下一篇。"]),
        ("质量达到99.995％，其他也好。完", ["质量达到99.995％，其他也好。", "完"]),
        ("真的吗？！是的。）", ["真的吗？！", "是的。）"]),
        ("　　甲。\n    乙。\r\n\t丙", ["甲。", "乙。", "丙"]),
        ("一、产量；二、质量。", ["一、产量；二、质量。"]),
        ("甲" * 70 + "；" + "乙" * 70 + "。", ["甲" * 70 + "；", "乙" * 70 + "。"]),
    ],
)
def test_chinese(text: str, expected: list[str]) -> None:
    assert sentences(text, "zh") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr. Li paid 4.2 yuan. He left.", ["Mr. Li paid 4.2 yuan.", "He left."]),
        ("Even No. 8 furnace set a record. Yes.", ["Even No. 8 furnace set a record.", "Yes."]),
        ("He said no. We went.", ["He said no.", "We went."]),
        ("The rate was 99.995%. It rose.", ["The rate was 99.995%.", "It rose."]),
        ("J. Demchig and K. B. Wang came. Good.", ["J. Demchig and K. B. Wang came.", "Good."]),
        (
            "The U.S. Army left. He lives in the U.S. The end came.",
            ["The U.S. Army left.", "He lives in the U.S.", "The end came."],
        ),
        ('"Who are you?" he asked. "A worker." He left.', ['"Who are you?" he asked.', '"A worker."', "He left."]),
        (
            "Xinhua News Agency, 7th. The conference opened today.",
            ["Xinhua News Agency, 7th. The conference opened today."],
        ),
        ("Ten. In the battle she led. She won.", ["Ten. In the battle she led.", "She won."]),
        ("See Nov. 14 for more. Then etc. and so on.", ["See Nov. 14 for more.", "Then etc. and so on."]),
        ("One line\nAnother line", ["One line", "Another line"]),
        ("下井跟班劳动。Go down.", ["下井跟班劳动。", "Go down."]),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert sentences(text, "en") == expected


def assert_spans(text: str, spans: list[tuple[int, int]]) -> None:
    covered = [False] * len(text)
    last = 0
    for start, end in spans:
        assert last <= start < end <= len(text)
        piece = text[start:end]
        assert piece == piece.strip()
        breaks = re.findall(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]\s?", piece.replace("\r\n", "\n"))
        assert set(breaks) <= {"\n"}, "an indent or a blank line"
        covered[start:end] = [True] * (end - start)
        last = end
    assert all(inside or char.isspace() for inside, char in zip(covered, text, strict=True))


PIECES = st.sampled_from(
    ["中", "。", "！", "？", "；", "”", "《", "》", "A", "b", "U.S.", "No. 8", "Mr.", "4.2", ".", "!", "?", '"',
     ")", ";", " ", "\u3000", "\n", "\r\n", "\u2028", "\x1c", "\x85", "\t", "\u200b", "中" * 130, "word " * 100]
)  # fmt: skip


@pytest.mark.fuzz
@pytest.mark.parametrize("lang", LANGS)
@given(text=st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join)))
def test_sentences_cover_any_text_exactly_once(lang: Lang, text: str) -> None:
    assert_spans(text, sentence_spans(text, lang))
    assert_spans(text, line_spans(text))


def test_sentences_of_the_seeds(articles: list[Article]) -> None:
    for one in articles:
        for lang in one.langs:
            body = one.bodies[lang]
            spans = sentence_spans(body, lang)
            assert_spans(body, spans)
            assert max(b - a for a, b in spans) < (200 if lang == "zh" else 600)


def test_a_line_without_any_end_stays_one_sentence() -> None:
    text = "字" * 200_000
    assert sentence_spans(text, "zh") == [(0, len(text))]
    dots = "." * 100_000 + "x"
    assert sentence_spans(dots, "en") == [(0, len(dots))]
    english = "word " * 100_000
    assert sentence_spans(english, "en") == [(0, len(english) - 1)]
