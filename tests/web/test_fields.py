from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ui.web import fields
from ui.web.fields import Within


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("1958", date(1958, 1, 1), date(1958, 12, 31)),
        ("1958年", date(1958, 1, 1), date(1958, 12, 31)),
        ("1958-2", date(1958, 2, 1), date(1958, 2, 28)),
        ("1960-02", date(1960, 2, 1), date(1960, 2, 29)),
        ("1958年11月", date(1958, 11, 1), date(1958, 11, 30)),
        ("1958-11-14", date(1958, 11, 14), date(1958, 11, 14)),
        (" 1958/11/4 ", date(1958, 11, 4), date(1958, 11, 4)),
        ("1958.11.14", date(1958, 11, 14), date(1958, 11, 14)),
        ("1958年11月14日", date(1958, 11, 14), date(1958, 11, 14)),
        ("１９５８－１１－１４", date(1958, 11, 14), date(1958, 11, 14)),
        ("", None, None),
        ("   ", None, None),
        ("19581114", date(1958, 11, 14), date(1958, 11, 14)),
        ("195811", date(1958, 11, 1), date(1958, 11, 30)),
        ("1958-11-14T00:00:00Z", date(1958, 11, 14), date(1958, 11, 14)),
        ("1958-11-14T08:30:00.000", date(1958, 11, 14), date(1958, 11, 14)),
        ("14 11 1958", date(1958, 11, 14), date(1958, 11, 14)),
        ("14.11.1958", date(1958, 11, 14), date(1958, 11, 14)),
        ("Nov. 1958", date(1958, 11, 1), date(1958, 11, 30)),
        ("November 14, 1958", date(1958, 11, 14), date(1958, 11, 14)),
        ("一九五八年十一月", date(1958, 11, 1), date(1958, 11, 30)),
        ("一九六○年", date(1960, 1, 1), date(1960, 12, 31)),
        ("58年", date(1958, 1, 1), date(1958, 12, 31)),
        ("五八年十一月", date(1958, 11, 1), date(1958, 11, 30)),
        ("民国四十七年", date(1958, 1, 1), date(1958, 12, 31)),
        ("1958年上半年", date(1958, 1, 1), date(1958, 6, 30)),
        ("1958年11月上旬", date(1958, 11, 1), date(1958, 11, 10)),
        ("五十年代", date(1950, 1, 1), date(1959, 12, 31)),
        ("The 1950s", date(1950, 1, 1), date(1959, 12, 31)),
        ("1957-58", date(1957, 1, 1), date(1958, 12, 31)),
        ("1958-XX-XX", date(1958, 1, 1), date(1958, 12, 31)),
    ],
)
def test_a_year_a_month_or_a_day_is_taken(written: str, first: date | None, last: date | None) -> None:
    assert fields.parse_day(written, end=False) == first
    assert fields.parse_day(written, end=True) == last


BAD = [
    "1958-02-30",
    "1958-13",
    "0000",
    "58",
    "yesterday",
    '{"$gte": 1}',
    "../1958",
    "1958;--",
    "11/4/1958",
    "before 1958",
    "十月",
]


@pytest.mark.fault(56, 57)
@pytest.mark.parametrize("written", BAD)
@pytest.mark.parametrize("end", [True, False])
def test_what_is_no_date_is_refused(written: str, end: bool) -> None:
    with pytest.raises(ValueError):
        fields.parse_day(written, end=end)


@pytest.mark.fault(52)
@pytest.mark.parametrize("blank", ["", "   ", "\n", "？？？", "...", "😀", None, [], {"text": "a"}, True, ["a"]])
def test_a_question_without_a_word_is_refused(blank: Any) -> None:
    with pytest.raises(fields.FieldError, match="Type a question"):
        fields.read(blank, Within(lang="both"))


@pytest.mark.fault(53)
def test_an_over_long_question_is_refused_naming_the_limit() -> None:
    with pytest.raises(fields.FieldError, match=str(fields.MAX_QUESTION)):
        fields.read("钢" * (fields.MAX_QUESTION + 1), Within(lang="both"), "zh")
    assert fields.read("钢" * fields.MAX_QUESTION, Within(lang="both"), "zh").question


