"""Excerpts as a document to take along: Markdown, one HTML page, a table, references; with the notes beside them.

In their own order, under the names of their collections; references are one for each article.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rag.datatypes import Citation
from rag.spreadsheet import table
from ui.excerpts import Excerpt, Excerpts, Today, citation
from ui.export import cited_markdown, plain
from ui.references import FORMS, merged
from ui.takeaway import page

if TYPE_CHECKING:
    from rag.archive import Archive

Taken = Sequence[tuple[Excerpt, Citation, Today]]
"""Excerpts in their order, each as a citation and with what has become of it."""

HEAD = (
    "number", "collection", "article", "date", "page", "paper_zh", "paper_en", "title_zh", "title_en", "author", "lang",
    "start", "end", "text", "counterpart", "note", "tags", "state", "today_zh", "today_en", "digest",
)  # fmt: skip


def document(form: str, told: Excerpts, archive: Archive) -> tuple[str, str]:
    """The media type and the text of `told` in a form: one of `WRITERS`, or of `ui.references.FORMS`."""
    taken = [(one, *citation(one, at, archive, told.lang)) for at, one in enumerate(told.excerpts, 1)]
    if form in WRITERS:
        kind, write = WRITERS[form]
        return kind, write(told, taken)
    _, kind, references = FORMS[form]
    return kind, references(merged(cited for _, cited, _ in taken))


def _markdown(told: Excerpts, taken: Taken) -> str:
    lines = [f"# {plain(told.title)}", ""]
    for name, group in _collections(told, taken):
        lines += [f"## {plain(name)}", ""] if name else []
        lines += [line for _, cited, _ in group for line in (*cited_markdown(cited, told.lang), "")]
    return "\n".join(lines).rstrip() + "\n"


def _html(told: Excerpts, taken: Taken) -> str:
    collections = [(name, [cited for _, cited, _ in group]) for name, group in _collections(told, taken)]
    return page("excerpts", told.title, told.lang, collections=collections)


def _collections(told: Excerpts, taken: Taken) -> list[tuple[str, Taken]]:
    """The excerpts by collection; one without a name where all are of one, which is the title."""
    groups = [(name, list(group)) for name, group in groupby(taken, key=lambda one: one[0].collection)]
    return [("", groups[0][1])] if len(groups) == 1 and groups[0][0] in ("", told.title) else [*groups]


def _csv(_: Excerpts, taken: Taken) -> str:
    rows: list[Sequence[object]] = [HEAD]
    for kept, cited, found in taken:
        one, (quote,) = cited.article, cited.quotes
        cells: list[object] = [cited.number, kept.collection, one.id, one.issued, one.page or ""]
        cells += [one.paper.zh, one.paper.en] if one.paper else ["", ""]
        cells += [one.titles.get("zh", ""), one.titles.get("en", ""), one.author or ""]
        cells += [quote.lang, quote.start, quote.end, kept.text, kept.twin.text if kept.twin else ""]
        cells += [kept.note, "; ".join(kept.tags), found.state, found.words.get("zh", ""), found.words.get("en", "")]
        rows.append([*cells, kept.digest])
    return table(rows)


WRITERS: Mapping[str, tuple[str, Callable[[Excerpts, Taken], str]]] = {
    "md": ("text/markdown", _markdown),
    "html": ("text/html", _html),
    "csv": ("text/csv", _csv),
}
"""Every form that is no reference: its media type, its writer."""
