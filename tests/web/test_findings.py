"""The translation room as its address and its buttons have it, over a real index."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.archive import Archive
from rag.corpus import sources
from rag.datatypes import Lang
from rag.index.build import build
from rag.translation import corrections
from tests.fakes import HashEmbedder, WordReader
from tests.test_desk import FILES, file
from tests.web.hostile import PAYLOADS
from tests.web.routed import routed
from ui.web.api import api
from ui.web.findings import MOST, findings
from ui.web.parts import parts

MANY = 60


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room")
    told = " ".join("".join(c for c in one if c >= " ") for one in PAYLOADS.values())
    texts = {
        **FILES,
        "<b>hostile": file(
            "1958-04-02", f"    作坊做了灯笼四千七百一十一盏{told}。", f"It made 4,171 lanterns {told}."
        ),
        "many": file(
            "1957-01-02",
            "\n".join(f"    第{n}生产队收了稻谷{n + 300}万斤，修了水渠。" for n in range(MANY)),
            "\n\n".join(f"Production Team No. {n} harvested {n + 300},000 jin of rice." for n in range(MANY)),
        ),
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    build(sources([folder], max_bytes=1_000_000), folder / "store", HashEmbedder(), sources=[])
    return folder / "store"


@pytest.fixture(scope="module")
def served(store: Path) -> Iterator[TestClient]:
    """The routes that the browser calls, with their faults as the site tells them."""
    archive = Archive.open(store, embedder=HashEmbedder(), reader=WordReader())
    yield routed(parts(archive), findings(archive), api(archive, store / "asked.yaml"))
    archive.close()


@pytest.fixture
def client(served: TestClient, store: Path) -> Iterator[TestClient]:
    yield served
    (store / corrections.NAME).unlink(missing_ok=True)


def room(client: TestClient, **limits: object) -> str:
    answer = client.get("/part/translation", params={"ui": "en", **limits})  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return answer.text


def found(markup: str) -> list[tuple[str, str]]:
    """The findings of a page: article and key."""
    return [(html.unescape(a), k) for a, k in re.findall(r'data-article="([^"]*)" data-key="(\w+)"', markup)]


def count(markup: str, name: str, value: str) -> int:
    said = re.search(rf'data-{name}="{value}" aria-pressed="\w+">[^<]*<span class="n">(\d+)<', markup)
    return int(said[1]) if said else 0


def test_findings_are_counted_and_shown_fifty_at_a_time(client: TestClient) -> None:
    whole = room(client)
    total = count(whole, "grade", "")
    assert total > MOST and len(found(whole)) == MOST
    assert sum(count(whole, "grade", grade) for grade in ("differs", "look", "nuance")) == total
    assert f'data-at="{MOST + 1}"' in whole
    rest = room(client, at=MOST + 1)
    assert len(found(rest)) == min(total - MOST, MOST) and 'data-at="1"' in rest
    assert found(room(client, at=10_000)) == []


@pytest.mark.parametrize(
    ("limits", "articles"),
    [
        ({"of": "grain"}, {"grain"}),
        ({"kind": "missing", "of": "cut"}, {"cut"}),
        ({"kind": "unit", "grade": "differs"}, {"grain"}),
        ({"since": "1960", "until": "1960"}, {"cut"}),
        ({"since": "1959-02-03", "until": "1959年2月3日"}, {"grain"}),
        ({"of": "no such"}, set()),
        ({"state": "wrong"}, set()),
        ({"grade": "differs", "kind": "about"}, set()),
    ],
)
def test_the_list_is_sifted(client: TestClient, limits: dict[str, str], articles: set[str]) -> None:
    assert {article for article, _ in found(room(client, **limits))} == articles


@pytest.mark.parametrize(
    ("limits", "said"), [({"since": "soon"}, "soon"), ({"at": "later"}, "later"), ({"at": "-1"}, "-1")]
)
def test_a_wrong_limit_is_told(client: TestClient, limits: dict[str, str], said: str) -> None:
    answer = client.get("/part/translation", params=limits)
    assert answer.status_code == 422 and said in html.unescape(answer.text)


def test_both_words_are_marked_and_the_article_opens_there(client: TestClient) -> None:
    markup = room(client, of="grain")
    assert html.unescape(" ".join(re.findall("<mark>(.*?)</mark>", markup))) == "五十万斤 500,000 tons"
    [address] = set(re.findall(r'href="(/\?article[^"]*)"', markup))
    marks = re.search(r"marks=([^#&]*)#p(\d+)", html.unescape(address))
    assert marks
    sheet = client.get("/part/article", params={"id": "grain", "marks": marks[1].replace("%2C", ",")}).text
    assert html.unescape(" ".join(re.findall("<mark>(.*?)</mark>", sheet))) == "五十万斤 500,000 tons"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_decision_is_kept_shown_and_taken_back(client: TestClient, store: Path, lang: Lang) -> None:
    [(article, key)] = found(room(client, of="ore", grade="differs"))

    def decide(verdict: str, **more: str) -> str:
        answer = client.post(
            "/part/translation", params={"ui": lang}, json={"article": article, "key": key, "verdict": verdict, **more}
        )
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    told = decide("corrected", reading="80,000 tons", note="<i>scan</i>")
    assert "80,000 tons" in told and "<i>" not in re.sub(r'value="[^"]*"', "", told).replace("<i>scan</i>", "")
    assert "80,000 tons" in (store / corrections.NAME).read_text(encoding="utf-8")
    decide("wrong")
    assert found(room(client, of="ore", grade="differs")) == []
    assert found(room(client, of="ore", state="wrong")) == [(article, key)]
    assert 'aria-pressed="true"' not in decide("open")
    assert found(room(client, of="ore", grade="differs")) == [(article, key)]


def test_decisions_are_saved_and_taken_in(client: TestClient) -> None:
    [(article, key)] = found(room(client, of="ore", grade="differs"))
    client.post("/part/translation", json={"article": article, "key": key, "verdict": "wrong"})
    saved = client.get("/part/translation/corrections.csv")
    assert saved.content.startswith(b"\xef\xbb\xbf") and "text/csv" in saved.headers["content-type"]
    client.post("/part/translation", json={"article": article, "key": key, "verdict": "open"})
    taken = client.post("/part/translation/corrections.csv", content=saved.content)
    assert taken.status_code == 200 and "1" in taken.text
    assert found(room(client, of="ore", grade="differs")) == []
    for bad in ("数字,不是".encode("gb18030"), b"a,b\n1,2\n", saved.content.replace(b"wrong", b"never")):
        refused = client.post("/part/translation/corrections.csv", content=bad)
        assert refused.status_code == 422 and "Nothing was taken" in html.unescape(refused.text)
    assert client.get("/part/translation/corrections.csv").content == saved.content


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"article": "ore", "key": "0" * 16, "verdict": "wrong"}, 404),
        ({"article": "../../etc", "key": "0" * 16, "verdict": "wrong"}, 404),
        ({"article": "ore", "key": "x", "verdict": "perhaps"}, 422),
        ({"article": "ore"}, 422),
    ],
)
def test_a_wrong_decision_changes_nothing(client: TestClient, store: Path, sent: dict[str, str], status: int) -> None:
    assert client.post("/part/translation", json=sent).status_code == status
    assert not (store / corrections.NAME).exists()


def test_hostile_text_stays_text(client: TestClient) -> None:
    [hostile] = {article for article, _ in found(room(client, since="1958-04", until="1958-04"))}
    markup = room(client, of=hostile) + client.get("/part/article", params={"id": hostile}).text
    assert "&#60;script&#62;" in markup
    assert not re.search(
        r"<(?!/?(?:p|div|span|a|article|header|h[1-4]|mark|button|details|summary|form|label|input|q|time|ul|li|nav)\b)",
        markup,
    )


def test_a_translation_that_stops_early_is_told_at_the_head(client: TestClient) -> None:
    for ui, said in (("en", "stops early"), ("zh", "没有译完")):
        sheet = html.unescape(client.get("/part/article", params={"id": "cut", "ui": ui}).text)
        assert said in sheet.partition('class="columns"')[0]
    assert "stops early" not in client.get("/part/article", params={"id": "ore"}).text


def test_the_status_counts_articles_by_grade(client: TestClient) -> None:
    told = client.get("/api/status").json()["translation"]
    assert told["differs"] == 5 and set(told) == {"differs", "look", "nuance"}
