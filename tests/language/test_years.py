"""Years and decades however they are written, and the numbers that only look like one."""

from __future__ import annotations

from datetime import date

import pytest

from rag.datatypes import Lang
from rag.language.dates import dates, full_years
from rag.language.tokens import keywords
from rag.query import understand


def spans(text: str, lang: Lang) -> list[tuple[date, date]]:
    return [(d.since, d.until) for d in dates(text, lang)]


def years(first: int, last: int | None = None) -> list[tuple[date, date]]:
    return [(date(first, 1, 1), date(last or first, 12, 31))]


DECADES: list[tuple[str, Lang, int, int]] = [
    ("1950年代鞍钢八号平炉用了多少时间？", "zh", 1950, 1959),
    ("１９５０年代", "zh", 1950, 1959),
    ("一九五○年代", "zh", 1950, 1959),
    ("五十年代鞍钢的产量", "zh", 1950, 1959),
    ("50年代", "zh", 1950, 1959),
    ("六○年代", "zh", 1960, 1969),
    ("二十世纪五十年代末", "zh", 1950, 1959),
    ("20世纪50年代初期", "zh", 1950, 1959),
    ("上世纪五十年代", "zh", 1950, 1959),
    ("三十年代的上海", "zh", 1930, 1939),
    ("十九世纪六十年代", "zh", 1860, 1869),
    ("五六十年代", "zh", 1950, 1969),
    ("五、六十年代", "zh", 1950, 1969),
    ("50到60年代", "zh", 1950, 1969),
    ("从四十年代到五十年代", "zh", 1940, 1959),
    ("in the 1950s", "en", 1950, 1959),
    ("the 1950’s", "en", 1950, 1959),
    ("the late 1950s", "en", 1950, 1959),
    ("in the fifties", "en", 1950, 1959),
    ("during the early fifties", "en", 1950, 1959),
    ("the nineteen-fifties", "en", 1950, 1959),
    ("the Fifties of the twentieth century", "en", 1950, 1959),
    ("the 50's", "en", 1950, 1959),
    ("the ’50s", "en", 1950, 1959),
    ("'50s", "en", 1950, 1959),
    ("the thirties", "en", 1930, 1939),
    ("the sixties of the 19th century", "en", 1860, 1869),
    ("from the 1940s to the 1950s", "en", 1940, 1959),
]


@pytest.mark.parametrize(("text", "lang", "first", "last"), DECADES)
def test_a_decade_is_a_span_of_ten_years(text: str, lang: Lang, first: int, last: int) -> None:
    assert spans(text, lang) == years(first, last)


def test_before_and_since_a_decade() -> None:
    assert spans("五十年代以前", "zh") == spans("before the fifties", "en") == [(date.min, date(1949, 12, 31))]
    assert spans("五十年代以来", "zh") == spans("since the 1950s", "en") == [(date(1950, 1, 1), date.max)]


@pytest.mark.parametrize(
    ("text", "lang", "found"),
    [
        ("1950年代表大会", "zh", years(1950)),
        ("1958年代表团访华", "zh", years(1958)),
        ("进入了高峰年代", "zh", []),
        ("大跃进年代", "zh", []),
        ("a man in his fifties", "en", []),
        ("she was in her late 50's", "en", []),
        ("五十年", "zh", []),
    ],
)
def test_what_is_no_decade(text: str, lang: Lang, found: list[tuple[date, date]]) -> None:
    assert spans(text, lang) == found


