"""One more question at the end of a question set's file, everything else in it left as its author wrote it.

The place is found with the marks of the YAML parser, for a list may be indented by any number of blanks or none, be
written in brackets, be empty or missing, and stand anywhere in the file. Whatever was put together is read back, and
must be the set that was there and the question, before anybody gets it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

AUTHOR = "saved from answers"
_INDENTS = (2, 0, 4, *range(1, 9))
"""Columns that are tried for a list whose own cannot be told, as behind an anchor."""
_NULL = ("", "~", "null", "Null", "NULL")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BREAKS = ("\r", "\n", "\x85", "\u2028", "\u2029")
"""Behind these YAML 1.1 begins a new line."""
_BOM = "\ufeff"


class NotASet(ValueError):
    """The file is no question set, or one that nothing can be added to; the message says why."""


def ids(text: str, suffix: str) -> set[str]:
    """The ids of the questions in a file's text. Raises `NotASet`."""
    _, questions = _split(_reader(suffix)(text))
    return {str(one["id"]) for one in questions if isinstance(one, dict) and "id" in one}


def appended(text: str, suffix: str, question: Mapping[str, Any], name: str) -> str:
    """`text`, the content of a `.yaml`, `.yml` or `.jsonl` set, with `question` as its last one.

    An empty text becomes a new set called `name`. Raises `NotASet`; then nothing is to be written.
    """
    reads = _reader(suffix)
    head, questions = _split(reads(text) or {"set": name, "author": AUTHOR})
    wanted = _settled((head, [*questions, yaml.load(yaml.safe_dump(dict(question)), Loader=yaml.BaseLoader)]))
    writes = _jsonl_with if suffix.lower() == ".jsonl" else _yaml_with
    for made in writes(text, dict(question), name):
        try:
            if _settled(_split(reads(made))) == wanted:
                return made
        except NotASet:
            continue
    raise NotASet("its list of questions is written in a way that nothing can be added to")


def _reader(suffix: str) -> Callable[[str], Any]:
    if suffix.lower() not in _READERS:
        raise NotASet("is no .yaml, .yml or .jsonl file, the forms in which a judged answer can be added to a set")
    return _READERS[suffix.lower()]


def _split(tree: Any) -> tuple[dict[str, Any], list[Any]]:
    """(the set's own fields, its questions). Raises `NotASet`."""
    if tree is None or tree == "":
        return {}, []
    if isinstance(tree, list) and all(isinstance(one, dict) for one in tree):
        return {}, tree
    if not isinstance(tree, dict):
        raise NotASet("is no question set")
    questions = tree.get("questions") or []
    if questions in _NULL:
        questions = []
    if not isinstance(questions, list):
        raise NotASet('is no question set: its "questions" are no list')
    return {name: value for name, value in tree.items() if name != "questions"}, questions


