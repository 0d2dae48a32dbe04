"""The register of names: what is put together, what is counted, what is listed, and what readers take apart."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.archive import Archive
from rag.errors import IndexDamaged, SourceError, UsageError
from rag.index import articles, writer
from rag.index import names as kept
from rag.index import store as stores
from rag.index.register import Name, Wanted
from rag.register import partings
from rag.roll import spans_of
from tests.conftest import SEEDS, shared
from tests.conftest import read as read_articles
from tests.register.made import FILES, folder_of, indexed, opened
from ui.names import all_names, rows

STEEL = {"鞍钢", "鞍山钢铁公司", "Angang", "Anshan Iron and Steel", "Anshan Iron and Steel Company"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("names"), FILES)


@pytest.fixture
def archive(folder: Path) -> Iterator[Archive]:
    found = opened(folder)
    yield found
    found.close()
    (folder / "store" / partings.NAME).unlink(missing_ok=True)


def forms(archive: Archive, text: str) -> set[str]:
    return {form.text for form in archive.written(text).name.forms}


def everything(archive: Archive) -> list[Name]:
    return list(all_names(archive, Wanted()))


def test_the_forms_of_a_works_are_one_name_and_its_town_is_another(archive: Archive) -> None:
    assert forms(archive, "鞍钢") == STEEL
    assert archive.written("Angang").name == archive.written("鞍山钢铁公司").name
    assert archive.written("Angang").name.kind == "work"
    assert forms(archive, "鞍山") == {"鞍山", "Anshan"}
    assert archive.written("Anshan").name.kind == "place"


def test_people_whose_names_sound_alike_stay_two(archive: Archive) -> None:
    assert "王萍" not in forms(archive, "王平")
    assert archive.written("王平").name.kind == "person"


def test_every_name_stands_in_every_line_that_is_listed_for_it(archive: Archive) -> None:
    names = everything(archive)
    assert len(names) > 5
    for name in names:
        texts = {form.text for form in name.forms}
        found = archive.written(name.head, most=1000)
        assert found.total == len(found.articles) == name.articles
        days = [one.article.issued for one in found.articles]
        assert days == sorted(days)
        assert (name.first, name.last) == (days[0], days[-1])
        for one in found.articles:
            assert one.lines
            for line in one.lines:
                spans = spans_of(line)
                assert spans
                for span in spans:
                    assert one.article.bodies[span.lang][span.start : span.end] in texts
                assert all(
                    any(a <= s.start and s.end <= b for lang, (a, b), _ in line.sides if lang == s.lang) for s in spans
                )


@pytest.mark.parametrize("which", ["made", "seeds"])
def test_counts_are_those_of_a_plain_count(folder: Path, tmp_path: Path, which: str) -> None:
    """From left to right the longest of all forms, an English one between what is no letter."""
    if which == "seeds":
        folder = folder_of(tmp_path, {path.stem: path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")})
    archive = opened(folder)
    names = everything(archive)
    known = {lang: {form.text for name in names for form in name.forms if form.lang == lang} for lang in ("zh", "en")}
    places: Counter[str] = Counter()
    articles: Counter[str] = Counter()
    for identifier in archive.article_ids():
        article = archive.article(identifier)
        seen = set()
        for lang in article.langs:
            body, at = article.bodies[lang], 0
            while at < len(body):
                fits = [text for text in known[lang] if body.startswith(text, at)]
                if lang == "en":
                    fits = [t for t in fits if not re.match(r"[^\W_]|-[^\W_]", body[at + len(t) : at + len(t) + 2])]
                    fits = [] if at and re.match(r"[^\W_]", body[at - 1]) else fits
                    fits = [] if at > 1 and re.match(r"[^\W_]['’-]", body[at - 2 : at]) else fits
                best = max(fits, key=len, default="")
                if best:
                    places[best] += 1
                    seen.add(best)
                at += len(best) or 1
        articles.update(seen)
    assert {form.text: (form.articles, form.places) for name in names for form in name.forms} == {
        text: (articles[text], places[text]) for text in places
    }
    archive.close()


def test_a_union_that_a_reader_undid_stays_undone_in_a_new_index(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, FILES)
    archive = opened(folder)
    total = len(everything(archive))
    archive.take_apart("鞍山钢铁公司", "鞍钢")
    for again in range(2):
        assert not {"鞍钢", "鞍山钢铁公司"} <= forms(archive, "鞍钢")
        both = everything(archive)
        assert len(both) == total + 1
        assert {form.text for name in both for form in name.forms} >= STEEL
        assert sum(name.articles for name in both if STEEL & {f.text for f in name.forms}) >= 3
        assert archive.written("鞍山钢铁公司").total == 2 + again
        assert [one.lines[0].sides for one in archive.written("鞍山钢铁公司").articles]
        if not again:
            (folder / "more.txt").write_text(FILES["steel-3"].replace("1959-07-01", "1960-01-01"), encoding="utf-8")
            (folder / "homonym.txt").write_text(FILES["homonym"].replace("北京", "上海"), encoding="utf-8")
            indexed(folder)
            total = len(everything(archive)) - 1
    archive.take_apart("鞍钢", "鞍山钢铁公司", undone=False)
    assert {"鞍钢", "鞍山钢铁公司"} <= forms(archive, "鞍钢")
    assert (folder / "store" / partings.NAME).read_text(encoding="utf-8") == "form,is_not\n"
    archive.close()


def test_what_cannot_be_taken_apart_is_told_and_nothing_changes(archive: Archive, folder: Path) -> None:
    with pytest.raises(UsageError, match="two different forms"):
        archive.take_apart("鞍钢", " 鞍钢 ")
    assert not (folder / "store" / partings.NAME).exists()
    archive.take_apart("no such name", "鞍钢")  # kept for an index that has it
    assert forms(archive, "鞍钢") == STEEL
    (folder / "store" / partings.NAME).write_text("form,is_not\nAngang,\n", encoding="utf-8")
    with pytest.raises(SourceError, match="mend the line") as told:
        archive.names(Wanted())
    assert told.value.line == 2


def test_forms_that_are_formulas_are_kept_as_they_are(tmp_path: Path) -> None:
    pair = partings.apart("=1+1", "@鞍钢")
    partings.part(tmp_path, pair)
    assert "'=1+1" in (tmp_path / partings.NAME).read_text(encoding="utf-8")
    assert partings.read(tmp_path) == {pair}


def test_the_list_is_sifted_by_letters_and_kind(archive: Archive) -> None:
    found, total = archive.names(Wanted(letters="anshan"))
    assert total == len(found) == 2
    assert archive.names(Wanted(letters="100%_\\"))[1] == 0
    works, count = archive.names(Wanted("work"))
    assert count == len(works) == archive.name_counts()["work"]
    assert {name.kind for name in works} == {"work"}
    first, total = archive.names(Wanted(), 0, 3)
    rest, _ = archive.names(Wanted(), 3, 1000)
    assert [*first, *rest] == everything(archive)
    assert total == len(everything(archive))


def test_the_table_has_a_row_for_each_name(archive: Archive) -> None:
    head, *cells = rows(archive, Wanted())
    assert len(cells) == len(everything(archive))
    out = io.StringIO()
    csv.writer(out).writerows(cells)
    [steel] = [dict(zip(head, row, strict=True)) for row in cells if "鞍钢" in str(row)]
    assert set(str(steel["forms_zh"]).split("; ")) | set(str(steel["forms_en"]).split("; ")) == STEEL
    assert (steel["articles"], steel["first"], steel["last"]) == (3, "1958-01-03", "1959-07-01")


def test_an_article_leads_to_its_reprint_its_follow_up_and_what_shares_a_rare_name(archive: Archive) -> None:
    ids = {identifier.rpartition("/")[2]: identifier for identifier in archive.article_ids()}
    canal = archive.related(ids["canal"])
    assert [one.id for one in canal.reprints] == [ids["canal-again"]]
    steel = archive.related(ids["steel-1"])
    [following] = steel.follow_ups
    assert following.article.id == ids["steel-2"]
    assert {name.head for name in following.names} == {"鞍钢", "李树华"}
    [(name, others)] = steel.by_name
    assert (name.head, [one.id for one in others]) == ("鞍钢", [ids["steel-3"]])
    shown = [one.id for part in (canal, steel) for _, others in part.by_name for one in others]
    assert len(shown) == len(set(shown))


def test_an_index_of_an_earlier_version_says_so_and_is_made_anew(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, FILES)
    generation = stores.current(folder / "store")
    manifest = stores.read_manifest(generation)
    (generation / kept.FILE).unlink()
    with sqlite3.connect(generation / articles.FILE) as db:
        db.execute("ALTER TABLE articles DROP COLUMN mentions")
    db.close()
    del manifest["files"][kept.FILE], manifest["files"][articles.FILE], manifest["names"]
    stores.write_manifest(generation, manifest)
    archive = opened(folder)
    with pytest.raises(UsageError, match="wenbao index"):
        archive.names(Wanted())
    [first, *_] = archive.article_ids()
    assert archive.related(first).by_name == ()
    assert indexed(folder).embedded == 0
    assert archive.names(Wanted())[1] > 5
    archive.close()


def everything_kept(store: Path) -> dict[str, list[tuple[object, ...]]]:
    """The tables of the register of the live generation, and what is kept of it with each article."""
    with sqlite3.connect(stores.current(store) / kept.FILE) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall()) for name in tables}  # noqa: S608
    db.close()
    with sqlite3.connect(stores.current(store) / articles.FILE) as db:
        rows["mentions"] = db.execute("SELECT id, mentions FROM articles").fetchall()
    db.close()
    return rows


def test_names_are_the_same_in_one_run_and_in_several_that_take_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    true = writer.mentioned
    monkeypatch.setattr(writer, "mentioned", lambda article, beads: (found.append(article.id), true(article, beads))[1])
    whole, grown = tmp_path / "whole", tmp_path / "grown"
    shutil.copytree(SEEDS, whole)
    for path in sorted(shared("corpus", "bilingual", "1957.03").iterdir()):
        (whole / path.name).write_bytes(path.read_bytes())
    shutil.copytree(whole, grown)
    first, second, third, *_ = (path.name for path in sorted(whole.glob("1957*")))
    (grown / first).unlink()
    changed = (grown / second).read_text(encoding="utf-8")
    (grown / second).write_text(changed + "\n\nThe delegates of Lanhu Town came to Anshan.\n", encoding="utf-8")
    indexed(grown)
    shutil.copy(whole / first, grown)
    (grown / third).unlink()
    found.clear()
    indexed(grown)
    assert len(found) == 1, "of the others it is taken over"
    shutil.copy(whole / second, grown)
    shutil.copy(whole / third, grown)
    indexed(grown)
    assert len(found) == 3
    indexed(whole)
    made = everything_kept(grown / "store")
    assert len(made["names"]) > 50 and made == everything_kept(whole / "store")


def test_names_kept_with_an_article_that_cannot_be_read_are_damage(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, FILES)
    with sqlite3.connect(stores.current(folder / "store") / articles.FILE) as db:
        db.execute("UPDATE articles SET mentions = substr(mentions, 1, 20) WHERE row = 1")
    db.close()
    (folder / "steel-4.txt").write_text(FILES["steel-3"].replace("1959-07-01", "1959-07-02"), encoding="utf-8")
    with pytest.raises(IndexDamaged, match="wenbao index --full"):
        indexed(folder)


def test_an_archive_in_one_language_has_names(tmp_path: Path) -> None:
    english = (
        "The steamer goes from Zhenhai to Lanhu Town. Old Captain Kovalenko met the people of Lanhu Town in Zhenhai."
    )
    chinese = "昨天，上海市的代表团到达北京，在北京参观了清华大学。"
    folder = folder_of(tmp_path, {"1935-02-03_ferry": english, "1935-02-04_visit": chinese})
    archive = opened(folder)
    found = {name.head for name in everything(archive)}
    assert {"Zhenhai", "Lanhu Town", "Kovalenko", "北京"} <= found
    assert all(len(name.forms) == 1 for name in everything(archive))
    assert archive.written("北京").articles[0].lines[0].sides[0][0] == "zh"
    archive.close()


def test_an_archive_without_names_has_an_empty_register(tmp_path: Path) -> None:
    archive = opened(
        folder_of(tmp_path, {"1935-02-03_plain": "nothing here has a capital, and there is no more of it."})
    )
    assert archive.names(Wanted()) == ([], 0)
    with pytest.raises(UsageError, match="no name of the register"):
        archive.written("Anshan")
    archive.close()


def test_names_do_not_depend_on_the_order_of_their_articles() -> None:
    from rag.align import align
    from rag.register.gather import Gatherer
    from rag.register.mentions import mentioned

    articles = read_articles(SEEDS)
    found = []
    for order in (articles, articles[::-1]):
        gatherer = Gatherer()
        for article in order:
            gatherer.add(mentioned(article, align(article)))
        found.append({frozenset(entry.forms) for entry in gatherer.entries()})
    assert found[0] == found[1]
    assert json.dumps(sorted(sorted(text for _, text in one) for one in found[0]))
