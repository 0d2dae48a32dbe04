"""The engine as a chat model for programs that speak OpenAI's protocol: /v1/models and /v1/chat/completions.

The reply is the cited answer with its references written under it; the whole document of `wenbao ask --json` comes
along in the field `wenbao`. What a language model writes is streamed statement by statement, each once it is borne out.
Sampling parameters are taken and have no effect: the same question has one answer.
Programs differ in what they send; whatever can be read as a question is answered, and a fault is told in OpenAI's form.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, takewhile
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field

from rag.answer import times
from rag.answer.wording import source
from rag.datatypes import Answer, Draft, Sentence, Turn
from rag.errors import UsageError
from ui.export import answer_json
from ui.web import chores, fields
from ui.web.parts import fault, field_of

if TYPE_CHECKING:
    from rag.archive import Archive

MODEL = "wenbao"
MOST_REMEMBERED = 20_000  # characters of an earlier answer
NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
"""Nothing is counted in tokens here."""
DESCRIBED = {"id": MODEL, "object": "model", "created": 0, "owned_by": "wenbao"}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_TAKES = {"models": "GET", f"models/{MODEL}": "GET", "chat/completions": "POST"}


class Message(BaseModel):
    """One message of the conversation; its content is a text, or parts of which the texts are taken."""

    role: str | None = None
    content: Any = None

    @property
    def said(self) -> str:
        """Its text."""
        parts = self.content if isinstance(self.content, list) else [self.content]
        texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
        return "\n".join(fields.written(one) for one in texts if isinstance(one, str | int | float))


class Options(BaseModel):
    """How the stream is wanted."""

    include_usage: bool | None = None


class Completion(BaseModel):
    """The request, as far as it matters here."""

    messages: list[Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: Options | None = None


class NoSuchModel(HTTPException):
    """A model that there is not."""

    def __init__(self, name: str) -> None:
        super().__init__(404, f"The model {name[:80]!r} does not exist here; there is one, {MODEL!r}.")


def routes(archive: Archive) -> APIRouter:
    """The routes under /v1 over `archive`."""
    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

    @router.get("/models", summary="The one model there is")
    def models() -> dict[str, Any]:
        """Its name is `wenbao`."""
        return {"object": "list", "data": [DESCRIBED]}

    @router.get("/models/{name:path}", summary="That model, by its name")
    def model(name: str) -> dict[str, Any]:
        """404 for any other."""
        if name != MODEL:
            raise NoSuchModel(name)
        return DESCRIBED

    @router.post("/chat/completions", summary="Answer the last question", response_model=None)
    def complete(asked: Completion) -> dict[str, Any] | StreamingResponse:
        """The turns before it count as conversation; a system message is not obeyed, since nothing is made up here.

        What a chat program asks for itself, such as a title, is answered by a line without the archive.
        """
        reply = _reply(asked.messages, archive)
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
        if asked.stream:
            counted = bool(asked.stream_options and asked.stream_options.include_usage)
            begun = chain([next(reply)], reply)  # a fault before the first word is told with its status
            return StreamingResponse(_events(head, begun, counted), media_type="text/event-stream")
        *_, last = reply
        text = last.text + references(last) if isinstance(last, Answer) else last
        return {
            **head,
            "object": "chat.completion",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "stop",
                    "logprobs": None,
                }
            ],
            "usage": NO_USAGE,
            **_more(last),
        }

    @router.api_route("", methods=METHODS, include_in_schema=False)
    @router.api_route("/{path:path}", methods=METHODS, include_in_schema=False)
    def nothing(request: Request, path: str = "") -> None:
        """Said in the form that is read here; the page would take the path else."""
        if wanted := _TAKES.get(path):
            raise HTTPException(405, f"/v1/{path} takes {wanted}, not {request.method}.")
        known = ", ".join(f"/v1/{one}" for one in _TAKES)
        raise HTTPException(404, f"There is no such thing as /v1/{path[:80]} here: only {known}.")

    return router


def refused(err: Exception, status: int, message: str) -> JSONResponse:
    """A fault as a response of its own."""
    status = 400 if status == 422 or isinstance(err, UsageError) else status
    return JSONResponse(_faulty(err, status, message), status)


def _faulty(err: Exception, status: int, message: str) -> dict[str, Any]:
    """A fault as OpenAI tells it. What is wrong with a request is 400: clients take 404 for a missing model."""
    param = code = None
    if isinstance(err, NoSuchModel):
        param, code = "model", "model_not_found"
    elif isinstance(err, fields.FieldError):
        param = "messages"
    elif isinstance(err, RequestValidationError):
        param = field_of(err) or None
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def references(answer: Answer) -> str:
    """The numbered references of an answer with their quotations in both languages, to stand under its text."""
    made = []
    for cited in answer.citations:
        titles = " / ".join(" ".join(one.split()) for one in cited.article.titles.values())
        made.append(f"[{cited.number}] {source(cited.article, answer.lang)}. {titles} ({cited.article.id})")
        for quote in cited.quotes:
            made += [
                f"> {' '.join(text.split())}" for text in (quote.text, quote.twin.text if quote.twin else "") if text
            ]
            made += [said] if (said := times.told(quote, answer.lang)) else []
            made += [f"! {warning}" for warning in quote.warnings]
    return "\n\n" + "\n".join(made) if made else ""


def spoken(steps: Iterable[Draft | Answer]) -> Iterator[str | Answer]:
    """What is said of an answer, in pieces as they are known, its references and then the answer itself.

    Of one that a language model is writing, the statements up to the first that is not borne out are said as they are
    checked; that one and what follows wait for the whole answer, which marks it or leaves it out. What was said cannot
    be taken back: where the answer turns out not to begin with it (the model failed in the middle), it gets its own
    references, and the answer stands below it with the reason.
    """
    said: list[str] = []
    known: Answer | None = None
    for step in steps:
        if isinstance(step, Answer):
            answer = step
        elif step.so_far:
            borne = takewhile(lambda one: one.support in ("quoted", "supported"), step.so_far.sentences)
            pieces = _pieces(borne)
            if len(pieces) > len(said) and pieces[: len(said)] == said:
                yield from pieces[len(said) :]
                said, known = pieces, step.so_far
    pieces = _pieces(answer.sentences) or [answer.text]
    if pieces[: len(said)] != said and known:
        yield "\n\n".join([references(known), *answer.warnings[:1], ""])
        said = []
    yield from pieces[len(said) :]
    yield references(answer)
    yield answer


def _pieces(sentences: Iterable[Sentence]) -> list[str]:
    return [one.text + "".join(f" [{n}]" for n in one.citations) + "\n" for one in sentences]


def _reply(messages: Sequence[Message], archive: Archive) -> Iterator[str | Answer]:
    """The reply to the last question, in pieces. Raises `FieldError` where there is none."""
    said = [one for one in messages if one.role in ("user", "assistant")]
    while said and said[-1].role == "assistant":  # to be continued: the question before it is answered again
        said.pop()
    asked = said[-1].said if said else ""
    before = [one.said for one in said[:-1] if one.role == "user"]
    is_chore = chores.is_chore(asked)
    titled = any(chores.wants_title(one.said) for one in messages if one.role in ("system", "developer"))
    if asked.strip() and (is_chore or titled):
        return iter([chores.line(asked, before if is_chore else [*before, asked])])
    question = fields.read(asked, fields.Within()).question
    return spoken(archive.ask_stream(question, history=_turns(said[:-1])))


def _turns(said: Sequence[Message]) -> list[Turn]:
    """The exchanges before the question."""
    turns: list[Turn] = []
    for one in said:
        if one.role == "user" and one.said.strip():
            turns.append(Turn(one.said[: fields.MAX_QUESTION]))
        elif turns and one.role == "assistant":
            turns[-1] = Turn(turns[-1].question, one.said[:MOST_REMEMBERED])
    return turns


def _events(head: dict[str, Any], reply: Iterator[str | Answer], counted: bool) -> Iterator[str]:
    empty = {"usage": None} if counted else {}
    yield _event(head, [_choice({"role": "assistant", "content": ""}, None)], **empty)
    more: dict[str, Any] = {}
    try:
        for piece in reply:
            more = _more(piece)
            if isinstance(piece, str) and piece:
                yield _event(head, [_choice({"content": piece}, None)], **empty)
    except Exception as err:  # noqa: BLE001 - whatever it is, the status has been sent, and the client waits
        yield _data(_faulty(err, *fault(err, "en")))
        return
    yield _event(head, [_choice({}, "stop")], **empty, **more)
    if counted:
        yield _event(head, [], usage=NO_USAGE)
    yield "data: [DONE]\n\n"


def _more(last: str | Answer) -> dict[str, Any]:
    """What comes along with the last of a reply."""
    return {"wenbao": answer_json(last)} if isinstance(last, Answer) else {}


def _choice(delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish}


def _event(head: dict[str, Any], choices: list[dict[str, Any]], **more: Any) -> str:
    return _data({**head, "object": "chat.completion.chunk", "choices": choices, **more})


def _data(document: dict[str, Any]) -> str:
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n"
