"""The translation desk over an index: one comparison for answers, cards, search and lists; decisions are honoured."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from rag.archive import Archive
from rag.corpus import sources
from rag.desk import Place
from rag.errors import SourceError, UsageError
from rag.index import findings as kept
from rag.index.build import build
from rag.index.findings import Wanted
from rag.translation import corrections
from rag.translation.findings import GRADES
from tests.fakes import HashEmbedder, WordReader
from ui.dossier import answer_of, turn_json
from ui.export import answer_json, markdown, search_json
from ui.references import FORMS
from ui.takeaway import html_of
from ui.turns import Turn
from ui.web.completions import references

ORE = ("江油县八天内开采了矿石八万吨。", "Jiangyou County mined 8,000 tons of ore within eight days.")
DAM = ("青山水库的民工共有三千二百人。", "A total of 3,200 peasants worked at the Greenhill Dam.")
GRAIN = ("红星公社今年收了粮食五十万斤。", "The Red Star Commune harvested 500,000 tons of grain this year.")
LOST = "去年全市的工业总产值比一九四九年增长近七倍，超过了原来的计划。"
CALL = "市委发出了新的号召，要求工厂全部超额完成计划。"


def file(day: str, zh: str, en: str, title: tuple[str, str] = ("题目", "A Title"), page: int = 2) -> str:
    """An article in the archive's own format."""
    return (
        f"Title: {title[1]}\nDate: {day}\nPage: {page}\n\n{en}\n\n\n\n<hr /> \n\nOriginal: \n\n\n### {title[0]}\n"
        f"{day}\n第{page}版()\n专栏：\n\n{zh}\n"
    )


