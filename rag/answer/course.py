"""A question of several years, asked of each: a sentence a year, or a period where the years are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.answer import wording
from rag.answer.candidates import Candidate, Reading
from rag.answer.choose import printed
from rag.answer.compose import answered, is_unheard
from rag.answer.decide import BROAD, Fitted, fitted, form_of
from rag.datatypes import Answer, Hit
from rag.index.reader import Generation
from rag.language.phrases import Phrase
from rag.query import Query, untimed
from rag.through import phrases

MOST = 6
"""Periods that a question is asked of; more years are put together."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was found and read of a period, both days inclusive."""

    since: date
    until: date
    hits: Sequence[Hit]
    reading: Reading


def periods(query: Query, reading: Reading, issues: tuple[date, date] | None) -> list[tuple[date, date]]:
    """The periods that a question is asked of one by one; none if it is to be asked once.

    It is asked so if it only names a topic, or the reader takes it for one that wants several articles side by side,
    and the time it names holds issues of several calendar years.
    """
    named = query.period
    if named is None or issues is None or not (query.is_topic or form_of(reading.forms) in BROAD):
        return []
    since, until = max(named.since or date.min, issues[0]), min(named.until or date.max, issues[1])
    many = until.year - since.year + 1
    if many < 2:
        return []
    each = -(-many // MOST)
    starts = range(since.year, until.year + 1, each)
    return [(max(since, date(y, 1, 1)), min(until, date(y + each - 1, 12, 31))) for y in starts]


def together(readings: Sequence[Reading]) -> Reading:
    """Several readings as one, of a question that wants articles by date."""
    ranked = sorted((c for reading in readings for c in reading.candidates), key=lambda c: -c.answers)
    first = readings[0]
    return Reading(first.question, first.lang, tuple(ranked), {"across": 0.0}, first.leans)


def course(generation: Generation, query: Query, parts: Sequence[Part], numbers: Fitted | None = None) -> Answer | None:
    """The surest sentence of each period that is answered, by date, and which periods are not; None if none is.

    On a topic the sentence, or its counterpart, has to name it: the reader alone takes what is near for what is meant
    where a year has nothing better.
    """
    numbers = numbers or fitted()
    if is_unheard(generation, query):
        return None
    topic = untimed(query.text) if query.is_topic else ""
    named = phrases(generation, topic) if topic else []
    chosen: list[Candidate] = []
    sure: list[float] = []
    silent = []
    for part in parts:
        best, probability = _best(part.reading, named, numbers, is_topic=bool(topic)), numbers.probability(part.reading)
        if best is None or probability < numbers.threshold:
            silent.append((part.since.year, part.until.year))
        else:
            chosen.append(best)
            sure.append(probability)
    if not chosen:
        return None
    hits = [hit for part in parts for hit in part.hits]
    made = answered(generation, query, "across", sorted(chosen, key=printed), hits, sum(sure) / len(sure), [], None)
    warnings = (*made.warnings, *([wording.silent(silent, query.lang)] if silent else []))
    return replace(made, warnings=warnings, through=topic)


def names(named: Sequence[Phrase], *texts: str) -> bool:
    """True if one of the texts holds one of the forms of a topic."""
    return any(phrase.stands_in(text) for phrase in named for text in texts)


def _best(reading: Reading, named: Sequence[Phrase], numbers: Fitted, *, is_topic: bool) -> Candidate | None:
    """The surest sentence of a period, on a topic the surest that names it and is not far behind; None if none is."""
    least = max(reading.answers - numbers.within, numbers.least)
    near = (c for c in reading.candidates if c.answers >= least or c is reading.candidates[0])
    return next((c for c in near if not is_topic or names(named, c.text, c.twin_text)), None)
