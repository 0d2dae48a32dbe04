from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ui.web import fields


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
    ],
)
def test_a_year_a_month_or_a_day_is_taken(written: str, first: date | None, last: date | None) -> None:
    assert fields.parse_day(written, end=False) == first
    assert fields.parse_day(written, end=True) == last


BAD = [
    "1958-02-30",
    "1958-13",
    "1958-00-10",
    "0000",
    "58",
    "yesterday",
    "14 11 1958",
    '{"$gte": 1}',
    "../1958",
    "1958;--",
]


@pytest.mark.parametrize("written", BAD)
@pytest.mark.parametrize("end", [True, False])
def test_what_is_no_date_is_refused(written: str, end: bool) -> None:
    with pytest.raises(ValueError):
        fields.parse_day(written, end=end)


@pytest.mark.parametrize("blank", ["", "   ", "\n", "？？？", "...", "😀", None, [], {"text": "a"}, 7, ["a"]])
def test_a_question_without_a_word_is_refused(blank: Any) -> None:
    with pytest.raises(fields.FieldError, match="Type a question"):
        fields.read(blank, "", "", "both", "en")


def test_an_over_long_question_is_refused_naming_the_limit() -> None:
    with pytest.raises(fields.FieldError, match=str(fields.MAX_QUESTION)):
        fields.read("钢" * (fields.MAX_QUESTION + 1), "", "", "both", "zh")
    assert fields.read("钢" * fields.MAX_QUESTION, "", "", "both", "zh").question


def test_the_wrong_date_is_named() -> None:
    with pytest.raises(fields.FieldError, match="1958-02-30"):
        fields.read("steel", "1957", "1958-02-30", "both", "en")
    with pytest.raises(fields.FieldError, match=r"1958-12-31.*1960-01-01"):
        fields.read("steel", "1960", "1958", "both", "en")


@pytest.mark.parametrize(
    ("given", "taken"), [("zh", "zh"), ("en", "en"), ("both", None), ("", None), (None, None), ({"$ne": 1}, None)]
)
def test_only_known_languages_limit(given: Any, taken: str | None) -> None:
    assert fields.read("steel", "", "", given, "en").lang == taken


def test_the_limit_is_the_one_of_the_archive() -> None:
    from rag.query import MAX_CHARS

    assert fields.MAX_QUESTION == MAX_CHARS
