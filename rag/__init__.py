"""Wenbao's library: from the files of a bilingual newspaper archive to an answer with citations.

    from rag import Archive
    archive = Archive.open(".wenbao")
    print(archive.ask("江油县的生铁日产量达到多少？").text)

Importing it is cheap; torch, chromadb and the models are loaded when first needed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# Before any of these libraries is imported: none of them may look for anything on a network.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

if TYPE_CHECKING:
    from rag.archive import Archive

__all__ = ["Archive"]


def __getattr__(name: str) -> Any:
    if name == "Archive":
        from rag.archive import Archive

        return Archive
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
