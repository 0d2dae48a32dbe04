"""Question sets as CSV, for people who work in spreadsheets, and in whatever a spreadsheet makes of them.

Cells are parted by commas, by semicolons (Excel where the comma stands in decimal numbers) or by tabs; columns are
known by their names in any case and width of letter; columns and rows without anything in them are passed over.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from eval.sets.days import as_iso
from eval.sets.nodes import Faults, Node
from rag.spreadsheet import unguarded

_PARTS = re.compile(r"\s*[|｜]\s*")
_SEPARATOR = re.compile(r"\ufeff?\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}

CSV_COLUMNS = (
    "id", "ask.zh", "ask.en", "kind", "answer.zh", "answer.en", "must_say.zh", "must_say.en", "okay_say.zh",
    "okay_say.en", "must_not_say.zh", "must_not_say.en", "article", "grade", "quote.zh", "quote.en", "follow_up_of",
    "from", "to", "lang", "tags", "note", "draft",
)  # fmt: skip
"""Columns of a CSV set. Several values in one cell are parted by `|`; `must_say.zh` and `must_say.en` pair up by
place. A row without an id adds another source (article, grade, quotes) to the question above it."""
_DATES = ("from", "to")
_CHOICES = ("kind", "grade", "lang", "draft")
"""Columns of one word or number, which may stand in capitals and in full width."""


def read_csv(text: str, faults: Faults) -> tuple[Node | None, list[Node]]:
    """(None, the questions) of a CSV set; see `CSV_COLUMNS`. Faults of form are noted in `faults`."""
    told = _SEPARATOR.match(text)
    rows = _rows(text[told.end() :] if told else text, told[1] if told else None, faults, 2 if told else 1)
    if not rows:
        return None, []
    (line, names), *rest = rows
    columns = _columns(names, line, rest, faults)
    nodes: list[Node] = []
    if columns:
        for line, row in rest:
            cells = {name: _cell(name, row[place]) for place, name in columns.items() if place < len(row)}
            if any(cells.values()):
                _csv_row(cells, line, nodes, faults)
    return None, nodes


def _rows(text: str, separator: str | None, faults: Faults, first: int) -> list[tuple[int, list[str]]]:
    """(line it begins on, cells) of every row with something in it."""
    if separator not in (None, *_SEPARATORS):
        faults.error(1, f'"sep={separator}": cells are parted by commas, semicolons or tabs. Save the file so.')
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator or _separator(text))
    rows: list[tuple[int, list[str]]] = []
    line = first
    try:
        for row in reader:
            start, line = line, reader.line_num + first
            cells = [unguarded(cell.strip().strip("\ufeff\u200b").strip()) for cell in row]
            if any(cells):
                rows.append((start, cells))
    except csv.Error as err:
        faults.error(line, f"not a line of CSV ({err}). Quote cells that hold commas or quotes.")
    return rows


def _separator(text: str) -> str:
    """The sign that parts the first row into most columns of a set; a comma if none does."""

    def known(sign: str) -> int:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            if any(cell.strip() for cell in row):
                return sum(_plain(name) in CSV_COLUMNS for name in row)
        return 0

    try:
        return max(_SEPARATORS, key=known)
    except csv.Error:
        return ","


def _columns(names: Sequence[str], line: int, rows: Sequence[tuple[int, list[str]]], faults: Faults) -> dict[int, str]:
    """Place -> column, of those that have a name. A name that is unknown or stands twice is a fault, and so is a cell
    that holds something under no name."""
    columns = {place: plain for place, name in enumerate(names) if (plain := _plain(name))}
    if not set(columns.values()) & set(CSV_COLUMNS):
        faults.error(line, f"the first row names no column of a question set. Known: {', '.join(CSV_COLUMNS)}.")
        return {}
    for place, name in columns.items():
        if name not in CSV_COLUMNS:
            faults.error(line, f'unknown column "{names[place]}"; known: {", ".join(CSV_COLUMNS)}')
    for name, count in Counter(columns.values()).items():
        if count > 1:
            faults.error(line, f'column "{name}" stands twice')
    nameless: dict[int, None] = {}
    for start, row in rows:
        for place, cell in enumerate(row):
            if not cell or place in columns or place in nameless:
                continue
            nameless[place] = None
            what = f'column {_letter(place)} holds "{_short(cell)}"'
            if place >= len(names):
                faults.error(start, f"{len(row)} cells, but the first line names {len(names)} columns: {what}")
            else:
                faults.error(start, f"{what} but has no name. Name it or empty it.")
    return columns


def _plain(name: str) -> str:
    """A column's name as it is known: in small, narrow letters, without what a spreadsheet put around it."""
    narrow = unicodedata.normalize("NFKC", name).replace("。", ".").casefold()
    return re.sub(r"[\s\ufeff\u200b]+", "", narrow)


