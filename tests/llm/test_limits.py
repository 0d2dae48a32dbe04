"""How much a model takes is asked of its server in that server's own way; where it does not tell, nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from rag.llm.limits import limits

TOLD: dict[str, tuple[dict[str, Any], int | None]] = {
    "llama.cpp": ({"/props": {"default_generation_settings": {"n_ctx": 2048}}}, 2048),
    "vLLM": ({"/v1/models": {"data": [{"id": "m", "max_model_len": 32768}, {"id": "n", "max_model_len": 1}]}}, 32768),
    "vLLM, under another name": ({"/v1/models": {"data": [{"id": "n", "max_model_len": 8192}]}}, 8192),
    "LM Studio": ({"/api/v0/models": {"data": [{"id": "m", "loaded_context_length": 4096}]}}, 4096),
    "another model of several": ({"/v1/models": {"data": [{"id": "n", "max_model_len": 8192}, {"id": "o"}]}}, None),
    "nonsense": ({"/props": [1], "/v1/models": {"data": 7}, "/api/v0/models": "no"}, None),
    "a mistake": ({"/props": {"default_generation_settings": {"n_ctx": 0}}}, None),
    "nothing": ({}, None),
}


@pytest.mark.parametrize("name", TOLD)
def test_the_window_is_what_the_server_says(name: str) -> None:
    documents, expected = TOLD[name]
    assert limits("m", lambda path, _: documents.get(path)).window == expected


def test_tokens_are_counted_by_the_server_where_it_counts() -> None:
    def fetch(path: str, document: Mapping[str, Any] | None) -> Any:
        return {"tokens": document["content"].split()} if path == "/tokenize" and document else None

    count = limits("m", fetch).count
    assert count is not None and count("iron and steel") == 3
    assert limits("m", lambda path, _: {"tokens": "many"}).count is None
