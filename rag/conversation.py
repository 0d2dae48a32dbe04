"""A question in a conversation: by itself, or completed with what was asked before; within the time it names, or not.

The reader decides: whether a question leans on the one before it ("And how much ore?", 那质量呢？), and how surely the
passages found for each way to understand it answer it. The surest is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer.candidates import Reading, read
from rag.answer.course import Part, names, periods
from rag.answer.decide import Fitted, fitted
from rag.datatypes import LANGS, PEOPLES_DAILY, Channel, Filters, Hit, Paper, Turn, other
from rag.embed import Embedder
from rag.expand import Expansion, expansion
from rag.index.reader import Generation
from rag.language.script import detect
from rag.query import Query, turns_of, understand, untimed
from rag.reader.pages import Reader
from rag.retrieve import search
from rag.through import phrases

HITS = 10
"""Hits that an answer is looked for in and that it carries."""
GLANCE = 2
"""Hits read to tell whether a question leans on the one before it."""
OF_A_PERIOD = 4
"""Hits read of each period where a question is asked of several."""
IN_PASSING = 0.15
"""A time read from the question is no filter if the best passage printed outside of it leads by more than this."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One way to understand a question: what is searched for, what was found, and what the reader made of it."""

    query: Query
    expanded: Expansion
    hits: tuple[Hit, ...]
    reading: Reading


def settled(alone: Sequence[Understood], joined: Sequence[Understood], numbers: Fitted) -> Understood:
    """The way that is answered most surely, of those that the question's leaning on the one before it leaves; within
    the time that it names, if that is answered at all.

    Args:
        alone, joined: as `Conversation.ways` gives them, `joined` empty where nothing was asked before.
        numbers: from which leaning on a question is read only one way, and from which probability it is answered.
    """

    def sure(way: Understood) -> tuple[bool, float]:
        return bool(way.hits), numbers.probability(way.reading)

    def surest(ways: Sequence[Understood]) -> Understood:
        within, *_ = ways
        return within if sure(within) >= (True, numbers.threshold) else max(ways, key=sure)

    leans = leaning(alone)
    kept = [alone, joined] if joined else [alone]
    may, does = numbers.leans
    if joined and not may < leans < does:
        kept = [joined if leans >= does else alone]
    return max(map(surest, kept), key=sure)


def leaning(alone: Sequence[Understood]) -> float:
    """The log-odds that a question leans on the one before it, by the first way that found something to read with it:
    where nothing is printed within the time that it names, the way without that tells."""
    return next((way.reading.leans for way in alone if way.hits), float("-inf"))


def _repeats(reading: Reading, before: Reading) -> bool:
    """Whether the surest sentence answers with the very words that answer the question before: then what was added to
    that question ("How do I bake bread?") asks for nothing that the archive has."""
    if not reading.candidates or not before.candidates:
        return False
    now, then = reading.candidates[0], before.candidates[0]
    if (now.article.id, now.bead) != (then.article.id, then.bead):
        return False
    mine, its = (({c.lang: c.words, other(c.lang): c.twin_words}) for c in (now, then))
    return any(mine[lang] is not None and mine[lang] == its[lang] for lang in LANGS)


