"""Question files -> one located tree, whatever the format: YAML, JSON Lines or CSV.

Every scalar stays the text that was written (`no`, `001` and `1958-11-14` are not turned into false, 1 and a date)
and every part knows the line it stands on, so that a fault found later can name it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from eval.sets.nodes import Faults, Node, read_text
from eval.sets.sheet import read_csv
from rag.errors import UsageError


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
    except RecursionError:
        faults.error(1, "brackets in brackets, too many to be read. This is no question set.")
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
    return Node(line, str(node.value), cut=getattr(node, "style", None) is None and rest.lstrip().startswith("#"))


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
        kept = {key: item for key, item in value.items() if item is not None and item == item}  # NaN is unlike itself
        return Node(line, {key: _from_json(item, line) for key, item in kept.items()})
    if isinstance(value, list):
        return Node(line, [_from_json(item, line) for item in value])
    if isinstance(value, bool):
        return Node(line, "true" if value else "false")
    if isinstance(value, float) and value.is_integer():  # a table with gaps writes 2.0 for 2
        value = int(value)
    return Node(line, "" if value is None else str(value))


_READERS: dict[str, Callable[[str, Faults], tuple[Node | None, list[Node]]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".jsonl": _read_jsonl,
    ".csv": read_csv,
}
