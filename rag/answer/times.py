"""The dateline and the times of a quotation in words: "last year: 1956"; 去年：1956年."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from rag.answer.wording import day
from rag.datatypes import Answer, Dateline, DateSpan, Lang, Quote
from rag.events import Spoken
from rag.language.dates import MONTHS, dates


def timed(answer: Answer, spoken_of: Callable[[str], Spoken]) -> Answer:
    """An answer whose quotations have their times; `spoken_of` gives what an article speaks of by its id."""
    citations = tuple(
        replace(c, quotes=tuple(of_quote(q, spoken_of(c.article.id)) for q in c.quotes)) for c in answer.citations
    )
    return replace(answer, citations=citations)


def of_quote(quote: Quote, spoken: Spoken) -> Quote:
    """A quotation with the dateline it stands under and the times it speaks of."""
    return replace(
        quote,
        times=spoken.within(quote.lang, quote.start, quote.end),
        dateline=spoken.dateline(quote.lang, quote.start),
    )


def told(quote: Quote, lang: Lang) -> str:
    """What a reader is told of the times of a quotation, in few words: its dateline and the times it counts from
    there; those that say themselves what days they mean are left out. "" if there is nothing to tell."""
    parts = [dateline(quote.dateline, lang)] if quote.dateline else []
    parts += [time(one, lang) for one in quote.times if not _is_plain(one, quote.lang)]
    return ("；" if lang == "zh" else "; ").join(dict.fromkeys(filter(None, parts)))


def dateline(line: Dateline, lang: Lang) -> str:
    """A dateline in words: dispatch: Xinhua News Agency, Wuhan, 14 August 1960. "" for one without place and day."""
    if not line.place and not line.day:
        return ""
    names = [line.agency, line.place, day(line.day, lang) if line.day else ""]
    return ("电头：" if lang == "zh" else "dispatch: ") + ("，" if lang == "zh" else ", ").join(filter(None, names))


def time(span: DateSpan, lang: Lang) -> str:
    """A time as it is printed, with the days it means: last year: 1956; 本月中旬：1958年1月11日至20日."""
    return f"{' '.join(span.text.split())}{'：' if lang == 'zh' else ': '}{days(span.since, span.until, lang)}"


def days(since: date, until: date, lang: Lang) -> str:
    """Days in words, as whole years and months where they are: 1956; January to June 1956; 21 to 30 April 1957."""
    if since == date.min or until == date.max:
        is_start = until == date.max
        known = since if is_start else until
        is_year = (known.month, known.day) == ((1, 1) if is_start else (12, 31))
        said = _years(known.year, known.year, lang) if is_year else day(known, lang)
        if lang == "zh":
            return f"{said}起" if is_start else f"至{said}"
        return f"from {said} on" if is_start else f"until {said}"
    is_months = since.day == 1 and (until + timedelta(days=1)).day == 1 if until < date.max else False
    if is_months and since.month == 1 and until.month == 12:
        return _years(since.year, until.year, lang)
    return _joined(_month(since, lang), _month(until, lang), lang) if is_months else _joined_days(since, until, lang)


def _years(first: int, last: int, lang: Lang) -> str:
    said = str(first) if first == last else f"{first}{'至' if lang == 'zh' else ' to '}{last}"
    return f"{said}年" if lang == "zh" else said


def _month(value: date, lang: Lang) -> tuple[str, str]:
    """A month and its year, in the order of the language."""
    year, month = (
        (f"{value.year}年", f"{value.month}月") if lang == "zh" else (str(value.year), MONTHS[value.month - 1])
    )
    return (year, month) if lang == "zh" else (month, year)


def _joined(first: tuple[str, str], last: tuple[str, str], lang: Lang) -> str:
    """One month or two, with a year that they share told once."""
    if lang == "zh":
        end = last[1] if first[0] == last[0] else "".join(last)
        return "".join(first) if first == last else f"{''.join(first)}至{end}"
    if first == last:
        return " ".join(first)
    return f"{first[0] if first[1] == last[1] else ' '.join(first)} to {' '.join(last)}"


def _joined_days(since: date, until: date, lang: Lang) -> str:
    if since == until:
        return day(since, lang)
    is_same = (since.year, since.month) == (until.year, until.month)
    if lang == "zh":
        return f"{day(since, lang)}至{f'{until.day}日' if is_same else day(until, lang)}"
    return f"{since.day if is_same else day(since, lang)} to {day(until, lang)}"


def _is_plain(span: DateSpan, lang: Lang) -> bool:
    """Whether the words of a time tell its days by themselves: 1956年, "March 1957"."""
    own = dates(span.text, lang)
    return len(own) == 1 and (own[0].since, own[0].until) == (span.since, span.until)
