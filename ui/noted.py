"""A quotation with what a reader of the archive has written beside it: not a word of the archive's."""

from __future__ import annotations

from dataclasses import dataclass

from rag.datatypes import Quote


@dataclass(frozen=True, slots=True)
class Noted(Quote):
    """A quotation that somebody kept, with a note and tags in their own words; either may be empty."""

    note: str = ""
    tags: tuple[str, ...] = ()


def note_of(quote: Quote) -> str:
    """The note beside a quotation, with its line ends; "" where there is none."""
    return quote.note.strip() if isinstance(quote, Noted) else ""


def tags_of(quote: Quote) -> tuple[str, ...]:
    """The tags of a quotation; none of one that nobody kept."""
    return quote.tags if isinstance(quote, Noted) else ()
