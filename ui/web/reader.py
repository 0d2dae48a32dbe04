"""The article over the page: both languages, paragraph beside paragraph, with its neighbours. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote

from rag.datatypes import Article, Lang, Span, other
from ui.web.escape import KEPT, esc, marked
from ui.web.layout import Row, rows
from ui.web.render import Beads, titles, verbatim, where_html
from ui.web.strings import text


def address(identifier: str, paragraph: int | None = None) -> str:
    """The permanent address of an article or of one of its paragraphs (from 0), fit for a quoted attribute."""
    return f"/?article={quote(identifier, safe='')}" + ("" if paragraph is None else f"#p{paragraph + 1}")


def sheet(
    article: Article,
    beads: Beads,
    marks: Iterable[Span],
    page_lang: Lang,
    same_page: Sequence[Article] = (),
    elsewhere: Sequence[Article] = (),
) -> str:
    """The whole article, paragraph beside paragraph, `marks` marked, with the articles printed beside it."""
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
        f"{esc(text(page_lang, 'copy_address'))}</button></p>"
        f'<div class="steps" hidden><span class="at" role="status"></span>{steps}</div></header>'
        f'<div class="columns" tabindex="0" aria-label="{esc(text(page_lang, "article"))}">'
        f'<div class="names">{names}</div>{body}'
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
