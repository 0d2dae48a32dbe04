"""The READMEs and the pages of docs/ tell the truth: every output they show is made by the command above it.

A block is marked by a comment before it:

    <!-- file: NAME -->                 a file that later commands read
    <!-- output: COMMAND -->            what `wenbao` prints; `| head -n N` cuts it, `(exit N)` expects a failure
    <!-- slow output: COMMAND -->       the same, minutes
    <!-- python -->                     a session of the interpreter
    <!-- figures: NAME ... -->          a table whose rows show these figures of the reader, in this order

`python -m tests.test_readme --write` makes the blocks of all pages again; `--write-fast` all but the slow ones.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from rag.reader import WEIGHTS
from tests.conftest import ROOT
from ui.cli import main

PAGES = sorted([ROOT / "README.md", ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.md")])
MARKED = re.compile(
    r"<!-- (?P<kind>file|output|slow output|python|figures)(?: \(exit (?P<exit>\d+)\))?(?:: (?P<what>.+?))? -->\n"
    r"(?P<body>(?P<fence>```\w*\n)(?P<text>.*?)\n?```|\|.*?(?=\n\n))",
    re.DOTALL,
)
HOME = "/home/you/wenbao"
"""Stands for the folder of the checkout."""
UNSTABLE = (
    (r"(?<=, made )[\dT:-]+Z", "TIME"),
    (r"(?<=\()[0-9a-f]{16}(?=, \d+ dimensions)", "DIGEST"),
    (r"(?m)(?<=^size       )[\d.]+ MB", "SIZE"),
    (r"(?<=\]  )[+-]\d+\.\d\d$", "SCORE"),  # scores differ in their last digits between processors
    (r"(?<=score )-?\d\.\d{3}", "SCORE"),
    (r'(?<="confidence": )[\d.]+', "SCORE"),
    (r"(?<=p50 )\d+ ms, p95 \d+ ms", "MS"),
    (r"runs/[\w-]+-\d{8}\S*", "RUN"),
)
"""All that may differ from run to run or from machine to machine."""


def settled(text: str) -> str:
    """`text` without what cannot be stable."""
    for pattern, name in UNSTABLE:
        text = re.sub(pattern, name, text, flags=re.MULTILINE)
    return text


@contextmanager
def desk(store: Path | None) -> Iterator[Path]:
    """A folder to work in as after `make chat`: seeds/, eval/, the index in .wenbao, and nothing configured."""
    kept, before = dict(os.environ), Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("seeds", "eval"):
            (folder / part).symlink_to(ROOT / part)
        try:
            for variable in [v for v in os.environ if v.startswith("WENBAO_")]:
                del os.environ[variable]
            os.environ["COLUMNS"] = "100"
            os.chdir(folder)
            if store is None:
                run("wenbao index seeds", 0)
            else:
                shutil.copytree(store, folder / ".wenbao")
            for page in PAGES:
                for block in MARKED.finditer(page.read_text(encoding="utf-8")):
                    if block["kind"] == "file":
                        (folder / block["what"]).parent.mkdir(exist_ok=True)
                        (folder / block["what"]).write_text(block["text"] + "\n", encoding="utf-8")
            yield folder
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(kept)


@cache
def run(command: str, code: int) -> str:
    """What a terminal shows for a `wenbao` command line: stdout and stderr. The exit code must be `code`."""
    given, _, cut = command.partition(" | head -n ")
    name, *arguments = shlex.split(given)
    assert name == "wenbao", command
    shown, ended = StringIO(), 0
    with redirect_stdout(shown), redirect_stderr(shown):
        try:
            main(arguments)
        except SystemExit as end:
            ended = int(end.code or 0)
    assert ended == code, f"{command}: exit code {ended}\n{shown.getvalue()}"
    lines = shown.getvalue().rstrip("\n").split("\n")
    return "\n".join(line.rstrip() for line in (lines[: int(cut)] if cut else lines))


def session(text: str) -> str:
    """An interpreter session, run again."""
    values: dict[str, Any] = {}
    lines: list[str] = []
    for example in doctest.DocTestParser().get_examples(text + "\n"):
        first, *rest = example.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}" for line in rest)]
        shown = StringIO()
        with redirect_stdout(shown):
            exec(compile(example.source, "<readme>", "single"), values)  # noqa: S102
        lines += shown.getvalue().splitlines()
    return "\n".join(lines)


def figures(table: str, names: str) -> str:
    """The table of figures with those that were measured last; what they are called is the table's own."""
    stored = json.loads((WEIGHTS / "decision.json").read_text(encoding="utf-8"))["figures"]
    head, rule, *rows = table.splitlines()
    told = (row.split("|")[1].strip() for row in rows)
    shown = (f"{stored[name]:.3f}".removeprefix("0") for name in names.split())
    return "\n".join([head, rule, *(f"| {one} | {figure} |" for one, figure in zip(told, shown, strict=True))])


def made(block: re.Match[str]) -> str:
    """The body of a marked block as it should be now."""
    if block["kind"] == "file":
        return block["body"]
    if block["kind"] == "figures":
        return figures(block["body"], block["what"])
    if block["kind"] == "python":
        return f"{block['fence']}{session(block['text'])}\n```"
    said = run(block["what"], int(block["exit"] or 0)).replace(str(ROOT), HOME)
    return f"{block['fence']}$ {block['what']}\n{said}\n```"


def write(*, slow: bool) -> None:
    """Make every marked block of all pages again."""
    with desk(None):
        for path in PAGES:

            def again(block: re.Match[str]) -> str:
                if block["kind"].startswith("slow") and not slow:
                    return block[0]
                return block[0].replace(block["body"], made(block))

            path.write_text(MARKED.sub(again, path.read_text(encoding="utf-8")), encoding="utf-8")


def blocks(*kinds: str) -> list[Any]:
    """The marked blocks of all pages, each a test of its own."""
    return [
        pytest.param(block, id=f"{path.relative_to(ROOT)}-{number}-{block['kind']}")
        for path in PAGES
        for number, block in enumerate(MARKED.finditer(path.read_text(encoding="utf-8")))
        if block["kind"] in kinds
    ]


@pytest.fixture(scope="module")
def at_the_desk(seeds_store: Path) -> Iterator[Path]:
    with desk(seeds_store) as folder:
        yield folder


@pytest.mark.parametrize("block", blocks("output", "python"))
def test_what_is_shown_is_what_comes_out(at_the_desk: Path, block: re.Match[str]) -> None:
    assert settled(block["body"]) == settled(made(block))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("block", blocks("slow output"))
def test_the_figures_shown_are_those_measured(at_the_desk: Path, block: re.Match[str]) -> None:
    assert settled(block["body"]) == settled(made(block))


@pytest.mark.parametrize("block", blocks("figures"))
def test_the_figures_of_the_reader_are_those_stored_with_it(block: re.Match[str]) -> None:
    assert block["body"] == made(block)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_nothing_of_one_machine_is_shown(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert str(ROOT.parent) not in text and tempfile.gettempdir() not in text


if __name__ == "__main__":
    if sys.argv[1:] not in (["--write"], ["--write-fast"]):
        raise SystemExit(__doc__)
    write(slow=sys.argv[1:] == ["--write"])
