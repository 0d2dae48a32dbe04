"""What a search without an answer shows: the words in their lines, the passages, or the channels side by side.

Pure functions. `page_lang` is the language of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from rag.datatypes import Article, Channel, Found, Hit, Lang, Span, other
from rag.spreadsheet import table
from rag.timeline import Month
from ui import kwic
from ui.web.cards import hit_spans
from ui.web.chips import chips
from ui.web.escape import marked
from ui.web.layout import Shown, merge
from ui.web.markup import fill
from ui.web.naming import channel, limits
from ui.web.plot import timeline
from ui.web.render import Beads
from ui.web.strings import text

VIEWS = ("lines", "passages", "channels", "time")
MOST_LINES = 4  # concordance lines of one passage; the others are in its article
BESIDE = {"zh": 24, "en": 64}  # characters of context on either side of a keyword

ALONE: tuple[Channel, ...] = ("keyword", "dense")  # shown beside what they make together
MOST_BESIDE = 15  # passages of a channel

BeadsOf = Callable[[str], Beads]


def results(
    found: Found,
    alone: Mapping[Channel, Sequence[Hit]],
    months: Sequence[Month],
    view: str,
    page_lang: Lang,
    beads_of: BeadsOf,
    without: Collection[str] = (),
) -> Markup:
    """The whole result of a search as markup; `alone` is what each channel finds by itself, for the view of them.

    `without` is what was taken out of the question (`fields.WITHOUT`).
    """
    hits, wanted = found.hits, kwic.wanted(found)
    holding = sum(month.found for month in months)
    label = text(page_lang, "plot_found", n=holding) if holding else text(page_lang, "plot_none")
    if view == "channels":
        shown = _by_channel({**alone, "fused": hits}, wanted, page_lang)
    else:
        shown = (_passages if view == "passages" else _lines)(found, wanted, page_lang, beads_of)
    count = text(page_lang, "passages_n", n=len(hits))
    told = " · ".join([count, *limits(found.filters, page_lang)])
    read = chips(found, without, page_lang)
    months_shown = timeline(months, page_lang, label)
    return fill("search", "results", months_shown, told, VIEWS, view, hits, read, shown, page_lang)


class _Line(NamedTuple):
    """A concordance line: its sentence, the word and what is beside it, the same in the other language as markup."""

    place: Span
    paragraph: int
    before: str
    word: str
    after: str
    across_lang: Lang
    across: str


def _lines(searched: Found, wanted: frozenset[str], page_lang: Lang, beads_of: BeadsOf) -> Markup:
    made = []
    for hit in searched.hits:
        beads = beads_of(hit.article.id)
        found = kwic.lines(hit, beads, wanted)  # none: found by its meaning, with nothing to stand in the middle
        made.append((hit, [_line(hit.article, one, beads) for one in found[:MOST_LINES]], len(found) - MOST_LINES))
    return fill("search", "lines", made, searched.filters, page_lang)


def _line(article: Article, line: kwic.Line, beads: Beads) -> _Line:
    body, key = article.bodies[line.lang], line.keys[0]
    reach = BESIDE[line.lang]
    first, last = max(line.start, key[0] - reach), min(line.end, key[1] + reach)
    before = ("…" if first > line.start else "") + body[first : key[0]]
    if before.endswith(" "):  # set from right to left, so that its end is seen; a blank at the end would go to the left
        before = before[:-1] + "\u00a0"
    after = body[key[1] : last] + ("…" if last < line.end else "")
    number = next((b.paragraph for b in beads if (s := b.side(line.lang)) and s[0] <= key[0] < s[1]), 0)
    across = other(line.lang)
    words = marked(article.bodies[across], *line.across, line.across_keys, "b") if line.across else ""
    return _Line(Span(line.lang, line.start, line.end), number, before, body[slice(*key)], after, across, words)


def _passages(searched: Found, wanted: frozenset[str], page_lang: Lang, beads_of: BeadsOf) -> Markup:
    made = []
    for hit in searched.hits:
        sides = []
        for span in sorted(hit_spans(hit), key=lambda one: one.lang != "zh"):
            body = hit.article.bodies[span.lang]
            keys = kwic.found(body[span.start : span.end], wanted)
            words = marked(body, span.start, span.end, merge((a + span.start, b + span.start) for a, b in keys))
            sides.append(Shown(span.lang, words, place=span))
        made.append((hit, sides))
    return fill("search", "passages", made, searched.filters, page_lang)


def _by_channel(columns: Mapping[Channel, Sequence[Hit]], wanted: frozenset[str], page_lang: Lang) -> Markup:
    """What each channel finds by itself beside what they find together, each in its own order."""
    together = columns["fused"]
    made = []
    for name, hits in columns.items():
        ranked = []
        for hit in hits[:MOST_BESIDE]:
            place = next((n for n, one in enumerate(together, 1) if _is_same(one, hit)), None)
            told = text(page_lang, "fused_place", n=place) if place else text(page_lang, "fused_none")
            ranked.append(_ranked(hit, wanted, page_lang, [] if name == "fused" else [told]))
        made.append((name, ranked))
    return fill("search", "channels", made, page_lang)


def _ranked(
    hit: Hit, wanted: frozenset[str], page_lang: Lang, told: Sequence[str]
) -> tuple[Hit, Markup, tuple[str, str]]:
    """One passage of a channel with its words, its score, and its rank and score in each language."""
    cut = hit.passage
    words = marked(cut.text, 0, len(cut.text), kwic.found(cut.text, wanted), "b")
    parts = [
        f"{channel(name, page_lang)} {text(page_lang, 'rank_n', n=one.rank)} ({one.score:.3f})"
        for name, one in hit.channels.items()
        if one.rank
    ]
    return hit, words, (" · ".join([f"{hit.score:.3f}", *told]), "; ".join(parts))


def _is_same(one: Hit, two: Hit) -> bool:
    """True if they are the same place of an article, whichever language was found first."""
    if one.article.id != two.article.id:
        return False
    return any(a.lang == b.lang and a.start < b.end and b.start < a.end for a in hit_spans(one) for b in hit_spans(two))


def as_csv(searched: Found, beads_of: Mapping[str, Beads]) -> str:
    """The hits as a table for a spreadsheet."""
    hits, wanted = searched.hits, kwic.wanted(searched)
    channels = sorted({name for hit in hits for name in hit.channels})
    head = ["rank", "article", "date", "page", "paper_zh", "paper_en", "title_zh", "title_en", "lang", "start", "end"]
    head += ["text", "counterpart"]
    rows: list[list[object]] = [[*head, "words", "warnings", "score", *(f"{name} rank" for name in channels)]]
    for rank, hit in enumerate(hits, 1):
        one, cut = hit.article, hit.passage
        found = [
            one.bodies[line.lang][a:b]
            for line in kwic.lines(hit, beads_of.get(one.id, ()), wanted)
            for a, b in line.keys
        ]
        cells: list[object] = [rank, one.id, one.date.isoformat() if one.date else "", one.page or ""]
        cells += [one.paper.zh, one.paper.en] if one.paper else ["", ""]
        cells += [one.titles.get("zh", ""), one.titles.get("en", ""), cut.lang, cut.start, cut.end, cut.text]
        cells += [hit.twin.text if hit.twin else "", "; ".join(dict.fromkeys(found)), " ".join(hit.warnings), hit.score]
        cells += [hit.channels[name].rank if name in hit.channels else "" for name in channels]
        rows.append(cells)
    return table(rows)
