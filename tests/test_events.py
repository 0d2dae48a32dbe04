"""The times that passages speak of: searched, told at the quotation, kept through an index run and a dossier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.answer.times import days, told
from rag.archive import Archive
from rag.corpus import sources
from rag.datatypes import Dateline, DateSpan, Quote
from rag.errors import IndexMismatch
from rag.index.build import build
from rag.index.spoken import path
from tests.conftest import archive_of
from tests.fakes import HashEmbedder
from ui.dossier import answer_of, turn_json
from ui.export import answer_json, article_json, markdown, search_json
from ui.references import ris
from ui.takeaway import html_of
from ui.turns import Turn

LINES = [
    {"id": "last", "lang": "zh", "date": "1957-06-20", "text": "新华社武汉18日电　去年全县修了六座水库。"},
    {"id": "now", "lang": "zh", "date": "1957-06-20", "text": "本报讯　今年5月全县修了一座水库。"},
    {"id": "none", "lang": "zh", "date": "1957-06-20", "text": "最近全县修了一座水库，水库很大。"},
    {"id": "old", "lang": "zh", "date": "1957-06-20", "text": "解放前，全县没有水库。"},
    {
        "id": "en",
        "lang": "en",
        "date": "1959-01-02",
        "text": "The 水库 reservoir was built between March 1957 and May 1957.",
    },
    {"id": "undated", "lang": "zh", "text": "去年修了水库，1956年3月的水库。"},
]


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_of(LINES, tmp_path_factory.mktemp("events")) as archive:
        yield archive


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (None, None, {"last", "now", "none", "old", "en", "undated"}),
        ("1956-01-01", "1956-12-31", {"last", "undated"}),
        ("1956-12-31", "1957-01-01", {"last"}),
        ("1957-05-31", "1957-06-30", {"now", "en"}),
        ("1957-06-01", None, set()),
        (None, "1949-12-31", {"old"}),
        ("1950-01-01", "1955-12-31", set()),
        ("1956-03-01", None, {"last", "now", "en", "undated"}),
    ],
)
def test_a_range_of_events_leaves_what_speaks_of_a_time_within_it(
    known: Archive, since: str | None, until: str | None, found: set[str]
) -> None:
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    got = known.find("水库", 20, event_since=first, event_until=last)
    assert {hit.article.id for hit in got.hits} == found
    assert search_json(got)["filters"]["event_since"] == since
    assert search_json(got)["filters"]["event_until"] == until


def test_days_of_events_and_of_issues_limit_together(known: Archive) -> None:
    event = {"event_since": date(1957, 5, 1), "event_until": date(1957, 5, 31)}
    assert {h.article.id for h in known.search("水库", since=date(1958, 1, 1), **event)} == {"en"}
    assert known.ask("修了几座水库？", event_since=date(1970, 1, 1)).refusal.reason == "filter_too_narrow"  # type: ignore[union-attr]


def test_the_times_of_a_hit_and_of_a_quotation_stand_in_its_text(known: Archive) -> None:
    for hit in known.search("水库", 20):
        for one in hit.times:
            assert hit.article.bodies[hit.passage.lang][one.start : one.end] == one.text
            assert hit.passage.start <= one.start < one.end
    (hit,) = (h for h in search_json(known.find("水库", 20))["hits"] if h["article"] == "last")
    assert [(t["text"], t["since"], t["until"]) for t in hit["times"]] == [("去年", "1956-01-01", "1956-12-31")]
    assert article_json(known.article("last"))["datelines"]["zh"] == [
        {"start": 0, "end": 10, "agency": "新华社", "place": "武汉", "day": "1957-06-18"}
    ]


def _quoted(known: Archive) -> Quote:
    """A quotation of the article "last", made through a dossier, which is where any can come from."""
    article = known.article("last")
    body = article.bodies["zh"]
    quote = {"lang": "zh", "start": 10, "end": len(body), "text": body[10:]}
    turn = Turn.model_validate(
        {
            "question": "修了几座水库？", "lang": "zh", "text": body[10:], "answered": True,
            "citations": [{"number": 1, "article": "last", "quotes": [quote]}], "digests": {"last": article.digest},
        }
    )  # fmt: skip
    answer = answer_of(turn, known)
    assert answer_of(Turn(**turn_json(answer)), known).citations == answer.citations
    document = answer_json(answer)["citations"][0]["quotes"][0]
    assert document["times"][0]["since"] == "1956-01-01" and document["dateline"]["place"] == "武汉"
    for text in (markdown(answer), html_of("", [answer], "zh"), ris(answer.citations)):
        assert "去年：1956年" in text and "电头：新华社，武汉，1957年6月18日" in text
    return answer.citations[0].quotes[0]


def test_a_quotation_says_what_its_times_mean_in_the_language_asked(known: Archive) -> None:
    quote = _quoted(known)
    assert told(quote, "zh") == "电头：新华社，武汉，1957年6月18日；去年：1956年"
    assert told(quote, "en") == "dispatch: 新华社, 武汉, 18 June 1957; 去年: 1956"


def test_what_says_its_days_itself_is_not_said_again() -> None:
    plain = DateSpan(0, 5, date(1956, 1, 1), date(1956, 12, 31), "1956年")
    assert told(Quote("zh", 0, 5, "1956年", times=(plain,), dateline=Dateline(0, 0, "本报")), "zh") == ""


@pytest.mark.parametrize(
    ("since", "until", "en", "zh"),
    [
        (date(1956, 1, 1), date(1956, 12, 31), "1956", "1956年"),
        (date(1953, 1, 1), date(1957, 12, 31), "1953 to 1957", "1953至1957年"),
        (date(1957, 5, 1), date(1957, 5, 31), "May 1957", "1957年5月"),
        (date(1957, 1, 1), date(1957, 6, 30), "January to June 1957", "1957年1月至6月"),
        (date(1956, 11, 1), date(1957, 2, 28), "November 1956 to February 1957", "1956年11月至1957年2月"),
        (date(1957, 6, 11), date(1957, 6, 20), "11 to 20 June 1957", "1957年6月11日至20日"),
        (date(1956, 7, 1), date(1957, 3, 1), "1 July 1956 to 1 March 1957", "1956年7月1日至1957年3月1日"),
        (date(1957, 6, 20), date(1957, 6, 20), "20 June 1957", "1957年6月20日"),
        (date.min, date(1949, 12, 31), "until 1949", "至1949年"),
        (date(1957, 7, 1), date.max, "from 1 July 1957 on", "1957年7月1日起"),
    ],
)
def test_days_are_told_as_whole_years_and_months(since: date, until: date, en: str, zh: str) -> None:
    assert (days(since, until, "en"), days(since, until, "zh")) == (en, zh)


def test_an_index_run_keeps_the_times_of_articles_that_did_not_change(tmp_path: Path) -> None:
    file, store = tmp_path / "a.jsonl", tmp_path / "store"

    def run(lines: list[dict[str, str]]) -> dict[str, list[tuple[str, str]]]:
        file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), encoding="utf-8")
        build(sources([file], max_bytes=10_000), store, HashEmbedder(), sources=[])
        with_times = {}
        archive = Archive.open(store, embedder=HashEmbedder())
        for hit in archive.search("水库", 20):
            with_times[hit.article.id] = [(t.text, str(t.since)) for t in hit.times]
        archive.close()
        return with_times

    whole = run(LINES)
    assert whole["last"] == [("去年", "1956-01-01")] and whole["none"] == []
    assert run(LINES[1:]) == {name: its for name, its in whole.items() if name != "last"}
    changed = {**LINES[0], "date": "1958-06-20"}
    assert run([*LINES[1:], changed]) == {**whole, "last": [("去年", "1957-01-01")]}


def test_an_index_of_the_format_before_is_refused_with_what_to_do(known: Archive, tmp_path: Path) -> None:
    with archive_of(LINES, tmp_path):
        pass
    (manifest,) = (tmp_path / "store").glob("gen-*/manifest.json")
    document = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**document, "schema": document["schema"] - 1}), encoding="utf-8")
    path(manifest.parent, "zh").unlink()
    with pytest.raises(IndexMismatch, match="wenbao index") as refused:
        Archive.open(tmp_path / "store", embedder=HashEmbedder())
    assert refused.value.exit_code == 7


def test_the_table_holds_each_time_once_in_the_order_of_passages(known: Archive) -> None:
    for lang in ("zh", "en"):
        with known._index.held() as generation:
            table = np.load(path(generation.folder, "zh" if lang == "zh" else "en"))
        assert (np.diff(table["passage"]) >= 0).all()
        assert (table["since"] <= table["until"]).all() and len(np.unique(table)) == len(table)
