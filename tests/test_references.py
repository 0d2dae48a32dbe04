"""References as programs of other people read them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rag.archive import Archive
from rag.datatypes import Citation
from ui import references
from ui.dossier import renumbered

ZH, EN = "把生产任务直接交给群众", "Directly Assign Production Tasks to the Masses"


@pytest.fixture(scope="module")
def cited(archive: Archive) -> tuple[Citation, ...]:
    answers = [
        archive.ask("How much ore was mined in Jiangyou within eight days?"),
        archive.ask("鞍钢八号平炉最后一次炼一炉钢用了多少时间？"),
        archive.ask("And how much fuel in Jiangyou within eight days?"),
    ]
    return renumbered(answers)


def test_articles_of_several_answers_are_listed_once(cited: tuple[Citation, ...]) -> None:
    assert [one.number for one in cited] == list(range(1, len(cited) + 1))
    assert len({one.article.id for one in cited}) == len(cited) >= 2


def test_ris_is_read_by_rispy(cited: tuple[Citation, ...]) -> None:
    rispy = pytest.importorskip("rispy", reason="rispy is not installed")
    first, second = rispy.loads(references.ris(cited))[:2]
    assert first["type_of_reference"] == "NEWS"
    assert first["title"].startswith(ZH)
    assert first["translated_title"].startswith(EN)
    assert first["date"] == "1958/11/14"
    assert first["start_page"] == "2"
    assert "80,000 tons of ore" in first["notes"][0]
    assert second["date"] == "1958/01/29"


def test_bibtex_is_read_by_bibtexparser(cited: tuple[Citation, ...]) -> None:
    bibtexparser = pytest.importorskip("bibtexparser", reason="bibtexparser is not installed")
    hostile = replace(
        cited[0].article, id="x{y", titles={"zh": "甲}\n@book{", "en": "50% & more_$#"}, author="{A} \\input{b}"
    )
    library = bibtexparser.parse_string(references.bibtex([*cited, replace(cited[0], article=hostile)]))
    assert not library.failed_blocks
    entries = {entry.key: entry.fields_dict for entry in library.entries}
    assert set(entries) == {*(one.article.id for one in cited), "xy"}
    first = entries[cited[0].article.id]
    assert first["title"].value.startswith(ZH)
    assert first["titleaddon"].value.startswith(EN)
    assert first["date"].value == "1958-11-14"
    assert "80,000 tons of ore" in first["note"].value


def test_csl_json_is_set_by_citeproc(cited: tuple[Citation, ...]) -> None:
    citeproc = pytest.importorskip("citeproc", reason="citeproc-py is not installed")
    from citeproc.source.json import CiteProcJSON

    items = json.loads(references.csl(cited))
    source = CiteProcJSON(items)
    assert set(source) == {one.article.id.lower() for one in cited}
    first = source[cited[0].article.id.lower()]
    assert str(first.title).startswith(ZH)
    assert (first.issued.year, first.issued.month, first.issued.day) == (1958, 11, 14)
    assert str(first.type) == "article-newspaper"
    assert EN in items[0]["note"]
    assert citeproc.__name__ == "citeproc"


def test_chicago_and_gbt_name_paper_day_page_and_both_titles(cited: tuple[Citation, ...]) -> None:
    chicago, gbt = references.chicago(cited), references.gbt(cited)
    assert f"“{ZH} 四川江油开钢铁战士代表会” [{EN}" in chicago
    assert "Renmin ribao 人民日报 [People's Daily], November 14, 1958, 2." in chicago
    assert f"[1] {ZH} 四川江油开钢铁战士代表会[N]. 人民日报, 1958-11-14(2)." in gbt
    assert "Steel Warriors[N]. People's Daily, 1958-11-14(2)." in gbt
    for text in (chicago, gbt):
        assert "80,000 tons of ore" in text
        assert "采矿石八万吨" in text


def test_an_article_without_facts_still_gives_every_form(cited: tuple[Citation, ...]) -> None:
    bare = replace(cited[0].article, titles={}, date=None, page=None, author=None, source="a.jsonl:3")
    for _, _, write in references.FORMS.values():
        assert "80,000 tons" in write([replace(cited[0], article=bare)])
        assert "人民日报" not in write([replace(cited[0], article=bare)])
