"""A question and the conversation before it -> what to search for, and in which issues.

A follow-up that cannot be searched by itself ("And how much ore?", 那质量呢？) is completed with the subject of the
turns before it, without a language model: it keeps its own words and takes over the content words that the
earlier question had and it lacks. A question that stands by itself takes over nothing; the turn before it is only
kept as its context, which the search drops where the subject has changed.

A time that the question names becomes a filter on issue dates: 1958年3月, "in March 1958", "before the Great Leap", or
去年 and "last year" counted from the turn before. Several separate times are what a question is about, not a filter.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rag.datatypes import Filters, Lang, Period, Turn
from rag.errors import UsageError
from rag.language.campaigns import campaigns
from rag.language.dates import DateSpan, dates, without
from rag.language.script import detect, strip_hidden
from rag.language.tokens import content_keywords
from rag.language.topics import topic

MAX_CHARS = 1000
"""Longest question taken, in characters."""
MAX_TURNS = 6
"""Turns of a conversation that are looked at, the latest ones."""

# Words that only make sense after something said before, and openings that continue it.
_EN_BACK = re.compile(
    r"\b(it|its|they|them|their|theirs|this|that|these|those|he|him|his|she|her|there|then|the same|such|former|latter"
    r"|ones?|others?|else|above|said)\b",
    re.I,
)
_EN_OPEN = re.compile(r"^\W*(and|but|or|also|so|what about|how about|then)\b", re.I)
_EN_BARE = re.compile(r"^\W*(why so|since when|by whom|until when)\b", re.I)
_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")  # a capitalised word that opens no sentence
_ZH_BACK = re.compile(
    "[它他她](?:们)?|这|那|該|该|其(?!他|它|余|实|中)|此|上述|前者|后者|两者|二者|当时|同样|刚才|还有|同年"
)
_ZH_TITLED = re.compile("《[^》]+》")  # a book, a play, a paper: the question names its own subject
_ZH_OPEN = re.compile("^[\\s“]*(那么?|还|又|而且|另外|此外|以及|然后|后来|接着|再|为什么呢|怎么会)|呢[？?]?$")
_POINTING: dict[Lang, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "en": (_EN_BACK, _EN_OPEN),
    "zh": (_ZH_BACK, _ZH_OPEN),
}


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched. `text` is the question, completed if it was a follow-up; `added` are the words taken over.
    Where `is_topic`, the question only names a topic, and `text` is that with the times named.

    `filters` are those in force; if a `period` was read from the question and applied, it is among them. `context` is
    the question before one that stands by itself.
    """

    question: str
    text: str
    lang: Lang
    filters: Filters
    added: str = ""
    period: Period | None = None
    context: str = ""
    is_topic: bool = False

    @property
    def is_completed(self) -> bool:
        """True if words of earlier turns were taken over."""
        return bool(self.added)

    @property
    def is_dated(self) -> bool:
        """True if a time read from the question is in force."""
        return self.period is not None and self.period.applied

    def undated(self) -> Query:
        """The same without the filter read from the question, which is kept as one that was not applied."""
        if self.period is None or not self.period.applied:
            return self
        filters = replace(self.filters, since=None, until=None)
        return replace(self, filters=filters, period=replace(self.period, applied=False))


def understand(
    question: str,
    history: Sequence[Turn] = (),
    filters: Filters = Filters(),  # noqa: B008
    *,
    read_dates: bool = True,
    leans: bool = False,
) -> Query:
    """Make a question searchable.

    Args:
        question: as typed, at most 1,000 characters.
        history: earlier turns, oldest first.
        filters: given with the question; with dates among them, none is read from the question.
        read_dates: whether a time that the question names becomes a filter.
        leans: take it for a follow-up, whatever its wording.

    Raises:
        UsageError: nothing to search for, too long, or since after until.
    """
    question = "".join(c for c in strip_hidden(question) if c >= " " or c in "\n\t").strip()
    if len(question) > MAX_CHARS:
        raise UsageError(f"the question has {len(question)} characters, at most {MAX_CHARS} are taken. Shorten it.")
    if not any(c.isalnum() for c in question):
        raise UsageError("there is no word in this question. Ask for a person, a place, an event or a figure.")
    if filters.since and filters.until and filters.since > filters.until:
        raise UsageError(f"the dates are the wrong way round: {filters.since} is after {filters.until}. Exchange them.")
    turns = [t for t in history if t.question.strip()][-MAX_TURNS:]
    lang = detect(question)
    anchor = _anchor(turns)
    own = _times(question, lang, anchor)
    added = _taken_over(question, turns, leans)
    if added and own:
        added = _without_times(added)  # "And in 1960?" asks the same of another time
    named = "" if added else _topic(question, lang, own)
    text = f"{added} {question}" if added else named or question
    period = None
    if read_dates and not filters.since and not filters.until:
        period = _period(question, lang, own, added)
        if period:
            filters = replace(filters, since=period.since, until=period.until)
    context = "" if added or not turns else turns[-1].question
    return Query(question, text, lang, filters, added, period, context[-MAX_CHARS:], bool(named))


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


def _without_times(said: str) -> str:
    for span in reversed(_times(said, detect(said))):
        said = said[: span.start] + said[span.end :]
    return " ".join(said.split())


def _taken_over(question: str, history: Sequence[Turn], leans: bool = False) -> str:
    """The earlier question whose subject this one lacks, completed by its own predecessors; "" if it stands alone."""
    if not history or not (leans or leans_back(question)):
        return ""
    *before, last = history
    subject = f"{_taken_over(last.question, before)} {last.question}".strip()
    return subject[-MAX_CHARS:]


def points_back(question: str) -> bool:
    """True if a word of the question stands for something said before, or it opens as a continuation."""
    back, opening = _POINTING[detect(question)]
    return bool(opening.search(question) or back.search(question))


def leans_back(question: str) -> bool:
    """True if the question needs the turns before it to be understood."""
    lang = detect(question)
    back, opening = _POINTING[lang]
    content = {t for t in content_keywords(question) if not (lang == "zh" and len(t) == 1)}
    named = _NAMED.search(question) if lang == "en" else None
    if opening.search(question):
        return len(content) <= (4 if named else 8)
    if (len(content) <= 2 and not _ZH_TITLED.search(question)) or (
        lang == "en" and _EN_BARE.search(question) and len(content) <= 3
    ):
        return True
    # "... did Jiangyou rush to its furnaces?" says itself whose furnaces
    start = named.end() if named else len(question)
    return bool(back.search(question, 0, start)) and len(content) <= 6
