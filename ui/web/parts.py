"""The pieces of the page that the browser fetches when they are wanted: search results, articles, the timeline.

Each is rendered here from its address alone, so that every address can be kept, shared and opened by itself, and
nothing of one visitor is held on the server.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from rag.datatypes import Article, Channel, Hit, Lang, Span
from rag.errors import NoSuchPaper, UsageError, WenbaoError
from ui import cases, kwic
from ui.again import asked_again
from ui.dossier import answer_of
from ui.suggest import follow_ups
from ui.turns import Conversation, Turn
from ui.web import comparing, fields, frame, judge, reader, search, through
from ui.web.api import Limited
from ui.web.plot import timeline
from ui.web.render import Beads
from ui.web.strings import interface_language, text

if TYPE_CHECKING:
    from rag.archive import Archive

MOST = 50
"""Passages of a search that the page shows."""
MOST_IN_CSV = 500
"""Passages of a search that leave as CSV."""
LOOK_SECONDS = 0.1
"""Between two looks whether the browser still waits."""
_MARK = re.compile(r"(zh|en)\.(\d{1,7})\.(\d{1,7})\.([\w-]{0,64})")
_Word = Annotated[str, Query(max_length=4000)]


@dataclass(frozen=True, slots=True)
class _Searched:
    """What the address of a search says, as it came."""

    ui: str
    q: str
    within: fields.Within

    @property
    def asked(self) -> list[tuple[str, str]]:
        """It as the page's own address says it, where nothing is limited nothing."""
        within = self.within
        told: list[tuple[str, object]] = [("q", self.q)]
        told += [(name, getattr(within, name)) for name in ("since", "until", "without", "paper")]
        told += [("event_since", within.event_since), ("event_until", within.event_until)]
        told += [("on", within.page), ("in", "" if within.lang == "both" else within.lang)]
        return [(name, fields.written(value)) for name, value in told if value]

    def form(self) -> fields.Form:
        """It as typed values. Raises `FieldError`."""
        return fields.read(self.q, self.within, interface_language(self.ui))


def _searched(within: Limited, ui: str = "en", q: _Word = "") -> _Searched:
    return _Searched(ui, q, within)


_Address = Annotated[_Searched, Depends(_searched)]

log = logging.getLogger(__name__)


def parts(archive: Archive) -> APIRouter:
    """The routes under /part over `archive`."""
    router = APIRouter(prefix="/part", include_in_schema=False, default_response_class=HTMLResponse)

    def beads_of(identifier: str) -> Beads:
        try:
            return archive.beads(identifier)
        except UsageError:  # the index has moved on since the search
            return ()

    @router.get("/search")
    def _search(address: _Address, view: str = "lines", measure: str = "", scale: str = "") -> str:
        page_lang = interface_language(address.ui)
        if not address.q.strip():
            return timeline(archive.months(), page_lang, text(page_lang, "plot_all"))
        form = address.form()
        if view == "time":
            words = fields.words(form.question, page_lang)
            counted = archive.through(words, expand="words" not in form.without, **form.limits)
            return through.results(counted, address.asked, form.filters, page_lang, measure, scale)
        found = archive.find(form.question, MOST, **form.reading())
        months = archive.months(form.question, **form.limits)
        alone: dict[Channel, Sequence[Hit]] = {}
        if view == "channels":
            alone = {one: archive.search(form.question, MOST, channel=one, **form.reading()) for one in search.ALONE}
        return search.results(found, alone, months, view, page_lang, beads_of, form.without)

    @router.get("/search.csv")
    def _csv(address: _Address) -> Response:
        form = address.form()
        found = archive.find(form.question, MOST_IN_CSV, **form.reading())
        beads = {hit.article.id: beads_of(hit.article.id) for hit in found.hits}
        return Response(search.as_csv(found, beads), media_type="text/csv; charset=utf-8")

    @router.get("/timeline")
    def _timeline(ui: str = "en") -> str:
        page_lang = interface_language(ui)
        return timeline(archive.months(), page_lang, text(page_lang, "plot_all"))

    @router.get("/article")
    def _article(id: str, ui: str = "en", marks: _Word = "", q: _Word = "") -> str:
        page_lang = interface_language(ui)
        article, beads = archive.article(id), beads_of(id)
        spans = _spans(article, marks) or _words(article, q)
        same_page, elsewhere = _neighbours(archive, article)
        return reader.sheet(article, beads, spans, page_lang, same_page, elsewhere, archive.told(id))

    _of_turns(router, archive)
    return router


