"""The register room: the names of the archive, where each is written, and what readers take apart. Server side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from rag.index.register import Wanted
from rag.register.kinds import KINDS, Kind
from rag.spreadsheet import table
from ui.names import name_json, rows, written_json
from ui.web import fields, name_pages
from ui.web.strings import interface_language

if TYPE_CHECKING:
    from rag.archive import Archive

MOST, MOST_ARTICLES = 100, 20
"""Names of one page, and articles of one name."""
_Letters = Annotated[str, Query(max_length=200, description="letters that a form of the name holds")]
_Kind = Annotated[str, Query(max_length=20, description="person, place or work")]
_At = Annotated[str, Query(max_length=20, description="from which on, from 1")]
_Name = Annotated[str, Query(max_length=1000, description="a form of the name, as it is written")]


class TakenApart(BaseModel):
    """Two forms that are not of one name; with `undone` false that is taken back."""

    form: str = Field(max_length=1_000)
    other: str = Field(max_length=1_000)
    undone: bool = True
    shown: str = Field("", max_length=1_000)


def names(archive: Archive) -> APIRouter:
    """The routes of the room under /part, and those for programs under /api."""
    router = APIRouter()
    part: dict[str, Any] = {"include_in_schema": False, "response_class": HTMLResponse}

    @router.get("/part/names", **part)
    def _room(ui: str = "en", q: _Letters = "", kind: _Kind = "", at: _At = "") -> str:
        page_lang = interface_language(ui)
        wanted, first = _wanted(q, kind), _first(at)
        listed, total = archive.names(wanted, first, MOST)
        counts = archive.name_counts(wanted.letters)
        return name_pages.room(listed, counts, wanted.kind, first, total, MOST, page_lang)

    @router.get("/part/names/one", **part)
    def _one(name: _Name, ui: str = "en", at: _At = "") -> str:
        return _shown(name, _first(at), ui)

    @router.post("/part/names", **part)
    def _take_apart(told: TakenApart, ui: str = "en") -> str:
        archive.take_apart(told.form, told.other, undone=told.undone)
        return _shown(told.shown or told.form, 0, ui)

    @router.get("/part/names.csv", include_in_schema=False)
    def _csv(q: _Letters = "", kind: _Kind = "") -> Response:
        return Response(table(rows(archive, _wanted(q, kind))), media_type="text/csv; charset=utf-8")

    @router.get("/part/related", **part)
    def _related(id: str, ui: str = "en") -> str:
        return name_pages.related(archive.related(id), interface_language(ui))

    @router.get("/api/names", summary="The names of persons, places and works", tags=["Wenbao"])
    def _names(q: _Letters = "", kind: _Kind = "", at: _At = "") -> dict[str, Any]:
        """The document of `wenbao names --json`: 100 names, the most frequent first."""
        first = _first(at)
        listed, total = archive.names(_wanted(q, kind), first, MOST)
        return {"total": total, "from": first + 1, "names": [name_json(name) for name in listed]}

    @router.get("/api/names/lines", summary="Where a name is written", tags=["Wenbao"])
    def _lines(name: _Name, at: _At = "") -> dict[str, Any]:
        """The document of `wenbao names NAME --lines --json`: 20 articles, in the order of dates."""
        return written_json(archive.written(name, _first(at), MOST_ARTICLES))

    def _shown(name: str, first: int, ui: str) -> str:
        found = archive.written(name, first, MOST_ARTICLES)
        return name_pages.one(found, archive.apart(), MOST_ARTICLES, interface_language(ui))

    return router


def _wanted(letters: str, kind: str) -> Wanted:
    known: Kind | None = next((one for one in KINDS if one == kind), None)
    return Wanted(known, letters.strip())


def _first(at: str) -> int:
    return fields.count("at", at, 1, 1_000_000_000, 1) - 1