YEARS: list[tuple[str, Lang, int, int]] = [
    ("一九六○年计划产钢", "zh", 1960, 1960),
    ("一九六◯年", "zh", 1960, 1960),
    ("一九六0年", "zh", 1960, 1960),
    ("一九六零年", "zh", 1960, 1960),
    ("1958 年", "zh", 1958, 1958),
    ("57年鞍钢的产量", "zh", 1957, 1957),
    ("江油县58年采了多少矿石？", "zh", 1958, 1958),
    ("５８年", "zh", 1958, 1958),
    ("五七年", "zh", 1957, 1957),
    ("江油县五八年炼铁", "zh", 1958, 1958),
    ("六○年", "zh", 1960, 1960),
    ("在五六年", "zh", 1956, 1956),
    ("57年到59年", "zh", 1957, 1959),
    ("57-59年", "zh", 1957, 1959),
    ("五七至五九年", "zh", 1957, 1959),
    ("1957—58年", "zh", 1957, 1958),
    ("民国四十六年", "zh", 1957, 1957),
    ("民国46年", "zh", 1957, 1957),
    ("中华民国卅八年", "zh", 1949, 1949),
    ("民国元年", "zh", 1912, 1912),
    ("in '57", "en", 1957, 1957),
    ("the plan of ’58", "en", 1958, 1958),
    ("1957-58", "en", 1957, 1958),
    ("in 1957/58", "en", 1957, 1958),
    ("Minguo 46", "en", 1957, 1957),
    ("Republican year 46", "en", 1957, 1957),
    ("in the 46th year of the Republic", "en", 1957, 1957),
    ("year 46 of the Republic of China", "en", 1957, 1957),
]


@pytest.mark.parametrize(("text", "lang", "first", "last"), YEARS)
def test_a_year_however_it_is_written(text: str, lang: Lang, first: int, last: int) -> None:
    assert spans(text, lang) == years(first, last)


@pytest.mark.parametrize(
    ("text", "lang", "since", "until"),
    [
        ("58年11月", "zh", date(1958, 11, 1), date(1958, 11, 30)),
        ("五六年三月", "zh", date(1956, 3, 1), date(1956, 3, 31)),
        ("五八年十一月十四日", "zh", date(1958, 11, 14), date(1958, 11, 14)),
        ("民国四十七年十一月", "zh", date(1958, 11, 1), date(1958, 11, 30)),
        ("一九五八年一○月卅一日", "zh", date(1958, 10, 31), date(1958, 10, 31)),
        ("一九六○年一月廿八日", "zh", date(1960, 1, 28), date(1960, 1, 28)),
        ("1958 年 11 月 14 日", "zh", date(1958, 11, 14), date(1958, 11, 14)),
        ("58年底", "zh", date(1958, 10, 1), date(1958, 12, 31)),
        ("五九年上半年", "zh", date(1959, 1, 1), date(1959, 6, 30)),
        ("58年第三季度", "zh", date(1958, 7, 1), date(1958, 9, 30)),
        ("Nov. ’58", "en", date(1958, 11, 1), date(1958, 11, 30)),
        ("14 November '58", "en", date(1958, 11, 14), date(1958, 11, 14)),
        ("the first half of '59", "en", date(1959, 1, 1), date(1959, 6, 30)),
        ("late '58", "en", date(1958, 9, 1), date(1958, 12, 31)),
    ],
)
def test_a_part_of_such_a_year(text: str, lang: Lang, since: date, until: date) -> None:
    assert spans(text, lang) == [(since, until)]


@pytest.mark.parametrize(
    "text",
    [
        "用了58年时间", "58年来", "58年前", "这58年间", "已有58年历史", "58年的历史", "他干了58年", "共58年",
        "长达58年", "第58年", "58年以上", "工龄57年", "为期25年", "服刑25年", "25年的合同", "15年赶上英国", "30年",
        "建厂50年", "过了五六年", "三五年", "五六年来", "三四年", "五十八年", "每57年一次", "5.8年", "一百五七年",
    ],
)  # fmt: skip
def test_a_length_of_time_is_no_year(text: str) -> None:
    assert spans(text, "zh") == []


