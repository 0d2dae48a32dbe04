"""The READMEs tell the truth: every output they show is made by the command above it.

A block is marked by a comment before it:

    <!-- file: NAME -->                 a file that later commands read
    <!-- output: COMMAND -->            what `wenbao` prints; `| head -n N` cuts it, `(exit N)` expects a failure
    <!-- slow output: COMMAND -->       the same, minutes
    <!-- python -->                     a session of the interpreter
    <!-- settings -->                   the table of settings

`python -m tests.test_readme --write` makes the blocks of both files again; `--write-fast` all but the slow ones.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest

from rag.errors import WenbaoError
from rag.settings import Settings
from tests.conftest import ROOT
from ui.cli import cli, main

READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
MARKED = re.compile(
    r"<!-- (?P<kind>file|output|slow output|python|settings)(?: \(exit (?P<exit>\d+)\))?(?:: (?P<what>.+?))? -->\n"
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
            for readme in READMES.values():
                for block in MARKED.finditer(readme.read_text(encoding="utf-8")):
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


def settings(table: str) -> str:
    """The table of settings: names and defaults from the code; meanings too, unless the table has its own."""
    head, rule, *rows = table.splitlines()
    own = dict(re.findall(r"^\| `(\w+)` \|.*\| (.+) \|$", "\n".join(rows), re.MULTILINE))
    said = head if "meaning" not in head else ""
    lines = [head, rule]
    for name, field in Settings.model_fields.items():
        variable = f"WENBAO_{name.upper()}"
        default = "" if field.default is None else f"`{field.default}`"
        meaning = own.get(variable) if said else None
        lines.append(f"| `{variable}` | {default} | {meaning or field.description} |")
    return "\n".join(lines)


def made(block: re.Match[str]) -> str:
    """The body of a marked block as it should be now."""
    if block["kind"] == "file":
        return block["body"]
    if block["kind"] == "settings":
        return settings(block["body"])
    if block["kind"] == "python":
        return f"{block['fence']}{session(block['text'])}\n```"
    said = run(block["what"], int(block["exit"] or 0)).replace(str(ROOT), HOME)
    return f"{block['fence']}$ {block['what']}\n{said}\n```"


def write(*, slow: bool) -> None:
    """Make every marked block of both files again."""
    with desk(None):
        for path in READMES.values():

            def again(block: re.Match[str]) -> str:
                if block["kind"].startswith("slow") and not slow:
                    return block[0]
                return block[0].replace(block["body"], made(block))

            path.write_text(MARKED.sub(again, path.read_text(encoding="utf-8")), encoding="utf-8")


def blocks(*kinds: str) -> list[Any]:
    """The marked blocks of both files, each a test of its own."""
    return [
        pytest.param(block, id=f"{lang}-{number}-{block['kind']}")
        for lang, path in READMES.items()
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


@pytest.mark.parametrize("block", blocks("settings"))
def test_the_table_of_settings_is_that_of_the_code(block: re.Match[str]) -> None:
    assert block["body"] == settings(block["body"])


@pytest.fixture(params=READMES)
def readme(request: pytest.FixtureRequest) -> str:
    return READMES[request.param].read_text(encoding="utf-8")


def _errors(of: type[WenbaoError]) -> Iterator[type[WenbaoError]]:
    yield of
    for child in of.__subclasses__():
        yield from _errors(child)


def test_every_command_option_and_exit_code_is_explained(readme: str) -> None:
    commands: Mapping[str, click.Command] = cli.commands
    shown = {command for command in commands if f"`wenbao {command}" in readme}
    assert shown == set(commands)
    options = {option for command in commands.values() for p in command.params for option in p.opts if "-" in option}
    assert [option for option in sorted(options) if not re.search(rf"(?<![\w-]){option}(?![\w-])", readme)] == []
    codes = {0, 129, 130, 141, 143, *(error.exit_code for error in _errors(WenbaoError))}
    table = {int(code) for row in re.findall(r"(?m)^\| ([\d, ]+) \|", readme) for code in row.split(",")}
    assert codes == table


def test_no_command_or_setting_is_made_up(readme: str) -> None:
    assert set(re.findall(r"(?:`|\$ |^)wenbao (\w+)", readme, re.MULTILINE)) <= set(cli.commands)
    known = {f"WENBAO_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"WENBAO_[A-Z_]+", readme)) == known
    targets = re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert set(re.findall(r"`make ([a-z-]+)`", readme)) <= set(targets)


def test_both_languages_have_the_same_parts() -> None:
    outlines = []
    for path in READMES.values():
        text = path.read_text(encoding="utf-8")
        headings = [len(level) for level in re.findall(r"(?m)^(##+) ", re.sub(r"(?s)```.*?```", "", text))]
        # The questions are each language's own; the commands and their order are not.
        marked = [(b["kind"], b["exit"], re.sub(r'"[^"]*"', '"..."', b["what"] or "")) for b in MARKED.finditer(text)]
        tables = len(re.findall(r"(?m)^\| --- ", text))
        outlines.append((headings, marked, tables))
    assert outlines[0] == outlines[1]


def test_links_and_pictures_lead_somewhere(readme: str) -> None:
    prose = re.sub(r"(?s)```.*?```", "", readme)
    targets = re.findall(r"\]\(([^)\s]+)\)", prose)
    assert [t for t in targets if not t.startswith(("https://", "#")) and not (ROOT / t).exists()] == []
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose)
    assert pictures
    for described, picture in pictures:
        assert described and (ROOT / picture).stat().st_size < 400_000


def test_nothing_of_one_machine_is_shown(readme: str) -> None:
    assert str(ROOT.parent) not in readme and tempfile.gettempdir() not in readme


if __name__ == "__main__":
    if sys.argv[1:] not in (["--write"], ["--write-fast"]):
        raise SystemExit(__doc__)
    write(slow=sys.argv[1:] == ["--write"])
