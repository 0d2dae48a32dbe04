"""What the form of the chat page takes: a question, dates, page, language. Wrong values are told by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.corpus.dates import read_days
from rag.datatypes import Filters, Lang, Limits, Reading, Turn
from rag.errors import UsageError
from rag.through import LONGEST, MOST_WORDS, forms_of
from ui.web.strings import text

WITHOUT = ("dates", "words")
"""What a question sets by itself and a reader may take out: the time it names, words added in the other language."""
MAX_QUESTION = 1000  # characters; a question of a historian fits in a tenth of it
WAYS = ("quote", "write")
"""How an answer is made: of quotations, or by the language model that is configured."""
_NOTHING = ("", "null", "none", "undefined")  # how programs that know no better write that a field is left out
_LANGS: dict[str, Lang | None] = {
    "both": None, "all": None, "any": None, "zh": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh", "en": "en",
    "english": "en", "英文": "en", "英语": "en",
}  # fmt: skip
_HALF = re.compile("[\ud800-\udfff]")
_COMMA = re.compile(r"(?<!\d),|,(?!\d)|[，、;；\n]")  # 3,000 tons are one
_PAGE = re.compile(r"第?([1-9]\d{0,2})版?")


class FieldError(ValueError):
    """A field that cannot be taken: its name as programs know it, and a sentence in the language of the page."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)

    @property
    def named(self) -> str:
        """The message for a program, which has to be told the field."""
        return f"{self.field}: {self}"


