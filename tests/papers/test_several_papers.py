"""Any number of newspapers in one index: each article keeps its own, and a question can be limited to one of them."""

from __future__ import annotations

import html
import json
import sqlite3
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.answer.reasons import why
from rag.archive import Archive
from rag.datatypes import PEOPLES_DAILY, Filters, Paper
from rag.errors import NoSuchPaper
from rag.index import files
from rag.index import store as stores
from tests.conftest import SEEDS
from tests.papers.conftest import LAKE, LAKE_TOWN, Run
from ui.web.api import api
from ui.web.parts import fault, parts

LAKE_PAPER = Paper("Lake Town Evening News", "湖镇晚报")
WORKERS = "How many workers took part in the work?"
SCHOOL = "1935-01-20_girls-school"  # in the form of the collection of People's Daily, without a name


@pytest.fixture(scope="module")
def mixed_store(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("mixed") / "store"
    named = ["--paper", f"{LAKE}=Lake Town Evening News", "--paper-zh", f"{LAKE}=湖镇晚报"]
    run("index", SEEDS, LAKE, *named, store=store)
    return store


@pytest.fixture(scope="module")
def mixed(run: Run, mixed_store: Path) -> Archive:
    return Archive.open(mixed_store)


def papers(run: Run, store: Path) -> dict[str, int]:
    status = json.loads(run("status", "--json", store=store).output)
    return {one["zh"] or one["en"] or "-": one["articles"] for one in status["papers"]}


def test_each_article_keeps_its_newspaper(run: Run, mixed_store: Path, mixed: Archive) -> None:
    assert papers(run, mixed_store) == {"湖镇晚报": 8, "人民日报": 5}
    found = {hit.article.id: hit.article.paper for hit in mixed.search(WORKERS, k=50)}
    assert set(found.values()) == {PEOPLES_DAILY, LAKE_PAPER}
    assert all((paper == LAKE_PAPER) == (not name.startswith("00")) for name, paper in found.items())


@pytest.mark.parametrize("name", ["Lake Town Evening News", "the lake town evening news", "湖镇晚报", "《湖鎮晚報》"])
def test_a_search_is_limited_to_a_newspaper_by_any_of_its_names(run: Run, mixed_store: Path, name: str) -> None:
    found = json.loads(run("search", WORKERS, "--paper", name, "--json", store=mixed_store).output)
    assert found["hits"] and {hit["paper"]["zh"] for hit in found["hits"]} == {"湖镇晚报"}
    assert found["filters"]["paper"] in LAKE_PAPER.names
    answer = json.loads(run("ask", WORKERS, "--paper", "people's daily", "--json", store=mixed_store).output)
    assert {one["paper"]["en"] for one in (*answer["citations"], *answer["hits"])} == {"People's Daily"}


def test_a_newspaper_that_is_not_there_is_told_with_those_that_are(run: Run, mixed_store: Path, mixed: Archive) -> None:
    with pytest.raises(NoSuchPaper, match="Lake Town Evening News 湖镇晚报"):
        mixed.search(WORKERS, paper="Guangming Daily")
    run("ask", WORKERS, "--paper", "光明日报", store=mixed_store, code=2)
    assert fault(NoSuchPaper("there is: 湖镇晚报"), "en") == (422, "there is: 湖镇晚报")


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("According to the Lake Town Evening News, how many workers took part?", "Lake Town Evening News"),
        ("据《湖镇晚报》报道，有多少民工？", "湖镇晚报"),
        ("据《人民日报》报道，采了多少矿石？", "人民日报"),
        ("How many workers took part?", None),
    ],
)
def test_a_newspaper_that_the_question_names_is_a_limit(mixed: Archive, question: str, paper: str | None) -> None:
    answer = mixed.ask(question)
    assert answer.named_paper == answer.filters.paper == paper
    assert not paper or all(paper in hit.article.paper.names for hit in answer.hits if hit.article.paper)
    assert mixed.ask(question, read_dates=False).named_paper is None


def test_the_page_and_programs_take_it_as_a_limit(mixed: Archive, tmp_path: Path) -> None:
    app = FastAPI()
    app.include_router(parts(mixed))
    app.include_router(api(mixed, tmp_path / "asked.yaml"))
    web = TestClient(app)
    asked = {"question": WORKERS, "paper": "湖镇晚报"}
    for answer in (web.get("/api/search", params=asked), web.get("/api/ask", params=asked)):
        assert {hit["paper"]["zh"] for hit in answer.json()["hits"]} == {"湖镇晚报"}
    said = web.get("/part/search", params={"q": WORKERS, "paper": "湖镇晚报", "view": "passages"}).text
    said = html.unescape(said)
    assert "Lake Town Evening News, 12 June 1934" in said and "People's Daily," not in said


