"""The register of names as lists to take along: CSV for spreadsheets, JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.datatypes import LANGS, Lang
from rag.index.register import Name, Wanted
from rag.roll import Written, spans_of
from ui.export import date_json, titles_json

if TYPE_CHECKING:
    from rag.archive import Archive

COLUMNS = ["kind", "zh", "en", "forms_zh", "forms_en", "articles", "places", "first", "last"]
BLOCK = 2000
"""Names that are read at a time."""


def all_names(archive: Archive, wanted: Wanted) -> Iterator[Name]:
    """The names wanted, the most frequent first."""
    first = 0
    while True:
        names, total = archive.names(wanted, first, BLOCK)
        yield from names
        first += len(names)
        if not names or first >= total:
            return


def rows(archive: Archive, wanted: Wanted) -> Iterator[Sequence[object]]:
    """The names wanted as cells under their names."""
    yield COLUMNS
    for name in all_names(archive, wanted):
        forms = ["; ".join(form.text for form in name.forms if form.lang == lang) for lang in LANGS]
        places = sum(form.places for form in name.forms)
        yield [name.kind or "", name.zh, name.en, *forms, name.articles, places, name.first, name.last]


def name_json(name: Name) -> dict[str, Any]:
    """A name with its forms; `first` and `last` are issue dates, None if no date is known."""
    return {
        "kind": name.kind,
        "zh": name.zh or None,
        "en": name.en or None,
        "articles": name.articles,
        "first": name.first or None,
        "last": name.last or None,
        "forms": [
            {"lang": form.lang, "text": form.text, "articles": form.articles, "places": form.places}
            for form in name.forms
        ],
    }


def written_json(found: Written) -> dict[str, Any]:
    """Where a name is written, article by article; `spans` are characters of the article's bodies."""
    return {
        **name_json(found.name),
        "from": found.first + 1,
        "in": [
            {
                "article": one.article.id,
                "title": titles_json(one.article),
                **date_json(one.article),
                "page": one.article.page,
                "lines": [
                    {
                        "paragraph": line.paragraph,
                        **{lang: one.article.bodies[lang][slice(*cut)] for lang, cut, _ in line.sides},
                        "spans": [{"lang": s.lang, "start": s.start, "end": s.end} for s in spans_of(line)],
                    }
                    for line in one.lines
                ],
                "more": one.more,
            }
            for one in found.articles
        ],
    }


def called(name: Name, lang: Lang) -> str:
    """A name in both languages in one line, that of the reader first."""
    pair = (name.zh, name.en) if lang == "zh" else (name.en, name.zh)
    return " · ".join(filter(None, pair))