def _settled(value: Any) -> Any:
    """The texts of a tree without white space around them, which loading a set takes off too."""
    if isinstance(value, dict):
        return {name: _settled(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_settled(one) for one in value]
    return str(value).strip()


def _read_yaml(text: str) -> Any:
    try:
        return yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as err:
        mark = getattr(err, "problem_mark", None)
        raise NotASet("cannot be read as YAML" + (f" (line {mark.line + 1})" if mark else "")) from err


def _read_jsonl(text: str) -> Any:
    rows = []
    for number, line in enumerate(text.removeprefix(_BOM).split("\n"), 1):
        try:
            row = json.loads(line) if line.strip() else None
        except (ValueError, RecursionError) as err:
            raise NotASet(f"line {number} is not JSON") from err
        if row is not None and not isinstance(row, dict):
            raise NotASet(f"line {number} is no JSON object")
        rows += [row] if row is not None else []
    head = rows.pop(0) if rows and "set" in rows[0] else {}
    return {**head, "questions": rows} if head or rows else None


_READERS: Mapping[str, Callable[[str], Any]] = {".yaml": _read_yaml, ".yml": _read_yaml, ".jsonl": _read_jsonl}


def _jsonl_with(text: str, question: dict[str, Any], name: str) -> Iterator[str]:
    rows = [question] if text.removeprefix(_BOM).strip() else [{"set": name, "author": AUTHOR}, question]
    before = text if not text or text.endswith("\n") else f"{text}\n"
    yield before + "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)


def _yaml_with(text: str, question: dict[str, Any], name: str) -> Iterator[str]:
    """The text with the question in every way that may be right, the likeliest first."""
    root = yaml.compose(text, Loader=yaml.BaseLoader)
    flow = json.dumps(question, ensure_ascii=False)
    if not isinstance(root, yaml.CollectionNode):
        head = {"set": name, "author": AUTHOR, "questions": [question]}
        yield _inserted(text, len(text), _dumped(head, 0), text)
        return
    listed = _questions(root)
    if listed is None and root.flow_style:
        yield _in_brackets(text, root, f'"questions": [{flow}]')
    elif listed is None:
        column = root.start_mark.column
        yield _inserted(text, _end(text, root, column), _dumped({"questions": [question]}, column), text)
    elif isinstance(listed, yaml.CollectionNode) and listed.flow_style:
        yield _in_brackets(text, listed, flow)
    elif isinstance(listed, yaml.CollectionNode):
        for column in dict.fromkeys((listed.start_mark.column, *_INDENTS)):
            yield _inserted(text, _end(text, listed, column), _dumped([question], column), text)
    else:
        start, end = listed.start_mark.index, listed.end_mark.index
        bare = text[:start] + text[end:]
        if root.flow_style:
            yield f"{text[:start]} [{flow}]{text[end:]}"
        else:
            yield _inserted(bare, _line_end(bare, start), _dumped([question], root.start_mark.column + 2), text)


def _questions(root: yaml.CollectionNode) -> yaml.Node | None:
    """The list of questions, or what stands for it; None if there is none."""
    if isinstance(root, yaml.SequenceNode):
        return root
    found: yaml.Node | None = next((value for key, value in reversed(root.value) if key.value == "questions"), None)
    return found


def _dumped(value: Any, indent: int) -> str:
    lines = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=10_000).splitlines(keepends=True)
    return "".join(" " * indent + line for line in lines)


def _inserted(text: str, at: int, block: str, like: str) -> str:
    """`text` with the lines of `block` at `at`, on lines of their own that end like those of `like`."""
    newline = found[0] if (found := _LINE_END.search(like)) else "\n"
    before = text[:at]
    gap = newline if before.removeprefix(_BOM) and not before.endswith(_BREAKS) else ""
    return before + gap + block.replace("\n", newline) + text[at:]


def _in_brackets(text: str, node: yaml.CollectionNode, piece: str) -> str:
    if not node.value:
        at = node.end_mark.index - 1
        return text[:at] + piece + text[at:]
    at = _last(node).end_mark.index
    return f"{text[:at]}, {piece}{text[at:]}"


def _last(node: yaml.CollectionNode) -> yaml.Node:
    last: yaml.Node | tuple[yaml.Node, yaml.Node] = node.value[-1]
    return last[1] if isinstance(last, tuple) else last


def _end(text: str, node: yaml.Node, column: int) -> int:
    """Where the lines of a block end: behind its last value, and the comments below that are indented into it."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        node = _last(node)
    at = node.end_mark.index
    if not text[:at].endswith(_BREAKS):  # a block of text ends where the next line begins
        at = _line_end(text, at)
    comment = re.compile(rf"(?:[ \t]*(?:\r\n|\r|\n))*[ ]{{{column + 1},}}#[^\r\n]*(?:\r\n|\r|\n|$)")
    while found := comment.match(text, at):
        at = found.end()
    return at


def _line_end(text: str, at: int) -> int:
    """Where the line after the one of `at` begins."""
    found = _LINE_END.search(text, at)
    return found.end() if found else len(text)
