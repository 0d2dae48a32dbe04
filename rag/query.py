"""A question and the conversation before it -> what to search for.

A follow-up that cannot be searched by itself ("And how much ore?", 那质量呢？) is completed with the subject of the
turns before it, without a language model: it keeps its own words and takes over the content words that the
earlier question had and it lacks. A question that stands by itself takes over nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.datatypes import Filters, Lang, Turn
from rag.errors import UsageError
from rag.language.script import detect, strip_hidden
from rag.language.tokens import content_keywords

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
_EN_OPEN = re.compile(
    r"^\W*(and|but|or|also|so|what about|how about|then|why so|since when|by whom|until when)\b", re.I
)
_ZH_BACK = re.compile("[它他她](?:们)?|这|那|該|该|其(?!他|它|余|实|中)|此|上述|前者|后者|当时|同样|刚才|还有")
_ZH_OPEN = re.compile("^[\\s“]*(那么?|还|又|而且|另外|此外|以及|然后|后来|接着|再|为什么呢|怎么会)|呢[？?]?$")


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched. `text` is the question, completed if it was a follow-up; `added` are the words taken over."""

    question: str
    text: str
    lang: Lang
    filters: Filters
    added: str = ""

    @property
    def is_completed(self) -> bool:
        """True if words of earlier turns were taken over."""
        return bool(self.added)


def understand(question: str, history: Sequence[Turn] = (), filters: Filters = Filters()) -> Query:  # noqa: B008
    """Make a question searchable.

    Args:
        question: as typed, at most 1,000 characters.
        history: earlier turns, oldest first.
        filters: given with the question.

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
    added = _taken_over(question, [t for t in history if t.question.strip()][-MAX_TURNS:])
    text = f"{added} {question}" if added else question
    return Query(question, text, detect(question), filters, added)


def _taken_over(question: str, history: Sequence[Turn]) -> str:
    """The earlier question whose subject this one lacks, completed by its own predecessors; "" if it stands alone."""
    if not history or not leans_back(question):
        return ""
    *before, last = history
    subject = f"{_taken_over(last.question, before)} {last.question}".strip()
    return subject[-MAX_CHARS:]


def leans_back(question: str) -> bool:
    """True if the question needs the turns before it to be understood."""
    lang = detect(question)
    back, opening = (_ZH_BACK, _ZH_OPEN) if lang == "zh" else (_EN_BACK, _EN_OPEN)
    content = {t for t in content_keywords(question) if not (lang == "zh" and len(t) == 1)}
    if opening.search(question):
        return len(content) <= 8
    return len(content) <= 2 or (bool(back.search(question)) and len(content) <= 6)
