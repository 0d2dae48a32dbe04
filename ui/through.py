"""Words through the months as they leave: JSON and a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.export import date_json, titles_json

if TYPE_CHECKING:
    from rag.datatypes import Article
    from rag.through import Course, Through
    from rag.timeline import Month


def per_thousand(month: Month) -> float | None:
    """How many of a thousand articles of a month hold the word, to a tenth; None for a month without any."""
    return round(1000 * month.found / month.articles, 1) if month.articles else None


def called(course: Course) -> str:
    """All forms of a word in one line, as they could be asked for."""
    return " = ".join(form.text for form in course.forms)


def through_json(made: Through) -> dict[str, Any]:
    """The document of `wenbao through --json`: the words with their forms, and for every month the articles there are
    and, in the order of the words, those that hold each. Of a month without articles nothing is told: null."""
    words = [
        {
            "word": course.word,
            "lang": course.lang,
            "forms": [
                {"text": f.text, "lang": f.lang, "source": f.source, "articles": f.articles, "exact": f.is_exact}
                for f in course.forms
            ],
            "articles": course.articles,
            "undated": course.undated,
            "first": _mention(course.first),
            "last": _mention(course.last),
        }
        for course in made.courses
    ]
    columns = [made.of(course) for course in made.courses]
    months = [
        {
            "month": month.name,
            "articles": month.articles,
            "found": [column[at].found for column in columns] if month.articles else None,
            "per_thousand": [per_thousand(column[at]) for column in columns] if month.articles else None,
        }
        for at, month in enumerate(made.months)
    ]
    return {"words": words, "months": months}


def _mention(article: Article | None) -> dict[str, Any] | None:
    if article is None:
        return None
    return {"article": article.id, **date_json(article), "page": article.page, "title": titles_json(article)}


def through_rows(made: Through) -> list[list[object]]:
    """A table: a line for every month with its articles, and for each word those that hold it, and how many of a
    thousand; where the month has no articles these stay blank."""
    names = [called(course) for course in made.courses]
    columns = [made.of(course) for course in made.courses]
    rows: list[list[object]] = [
        ["month", "articles", *(cell for name in names for cell in (name, f"{name} (per thousand)"))]
    ]
    for at, month in enumerate(made.months):
        cells: list[object] = []
        for one in (column[at] for column in columns):
            cells += [one.found, per_thousand(one)] if one.articles else ["", ""]
        rows.append([month.name, month.articles, *cells])
    return rows
