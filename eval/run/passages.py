"""The passages and articles that a report links to, kept in the run folder so that the report needs no archive."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.run.seen import Engine
from rag.datatypes import Article, Lang
from rag.errors import UsageError


def passages_of(rows: Sequence[Mapping[str, Any]], archive: Engine) -> Iterator[dict[str, Any]]:
    """One row for each article that `rows` (of `per_question.jsonl`) name as gold, found or cited.

    `{"article", "date", "page", "title": {lang}, "passages": [{"lang", "start", "end", "text", "twin"}]}` with the
    passages found, in the order of the article; an article the archive lacks is left out.
    """
    wanted: dict[str, dict[tuple[Lang, int, int], Mapping[str, Any] | None]] = {}
    for row in rows:
        for article in (*row["gold"]["grades"], *(c["article"] for c in (row["answer"] or {}).get("citations", ()))):
            wanted.setdefault(article, {})
        for hit in row["hits"]:
            span = hit["span"]
            wanted.setdefault(hit["article"], {})[span["lang"], span["start"], span["end"]] = hit["twin"]
    for name, spans in wanted.items():
        try:
            article = archive.article(name)
        except UsageError:
            continue
        yield {
            "article": name,
            "date": article.date.isoformat() if article.date else None,
            "page": article.page,
            "title": dict(article.titles),
            "passages": [
                {
                    "lang": lang,
                    "start": start,
                    "end": end,
                    "text": article.bodies.get(lang, "")[start:end],
                    "twin": _text(article, twin),
                }
                for (lang, start, end), twin in sorted(spans.items(), key=lambda item: item[0][1:])
            ],
        }


def _text(article: Article, span: Mapping[str, Any] | None) -> str:
    return article.bodies.get(span["lang"], "")[span["start"] : span["end"]] if span else ""
