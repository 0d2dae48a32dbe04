"""What a run of indexing tells of itself: how far it is, and in the end what it did."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rag.datatypes import Article, Lang, Paper
from rag.errors import SourceError

MOST_KINDS = 200
"""Kinds of notes that a report tells of."""
_PARTICULAR = re.compile(r'\d+|".*"')


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `stage` is "read", "embed", "store" or "verify"; counts are absolute."""

    stage: str
    articles: int
    passages: int
    embedded: int
    skipped: int


@dataclass(slots=True)
class Noted:
    """One kind of note: where it was made first, what it said there, and of how many articles it is true."""

    source: str
    note: str
    articles: int = 1


@dataclass(slots=True)
class Report:
    """What an index run did. `generation` is the live one afterwards; `changed` says if it is new. `synced` is False if
    the file system cannot sync folders; `papers` counts the articles of each newspaper."""

    generation: str = ""
    changed: bool = True
    articles: int = 0
    passages: dict[Lang, int] = field(default_factory=lambda: {"zh": 0, "en": 0})
    embedded: int = 0
    added: int = 0
    updated: int = 0
    removed: int = 0
    rebuilt: str | None = None
    skipped: list[SourceError] = field(default_factory=list)
    noted: dict[str, Noted] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    synced: bool = True
    papers: Counter[Paper | None] = field(default_factory=Counter)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count the seconds of a block to a stage; those of a block within it are counted there alone."""
        started, others = time.monotonic(), sum(self.seconds.values())
        yield
        within = sum(self.seconds.values()) - others
        self.seconds[stage] = self.seconds.get(stage, 0.0) + time.monotonic() - started - within

    def note(self, article: Article) -> None:
        """Remember what was noted when a new or changed article was read; what differs in figures only is one kind."""
        for note in article.notes:
            kind = _PARTICULAR.sub("#", note)
            if kind in self.noted:
                self.noted[kind].articles += 1
            elif len(self.noted) < MOST_KINDS and not note.startswith("twin: "):  # that one is no trouble
                self.noted[kind] = Noted(article.source, note)
