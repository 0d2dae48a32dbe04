"""Tables that a spreadsheet opens: readable Chinese, and no cell that it obeys. One guard for every table."""

from __future__ import annotations

import csv
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.sets.load import load
from eval.sets.writing import written
from rag.spreadsheet import guarded, table, unguarded
from rag.translation.corrections import Correction, Told
from rag.translation.findings import of_article
from tests.conftest import ROOT
from tests.web.fake import FakeArchive, article
from ui import translation
from ui.web.search import as_csv

FORMULAS = [
    "=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\tx", "＝1+1", "＋86是编号", "－2",
    "＠SUM", "﹦1", "﹢1", "﹣1", "﹫1",
    " =1", "　＝1+1", "\u200b=1", "\ufeff=1", "\u202e=1", "=", "'=1", "''＝1",
]  # fmt: skip
TEXTS = [
    "",
    "steel",
    "钢铁",
    "1+1",
    "a=b",
    "'tis",
    "’=1",
    "1958-11-14",
    "％",
    "—破折号",
    "…",
    "“＝”",
    "。＝",
    "#1",
    "*",
    "'",
    "''",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_guarded_and_found_again(cell: str) -> None:
    assert guarded(cell) == "'" + cell
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", TEXTS)
def test_a_text_is_left_alone(cell: str) -> None:
    assert guarded(cell) == unguarded(cell) == cell


@given(st.text(alphabet="'=＝+-@ \t　a钢1", max_size=6))
def test_what_is_guarded_comes_back_as_it_was(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


def test_numbers_stay_numbers_and_the_table_begins_with_the_mark() -> None:
    text = table([["n", "m"], [-2, -0.5], ["-2", "＝1"]])
    assert text == "\ufeffn,m\r\n-2,-0.5\r\n'-2,'＝1\r\n"


@pytest.mark.fault(86)
def test_the_list_of_a_search_has_the_guard() -> None:
    hostile = article("x1", ("＝1+1", "=cmd"), ["＋86是纺织厂新机器的编号。"], ["@86 is the number of the machine."])
    archive = FakeArchive([hostile])
    rows = list(csv.DictReader(io.StringIO(as_csv(archive.find("纺织厂新机器"), {}).removeprefix("\ufeff"))))
    assert rows[0]["title_zh"] == "'＝1+1" and rows[0]["title_en"] == "'=cmd"
    assert rows[0]["text"] == "'＋86是纺织厂新机器的编号。" and rows[0]["score"][0] != "'"


@pytest.mark.fault(86)
def test_the_list_of_the_translation_has_the_same_guard() -> None:
    zh, en = "＋8号炉炼一炉钢用了六个小时零二十分钟。", "@8 took six hours and two minutes for a heat."

    class One(FakeArchive):
        def article_ids(self) -> list[str]:
            return list(self.articles)

        def decisions(self) -> list[Correction]:
            return []

        def told(self, identifier: str) -> list[Told]:
            return [(finding, None) for finding in of_article(self.article(identifier), self.beads(identifier))]

    found = translation.rows(One([article("＝x", ("题", "T"), [zh], [en])]), translation.FIGURES)  # type: ignore[arg-type]
    head, *rows = csv.reader(io.StringIO(table(translation.table_of(found)).removeprefix("\ufeff")))
    assert len(rows) == 1
    cells = dict(zip(head, rows[0], strict=True))
    assert cells["original"] == "六个小时零二十分钟"
    assert cells["article"] == "'＝x"
    assert cells["original_sentence"] == f"'{zh}" and cells["translated_sentence"] == f"'{en}"


def test_a_question_set_goes_through_a_spreadsheet_and_back(tmp_path: Path) -> None:
    (tmp_path / "set.yaml").write_text(
        "set: s\nquestions:\n  - {id: q1, ask: {zh: ＝1+1是什么？, en: '=1+1?'}, kind: unanswerable, note: \"'=x\"}\n",
        encoding="utf-8",
    )
    questions = load(tmp_path / "set.yaml")
    text = written(questions, ".csv")
    assert text.startswith("\ufeffid,") and "'＝1+1是什么？,'=1+1?" in text
    (tmp_path / "set.csv").write_text(text, encoding="utf-8", newline="")
    assert load(tmp_path / "set.csv").questions == questions.questions


FIGURES = [sys.executable, "-m", "ui", "check", "--figures", "--store"]


def test_figures_go_to_a_file_that_a_spreadsheet_reads_in_any_locale(seeds_store: Path) -> None:
    for locale in ("C.UTF-8", "C"):
        environment = {**os.environ, "LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
        done = subprocess.run([*FIGURES, str(seeds_store)], cwd=ROOT, env=environment, capture_output=True, check=True)
        assert done.stdout.startswith(b"\xef\xbb\xbfarticle,date,page")
        assert "六个小时零二十分钟" in done.stdout.decode("utf-8-sig")


def test_figures_are_text_where_they_are_read(seeds_store: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen([*FIGURES, str(seeds_store)], cwd=ROOT, stdout=theirs) as process:
        os.close(theirs)
        shown = b""
        try:
            while piece := os.read(ours, 65536):
                shown += piece
        except OSError:  # the other end is closed
            pass
    os.close(ours)
    assert process.returncode == 0 and shown.startswith(b"article,date,page")
