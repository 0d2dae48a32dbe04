"""The engine over HTTP, as JSON: ask, search, read an article. Described at /api/openapi.json."""

from __future__ import annotations

import json
from dataclasses import asdict
from dataclasses import fields as fields_of
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from rag.datatypes import Span
from rag.datatypes import Turn as Earlier
from rag.language.script import detect
from ui import cases
from ui.dossier import answer_of, conversation_json
from ui.export import answer_json, article_json, search_json
from ui.references import FORMS, renumbered
from ui.takeaway import html_of, markdown_of
from ui.turns import Conversation, Turn
from ui.web import excerpts, fields
from ui.web.fields import MAX_QUESTION, Within

if TYPE_CHECKING:
    from rag.archive import Archive

_DAY = "a year, month or day: 1958, 1958-11 or 1958-11-14"
_EVENT = f"{_DAY}: only passages that speak of a time from or up to it"
_LANG = "language of the passages: zh, en or both"
_PAGE = "page of the newspaper"
_PAPER = "name of a newspaper of the archive, in either language"
_OUT = "what is not read into the question: dates (the time it names), words (those added in the other language)"
_WAY = "who words the answer: quote (quotations) or write (the language model, if one is configured); write unless told"
Question = Annotated[str, Query(max_length=MAX_QUESTION, description="in Chinese or English")]
Day = Annotated[str, Query(max_length=40, description=_DAY)]
Event = Annotated[str, Query(max_length=40, description=_EVENT)]
Side = Annotated[str, Query(max_length=20, description=_LANG)]
Page = Annotated[str, Query(max_length=20, description=_PAGE)]
Newspaper = Annotated[str, Query(max_length=100, description=_PAPER)]
Without = Annotated[str, Query(max_length=40, description=_OUT)]
Way = Annotated[str, Query(max_length=20, description=_WAY)]
Count = Annotated[str, Query(max_length=20, description="how many, 1 to 200; 10 unless told")]
MOST_FOUND = 200
Written = Annotated[str, BeforeValidator(fields.written)]
"""Text that a program may send as a number, or as null: what it means is told by `fields.read`."""


class Exchange(BaseModel):
    """An earlier turn of the conversation."""

    question: Written = Field(max_length=MAX_QUESTION)
    answer: Written = Field("", max_length=20_000)


class Asked(BaseModel):
    """A question with its limits and the turns before it."""

    model_config = ConfigDict(extra="forbid")

    question: Annotated[Any, WithJsonSchema({"type": "string"})] = Field(description="in Chinese or English")
    history: list[Exchange] | None = Field(None, max_length=20, description="turns before a follow-up, oldest first")
    since: Written = Field("", max_length=40, description=_DAY)
    until: Written = Field("", max_length=40, description=_DAY)
    lang: Written = Field("", max_length=20, description=_LANG)
    page: Written = Field("", max_length=20, description=_PAGE)
    paper: Written = Field("", max_length=100, description=_PAPER)
    event_since: Written = Field("", max_length=40, description=_EVENT)
    event_until: Written = Field("", max_length=40, description=_EVENT)
    without: Written = Field("", max_length=40, description=_OUT)
    way: Written = Field("", max_length=20, description=_WAY)


class Sentence(BaseModel):
    """A sentence by its place: characters of an article's body."""

    article: str = Field(max_length=1_000)
    lang: Literal["zh", "en"]
    start: int = Field(ge=0)
    end: int = Field(gt=0)


class Judged(BaseModel):
    """A conversation up to the turn that is judged, and the sentences that answer it."""

    turns: list[Turn] = Field(min_length=1, max_length=200)
    right: list[Sentence] = Field(default=[], max_length=20)


_LIMITS = {one.name for one in fields_of(Within)}


def _within(
    since: Day = "",
    until: Day = "",
    lang: Side = "",
    page: Page = "",
    paper: Newspaper = "",
    event_since: Event = "",
    event_until: Event = "",
    without: Without = "",
) -> Within:
    return Within(since, until, lang, page, paper, event_since, event_until, without)


