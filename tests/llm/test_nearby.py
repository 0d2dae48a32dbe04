"""Servers of models on this machine are found by what they answer, whatever else listens there."""

from __future__ import annotations

from typing import Any

from rag.llm.nearby import PORTS, nearby


def test_each_program_is_told_with_its_models_that_chat() -> None:
    listed: dict[str, Any] = {
        ":11434/": {"data": [{"id": "qwen2.5:7b", "owned_by": "library"}, {"id": "nomic-embed-text"}]},
        ":8080/": {"data": [{"id": "a.gguf", "owned_by": "llamacpp"}]},
        ":1234/": {"error": "Unexpected endpoint"},
        ":8000/": {"data": []},
    }
    found = nearby(ask=lambda address: next(told for port, told in listed.items() if port in address))
    assert [(one.program, one.models) for one in found] == [
        ("Ollama", ("qwen2.5:7b",)), ("llama.cpp", ("a.gguf",)), ("vLLM", ()),
    ]  # fmt: skip
    assert found[0].url == "http://127.0.0.1:11434/v1"


def test_a_program_at_anothers_port_is_told_by_its_own_name() -> None:
    [one] = nearby({"vLLM": 8000}, lambda _: {"data": [{"id": "m", "owned_by": "llamacpp"}, {"no": "id"}, 7]})
    assert (one.program, one.models) == ("llama.cpp", ("m",))


def test_nothing_and_nonsense_are_nothing() -> None:
    for told in (None, [], "page", {"data": "x"}, 7):
        assert nearby(ask=lambda _, told=told: told) == []  # type: ignore[misc]
    assert set(PORTS) == {"Ollama", "llama.cpp", "LM Studio", "vLLM"}
