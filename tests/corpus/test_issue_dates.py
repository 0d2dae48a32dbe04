"""Dates of issue: as people and newspapers write them, to what is known of them, and never a guess."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.dates import counted_day, is_vague, looks_like_a_date, read_date

WRITTEN = {
    # figures
    "1958-3-2": "1958-03-02",
    "1958．3．2": "1958-03-02",
    "1958/03/02": "1958-03-02",
    "1958 03 02": "1958-03-02",
    "1958–03–02": "1958-03-02",
    "19580302": "1958-03-02",
    "１９５８年３月２日": "1958-03-02",
    "1958年3月2号": "1958-03-02",
    "1958年3月2日": "1958-03-02",
    "14.11.1958": "1958-11-14",
    "11/14/1958": "1958-11-14",
    "03.03.1958": "1958-03-03",
    "02.03.1958": "1958-03-02",
    "2. 3. 1958": "1958-03-02",
    # Chinese numerals, 〇 as it is printed and typed
    "一九五八年三月二日": "1958-03-02",
    "一九五八年十一月二十三日": "1958-11-23",
    "一九五八年三月廿一日": "1958-03-21",
    "一九五八年三月卅一日": "1958-03-31",
    "一九六〇年元月一日": "1960-01-01",
    "一九六○年一月一日": "1960-01-01",
    "一九六◯年一月一日": "1960-01-01",
    "一九六零年一月一日": "1960-01-01",
    "一九六Ｏ年一月一日": "1960-01-01",
    "一九六0年一月一日": "1960-01-01",
    "二○○八年十月一日": "2008-10-01",
    "一九五八、三、二": "1958-03-02",
    "一九五八.十一.廿三": "1958-11-23",
    # with what a masthead puts beside it
    "1958年3月2日 星期日": "1958-03-02",
    "1958年3月2日　星期天": "1958-03-02",
    "1958-03-02（周日）": "1958-03-02",
    "1958年3月2日（日）": "1958-03-02",
    "一九五八年三月二日　礼拜日": "1958-03-02",
    "星期日 1958年3月2日": "1958-03-02",
    "（1958年3月2日）": "1958-03-02",
    "人民日报 一九五八年三月二日 星期日 农历正月十三 第3513号": "1958-03-02",
    "1958年3月2日 《人民日报》": "1958-03-02",
    "1958-03-02 Sunday": "1958-03-02",
    "Sunday, March 2, 1958": "1958-03-02",
    "Sun., Mar. 2, 1958": "1958-03-02",
    # English
    "2 March 1958": "1958-03-02",
    "2nd of March, 1958": "1958-03-02",
    "March 2nd, 1958": "1958-03-02",
    "2-Mar-1958": "1958-03-02",
    "1958 March 2": "1958-03-02",
    "Sept. 2, 1958": "1958-09-02",
    # as programs write it
    "1958-03-02T00:00:00.000Z": "1958-03-02",
    "1958-03-02 00:00:00": "1958-03-02",
    "1958/3/2 0:00": "1958-03-02",
    "19580302T000000Z": "1958-03-02",
    "11/14/1958 12:00:00 AM": "1958-11-14",
    # no more than the month or the year
    "1958-11": "1958-11",
    "1958/11": "1958-11",
    "195811": "1958-11",
    "1958年11月": "1958-11",
    "一九五八年十一月份": "1958-11",
    "November 1958": "1958-11",
    "Nov., 1958": "1958-11",
    "1958-11-00": "1958-11",
    "19581100": "1958-11",
    "1958-11-XX": "1958-11",
    "1958-11-??": "1958-11",
    "1958年11月上旬": "1958-11",
    "early November 1958": "1958-11",
    "1958": "1958",
    "1958年": "1958",
    "一九五八年": "1958",
    "1958-00-00": "1958",
    "1958-XX-XX": "1958",
    "1958年上半年": "1958",
    "second half of 1958": "1958",
    "1958Q4": "1958",
    "1958年春": "1958",
    "一九五八年秋天": "1958",
    "1958 夏季": "1958",
    "Summer 1958": "1958",
    "autumn of 1958": "1958",
    # years as people of the time write them
    "58年3月2日": "1958-03-02",
    "五八年三月二日": "1958-03-02",
    "民国四十七年三月二日": "1958-03-02",
    "民国47年3月2日 星期日": "1958-03-02",
    "中华民国四十七年三月": "1958-03",
    "五八年": "1958",
}
NO_DATES = [
    "",
    "Friday",
    "1958-02-30",
    "1958-13-40",
    "一九五八年二月三十日",
    "0000-11-14",
    "9999-12-31",
    "02/03/1958",  # 2 March or 3 February
    "190302",  # or 2 March 1919
    "58-3-2",
    "光绪二十三年三月二日",
    "十月十日",
    "1957-1958",
    "1950s",
    "c. 1958",
    "\u202e1958",
    "1958年3月2日讯",
    "1958-11-14" * 20,
]


@pytest.mark.parametrize(("text", "iso"), WRITTEN.items())
def test_a_date_is_read_to_what_is_known_of_it(text: str, iso: str) -> None:
    assert read_date(text) == iso


@pytest.mark.fault(9)
@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_or_not_certainly_one_is_not_read(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "1950s",
        "1957-1958",
        "1957-58",
        "c. 1958",
        "ca. 1958",
        "1958?",
        "约1958年",
        "1958年冬",
        "一九五八年冬季",
        "winter of 1958",
    ],
)
def test_a_time_that_is_not_certain_to_the_year_is_told_from_none(text: str) -> None:
    assert is_vague(text) and not is_vague(f"{text}-02-30")


@pytest.mark.parametrize("text", ["1958-13-40", "1958年13月2日", "一九五八年二月三十日", "一九五八年十三月一日 星期一"])
def test_figures_that_are_no_date_were_meant_as_one(text: str) -> None:
    assert looks_like_a_date(text) and read_date(text) is None


@pytest.mark.parametrize(
    ("number", "day"),
    [
        (-351302400000, "1958-11-14"),  # pandas, milliseconds
        (-351302400, "1958-11-14"),
        (-351302400000000, "1958-11-14"),
        (-351302400000000000, "1958-11-14"),
        (-351273600000, "1958-11-14"),  # at eight in the morning
        (-351273600.5, "1958-11-14"),
        (21503, "1958-11-14"),  # a cell of Excel
        (21503.333, "1958-11-14"),
        (195811140800, "1958-11-14"),
        (19581114080000, "1958-11-14"),
        (1577836800, "2020-01-01"),
        (0, None),
        (4, None),
        (19581345, None),
        (1958111404, None),  # a day and a page
        (-(10**30), None),
    ],
)
def test_days_that_programs_count(number: float, day: str | None) -> None:
    assert counted_day(number) == day


@pytest.mark.fuzz
@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)), st.sampled_from(["-", "/", ".", " "]))
def test_every_day_is_read_back(day: date, mark: str) -> None:
    assert read_date(str(day).replace("-", mark)) == str(day)


@pytest.mark.fuzz
@pytest.mark.fault(9)
@given(st.text(max_size=90))
def test_any_text_is_read_or_not_but_breaks_nothing(text: str) -> None:
    found = read_date(text)
    assert found is None or found[:4].isdecimal()
    is_vague(text)
    looks_like_a_date(text)
