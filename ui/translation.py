"""The findings of the translation desk as lists to take along: CSV for spreadsheets, one HTML page, JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.datatypes import Article
from rag.translation.corrections import Correction
from rag.translation.findings import ORDER, Finding
from ui.takeaway import STYLE
from ui.terminal import visible

if TYPE_CHECKING:
    from rag.archive import Archive

COLUMNS = [
    "article", "date", "page", "grade", "kind", "original", "translation", "original_sentence", "translated_sentence",
    "verdict", "reading", "note",
]  # fmt: skip
FIGURES = frozenset({"figure", "unit", "date"})
"""The kinds that `wenbao check --figures` lists."""
Row = dict[str, str]


def rows(archive: Archive, kinds: frozenset[str] | None = None) -> Iterator[Row]:
    """The findings of all articles, or those of some kinds, that no reader has judged wrong."""
    archive.decisions()  # a file that cannot be read is told before anything is listed
    for identifier in archive.article_ids():
        article = archive.article(identifier)
        for finding, correction in archive.told(identifier):
            if kinds is None or finding.kind in kinds:
                yield _row(article, finding, correction)


def _row(article: Article, finding: Finding, correction: Correction | None) -> Row:
    zh = article.bodies["zh"][slice(*finding.zh_sentence)] if finding.zh_sentence else ""
    en = article.bodies["en"][slice(*finding.en_sentence)] if finding.en_sentence else ""
    cells = [article.id, str(article.date or ""), str(article.page or ""), finding.grade, finding.kind]
    cells += [finding.original, finding.translation, zh, en]
    cells += [correction.verdict, correction.reading, correction.note] if correction else ["", "", ""]
    return {name: " ".join(visible(cell).split()) for name, cell in zip(COLUMNS, cells, strict=True)}


def table_of(found: Iterable[Row], columns: Sequence[str] = COLUMNS) -> Iterator[Sequence[str]]:
    """The rows as cells under their names."""
    yield columns
    yield from ([row[name] for name in columns] for row in found)


def json_of(found: Iterable[Row]) -> str:
    """The rows as one JSON document."""
    return json.dumps({"findings": list(found)}, ensure_ascii=False, indent=1)


def html_of(found: Iterable[Row]) -> str:
    """The rows as one page that needs nothing else, by grade; the decisive words are marked in both sentences."""
    by_grade: dict[str, list[Row]] = {grade: [] for grade in ORDER}
    for row in found:
        by_grade[row["grade"]].append(row)
    body = "".join(
        f"<h2>{grade} ({len(part)})</h2>" + "".join(map(_section, part)) for grade, part in by_grade.items() if part
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>Original and translation · 原文与译文</title><style>{STYLE}</style></head><body>"
        f"<h1>Original and translation · 原文与译文</h1>{body or '<p>Nothing found. 没有发现。</p>'}</body></html>\n"
    )


def _section(row: Row) -> str:
    decided = " · ".join(filter(None, (row["verdict"], row["reading"], row["note"])))
    source = " · ".join(filter(None, (row["kind"], row["date"], row["page"] and f"p. {row['page']}", row["article"])))
    return (
        f'<section><p class="source">{html.escape(source)}</p>'
        f'<blockquote lang="zh-CN">{_marked(row["original_sentence"], row["original"])}</blockquote>'
        f'<blockquote lang="en">{_marked(row["translated_sentence"], row["translation"])}</blockquote>'
        + (f'<p class="warning">{html.escape(decided)}</p>' if decided else "")
        + "</section>"
    )


def _marked(sentence: str, words: str) -> str:
    if not words or words == sentence or words not in sentence:
        return html.escape(sentence) or "—"
    before, _, after = sentence.partition(words)
    return f"{html.escape(before)}<mark>{html.escape(words)}</mark>{html.escape(after)}"
