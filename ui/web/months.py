"""Words through the months over HTTP: as JSON, as a table, as a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from rag.spreadsheet import table
from rag.through import Through
from ui.through import through_json, through_rows
from ui.web import fields
from ui.web.api import Limited
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words that are to be counted, and the form that tells within which limits."""

    words: list[str]
    form: fields.Form


def _asked(word: Words, within: Limited) -> _Asked:
    words = fields.words("\n".join(word))
    return _Asked(words, fields.read(" ".join(words)[:MAX_QUESTION], within))


_Address = Annotated[_Asked, Depends(_asked)]


def months(archive: Archive) -> APIRouter:
    """The routes under /api/through over `archive`."""
    router = APIRouter(prefix="/api", tags=["Wenbao"])

    def counted(asked: _Asked) -> Through:
        return archive.through(asked.words, expand="words" not in asked.form.without, **asked.form.limits)

    @router.get("/through", summary="Words through the months")
    def as_json(asked: _Address) -> dict[str, Any]:
        """The document of `wenbao through --json`: articles of each month that hold a word, of up to four words."""
        return through_json(counted(asked))

    @router.get("/through.csv", summary="The same as a table")
    def as_table(asked: _Address) -> Response:
        """A line for each month; the columns of a month without articles are blank."""
        return _file(table(through_rows(counted(asked))), "csv", "text/csv")

    @router.get("/through.svg", summary="The same as a picture")
    def as_picture(asked: _Address, ui: str = "en", measure: str = "share", scale: str = "own") -> Response:
        """`measure`: share (of a thousand articles) or count; `scale`: own (of each word) or one; `ui`: en or zh."""
        shown = picture(counted(asked), asked.form.filters, interface_language(ui), measure, scale)
        return _file(shown, "svg", "image/svg+xml")

    return router
