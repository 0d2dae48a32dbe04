from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.datatypes import LANGS, Lang
from rag.language.dates import dates

D = date


@pytest.mark.parametrize(
    ("zh", "en", "since", "until"),
    [
        ("1958年3月", "March 1958", D(1958, 3, 1), D(1958, 3, 31)),
        ("1958年3月20日", "20 March 1958", D(1958, 3, 20), D(1958, 3, 20)),
        ("1958年3月20日", "March 20, 1958", D(1958, 3, 20), D(1958, 3, 20)),
        ("１９５８年３月２０日", "1958-03-20", D(1958, 3, 20), D(1958, 3, 20)),
        ("一九五八年十一月", "Nov. 1958", D(1958, 11, 1), D(1958, 11, 30)),
        ("1958年发生了什么？", "What happened in 1958?", D(1958, 1, 1), D(1958, 12, 31)),
        ("1957年到1959年", "from 1957 to 1959", D(1957, 1, 1), D(1959, 12, 31)),
        ("1957-1958年", "in 1957-1958", D(1957, 1, 1), D(1958, 12, 31)),
        ("1957年至1959年", "between 1957 and 1959", D(1957, 1, 1), D(1959, 12, 31)),
        ("1958年3月到5月", "from March to May 1958", D(1958, 3, 1), D(1958, 5, 31)),
        ("1960年上半年", "the first half of 1960", D(1960, 1, 1), D(1960, 6, 30)),
        ("1959年第三季度", "the third quarter of 1959", D(1959, 7, 1), D(1959, 9, 30)),
        ("1958年以前", "before 1958", date.min, D(1957, 12, 31)),
        ("1958年3月以前", "before March 1958", date.min, D(1958, 2, 28)),
        ("1958年以后", "after 1958", D(1959, 1, 1), date.max),
        ("1958年以来", "since 1958", D(1958, 1, 1), date.max),
        ("1958年10月下旬", "late October 1958", D(1958, 10, 21), D(1958, 10, 31)),
        ("一九六〇年二月", "February 1960", D(1960, 2, 1), D(1960, 2, 29)),
    ],
)
def test_dates_mean_the_same_in_both_languages(zh: str, en: str, since: date, until: date) -> None:
    for text, lang in ((zh, "zh"), (en, "en")):
        (found,) = dates(text, "zh" if lang == "zh" else "en")
        assert (found.since, found.until) == (since, until)
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("去年", "zh"), ("10月下旬", "zh"), ("14日电", "zh"), ("1958-02-30", "en"),
        ("last year", "en"), ("in October", "en"),
        ("1958 tons of steel", "en"), ("1,958", "en"), ("1958年2月30日", "zh"), ("三五年", "zh"), ("", "zh"),
    ],
)  # fmt: skip
def test_what_names_no_day_of_a_year_is_no_date(text: str, lang: Lang) -> None:
    assert dates(text, lang) == []


@pytest.mark.parametrize(
    ("text", "lang", "since", "until"),
    [
        ("去年第三季度", "zh", D(1959, 7, 1), D(1959, 9, 30)),
        ("the third quarter of last year", "en", D(1959, 7, 1), D(1959, 9, 30)),
        ("今年上半年", "zh", D(1960, 1, 1), D(1960, 6, 30)),
        ("去年11月27日", "zh", D(1959, 11, 27), D(1959, 11, 27)),
        ("本报武汉14日电", "zh", D(1960, 8, 14), D(1960, 8, 14)),
        ("新华社31日讯", "zh", D(1960, 7, 31), D(1960, 7, 31)),
    ],
)
def test_relative_dates_count_from_the_issue(text: str, lang: Lang, since: date, until: date) -> None:
    (found,) = dates(text, lang, anchor=D(1960, 8, 15))
    assert (found.since, found.until) == (since, until)


def test_two_years_are_two_dates() -> None:
    assert [d.text for d in dates("1958年和1960年", "zh")] == ["1958年", "1960年"]
    assert [d.text for d in dates("in 1958 and 1960", "en")] == ["1958", "1960"]


PIECES = st.sampled_from(
    ["1958", "年", "3", "月", "31", "日", "到", "至", "-", "以前", "以后", "上半年", "一九五八", "March ", "May ",
     " to ", "before ", "after ", "the first half of ", "0000", "9999", "last year", "去年", "本月", "30日电", " ",
     "五", "第三季度"]
)  # fmt: skip


@pytest.mark.fuzz
@pytest.mark.parametrize("lang", LANGS)
@given(text=st.one_of(st.text(max_size=40), st.lists(PIECES, max_size=10).map("".join)), day=st.dates())
@example(text="本月前", day=date.min)
@example(text="this month before last", day=date.max)
def test_any_text_gives_ordered_dates(lang: Lang, text: str, day: date) -> None:
    last = 0
    for found in dates(text, lang, anchor=day):
        assert last <= found.start < found.end
        assert found.since <= found.until
        assert found.text == text[found.start : found.end]
        last = found.end
