"""Words through the months on the page and over HTTP: what was counted is shown, and hostile words stay text."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient

from rag.archive import Archive
from rag.spreadsheet import unguarded
from tests.fakes import HashEmbedder, WordReader
from tests.register.made import folder_of
from tests.test_desk import file
from tests.web.hostile import PAYLOADS
from tests.web.routed import routed
from ui.web.months import months
from ui.web.parts import parts

TEXTS = (
    ("1958-11-03", "The kiln was lit.", "砖窑点火了。"),
    ("1958-11-20", "A dam.", "一座水坝。"),
    ("1959-02-02", "A second kiln was lit in the county.", "县里又点了一座。"),
    ("1959-03-02", "Nothing.", "没有。"),
)


class Read(HTMLParser):
    """What stands in markup: tags, attributes by name, text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, list[str]] = {}
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("through")
    files = {str(n): file(day, f"    {zh}", en, (f"题{n}", f"T{n}"), 4) for n, (day, en, zh) in enumerate(TEXTS)}
    folder_of(folder, files)
    archive = Archive.open(folder / "store", embedder=HashEmbedder(), reader=WordReader())
    yield routed(parts(archive), months(archive))
    archive.close()


def shown(client: TestClient, q: str, **more: str) -> str:
    answer = client.get("/part/search", params={"view": "time", "q": q, **more})
    assert answer.status_code == 200, answer.text
    return answer.text


def test_each_month_leads_to_its_lines_and_says_what_it_holds(client: TestClient) -> None:
    read = Read(shown(client, "kiln =", until="1959", page="4"))
    told = read.attributes["data-told"]
    assert told == [
        "1958-11: 1 of 2 articles, 500 in a thousand",
        "1958-12: no issues",
        "1959-01: no issues",
        "1959-02: 1 of 1 articles, 1000 in a thousand",
        "1959-03: 0 of 1 articles, 0 in a thousand",
    ]
    lines = [one for one in read.attributes["href"] if "since=" in one and "view=search" in one and "as=" not in one]
    there = parse_qs(urlsplit(lines[0]).query)
    assert there == {"view": ["search"], "q": ["kiln"], "on": ["4"], "since": ["1958-11"], "until": ["1958-11"]}
    found = client.get("/part/search", params={"q": there["q"][0], "since": "1958-11", "until": "1958-11", "page": "4"})
    assert found.status_code == 200 and "kiln" in found.text
    assert read.attributes["tabindex"].count("0") == 2  # one bar of the word, and the table
    assert "no issues" in read.text and "kiln: 2 (as asked)" in read.text


def test_four_words_stand_side_by_side_and_a_fifth_is_refused(client: TestClient) -> None:
    page = html.unescape(shown(client, "kiln，水坝、county; volcano"))
    assert page.count('<figure class="course"') == 4
    assert "In no article." in page
    refused = client.get("/part/search", params={"view": "time", "q": "a1,b2,c3,d4,e5", "ui": "zh"})
    assert refused.status_code == 422
    assert "最多并列 4 个" in html.unescape(refused.text)
    assert shown(client, "3,000 tons").count('<figure class="course"') == 1


@pytest.mark.parametrize(("scale", "second"), [("own", "500"), ("one", "1000")])
def test_words_are_drawn_on_their_own_scale_or_on_one(client: TestClient, scale: str, second: str) -> None:
    page = shown(client, "kiln =, dam =", scale=scale)
    assert re.findall(r'class="most">([^<]*)<', html.unescape(page)) == [f"{n} in a thousand" for n in ("1000", second)]
    bars = [float(one) for one in re.findall(r'class="found"[^>]*height="([\d.]+)"', page)]
    assert bars == ([30.0, 60.0, 60.0] if scale == "own" else [30.0, 60.0, 30.0])


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_hostile_words_stay_text_on_the_page_and_in_the_picture(client: TestClient, payload: str) -> None:
    word = f"kiln = {payload}".replace(",", " ")[:90]
    answer = client.get("/part/search", params={"view": "time", "q": word})
    read = Read(answer.text)
    assert not read.tags & {"script", "img", "iframe", "style", "form", "link", "video", "math", "object"}
    assert not any(name.startswith("on") for name in read.attributes)
    assert not any(one.startswith(("javascript", "data:")) for one in read.attributes.get("href", ()))
    picture = client.get("/api/through.svg", params={"word": word})
    if picture.status_code != 422:
        assert picture.status_code == 200
        tree = ElementTree.fromstring(picture.text)
        assert {one.tag.rpartition("}")[2] for one in tree.iter()} <= {
            "svg",
            "title",
            "desc",
            "rect",
            "g",
            "text",
            "path",
        }
        assert picture.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_files_hold_what_the_page_shows(client: TestClient, lang: str) -> None:
    asked = {"word": ["kiln", "=cmd()|'x' = 水坝"], "ui": lang}
    table = client.get("/api/through.csv", params=asked)
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff"))))
    told = client.get("/api/through", params=asked).json()
    assert [row[0] for row in rows[1:]] == [month["month"] for month in told["months"]]
    assert [row[2] for row in rows[1:]] == [str(m["found"][0]) if m["found"] else "" for m in told["months"]]
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert unguarded(rows[0][4]) == " = ".join(form["text"] for form in told["words"][1]["forms"])
    picture = client.get("/api/through.svg", params=asked)
    tree = ElementTree.fromstring(picture.text)
    titles = [one.text for one in tree.iter("{http://www.w3.org/2000/svg}title")]
    assert titles[0] and "kiln" in titles[0]
    assert ("1958-12: no issues" if lang == "en" else "1958-12：无报") in titles


def test_a_wrong_request_is_refused_with_its_field(client: TestClient) -> None:
    assert client.get("/api/through").status_code == 422
    assert client.get("/api/through", params={"word": "..."}).status_code == 422
    assert client.get("/api/through", params={"word": ["kiln"] * 5}).status_code == 422
    assert client.get("/api/through", params={"word": "kiln", "since": "yesterday"}).status_code == 422