class Conversation:
    """Asks one generation questions that may lean on each other."""

    def __init__(self, generation: Generation, embedder: Embedder, reader: Reader, expand: bool = True) -> None:
        self._generation, self._embedder, self._reader = generation, embedder, reader
        self._expand = expand

    def understood(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008
        *,
        read_dates: bool = True,
    ) -> Understood:
        """The way to understand a question that is answered most surely.

        Raises:
            UsageError: there is nothing to search for.
        """
        alone, joined = self.ways(question, history, filters, read_dates=read_dates)
        return settled(alone, joined, fitted())

    def ways(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008
        *,
        read_dates: bool = True,
        every: bool = False,
    ) -> tuple[list[Understood], list[Understood]]:
        """The question by itself, within the time that it names and without, and the same completed with what was
        asked before it; the latter only if it may lean on that, or if `every`, and if it finds another answer.

        Raises:
            UsageError: there is nothing to search for.
        """
        turns = turns_of(history)
        papers = self._papers
        alone = self._within_and_without(understand(question, turns, filters, read_dates=read_dates, papers=papers))
        if not turns or (not every and leaning(alone) <= fitted().leans[0]):
            return alone, []
        taken = self._subject(turns)
        query = understand(question, turns, filters, read_dates=read_dates, taken=taken, papers=papers)
        asked_before = Query(taken, taken, taken, detect(taken), filters)
        before = self._read(asked_before, self._expansion(asked_before))
        joined = [way for way in self._within_and_without(query) if not _repeats(way.reading, before.reading)]
        return alone, joined if any(way.hits for way in joined) else []

    def by_period(self, way: Understood) -> tuple[Query, list[Part]]:
        """A question of several years asked of each (`rag.answer.course`), and the query that stands for all of them;
        no parts if it is to be asked once.

        What is read with the passages of a year is the question without its years, which would ask for the others too,
        and on a topic only passages that name it.
        """
        query = way.query
        spans = periods(query, way.reading, self._generation.dates())
        if not spans or query.period is None:
            return query, []
        text = untimed(query.text)
        asked = text if query.is_topic else untimed(query.asked)
        named = phrases(self._generation, text) if query.is_topic else []
        parts = []
        for since, until in spans:
            within = replace(query, text=text, filters=replace(query.filters, since=since, until=until))
            hits = self._search(within, way.expanded, HITS)
            if query.is_topic:
                hits = [hit for hit in hits if names(named, hit.passage.text, hit.twin.text if hit.twin else "")]
            hits = hits[:OF_A_PERIOD]
            parts.append(Part(since, until, hits, read(self._reader, self._generation, asked, query.lang, hits)))
        filters = replace(query.filters, since=query.period.since, until=query.period.until)
        return replace(query, filters=filters, period=replace(query.period, applied=True)), parts

    def found(
        self,
        question: str,
        history: Sequence[Turn] = (),
        filters: Filters = Filters(),  # noqa: B008
        *,
        k: int = HITS,
        read_dates: bool = True,
        channel: Channel = "fused",
    ) -> tuple[Query, Expansion, list[Hit]]:
        """The k best hits for a question, and how it was understood.

        Raises:
            UsageError: there is nothing to search for.
        """
        turns = turns_of(history)
        taken, papers = self.taken_over(question, turns), self._papers
        query = understand(question, turns, filters, read_dates=read_dates, taken=taken, papers=papers)
        expanded = self._expansion(query)
        hits = self._search(query, expanded, k, channel)
        if query.is_limited and not query.is_topic:
            free = self._search(query.unlimited(), expanded, k, channel)
            if free and (not hits or hits[0].score < free[0].score - IN_PASSING):
                query, hits = query.unlimited(), free
        return query, expanded, hits

    def taken_over(self, question: str, turns: Sequence[Turn]) -> str:
        """What a question takes over from the turns before it, "" if it stands by itself."""
        if not turns or self._leans(question) < sum(fitted().leans) / 2:
            return ""
        return self._subject(turns)

    @property
    def _papers(self) -> Sequence[Paper]:
        """The newspapers that a question may name; one that no article names may be that which most have."""
        return self._generation.papers or (PEOPLES_DAILY,)

    def _subject(self, turns: Sequence[Turn]) -> str:
        """The last question, completed with what it takes over itself."""
        *before, last = turns
        return f"{self.taken_over(last.question, before)} {last.question}".strip()

    def _leans(self, question: str) -> float:
        """The log-odds that a question cannot be understood by itself, by a glance at what is found for it."""
        query = understand(question, read_dates=False, papers=self._papers)
        hits = self._search(query, self._expansion(query), GLANCE)
        return read(self._reader, self._generation, query.asked, query.lang, hits).leans

    def _within_and_without(self, query: Query) -> list[Understood]:
        expanded = self._expansion(query)  # of the words alone, whatever the limits
        return [self._read(q, expanded) for q in ((query, query.unlimited()) if query.is_limited else (query,))]

    def _read(self, query: Query, expanded: Expansion) -> Understood:
        hits = self._search(query, expanded, HITS)
        reading = read(self._reader, self._generation, query.asked, query.lang, hits)
        return Understood(query, expanded, tuple(hits), reading)

    def _expansion(self, query: Query) -> Expansion:
        return expansion(self._generation, query.text, query.lang) if self._expand else Expansion()

    def _search(self, query: Query, expanded: Expansion, k: int, channel: Channel = "fused") -> list[Hit]:
        return search(self._generation, self._embedder, query, k, expanded=expanded, channel=channel)
