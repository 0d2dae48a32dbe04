"""The findings of the translation desk as lists to take along: CSV for spreadsheets, one HTML page, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.datatypes import Article
from rag.language.script import visible
from rag.translation.corrections import Correction
from rag.translation.findings import ORDER, Finding
from ui.takeaway import page

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
    rows = list(found)
    by_grade = [(grade, [row for row in rows if row["grade"] == grade]) for grade in ORDER]
    return page("translation", "Original and translation · 原文与译文", "en", by_grade=by_grade)
