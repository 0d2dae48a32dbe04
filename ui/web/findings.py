"""The translation room: where original and translation part, and what a reader decides about it. Server side.

Decisions go to `corrections.csv` beside the index at once; the next answer and `wenbao check` honour them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, get_args

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from rag.errors import SourceError
from rag.index.findings import State, Wanted
from rag.spreadsheet import MARK
from rag.translation import corrections
from rag.translation.findings import GRADES
from ui.web import fields, finding_pages, frame
from ui.web.strings import interface_language, text

if TYPE_CHECKING:
    from rag.archive import Archive

MOST = 50
"""Findings of one page."""
_Word = Annotated[str, Query(max_length=1000)]


class Decided(BaseModel):
    """What a reader decided about a finding of an article; "open" takes it back."""

    article: str = Field(max_length=1_000)
    key: str = Field(max_length=40)
    verdict: Literal["right", "wrong", "corrected", "open"]
    reading: str = Field("", max_length=1_000)
    note: str = Field("", max_length=2_000)


def findings(archive: Archive) -> APIRouter:
    """The routes of the room under /part."""
    router = APIRouter(prefix="/part", include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/translation")
    def _room(
        ui: str = "en",
        grade: str = "",
        kind: str = "",
        of: _Word = "",
        since: str = "",
        until: str = "",
        state: str = "",
        at: str = "",
    ) -> str:
        page_lang = interface_language(ui)
        limits = Wanted(
            article=of.strip(),
            since=fields.day("since", since, page_lang, end=False),
            until=fields.day("until", until, page_lang, end=True),
            state=next((one for one in get_args(State) if one == state), "standing"),
        )
        kinds = frozenset(k for k, g in GRADES.items() if grade in ("", g) and kind in ("", k))
        wanted = Wanted(kinds, limits.article, limits.since, limits.until, limits.state)
        first = fields.count("at", at, 1, 1_000_000_000, 1, page_lang) - 1
        return finding_pages.room(archive.findings(wanted, first, MOST), grade, kind, wanted.state, MOST, page_lang)

    @router.post("/translation")
    def _decide(told: Decided, ui: str = "en") -> str:
        verdict = next((one for one in corrections.VERDICTS if one == told.verdict), None)
        place = archive.decide(
            fields.written(told.article), told.key, verdict, fields.written(told.reading), fields.written(told.note)
        )
        return finding_pages.item(place, interface_language(ui))

    @router.get("/translation/corrections.csv")
    def _export() -> Response:
        return Response(MARK + corrections.FILE.text_of(archive.decisions()), media_type="text/csv; charset=utf-8")

    @router.post("/translation/corrections.csv")
    async def _import(request: Request, ui: str = "en") -> str:
        try:
            taken = corrections.FILE.decoded(await request.body(), corrections.NAME)
        except SourceError as err:
            raise fields.FieldError("corrections", str(err)) from err
        await run_in_threadpool(archive.take_in, taken)
        return frame.hint(text(interface_language(ui), "taken_in", n=len(taken)))

    return router
