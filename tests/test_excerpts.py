"""Excerpts: what a place makes, what becomes of it in an index with other editions, and how it leaves."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from rag.datatypes import Article
from rag.errors import UsageError
from rag.spreadsheet import unguarded
from tests.web.fake import FakeArchive, article
from ui.excerpts import CHANGED, GONE, Excerpt, Excerpts, Place, excerpt_json, today, today_json
from ui.notebook import HEAD, document
from ui.web.api import api

NODE = shutil.which("node")
TRIPS = Path(__file__).parent / "scripts" / "trips.mjs"
ZH = ["鞍钢今年炼钢五百万吨。工人们很高兴。", "江油县修了两千个土炉。矿石八万吨。燃料二十万吨。"]
EN = ["Anshan smelted five million tons this year. The workers were glad."]
EN += ["Jiangyou built two thousand kilns. Ore was 80,000 tons. Fuel was 200,000 tons."]


def made(ident: str, zh: Sequence[str] = ZH, en: Sequence[str] = EN, digest: str = "d1" * 10) -> Article:
    return replace(article(ident, ("钢铁", "Steel"), list(zh), list(en), author="甲"), digest=digest)


def archive(*articles: Article) -> Any:
    return FakeArchive(articles or [made("a")])


def kept(lang: Any, words: str, over: Any = None) -> Excerpt:
    """The excerpt of these words of article "a"."""
    over = over or archive()
    at = over.article("a").bodies[lang].index(words)
    told = excerpt_json(Place(article="a", lang=lang, start=at, end=at + len(words)), over)
    assert told
    return Excerpt.model_validate(json.loads(json.dumps(told)))


def test_a_place_brings_its_counterpart_and_where_it_was_printed() -> None:
    told = kept("en", "Ore was 80,000 tons.")
    assert told.twin and told.twin.text == "矿石八万吨。"
    assert (told.article, told.page, str(told.date), told.author) == ("a", 2, "1958-11-14", "甲")
    assert told.paper and told.paper.zh == "人民日报"
    assert told.title == {"en": "Steel", "zh": "钢铁"}


@pytest.mark.parametrize("whole", [False, True])
def test_a_place_without_extent_is_the_sentence_around_it_and_a_passage_stays_as_selected(whole: bool) -> None:
    over = archive()
    at = over.article("a").bodies["zh"].index("八万")
    point = excerpt_json(Place(article="a", lang="zh", start=at, end=at), over)
    part = excerpt_json(Place(article="a", lang="zh", start=at, end=at + 2, whole=whole), over)
    assert point and point["text"] == "矿石八万吨。"
    assert part and part["text"] == ("矿石八万吨。" if whole else "八万")
    assert part["twin"]["text"] == "Ore was 80,000 tons."


def test_blanks_around_a_selection_are_left_out_and_nothing_is_no_excerpt() -> None:
    over = archive()
    body = over.article("a").bodies["en"]
    at = body.index("The workers")
    told = excerpt_json(Place(article="a", lang="en", start=at - 1, end=len(body.split("\n")[0]) + 2), over)
    assert told and told["text"] == "The workers were glad."
    with pytest.raises(UsageError, match="Nothing was kept"):
        excerpt_json(Place(article="a", lang="en", start=90_000, end=90_010), over)


def test_of_another_edition_nothing_is_made() -> None:
    assert excerpt_json(Place(article="a", lang="zh", start=0, end=3, digest="d1d1"), archive())
    assert excerpt_json(Place(article="a", lang="zh", start=0, end=3, digest="e0"), archive()) is None


BEFORE = ["新华社讯。"]
CHANGES: dict[str, tuple[Sequence[str], Sequence[str], str]] = {
    "nothing": (ZH, EN, "same"),
    "a paragraph before": ([*BEFORE, *ZH], ["By Xinhua.", *EN], "moved"),
    "the order": (ZH[::-1], EN[::-1], "moved"),
    "the translation of it": (ZH, [EN[0], EN[1].replace("80,000", "eighty thousand")], "changed"),
    "the original of it": ([ZH[0], ZH[1].replace("八万", "八十万")], EN, "changed"),
    "both": ([ZH[0], ZH[1].replace("八万", "八十万")], [EN[0], EN[1].replace("80,000", "800,000")], "changed"),
    "that it is left out": ([ZH[0]], [EN[0]], "changed"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(("lang", "words"), [("zh", "矿石八万吨。"), ("en", "Ore was 80,000 tons.")])
def test_what_has_become_of_an_excerpt(change: str, lang: str, words: str) -> None:
    zh, en, state = CHANGES[change]
    one = kept(lang, words)
    now = archive(made("a", zh, en, "other"))
    found = today(one, now)
    assert found.state == state
    for side in one.sides:
        span = found.spans[side.lang]
        stands = now.article("a").bodies[side.lang][span.start : span.end]
        assert found.words[side.lang] == stands
        assert state == "changed" or stands == side.text
    if change == "both":
        assert found.words == {"zh": "矿石八十万吨。", "en": "Ore was 800,000 tons."}
    if change == "the translation of it":
        assert found.words["en"] == "Ore was eighty thousand tons."


def test_an_article_that_is_gone_and_one_that_lost_its_translation() -> None:
    one = kept("en", "Ore was 80,000 tons.")
    assert today(one, archive(made("b"))).state == "gone"
    found = today(one, archive(made("a", ZH, [], "other")))
    assert (found.state, dict(found.words)) == ("changed", {"zh": "矿石八万吨。"})


def test_of_words_that_stand_twice_the_nearest_are_taken() -> None:
    one = kept("zh", "矿石八万吨。")
    now = archive(made("a", ["矿石八万吨。", *ZH], ["Ore.", *EN], "other"))
    span = today(one, now).spans["zh"]
    assert span.start == now.article("a").bodies["zh"].rindex("矿石八万吨。")


NOTE = 'Compare <b>Sichuan</b> Daily & "others" {x} $1_2%\nsecond line; 参见《四川日报》'


def taken(form: str, *excerpts: Excerpt, lang: Any = "en", over: Any = None) -> str:
    told = Excerpts(title="Ore <1958>", lang=lang, excerpts=list(excerpts))
    return document(form, told, over or archive())[1]


def noted(collection: str = "", **more: Any) -> Excerpt:
    return kept("en", "Ore was 80,000 tons.").model_copy(
        update={"note": NOTE, "tags": ["矿石", "=SUM(1)"], "collection": collection, **more}
    )


def test_markdown_and_html_have_both_languages_the_note_and_nothing_of_it_acts() -> None:
    markdown, page = taken("md", noted("Ore")), taken("html", noted("Ore"))
    for words in ("Ore was 80,000 tons.", "矿石八万吨。", "14 November 1958", "参见《四川日报》"):
        assert words in markdown and words in page
    assert "<b>" not in page and "&lt;b&gt;Sichuan" in page
    assert "Ore &lt;1958&gt;" in page
    assert "\\<b\\>Sichuan" in markdown


def test_collections_stand_one_after_the_other_under_their_names() -> None:
    markdown = taken("md", noted("Ore"), noted("Fuel"))
    assert [line for line in markdown.splitlines() if line.startswith("#")] == ["# Ore \\<1958\\>", "## Ore", "## Fuel"]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("form", ["md", "html", "csv", "ris", "bibtex", "csl", "chicago", "gbt"])
def test_every_form_says_that_an_article_has_changed_or_is_gone(form: str, lang: Any) -> None:
    zh, en, _ = CHANGES["both"]
    text = taken(form, noted(), lang=lang, over=archive(made("a", zh, en, "other")))
    gone = taken(form, noted(), lang=lang, over=archive(made("b")))
    if form == "csv":
        assert "changed" in text and "矿石八十万吨。" in text and ",gone," in gone
        return
    opening = CHANGED[lang].partition("{")[0].strip()
    assert opening in text and "矿石八十万吨。" in text
    assert "矿石八万吨。" in text and "矿石八万吨。" in gone  # what was kept
    assert GONE[lang].partition(";")[0] in gone


def test_references_are_one_for_each_article_with_notes_and_tags() -> None:
    other = kept("en", "Fuel was 200,000 tons.")
    rispy = pytest.importorskip("rispy", reason="rispy is not installed")
    (record,) = rispy.loads(taken("ris", noted(), other))
    assert record["keywords"] == ["矿石", "=SUM(1)"]
    assert any("Sichuan" in one for one in record["notes"]) and any("Fuel was" in one for one in record["notes"])
    (item,) = json.loads(taken("csl", noted(), other))
    assert "Sichuan" in item["note"] and item["keyword"] == "矿石, =SUM(1)" and item["author"]
    bibtexparser = pytest.importorskip("bibtexparser", reason="bibtexparser is not installed")
    library = bibtexparser.parse_string(taken("bibtex", noted(), other))
    (entry,) = library.entries
    assert not library.failed_blocks
    assert "Fuel was" in entry.fields_dict["note"].value and "矿石" in entry.fields_dict["keywords"].value


def test_the_table_is_read_back_and_no_cell_is_a_formula() -> None:
    hostile = noted(note='=HYPERLINK("http://x")', tags=["@x"], collection="+1")
    head, row = csv.reader(io.StringIO(taken("csv", hostile).lstrip("\ufeff"), newline=""))
    assert tuple(head) == HEAD
    assert not any(cell[:1] in "=+-@" for cell in row if cell)
    read = {name: unguarded(cell) for name, cell in zip(head, row, strict=True)}
    assert (read["note"], read["tags"], read["collection"]) == (hostile.note, "@x", "+1")
    assert (read["text"], read["counterpart"], read["state"]) == ("Ore was 80,000 tons.", "矿石八万吨。", "same")


def test_a_counterpart_in_the_same_language_is_refused() -> None:
    one = kept("zh", "矿石八万吨。").model_dump(mode="json")
    with pytest.raises(ValidationError, match="same language"):
        Excerpt.model_validate({**one, "twin": {**one["twin"], "lang": "zh"}})


def test_the_routes_take_what_the_page_shows_and_what_it_keeps(tmp_path: Path) -> None:
    hidden = "采\u202e矿石"
    app = FastAPI()
    app.include_router(api(archive(made("a", [hidden + ZH[1], ZH[0]], [EN[1], EN[0]])), tmp_path / "asked.yaml"))
    web = TestClient(app)
    shown = len("采\\u202e矿石")  # as the page shows it
    place = {"article": "a", "lang": "zh", "within": 0, "start": shown, "end": shown + 4, "digest": "d1"}
    assert web.post("/api/excerpts", json={"places": [place]}).json()[0]["text"] == "江油县修"
    second = {**place, "within_end": len(hidden + ZH[1]) + 2, "end": 2}  # to the second character of the next paragraph
    across, gone = web.post("/api/excerpts", json={"places": [second, {**place, "digest": "e"}]}).json()
    assert across["text"] == ZH[1] + "\n\n" + ZH[0][:2]
    assert gone is None
    told = {"excerpts": [{**across, "id": "x1", "rank": 3, "note": "", "tags": []}]}
    (found,) = web.post("/api/excerpts/today", json=told).json()
    assert (found["state"], found["spans"]["zh"]) == ("same", [across["start"], across["end"]])
    got = web.post("/api/export/excerpts/csv", json=told)
    assert got.headers["content-type"].startswith("text/csv") and "江油县" in got.text
    assert web.post("/api/excerpts", json={"places": []}).status_code == 422
    assert web.post("/api/excerpts/today", json={"excerpts": [{"article": "a"}]}).status_code == 422


def edited(one: Article, draw: random.Random) -> Article | None:
    """An edition of the article in which anything may be another, or None: it is gone."""
    if draw.random() < 0.1:
        return None
    zh, en = one.bodies["zh"].split("\n\n"), one.bodies["en"].split("\n\n")
    for _ in range(draw.randrange(4)):
        at = draw.randrange(len(zh))
        deed = draw.randrange(5)
        if deed == 0:
            zh[at], en[at] = zh[at].replace("万吨", "亿吨"), en[at].replace("tons", "tonnes")
        elif deed == 1:
            en[at] = en[at].replace(" was ", " had been ")
        elif deed == 2:
            zh.insert(at, "本报讯。"), en.insert(at, "Our own report.")
        elif deed == 3 and len(zh) > 1:
            del zh[at], en[at]
        else:
            zh.append(zh.pop(at)), en.append(en.pop(at))
    return made(one.id, zh, en, f"{draw.random():.12f}")


def ran(deed: str, asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run([str(NODE), str(TRIPS), deed], input=json.dumps(asked), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read: list[dict[str, Any]] = json.loads(done.stdout)
    return read


@pytest.mark.skipif(NODE is None, reason="Node is not on this machine")
def test_in_200_round_trips_with_articles_changed_in_between_nothing_is_lost() -> None:
    trips, indices = [], []
    for seed in range(200):
        draw = random.Random(seed)
        articles = [made(f"{name}{seed}") for name in ("a", "b/ä", "c 丙")]
        over, found = archive(*articles), []
        for _ in range(draw.randrange(1, 9)):
            one, lang = draw.choice(articles), draw.choice(("zh", "en"))
            start = draw.choice([at for at, char in enumerate(one.bodies[lang]) if not char.isspace()])  # type: ignore[index]
            place = Place(article=one.id, lang=lang, start=start, end=start + draw.choice((0, 3, 30)), whole=True)
            found.append(excerpt_json(place, over))
        notes = ["", NOTE, "‮ \u0000 \ud83d", "=1+1", "长" * 3000]
        written = [{"note": draw.choice(notes), "tags": draw.sample(["矿", "<b>", "a,b", "'"], 2)} for _ in found]
        trips.append({"found": found, "written": written})
        indices.append((draw, articles))
    files = ran("keep", trips)
    again, states = [], set()
    for file, (draw, articles) in zip(files, indices, strict=True):
        editions = [now for one in articles if (now := edited(one, draw))]
        over = archive(*(editions or [made("another")]))
        # a lone half of a character, which only a browser holds, is sent as the sign for it
        told = [{**one, "note": one["note"].encode("utf-16", "replace").decode("utf-16")} for one in file["excerpts"]]
        became = [today(Excerpt.model_validate(one), over) for one in told]
        for one, now in zip(file["excerpts"], became, strict=True):
            states.add(now.state)
            for lang, span in now.spans.items():
                assert now.article and now.words[lang] == now.article.bodies[lang][span.start : span.end]
            sides = [one, *([one["twin"]] if one["twin"] else [])]
            if now.state in ("same", "moved"):
                assert all(now.words[side["lang"]] == side["text"] for side in sides)
            elif now.state == "changed":
                assert any(now.words.get(side["lang"]) != side["text"] for side in sides)
        again.append({"file": file, "became": [today_json(now) for now in became]})
    assert states == {"same", "moved", "changed", "gone"}
    for asked, after in zip(again, ran("again", again), strict=True):
        before = asked["file"]
        assert after["collections"] == before["collections"]
        assert len(after["excerpts"]) == len(before["excerpts"])
        for one, now, became in zip(before["excerpts"], after["excerpts"], asked["became"], strict=True):
            moved = became["state"] in ("same", "moved")
            expected = {**one, "digest": became["digest"] if moved else one["digest"]}
            for side in [expected, *([expected["twin"]] if expected["twin"] else [])] if moved else []:
                side["start"], side["end"] = became["spans"][side["lang"]]
            assert now == expected
