"""What a search without an answer shows: the words in their lines, the passages, or the channels side by side.

Pure functions; every text from outside goes through `esc`. `page_lang` is the language of the page.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence

from rag.datatypes import Article, Filters, Hit, Lang, other
from rag.timeline import Month
from ui import kwic
from ui.web.cards import hit_spans, limits, scores
from ui.web.escape import esc, marked
from ui.web.layout import merge
from ui.web.plot import timeline
from ui.web.reader import address
from ui.web.render import Beads, lang_attr, titles, where, where_html
from ui.web.strings import text

VIEWS = ("lines", "passages", "channels")
MOST_LINES = 4  # concordance lines of one passage; the others are in its article
BESIDE = {"zh": 24, "en": 64}  # characters of context on either side of a keyword

BeadsOf = Callable[[str], Beads]


def results(
    question: str,
    filters: Filters,
    hits: Sequence[Hit],
    months: Sequence[Month],
    view: str,
    page_lang: Lang,
    beads_of: BeadsOf,
) -> str:
    """The whole result of a search as markup."""
    wanted = kwic.terms(question)
    holding = sum(month.found for month in months)
    label = text(page_lang, "plot_found", n=holding) if holding else text(page_lang, "plot_none")
    shown = {"lines": _lines, "passages": _passages}.get(view, _by_channel)(hits, wanted, page_lang, beads_of)
    tabs = "".join(
        f'<button type="button" data-as="{one}" aria-pressed="{str(one == view).lower()}">'
        f"{esc(text(page_lang, f'as_{one}'))}</button>"
        for one in VIEWS
    )
    count = text(page_lang, "passages_1" if len(hits) == 1 else "passages_n", n=len(hits))
    told = " · ".join([count, *limits(filters, page_lang)])
    csv_button = f'<button type="button" class="csv">{esc(text(page_lang, "csv"))}</button>' if hits else ""
    body = shown if hits else f'<p class="nothing">{esc(text(page_lang, "no_passages"))}</p>'
    return (
        f"{timeline(months, page_lang, label)}"
        f'<div class="tally"><p role="status">{esc(told)}</p><div class="views" role="group">{tabs}</div>{csv_button}'
        f"</div>{body}"
    )


def _lines(hits: Sequence[Hit], wanted: frozenset[str], page_lang: Lang, beads_of: BeadsOf) -> str:
    made = []
    for rank, hit in enumerate(hits, 1):
        beads = beads_of(hit.article.id)
        found = kwic.lines(hit, beads, wanted)
        rows = "".join(_line(hit.article, line, beads) for line in found[:MOST_LINES])
        if not found:  # found by its meaning: nothing to stand in the middle
            rows = f'<p class="by-meaning">{esc(text(page_lang, "by_meaning"))}</p>{_opening(hit)}'
        more = len(found) - MOST_LINES
        rows += f'<p class="by-meaning">{esc(text(page_lang, "more_lines", n=more))}</p>' if more > 0 else ""
        made.append(_item(hit, rank, rows, page_lang))
    return f'<ol class="found lines">{"".join(made)}</ol>'


def _line(article: Article, line: kwic.Line, beads: Beads) -> str:
    body, key = article.bodies[line.lang], line.keys[0]
    reach = BESIDE[line.lang]
    first, last = max(line.start, key[0] - reach), min(line.end, key[1] + reach)
    before = ("…" if first > line.start else "") + body[first : key[0]]
    after = body[key[1] : last] + ("…" if last < line.end else "")
    number = next((b.paragraph for b in beads if (s := b.side(line.lang)) and s[0] <= key[0] < s[1]), 0)
    across = ""
    if line.across:
        lang = other(line.lang)
        words = marked(article.bodies[lang], *line.across, line.across_keys, "b")
        across = f'<p class="across" {lang_attr(lang)}>{words}</p>'
    return (
        f'<div class="kwic"><a class="line" href="{address(article.id, number)}" {lang_attr(line.lang)}>'
        f'<span class="left"><bdi>{esc(before)}</bdi></span><b>{esc(body[slice(*key)])}</b>'
        f'<span class="right">{esc(after)}</span></a>{across}</div>'
    )


def _opening(hit: Hit) -> str:
    sides = [(hit.passage.lang, hit.passage.text)] + ([(hit.twin.lang, hit.twin.text)] if hit.twin else [])
    return "".join(f'<p class="across clip" {lang_attr(lang)}>{esc(words)}</p>' for lang, words in sides)


def _passages(hits: Sequence[Hit], wanted: frozenset[str], page_lang: Lang, beads_of: BeadsOf) -> str:
    made = []
    for rank, hit in enumerate(hits, 1):
        sides = []
        for span in sorted(hit_spans(hit), key=lambda one: one.lang != "zh"):
            body = hit.article.bodies[span.lang]
            keys = kwic.found(body[span.start : span.end], wanted)
            words = marked(body, span.start, span.end, merge((a + span.start, b + span.start) for a, b in keys))
            name = esc(text(page_lang, span.lang))
            sides.append(
                f'<div class="side"><p class="side-name">{name}</p>'
                f'<p class="words" {lang_attr(span.lang)}>{words}</p></div>'
            )
        single = " single" if len(sides) == 1 else ""
        inside = f'<div class="pair{single}">{"".join(sides)}</div>'
        made.append(_item(hit, rank, inside, page_lang))
    return f'<ol class="found passages">{"".join(made)}</ol>'


def _by_channel(hits: Sequence[Hit], wanted: frozenset[str], page_lang: Lang, beads_of: BeadsOf) -> str:
    names = dict.fromkeys(name for hit in hits for name in hit.channels)
    columns = []
    for name in sorted(names):
        ranked = sorted(
            (hit.channels[name].rank, place, hit)
            for place, hit in enumerate(hits, 1)
            if name in hit.channels and hit.channels[name].rank
        )
        rows = "".join(
            f'<li value="{rank}"><a href="{_address(hit)}">{_short_title(hit.article, page_lang)}</a>'
            f'<span class="where">{esc(where(hit.article, page_lang))}</span>'
            f'<span class="figures">{hit.channels[name].score:.3f}'
            f" · {esc(text(page_lang, 'fused_place', n=place))}</span></li>"
            for rank, place, hit in ranked[:15]
        )
        empty = f'<p class="by-meaning">{esc(text(page_lang, "not_ranked"))}</p>'
        columns.append(
            f"<section><h3>{esc(channel(name, page_lang))}</h3>{f'<ol>{rows}</ol>' if rows else empty}</section>"
        )
    return f'<div class="found channels">{"".join(columns)}</div>'


def channel(name: str, page_lang: Lang) -> str:
    """A channel's name as a reader knows it; an unknown one as it is."""
    kind, _, lang = name.partition("-")
    if kind not in ("keyword", "dense") or lang not in ("zh", "en"):
        return name
    return text(page_lang, f"channel_{kind}", script=text(page_lang, f"short_{lang}"))


