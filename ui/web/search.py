"""What a search without an answer shows: the words in their lines, the passages, or the channels side by side.

Pure functions; every text from outside goes through `esc`. `page_lang` is the language of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from rag.datatypes import Article, Channel, Found, Hit, Lang, other
from rag.spreadsheet import table
from rag.timeline import Month
from ui import kwic
from ui.web.cards import hit_spans, limits, scores, warned
from ui.web.chips import in_search
from ui.web.escape import KEPT, esc, marked
from ui.web.layout import merge
from ui.web.plot import timeline
from ui.web.reader import address
from ui.web.render import Beads, channel, titles, verbatim, where, where_html
from ui.web.strings import text

VIEWS = ("lines", "passages", "channels")
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
) -> str:
    """The whole result of a search as markup; `alone` is what each channel finds by itself, for the view of them.

    `without` is what was taken out of the question (`fields.WITHOUT`).
    """
    hits, wanted = found.hits, kwic.wanted(found)
    holding = sum(month.found for month in months)
    label = text(page_lang, "plot_found", n=holding) if holding else text(page_lang, "plot_none")
    if view == "channels":
        shown = _by_channel({**alone, "fused": hits}, wanted, page_lang)
    else:
        shown = (_passages if view == "passages" else _lines)(hits, wanted, page_lang, beads_of)
    tabs = "".join(
        f'<button type="button" data-as="{one}" aria-pressed="{str(one == view).lower()}">'
        f"{esc(text(page_lang, f'as_{one}'))}</button>"
        for one in VIEWS
    )
    count = text(page_lang, "passages_1" if len(hits) == 1 else "passages_n", n=len(hits))
    told = " · ".join([count, *limits(found.filters, page_lang)])
    csv_button = f'<button type="button" class="csv">{esc(text(page_lang, "csv"))}</button>' if hits else ""
    body = shown if hits else f'<p class="nothing">{esc(text(page_lang, "no_passages"))}</p>'
    return (
        f"{timeline(months, page_lang, label)}"
        f'<div class="tally"><p role="status">{esc(told)}</p><div class="views" role="group">{tabs}</div>{csv_button}'
        f"</div>{in_search(found, without, page_lang)}{body}"
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
    if before.endswith(" "):  # set from right to left, so that its end is seen; a blank at the end would go to the left
        before = before[:-1] + "\u00a0"
    after = body[key[1] : last] + ("…" if last < line.end else "")
    number = next((b.paragraph for b in beads if (s := b.side(line.lang)) and s[0] <= key[0] < s[1]), 0)
    across = ""
    if line.across:
        lang = other(line.lang)
        words = marked(article.bodies[lang], *line.across, line.across_keys, "b")
        across = f'<p class="across" {verbatim(lang)}>{words}</p>'
    return (
        f'<div class="kwic"><a class="line" href="{address(article.id, number)}" {verbatim(line.lang)}>'
        f'<span class="left"><bdi>{esc(before)}</bdi></span><b>{esc(body[slice(*key)])}</b>'
        f'<span class="right">{esc(after)}</span></a>{across}</div>'
    )


def _opening(hit: Hit) -> str:
    sides = [(hit.passage.lang, hit.passage.text)] + ([(hit.twin.lang, hit.twin.text)] if hit.twin else [])
    return "".join(f'<p class="across clip" {verbatim(lang)}>{esc(words)}</p>' for lang, words in sides)


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
                f'<p class="words" {verbatim(span.lang)}>{words}</p></div>'
            )
        single = " single" if len(sides) == 1 else ""
        inside = f'<div class="pair{single}">{"".join(sides)}</div>'
        made.append(_item(hit, rank, inside, page_lang))
    return f'<ol class="found passages">{"".join(made)}</ol>'


def _by_channel(columns: Mapping[Channel, Sequence[Hit]], wanted: frozenset[str], page_lang: Lang) -> str:
    """What each channel finds by itself beside what they find together, each in its own order."""
    together = columns["fused"]
    made = []
    for name, hits in columns.items():
        rows = []
        for rank, hit in enumerate(hits[:MOST_BESIDE], 1):
            place = next((n for n, one in enumerate(together, 1) if _is_same(one, hit)), None)
            told = [text(page_lang, "fused_place", n=place) if place else text(page_lang, "fused_none")]
            rows.append(_ranked(hit, rank, wanted, page_lang, told if name != "fused" else []))
        body = (
            f"<ol>{''.join(rows)}</ol>" if rows else f'<p class="by-meaning">{esc(text(page_lang, "not_ranked"))}</p>'
        )
        made.append(f'<section data-channel="{name}"><h3>{esc(text(page_lang, f"alone_{name}"))}</h3>{body}</section>')
    return f'<div class="found channels">{"".join(made)}</div>'


def _ranked(hit: Hit, rank: int, wanted: frozenset[str], page_lang: Lang, told: Sequence[str]) -> str:
    """One passage of a channel: its rank and score, where it stands, how it begins, the score in each language."""
    cut = hit.passage
    words = marked(cut.text, 0, len(cut.text), kwic.found(cut.text, wanted), "b")
    parts = [
        f"{channel(name, page_lang)} {text(page_lang, 'rank_n', n=one.rank)} ({one.score:.3f})"
        for name, one in hit.channels.items()
        if one.rank
    ]
    return (
        f'<li data-rank="{rank}"><span class="rank">{rank}</span><a href="{_address(hit)}">'
        f"{_short_title(hit.article, page_lang)}</a>"
        f'<span class="where" {KEPT}>{esc(where(hit.article, page_lang))}</span>'
        f'<span class="across clip" {verbatim(cut.lang)}>{words}</span>'
        f'<span class="figures">{esc(" · ".join([f"{hit.score:.3f}", *told]))}</span>'
        f'<span class="figures">{esc("; ".join(parts))}</span></li>'
    )


def _is_same(one: Hit, two: Hit) -> bool:
    """True if they are the same place of an article, whichever language was found first."""
    if one.article.id != two.article.id:
        return False
    return any(a.lang == b.lang and a.start < b.end and b.start < a.end for a in hit_spans(one) for b in hit_spans(two))


def _address(hit: Hit) -> str:
    """The permanent address of a passage: its article, at its first paragraph."""
    return address(hit.article.id, hit.passage.paragraphs[0] if hit.passage.paragraphs else 0)


def _short_title(article: Article, page_lang: Lang) -> str:
    lang = next((one for one in (page_lang, other(page_lang)) if article.titles.get(one)), page_lang)
    title = article.titles.get(lang) or text(page_lang, "untitled")
    return f"<span {verbatim(lang)}>{esc(title)}</span>"


def _item(hit: Hit, rank: int, inside: str, page_lang: Lang) -> str:
    return (
        f'<li class="hit" data-rank="{rank}"><header><span class="rank">{rank}</span>'
        f'<div class="heads"><a class="to-article" href="{_address(hit)}">{titles(hit.article, page_lang, "h3")}</a>'
        f'<p class="where">{where_html(hit.article, page_lang)}</p></div></header>{inside}'
        f"{warned(hit.warnings, page_lang)}<footer>{scores([hit], page_lang)}</footer></li>"
    )


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
