"""The values that travel through Wenbao. Frozen, standard library only.

They know nothing of files, stores, models or screens: an `Article` does not know which file format it was
read from beyond the name in `source`, a `Passage` does not know its vector, a `Hit` does not know which
engine found it. Offsets are counted in characters (code points) of `Article.bodies[lang]`, start inclusive,
end exclusive, so that `bodies[lang][start:end]` is always the text meant.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypedDict

_Day = date  # inside Article, `date` is a field
Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


def other(lang: Lang) -> Lang:
    """The archive's other language."""
    return "en" if lang == "zh" else "zh"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one body: characters `start` to `end` (exclusive) of `bodies[lang]`."""

    lang: Lang
    start: int
    end: int


def days_of(iso: str) -> tuple[date, date]:
    """The first and the last day of an ISO 8601 date of any precision: 1958, 1958-11, 1958-11-14."""
    year, month, day = (int(part) for part in f"{iso}-0-0".split("-")[:3])
    last = day or monthrange(year, month or 12)[1]
    return date(year, month or 1, day or 1), date(year, month or 12, last)


@dataclass(frozen=True, slots=True)
class Paper:
    """A newspaper by its names in both languages; one that is not known is ""."""

    en: str = ""
    zh: str = ""

    def name(self, lang: Lang) -> str:
        """Its name in `lang`, in the other language if there is none in that."""
        return (self.zh or self.en) if lang == "zh" else (self.en or self.zh)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that are known, English first."""
        return tuple(filter(None, (self.en, self.zh)))


PEOPLES_DAILY = Paper("People's Daily", "人民日报")


@dataclass(frozen=True, slots=True)
class Holding:
    """What an index holds of one newspaper (None: of none that is known), and the days of its first and last issue."""

    paper: Paper | None
    articles: int
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Article:
    """One newspaper article in one or both languages. A missing part is None or absent from its mapping.

    `date` is the day of issue. Where only its month or year is known, `date` is None and `partial_date` says so:
    1958-11, 1958. Such an article may have been printed on any of these `days`. `paper` is the newspaper that printed
    it, None if that is not known.
    """

    id: str
    date: date | None
    page: int | None
    column: str | None
    author: str | None
    titles: Mapping[Lang, str]
    bodies: Mapping[Lang, str]
    source: str
    digest: str
    decks: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    partial_date: str | None = None
    paper: Paper | None = None

    @property
    def issued(self) -> str:
        """The issue date in ISO 8601, as far as it is known: 1958-11-14, 1958-11, 1958; "" if nothing is."""
        return self.date.isoformat() if self.date else self.partial_date or ""

    @property
    def days(self) -> tuple[_Day, _Day] | None:
        """The first and the last day on which it may have been printed; None if it is undated."""
        if self.date:
            return self.date, self.date
        return days_of(self.partial_date) if self.partial_date else None

    @property
    def langs(self) -> tuple[Lang, ...]:
        """The languages this article has a body in, Chinese first."""
        return tuple(lang for lang in LANGS if lang in self.bodies)


@dataclass(frozen=True, slots=True)
class Bead:
    """One aligned unit of an article: a stretch of each language that says the same, or of one language only.

    `paragraph` numbers the paragraph bead it belongs to, from 0 in reading order, the same in both languages;
    `score` is the aligner's confidence, 0 to 1.
    """

    paragraph: int
    zh: tuple[int, int] | None
    en: tuple[int, int] | None
    score: float = 1.0

    def side(self, lang: Lang) -> tuple[int, int] | None:
        """The bead's (start, end) in `lang`, or None if that side is missing."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one body that is indexed on its own; `paragraphs` are the paragraph beads it touches."""

    id: str
    article_id: str
    lang: Lang
    start: int
    end: int
    text: str
    paragraphs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is limited to. Dates are issue dates, both ends inclusive; `paper` is a newspaper's name in either
    language; None means no limit."""

    since: date | None = None
    until: date | None = None
    lang: Lang | None = None
    page: int | None = None
    paper: str | None = None

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

    `terms` are the words of the question that it holds, rarest first; `also` are other articles that print the same;
    `warnings` tell of a counterpart that disagrees.
    """

    passage: Passage
    article: Article
    score: float
    channels: Mapping[str, ChannelScore]
    why: tuple[str, ...] = ()
    twin: Twin | None = None
    terms: tuple[str, ...] = ()
    also: tuple[Printed, ...] = ()
    warnings: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of an article, with its aligned counterpart; `marks` are (start, end) of the answering
    stretches in body offsets, `warnings` tell of a counterpart that disagrees. `planned`: it tells of a plan, a target
    or a demand, not of a result."""

    lang: Lang
    start: int
    end: int
    text: str
    twin: Twin | None = None
    marks: tuple[tuple[int, int], ...] = ()
    warnings: tuple[str, ...] = ()
    planned: bool = False


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
class Turn:
    """One earlier exchange of a conversation, as plain text."""

    question: str
    answer: str = ""


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
    articles that a limit of dates left out only because they have none.
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
