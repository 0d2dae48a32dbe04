"""References as programs of other people read them."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from rag.archive import Archive
from rag.datatypes import Citation
from ui import references

ZH, EN = "把生产任务直接交给群众", "Directly Assign Production Tasks to the Masses"


@pytest.fixture(scope="module")
def cited(archive: Archive) -> tuple[Citation, ...]:
    answers = [
        archive.ask("How much ore was mined in Jiangyou within eight days?"),
        archive.ask("鞍钢八号平炉最后一次炼一炉钢用了多少时间？"),
        archive.ask("And how much fuel in Jiangyou within eight days?"),
    ]
    return references.renumbered(answers)


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
    assert set(entries) == {*(one.article.id for one in cited), references.key("x{y")}
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
    bare = replace(cited[0].article, titles={}, date=None, page=None, author=None, paper=None, source="a.jsonl:3")
    for _, _, write in references.FORMS.values():
        assert "80,000 tons" in write([replace(cited[0], article=bare)])
        assert "人民日报" not in write([replace(cited[0], article=bare)])


IDS = [
    "1958-03-02_图书馆", "1958-03-02_阅览室", "图书馆", "阅览室", "1958-03-02_", "1958-03-02", "a b", "ab", "AB",
    "x{y", "x~1a2b3c4d", "mill_report_1", "é", "e\u0301", "_", "\udcb1",
]  # fmt: skip


def test_every_article_has_a_key_of_its_own_that_is_always_the_same() -> None:
    keys = {identifier: references.key(identifier) for identifier in IDS}
    assert len({made.lower() for made in keys.values()}) == len(IDS)
    assert all(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:-]*", made) for made in keys.values())
    assert keys["mill_report_1"] == "mill_report_1" and keys["1958-03-02"] == "1958-03-02"
    assert keys["1958-03-02_图书馆"] == "1958-03-02-" + keys["1958-03-02_图书馆"][-10:]


@pytest.mark.parametrize("form", ["ris", "bibtex", "csl"])
def test_the_articles_of_a_day_are_told_apart_in_every_export(cited: tuple[Citation, ...], form: str) -> None:
    one, two = (replace(cited[0], article=replace(cited[0].article, id=name)) for name in IDS[:2])
    named = [_ids(form, references.FORMS[form][2](export)) for export in ([one, two], [two], [one])]
    assert len(set(named[0])) == 2
    assert named == [named[0], named[0][1:], named[0][:1]]


def _ids(form: str, text: str) -> list[str]:
    if form == "ris":
        return [entry["id"] for entry in pytest.importorskip("rispy").loads(text)]
    if form == "bibtex":
        return [entry.key for entry in pytest.importorskip("bibtexparser").parse_string(text).entries]
    return [item["id"] for item in json.loads(text)]


# byline: names in BibTeX, each with its parts as BibTeX takes it apart; in RIS; in CSL; those in the note
AUTHORS: dict[str, tuple[list[str], list[str], list[dict[str, str]], list[str]]] = {
    "王平　李明 (Wang Ping, Li Ming)": (
        ["王平", "李明"],
        ["王平", "李明"],
        [{"family": "王", "given": "平"}, {"family": "李", "given": "明"}],
        ["Wang Ping", "Li Ming"],
    ),
    "新华社记者 (Xinhua News Agency)": (["{新华社}"], ["新华社"], [{"literal": "新华社"}], ["Xinhua News Agency"]),
    "新华社、塔斯社 (Xinhua, TASS)": (
        ["{新华社}", "{塔斯社}"],
        ["新华社", "塔斯社"],
        [{"literal": "新华社"}, {"literal": "塔斯社"}],
        ["Xinhua", "TASS"],
    ),
    "TASS": (["{TASS}"], ["TASS"], [{"literal": "TASS"}], []),
    "朱有仁 (Zhu Youren)": (["朱有仁"], ["朱有仁"], [{"family": "朱", "given": "有仁"}], ["Zhu Youren"]),
    "大卫·迪奥普 (Dàwèi·Dí'àopǔ)": (
        ["大卫·迪奥普"],
        ["大卫·迪奥普"],
        [{"literal": "大卫·迪奥普"}],
        ["Dàwèi·Dí'àopǔ"],
    ),
    "Wang Ping, Edgar Snow": (
        ["Wang, Ping", "Snow, Edgar"],
        ["Wang, Ping", "Snow, Edgar"],
        [{"family": "Wang", "given": "Ping"}, {"family": "Snow", "given": "Edgar"}],
        [],
    ),
    "Ministry of Posts and Telecommunications": (
        ["{Ministry of Posts and Telecommunications}"],
        ["Ministry of Posts and Telecommunications"],
        [{"literal": "Ministry of Posts and Telecommunications"}],
        [],
    ),
    "河南省鲁山县　人民委员会": (
        ["{河南省鲁山县人民委员会}"],
        ["河南省鲁山县人民委员会"],
        [{"literal": "河南省鲁山县人民委员会"}],
        [],
    ),
    "王平等": (["王平", "others"], ["王平", "等"], [{"family": "王", "given": "平"}, {"literal": "等"}], []),
}


@pytest.mark.parametrize(("byline", "expected"), AUTHORS.items())
def test_authors_are_read_one_by_one_by_other_programs(
    cited: tuple[Citation, ...], byline: str, expected: tuple[list[str], list[str], list[dict[str, str]], list[str]]
) -> None:
    rispy, bibtexparser = pytest.importorskip("rispy"), pytest.importorskip("bibtexparser")
    in_bibtex, in_ris, in_csl, noted = expected
    signed = [replace(cited[0], article=replace(cited[0].article, author=byline))]
    (record,) = rispy.loads(references.ris(signed))
    assert record["authors"] == in_ris
    apart = bibtexparser.middlewares.SeparateCoAuthors()
    (entry,) = bibtexparser.parse_string(references.bibtex(signed), append_middleware=[apart]).entries
    assert entry["author"] == in_bibtex
    (item,) = json.loads(references.csl(signed))
    assert item["author"] == in_csl
    citeproc = pytest.importorskip("citeproc.source.json")
    (read,) = citeproc.CiteProcJSON([item]).values()
    assert len(read.author) == len(in_csl)
    for notes in ("\n".join(record["notes"]), entry["note"], item["note"]):
        assert all(name in notes for name in noted) and ("in English:" in notes) is bool(noted)


@pytest.mark.parametrize(
    ("byline", "chicago", "chinese", "english"),
    [
        (
            "王平　李明 (Wang Ping, Li Ming)",
            "Wang Ping 王平 and Li Ming 李明. “",
            "王平, 李明. 把",
            "Wang Ping, Li Ming. Dir",
        ),
        ("新华社记者 (Xinhua News Agency)", "Xinhua News Agency 新华社. “", "新华社. 把", "Xinhua News Agency. Dir"),
        (
            "Edgar Snow; Wang Ping",
            "Snow, Edgar, and Wang Ping. “",
            "Edgar Snow, Wang Ping. 把",
            "Edgar Snow, Wang Ping. Dir",
        ),
        (
            "王平、李明、赵四、孙五",
            "王平, 李明, 赵四, and 孙五. “",
            "王平, 李明, 赵四, 等. 把",
            "王平, 李明, 赵四, et al. Dir",
        ),
        ("王平等", "王平, et al. “", "王平, 等. 把", "王平, et al. Dir"),
    ],
)
def test_authors_in_entries_for_people(
    cited: tuple[Citation, ...], byline: str, chicago: str, chinese: str, english: str
) -> None:
    signed = [replace(cited[0], article=replace(cited[0].article, author=byline))]
    assert references.chicago(signed).startswith(chicago)
    assert references.gbt(signed).startswith(f"[1] {chinese}") and f"    {english}" in references.gbt(signed)


@pytest.mark.parametrize(
    ("known", "ris", "csl", "chicago", "gbt"),
    [
        ("1958-11", "1958/11", [1958, 11], "November 1958, 2.", "1958-11(2)"),
        ("1958", "1958", [1958], "[People's Daily], 1958, 2.", "人民日报, 1958(2)"),
    ],
)
def test_a_date_known_to_the_month_or_year_is_given_as_that(
    cited: tuple[Citation, ...], known: str, ris: str, csl: list[int], chicago: str, gbt: str
) -> None:
    rispy, bibtexparser = pytest.importorskip("rispy"), pytest.importorskip("bibtexparser")
    citeproc = pytest.importorskip("citeproc.source.json")
    dated = [replace(cited[0], article=replace(cited[0].article, date=None, partial_date=known))]
    (record,) = rispy.loads(references.ris(dated))
    assert (record["date"], record["year"]) == (ris, "1958")
    (entry,) = bibtexparser.parse_string(references.bibtex(dated)).entries
    assert (entry["date"], entry["year"]) == (known, "1958")
    (item,) = json.loads(references.csl(dated))
    assert item["issued"] == {"date-parts": [csl]}
    (read,) = citeproc.CiteProcJSON([item]).values()
    assert read.issued.year == 1958
    assert chicago in references.chicago(dated) and gbt in references.gbt(dated)
