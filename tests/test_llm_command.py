"""`wenbao llm` finds models and says how to use them; `wenbao llm test` says what the configured one is worth."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from rag.llm import nearby
from rag.llm.nearby import Served
from tests.llm.scripted import Reply, saying, serving
from ui.commands.llm import llm

FOUND = [
    Served("Ollama", "http://127.0.0.1:11434/v1", ("qwen2.5:7b", "a b")),
    Served("vLLM", "http://127.0.0.1:8000/v1", ()),
]


def test_what_is_found_is_printed_with_the_settings_to_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "nearby", lambda: FOUND)
    done = CliRunner().invoke(llm)
    assert done.exit_code == 0 and "Ollama at http://127.0.0.1:11434/v1: 2 models" in done.stdout
    assert "export WENBAO_LLM_URL=http://127.0.0.1:11434/v1 WENBAO_LLM_MODEL=qwen2.5:7b" in done.stdout
    assert "WENBAO_LLM_MODEL='a b'" in done.stdout and "no model is loaded there" in done.stdout
    told = json.loads(CliRunner().invoke(llm, ["--json"]).stdout)
    assert told["found"][0]["models"] == ["qwen2.5:7b", "a b"]


def test_nothing_found_says_where_it_was_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearby, "nearby", list)
    done = CliRunner().invoke(llm)
    assert done.exit_code == 0 and "Ollama 11434" in done.stderr and "WENBAO_LLM_GGUF" in done.stderr


def copying(reply: Reply, request: dict[str, Any]) -> None:
    """A model that says the first sentence of every passage it was given."""
    said = re.findall(r"<passage[^>]*>\n(.*?)\n</passage>", request["messages"][1]["content"], re.S)
    reply.says("\n".join(re.split(r"(?<=[。])|(?<=\.)\s", one)[0] for one in said[:3]))


def tried(monkeypatch: pytest.MonkeyPatch, store: Path, url: str, *options: str) -> Any:
    monkeypatch.setenv("WENBAO_LLM_URL", url)
    monkeypatch.setenv("WENBAO_LLM_MODEL", "m")
    return CliRunner().invoke(llm, ["test", "--store", str(store), *options])


def test_the_model_is_asked_three_questions_in_both_languages(
    monkeypatch: pytest.MonkeyPatch, seeds_store: Path
) -> None:
    with serving(copying) as server:
        done = tried(monkeypatch, seeds_store, server.url, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and told["model"] == "m" and len(told["questions"]) == 3
    assert len({one["question"].isascii() for one in told["questions"]}) == 2
    for one in told["questions"]:
        assert one["written"] and one["borne_out"] >= 1 and one["first_word_s"] <= one["seconds"]


def test_a_model_that_is_of_no_use_ends_with_code_9(monkeypatch: pytest.MonkeyPatch, seeds_store: Path) -> None:
    with serving(saying("The moon is made of green cheese.")) as server:
        done = tried(monkeypatch, seeds_store, server.url)
    assert "> The moon is made of green cheese." in done.stdout
    assert done.exception is not None and getattr(done.exception, "exit_code", 0) == 9


def test_without_a_model_there_is_nothing_to_test(monkeypatch: pytest.MonkeyPatch, seeds_store: Path) -> None:
    monkeypatch.delenv("WENBAO_LLM_URL", raising=False)
    done = CliRunner().invoke(llm, ["test", "--store", str(seeds_store)])
    assert "run wenbao llm" in str(done.exception)
