from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import LANGS, Article, Lang
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
    # halves and quarters
    ("两个半小时", "two and a half hours", 150, 150, "min", False, "duration"),
    ("两小时半", "2½ hours", 150, 150, "min", False, "duration"),
    ("两个半钟头", "two-and-a-half-hour", 150, 150, "min", False, "duration"),
    ("一分半钟", "one and a half minutes", 1.5, 1.5, "min", False, "duration"),
    ("半小时", "half an hour", 30, 30, "min", False, "duration"),
    ("半个多小时", "more than half an hour", 30, 60, "min", True, "duration"),
    ("三刻钟", "three quarters of an hour", 45, 45, "min", False, "duration"),
    ("三天半", "three and a half days", 3.5, 3.5, "day", False, "duration"),
    ("一天半", "a day and a half", 1.5, 1.5, "day", False, "duration"),
    ("半天", "half a day", 0.5, 0.5, "day", False, "duration"),
    ("一个半月", "a month and a half", 1.5, 1.5, "month", False, "duration"),
    ("半个月", "half a month", 0.5, 0.5, "month", False, "duration"),
    ("半年", "half a year", 0.5, 0.5, "year", False, "duration"),
    ("半年多", "more than half a year", 0.5, 1, "year", True, "duration"),
    ("一年半", "one and a half years", 1.5, 1.5, "year", False, "duration"),
    ("约三年半", "about three and a half years", 3.5, 3.5, "year", True, "duration"),
    ("一年半到两年", "one and a half to two years", 1.5, 2, "year", True, "duration"),
    ("两个半到三个小时", "2½ to 3 hours", 150, 180, "min", True, "duration"),
    ("一个半世纪", "a century and a half", 150, 150, "year", False, "duration"),
    ("半个世纪", "half a century", 50, 50, "year", False, "duration"),
    ("半斤", "half a catty", 0.5, 0.5, "jin", False, "number"),
    ("两斤半", "two and a half jin", 2.5, 2.5, "jin", False, "number"),
    ("一吨半", "1 1/2 tons", 1.5, 1.5, "t", False, "number"),
    ("一倍半", "one and a half times", 1.5, 1.5, "times", False, "number"),
    ("1.5倍", "1.5 times", 1.5, 1.5, "times", False, "number"),
    ("三亩半", "3½ mu", 3.5, 3.5, "mu", False, "number"),
    ("两公里半", "2 and a half kilometers", 2500, 2500, "m", False, "number"),
    ("一百五十万元", "one and a half million yuan", 1.5e6, 1.5e6, "yuan", False, "money"),
    ("二百五十万吨", "2½ million tons", 2.5e6, 2.5e6, "t", False, "number"),
    ("一半", "one half", 50, 50, "%", False, "percent"),
    ("半数", "half of", 50, 50, "%", False, "percent"),
    # fractions
    ("２½吨", "2½ tons", 2.5, 2.5, "t", False, "number"),
    ("12¼％", "12¼ per cent", 12.25, 12.25, "%", False, "percent"),
    ("¾亩", "3/4 mu", 0.75, 0.75, "mu", False, "number"),
    ("½的", "½ of", 50, 50, "%", False, "percent"),
    ("百分之½", "½ per cent", 0.5, 0.5, "%", False, "percent"),
    ("⅓", "1/3", 100 / 3, 100 / 3, "%", False, "percent"),
    ("三又二分之一吨", "3-1/2 tons", 3.5, 3.5, "t", False, "number"),
    # other noughts
    ("一○七○万吨", "10.7 million tons", 1.07e7, 1.07e7, "t", False, "number"),
    ("一◯五吨", "105 tons", 105, 105, "t", False, "number"),
    ("二0五斤", "205 jin", 205, 205, "jin", False, "number"),
    ("廿八天", "28 days", 28, 28, "day", False, "duration"),
    ("卅吨", "thirty tons", 30, 30, "t", False, "number"),
    ("卌五斤", "45 catties", 45, 45, "jin", False, "number"),
    ("四点四○公尺", "4.4 meters", 4.4, 4.4, "m", False, "number"),
    # counts that look like years, years that look like lengths of time
    ("1958人", "1958 people", 1958, 1958, "person", False, "number"),
    ("2000座", "2000 kilns", 2000, 2000, "", False, "number"),
    ("58年时间", "58 years", 58, 58, "year", False, "duration"),
    ("一丈二尺", "12", 12, 12, "", False, "number"),
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
        ("千方百计", "zh"), ("几年", "zh"), ("上半年", "zh"), ("大半年", "zh"), ("半成品", "zh"), ("半工半读", "zh"),
        ("半自动机床", "zh"), ("半信半疑", "zh"), ("半斤八两", "zh"), ("十时二十分", "zh"), ("“八一”篮球队", "zh"),
        ("half-finished goods", "en"),
        ("half past three", "en"), ("at four o’clock", "en"), ("4 p.m.", "en"), ("at 10:20 a.m.", "en"),
        ("万一", "zh"), ("", "zh"), ("one of the best", "en"), ("no one", "en"),
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
        ("58年11月", "zh", 19581101, "date"),
        ("五十年代", "zh", 19500101, "date"),
        ("the fifties", "en", 19500101, "date"),
        ("十四世纪", "zh", 14, "ordinal"),
        ("the first half-year", "en", 1, "ordinal"),
    ],
)
def test_what_numbers_or_dates_is_no_amount(text: str, lang: Lang, low: float, kind: str) -> None:
    (found,) = quantities(text, lang)
    assert (found.low, found.kind) == (low, kind)


@pytest.mark.parametrize(
    ("text", "lang", "figures"),
    [
        ("三级半成品", "zh", [3]),
        ("两种半导体", "zh", [2]),
        ("三元五角半", "zh", [3, 5.5]),
        ("半尺布，四尺半绳", "zh", [0.5, 4.5]),
        ("八个月到一年", "zh", [8, 1]),
        ("五十分钟到一小时", "zh", [50]),
        ("每天两次，每次半小时", "zh", [2, 30]),
        ("七号平炉炼一炉钢只用了两个半小时。", "zh", [7, 150]),
        ("two and a half-finished houses", "en", [2]),
        ("iron and a third of the steel", "en", [100 / 3]),
        ("Furnace No. 7 needed only 2½ hours for a heat of steel.", "en", [7, 150]),
        ("a year and a half, or 18 months", "en", [1.5, 18]),
    ],
)
def test_a_half_belongs_to_its_own_measure(text: str, lang: Lang, figures: list[float]) -> None:
    assert [q.low for q in quantities(text, lang)] == pytest.approx(figures)


@pytest.mark.fuzz
@pytest.mark.parametrize("lang", LANGS)
@given(
    text=st.one_of(
        st.text(max_size=50),
        st.text(
            st.sampled_from(
                list("一二三十百千万亿两数几多半又○、到至分之%个吨元年月日小时0123456789½¼/,. -tonshalfdozen")
            ),
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