Limited = Annotated[Within, Depends(_within)]
"""For a route that takes the limits of a question."""


def api(archive: Archive, kept: Path) -> APIRouter:
    """The routes under /api over `archive`; judged answers are saved to the question set at `kept`."""
    router = APIRouter(prefix="/api", tags=["Wenbao"])

    @router.post("/ask", summary="Answer a question, or refuse")
    def ask(asked: Asked) -> dict[str, Any]:
        """The document of `wenbao ask --json`. A refusal is an answer too: `answered` is false."""
        form = fields.read(asked.question, Within(**asked.model_dump(include=_LIMITS)))
        history = [Earlier(one.question, one.answer) for one in asked.history or () if one.question.strip()]
        may_write = fields.may_write(asked.way)
        return answer_json(archive.ask(form.question, llm=may_write, **form.reading(history)))

    @router.get("/ask", summary="Answer a question without a conversation")
    def ask_once(question: Question, within: Limited, way: Way = "") -> dict[str, Any]:
        """As the POST, for a single question."""
        return ask(Asked(question=question, **asdict(within), way=way))

    @router.get("/search", summary="Find passages")
    def search(question: Question, within: Limited, k: Count = "") -> dict[str, Any]:
        """The document of `wenbao search --json`."""
        form = fields.read(question, within)
        many = fields.count("k", k, 1, MOST_FOUND, 10)
        return search_json(archive.find(form.question, many, **form.reading()))

    @router.get("/article/{identifier:path}", summary="Read an article")
    def article(identifier: str) -> dict[str, Any]:
        """Both languages, titles and facts; `aligned` pairs the stretches of the bodies that say the same."""
        found = archive.article(identifier)
        aligned = [{"paragraph": b.paragraph, "zh": b.zh, "en": b.en} for b in archive.beads(identifier)]
        return {**article_json(found, archive.told(identifier)), "aligned": aligned}

    @router.post("/cases", summary="Save a judged answer as a case of a question set")
    def judged(told: Judged) -> dict[str, str]:
        """`right` are the sentences that answer; none of them means that the archive does not say it."""
        *before, turn = told.turns
        history = [(one.question, one.text) for one in before]
        right = [(one.article, Span(one.lang, one.start, one.end)) for one in told.right]
        identifier = cases.save(kept, cases.case(answer_of(turn, archive), history, right, archive))
        return {"id": identifier, "set": kept.name}

    @router.post("/export/{form}", summary="A conversation as a document or as references")
    def export(
        form: Literal["md", "html", "json", "ris", "bibtex", "csl", "chicago", "gbt"], told: Conversation
    ) -> Response:
        """`told` is a dossier, as `json` here gives it; what it quotes is checked against the index."""
        answers = [answer_of(turn, archive) for turn in told.turns]
        title = told.title or (told.turns[0].question if told.turns else "Wenbao")
        if form == "json":
            document = conversation_json(title, list(zip(told.turns, answers, strict=True)), archive.status())
            return Response(json.dumps(document, ensure_ascii=False, indent=1), media_type="application/json")
        if form == "md":
            return Response(markdown_of(title, answers), media_type="text/markdown; charset=utf-8")
        if form == "html":
            return Response(html_of(title, answers, detect(title)), media_type="text/html; charset=utf-8")
        _, kind, write = FORMS[form]
        return Response(write(renumbered(answers)), media_type=f"{kind}; charset=utf-8")

    router.include_router(excerpts.routes(archive))

    @router.get("/status", summary="What is indexed")
    def status() -> dict[str, Any]:
        """Counts, newspapers and dates; `translation` counts the articles with findings of each grade."""
        known = archive.status()
        shown = ("articles", "passages", "papers", "dates", "made", "translation")
        return {name: known[name] for name in shown if name in known}

    @router.get("/openapi.json", include_in_schema=False)
    def described(request: Request) -> dict[str, Any]:
        document: dict[str, Any] = request.app.openapi()
        return document

    return router
