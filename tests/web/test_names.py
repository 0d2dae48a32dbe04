"""The register room as its address and its buttons have it, the routes for programs, and the command."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.register import partings
from tests.commanded import wenbao
from tests.register.made import FILES, folder_of, opened
from tests.test_desk import file
from tests.web.hostile import PAYLOADS
from tests.web.routed import routed
from ui.web.names import names

ATTACK = " ".join("".join(c for c in text if c >= " ") for text in PAYLOADS.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    hostile = file(
        "1958-04-02",
        f"    鞍钢的灯笼{ATTACK}。",
        f"The lanterns of Angang {ATTACK}.",
        (ATTACK[:300], ATTACK[:300]),
    )
    return folder_of(tmp_path_factory.mktemp("names"), {**FILES, "hostile": hostile})


@pytest.fixture
def client(folder: Path) -> Iterator[TestClient]:
    archive = opened(folder)
    yield routed(names(archive))
    archive.close()
    (folder / "store" / partings.NAME).unlink(missing_ok=True)


def listed(markup: str) -> list[str]:
    """The names of a page, as their addresses have them."""
    return [html.unescape(one) for one in re.findall(r'class="to-name" href="/\?view=names&amp;name=([^"]*)"', markup)]


def test_the_room_counts_its_names_and_the_buttons_narrow_them(client: TestClient) -> None:
    whole = client.get("/part/names", params={"ui": "en"}).text
    counts = {
        k: int(n) for k, n in re.findall(r'data-kind="(\w*)" aria-pressed="\w+">[^<]*<span class="n">(\d+)<', whole)
    }
    assert (
        counts[""]
        == len(listed(whole))
        > counts["work"]
        == len(listed(client.get("/part/names", params={"kind": "work"}).text))
    )
    assert "鞍钢" in whole and "Angang" in html.unescape(client.get("/part/names", params={"q": "anGA"}).text)
    assert listed(client.get("/part/names", params={"q": "no such name"}).text) == []
    assert client.get("/part/names", params={"at": "soon"}).status_code == 422


@pytest.mark.parametrize(("ui", "told"), [("en", "in 4 articles"), ("zh", "见于 4 篇")])
def test_a_name_shows_its_forms_and_its_lines_in_either_language(client: TestClient, ui: str, told: str) -> None:
    shown = html.unescape(client.get("/part/names/one", params={"name": "鞍钢", "ui": ui}).text)
    assert told in shown
    marked = re.findall("<mark>(.*?)</mark>", shown)
    assert {"鞍钢", "Angang", "鞍山钢铁公司"} <= set(marked)
    assert client.get("/part/names/one", params={"name": "nobody"}).status_code == 404


def test_a_form_is_taken_out_and_put_back(client: TestClient) -> None:
    sent = {"form": "鞍山钢铁公司", "other": "鞍钢", "shown": "鞍钢"}
    apart = html.unescape(client.post("/part/names", json=sent).text)
    assert 'data-back="1"' in apart and "≠" in apart
    assert "鞍山钢铁公司" not in re.findall("<mark>(.*?)</mark>", apart)
    again = html.unescape(client.post("/part/names", json={**sent, "undone": False}).text)
    assert "鞍山钢铁公司" in re.findall("<mark>(.*?)</mark>", again) and "≠" not in again
    assert client.post("/part/names", json={"form": "a", "other": "a"}).status_code == 404


def test_hostile_text_stays_text(client: TestClient) -> None:
    for form in PAYLOADS.values():
        client.post("/part/names", json={"form": "鞍钢", "other": form[:900]})
    for path, sent in (
        ("/part/names", {}),
        ("/part/names/one", {"name": "鞍钢"}),
        ("/part/related", {"id": "steel-1"}),
    ):
        shown = client.get(path, params=sent).text
        assert not re.search(r"<(?:img|script|svg|iframe|style|video|form|link|math|table|input)\b", shown), path
        assert not re.search(r'href="(?!/\?)', shown), path
    assert "lanterns" in client.get("/part/names/one", params={"name": "鞍钢"}).text


def test_an_article_leads_on(client: TestClient) -> None:
    shown = html.unescape(client.get("/part/related", params={"id": "steel-1", "ui": "en"}).text)
    assert "Reports on the same matter" in shown and "steel-2" in shown and "李树华" not in shown
    assert "Li Shuhua" in shown
    assert "重刊" in client.get("/part/related", params={"id": "canal", "ui": "zh"}).text
    assert client.get("/part/related", params={"id": "none"}).status_code == 404


def test_the_table_and_the_documents_say_the_same(client: TestClient) -> None:
    text = client.get("/part/names.csv").content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    told = client.get("/api/names").json()
    assert told["total"] == len(table) == len(told["names"])
    assert [int(row["articles"]) for row in table] == [one["articles"] for one in told["names"]]
    lines = client.get("/api/names/lines", params={"name": "Angang"}).json()
    for one in lines["in"]:
        article = one["article"]
        assert one["lines"], article
        for line in one["lines"]:
            assert {"zh", "en"} & line.keys() and line["spans"]


def test_the_command_lists_what_the_page_lists(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ui.commands import names as command

    monkeypatch.setattr(command, "open_archive", lambda _: opened(folder))
    listed = wenbao("names", "angang")
    assert (
        listed.returncode == 0 and " ".join(listed.stdout.split()) == "4 work 鞍钢 · Angang (1958-01-03 to 1959-07-01)"
    )
    document = json.loads(wenbao("names", "--json", "--kind", "work").stdout)
    assert {one["kind"] for one in document["names"]} == {"work"} and document["total"] == len(document["names"])
    lines = wenbao("names", "Angang", "--lines", "-n", "1")
    assert (
        lines.stdout.startswith("鞍钢 · Angang: 4 articles") and "1 of 4 articles; more with --from 2" in lines.stderr
    )
    told = json.loads(wenbao("names", "Angang", "--lines", "--json").stdout)
    assert [one["article"] for one in told["in"]] == ["steel-1", "steel-2", "hostile", "steel-3"]
    table = list(csv.DictReader(io.StringIO(wenbao("names", "--csv").stdout.removeprefix("\ufeff"))))
    assert table[0]["articles"] >= table[-1]["articles"]
    assert wenbao("names", "--lines").returncode == 2 and wenbao("names", "nobody", "--lines").returncode == 2
