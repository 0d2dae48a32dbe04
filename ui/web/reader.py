"""The article over the page: both languages, paragraph beside paragraph, with its neighbours. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from rag.datatypes import Article, Lang, Span, other
from rag.desk import paragraph_of, spans_of
from rag.translation.corrections import Told
from ui.export import stops_early
from ui.web.escape import KEPT, esc, marked
from ui.web.layout import Row, rows
from ui.web.render import Beads, titles, verbatim, where_html
from ui.web.strings import text


def address(identifier: str, paragraph: int | None = None, marks: Iterable[Span] = (), digest: str = "") -> str:
    """The permanent address of an article or of one of its paragraphs (from 0), fit for a quoted attribute.

    With `marks`, stretches of the edition with that digest are marked.
    """
    marked_ = ",".join(f"{one.lang}.{one.start}.{one.end}.{digest[:12]}" for one in marks)
    place = "" if paragraph is None else f"#p{paragraph + 1}"
    return f"/?article={quote(identifier, safe='')}" + (f"&amp;marks={quote(marked_)}" if marked_ else "") + place


def sheet(
    article: Article,
    beads: Beads,
    marks: Iterable[Span],
    page_lang: Lang,
    same_page: Sequence[Article] = (),
    elsewhere: Sequence[Article] = (),
    told: Sequence[Told] = (),
) -> str:
    """The whole article, paragraph beside paragraph, `marks` marked, with the articles printed beside it.

    `told` are its findings: that the translation stops early is said at its head, all are listed before the text.
    """
    body = "".join(_row(article, row, page_lang) for row in rows(article, beads, marks))
    names = "".join(f'<span class="side-name">{esc(text(page_lang, lang))}</span>' for lang in article.langs)
    single = " single" if len(article.langs) == 1 else ""
    steps = "".join(
        f'<button type="button" class="{kind}" aria-label="{esc(text(page_lang, kind))}">{sign}</button>'
        for kind, sign in (("previous", "↑"), ("next", "↓"))
    )
    return (
        f'<div class="sheet{single}" role="dialog" aria-modal="true" aria-labelledby="sheet-title" '
        f'data-article="{esc(article.id)}"><header><div class="heads" id="sheet-title">'
        f"{titles(article, page_lang, 'h2')}</div>"
        f'<button type="button" class="close">{esc(text(page_lang, "close"))}</button>'
        f'<p class="where">{where_html(article, page_lang)} '
        f'<button type="button" class="copy" data-done="{esc(text(page_lang, "copied"))}" '
        f'data-by-hand="{esc(text(page_lang, "copy_by_hand"))}">'
        f"{esc(text(page_lang, 'copy_address'))}</button></p>{_breaks_off(told, page_lang)}"
        f'<div class="steps" hidden><span class="at" role="status"></span>{steps}</div></header>'
        f'<div class="columns" tabindex="0" aria-label="{esc(text(page_lang, "article"))}">'
        f'{_parting(article, beads, told, page_lang)}<div class="names">{names}</div>{body}'
        f"{_beside(article, same_page, elsewhere, page_lang)}{_notes(article, page_lang)}</div></div>"
    )


def _row(article: Article, row: Row, page_lang: Lang) -> str:
    sides = []
    for lang in article.langs:
        side = row.side(lang)
        words = marked(article.bodies[lang], side.start, side.end, side.marks) if side else ""
        sides.append(f'<p class="words" {verbatim(lang)}>{words}</p>')
    number = row.number + 1
    label = esc(text(page_lang, "paragraph_n", n=number))
    link = f'<a class="para-n" href="{address(article.id, row.number)}" aria-label="{label}">{number}</a>'
    return f'<div class="para" data-p="{number}">{link}{"".join(sides)}</div>'


def _breaks_off(told: Sequence[Told], page_lang: Lang) -> str:
    lines = stops_early(told, page_lang)
    return "".join(f'<p class="warning" role="note">{esc(line)}</p>' for line in lines)


def _parting(article: Article, beads: Beads, told: Sequence[Told], page_lang: Lang) -> str:
    """Where original and translation part, folded away; each place a link that marks the words."""
    if not told:
        return ""
    made = []
    for finding, correction in told:
        spans, paragraph = spans_of(finding), paragraph_of(finding, beads)
        words = "".join(
            f"<span {verbatim(one.lang)}>{esc(_shortened(article.bodies[one.lang][one.start : one.end]))}</span>"
            for one in spans
        )
        said = f" → <q {KEPT}>{esc(correction.reading)}</q>" if correction and correction.reading else ""
        made.append(
            f'<li class="{finding.grade}"><span class="kind">{esc(text(page_lang, f"kind_{finding.kind}"))}</span> '
            f'<a href="{address(article.id, paragraph, spans, article.digest)}">{words}</a>{said}</li>'
        )
    summary = text(page_lang, "parting_1" if len(told) == 1 else "parting_n", n=len(told))
    return f'<details class="parting"><summary>{esc(summary)}</summary><ul>{"".join(made)}</ul></details>'


def _shortened(words: str, most: int = 60) -> str:
    """The beginning of some words, on one line."""
    said = " ".join(words.split())
    return said if len(said) <= most else f"{said[: most - 1]}…"


def _beside(article: Article, same_page: Sequence[Article], elsewhere: Sequence[Article], page_lang: Lang) -> str:
    made = ""
    if same_page:
        made += f"<h3>{esc(text(page_lang, 'same_page'))}</h3>{_links(same_page, page_lang, paged=False)}"
    if elsewhere:
        told = text(page_lang, "same_issue", n=len(elsewhere))
        made += f"<details><summary>{esc(told)}</summary>{_links(elsewhere, page_lang, paged=True)}</details>"
    return f'<nav class="beside">{made}</nav>' if made else ""


def _links(articles: Sequence[Article], page_lang: Lang, *, paged: bool) -> str:
    made = []
    for one in articles:
        lang = next((lang for lang in (page_lang, other(page_lang)) if one.titles.get(lang)), page_lang)
        title = one.titles.get(lang) or text(page_lang, "untitled")
        page = (
            f' <span class="where">{esc(text(page_lang, "page", page=one.page))}</span>' if paged and one.page else ""
        )
        made.append(f'<li><a href="{address(one.id)}" {verbatim(lang)}>{esc(title)}</a>{page}</li>')
    return f"<ul>{''.join(made)}</ul>"


def _notes(article: Article, page_lang: Lang) -> str:
    notes = "".join(f'<li lang="en" {KEPT}>{esc(note)}</li>' for note in article.notes)
    told = f"<p>{esc(text(page_lang, 'notes'))}</p><ul>{notes}</ul>" if notes else ""
    return f'<div class="file">{told}<p {KEPT}>{esc(text(page_lang, "file", name=article.source))}</p></div>'
