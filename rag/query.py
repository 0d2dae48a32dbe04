"""A question and the conversation before it -> what to search for, and in which issues.

A follow-up that cannot be searched by itself ("And how much ore?", 那质量呢？) is completed with the question before
it, without a language model; whether it is one, the reader tells (`rag.conversation`). A question that stands by itself
takes over nothing; the turn before it is only kept as its context, which the search drops where the subject changed.

What belongs to the request ("in 50 words", 请举三个例子) or names the newspaper is not searched for; a page it names
becomes a filter, and so does the newspaper where the archive holds several. A time that the question names becomes one
on issue dates: 1958年3月, "in March 1958", "before the Great Leap", or 去年 and "last year" counted from the turn
before. Several separate times are what a question is about, not a filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.datatypes import PEOPLES_DAILY, DateSpan, Filters, Lang, Paper, Period, Turn
from rag.errors import UsageError
from rag.language.campaigns import campaigns
from rag.language.dates import dates, full_years, without
from rag.language.request import asked, source, unnamed
from rag.language.script import detect, strip_hidden
from rag.language.topics import topic

MAX_CHARS = 1000
"""Longest question taken, in characters."""
MAX_TURNS = 6
"""Turns of a conversation that are looked at, the latest ones."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched. `asked` is the question without the request for a length and the naming of its source, and
    completed if it was a follow-up; `added` are the words taken over. `text` is the same, or, where `is_topic`, the
    topic that the question only names, with the times named.

    `filters` are those in force; if a `period`, a `page` or a `paper` was read from the question and applied, it is
    among them.
    `context` is the question before one that stands by itself.
    """

    question: str
    asked: str
    text: str
    lang: Lang
    filters: Filters
    added: str = ""
    period: Period | None = None
    page: int | None = None
    paper: str | None = None
    context: str = ""
    is_topic: bool = False

    @property
    def is_completed(self) -> bool:
        """True if words of earlier turns were taken over."""
        return bool(self.added)

    @property
    def is_limited(self) -> bool:
        """True if a time or a page read from the question is in force, which may have been meant otherwise."""
        return self.page is not None or (self.period is not None and self.period.applied)

    def unlimited(self) -> Query:
        """The same without these; the period is kept as one that was not applied."""
        filters, period = self.filters, self.period
        if period is not None and period.applied:
            filters, period = replace(filters, since=None, until=None), replace(period, applied=False)
        if self.page is not None:
            filters = replace(filters, page=None)
        return replace(self, filters=filters, period=period, page=None)


def understand(
    question: str,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),  # noqa: B008
    *,
    read_dates: bool = True,
    taken: str = "",
    papers: Sequence[Paper] = (PEOPLES_DAILY,),
) -> Query:
    """Make a question searchable.

    Args:
        question: as typed, at most 1,000 characters.
        history: earlier turns, oldest first.
        filters: given with the question; with dates among them, none is read from the question.
        read_dates: whether a time, a page or a newspaper that the question names becomes a filter.
        taken: what a follow-up takes over from the turns before it, "" if it stands by itself.
        papers: the newspapers that the archive holds; one of several is a filter where the question names it.

    Raises:
        UsageError: nothing to search for, too long, or since after until.
    """
    question = _typed(question)
    if len(question) > MAX_CHARS:
        raise UsageError(f"the question has {len(question)} characters, at most {MAX_CHARS} are taken. Shorten it.")
    if not _has_word(question):
        raise UsageError("there is no word in this question. Ask for a person, a place, an event or a figure.")
    for since, until in ((filters.since, filters.until), (filters.event_since, filters.event_until)):
        if since and until and since > until:
            raise UsageError(f"the dates are the wrong way round: {since} is after {until}. Exchange them.")
    turns = turns_of(history)
    lang = detect(question)
    anchor = _anchor(turns)
    own = _times(question, lang, anchor)
    bare, page = asked(full_years(question), lang, papers)
    paper = source(question, lang, papers) if len(papers) > 1 else None
    added = taken[-MAX_CHARS:]
    if added and own:
        added = untimed(added)  # "And in 1960?" asks the same of another time
    said = bare if added else unnamed(bare, lang, papers)
    named = "" if added else _topic(said, lang, _times(said, lang, anchor))
    whole = f"{added} {bare}" if added else bare
    period = None
    if read_dates and not filters.since and not filters.until:
        period = _period(question, lang, own, added)
        if period:
            filters = replace(filters, since=period.since, until=period.until)
    page = page if read_dates and filters.page is None else None
    if page is not None:
        filters = replace(filters, page=page)
    named_paper = paper.name(lang) if paper and read_dates and filters.paper is None else None
    if named_paper is not None:
        filters = replace(filters, paper=named_paper)
    context = "" if added or not turns else turns[-1].question
    return Query(
        question,
        whole,
        named or whole,
        lang,
        filters,
        added,
        period,
        page,
        named_paper,
        context[-MAX_CHARS:],
        bool(named),
    )


def turns_of(history: Sequence[Turn]) -> list[Turn]:
    """The turns of a conversation that are looked at, oldest first: those with a word in their question, which is cut
    off where it is too long to be asked."""
    turns = (replace(turn, question=_typed(turn.question)[:MAX_CHARS]) for turn in history)
    return [turn for turn in turns if _has_word(turn.question)][-MAX_TURNS:]


def _typed(question: str) -> str:
    """A question without characters that nobody sees."""
    return "".join(c for c in strip_hidden(question) if c >= " " or c in "\n\t").strip()


def _has_word(question: str) -> bool:
    return any(c.isalnum() for c in question)


def _topic(question: str, lang: Lang, times: Sequence[DateSpan]) -> str:
    """The topic that the question only names, with the times it names; "" if it asks more."""
    named = topic(without(question, times), lang)
    return " ".join([named, *(span.text for span in times)]) if named else ""


def _anchor(turns: Sequence[Turn]) -> date | None:
    """The day that "last year" is counted from: the time the latest turn speaks of, its answer's source included."""
    for turn in reversed(turns):
        for said in (turn.question, turn.answer):
            closed = [s for s in dates(said, detect(said)) if s.until != date.max]
            if closed:
                return closed[0].until
    return None


def _times(said: str, lang: Lang, anchor: date | None = None) -> list[DateSpan]:
    """The times that a text names, dates and campaigns; one inside another counts alone ("in 1958, in March 1958")."""
    spans = dates(said, lang, anchor)
    spans += [c for c in campaigns(said, lang) if not any(s.start < c.end and c.start < s.end for s in spans)]
    return [
        a
        for a in spans
        if not any(b is not a and a.since <= b.since and b.until <= a.until and b.text != a.text for b in spans)
    ]


def _period(question: str, lang: Lang, own: Sequence[DateSpan], added: str) -> Period | None:
    earlier = False
    if not own and added:
        own, earlier = _times(added, detect(added)), True
    if len({(span.since, span.until) for span in own}) != 1:
        return None
    span = own[0]
    counted = not earlier and span.text not in {s.text for s in _times(question, lang)}
    since = None if span.since == date.min else span.since
    until = None if span.until == date.max else span.until
    return Period(span.text.strip(), since, until, earlier or counted)


def untimed(said: str) -> str:
    """A text without the times that it names."""
    for span in reversed(_times(said, detect(said))):
        said = said[: span.start] + said[span.end :]
    return " ".join(said.split())
