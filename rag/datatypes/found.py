"""What is searched for, and what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypedDict

from rag.datatypes.articles import Article, Lang, Paper, Passage
from rag.datatypes.times import DateSpan


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation, as plain text."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to; None means no limit. `since` and `until` are issue dates, `event_since` and
    `event_until` days of which a passage speaks (`rag.events`), both ends inclusive; `paper` is a newspaper's name in
    either language."""

    since: date | None = None
    until: date | None = None
    lang: Lang | None = None
    page: int | None = None
    paper: str | None = None
    event_since: date | None = None
    event_until: date | None = None

    @property
    def is_empty(self) -> bool:
        """True if nothing is limited."""
        return self == Filters()


class Limits(TypedDict, total=False):
    """Filters as keyword arguments."""

    lang: Lang | None
    since: date | None
    until: date | None
    page: int | None
    paper: str | None
    event_since: date | None
    event_until: date | None


class Reading(Limits, total=False):
    """How a question is to be read, as keyword arguments; `Archive.find` explains them and has their defaults."""

    history: Sequence[Turn]
    expand: bool
    read_dates: bool


Channel = Literal["fused", "keyword", "dense"]
"""What a search goes by: both channels, or one of them alone."""


@dataclass(frozen=True, slots=True)
class ChannelScore:
    """Where one channel put a passage: rank from 1 (0 = not among its candidates) and raw score, higher is better."""

    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class Twin:
    """The counterpart of a stretch of text in the article's other language, verbatim."""

    lang: Lang
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Added:
    """What was added to a question: `word`, in the language `lang`, for the question's `term`.

    `tokens` are what the keyword index is asked for; `source` says where it comes from: "archive" (pairs learned from
    the aligned articles), "lexicon" (the built-in word list), "name" (read aloud: a name in pinyin).
    """

    term: str
    word: str
    lang: Lang
    tokens: tuple[str, ...]
    source: Literal["archive", "lexicon", "name"]


@dataclass(frozen=True, slots=True)
class Period:
    """A time that a question names, as a filter on issue dates, both ends inclusive.

    `text` are the words it was read from; `earlier` is True if they stand in a turn before, or were counted from one
    ("last year"). It was not `applied` if the better passages were printed outside of it, or nothing inside.
    """

    text: str
    since: date | None
    until: date | None
    earlier: bool = False
    applied: bool = True


@dataclass(frozen=True, slots=True)
class Printed:
    """Where else a text was printed; dates and newspaper as of `Article`."""

    article: str
    date: date | None
    page: int | None
    partial_date: str | None = None
    paper: Paper | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question. Its counterpart in the other language is `twin` and counts with it.

    `terms` are the words of the question that it holds, rarest first, `added` what was added to them and it holds too;
    `also` are other articles that print the same; `warnings` tell of a counterpart that disagrees; `times` are those
    the passage speaks of, in offsets of the body. Why it was found follows from these: `rag.answer.reasons`.
    """

    passage: Passage
    article: Article
    score: float
    channels: Mapping[str, ChannelScore]
    twin: Twin | None = None
    terms: tuple[str, ...] = ()
    added: tuple[Added, ...] = ()
    also: tuple[Printed, ...] = ()
    warnings: tuple[str, ...] = ()
    times: tuple[DateSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, and how the question was read.

    `standalone` is the wording that was searched when a follow-up was completed; `filters` are those in force,
    those read from the question (`period`, `named_page`, `named_paper`) among them; `added` is what was searched for
    besides its words. `undated` counts the articles that the filters leave out only because they have no date.
    """

    question: str
    lang: Lang
    hits: tuple[Hit, ...]
    filters: Filters = Filters()
    standalone: str | None = None
    period: Period | None = None
    named_page: int | None = None
    added: tuple[Added, ...] = ()
    took_ms: float = 0.0
    undated: int = 0
    named_paper: str | None = None
