"""How many tokens the model behind an endpoint takes, and how many a text has, where its server tells.

No protocol has this; each server has its own way. llama.cpp tells the window under /props and counts under /tokenize;
vLLM tells it with its list of models (`max_model_len`) and counts under /tokenize; LM Studio tells it under /api/v0.
Where none of this is to be had, the window is what the settings say and the tokens are estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Fetch = Callable[[str, Mapping[str, Any] | None], Any]
"""Gets the document at a path below the server's root, or posts one there; None if there is nothing to be had."""
SMALLEST = 256
"""A window smaller than this is a mistake of the server."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Tokens of the window, None if not told; and what counts the tokens of a text, None if nothing does."""

    window: int | None = None
    count: Callable[[str], int] | None = None


def limits(model: str, fetch: Fetch) -> Limits:
    """What a server tells of a model."""
    return Limits(_window(model, fetch), _counter(model, fetch))


def _window(model: str, fetch: Fetch) -> int | None:
    told = [
        _at(fetch("/props", None), "default_generation_settings", "n_ctx"),
        *(_at(one, "max_model_len") for one in _models(fetch("/v1/models", None), model)),
        *(_at(one, "loaded_context_length") for one in _models(fetch("/api/v0/models", None), model)),
    ]
    return next((n for n in told if isinstance(n, int) and n >= SMALLEST), None)


def _counter(model: str, fetch: Fetch) -> Callable[[str], int] | None:
    def count(text: str) -> int | None:
        told = fetch("/tokenize", {"content": text, "model": model, "prompt": text})
        tokens = _at(told, "tokens")
        return len(tokens) if isinstance(tokens, list) else None

    if not count("1958"):
        return None
    return lambda text: count(text) or len(text)  # it counted before; one per character is too many rather than too few


def _models(told: Any, model: str) -> list[Any]:
    """The entries of a list of models that are of this one; the only one there is passes for it."""
    entries = _at(told, "data")
    entries = entries if isinstance(entries, list) else []
    return [one for one in entries if _at(one, "id") == model or len(entries) == 1]


def _at(document: Any, *names: str) -> Any:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document
