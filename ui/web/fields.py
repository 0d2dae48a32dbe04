"""What the form of the chat page takes: a question, dates, page, language. Wrong values are told by field."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.datatypes import LANGS, Filters, Lang, Limits, Reading, Turn
from ui.web.strings import text

WITHOUT = ("dates", "words")
"""What a question sets by itself and a reader may take out: the time it names, words added in the other language."""
MAX_QUESTION = 1000  # characters; a question of a historian fits in a tenth of it
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月?)|年?)")
_PAGE = re.compile(r"第?([1-9]\d{0,2})版?")


class FieldError(ValueError):
    """A field that cannot be taken; the message is plain text in the language of the page."""


@dataclass(frozen=True, slots=True)
class Form:
    """One submitted question with its limits, checked."""

    question: str
    since: date | None = None
    until: date | None = None
    lang: Lang | None = None
    page: int | None = None
    without: frozenset[str] = frozenset()

    @property
    def limits(self) -> Limits:
        """The filters as the keyword arguments that the archive takes."""
        return {"lang": self.lang, "since": self.since, "until": self.until, "page": self.page}

    def reading(self, history: Sequence[Turn] = ()) -> Reading:
        """The filters, and what the question sets by itself less what was taken out, as keyword arguments."""
        return {
            "lang": self.lang,
            "since": self.since,
            "until": self.until,
            "page": self.page,
            "history": history,
            "expand": "words" not in self.without,
            "read_dates": "dates" not in self.without,
        }

    @property
    def filters(self) -> Filters:
        """The filters as one value."""
        return Filters(self.since, self.until, self.lang, self.page)


def parse_day(value: str, *, end: bool) -> date | None:
    """The first day (or, with `end`, the last) of a year, month or day: 1958, 1958-11, 1958/11/14, 1958年11月14日.

    Full-width digits are taken. Blank is None. Raises ValueError for anything else, 30 February included.
    """
    written = unicodedata.normalize("NFKC", value).strip()
    if not written:
        return None
    found = _DAY.fullmatch(written)
    if found is None:
        raise ValueError(value)
    year = int(found[1])
    month = int(found[2]) if found[2] else (12 if end else 1)
    first = date(year, month, int(found[3]) if found[3] else 1)  # raises for a day that does not exist
    if found[3] or not end:
        return first
    return first.replace(day=calendar.monthrange(year, month)[1])


def read(
    question: object,
    since: object,
    until: object,
    lang: object,
    page_lang: Lang,
    page: object = "",
    without: object = "",
) -> Form:
    """The form as typed values; `without` names what is taken out of the question (`WITHOUT`), in any form.

    Raises `FieldError`, worded in `page_lang`, naming the first field that is wrong.

    The browser's limits are repeated here, because a request need not come from a browser.
    """
    asked = question if isinstance(question, str) else ""
    if len(asked) > MAX_QUESTION:
        raise FieldError(text(page_lang, "too_long", n=len(asked), limit=MAX_QUESTION))
    asked = asked.strip()
    if not any(char.isalnum() for char in asked):
        raise FieldError(text(page_lang, "empty"))
    days: list[date | None] = []
    for value, end in ((since, False), (until, True)):
        try:
            days.append(parse_day(value if isinstance(value, str) else "", end=end))
        except ValueError:
            shown = str(value)[:40]
            raise FieldError(text(page_lang, "bad_day", value=shown, hint=text(page_lang, "day_hint"))) from None
    first, last = days
    if first and last and first > last:
        raise FieldError(text(page_lang, "bad_range", since=first.isoformat(), until=last.isoformat()))
    known = next((known for known in LANGS if known == lang), None)
    out = frozenset(one for one in WITHOUT if isinstance(without, str) and one in without)
    return Form(asked, first, last, known, _page(page, page_lang), out)


def _page(value: object, page_lang: Lang) -> int | None:
    written = unicodedata.normalize("NFKC", value).strip() if isinstance(value, str) else ""
    found = _PAGE.fullmatch(written)
    if written and not found:
        raise FieldError(text(page_lang, "bad_page", value=written[:40]))
    return int(found[1]) if found else None