@dataclass(frozen=True, slots=True)
class Within:
    """The limits of a question as they came, texts or what programs send for them; `read` tells what they mean."""

    since: object = ""
    until: object = ""
    lang: object = ""
    page: object = ""
    paper: object = ""
    event_since: object = ""
    event_until: object = ""
    without: object = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One submitted question with its limits, checked."""

    question: str
    since: date | None = None
    until: date | None = None
    lang: Lang | None = None
    page: int | None = None
    without: frozenset[str] = frozenset()
    paper: str | None = None
    event_since: date | None = None
    event_until: date | None = None

    @property
    def limits(self) -> Limits:
        """The filters as the keyword arguments that the archive takes."""
        return {
            "lang": self.lang,
            "since": self.since,
            "until": self.until,
            "page": self.page,
            "paper": self.paper,
            "event_since": self.event_since,
            "event_until": self.event_until,
        }

    def reading(self, history: Sequence[Turn] = ()) -> Reading:
        """The filters, and what the question sets by itself less what was taken out, as keyword arguments."""
        return {
            **self.limits,
            "history": history,
            "expand": "words" not in self.without,
            "read_dates": "dates" not in self.without,
        }

    @property
    def filters(self) -> Filters:
        """The filters as one value."""
        return Filters(**self.limits)


def parse_day(value: str, *, end: bool) -> date | None:
    """The first day (or, with `end`, the last) of a time as `read_days` reads it: 1958, 1958-11, 1958年11月14日, 1950s.

    Blank is None. Raises ValueError for anything else, 30 February included.
    """
    if not value.strip():
        return None
    if (days := read_days(value.strip())) is None:
        raise ValueError(value)
    return days[1 if end else 0]


def read(question: object, within: Within, page_lang: Lang = "en") -> Form:
    """The question and its limits as typed values.

    `without` names what is taken out of the question (`WITHOUT`), in any form, `paper` a newspaper, of which the
    archive knows whether there is one.

    Values may be numbers or None, as programs send them. Raises `FieldError`, worded in `page_lang`, for the first
    field that is wrong. The browser's limits are repeated here, because a request need not come from a browser.
    """
    asked = written(question) if isinstance(question, str | int | float) and question is not True else ""
    if len(asked) > MAX_QUESTION:
        raise FieldError("question", text(page_lang, "too_long", n=len(asked), limit=MAX_QUESTION))
    asked = asked.strip()
    if not any(char.isalnum() for char in asked):
        raise FieldError("question", text(page_lang, "empty"))
    issued = _range("", within.since, within.until, page_lang)
    spoken = _range("event_", within.event_since, within.event_until, page_lang)
    out = _without(within.without, page_lang)
    lang, page = _lang(within.lang, page_lang), _page(within.page, page_lang)
    return Form(asked, *issued, lang, page, out, _told(within.paper) or None, *spoken)


def written(value: object) -> str:
    """`value` as text: a number as one writes it (3.0 is 3), None as nothing, of a list its members, with blanks.

    Halves of characters (lone surrogates), which no answer could repeat, are left out.
    """
    if isinstance(value, list | tuple):
        return " ".join(map(written, value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else _HALF.sub("", str(value))


def count(field: str, value: object, low: int, high: int, default: int | None = None, page_lang: Lang = "en") -> int:
    """A whole number from `low` to `high`, both inclusive, in figures; `default` if it was left out.

    Raises `FieldError` for anything else.
    """
    told = _told(value)
    if not told and default is not None:
        return default
    number = int(told) if re.fullmatch(r"[0-9]{1,9}", told) else None
    if number is None or not low <= number <= high:
        raise FieldError(field, text(page_lang, "bad_count", value=told[:40], low=low, high=high))
    return number


def may_write(way: object, page_lang: Lang = "en") -> bool:
    """Whether the configured language model may write the answer: `way` is one of `WAYS`, "write" if it was left out.

    Raises `FieldError` for anything else.
    """
    told = _told(way).lower() or "write"
    if told not in WAYS:
        raise FieldError("way", text(page_lang, "bad_way", value=told[:40], known=", ".join(WAYS)))
    return told == "write"


def words(value: str, page_lang: Lang = "en") -> list[str]:
    """The words or names of a field, parted by commas, that are to be counted side by side.

    Raises `FieldError` for none, too many, or one that cannot be counted.
    """
    wanted = [one.strip() for one in _COMMA.split(value) if one.strip()]
    if not wanted:
        raise FieldError("word", text(page_lang, "empty"))
    if len(wanted) > MOST_WORDS:
        raise FieldError("word", text(page_lang, "through_many", given=len(wanted), n=MOST_WORDS))
    for one in wanted:
        try:
            forms_of(one)
        except UsageError as err:
            raise FieldError("word", text(page_lang, "through_nothing", value=one[:40], n=LONGEST)) from err
    return wanted


def _told(value: object) -> str:
    """What stands in a field, in plain figures and letters ("3.0" is 3); "" if it was left out."""
    told = unicodedata.normalize("NFKC", written(value)).strip()
    if told.lower() in _NOTHING:
        return ""
    return told.partition(".")[0] if re.fullmatch(r"[0-9]+\.0+", told) else told


def day(field: str, value: object, page_lang: Lang, *, end: bool) -> date | None:
    """A day in any form, None if it was left out: see `parse_day`. Raises `FieldError` for anything else."""
    told = _told(value)
    try:
        return parse_day(told, end=end)
    except ValueError:
        hint = text(page_lang, "day_hint")
        raise FieldError(field, text(page_lang, "bad_day", value=told[:40], hint=hint)) from None


def _range(prefix: str, since: object, until: object, page_lang: Lang) -> tuple[date | None, date | None]:
    """The first and the last day of two fields, the second of which must not lie before the first."""
    first = day(f"{prefix}since", since, page_lang, end=False)
    last = day(f"{prefix}until", until, page_lang, end=True)
    if first and last and first > last:
        said = text(page_lang, "bad_range", since=first.isoformat(), until=last.isoformat())
        raise FieldError(f"{prefix}until", said)
    return first, last


def _lang(value: object, page_lang: Lang) -> Lang | None:
    """A language by its tag ("zh", "zh-Hant-TW", "en_US") or name; None for both."""
    told = _told(value).lower()
    name = re.split(r"[-_]", told)[0] if told else "both"
    if name not in _LANGS:
        raise FieldError("lang", text(page_lang, "bad_lang", value=told[:40]))
    return _LANGS[name]


def _page(value: object, page_lang: Lang) -> int | None:
    told = _told(value)
    found = _PAGE.fullmatch(told)
    if told and not found:
        raise FieldError("page", text(page_lang, "bad_page", value=told[:40]))
    return int(found[1]) if found else None


def _without(value: object, page_lang: Lang) -> frozenset[str]:
    named = frozenset(re.findall(r"[^\s,.;+]+", _told(value)))
    if unknown := named - set(WITHOUT):
        raise FieldError("without", text(page_lang, "bad_without", value=min(unknown)[:40], known=", ".join(WITHOUT)))
    return named