def _address(hit: Hit) -> str:
    """The permanent address of a passage: its article, at its first paragraph."""
    return address(hit.article.id, hit.passage.paragraphs[0] if hit.passage.paragraphs else 0)


def _short_title(article: Article, page_lang: Lang) -> str:
    lang = next((one for one in (page_lang, other(page_lang)) if article.titles.get(one)), page_lang)
    title = article.titles.get(lang) or text(page_lang, "untitled")
    return f"<span {lang_attr(lang)}>{esc(title)}</span>"


def _item(hit: Hit, rank: int, inside: str, page_lang: Lang) -> str:
    return (
        f'<li class="hit" data-rank="{rank}"><header><span class="rank">{rank}</span>'
        f'<div class="heads"><a class="to-article" href="{_address(hit)}">{titles(hit.article, page_lang, "h3")}</a>'
        f'<p class="where">{where_html(hit.article, page_lang)}</p></div></header>{inside}'
        f"<footer>{scores([hit], page_lang)}</footer></li>"
    )


def as_csv(hits: Sequence[Hit], wanted: frozenset[str], beads_of: Mapping[str, Beads]) -> str:
    """The hits as CSV (RFC 4180, UTF-8 with a byte order mark, so that spreadsheets read the Chinese).

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    channels = sorted({name for hit in hits for name in hit.channels})
    out = io.StringIO()
    writer = csv.writer(out)
    head = ["rank", "article", "date", "page", "title_zh", "title_en", "lang", "start", "end", "text", "counterpart"]
    writer.writerow([*head, "words", "score", *(f"{name} rank" for name in channels)])
    for rank, hit in enumerate(hits, 1):
        one, cut = hit.article, hit.passage
        found = [
            one.bodies[line.lang][a:b]
            for line in kwic.lines(hit, beads_of.get(one.id, ()), wanted)
            for a, b in line.keys
        ]
        cells: list[object] = [rank, one.id, one.date.isoformat() if one.date else "", one.page or ""]
        cells += [one.titles.get("zh", ""), one.titles.get("en", ""), cut.lang, cut.start, cut.end, cut.text]
        cells += [hit.twin.text if hit.twin else "", "; ".join(dict.fromkeys(found)), hit.score]
        cells += [hit.channels[name].rank if name in hit.channels else "" for name in channels]
        writer.writerow([_cell(value) for value in cells])
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
