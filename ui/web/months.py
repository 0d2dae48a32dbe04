"""Words through the months over HTTP: as JSON, as a table, as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from rag.datatypes import Filters
from rag.spreadsheet import table
from rag.through import Through
from ui.through import through_json, through_rows
from ui.web import fields
from ui.web.api import Day, Event, Newspaper, Page, Side, Without
from ui.web.fields import MAX_QUESTION
from ui.web.strings import interface_language
from ui.web.through import picture

if TYPE_CHECKING:
    from rag.archive import Archive

Words = Annotated[list[str], Query(max_length=20, description="up to four words or names; Angang = 鞍钢 gives forms")]


def _file(text: str, kind: str, media: str) -> Response:
    """A file to be saved: as a page of its own nothing in it could act, and yet it is never opened as one."""
    named = {"content-disposition": f'attachment; filename="wenbao-months.{kind}"'}
    return Response(text, media_type=f"{media}; charset=utf-8", headers=named)


def months(archive: Archive) -> APIRouter:
    """The routes under /api/through over `archive`."""
    router = APIRouter(prefix="/api", tags=["Wenbao"])

    def counted(
        word: Words,
        since: Day = "",
        until: Day = "",
        lang: Side = "",
        page: Page = "",
        paper: Newspaper = "",
        event_since: Event = "",
        event_until: Event = "",
        without: Without = "",
    ) -> tuple[Through, Filters]:
        form = fields.read(
            " ".join(word)[:MAX_QUESTION], since, until, lang, "en", page, without, paper, event_since, event_until
        )
        words = [one for part in word for one in fields.words(part)]
        made = archive.through(words, expand="words" not in form.without, **form.limits)
        return made, form.filters

    Counted = Annotated[tuple[Through, Filters], Depends(counted)]

    @router.get("/through", summary="Words through the months")
    def as_json(made: Counted) -> dict[str, Any]:
        """The document of `wenbao through --json`: articles of each month that hold a word, of up to four words."""
        return through_json(made[0])

    @router.get("/through.csv", summary="The same as a table")
    def as_table(made: Counted) -> Response:
        """A line for each month; the columns of a month without articles are blank."""
        return _file(table(through_rows(made[0])), "csv", "text/csv")

    @router.get("/through.svg", summary="The same as a picture")
    def as_picture(made: Counted, ui: str = "en", measure: str = "share", scale: str = "own") -> Response:
        """`measure`: share (of a thousand articles) or count; `scale`: own (of each word) or one; `ui`: en or zh."""
        shown = picture(*made, interface_language(ui), measure, scale)
        return _file(shown, "svg", "image/svg+xml")

    return router