@pytest.mark.fault(57)
def test_the_wrong_date_is_named() -> None:
    with pytest.raises(fields.FieldError, match="1958-02-30"):
        fields.read("steel", Within("1957", "1958-02-30", "both"))
    with pytest.raises(fields.FieldError, match=r"1958-12-31.*1960-01-01"):
        fields.read("steel", Within("1960", "1958", "both"))
    with pytest.raises(fields.FieldError, match=r"1958-12-31.*1960-01-01") as wrong:
        fields.read("steel", Within(event_since="1960", event_until="1958"))
    assert wrong.value.field == "event_until"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("zh", "zh"),
        ("en", "en"),
        ("both", None),
        ("", None),
        (None, None),
        ("null", None),
        ("ZH", "zh"),
        (" en ", "en"),
        ("zh-CN", "zh"),
        ("zh_Hant_TW", "zh"),
        ("en-US", "en"),
        ("Chinese", "zh"),
        ("English", "en"),
        ("中文", "zh"),
        ("英文", "en"),
        ("all", None),
    ],
)
def test_a_language_limits_by_its_tag_or_name(given: Any, taken: str | None) -> None:
    assert fields.read("steel", Within(lang=given)).lang == taken


@pytest.mark.fault(56)
@pytest.mark.parametrize(
    ("named", "value"),
    [
        ("lang", "fr"),
        ("lang", {"$ne": 1}),
        ("lang", 7),
        ("since", "yesterday"),
        ("since", True),
        ("since", 58),
        ("until", {"$gte": 1}),
        ("until", 12.5),
        ("page", "front"),
        ("page", 0),
        ("page", -3),
        ("page", 2.5),
        ("without", "everything"),
        ("without", 1),
    ],
)
@pytest.mark.parametrize("page_lang", ["en", "zh"])
def test_what_cannot_be_read_is_told_with_its_field(named: str, value: Any, page_lang: Any) -> None:
    with pytest.raises(fields.FieldError) as caught:
        fields.read("steel", Within(**{named: value}), page_lang)
    assert caught.value.field == named
    assert caught.value.named.startswith(f"{named}: ") and "\n" not in caught.value.named


@pytest.mark.parametrize(
    ("given", "page"),
    [
        ("3", 3),
        (3, 3),
        (3.0, 3),
        ("3.0", 3),
        ("３", 3),
        ("第3版", 3),
        ("", None),
        (None, None),
        ("null", None),
        ("None", None),
    ],
)
def test_a_page_may_be_a_number_or_nothing(given: Any, page: int | None) -> None:
    assert fields.read("steel", Within(page=given)).page == page


@pytest.mark.parametrize(
    ("given", "day"),
    [
        (1958, date(1958, 1, 1)),
        (1958.0, date(1958, 1, 1)),
        ("1958.0", date(1958, 1, 1)),
        ("1958.10", date(1958, 10, 1)),
        (19581114, date(1958, 11, 14)),
        (None, None),
        ("null", None),
    ],
)
def test_a_date_may_be_a_number_or_nothing(given: Any, day: date | None) -> None:
    assert fields.read("steel", Within(given, None)).since == day


@pytest.mark.parametrize(
    ("given", "out"),
    [
        ("dates", {"dates"}),
        ("dates words", {"dates", "words"}),
        ("words,dates", {"dates", "words"}),
        ("dates.words", {"dates", "words"}),
        (["words", "dates"], {"dates", "words"}),
        ([], set()),
        (None, set()),
    ],
)
def test_what_is_taken_out_is_named_in_any_form(given: Any, out: set[str]) -> None:
    assert fields.read("steel", Within(without=given)).without == out


@pytest.mark.parametrize("question", [1958, 19.5, "1958"])
def test_a_question_may_be_a_number(question: Any) -> None:
    assert fields.read(question, Within()).question == str(question)


@pytest.mark.parametrize(
    ("given", "number"), [("5", 5), (5, 5), (5.0, 5), ("5.0", 5), ("５", 5), (" 50 ", 50), ("1", 1)]
)
def test_a_count_is_read(given: Any, number: int) -> None:
    assert fields.count("k", given, 1, 50) == number


@pytest.mark.fault(57)
@pytest.mark.parametrize("given", ["", None, "0", 51, -1, 2.5, "many", "5 or so", True, "9" * 400])
def test_a_count_that_is_none_is_told_with_its_field(given: Any) -> None:
    with pytest.raises(fields.FieldError) as caught:
        fields.count("k", given, 1, 50)
    assert caught.value.named.startswith("k: ") and "50" in caught.value.named


@pytest.mark.parametrize("nothing", ["", " ", None, "null", "None", []])
def test_a_count_left_out_is_the_usual_one(nothing: Any) -> None:
    assert fields.count("k", nothing, 1, 50, 10) == 10


def test_the_limit_is_the_one_of_the_archive() -> None:
    from rag.query import MAX_CHARS

    assert fields.MAX_QUESTION == MAX_CHARS
