"""The one place where the parts meet: open an index, search it, ask it.

archive = Archive.open(".wenbao")
archive.search("试验田", k=5, since=date(1958, 1, 1))
archive.ask("How much ore was mined in Jiangyou within eight days?").text
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Self, Unpack

from rag.answer.compose import answer
from rag.answer.course import course, together
from rag.answer.times import timed
from rag.answer.warnings import of_hit
from rag.conversation import Conversation
from rag.datatypes import (
    Answer,
    Channel,
    Draft,
    Filters,
    Found,
    Hit,
    Lang,
    Limits,
    Reading,
    Turn,
)
from rag.embed import Embedder, open_embedder
from rag.errors import UsageError
from rag.index import store as stores
from rag.index.holdings import limited
from rag.index.reader import Generation
from rag.index.server import Server, configured
from rag.opened import OpenIndex
from rag.reader.pages import Reader
from rag.reader.reader import ShippedReader
from rag.reader.remembering import Remembering
from rag.settings import Settings, load
from rag.shelf import Shelf
from rag.written.configured import writer_of
from rag.written.vectors import SentenceVectors
from rag.written.write import Writer, write

MOST_HITS = 1000
"""Largest k a search takes."""


class Archive(Shelf):
    """An index, opened. Readers never block a writer; a new generation is noticed at the next question."""

    def __init__(
        self,
        store: Path,
        embedder: Embedder,
        server: Server | None = None,
        writer: Writer | None = None,
        reader: Reader | None = None,
    ) -> None:
        """Use `Archive.open`."""
        super().__init__(store, OpenIndex(store, embedder, server))
        self._embedder = embedder
        self._reader = Remembering(reader or ShippedReader())
        self._writer = writer
        self._vectors = SentenceVectors(embedder)

    @classmethod
    def open(
        cls,
        store: Path | str | None = None,
        *,
        settings: Settings | None = None,
        embedder: Embedder | None = None,
        reader: Reader | None = None,
    ) -> Self:
        """Open the index in `store` (default: the setting) for reading.

        Raises:
            NoIndex: there is none; nothing is created.
            IndexDamaged, IndexMismatch: it cannot be used; the message says what to do.
            ModelUnavailable: the configured model cannot be had.
        """
        settings = settings or load()
        folder = Path(store) if store is not None else settings.store
        stores.current(folder)
        archive = cls(
            folder,
            embedder or open_embedder(settings.embedding_model, settings.embedding_dtype, offline=settings.offline),
            configured(settings),
            writer_of(settings),
            reader,
        )
        with archive._index.held():
            return archive

    def search(
        self, question: str, k: int = 10, *, channel: Channel = "fused", **reading: Unpack[Reading]
    ) -> list[Hit]:
        """The k best passages for a question in either language, best first: the hits of `find`."""
        return list(self.find(question, k, channel=channel, **reading).hits)

    def find(
        self,
        question: str,
        k: int = 10,
        *,
        lang: Lang | None = None,
        since: date | None = None,
        until: date | None = None,
        page: int | None = None,
        paper: str | None = None,
        event_since: date | None = None,
        event_until: date | None = None,
        history: Sequence[Turn] = (),
        expand: bool = True,
        read_dates: bool = True,
        channel: Channel = "fused",
    ) -> Found:
        """The k best passages for a question in either language, best first, and how the question was read.

        Args:
            question: at most 1,000 characters.
            k: 1 to 1000.
            lang: only passages in this language.
            since, until: only articles of issues from and to these days, inclusive; where only the month or year of an
                issue is known, those that may be of these days. `Found.undated` counts those without a date.
            page: only articles on this page.
            paper: only articles of the newspaper of this name, in either language.
            event_since, event_until: only passages that speak of a time which lies, if only in part, from the one day
                to the other: "last year" in an issue of 1957 is 1956. Times that cannot be told do not count.
            history: turns before a follow-up.
            expand: also search for what the question's words are called in the other language.
            read_dates: a time that the question names is a filter, unless `since` or `until` is given, or the better
                passages were printed outside of it; so is a page, and, always, one of several newspapers.
            channel: what to go by: keywords and vectors, or one of them alone.

        Raises:
            UsageError: nothing to search for, or an argument out of range.
            NoSuchPaper: the archive holds no newspaper called `paper`.
        """
        if not 1 <= k <= MOST_HITS:
            raise UsageError(f"k={k}: ask for 1 to {MOST_HITS} hits.")
        started = time.perf_counter()
        with self._index.held() as generation:
            filters = limited(
                generation.papers,
                since=since,
                until=until,
                lang=lang,
                page=page,
                paper=paper,
                event_since=event_since,
                event_until=event_until,
            )
            query, expanded, hits = self._asking(generation, expand).found(
                question, history, filters, k=k, read_dates=read_dates, channel=channel
            )
            undated = _left_out(generation, query.filters)
            hits = list(_warned(generation, hits, query.lang))
        return Found(
            question=query.question,
            lang=query.lang,
            hits=tuple(hits),
            filters=query.filters,
            standalone=query.text if query.is_completed else None,
            period=query.period,
            named_page=query.page,
            named_paper=query.paper,
            added=expanded.added,
            took_ms=round((time.perf_counter() - started) * 1000, 1),
            undated=undated,
        )

    @property
    def model(self) -> str | None:
        """The name of the language model that is configured to write answers, None if there is none."""
        return self._writer.endpoint.model if self._writer else None

    @property
    def model_state(self) -> str:
        """Whether that model can be asked: ready, idle (not loaded yet), loading, failed, resting; "" without one."""
        return self._writer.endpoint.state if self._writer else ""

    def ask(self, question: str, *, llm: bool = True, **reading: Unpack[Reading]) -> Answer:
        """A cited answer in the question's language, or a refusal. Arguments as for `find`.

        It is made of quotations, unless a language model is configured and `llm` is true: then that writes it.
        A time that the question names is no filter where the answer is only found without it: an article of January
        1957 tells what was done in 1956.

        Raises:
            EndpointError: the model failed and the settings forbid quotations in its place.
        """
        *_, last = self.ask_stream(question, llm=llm, **reading)
        if not isinstance(last, Answer):
            raise AssertionError("a stream that does not end with its answer")
        return last

    def ask_stream(
        self,
        question: str,
        *,
        llm: bool = True,
        history: Sequence[Turn] = (),
        expand: bool = True,
        read_dates: bool = True,
        **limits: Unpack[Limits],
    ) -> Generator[Draft | Answer, None, None]:
        """As `ask`, with drafts while a language model writes; the last thing yielded is the answer."""
        started = time.perf_counter()
        with self._index.held() as generation:
            asking = self._asking(generation, expand)
            found = asking.understood(question, history, limited(generation.papers, **limits), read_dates=read_dates)
            query, reading = found.query, found.reading
            of_several, parts = asking.by_period(found)
            by_period = course(generation, of_several, parts) if parts else None
            if by_period:
                query, reading = of_several, together([part.reading for part in parts])
            read_as: dict[str, Any] = {
                "period": query.period,
                "named_page": query.page,
                "named_paper": query.paper,
                "added": found.expanded.added,
                "undated": _left_out(generation, query.filters),
            }
            if by_period:
                result = replace(by_period, hits=_warned(generation, by_period.hits, query.lang), **read_as)
            else:
                hits = _warned(generation, found.hits, query.lang)
                result = replace(answer(generation, query, hits, reading), **read_as)
            steps: Iterator[Draft | Answer] = iter([result])
            if self._writer and llm and result.answered:
                steps = write(self._writer, generation, self._vectors, self._reader, query, reading, result)
            for step in steps:
                took = round((time.perf_counter() - started) * 1000, 1)
                if isinstance(step, Answer):
                    step = replace(timed(step, generation.spoken), **read_as, took_ms=took)
                yield step

    def _asking(self, generation: Generation, expand: bool = True) -> Conversation:
        return Conversation(generation, self._embedder, self._reader, expand)

    def warm_up(self) -> None:
        """Load the models, the vectors and the word lists, so that the first question does not wait for them."""
        self._embedder.warm_up()
        if self._writer:
            self._writer.endpoint.start()
        for question in ("How much did Wenbao warm up in 1958?", "问报在一九五八年预热了多少？"):
            self.ask(question, llm=False)

    def close(self) -> None:
        """Close the index, and give up a model file."""
        if self._writer:
            self._writer.endpoint.close()
        self._index.close()


def _warned(generation: Generation, hits: Sequence[Hit], lang: Lang) -> tuple[Hit, ...]:
    """The hits with what their counterparts give otherwise, where that is kept in the index."""
    if not generation.is_compared:
        return tuple(hits)
    return tuple(replace(hit, warnings=of_hit(generation.told(hit.article), hit, lang)) for hit in hits)


def _left_out(generation: Generation, filters: Filters) -> int:
    """How many articles a limit of dates leaves out only because they have none."""
    return generation.undated(filters) if filters.since or filters.until else 0
