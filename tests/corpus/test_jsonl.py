"""JSON Lines: every good line an article, every broken one named by its number."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.corpus.jsonl import articles
from rag.datatypes import Article
from rag.errors import SourceError


def read(data: bytes, max_bytes: int = 10_000, encoding: str | None = None) -> list[Article | SourceError]:
    return list(articles(io.BytesIO(data), source="c.jsonl", max_bytes=max_bytes, encoding=encoding))


def line(**fields: Any) -> bytes:
    return json.dumps({"id": "a", "text": "Steel rose."} | fields, ensure_ascii=False).encode("utf-8") + b"\n"


def one(**fields: Any) -> Article:
    (article,) = read(line(**fields))
    assert isinstance(article, Article), article
    return article


def test_all_fields_are_taken() -> None:
    article = one(id="d 1", lang="en", title="Steel", date="1958-11-14", page=2, author="Xie", twin="d 1 zh")
    assert (article.id, article.date, article.page, article.author) == ("d_1", date(1958, 11, 14), 2, "Xie")
    assert (article.titles, article.bodies) == ({"en": "Steel"}, {"en": "Steel rose."})
    assert (article.source, article.notes, article.langs) == (
        "c.jsonl:1",
        ("twin: d_1_zh", 'its id "d 1" is written d_1'),
        ("en",),
    )


def test_a_line_with_id_and_text_only_is_an_article_with_the_rest_missing() -> None:
    article = one(title=None, date=None, page=None, author=None, lang=None, twin=None)
    assert (article.titles, article.date, article.page, article.author, article.column) == ({}, None, None, None, None)
    assert article.notes == ()


@pytest.mark.parametrize(
    ("text", "lang"), [("GDP 增长了，IBM 公司说。", "zh"), ("The waves (滔天) rose.", "en"), ("1958", "en")]
)
def test_a_missing_language_is_told_by_the_letters(text: str, lang: str) -> None:
    assert one(text=text).langs == (lang,)


@pytest.mark.parametrize(("code", "lang"), [("zh", "zh"), ("zh-CN", "zh"), ("EN_us", "en")])
def test_a_language_that_is_given_is_believed(code: str, lang: str) -> None:
    assert one(text="1958", lang=code).langs == (lang,)


def test_beir_lines_with_underscore_id_and_with_a_title_for_a_text_are_taken() -> None:
    found = read(b'{"_id": "7", "title": "Steel", "text": "", "metadata": {}}\n{"_id": 8, "title": "", "text": "Iron"}')
    assert [(a.id, dict(a.bodies)) for a in found if isinstance(a, Article)] == [
        ("7", {"en": "Steel"}),
        ("8", {"en": "Iron"}),
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "not valid JSON"),
        (b"[1]\n", "not a JSON object"),
        (b"null\n", "not a JSON object"),
        (b'{"text": "x"}\n', "no id"),
        (line(id=" "), "no id"),
        (line(id=True), "no id"),
        (line(id="x" * 600), "longer than 512"),
        (b'{"id": "x"}\n', '"text" is missing'),
        (line(text=5), '"text" is not text'),
        (line(text="  \n "), "no article text"),
        (line(title=[1]), '"title" is not text'),
        (line(lang="fr"), 'lang "fr" is neither zh nor en'),
        (line(lang=3), 'lang "3" is neither zh nor en'),
        (line(date="1958-02-30"), 'date "1958-02-30" is not a real date'),
        (line(date="\u202e"), 'date "\\u202e" is not a real date'),
        (b'{"id": "x", "text": "a \\ud800 b"}\n', "lone surrogate"),
        (b'{"id": "x", "text": "a \\u0000 b"}\n', "NUL"),
        (b'{"id": "x", "text": "\xff"}\n', "byte 21 of the line: not valid utf-8"),
        (b"[" * 9_000, "not readable JSON"),
        (b'{"id": ' + b"9" * 9_000 + b', "text": "x"}\n', "not readable JSON"),
        (line(text="x" * 20_000), "longer than 10000 bytes"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(bad: bytes, reason: str) -> None:
    before, error, after = read(line(id="first") + b"\n" + bad.rstrip(b"\n") + b"\n" + line(id="last"))
    assert isinstance(before, Article) and before.id == "first"
    assert isinstance(error, SourceError) and reason in error.reason and "Skipped; " in error.reason
    assert (error.path, error.line) == ("c.jsonl", 3)
    assert isinstance(after, Article) and (after.id, after.source) == ("last", "c.jsonl:4")


def test_a_page_that_is_no_number_is_noted_and_dropped() -> None:
    assert [one(page=page).page for page in (2, "2", " 12 ")] == [2, 2, 12]
    for page in (0, -1, 5000, True, 2.5, "2.5", [2], "A3", float("inf"), "2, 3"):
        article = one(page=page)
        assert article.page is None and "is no page number" in article.notes[0]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("field", ["text", "title", "author", "date", "twin", "page", "lang", "id"])
def test_a_field_of_a_million_combining_marks_costs_no_time(field: str) -> None:
    found = list(articles(io.BytesIO(line(**{field: "a" + "\u0301\u0316" * 500_000})), source="c", max_bytes=10**7))
    assert len(found) == 1


def test_dates_with_a_time_of_day_and_in_one_figure_are_read() -> None:
    for value in ("1958-11-14T08:00:00Z", "1958-11-14 08:00", "19581114", 19581114, "1958年11月14日"):
        assert one(date=value).date == date(1958, 11, 14)


@pytest.mark.parametrize("gone", [None, float("nan"), "", " ", "nan", "NaN", "None", "NaT", "null", "<NA>", "N/A"])
@pytest.mark.parametrize("field", ["lang", "title", "date", "page", "author", "twin", "text"])
def test_what_a_program_writes_for_a_missing_value_is_missing_in_every_field(field: str, gone: object) -> None:
    whole = {"id": "a", "lang": "en", "title": "Wells", "date": "1958-10-03", "page": 2, "author": "Li", "twin": "b"}
    article = one(**(whole | {"text": "Forty wells."} | {field: gone}))
    values = {
        "lang": article.langs,
        "title": article.titles,
        "date": article.issued,
        "page": article.page,
        "author": article.author,
        "twin": [note for note in article.notes if "twin" in note],
        "text": article.bodies,
    }
    there = {"lang": ("en",), "title": {"en": "Wells"}, "date": "1958-10-03", "page": 2, "author": "Li"}
    there |= {"twin": ["twin: b"], "text": {"en": "Forty wells."}}
    left = {"lang": ("en",), "title": {}, "date": "", "page": None, "author": None, "twin": [], "text": {"en": "Wells"}}
    assert values == there | {field: left[field]}


@pytest.mark.parametrize("gone", [float("nan"), "nan", None, " "])
def test_a_line_without_any_text_or_id_is_named(gone: object) -> None:
    for field in ("text", "id"):
        (error,) = read(line(**{field: gone}))
        assert isinstance(error, SourceError) and "Skipped; " in error.reason


def test_whole_numbers_written_as_fractions_are_whole_in_every_field() -> None:
    article = one(id=7.0, page=2.0, date=19581003.0, twin=8.0)
    assert (article.id, article.page, article.issued, article.notes) == ("7", 2, "1958-10-03", ("twin: 8",))
    article = one(page="2.0", date="19581003.0")
    assert (article.page, article.issued, article.notes) == (2, "1958-10-03", ())
    pages = ("第2版", "第二版", "2版", "p. 2", "Page 2", "２", "2-3", "第2、3版")
    assert [one(page=page).page for page in pages] == [2] * len(pages)


@pytest.mark.parametrize("value", [-351302400000, -351302400000.0, "-351302400000", 21503, 21503.5])
def test_a_date_that_a_program_counted_is_read_and_noted(value: object) -> None:
    article = one(date=value)
    assert article.date == date(1958, 11, 14) and "is read as a count of days or seconds" in article.notes[0]


@pytest.mark.parametrize(
    ("value", "issued"),
    [("1958-11", "1958-11"), ("1958", "1958"), (1958, "1958"), (1958.0, "1958"), ("1958-00-00", "1958"),
     ("1958年11月", "1958-11"), ("一九五八年", "1958"), ("November 1958", "1958-11")],
)  # fmt: skip
def test_a_date_known_to_the_month_or_year_keeps_the_article(value: object, issued: str) -> None:
    article = one(date=value)
    assert (article.date, article.partial_date, article.issued) == (None, issued, issued)
    what = "month" if "-" in issued else "year"
    assert article.notes == (f"only the {what} of issue is known: {issued}",)


@pytest.mark.parametrize("value", ["1950s", "1957-1958", "c. 1958", "约1958年"])
def test_a_time_not_certain_to_the_year_is_noted_and_the_article_kept_as_undated(value: str) -> None:
    article = one(date=value)
    assert article.issued == "" and "taken as undated" in article.notes[0] and value in article.notes[0]


@pytest.mark.parametrize("value", ["unknown", "n.d.", "undated", "日期不详", "无日期"])
def test_a_date_that_says_that_there_is_none_is_none(value: str) -> None:
    assert (one(date=value).issued, one(date=value).notes) == ("", ())


def test_characters_that_only_look_like_others_are_told_of_title_and_text() -> None:
    article = one(text="红旗人\u2ea0公社\ue004昨天成立。", title="\u2ec4安", lang="zh")
    assert article.bodies == {"zh": "红旗人\u2ea0公社\ue004昨天成立。"}
    assert [note.split(",")[0] for note in article.notes] == [
        "2 characters that only look like Chinese ones (radicals",
        "1 private-use character",
    ]


def test_an_empty_file_is_an_error_and_blank_lines_are_not() -> None:
    for data in (b"", b"\n\n \n"):
        (error,) = read(data)
        assert isinstance(error, SourceError) and "empty" in error.reason
    assert len(read(b"\n\n" + line() + b"\n")) == 1


def test_a_byte_order_mark_is_no_trouble() -> None:
    assert isinstance(read(b"\xef\xbb\xbf" + line())[0], Article)


def test_another_encoding_is_read_when_named() -> None:
    data = json.dumps({"id": "a", "text": "钢产量上升"}, ensure_ascii=False).encode("gbk")
    (error,) = read(data)
    assert isinstance(error, SourceError) and "not valid utf-8" in error.reason
    (article,) = read(data, encoding="gbk")
    assert isinstance(article, Article) and article.bodies == {"zh": "钢产量上升"}


def test_a_damaged_gzip_keeps_what_came_before_the_damage() -> None:
    whole = gzip.compress(b"".join(line(id=f"d{i}", text=f"Report {i * 7919}.") for i in range(2000)))
    for data in (whole[: len(whole) // 2], whole[:-4], whole[: len(whole) // 2] + bytes(50) + whole[-400:]):
        found = list(articles(io.BufferedReader(gzip.GzipFile(fileobj=io.BytesIO(data))), source="c", max_bytes=999))
        assert all(isinstance(item, Article) for item in found[:-1])
        assert isinstance(found[-1], SourceError) and found[-1].line == len(found)
        assert "cannot be read on" in found[-1].reason


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(["id", "_id", "text", "lang", "title", "date", "page", "author", "twin"])


@pytest.mark.fuzz
@given(st.lists(st.dictionaries(KEYS, JSON).map(json.dumps).map(str.encode) | st.binary(max_size=30), max_size=5))
def test_any_lines_are_articles_or_named_troubles(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    found = read(data)
    expected = sum(1 for part in data.split(b"\n") if part.strip()) or 1
    assert len(found) == expected
    for item in found:
        if isinstance(item, Article):
            assert item.id and not any(c.isspace() for c in item.id)
            assert item.date is None or 1000 <= item.date.year < 3000
