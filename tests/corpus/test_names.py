"""What the name of a file says: a date anywhere in it, a page, a title; and what it does not say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.names import read_name

SAID = {
    # name: (date, page, title)
    "1958-11-14_把生产任务直接交给群众_四川江油": ("1958-11-14", None, "把生产任务直接交给群众 四川江油"),
    "1957-06-01_4_亿人": ("1957-06-01", None, "4 亿人"),
    "rmrb_19580302_4": ("1958-03-02", None, "rmrb 4"),  # a page, or the fourth file
    "人民日报1958-03-02第4版": ("1958-03-02", 4, "人民日报"),
    "人民日报一九五八年三月二日第四版": ("1958-03-02", 4, "人民日报"),
    "人民日报 1958年3月2日 星期日 第十二版": ("1958-03-02", 12, "人民日报"),
    "1958年3月2日": ("1958-03-02", None, "1958年3月2日"),
    "１９５８年３月２日": ("1958-03-02", None, "１９５８年３月２日"),
    "1958_年_3_月_2_日_图书馆": ("1958-03-02", None, "图书馆"),
    "一九六○年三月二日_图书馆": ("1960-03-02", None, "图书馆"),
    "一九六◯年三月二日第四版 图书馆": ("1960-03-02", 4, "图书馆"),
    "02.03.1958 Library": ("1958-03-02", None, "Library"),
    "1958.03.02_c": ("1958-03-02", None, "c"),
    "1958_03_02_d": ("1958-03-02", None, "d"),
    "1958-3-2_d": ("1958-03-02", None, "d"),
    "RMRB-1958-03-02-04": ("1958-03-02", None, "RMRB 04"),
    "RMRB_1958-03-02_P04_library": ("1958-03-02", 4, "RMRB library"),
    "第4版_1958-03-02_图书馆": ("1958-03-02", 4, "图书馆"),
    "19580302第四版 图书馆开馆": ("1958-03-02", 4, "图书馆开馆"),
    "图书馆开馆（1958年3月2日，第4版）": ("1958-03-02", 4, "图书馆开馆"),
    "图书馆开馆_1958-03-02_p4": ("1958-03-02", 4, "图书馆开馆"),
    "图书馆开馆 19580302": ("1958-03-02", None, "图书馆开馆"),
    "Library opens, March 2, 1958": ("1958-03-02", None, "Library opens"),
    "People's Daily, 2 March 1958, p. 4": ("1958-03-02", 4, "People's Daily"),
    "RMRB-2-Mar-1958-page4": ("1958-03-02", 4, "RMRB"),
    "02Mar1958_library": ("1958-03-02", None, "library"),
    "14-11-1958_x": ("1958-11-14", None, "x"),
    "rmrb2019010104": ("2019-01-01", 4, "rmrb"),
    "nw.D110000renmrb_20190101_1-04": ("2019-01-01", 4, "nw.D110000renmrb"),
    "1958-03-02_毛主席1958年3月1日讲话": ("1958-03-02", None, "毛主席1958年3月1日讲话"),
    "讲话_1958-03-02_1958年3月2日": ("1958-03-02", None, "讲话 1958年3月2日"),
    "58年3月2日_图书馆": ("1958-03-02", None, "图书馆"),
    "人民日报五八年三月二日第四版": ("1958-03-02", 4, "人民日报"),
    "民国四十七年三月二日 图书馆": ("1958-03-02", None, "图书馆"),
    # the month or the year is all that is known
    "1958-03": ("1958-03", None, "1958-03"),
    "rmrb_1958-03": ("1958-03", None, "rmrb"),
    "人民日报1958年3月": ("1958-03", None, "人民日报"),
    "March 1958": ("1958-03", None, "March 1958"),
    "1958-11_钢产量": ("1958-11", None, "钢产量"),
    "1958": ("1958", None, "1958"),
    # what the article is about is no date of issue
    "1958年3月份公报": (None, None, "1958年3月份公报"),
    "1958年国民经济计划": (None, None, "1958年国民经济计划"),
    "Plan for 1959": (None, None, "Plan for 1959"),
    "000_0bc8a54cde6efc4b": (None, None, "000 0bc8a54cde6efc4b"),
    "IMG_20240115_103000": (None, None, "IMG 20240115 103000"),  # when it was scanned
    "Scan 2024-01-15 10.30.00": (None, None, "Scan 2024-01-15 10.30.00"),
    "x_195803021": (None, None, "x 195803021"),
    "summary march": (None, None, "summary march"),
}


@pytest.mark.parametrize(("name", "said"), SAID.items())
def test_date_page_and_title_of_a_name(name: str, said: tuple[str | None, int | None, str]) -> None:
    found = read_name(name)
    assert (found.date, found.page, found.title, found.fault) == (*said, "")


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("图书馆_1958-13-45", '"1958-13-45" in the file name is not a real date'),
        ("1958年2月30日_x", '"1958年2月30日" in the file name is not a real date'),
        ("x_02-03-1958", "day or month may come first"),
        ("scan_20240115_rmrb_19580302", 'two dates, "20240115" and "19580302"'),
        ("讲话_1958-03-02_1958-03-01", "two dates"),
    ],
)
def test_a_date_that_cannot_be_told_is_named_and_not_used(name: str, fault: str) -> None:
    found = read_name(name)
    assert found.date is None and fault in found.fault and found.title


@pytest.mark.fuzz
@given(st.text(max_size=60))
def test_any_name_is_read(name: str) -> None:
    found = read_name(name)
    assert found.page is None or 0 < found.page < 1000