FILES = {
    "ore": file("1958-11-14", f"    {ORE[0]}\n    {DAM[0]}", f"{ORE[1]}\n\n{DAM[1]}"),
    "grain": file("1959-02-03", f"    {GRAIN[0]}", GRAIN[1]),
    "cut": file("1960-05-01", f"    {DAM[0]}\n    {LOST}\n    {CALL}", DAM[1].rstrip(".")),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the articles and an index of them."""
    folder = tmp_path_factory.mktemp("desk")
    for name, text in FILES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    index(folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "copy")


def index(folder: Path) -> bool:
    """Bring the index up to date; whether that changed anything."""
    return build(sources([folder], max_bytes=100_000), folder / "store", HashEmbedder(), sources=["desk"]).changed


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    opened = Archive.open(folder / "store", embedder=HashEmbedder(), reader=WordReader())
    yield opened
    opened.close()


def place(archive: Archive, of: str) -> Place:
    """The finding of grade "differs" in an article, whatever was decided about it."""
    kinds = frozenset(kind for kind, grade in GRADES.items() if grade == "differs")
    states = [archive.findings(Wanted(kinds, article=of, state=state)).places for state in ("standing", "wrong")]
    return next(one for places in states for one in places)


ASKED = {"zh": "江油县八天内开采了多少矿石？", "en": "How much ore was mined in Jiangyou County within eight days?"}


def everywhere(archive: Archive, question: str) -> dict[str, str]:
    """What is said in answer to a question, by face."""
    answer = archive.ask(question)
    assert answer.answered, answer.text
    kept_turn = Turn.model_validate(turn_json(answer))
    return {
        "json": str(answer_json(answer)["citations"]),
        "markdown": markdown(answer),
        "page": html_of("t", [answer], answer.lang),
        "reopened": str(answer_json(answer_of(kept_turn, archive))["citations"]),
        "chat programs": references(answer),
        "search": str(search_json(archive.find(question))["hits"]),
        **{name: write(answer.citations) for name, (_, _, write) in FORMS.items()},
    }


@pytest.mark.parametrize("question", ASKED.values())
def test_a_difference_is_told_wherever_the_sentence_is_quoted(archive: Archive, question: str) -> None:
    for face, said in everywhere(archive, question).items():
        assert "has “八万吨”" in said or "原文为“八万吨”" in said, face


@pytest.mark.parametrize("question", ASKED.values())
def test_a_finding_judged_wrong_is_silent_everywhere_until_that_is_taken_back(archive: Archive, question: str) -> None:
    before = archive.ask(question)
    found = place(archive, "ore")
    archive.decide("ore", found.key, "wrong")
    for face, said in everywhere(archive, question).items():
        assert "has “八万吨”" not in said and "原文为“八万吨”" not in said, face
    reopened = answer_of(Turn.model_validate(turn_json(before)), archive)
    assert before.warnings and not reopened.warnings, "a kept conversation tells what is known today"
    assert archive.findings(Wanted(article="ore")).total == 0
    assert (archive.status()["translation"] or {})["differs"] == 2
    assert archive.told("ore") == []
    archive.decide("ore", found.key, None)
    assert archive.ask(question).warnings == before.warnings
    assert archive.decisions() == []


@pytest.mark.parametrize("question", ASKED.values())
def test_a_corrected_reading_is_shown_with_the_quotation(archive: Archive, question: str) -> None:
    archive.decide("ore", place(archive, "ore").key, "corrected", " 80,000\ntons ", "checked against the scan")
    for face, said in everywhere(archive, question).items():
        assert "80,000 tons" in said and "checked against the scan" in said, face


def test_a_corrected_reading_of_any_grade_is_shown(archive: Archive, folder: Path) -> None:
    zh, en = "一千多名工人修了青山水库。", "1,000 workers built the Greenhill Dam."
    (folder / "about.txt").write_text(file("1958-01-02", f"    {zh}", en), encoding="utf-8")
    index(folder)
    [only] = archive.findings(Wanted(article="about")).places
    assert only.finding.grade != "differs"
    asked = "How many workers built the Greenhill Dam?"
    assert not any("1,000" in warning for warning in archive.ask(asked).warnings)
    archive.decide("about", only.key, "corrected", "more than 1,000")
    assert any("more than 1,000" in warning for warning in archive.ask(asked).warnings)


def test_a_statement_that_is_missing_is_told_where_it_stood(archive: Archive) -> None:
    answer = archive.ask("去年全市的工业总产值比一九四九年增长了多少？")
    assert any("译文缺这一句" in warning for warning in answer.warnings)
    assert not any("译文缺" in w for w in archive.ask("参加青山水库修建的民工共有多少人？").warnings)


def test_an_article_whose_translation_stops_early_is_told(archive: Archive) -> None:
    assert [f.ends for f, _ in archive.told("cut")] == [True, True]
    assert not any(f.ends for f, _ in archive.told("ore"))


@pytest.mark.parametrize(
    ("wanted", "articles"),
    [
        (Wanted(), ["ore", "grain", "cut", "cut"]),
        (Wanted(frozenset({"unit"})), ["grain"]),
        (Wanted(frozenset({"missing"})), ["cut", "cut"]),
        (Wanted(article="cut"), ["cut", "cut"]),
        (Wanted(since=date(1959, 1, 1), until=date(1959, 12, 31)), ["grain"]),
        (Wanted(until=date(1957, 12, 31)), []),
        (Wanted(state="open"), ["ore", "grain", "cut", "cut"]),
        (Wanted(state="wrong"), []),
    ],
)
def test_findings_are_listed_by_kind_and_then_by_issue(archive: Archive, wanted: Wanted, articles: list[str]) -> None:
    found = archive.findings(wanted)
    assert [one.article.id for one in found.places] == articles and found.total == len(articles)
    ranks = [list(GRADES).index(one.finding.kind) for one in found.places]
    assert ranks == sorted(ranks)


def test_a_list_is_given_page_by_page(archive: Archive) -> None:
    pages = [archive.findings(Wanted(), first, 3).places for first in (0, 3, 6)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert len({(one.article.id, one.key) for page in pages for one in page}) == 4


def test_decisions_sort_the_list(archive: Archive) -> None:
    archive.decide("ore", place(archive, "ore").key, "wrong")
    archive.decide("grain", place(archive, "grain").key, "right")
    found = {
        state: [one.article.id for one in archive.findings(Wanted(state=state)).places]  # type: ignore[arg-type]
        for state in ("standing", "open", "right", "wrong", "corrected")
    }
    assert found == {
        "standing": ["grain", "cut", "cut"],
        "open": ["cut", "cut"],
        "right": ["grain"],
        "wrong": ["ore"],
        "corrected": [],
    }


def test_what_is_kept_is_what_the_comparison_finds(archive: Archive) -> None:
    from rag.translation.findings import of_article

    for name in FILES:
        article, beads = archive.article(name), archive.beads(name)
        assert [finding for finding, _ in archive.told(name)] == of_article(article, beads)


def test_decisions_outlive_a_new_index_and_another_machine(archive: Archive, folder: Path) -> None:
    archive.decide("ore", place(archive, "ore").key, "wrong", note="=HYPERLINK(1)")
    (folder / "more.txt").write_text(file("1957-01-01", f"    {DAM[0]}", DAM[1]), encoding="utf-8")
    assert index(folder)
    assert archive.told("ore") == []
    text = (folder / "store" / corrections.NAME).read_text(encoding="utf-8")
    [row] = list(csv.DictReader(io.StringIO(text)))
    assert row["note"] == "'=HYPERLINK(1)", "no spreadsheet takes a note for a formula"
    archive.decide("ore", place(archive, "ore").key, None)
    archive.take_in(corrections.FILE.decoded(text.encode(), "copy"))
    assert archive.told("ore") == [] and archive.decisions()[0].note == "=HYPERLINK(1)"


@pytest.mark.parametrize(("verdict", "reading"), [("corrected", ""), ("corrected", " \n ")])
def test_a_correction_without_a_reading_is_refused(archive: Archive, verdict: str, reading: str) -> None:
    with pytest.raises(UsageError, match="reading"):
        archive.decide("ore", place(archive, "ore").key, verdict, reading)  # type: ignore[arg-type]
    assert archive.decisions() == []


def test_what_is_no_finding_cannot_be_judged(archive: Archive) -> None:
    for article, key in (("ore", "0" * 16), ("none", place(archive, "ore").key)):
        with pytest.raises(UsageError):
            archive.decide(article, key, "wrong")
    assert archive.decisions() == []


@pytest.mark.parametrize(
    "data",
    [b"\xff\xfe\x00rubbish", b"article,kind\n", b'article,kind,original,translation,verdict\n"a,b,c,d,perhaps\n'],
)
def test_a_damaged_file_of_decisions_is_told_and_left_as_it_is(archive: Archive, folder: Path, data: bytes) -> None:
    found = place(archive, "ore")
    path = folder / "store" / corrections.NAME
    path.write_bytes(data)
    assert archive.ask(ASKED["en"]).warnings, "an answer is given all the same, and warns"
    for act in (lambda: archive.findings(Wanted()), lambda: archive.decide("ore", found.key, "wrong")):
        with pytest.raises(SourceError):
            act()
    assert path.read_bytes() == data


def test_an_index_of_older_rules_is_brought_up_to_date(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not index(folder)
    monkeypatch.setattr(kept, "edition", lambda: "another")
    monkeypatch.setattr("rag.index.writer.of_article", lambda *_: [])
    assert index(folder)
    opened = Archive.open(folder / "store", embedder=HashEmbedder(), reader=WordReader())
    assert opened.findings(Wanted()).total == 0
    opened.close()


def test_an_index_without_findings_answers_and_says_what_to_do(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.index.reader.Generation.is_compared", False)
    assert "8,000 tons" in archive.ask(ASKED["en"]).warnings[0]
    assert archive.status()["translation"] is None
    with pytest.raises(UsageError, match="wenbao index"):
        archive.findings(Wanted())
