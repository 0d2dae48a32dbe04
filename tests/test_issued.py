"""Articles of which the month, the year or nothing of the issue is known: kept, found, and told as what they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag.answer.wording import issued, source
from rag.archive import Archive
from rag.corpus import sources
from rag.datatypes import Article, Lang
from rag.index.build import build
from tests.conftest import archive_of
from tests.fakes import HashEmbedder
from ui.dossier import answer_of, turn_json
from ui.export import answer_json, article_json, search_json
from ui.terminal import print_found, undated_line
from ui.turns import Turn

LINES = [
    {"id": "day", "lang": "en", "date": "1958-11-14", "text": "The county lit a kiln for iron."},
    {"id": "month", "lang": "zh", "date": "1958-11", "text": "十一月里全县修了六座水库和一座砖窑kiln。"},
    {"id": "year", "lang": "en", "date": 1958.0, "text": "In that year the county built a kiln of stone."},
    {"id": "none", "lang": "en", "text": "Our village built a kiln behind the school.", "page": 2},
    {"id": "nothing", "lang": "zh", "date": "NaT", "text": "我村修了一座砖窑kiln。"},
]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_of(LINES, tmp_path_factory.mktemp("issued")) as archive:
        yield archive


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, {"day", "month", "year", "none", "nothing"}),
        ("1958-11-01", "1958-11-30", {"day", "month", "year"}),
        ("1958-11-15", None, {"month", "year"}),  # they may be of those days
        ("1958-11-30", "1958-11-30", {"month", "year"}),
        ("1958-12-01", None, {"year"}),
        ("1958-12-31", None, {"year"}),
        ("1959-01-01", None, set()),
        (None, "1958-11-01", {"month", "year"}),
        (None, "1958-10-31", {"year"}),
        (None, "1957-12-31", set()),
    ],
)
def test_a_limit_of_dates_leaves_what_may_be_of_these_days(
    known: Archive, since: str | None, until: str | None, found: set[str]
) -> None:
    limits = {"since": since and date.fromisoformat(since), "until": until and date.fromisoformat(until)}
    got = known.find("kiln", 10, **limits)
    assert {hit.article.id for hit in got.hits} == found
    assert got.undated == (2 if since or until else 0)


@pytest.mark.parametrize(("lang", "page", "undated"), [("en", None, 1), ("zh", None, 1), (None, 2, 1), ("zh", 2, 0)])
def test_only_those_are_counted_that_nothing_else_leaves_out(
    known: Archive, lang: Lang | None, page: int | None, undated: int
) -> None:
    assert known.find("kiln", since=date(1900, 1, 1), lang=lang, page=page).undated == undated
    assert known.ask("Where was a kiln built?", since=date(1900, 1, 1), lang=lang, page=page).undated == undated


def test_what_a_limit_of_dates_left_out_is_told_in_every_form(
    known: Archive, capsys: pytest.CaptureFixture[str]
) -> None:
    found, answer = known.find("kiln", since=date(1900, 1, 1)), known.ask("砖窑在哪里？", since=date(1900, 1, 1))
    assert search_json(found)["undated"] == answer_json(answer)["undated"] == 2
    assert answer_of(Turn(**turn_json(answer)), known).undated == 2
    print_found(found, verbose=False)
    assert "2 articles without a date were left out" in capsys.readouterr().err
    assert undated_line(1, "en").startswith("1 article without a date was left out") and "1篇" in undated_line(1, "zh")
    assert undated_line(0, "en") == undated_line(0, "zh") == ""
    assert known.status()["undated"] == 2


def test_a_time_read_from_a_question_tells_what_it_leaves_out(known: Archive) -> None:
    found = known.find("kiln of the county in 1958")
    assert found.period and found.period.applied and found.undated == 2


def test_the_archive_reaches_from_the_first_to_the_last_day_that_may_be_meant(known: Archive) -> None:
    assert known.status()["dates"] == ["1958-01-01", "1958-12-31"]
    assert [(m.year, m.month, m.articles) for m in known.months()] == [(1958, 11, 2)]


def test_a_month_or_a_year_is_told_as_that_and_never_as_a_day(known: Archive) -> None:
    month, year, none = (known.article(name) for name in ("month", "year", "none"))
    assert [(a.date, a.partial_date, a.issued) for a in (month, year, none)] == [
        (None, "1958-11", "1958-11"),
        (None, "1958", "1958"),
        (None, None, ""),
    ]
    assert month.days == (date(1958, 11, 1), date(1958, 11, 30)) and none.days is None
    assert [issued(a, "en") for a in (month, year, none)] == ["November 1958", "1958", ""]
    assert [issued(a, "zh") for a in (month, year, none)] == ["1958年11月", "1958年", ""]
    assert source(month, "en") == "“month”, November 1958" and source(year, "zh") == "《year》1958年"
    assert article_json(month)["date"] is None and article_json(month)["partial_date"] == "1958-11"
    for hit in search_json(known.find("kiln"))["hits"]:
        assert (hit["date"] is None) is (hit["article"] != "day")


def test_an_article_is_indexed_anew_when_more_is_known_of_its_date(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"

    def run() -> tuple[int, Article]:
        report = build(sources([file], max_bytes=10_000), tmp_path / "store", HashEmbedder(), sources=["a"])
        archive = Archive.open(tmp_path / "store", embedder=HashEmbedder())
        found = archive.article("a")
        archive.close()
        return report.updated, found

    for value, updated in (("", 0), ("1958", 1), ("1958-11", 1), ("1958-11-14", 1), ("1958年11月14日", 0)):
        file.write_text(json.dumps({"id": "a", "text": "A kiln.", "date": value}) + "\n", encoding="utf-8")
        told, article = run()
        assert (told, article.issued) == (updated, value[:10] if "年" not in value else "1958-11-14")
