"""What an index holds, to look at without asking: articles, issues, months, findings, decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Unpack

from rag import desk, roll
from rag.datatypes import (
    Article,
    Bead,
    Holding,
    Lang,
    Limits,
)
from rag.errors import UsageError
from rag.events import Spoken
from rag.examples import EXAMPLES
from rag.index.findings import Wanted
from rag.index.holdings import holdings, limited
from rag.index.register import Name
from rag.index.register import Wanted as WantedNames
from rag.opened import OpenIndex
from rag.register import partings
from rag.register.kinds import Kind
from rag.status import edition, status
from rag.through import Through, through
from rag.timeline import Month, months
from rag.translation import corrections
from rag.translation.corrections import Correction, Told, Verdict


class Shelf:
    """The articles of a store, by way of its live generation."""

    def __init__(self, store: Path, index: OpenIndex) -> None:
        self._store, self._index = store, index

    def article(self, identifier: str) -> Article:
        """An article by id. Raises UsageError if there is none."""
        with self._index.held() as generation:
            return generation.article(identifier)[0]

    def beads(self, identifier: str) -> tuple[Bead, ...]:
        """The alignment of an article, in reading order. Raises UsageError if there is no such article."""
        with self._index.held() as generation:
            return generation.article(identifier)[1]

    def spoken(self, identifier: str) -> Spoken:
        """The datelines of an article and the times it speaks of. Raises UsageError if there is no such article."""
        with self._index.held() as generation:
            return generation.spoken(identifier)

    def told(self, identifier: str) -> list[Told]:
        """Where original and translation of an article part, but for what readers judged wrong, each with what they
        decided. Raises UsageError if there is no such article."""
        with self._index.held() as generation:
            return generation.told(generation.article(identifier)[0])

    def findings(self, wanted: Wanted, first: int = 0, most: int = 50) -> desk.Listing:
        """The same over all articles, by kind and then by issue: see `rag.desk.listing`."""
        with self._index.held() as generation:
            return desk.listing(generation, wanted, first, most)

    def is_compared_anew(self) -> bool:
        """False if the findings in the index were made by the rules of an earlier version: see `rag.desk`."""
        with self._index.held() as generation:
            return desk.is_of_today(generation)

    def decisions(self) -> list[Correction]:
        """What readers decided about findings. Raises `SourceError` if their file cannot be read."""
        with self._index.held() as generation:
            return list(generation.decisions.now().values())

    def decide(
        self, identifier: str, key: str, verdict: Verdict | None, reading: str = "", note: str = ""
    ) -> desk.Place:
        """Keep a decision about a finding, or take it back: see `rag.desk.decide`."""
        with self._index.held() as generation:
            return desk.decide(generation, identifier, key, verdict, reading, note)

    def take_in(self, decisions: Sequence[Correction]) -> None:
        """Keep decisions that were made elsewhere, those about articles that are not here among them."""
        corrections.decide(self._store, decisions)

    def article_ids(self) -> Iterator[str]:
        """The ids of all articles, in the order of indexing."""
        with self._index.held() as generation:
            return iter(list(generation.articles.ids()))

    def issue(self, day: date, page: int | None = None) -> list[str]:
        """Ids of the articles printed on one day, on one page if given."""
        with self._index.held() as generation:
            return generation.articles.issue(day, page)

    def names(self, wanted: WantedNames, first: int = 0, most: int = 100) -> tuple[list[Name], int]:
        """Up to `most` names of the register from number `first` on, the most frequent first; and how many there are.

        Raises UsageError if the index keeps none, SourceError if what readers took apart cannot be read.
        """
        with self._index.held() as generation:
            return generation.register.listed(wanted, first, most)

    def name_counts(self, letters: str = "") -> dict[Kind | None, int]:
        """How many names of each kind hold some letters. Raises as `names`."""
        with self._index.held() as generation:
            return generation.register.counts(letters)

    def written(self, name: str, first: int = 0, most: int = 20) -> roll.Written:
        """Where the name that has this form is written, article by article. Raises UsageError if there is none."""
        with self._index.held() as generation:
            return roll.written(generation, name, first, most)

    def take_apart(self, form: str, other: str, *, undone: bool = True) -> None:
        """Keep that two forms are not of one name, or with `undone` false that they may be; today's index honours it
        at once, and so does every later one.

        Raises UsageError if they are no two different forms; SourceError, ResourceError: see `rag.register.partings`.
        """
        try:
            pair = partings.apart(form, other)
        except ValueError as err:
            raise UsageError(f"{err}. Nothing was changed.") from err
        partings.part(self._store, pair, undone=undone)

    def apart(self) -> frozenset[partings.Apart]:
        """The forms that readers took apart. Raises SourceError if their file cannot be read."""
        return partings.read(self._store)

    def related(self, identifier: str) -> roll.Related:
        """What else there is on the subject of an article. Raises UsageError if there is none of this id."""
        with self._index.held() as generation:
            return roll.related(generation, identifier)

    def months(self, question: str = "", **limits: Unpack[Limits]) -> tuple[Month, ...]:
        """Articles of each month, and those that hold every content word of `question` within the filters."""
        with self._index.held() as generation:
            return months(generation, question, limited(generation.papers, **limits))

    def through(self, words: Sequence[str], *, expand: bool = True, **limits: Unpack[Limits]) -> Through:
        """How many articles of each month hold some words, up to four of them side by side: see `rag.through`."""
        with self._index.held() as generation:
            return through(generation, words, limited(generation.papers, **limits), expand=expand)

    def status(self) -> dict[str, Any]:
        """What is indexed: store, generation, counts, newspapers, dates as ISO strings, model, sources; `undated`
        counts the articles without a date, which no filter of dates leaves, `translation` those that have findings of
        each grade (None if the index is of a version that kept none)."""
        with self._index.held() as generation:
            return status(generation, self._store)

    def edition(self) -> dict[str, Any]:
        """Which index is live: generation, when it was made, counts, model."""
        with self._index.held() as generation:
            return edition(generation)

    def holdings(self) -> list[Holding]:
        """What is held of each newspaper, and of none that is known, the most first."""
        with self._index.held() as generation:
            return holdings(generation)

    def examples(self) -> list[tuple[Lang, str]]:
        """Questions to begin with, in both languages; only where the archive holds the articles they are about."""
        with self._index.held() as generation:
            return [(lang, text) for article, lang, text in EXAMPLES if generation.articles.find(article)]
