"""Excerpts over HTTP: what a place of an article makes, what has become of it, all of them as a document.

The browser keeps them; nothing of them stays here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from ui import notebook
from ui.excerpts import Excerpts, Place, excerpt_json, today, today_json
from ui.turns import Offset
from ui.web.escape import unshown

if TYPE_CHECKING:
    from rag.archive import Archive


class Chosen(Place):
    """A place on the page: with `within`, the text that is shown begins at that offset of the body, and `start` counts
    the characters that are shown from there on; as `end` from `within_end` on, the same unless told."""

    within: Offset | None = None
    within_end: Offset | None = None


class Places(BaseModel):
    """What is to be kept."""

    places: list[Chosen] = Field(min_length=1, max_length=100)


def routes(archive: Archive) -> APIRouter:
    """The routes of excerpts over `archive`, below that of the API."""
    router = APIRouter()

    @router.post("/excerpts", summary="What is to be kept, with its counterpart")
    def excerpts(told: Places) -> list[dict[str, Any] | None]:
        """An excerpt for each place, null where the index holds another edition of the article. The server keeps
        nothing."""
        return [excerpt_json(_on_page(one, archive), archive) for one in told.places]

    @router.post("/excerpts/today", summary="What has become of excerpts")
    def become(told: Excerpts) -> list[dict[str, Any]]:
        """For each: "same", "moved", "changed" or "gone", where its words stand today, and what stands there."""
        return [today_json(today(one, archive)) for one in told.excerpts]

    @router.post("/export/excerpts/{form}", summary="Excerpts as a document or as references")
    def taken(form: Literal["md", "html", "csv", "ris", "bibtex", "csl", "chicago", "gbt"], told: Excerpts) -> Response:
        """With the notes beside them; each is held against the index, and says so if its article has changed."""
        kind, document = notebook.document(form, told, archive)
        return Response(document, media_type=f"{kind}; charset=utf-8")

    return router


def _on_page(chosen: Chosen, archive: Archive) -> Place:
    """The place in offsets of the body."""
    if chosen.within is None:
        return chosen
    body = archive.article(chosen.article).bodies.get(chosen.lang, "")
    start = unshown(body, chosen.within, chosen.start)
    end = unshown(body, chosen.within if chosen.within_end is None else chosen.within_end, chosen.end)
    return chosen.model_copy(update={"start": start, "end": end})
