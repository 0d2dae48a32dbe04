from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import LANGS, Article, Lang
from rag.language.numerals import parse, parse_words
from rag.language.quantities import KINDS, quantities

CASES: list[tuple[str, str, float, float, str, bool, str]] = [
    ("三千多吨好铁", "more than three thousand tons", 3000, 4000, "t", True, "number"),
    ("一百二十六吨", "126 tons", 126, 126, "t", False, "number"),
    ("八万吨", "80,000 tons", 80000, 80000, "t", False, "number"),
    ("四点二小时", "4.2 hours", 252, 252, "min", False, "duration"),
    ("一百五、六十万", "1.5 to 1.6 million", 1.5e6, 1.6e6, "", True, "number"),
    ("十分之三", "three-tenths", 30, 30, "%", False, "percent"),
    ("十分之三到十分之七", "30% to 70%", 30, 70, "%", True, "percent"),
    ("千分之一", "one in a thousand", 0.1, 0.1, "%", False, "percent"),
    ("五千六百八十九种", "5,689", 5689, 5689, "", False, "number"),
    ("六个小时零二十分钟", "six hours and twenty minutes", 380, 380, "min", False, "duration"),
    ("一百三十多万件", "more than 1.3 million", 1.3e6, 1.4e6, "", True, "number"),
    ("两亿五千多万元", "more than 250 million yuan", 2.5e8, 2.6e8, "yuan", True, "money"),
    ("85％", "85%", 85, 85, "%", False, "percent"),
    ("20％到25％", "20% to 25%", 20, 25, "%", True, "percent"),
    ("3000多吨", "over 3,000 tons", 3000, 4000, "t", True, "number"),
    ("九个多小时", "more than nine hours", 540, 600, "min", True, "duration"),
    ("两个到三个", "two to three", 2, 3, "", True, "number"),
    ("八天内", "within eight days", 8, 8, "day", False, "duration"),
    ("加快三倍", "three times", 3, 3, "times", False, "number"),
    ("十九项", "nineteen", 19, 19, "", False, "number"),
    ("十一名委员", "eleven members", 11, 11, "person", False, "number"),
    ("10％左右", "about 10%", 10, 10, "%", True, "percent"),
    ("八号平炉", "No. 8 furnace", 8, 8, "", False, "ordinal"),
    ("数万吨", "tens of thousands of tons", 2e4, 99999, "t", True, "number"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
@pytest.mark.parametrize("lang", LANGS)
def test_figures_mean_the_same_in_both_languages(
    case: tuple[str, str, float, float, str, bool, str], lang: Lang
) -> None:
    zh, en, low, high, unit, approx, kind = case
    text = zh if lang == "zh" else en
    (found,) = quantities(text, lang)
    assert (found.low, found.high, found.unit) == (pytest.approx(low), pytest.approx(high), unit)
    assert (found.approx, found.kind) == (approx, kind)
    assert text[found.start : found.end] == found.text


def test_a_changed_duration_of_the_translation_shows(articles: list[Article]) -> None:
    (one,) = [a for a in articles if "002_" in a.source]
    zh = [q for q in quantities(one.bodies["zh"], "zh") if q.kind == "duration"][-1]
    en = [q for q in quantities(one.bodies["en"], "en") if q.kind == "duration"][-1]
    assert (zh.text, zh.low, en.text, en.low) == ("六个小时零二十分钟", 380, "six hours and two minutes", 362)


@pytest.mark.parametrize("piece", ["9", "一", "百万", "1,000 ", "one ", "三吨、", "5 tons to "])
@pytest.mark.parametrize("lang", LANGS)
def test_endless_repetition_is_taken_in_stride(piece: str, lang: Lang) -> None:
    text = piece * 3_000
    assert all(text[q.start : q.end] == q.text for q in quantities(text, lang))


def test_dozens_and_数十_overlap() -> None:
    (zh,), (en,) = quantities("数十吨", "zh"), quantities("dozens of tons", "en")
    assert zh.unit == en.unit == "t"
    assert zh.low <= en.high and en.low <= zh.high


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("一种", "zh"), ("一些", "zh"), ("一方面", "zh"), ("进一步", "zh"), ("统一", "zh"), ("十分重要", "zh"),
        ("千方百计", "zh"), ("几年", "zh"), ("万一", "zh"), ("", "zh"), ("one of the best", "en"), ("no one", "en"),
    ],
)  # fmt: skip
def test_figures_of_speech_are_left_alone(text: str, lang: Lang) -> None:
    assert quantities(text, lang) == []


@pytest.mark.parametrize(
    ("text", "lang", "low", "kind"),
    [
        ("第三季度", "zh", 3, "ordinal"),
        ("the third quarter", "en", 3, "ordinal"),
        ("10月下旬", "zh", 10, "date"),
        ("in late October", "en", 10, "date"),
        ("1958年11月", "zh", 19581101, "date"),
        ("November 1958", "en", 19581101, "date"),
    ],
)
def test_what_numbers_or_dates_is_no_amount(text: str, lang: Lang, low: float, kind: str) -> None:
    (found,) = quantities(text, lang)
    assert (found.low, found.kind) == (low, kind)


@pytest.mark.parametrize("lang", LANGS)
@given(
    text=st.one_of(
        st.text(max_size=50),
        st.text(
            st.sampled_from(list("一二三十百千万亿两数几多、到至分之%个吨元年月日小时0123456789,. -tonshalfdozen")),
            max_size=40,
        ),
    )
)
def test_any_text_gives_ordered_figures(lang: Lang, text: str) -> None:
    last = 0
    for found in quantities(text, lang):
        assert last <= found.start < found.end <= len(text)
        assert found.text == text[found.start : found.end]
        assert found.low <= found.high
        assert found.kind in KINDS
        last = found.end


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_read_back(value: int) -> None:
    assert parse(written(value)) == value


def written(value: int) -> str:
    """An integer below 10^12 in Chinese characters, as taught at school."""
    if value == 0:
        return "零"
    out = ""
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = value // unit % 10**4
        if part:
            if out and part < 1000:
                out += "零"
            out += thousands(part) + name
    return out


def thousands(value: int) -> str:
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            out += ("零" if gap and out else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        else:
            gap = True
    return out


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("two thousand", 2000),
        ("twenty-five", 25),
        ("half a million", 500_000),
        ("one hundred and five", 105),
        ("nineteen fifty-eight", 1958),
        ("three hundred thousand", 300_000),
    ],
)
def test_english_number_words(words: str, value: int) -> None:
    assert parse_words(words) == value
