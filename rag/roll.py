"""The register as one reads it: where a name is written, line by line, and which articles share the rare ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from rag.datatypes import LANGS, Article, Bead, Lang, Span
from rag.index.reader import Generation
from rag.index.register import Name
from rag.variety import overlap

MOST_IN_ARTICLE = 6
"""Lines of one article that are listed."""
RARE, RARE_SHARE, FEW = 60, 0.25, 5
"""A name joins articles if no more articles than these have it, and than this share of all or a few."""
MOST_NAMES, MOST_OF_NAME = 8, 6
"""Names that an article is joined to others by, and articles of each."""
SAME_TEXT = 0.6
"""From what share of the shorter text on that the longer one has, two articles are one text printed twice."""
FOLLOWS, FOLLOWS_BY = 45, 2
"""Days between reports on one matter, and the rare names they share, at least."""
MOST_COMPARED = 80
MOST_FOLLOWING = 6


@dataclass(frozen=True, slots=True)
class NameLine:
    """A bead in which a name is written: paragraph (from 0), and in each language its stretch and the places in it."""

    paragraph: int
    sides: tuple[tuple[Lang, tuple[int, int], tuple[tuple[int, int], ...]], ...]


@dataclass(frozen=True, slots=True)
class NamedIn:
    """An article with the lines in which a name is written, and how many more there are."""

    article: Article
    lines: tuple[NameLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Written:
    """A name with some of the articles it stands in, by date, from number `first` on; how many there are in all."""

    name: Name
    articles: tuple[NamedIn, ...]
    first: int
    total: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """An article that shares names with another, and which, the rarest first."""

    article: Article
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """What else the archive has on the subject of an article.

    `reprints` print the same text, `follow_ups` tell within FOLLOWS days of the same matter, `by_name` are further
    articles by the rare names that they share; each article stands once, each list in the order of dates.
    """

    reprints: tuple[Article, ...] = ()
    follow_ups: tuple[Sharing, ...] = ()
    by_name: tuple[tuple[Name, tuple[Article, ...]], ...] = ()


def written(generation: Generation, text: str, first: int, most: int) -> Written:
    """The articles that a name stands in, by date. Raises UsageError if no name has this form."""
    name = generation.register.name(text)
    places = generation.register.places(name)
    rows = _by_date(generation, list(places))
    made = []
    for row in rows[first : first + most]:
        article, beads = generation.article(row)
        lines = _lines(beads, places[row])
        made.append(NamedIn(article, tuple(lines[:MOST_IN_ARTICLE]), max(0, len(lines) - MOST_IN_ARTICLE)))
    return Written(name, tuple(made), first, len(rows))


def _by_date(generation: Generation, rows: Sequence[int]) -> list[int]:
    """Rows in the order of their issues, those without a date last."""
    days = _days(generation, rows)
    return sorted(rows, key=lambda row: (not days[row], days[row], row))


def _days(generation: Generation, rows: Sequence[int]) -> dict[int, str]:
    if generation.register.is_there:
        return generation.register.days(rows)
    return {row: generation.article(row)[0].issued for row in rows}


def _lines(beads: Sequence[Bead], places: Sequence[tuple[Lang, int, int]]) -> list[NameLine]:
    made = []
    for bead in beads:
        cuts = {
            lang: tuple((a, b) for of, a, b in places if of == lang and side[0] <= a < side[1])
            for lang in LANGS
            if (side := bead.side(lang))
        }
        if any(cuts.values()):
            sides = ((lang, side, cuts[lang]) for lang in LANGS if (side := bead.side(lang)))
            made.append(NameLine(bead.paragraph, tuple(sides)))
    return made


def related(generation: Generation, identifier: str) -> Related:
    """What else there is on the subject of an article; nothing of its names where the index keeps none.

    Raises UsageError if there is no such article.
    """
    article, _ = generation.article(identifier)
    known = generation.articles.find(article.id)
    if known is None:
        return Related()
    most = min(RARE, max(FEW, int(RARE_SHARE * generation.articles.count())))
    names = generation.register.of_article(known.row) if generation.register.is_there else []
    rare = [name for name in names if 1 < name.articles <= most]
    holding = {name.number: [r for r in generation.register.rows_of(name) if r != known.row] for name in rare}
    shared: dict[int, list[Name]] = {}
    for name in rare:
        for row in holding[name.number]:
            shared.setdefault(row, []).append(name)
    near = sorted(shared, key=lambda row: -len(shared[row]))[:MOST_COMPARED]
    same = [
        row for row in dict.fromkeys([*_nearest(generation, known.row), *near]) if _is_same(generation, article, row)
    ]
    left = {row: by for row, by in shared.items() if row not in same}
    following = sorted((r for r in left if _follows(generation, article, r, left[r])), key=lambda r: -len(left[r]))
    following = _by_date(generation, following[:MOST_FOLLOWING])
    listed, by_name = {*same, *following}, list[tuple[Name, tuple[Article, ...]]]()
    for name in rare:
        rows = [row for row in holding[name.number] if row not in listed]
        if rows and len(by_name) < MOST_NAMES:
            rows = _by_date(generation, _closest(generation, article, rows)[:MOST_OF_NAME])
            listed.update(rows)
            by_name.append((name, tuple(generation.article(row)[0] for row in rows)))
    return Related(
        tuple(generation.article(row)[0] for row in _by_date(generation, same)),
        tuple(Sharing(generation.article(row)[0], tuple(left[row])) for row in following),
        tuple(by_name),
    )


def _nearest(generation: Generation, row: int) -> list[int]:
    """Rows of the articles that have the passages nearest to the first ones of an article."""
    found: list[int] = []
    for lang in LANGS:
        if lang in generation.dense_langs:
            owners = generation.passages[lang]["article"]
            first, end = np.searchsorted(owners, (row, row + 1))
            for at in range(int(first), min(int(first) + 2, int(end))):
                near, _ = generation.nearest(lang, generation.vectors(lang, np.array([at]))[0], 8, None)
                found += [int(owners[n]) for n in near]
    return [one for one in dict.fromkeys(found) if one != row]


def _is_same(generation: Generation, article: Article, row: int) -> bool:
    other, _ = generation.article(row)
    return any(
        overlap(article.bodies[lang], other.bodies[lang]) >= SAME_TEXT for lang in article.langs if lang in other.bodies
    )


def _follows(generation: Generation, article: Article, row: int, names: Sequence[Name]) -> bool:
    other, _ = generation.article(row)
    if article.date is None or other.date is None or len(names) < FOLLOWS_BY:
        return False
    return abs((other.date - article.date).days) <= FOLLOWS


def _closest(generation: Generation, article: Article, rows: Sequence[int]) -> list[int]:
    """Rows by the time between their issues and that of an article."""
    if article.date is None:
        return list(rows)
    days = _days(generation, rows)
    full = {row: date.fromisoformat(day) for row, day in days.items() if len(day) == len("1958-11-14")}
    far = date.max - date.min
    on = article.date
    return sorted(rows, key=lambda row: (abs(full[row] - on) if row in full else far, row))


def spans_of(line: NameLine) -> list[Span]:
    """Where a name is written in a line."""
    return [Span(lang, *cut) for lang, _, cuts in line.sides for cut in cuts]
