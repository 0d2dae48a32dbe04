"""Articles and what they are cut into."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

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
    def by_language(self) -> dict[str, str | None]:
        """Its names by language, None for one that is not known."""
        return {"en": self.en or None, "zh": self.zh or None}

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
