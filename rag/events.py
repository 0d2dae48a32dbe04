"""The times that an article speaks of, in both of its languages: the original decides.

A translation has its own words for a time ("last October" for 去年10月), and sometimes another time. Where a bead of
both languages tells different ones, those of the original stand for the translation's, one for one; where they cannot
be told apart, nothing is claimed of the translation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.align import twin_span
from rag.datatypes import LANGS, Article, Bead, Dateline, DateSpan, Lang
from rag.language.datelines import datelines
from rag.language.times import times


@dataclass(frozen=True, slots=True)
class Spoken:
    """The datelines and times of an article by language, in order."""

    datelines: Mapping[Lang, Sequence[Dateline]]
    times: Mapping[Lang, Sequence[DateSpan]]

    def within(self, lang: Lang, start: int, end: int) -> tuple[DateSpan, ...]:
        """The times that begin in a stretch of a body."""
        return tuple(one for one in self.times[lang] if start <= one.start < end)

    def dateline(self, lang: Lang, at: int) -> Dateline | None:
        """The dateline that a place of a body stands under, None before the first."""
        before = [one for one in self.datelines[lang] if one.start <= at]
        return before[-1] if before else None


def spoken_in(article: Article, beads: Sequence[Bead]) -> Spoken:
    """The datelines of an article and the times that it speaks of."""
    heads = {lang: datelines(article.bodies[lang], lang, article.date) for lang in article.langs}
    if len(article.langs) == 2:
        heads["en"] = _as_the_original(heads["zh"], heads["en"], beads)
    told = {lang: times(article.bodies[lang], lang, article.date, heads[lang]) for lang in article.langs}
    if len(article.langs) == 2:
        told["en"] = _agreed(told["zh"], told["en"], beads)
    return Spoken({lang: heads.get(lang, []) for lang in LANGS}, {lang: told.get(lang, []) for lang in LANGS})


def _as_the_original(zh: Sequence[Dateline], en: Sequence[Dateline], beads: Sequence[Bead]) -> list[Dateline]:
    """The datelines of a translation with the days of the original's; one that was dropped has an empty stretch."""
    made = []
    for one in en:
        span = twin_span(beads, "en", one.start, one.end)
        its = [z for z in zh if span and span[0] <= z.start < span[1]]
        made.append(replace(one, day=its[0].day) if its else one)
    for one in zh:
        span = twin_span(beads, "zh", one.start, one.end)
        if span and not any(span[0] <= d.start < span[1] for d in made):
            made.append(Dateline(span[0], span[0], one.agency, one.place, one.day))
    return sorted(made, key=lambda one: one.start)


def _agreed(zh: Sequence[DateSpan], en: Sequence[DateSpan], beads: Sequence[Bead]) -> list[DateSpan]:
    """The times of a translation, each with the days that the original gives."""
    made: list[DateSpan] = []
    left = list(en)
    for bead in beads:
        if not bead.zh or not bead.en:
            continue
        own = [t for t in left if bead.en[0] <= t.start < bead.en[1]]
        left = [t for t in left if t not in own]
        originals = [t for t in zh if bead.zh[0] <= t.start < bead.zh[1]]
        lone = [t for t in own if not any(_agree(t, z) for z in originals)]
        others = [z for z in originals if not any(_agree(t, z) for t in own)]
        for t in own:
            if t not in lone or not others:
                made.append(t)
            elif len(lone) == len(others):
                original = others[lone.index(t)]
                made.append(replace(t, since=original.since, until=original.until))
    return sorted([*made, *left], key=lambda t: t.start)


def _agree(a: DateSpan, b: DateSpan) -> bool:
    """Whether one time holds the other: of what is told more closely in one language neither is wrong."""
    return (a.since <= b.since and b.until <= a.until) or (b.since <= a.since and a.until <= b.until)
