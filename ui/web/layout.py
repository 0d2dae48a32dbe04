"""Where a quotation stands on the page: its paragraph, what surrounds it, and the same paragraph in the other language.

Works on offsets only and writes no markup. Standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rag.datatypes import LANGS, Article, Bead, Lang, Span

FOLD = {"zh": 90, "en": 260}  # characters of a paragraph left out of a card only if at least this many


@dataclass(frozen=True, slots=True)
class Side:
    """One language of a paragraph: its extent, the part a card shows at once, and the stretches to mark in it."""

    lang: Lang
    start: int
    end: int
    near: tuple[int, int]
    marks: tuple[tuple[int, int], ...] = ()


class Shown(NamedTuple):
    """One language of a paragraph as it is shown: `words` as markup, None where it has no counterpart, the text before
    and after that is folded away, and where all of it stands, if it can be kept from there."""

    lang: Lang
    words: str | None
    before: str = ""
    after: str = ""
    place: Span | None = None

    @property
    def is_cut(self) -> bool:
        """True if anything is folded away."""
        return bool(self.before or self.after)


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph in both languages; a missing side is None. `number` counts from 0 as in the article's beads."""

    number: int
    zh: Side | None
    en: Side | None

    def side(self, lang: Lang) -> Side | None:
        """The row's `lang` side."""
        return self.zh if lang == "zh" else self.en

    @property
    def own(self) -> tuple[Span, ...]:
        """What one would keep of it: what is marked, else the whole of it; of the original, where there is one."""
        sides = [side for side in (self.zh, self.en) if side]
        chosen = next((side for side in sides if side.marks), sides[0])
        return tuple(Span(chosen.lang, *cut) for cut in chosen.marks or ((chosen.start, chosen.end),))

    @property
    def is_marked(self) -> bool:
        """True if either side has something marked."""
        return any(side is not None and side.marks for side in (self.zh, self.en))


def rows(article: Article, beads: Sequence[Bead], marks: Iterable[Span]) -> tuple[Row, ...]:
    """Every paragraph of `article` in reading order, `marks` cut to the paragraphs they touch.

    Without beads each body is cut at its line ends and the languages are not paired. Characters outside every
    bead, such as line ends between paragraphs, are left out.
    """
    wanted = tuple(marks)
    if not beads:
        return _unpaired(article, wanted)
    made = []
    for number, group in groupby(sorted(beads, key=lambda bead: bead.paragraph), key=lambda bead: bead.paragraph):
        units = list(group)
        sides = {lang: _side(lang, [cut for bead in units if (cut := bead.side(lang))], wanted) for lang in LANGS}
        made.append(Row(number, sides["zh"], sides["en"]))
    return tuple(made)


def _side(lang: Lang, units: Sequence[tuple[int, int]], marks: Iterable[Span]) -> Side | None:
    if not units:
        return None
    start, end = min(cut[0] for cut in units), max(cut[1] for cut in units)
    cut = [(max(m.start, start), min(m.end, end)) for m in marks if m.lang == lang and m.start < end and m.end > start]
    merged = merge(cut)
    return Side(lang, start, end, _near(start, end, sorted(units), merged, FOLD[lang]), merged)


def _near(
    start: int, end: int, units: Sequence[tuple[int, int]], marks: Sequence[tuple[int, int]], least: int
) -> tuple[int, int]:
    """The marks with one sentence on either side; a remainder too short to be worth hiding is kept."""
    if not marks:
        return start, end
    before = [cut[0] for cut in units if cut[1] <= marks[0][0]]
    after = [cut[1] for cut in units if cut[0] >= marks[-1][1]]
    first = before[-1] if before else start
    last = after[0] if after else end
    return (start if first - start < least else first), (end if end - last < least else last)


def _unpaired(article: Article, marks: Sequence[Span]) -> tuple[Row, ...]:
    made: list[Row] = []
    for lang in article.langs:
        at = 0
        for line in article.bodies[lang].splitlines(keepends=True):
            if line.strip():
                side = _side(lang, [(at, at + len(line.rstrip()))], marks)
                made.append(Row(len(made), side if lang == "zh" else None, side if lang == "en" else None))
            at += len(line)
    return tuple(made)


def merge(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """`spans` sorted, with those that overlap or touch made one; empty ones are dropped."""
    made: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(made[-1][1], end)
        else:
            made.append((start, end))
    return tuple(made)
