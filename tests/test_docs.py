"""The pages hang together: links lead somewhere, names are those of the code, both languages have the same parts."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from benchmarks import cost
from rag.settings import Settings
from tests.conftest import ROOT
from tests.test_layers import LAYERS
from tests.test_readme import MARKED
from ui.cli import cli

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / "rag").glob("*/README.md")])
IN_BOTH = [(ROOT / "README.md", ROOT / "README.zh.md"), *((DOCS / one.name, one) for one in DOCS.glob("zh/*.md"))]
NAMED = re.compile(r"`((?:rag|ui|eval|training|benchmarks|docs|tests)/[\w/.-]+)(?::([\w.]+))?`")
"""A file of the repository, and a name in it: `rag/index/build.py:build`."""


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """Where a link into a page can lead: its headings, as GitHub makes anchors of them."""
    headings = re.findall(r"(?m)^#+ (.+)$", prose(page))
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


@cache
def names(file: Path) -> frozenset[str]:
    """What a Python file defines: functions, classes and what they hold ("Class.method"), constants."""
    found: set[str] = set()

    def visit(body: list[ast.stmt], above: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                found.add(above + node.name)
                visit(node.body, f"{above}{node.name}.")
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(above + one.id for one in targets if isinstance(one, ast.Name))

    visit(ast.parse(file.read_text(encoding="utf-8")).body, "")
    return frozenset(found)


def pages(*which: Path) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", which or PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@pages()
def test_links_and_pictures_lead_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            lost.append(target)
    assert lost == []


@pages(*(page for page in PAGES if "![" in page.read_text(encoding="utf-8")))
def test_pictures_are_described_and_small(page: Path) -> None:
    for described, picture in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose(page)):
        assert described and (page.parent / picture).stat().st_size < 400_000


@pages()
def test_files_and_functions_that_are_named_exist(page: Path) -> None:
    lost = [
        f"{path}:{name}"
        for path, name in NAMED.findall(prose(page))
        if not (ROOT / path).exists() or (name and name not in names(ROOT / path))
    ]
    assert lost == []


@pages()
def test_no_command_setting_or_target_is_made_up(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|\$ |^)wenbao (\w+)", text, re.MULTILINE)) <= set(cli.commands)
    assert set(re.findall(r"WENBAO_[A-Z_]+", text)) <= {f"WENBAO_{name.upper()}" for name in Settings.model_fields}
    targets = re.findall(r"(?m)^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert set(re.findall(r"`make ([a-z-]+)", text)) <= set(targets)


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or not page.is_relative_to(ROOT):
            continue
        reached.add(page)
        links = re.findall(r"\]\(([^)\s#]+\.md)", prose(page))
        waiting += [(page.parent / link).resolve() for link in links if "://" not in link]
    assert [page for page in PAGES if page not in reached] == []


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "README.zh.md"], ids=["en", "zh"])
def test_the_readme_is_one_page(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= 150


@pytest.mark.parametrize(("english", "chinese"), IN_BOTH, ids=lambda page: str(page.relative_to(ROOT)))
def test_both_languages_have_the_same_parts(english: Path, chinese: Path) -> None:
    outlines = [[len(level) for level in re.findall(r"(?m)^(##+) ", prose(page))] for page in (english, chinese)]
    assert outlines[0] == outlines[1]


def test_figures_stand_in_one_language_only() -> None:
    for _, chinese in IN_BOTH:
        kinds = {block["kind"] for block in MARKED.finditer(chinese.read_text(encoding="utf-8"))}
        assert not kinds & {"figures", "slow output"}, chinese


def test_the_layers_drawn_are_those_that_imports_are_held_to() -> None:
    drawn = re.search(
        r"<!-- layers -->\n```text\n(.*?)```", (DOCS / "design.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert drawn
    lines = [line.partition("  ")[0] for line in drawn[1].splitlines()]
    assert [set(line.split(", ")) for line in lines] == LAYERS[::-1]


def test_the_glossary_has_thirty_nouns_each_once() -> None:
    glossary = prose(DOCS / "design.md").partition("## Glossary")[2]
    nouns = re.findall(r"(?m)^\| \*\*(.+?)\*\* \|", glossary)
    assert len(nouns) == len(set(nouns)) == 30


def test_the_changelog_is_of_this_version() -> None:
    headings = re.findall(r"(?m)^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert headings[0] == "[Unreleased]"
    assert re.fullmatch(rf"\[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d", headings[1])


def test_what_an_index_costs_is_told_alike_in_both_languages() -> None:
    reckoned = {}
    for lang, page in cost.PAGES.items():
        rows = cost.MARKED.of((ROOT / page).read_text(encoding="utf-8")).splitlines()[2:]
        assert len(rows) == len(cost.ROWS[lang])
        reckoned[lang] = [row.split("|")[3:] for row in rows]
    assert reckoned["zh"] == reckoned["en"], "python -m benchmarks.cost FOLDER --write"