COUNTS = [
    "Where were 2000 kilns built?",
    "In which county were more than 2000 new iron-smelting kilns built within eight days?",
    "2000 kilns",
    "more than 2000 letters",
    "2000 old trees were felled",
    "1900 workers",
    "the 2000 workers of the plant",
    "1958 people",
    "1958 new kilns",
    "1958 native blast furnaces",
    "1958 communes",
    "a total of 1958 letters",
    "at least 1958 were built",
    "nearly 2000",
    "1958 of them",
    "1958 per cent",
    "of 1958 tons",
    "in 2000 villages",
    "1800 militiamen",
    "a 2000-ton press",
    "2000 in all",
    "2000 small iron and steel furnaces",
    "Who planted 1950 mulberry trees?",
    "They built 1958 brick kilns.",
    "Were 1958 bank clerks sent down?",
    "between 1800 and 2000 pupils",
    "1800 to 1900 small furnaces",
    "from 1900 to 1950 workers",
    "No. 1958",
    "page 1958",
]
COUNTED_YEARS = [
    "in 1958 kilns were built",
    "What happened in 1958?",
    "since 1958 communes have spread",
    "by 1958 furnaces stood everywhere",
    "of 1958",
    "March 1958",
    "1958",
    "1958 steel output",
    "1958 was a good year",
    "the 1958 targets",
    "the factory's 1958 export cards",
    "1958 crops",
    "a plan for 1958",
    "compared with 1958",
    "about 1958",
    "steel and iron, 1958",
    "the year 1958",
    "the spring of 1958",
    "1958 Great Leap Forward",
    "Anshan produced steel in 1958 for bridges",
    "Compare 1958 steel targets with the plan.",
    "What did the 1958 Anshan party congress decide?",
]


@pytest.mark.parametrize("text", COUNTS)
def test_what_counts_something_is_no_year(text: str) -> None:
    assert spans(text, "en") == []
    assert understand(text).period is None


@pytest.mark.parametrize("text", COUNTED_YEARS)
def test_a_year_before_something_is_a_year(text: str) -> None:
    ((since, until),) = spans(text, "en")
    assert since <= date(1958, 3, 1) or since == date(1958, 1, 1)
    assert until.year == 1958 or until == date.max or text.startswith("by ")


@pytest.mark.parametrize(("text", "count"), [("1958人", 1958), ("1958 人", 1958), ("2000座窑", 2000), ("1958户", 1958)])
def test_a_count_in_chinese_is_no_year(text: str, count: int) -> None:
    assert spans(text, "zh") == [] and f"#{count}" in keywords(text)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("五十年代鞍钢八号平炉最后一次炼一炉钢用了多少时间？", date(1950, 1, 1), date(1959, 12, 31)),
        ("In the fifties, how long did the last heat take?", date(1950, 1, 1), date(1959, 12, 31)),
        ("58年11月江油县八天内采了多少矿石？", date(1958, 11, 1), date(1958, 11, 30)),
        ("In Nov. '58, how much ore was mined in Jiangyou?", date(1958, 11, 1), date(1958, 11, 30)),
        ("民国四十七年江油县八天内采了多少矿石？", date(1958, 1, 1), date(1958, 12, 31)),
        ("东北一九六○年计划产钢多少万吨？", date(1960, 1, 1), date(1960, 12, 31)),
    ],
)
def test_the_filter_of_a_question_is_the_same_reading(question: str, since: date, until: date) -> None:
    filters = understand(question).filters
    assert (filters.since, filters.until) == (since, until)


@pytest.mark.parametrize("text", ["58年11月", "五八年十一月", "Nov. '58", "民国四十七年十一月", "一九五八年一一月"])
def test_a_short_year_with_its_month_is_found_by_the_whole_one(text: str) -> None:
    assert "@1958-11" in keywords(text)


@pytest.mark.parametrize("piece", ["五十年代", "50's ", "'58 ", "58年", "民国", "五、", "1957-", "2000 new "])
def test_endless_repetition_is_taken_in_stride(piece: str) -> None:
    for lang in ("zh", "en"):
        assert isinstance(dates(piece * 3_000, "zh" if lang == "zh" else "en"), list)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("58年11月江油县采了多少矿石？", "1958年11月江油县采了多少矿石？"),
        ("五八年江油县采了多少矿石？", "1958年江油县采了多少矿石？"),
        ("从５７年到五九年", "从1957年到1959年"),
        ("民国四十七年十一月的江油", "1958年十一月的江油"),
        ("中华民国卅八年", "1949年"),
        ("In Nov. ’58 and '59, how much?", "In Nov. 1958 and 1959, how much?"),
        ("他干了58年", "他干了58年"),
        ("一九五八年", "一九五八年"),
        ("五十年代", "五十年代"),
        ("the workers' 58 furnaces", "the workers' 58 furnaces"),
    ],
)
def test_a_short_year_is_written_out(text: str, whole: str) -> None:
    assert full_years(text) == whole
