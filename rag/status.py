"""What is indexed, as `wenbao status` and the page tell it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag import desk
from rag.corpus.article import shown
from rag.datatypes import Filters
from rag.index.holdings import holdings, told
from rag.index.reader import Generation


def edition(generation: Generation) -> dict[str, Any]:
    """Which index it is: its generation, when it was made, of how many articles and passages, with which model."""
    manifest = generation.manifest
    return {
        "generation": generation.folder.name,
        "made": manifest["made"],
        "articles": manifest["counts"]["articles"],
        "passages": manifest["counts"]["passages"],
        "model": manifest["model"],
    }


def status(generation: Generation, store: Path) -> dict[str, Any]:
    """What a generation of a store holds: see `rag.archive.Archive.status`."""
    manifest, span = generation.manifest, generation.dates()
    size = sum(p.stat().st_size for p in generation.folder.rglob("*") if p.is_file())
    return {
        "store": shown(str(store)),
        **edition(generation),
        "papers": [told(one) for one in holdings(generation)],
        "dates": [day.isoformat() for day in span] if span else None,
        "undated": generation.undated(Filters()),
        "translation": desk.status(generation),
        "bytes": size,
        "sources": [shown(path) for path in manifest["sources"]],
        "skipped": len(manifest["skipped"]),
    }
