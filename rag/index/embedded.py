"""What of a passage is embedded."""

from __future__ import annotations

from rag.embed import Embedder
from rag.language.fold import unified
from rag.language.script import strip_hidden

TITLE_TOKENS = 48
"""Most tokens of the headline put before a passage for embedding."""


def max_tokens(embedder: Embedder) -> int:
    """Longest passage in tokens; less if the model's window has no room for it, headline and special tokens."""
    return min(200, embedder.window - TITLE_TOKENS - 4)


def embedded_text(embedder: Embedder, title: str, text: str) -> str:
    """What is embedded for a passage: as much of the headline as has its place, a line break, the passage; all
    without characters that nobody can see, and with plain ones for those that only look like them."""
    title, text = unified(strip_hidden(title)), unified(strip_hidden(text))
    while (size := embedder.count(title)) > TITLE_TOKENS:
        title = title[: min(len(title) - 1, len(title) * TITLE_TOKENS // size)]
    return f"{title}\n{text}" if title else text
