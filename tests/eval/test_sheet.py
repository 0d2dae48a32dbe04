"""Question sets as spreadsheets save them."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.sets.days import as_iso
from eval.sets.load import load
from eval.sets.questions import QuestionSet
from eval.sets.writing import written
from rag.errors import UsageError

HEAD = "id,ask.zh,ask.en,kind,answer.zh,answer.en,article,grade,quote.zh,quote.en,from,to,draft"
ROWS = (
    '1,采了多少矿石？,How much?,fact,八万吨,"80,000 t",a-1,2,采矿石八万吨,"80,000 t of ore",1958-11-01,1958-11-30,',
    ",,,,,,a-2,1,八万吨,80 thousand,,,",
    "2,何人来了？,,unanswerable,,,a-3,0,,,,,false",
)
SHEET = "\n".join([HEAD, *ROWS]) + "\n"


def read(folder: Path, text: str, encoding: str = "utf-8") -> QuestionSet:
    path = folder / "gold.csv"
    path.write_bytes(text.encode(encoding))
    return load(path)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(UsageError) as told:
        read(folder, text)
    return str(told.value).splitlines()[:-1]


def cells(text: str, sign: str) -> str:
    """The sheet with another sign between its cells, quoted where a cell holds it."""
    import csv
    import io

    rows, out = csv.reader(io.StringIO(text, newline="")), io.StringIO(newline="")
    csv.writer(out, delimiter=sign, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def padded(text: str, many: int) -> str:
    return "".join(f"{line}{',' * many}\n" for line in text.splitlines())


SAVED = {
    "an empty column at the end": padded(SHEET, 1),
    "many empty columns at the end": padded(SHEET, 7),
    "empty columns under the head only": SHEET.replace(HEAD, f"{HEAD},,,"),
    "empty cells beyond the head": SHEET.replace(ROWS[0], f"{ROWS[0]},,"),
    "blanks in nameless cells": SHEET.replace(HEAD, f"{HEAD}, ,\u3000").replace(ROWS[0], f"{ROWS[0]},\u00a0, "),
    "an empty column in front": "".join(f",{line}\n" for line in SHEET.splitlines()),
    "an empty column in the midst": SHEET.replace("id,", "id,,").replace("\n1,", "\n1,,").replace("\n2,", "\n2,,")
    .replace("\n,,,,,,a-2", "\n,,,,,,,a-2"),
    "empty rows at the end": SHEET + "," * 12 + "\n" + "\n" + "," * 12 + "\n",
    "empty rows in front and between": ",,\n\n" + SHEET.replace("\n2,", "\n,,,,\n2,"),
    "a byte order mark": "\ufeff" + SHEET,
    "a byte order mark before a quote": '\ufeff"id"' + SHEET[2:],
    "semicolons": cells(SHEET, ";"),
    "semicolons and a decimal comma": cells(SHEET, ";").replace(";a-1;2;", ";a-1;2,0;"),
    "semicolons, empty columns": "\r\n".join(f"{line};;" for line in cells(SHEET, ";").splitlines()),
    "tabs": cells(SHEET, "\t"),
    "sep=,": "sep=,\r\n" + SHEET,
    "sep=;": "\ufeffsep=;\r\n" + cells(SHEET, ";"),
    "SEP=tab": '"SEP=\t"\n' + cells(SHEET, "\t"),
    "line ends of Windows": SHEET.replace("\n", "\r\n"),
    "line ends of old Macintosh": SHEET.replace("\n", "\r"),
    "no line end": SHEET.rstrip("\n"),
    "capitals": SHEET.replace(HEAD, HEAD.upper()).replace("fact", "Fact").replace("false", "FALSE"),
    "a capital": SHEET.replace("id,ask.zh", "Id,Ask.zh").replace("unanswerable", "Unanswerable "),
    "full width": SHEET.replace("id,ask.zh,ask.en", "ｉｄ,ａｓｋ．ｚｈ,ASK。EN").replace("grade", "ｇｒａｄｅ")
    .replace(",a-1,2,", ",a-1,２,"),
    "blanks about names": SHEET.replace("id,ask.zh,", " id ,\u3000ask.zh\u00a0,").replace("answer.zh", "answer . zh"),
    "a line end in a name": SHEET.replace("quote.zh", '"quote.zh\n"'),
    "numbers as floats": SHEET.replace(",a-1,2,", ",a-1,2.0,").replace(",a-2,1,", ",a-2,1.0,")
    .replace(",a-3,0,", ",a-3,0.00,"),
    "dates with slashes": SHEET.replace("1958-11-01", "1958/11/1").replace("1958-11-30", "1958/11/30"),
    "dates in Chinese": SHEET.replace("1958-11-01", "1958年11月1日").replace("1958-11-30", "1958年11月30日 星期日"),
    "dates with a time": SHEET.replace("1958-11-01", "1958-11-01 00:00:00").replace("1958-11-30", "1958/11/30 0:00"),
    "dates in German": SHEET.replace("1958-11-01", "01.11.1958").replace("1958-11-30", "30.11.58"),
    "dates in English": SHEET.replace("1958-11-01", "1-Nov-58").replace("1958-11-30", "11/30/1958"),
    "dates as numbers": SHEET.replace("1958-11-01", "21490").replace("1958-11-30", "21519.0"),
}  # fmt: skip


@pytest.mark.parametrize("how", SAVED)
def test_however_it_was_saved_it_is_the_same_set(tmp_path: Path, how: str) -> None:
    wanted = read(tmp_path, SHEET)
    assert [q.grades for q in wanted.questions] == [{"a-1": 2, "a-2": 1}, {"a-3": 0}]
    assert str(wanted.questions[0].since) == "1958-11-01" and str(wanted.questions[0].until) == "1958-11-30"
    assert read(tmp_path, SAVED[how]).digest == wanted.digest


def test_line_ends_inside_cells_are_kept_and_lines_still_counted(tmp_path: Path) -> None:
    text = SHEET.replace("采矿石八万吨", '"采矿石\n八万吨"').replace("80,000 t of ore", "80,000 t\r\nof ore")
    quotes = read(tmp_path, text).questions[0].sources[0].quotes
    assert quotes == {"zh": ("采矿石\n八万吨",), "en": ("80,000 t\r\nof ore",)}
    told = faults(tmp_path, text.replace("false", "perhaps"))
    assert [line.split(": ")[0] for line in told] == ["gold.csv:6"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (SHEET.replace(HEAD, f"{HEAD},").replace(ROWS[0], f"{ROWS[0]},see p. 4"), 'gold.csv:2: column N holds "see p.'),
        (SHEET.replace(ROWS[0], f"{ROWS[0]},,,,看第四版"), "gold.csv:2: 17 cells, but the first line names 13 columns"),
        (padded(SHEET, 20).replace("\n2,", "\n" + "," * 30 + "x\n2,"), 'gold.csv:4: column AE holds "x" but has'),
        (SHEET.replace(",quote.en", ","), 'gold.csv:2: column J holds "80,000 t of ore" but has no name'),
        (SHEET.replace(HEAD, f"{HEAD},Ｃｏｌｏｕｒ"), 'gold.csv:1: unknown column "Ｃｏｌｏｕｒ"'),
        (SHEET.replace(HEAD, f"{HEAD},,ＩＤ"), 'gold.csv:1: column "id" stands twice'),
        ("sep=|\n" + SHEET, 'gold.csv:1: "sep=|": cells are parted by commas, semicolons or tabs'),
        (SHEET.replace(",", "|"), "gold.csv:1: the first row names no column of a question set"),
        (SHEET.replace(",a-1,2,", ",a-1,1.5,"), 'gold.csv:2: field "sources.grade" is "1.5"'),
        (SHEET.replace("1958-11-01", "3/11/1958"), 'gold.csv:2: field "dates.from" is "3/11/1958", which is not'),
        ("sep=,\n" + SHEET.replace("false", "perhaps"), 'gold.csv:5: field "draft" is "perhaps"'),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_sentence(tmp_path: Path, text: str, wanted: str) -> None:
    (line,) = faults(tmp_path, text)
    assert line.startswith(wanted)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1958-11-14", "1958-11-14"),
        ("1958/11/4", "1958-11-04"),
        ("1958.11.4", "1958-11-04"),
        ("１９５８年１１月４日", "1958-11-04"),
        ("1958年11月14日星期五", "1958-11-14"),
        ("19581114", "1958-11-14"),
        ("14/11/1958", "1958-11-14"),
        ("11/14/1958", "1958-11-14"),
        ("11/14/58 0:00", "1958-11-14"),
        ("14-11-1958", "1958-11-14"),
        ("5/5/1958", "1958-05-05"),
        ("4.11.1958", "1958-11-04"),
        ("14.11.58", "1958-11-14"),
        ("14-Nov-58", "1958-11-14"),
        ("14 November 1958", "1958-11-14"),
        ("Friday, November 14, 1958", "1958-11-14"),
        ("1958-11-14 00:00:00", "1958-11-14"),
        ("1958-11-14T00:00:00", "1958-11-14"),
        ("11/14/1958 12:00:00 AM", "1958-11-14"),
        ("21503", "1958-11-14"),
        ("21503.0", "1958-11-14"),
        ("4/11/1958", "4/11/1958"),
        ("31.11.1958", "31.11.1958"),
        ("14-Nix-58", "14-Nix-58"),
        ("1958", "1958"),
        ("1958-11", "1958-11"),
        ("Nov-58", "Nov-58"),
        ("", ""),
    ],
)
def test_dates_of_spreadsheets(text: str, day: str) -> None:
    assert as_iso(text) == day


def test_parts_may_be_parted_in_full_width_and_a_written_set_opens_in_excel(tmp_path: Path) -> None:
    got = read(tmp_path, SHEET.replace("八万吨,", "八万吨｜80000吨 ｜ 8万吨,", 1))
    assert got.questions[0].answers["zh"] == ("八万吨", "80000吨", "8万吨")
    assert written(got, ".csv").startswith("\ufeffid,")
    assert read(tmp_path, written(got, ".csv")).digest == got.digest
