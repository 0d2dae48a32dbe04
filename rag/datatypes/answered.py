"""What a question got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.datatypes.articles import Article, Lang
from rag.datatypes.found import Added, Filters, Hit, Period, Twin
from rag.datatypes.times import Dateline, DateSpan


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of an article, with its aligned counterpart; `marks` are (start, end) of the answering
    stretches in body offsets, `warnings` tell of a counterpart that disagrees. `planned`: it tells of a plan, a target
    or a demand, not of a result. `times` are the times it speaks of, in offsets of the body, `dateline` what it stands
    under: what the one leaves out is counted from the other."""

    lang: Lang
    start: int
    end: int
    text: str
    twin: Twin | None = None
    marks: tuple[tuple[int, int], ...] = ()
    warnings: tuple[str, ...] = ()
    planned: bool = False
    times: tuple[DateSpan, ...] = ()
    dateline: Dateline | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One of several values that articles give for what was asked: the figure as printed, characters `start` to
    `end` of `bodies[lang]`, and the number of the citation whose quotation holds it."""

    text: str
    lang: Lang
    start: int
    end: int
    citation: int


@dataclass(frozen=True, slots=True)
class Citation:
    """The numbered evidence of an answer; one per article, numbers run from 1 in the order of first mention."""

    number: int
    article: Article
    quotes: tuple[Quote, ...]


Support = Literal["quoted", "supported", "unsupported", "uncited"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer and the numbers of the citations it rests on.

    `support`: "quoted" if it is made of quotations; of a sentence that a language model wrote, whether every figure,
    date and name in it stands in what it cites. `missing` are those that do not, as written.
    """

    text: str
    citations: tuple[int, ...]
    support: Support = "quoted"
    missing: tuple[str, ...] = ()


RefusalReason = Literal["empty_archive", "outside_dates", "filter_too_narrow", "nothing_found", "not_answered"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a question was not answered, in the question's language, and what was searched.

    `searched` counts the passages that the filters left, per language.
    """

    reason: RefusalReason
    message: str
    searched: Mapping[Lang, int]
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Short:
    """The answer in a few words, as the paper has them: characters `start` to `end` of `bodies[lang]` of the article of
    one citation. `verdict` is what these words say to a question that can be answered with yes or no."""

    text: str
    lang: Lang
    start: int
    end: int
    citation: int
    verdict: Literal["yes", "no"] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got. A refused one has no citations; its `hits` are the nearest passages, not evidence.

    `confidence` is the estimated probability, 0 to 1, that the archive answers the question with what is quoted; of a
    refusal, with what is nearest. `short` is the answer in a few words, where the question asks for a fact.
    `standalone` is the wording that was searched when a follow-up was completed from the turns before it,
    `period`, `named_page` and `named_paper` the filters read from the question, `added` what was searched for besides
    its words. `writer` is the name of the language model that wrote the sentences, None if they are quotations.
    `values` are the figures on which the cited articles differ, by date; empty if they do not. `written` is what a
    language model wrote instead, none of which the passages bear out: never shown but as such. `undated` counts the
    articles that a limit of dates left out only because they have none. `through` are the words that the question
    follows over several years, where it was asked of each of them (`rag.answer.course`), else "".
    """

    question: str
    lang: Lang
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    answered: bool
    confidence: float
    refusal: Refusal | None = None
    filters: Filters = Filters()
    warnings: tuple[str, ...] = ()
    standalone: str | None = None
    took_ms: float = 0.0
    writer: str | None = None
    period: Period | None = None
    named_page: int | None = None
    added: tuple[Added, ...] = ()
    values: tuple[Value, ...] = ()
    short: Short | None = None
    written: str = ""
    undated: int = 0
    named_paper: str | None = None
    through: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer while a language model writes it; each one replaces the one before, the `Answer` the last.

    `text` are the sentences that are whole and have been checked, with their marks; `tail` is what follows, unchecked
    and to be shown as such. `so_far` is an answer of those sentences, with what they cite; None as long as none is
    borne out.
    """

    text: str
    tail: str = ""
    so_far: Answer | None = None