def _letter(place: int) -> str:
    """The name that spreadsheets give the column at `place`, from 0: A to Z, AA ..."""
    before, last = divmod(place, 26)
    return (_letter(before - 1) if before else "") + chr(ord("A") + last)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else f"{flat[:37]}..."


def _cell(name: str, text: str) -> str:
    if name in _CHOICES:
        plain = unicodedata.normalize("NFKC", text).strip().lower()
        return re.sub(r",(0+)$", r".\1", plain) if name == "grade" else plain
    return as_iso(text) if name in _DATES else text


def _csv_row(row: dict[str, str], line: int, nodes: list[Node], faults: Faults) -> None:
    source = _tree({"article": row.get("article", ""), "grade": row.get("grade", "")}, line)
    if quote := _by_lang(row, "quote", line, parts=True):
        source["quote"] = quote
    if not row.get("id"):
        if not nodes:
            faults.error(line, 'field "id" is missing')
            return
        extra = sorted(
            name for name, cell in row.items() if cell and name not in ("article", "grade") and "quote" not in name
        )
        if extra:
            faults.error(line, f'a row without an id only adds a source, but fills "{extra[0]}"')
        _list(nodes[-1], "sources", line).append(Node(line, source))
        return
    fields = _tree({name: row.get(name, "") for name in ("id", "kind", "follow_up_of", "lang", "note", "draft")}, line)
    if asked := _by_lang(row, "ask", line, parts=False):
        fields["ask"] = asked
    if answers := _by_lang(row, "answer", line, parts=True):
        fields["answer"] = answers
    if falsehoods := _by_lang(row, "must_not_say", line, parts=True):
        fields["must_not_say"] = falsehoods
    nuggets = [*_nuggets(row, "must_say", line), *_nuggets(row, "okay_say", line)]
    if nuggets:
        fields["must_say"] = Node(line, nuggets)
    if dates := _tree({name: row.get(name, "") for name in ("from", "to")}, line):
        fields["dates"] = Node(line, dates)
    if row.get("tags"):
        fields["tags"] = Node(line, [Node(line, part) for part in _PARTS.split(row["tags"])])
    if source:
        fields["sources"] = Node(line, [Node(line, source)])
    nodes.append(Node(line, fields))


def _tree(cells: dict[str, str], line: int) -> dict[str, Node]:
    return {name: Node(line, cell) for name, cell in cells.items() if cell}


def _list(node: Node, name: str, line: int) -> list[Node]:
    assert isinstance(node.value, dict)
    inner = node.value.setdefault(name, Node(line, [])).value
    assert isinstance(inner, list)
    return inner


def _by_lang(row: dict[str, str], name: str, line: int, *, parts: bool) -> Node | None:
    cells = _tree({lang: row.get(f"{name}.{lang}", "") for lang in ("zh", "en")}, line)
    if parts:
        for lang, node in cells.items():
            cells[lang] = Node(line, [Node(line, part) for part in _PARTS.split(str(node.value)) if part])
    return Node(line, dict(cells)) if cells else None


def _nuggets(row: dict[str, str], name: str, line: int) -> list[Node]:
    columns = {lang: [p for p in _PARTS.split(row.get(f"{name}.{lang}", "")) if p] for lang in ("zh", "en")}
    made = []
    for place in range(max(map(len, columns.values()))):
        nugget = {lang: Node(line, parts[place]) for lang, parts in columns.items() if place < len(parts)}
        if name == "okay_say":
            nugget["okay"] = Node(line, "true")
        made.append(Node(line, nugget))
    return made
