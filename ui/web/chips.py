"""What a question set by itself, as chips: the time, page and newspaper it names, the words added in the other.

A chip is taken out with a click, which asks again without it; one that was taken out stays as a chip that puts it
back. Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.answer.wording import day
from rag.datatypes import Answer, Found, Lang, Period
from ui.web.fields import WITHOUT
from ui.web.strings import text


@dataclass(frozen=True, slots=True)
class Chip:
    """One reading of a question, in words; a click asks again with `without` taken out."""

    told: str
    is_taken_out: bool
    without: tuple[str, ...]


def chips(read: Answer | Found, without: Collection[str], lang: Lang) -> tuple[Chip, ...]:
    """What was read into a question and what was taken out of it (`without`, of `WITHOUT`)."""
    return tuple(_chips(read, without, lang))


def _chips(read: Answer | Found, without: Collection[str], lang: Lang) -> Iterator[Chip]:
    pairs = ("；" if lang == "zh" else "; ").join(f"{one.term} = {one.word}" for one in read.added)
    limits = [_limit(read.period, lang)] if read.period and read.period.applied else []
    limits += [text(lang, "only_page", page=read.named_page)] if read.named_page is not None else []
    limits += [text(lang, "only_paper", paper=read.named_paper)] if read.named_paper is not None else []
    told = {
        "dates": ("；" if lang == "zh" else "; ").join(limits),
        "words": text(lang, "also_searched", pairs=pairs) if pairs else "",
    }
    for kind in WITHOUT:
        others = tuple(one for one in WITHOUT if one in without and one != kind)
        if kind in without:
            yield Chip(text(lang, f"without_{kind}"), True, others)
        elif told[kind]:
            yield Chip(told[kind], False, tuple(one for one in WITHOUT if one in (*others, kind)))


def _limit(period: Period, lang: Lang) -> str:
    since, until = (day(one, lang) if one else "" for one in (period.since, period.until))
    ends = "day" if since == until else "to" if since and until else "since" if since else "until"
    return text(lang, f"limited_{ends}", words=period.text, since=since, until=until)
