"""Which test lives through which fault: `python -m tests.faults.table` prints every case, `--write` the table of
docs/trust.md.

The cases stand in cases.tsv. A test that lives through one carries its number, `@pytest.mark.fault(12)`, wherever in
tests/ it stands; what is left untested has a section in WAIVED.md, `## 12 title`, with a line `Reason: ` and a line
`Risk: `.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
TESTS = HERE.parent
PAGE = TESTS.parent / "docs" / "trust.md"
TABLE = re.compile(r"(?<=<!-- faults -->\n).*?(?=\n\n|\n?\Z)", re.DOTALL)
GROUPS = {
    "I": "What is indexed",
    "II": "The life of an index",
    "III": "At the same time",
    "IV": "Hostile articles and citations",
    "V": "Questions",
    "VI": "The page",
    "VII": "The language model",
    "VIII": "Question sets and reports",
    "IX": "Settings",
    "X": "Resources and load",
}


@dataclass(frozen=True)
class Case:
    """A thing that can go wrong."""

    number: int
    group: str
    title: str


@cache
def cases() -> tuple[Case, ...]:
    """All cases, in the order of their groups and numbers."""
    with (HERE / "cases.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        read = [Case(int(row["number"]), row["group"], row["title"]) for row in rows]
    return tuple(sorted(read, key=lambda case: (list(GROUPS).index(case.group), case.number)))


def _numbers(node: ast.AST) -> Iterator[int]:
    """The arguments of every `pytest.mark.fault(...)` below `node`."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.fault":
            yield from (int(ast.literal_eval(argument)) for argument in call.args)


@cache
def marked() -> dict[int, tuple[str, ...]]:
    """The tests that carry a number, as "folder/file.py::test", by number. A mark on a module counts for the module."""
    found: dict[int, list[str]] = {}
    for file in sorted([*TESTS.rglob("test_*.py"), *HERE.glob("soak_*.py")]):
        name = str(file.relative_to(TESTS.parent))
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            where = f"{name}::{node.name}" if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else name
            for number in _numbers(node):
                if where not in found.setdefault(number, []):
                    found[number].append(where)
    return {number: tuple(where) for number, where in found.items()}


@cache
def waived() -> dict[int, str]:
    """Number -> why it is not tested. Raises ValueError for a section without its reason or its risk."""
    found = {}
    for section in re.split(r"(?m)^## ", (HERE / "WAIVED.md").read_text(encoding="utf-8"))[1:]:
        number = int(section.split()[0])
        reason, risk = (re.search(rf"(?m)^{name}: (.+)$", section) for name in ("Reason", "Risk"))
        if not reason or not risk:
            raise ValueError(f"tests/faults/WAIVED.md: case {number} has no line 'Reason: ' or no line 'Risk: '")
        found[number] = reason[1]
    return found


def table() -> str:
    """The table of docs/trust.md: a row for each group and one for all."""
    rows = [(name, [case for case in cases() if case.group == group]) for group, name in GROUPS.items()]
    rows.append(("all", list(cases())))
    lines = ["| what can go wrong | cases | tested | waived |", "| --- | ---: | ---: | --- |"]
    for name, those in rows:
        numbers = [case.number for case in those]
        left = ", ".join(str(number) for number in numbers if number in waived())
        lines.append(f"| {name} | {len(numbers)} | {sum(number in marked() for number in numbers)} | {left} |")
    return "\n".join(lines)


def listed() -> str:
    """Every case with what lives through it."""
    lines = []
    for case in cases():
        where = marked().get(case.number) or (f"waived: {waived().get(case.number, 'MISSING')}",)
        lines.append(f"{case.number} {case.title} ({GROUPS[case.group]})\n    " + "\n    ".join(where))
    return "\n".join(lines)


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        PAGE.write_text(TABLE.sub(lambda _: table(), PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(listed() + "\n")
