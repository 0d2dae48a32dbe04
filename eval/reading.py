"""Question files -> one located tree, whatever the format: YAML, JSON Lines or CSV.

Every scalar stays the text that was written (`no`, `001` and `1958-11-14` are not turned into false, 1 and a date)
and every part knows the line it stands on, so that a fault found later can name it.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rag.errors import ResourceError, UsageError

MAX_BYTES = 50_000_000
_PARTS = re.compile(r"\s*\|\s*")


@dataclass(slots=True)
class Node:
    """A text, a list or a mapping, with the line (from 1) it starts on. `cut` marks a text that a comment follows."""

    line: int
    value: str | list[Node] | dict[str, Node]
    cut: bool = False


@dataclass(slots=True)
class Faults:
    """What is wrong with a file, gathered so that all of it can be told at once."""

    name: str
    _errors: list[tuple[int, str]] = field(default_factory=list)
    _warnings: list[tuple[int, str]] = field(default_factory=list)

    def error(self, line: int, text: str) -> None:
        """Note an error: the file will not be used."""
        self._errors.append((line, text))

    def warn(self, line: int, text: str) -> None:
        """Note something odd that does not stop a run."""
        self._warnings.append((line, text))

    @property
    def errors(self) -> list[str]:
        """`file:line: what is wrong`, in the order of the file."""
        return [f"{self.name}:{line}: {text}" for line, text in sorted(self._errors)]

    @property
    def warnings(self) -> list[str]:
        """`file:line: what is odd`, in the order of the file."""
        return [f"{self.name}:{line}: {text}" for line, text in sorted(self._warnings)]


def raise_if_any(errors: Sequence[str], name: str) -> None:
    """Raise `UsageError` listing all `errors` of the set `name`, if there are any."""
    if errors:
        many = f"{len(errors)} faults" if len(errors) > 1 else "1 fault"
        raise UsageError("\n".join([*errors, f"{many} in {name}; nothing was asked. Correct them."]))


def read_text(path: Path) -> str:
    """The file as text: UTF-8, with or without a byte order mark. Raises `UsageError` or `ResourceError`."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError as err:
        raise UsageError(f"{path}: there is no such question set. Give a .yaml, .jsonl or .csv file.") from err
    except OSError as err:
        raise ResourceError(f"{path}: cannot be read ({err.strerror}). Nothing was asked.") from err
    if len(raw) > MAX_BYTES:
        raise UsageError(f"{path}: {len(raw)} bytes; a question set may have {MAX_BYTES}. Split it.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        line = raw.count(b"\n", 0, err.start) + 1
        raise UsageError(f"{path.name}:{line}: not UTF-8 (byte {err.start}). Save the file as UTF-8.") from err


def read_nodes(path: Path, faults: Faults) -> tuple[Node | None, list[Node]]:
    """(the set's own description or None, its questions) of a file. Faults of form are noted in `faults`.

    Raises `UsageError` if the file is missing, of an unknown kind or not UTF-8.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise UsageError(f"{path}: a question set is a .yaml, .jsonl or .csv file, or a BEIR folder.")
    return reader(read_text(path), faults)


def _read_yaml(text: str, faults: Faults) -> tuple[Node | None, list[Node]]:
    try:
        tree = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as err:
        mark = err.problem_mark or err.context_mark
        faults.error((mark.line if mark else 0) + 1, _plainly(err))
        return None, []
    except yaml.YAMLError as err:
        line = text.count("\n", 0, getattr(err, "position", 0)) + 1
        faults.error(line, "a character that YAML does not take (a control character?). Remove it.")
        return None, []
    if tree is None:
        return None, []
    root = _from_yaml(tree, text.splitlines(), faults, set())
    if isinstance(root.value, list):
        return None, root.value
    if not isinstance(root.value, dict):
        faults.error(root.line, 'a question set starts with "questions:" and a list below it')
        return None, []
    questions = root.value.pop("questions", None)
    if questions is None:
        faults.error(root.line, 'field "questions" is missing')
        return root, []
    if questions.value == "":
        return root, []
    if not isinstance(questions.value, list):
        faults.error(questions.line, 'field "questions" must be a list: one "- id: ..." for each question')
        return root, []
    return root, questions.value


def _plainly(err: yaml.MarkedYAMLError) -> str:
    if "tab" in str(err.problem) or "'\\t'" in str(err.problem):
        return "a tab where YAML wants spaces. Indent with spaces."
    if "alias" in str(err.problem) or "anchor" in str(err.problem):
        return "a text that begins with * or & reads as a reference. Put the text in quotes."
    return (
        "this line cannot be read as YAML. If a text holds ': ' or ' #', or begins with a quote, a bracket or one of"
        " - ? : * & ! | > % @ `, put the whole text in quotes or write it as a >- block; else check the indentation."
    )


def _from_yaml(node: yaml.Node, lines: list[str], faults: Faults, seen: set[int]) -> Node:
    line = node.start_mark.line + 1
    if id(node) in seen:
        faults.error(line, "references (* and &) are not read in question sets. Write the text out.")
        return Node(line, "")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return Node(line, [_from_yaml(item, lines, faults, seen) for item in node.value])
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in mapping:
                faults.error(key.start_mark.line + 1, f'field "{name}" stands twice')
            child = _from_yaml(value, lines, faults, seen)
            mapping[name] = Node(key.start_mark.line + 1, child.value, child.cut)
        return Node(line, mapping)
    rest = lines[node.end_mark.line][node.end_mark.column :] if node.end_mark.line < len(lines) else ""
    return Node(line, str(node.value), cut=node.style is None and rest.lstrip().startswith("#"))


class _TwiceError(ValueError):
    """A JSON object names one field twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise _TwiceError(name)
    return dict(pairs)


def _read_jsonl(text: str, faults: Faults) -> tuple[Node | None, list[Node]]:
    head: Node | None = None
    nodes: list[Node] = []
    for number, line in json_lines(io.StringIO(text), faults):
        node = _from_json(line, number)
        if not nodes and head is None and isinstance(node.value, dict) and "set" in node.value:
            head = node
        else:
            nodes.append(node)
    return head, nodes


def json_lines(lines: Iterator[str] | io.TextIOBase, faults: Faults) -> Iterator[tuple[int, Any]]:
    """(line number, value) of each JSON line that is not blank; a line that is not JSON is noted and left out."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line, object_pairs_hook=_once)
        except _TwiceError as err:
            faults.error(number, f'field "{err}" stands twice')
        except (ValueError, RecursionError) as err:
            reason = f"{err.msg}, column {err.colno}" if isinstance(err, json.JSONDecodeError) else type(err).__name__
            faults.error(number, f"not a line of JSON ({reason}). One whole object a line.")


def _from_json(value: Any, line: int) -> Node:
    if isinstance(value, dict):
        return Node(line, {key: _from_json(item, line) for key, item in value.items() if item is not None})
    if isinstance(value, list):
        return Node(line, [_from_json(item, line) for item in value])
    if isinstance(value, bool):
        return Node(line, "true" if value else "false")
    return Node(line, "" if value is None else str(value))


CSV_COLUMNS = (
    "id", "ask.zh", "ask.en", "kind", "answer.zh", "answer.en", "must_say.zh", "must_say.en", "okay_say.zh",
    "okay_say.en", "article", "grade", "quote.zh", "quote.en", "follow_up_of", "from", "to", "lang", "tags", "note",
)  # fmt: skip
"""Columns of a CSV set. Several values in one cell are parted by `|`; `must_say.zh` and `must_say.en` pair up by
place. A row without an id adds another source (article, grade, quotes) to the question above it."""


def _read_csv(text: str, faults: Faults) -> tuple[Node | None, list[Node]]:
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
            _csv_row(dict(zip(header, (cell.strip() for cell in row), strict=False)), start, nodes, faults)
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
    fields = _tree({name: row.get(name, "") for name in ("id", "kind", "follow_up_of", "lang", "note")}, line)
    if asked := _by_lang(row, "ask", line, parts=False):
        fields["ask"] = asked
    if answers := _by_lang(row, "answer", line, parts=True):
        fields["answer"] = answers
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


_READERS: dict[str, Callable[[str, Faults], tuple[Node | None, list[Node]]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
}
