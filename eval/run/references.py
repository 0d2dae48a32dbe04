"""The simple searches a run is held against: one channel alone, and one language alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.run.seen import Engine
from rag.datatypes import LANGS

CHANNELS: Mapping[str, Mapping[str, Any]] = {"keyword": {"channel": "keyword"}, "dense": {"channel": "dense"}}
"""Keyword search (BM25) alone and vector search alone, in both languages."""
POOLS: Mapping[str, Mapping[str, Any]] = {"zh": {"lang": "zh"}, "en": {"lang": "en"}}
"""The whole search, over the passages of one language only: the columns of the language table."""


def references(archive: Engine) -> dict[str, Mapping[str, Any]]:
    """Name -> arguments of `search` for the references that say something about this archive.

    The pools are left out where the archive has passages in one language only.
    """
    passages = archive.status().get("passages", {})
    both = isinstance(passages, Mapping) and all(passages.get(lang) for lang in LANGS)
    return {**CHANNELS, **(POOLS if both else {})}
