"""The rules of the layout: imports point one way, and every heavy package has one door."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = sorted(p for top in ("rag", "ui", "eval", "training") for p in (ROOT / top).rglob("*.py"))

# Layers of rag, lowest first: a module imports from its own layer's folder or from below.
LAYERS = [
    {"datatypes", "errors"},
    {"settings", "llm", "cpu", "hub", "disk", "decisions"},
    {"language"},
    {"corpus", "align", "embed", "translation", "reader"},
    {"split", "events", "register"},
    {"index"},
    {"query", "expand"},
    {"channels", "fusion", "variety"},
    {"retrieve", "timeline", "through", "desk", "roll", "opened"},
    {"answer"},
    {"conversation", "written", "status", "examples"},
    {"shelf"},
    {"archive"},
    {"adapt"},
]
# Not installed, so that nothing installed may need it: what makes the models.
SOURCE_ONLY = "training"
LEVEL = {name: i for i, layer in enumerate(LAYERS) for name in layer}

DOORS = {
    "chromadb": {"rag/index/chroma.py"},
    "gradio": {"ui/web"},
    "sentence_transformers": {"eval/run/judge.py", "rag/embed.py", "training/embedder"},
    "tokenizers": {"rag/adapt", "rag/embed.py", "rag/reader", "training"},
    "torch": {"rag/adapt", "rag/cpu.py", "rag/embed.py", "rag/reader", "training"},
    "transformers": {"rag/reader"},
    "safetensors": {"rag/adapt", "rag/reader"},
    "langchain_text_splitters": {"rag/split.py"},
    "httpx": {"rag/llm/endpoint.py"},
    "xllamacpp": {"rag/llm/gguf.py"},
    "bm25s": {"rag/index/keyword.py", "training/embedder/evaluate.py", "training/reader/public.py"},
}


def imports(path: Path) -> set[str]:
    """Every module a file imports, whenever it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    place = path.relative_to(ROOT).with_suffix("").parts
    for name in imports(path):
        top, *rest = name.split(".")
        if top not in {"rag", "ui", "eval", "tests", SOURCE_ONLY}:
            continue
        assert top != "tests"
        assert place[0] == SOURCE_ONLY or top != SOURCE_ONLY, f"{path} imports {name}, which is not installed"
        if place[0] == "rag":
            assert top == "rag", f"{path} imports {name}"
            if place[1] in LEVEL and rest and rest[0] in LEVEL:
                assert LEVEL[rest[0]] <= LEVEL[place[1]], f"{path} imports {name}, which is above it"
        elif place[0] in ("eval", SOURCE_ONLY):
            assert top != "ui", f"{path} imports {name}"
        elif top == "eval":
            assert place[:2] == ("ui", "commands") or place[:2] == ("ui", "web"), f"{path} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_heavy_packages_have_one_door(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    for name in imports(path):
        doors = DOORS.get(name.split(".")[0])
        assert doors is None or any(place == d or place.startswith(d + "/") for d in doors), f"{place} imports {name}"


@pytest.mark.parametrize(
    "module", ["rag", "ui.cli", "rag.datatypes", "rag.errors", "rag.model", "rag.conversation", "rag.reader.reader"]
)
def test_importing_is_cheap(module: str) -> None:
    heavy = ("torch", "transformers", "tokenizers", "chromadb", "gradio", "sentence_transformers")
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_public_names_are_complete() -> None:
    import rag

    assert rag.__all__ == sorted(rag.__all__)
    assert all(getattr(rag, name) for name in rag.__all__)


def test_no_bare_import_of_eval() -> None:
    """`import eval` would hide the builtin in that module."""
    for path in FILES:
        assert "eval" not in {name for name in imports(path) if "." not in name}, path


def test_what_is_not_installed_is_left_out_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found = project["tool"]["setuptools"]["packages"]["find"]["include"]
    assert not any(fnmatch(SOURCE_ONLY, pattern) for pattern in found)
    assert all(any(fnmatch(top, pattern) for pattern in found) for top in ("rag", "ui", "eval"))
    data = project["tool"]["setuptools"]["package-data"]["rag"]
    for folder in ("model/weights", "reader/weights"):
        assert any(fnmatch(f"{folder}/config.json", pattern) for pattern in data), f"{folder} is not installed"
