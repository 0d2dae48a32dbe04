"""Question sets as CSV, for people who work in spreadsheets."""

from __future__ import annotations

import csv
import io
import re

from eval.nodes import Faults, Node
from rag.spreadsheet import unguarded

_PARTS = re.compile(r"\s*\|\s*")

CSV_COLUMNS = (
    "id", "ask.zh", "ask.en", "kind", "answer.zh", "answer.en", "must_say.zh", "must_say.en", "okay_say.zh",
    "okay_say.en", "must_not_say.zh", "must_not_say.en", "article", "grade", "quote.zh", "quote.en", "follow_up_of",
    "from", "to", "lang", "tags", "note", "draft",
)  # fmt: skip
"""Columns of a CSV set. Several values in one cell are parted by `|`; `must_say.zh` and `must_say.en` pair up by
place. A row without an id adds another source (article, grade, quotes) to the question above it."""


def read_csv(text: str, faults: Faults) -> tuple[Node | None, list[Node]]:
    """(None, the questions) of a CSV set; see `CSV_COLUMNS`. Faults of form are noted in `faults`."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    nodes: list[Node] = []
    header: list[str] | None = None
    line = 1
    try:
        for row in reader:
            start, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if header is None:
                header = [cell.strip() for cell in row]
                for name in header:
                    if name not in CSV_COLUMNS:
                        faults.error(start, f'unknown column "{name}"; known: {", ".join(CSV_COLUMNS)}')
                    if header.count(name) > 1:
                        faults.error(start, f'column "{name}" stands twice')
                continue
            if len(row) > len(header):
                faults.error(start, f"{len(row)} cells, but the first line names {len(header)} columns")
                continue
            _csv_row(dict(zip(header, (unguarded(cell.strip()) for cell in row), strict=False)), start, nodes, faults)
    except csv.Error as err:
        faults.error(line, f"not a line of CSV ({err}). Quote cells that hold commas or quotes.")
    return None, nodes


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