def _of_turns(router: APIRouter, archive: Archive) -> None:
    """The routes to which the browser sends turns that it keeps."""

    @router.post("/judge")
    def _judge(turn: Turn, ui: str = "en") -> str:
        answer = answer_of(turn, archive)
        return judge.sheet(answer, cases.candidates(answer, archive), archive, interface_language(ui))

    @router.post("/again")
    def _again(told: Conversation, ui: str = "en") -> str:
        """The last turn of `told`, asked again after those before it."""
        if not told.turns:
            raise HTTPException(422, "turns: none")
        return comparing.sheet(asked_again(told.turns, archive), interface_language(ui))

    @router.post("/next")
    async def _next(turn: Turn, request: Request) -> str:
        """Nothing more is looked for once the browser has gone on to another question, which would have to wait."""
        if not turn.answered:
            return ""
        left = threading.Event()

        async def watch() -> None:
            while not await request.is_disconnected():
                await asyncio.sleep(LOOK_SECONDS)
            left.set()

        watching = asyncio.create_task(watch())
        try:
            made = await asyncio.to_thread(lambda: follow_ups(answer_of(turn, archive), archive, left.is_set))
        finally:
            watching.cancel()
        return frame.go_on(made, turn.lang)


def fault(err: Exception, page_lang: Lang) -> tuple[int, str]:
    """The HTTP status of an error, and what is told of it: nothing of what is inside."""
    if isinstance(err, fields.FieldError | NoSuchPaper):
        return 422, str(err)
    if isinstance(err, UsageError):
        return 404, str(err)
    if isinstance(err, WenbaoError):
        return 503, str(err)
    if isinstance(err, HTTPException):
        return err.status_code, str(err.detail)
    if isinstance(err, RequestValidationError):
        first = err.errors()[0]
        if first["type"] == "json_invalid":
            return 422, text(page_lang, "no_json")
        return 422, f"{field_of(err) or 'body'}: {first['msg']}."
    return 500, logged("serving a request", page_lang)


def field_of(err: RequestValidationError) -> str:
    """Which field of a request is wrong: messages, or turns.0.question; "" if there is none, as in what is no JSON."""
    first = err.errors()[0]
    return "" if first["type"] == "json_invalid" else ".".join(map(str, first["loc"][1:]))


def logged(doing: str, page_lang: Lang) -> str:
    """Log the running exception under a random mark and return what the visitor is told of it."""
    mark = secrets.token_hex(4)
    log.exception("[%s] error while %s", mark, doing)
    return text(page_lang, "failed", mark=mark)


def _spans(article: Article, marks: str) -> list[Span]:
    """The stretches an address asks to have marked; those of another edition of the article are left out."""
    found = []
    for lang, start, end, digest in _MARK.findall(marks):
        known: Lang = "zh" if lang == "zh" else "en"
        span = Span(known, int(start), min(int(end), len(article.bodies.get(known, ""))))
        if span.start < span.end and article.digest.startswith(digest):
            found.append(span)
    return found


def _words(article: Article, question: str) -> list[Span]:
    wanted = kwic.terms(question) if question.strip() else frozenset()
    return [Span(lang, *cut) for lang in article.langs for cut in kwic.found(article.bodies[lang], wanted)]


def _neighbours(archive: Archive, article: Article) -> tuple[Sequence[Article], Sequence[Article]]:
    """The other articles on the same page, and on the other pages of the same issue of a newspaper; texts left out."""
    if article.date is None:
        return (), ()
    others = [archive.article(one) for one in archive.issue(article.date) if one != article.id]
    bare = [replace(one, bodies={}) for one in others if one.paper == article.paper]
    on_page = [one for one in bare if one.page == article.page]
    rest = sorted((one for one in bare if one.page != article.page), key=lambda one: one.page or 0)
    return on_page, rest