def test_a_page_of_an_issue_is_of_one_newspaper(run: Run, tmp_path: Path) -> None:
    """Two newspapers of one day, with the same dispatch: two articles, and neither is beside the other."""
    said = "新华社八日电：江上的大桥今天通车，工人代表剪彩，附近各村的农民都来观看，桥长一千一百米。"
    lines = [
        {"id": "a", "paper": "甲报", "date": "1958-01-08", "page": 1, "text": said},
        {"id": "b", "paper": "乙报", "date": "1958-01-08", "page": 1, "text": said},
        {"id": "c", "paper": "甲报", "date": "1958-01-08", "page": 1, "text": "全城的人都去看桥。"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(one) for one in lines), encoding="utf-8")
    run("index", tmp_path / "a.jsonl", store=tmp_path / "store")
    archive, app = Archive.open(tmp_path / "store"), FastAPI()
    app.include_router(parts(archive))
    beside = TestClient(app).get("/part/article", params={"id": "a"}).text
    assert "?article=c" in beside and "?article=b" not in beside
    [hit] = [hit for hit in archive.search("大桥通车") if hit.article.id in "ab"]
    assert [one.paper for one in hit.also] != [hit.article.paper] and len(hit.also) == 1
    assert any("also printed" in line and "报" in line for line in why(hit, Filters(), "en"))
    archive.close()


def test_what_a_run_says_of_a_path_holds_until_it_is_taken_back(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run("index", LAKE, *LAKE_TOWN, store=store)
    for again in ((), (LAKE,)):
        run("index", *again, store=store)
        assert papers(run, store) == {"湖镇晚报": 8}
    run("index", "--paper", "", store=store)
    assert papers(run, store) == {"湖镇晚报": 7, "人民日报": 1}
    archive = Archive.open(store)
    assert archive.article(SCHOOL).paper == PEOPLES_DAILY  # what its form says, where nobody says otherwise
    archive.close()


def test_only_the_newspaper_changes_and_nothing_is_embedded_again(run: Run, tmp_path: Path) -> None:
    store, folder = tmp_path / "store", tmp_path / "files"
    folder.mkdir()
    (folder / "1950-03-02_well.txt").write_text("Title: A Well\n\nThe village dug forty wells.\n", encoding="utf-8")
    said = run("index", folder, store=store).output
    assert "newspaper not known: 1 article" in said
    assert "“A Well”, 2 March 1950" in run("ask", "How many wells did the village dig?", store=store).output
    for name in ("People's Daily", "Guangming Daily"):
        report = json.loads(run("index", folder, "--paper", name, "--json", store=store).stdout)
        assert report["updated"] == 1 and report["embedded"] == 0 and report["changed"]
        answer = run("ask", "How many wells did the village dig?", store=store).output
        assert f"{name}, 2 March 1950, reported: “" in answer
    assert not json.loads(run("index", folder, "--json", store=store).stdout)["changed"]


def test_the_setting_is_the_newspaper_of_what_nobody_named(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAO_PAPER", "Lake Town Evening News")
    monkeypatch.setenv("WENBAO_PAPER_ZH", "湖镇晚报")
    run("index", LAKE, store=tmp_path / "store")
    assert papers(run, tmp_path / "store") == {"湖镇晚报": 8}
    run("index", LAKE, "--paper", "Upper Town News", store=tmp_path / "store")
    assert papers(run, tmp_path / "store") == {"湖镇晚报": 6, "Upper Town News": 2}  # which say nothing inside


def test_an_index_made_before_opens_and_its_articles_are_of_peoples_daily(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store"
    run("index", SEEDS, LAKE / "letters.jsonl", LAKE / "tea-auction.txt", store=store)
    _as_before(stores.current(store))
    archive = Archive.open(store)
    assert archive.article("000_0bc8a54cde6efc4b").paper == archive.article("tea-auction").paper == PEOPLES_DAILY
    assert archive.article("lake-letter").paper is None
    assert {one.paper: one.articles for one in archive.holdings()} == {PEOPLES_DAILY: 6, None: 1}
    assert len(archive.search("tea", paper="People's Daily")) and archive.status()["articles"] == 7
    archive.close()
    report = json.loads(run("index", "--json", store=store).stdout)
    assert report["embedded"] == 0 and report["updated"] == 2
    assert papers(run, store) == {"人民日报": 5, "湖镇晚报": 2}


def _as_before(generation: Path) -> None:
    """A generation as it was written before articles knew their newspaper."""
    place = generation / "articles.sqlite"
    with sqlite3.connect(place) as db:
        db.execute("ALTER TABLE articles DROP COLUMN paper")
        db.execute("DROP TABLE papers")
    manifest = json.loads((generation / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["articles.sqlite"] = {"size": place.stat().st_size, "digest": files.digest(place)}
    manifest.pop("papers", None)
    (generation / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
