"""Programs on this machine that serve a language model, found at their usual ports; only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rag.llm.endpoint import aside

PORTS: Mapping[str, int] = {"Ollama": 11434, "llama.cpp": 8080, "LM Studio": 1234, "vLLM": 8000}
"""Where each listens unless told otherwise: the documentation of each program."""
OWNERS: Mapping[str, str] = {
    "library": "Ollama", "llamacpp": "llama.cpp", "organization_owner": "LM Studio", "vllm": "vLLM",
}  # fmt: skip
"""What each names as the owner of its models, whatever port it was given."""
_NO_CHAT = ("embed", "rerank", "bge-", "whisper")
"""Parts of the names of models that do not chat."""


@dataclass(frozen=True, slots=True)
class Served:
    """A program, its base address, and the models it serves that may chat."""

    program: str
    url: str
    models: tuple[str, ...]


def nearby(ports: Mapping[str, int] = PORTS, ask: Callable[[str], Any] | None = None) -> list[Served]:
    """Look for servers of models on this machine. Each gets one request for its list of models, of a second at most."""
    ask = ask or (lambda address: aside(address, seconds=1.0)[1])
    found = []
    for program, port in ports.items():
        url = f"http://127.0.0.1:{port}/v1"
        told = ask(f"{url}/models")
        entries = told.get("data") if isinstance(told, dict) else None
        if not isinstance(entries, list):
            continue
        listed = [one for one in entries if isinstance(one, dict) and isinstance(one.get("id"), str)]
        owner = next((OWNERS[one["owned_by"]] for one in listed if one.get("owned_by") in OWNERS), program)
        models = [one["id"] for one in listed if not any(part in one["id"].lower() for part in _NO_CHAT)]
        found.append(Served(owner, url, tuple(models)))
    return found
