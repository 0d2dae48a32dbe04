"""The engine as a chat model for programs that speak OpenAI's protocol: /v1/models and /v1/chat/completions.

The reply is the cited answer with its references written under it; the whole document of `wenbao ask --json` comes
along in the field `wenbao`. Sampling parameters are taken and have no effect: the same question has one answer.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from rag.answer.wording import source
from rag.datatypes import Answer, Turn
from rag.errors import UsageError
from ui.export import answer_json
from ui.web import fields

if TYPE_CHECKING:
    from rag.archive import Archive

MODEL = "wenbao"


class Part(BaseModel):
    """One part of a message; only text is taken."""

    type: str = "text"
    text: str = Field("", max_length=20_000)


class Message(BaseModel):
    """One message of the conversation."""

    role: str
    content: str | list[Part] | None = Field(None, max_length=20_000)

    @property
    def said(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Completion(BaseModel):
    """The request, as far as it matters here."""

    messages: list[Message] = Field(min_length=1, max_length=200)
    model: str = MODEL
    stream: bool = False


def completions(archive: Archive) -> APIRouter:
    """The routes under /v1 over `archive`."""
    router = APIRouter(prefix="/v1", tags=["OpenAI-compatible"])

    @router.get("/models", summary="The one model there is")
    def models() -> dict[str, Any]:
        """Its name is `wenbao`."""
        return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "wenbao"}]}

    @router.post("/chat/completions", summary="Answer the last message", response_model=None)
    def complete(asked: Completion) -> dict[str, Any] | StreamingResponse:
        """The turns before it count as conversation; a system message is not obeyed, since nothing is made up here."""
        question, history = _conversation(asked.messages)
        answer = archive.ask(fields.read(question, "", "", "both", "en").question, history=history)
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
        if asked.stream:
            return StreamingResponse(_events(head, answer), media_type="text/event-stream")
        message = {"role": "assistant", "content": answer.text + references(answer)}
        return {
            **head,
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
            "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
            "wenbao": answer_json(answer),
        }

    return router


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
    return "\n\n" + "\n".join(made) if made else ""


def _conversation(messages: list[Message]) -> tuple[str, list[Turn]]:
    """The last user message, and the exchanges before it."""
    said = [one for one in messages if one.role in ("user", "assistant") and one.said.strip()]
    if not said or said[-1].role != "user":
        raise UsageError("the last message must be the user's, with a question in it.")
    turns: list[Turn] = []
    for one in said[:-1]:
        if one.role == "user":
            turns.append(Turn(one.said[: fields.MAX_QUESTION]))
        elif turns:
            turns[-1] = Turn(turns[-1].question, one.said)
    return said[-1].said, turns


def _events(head: dict[str, Any], answer: Answer) -> Iterator[str]:
    pieces = [one.text + "".join(f" [{n}]" for n in one.citations) + "\n" for one in answer.sentences] or [answer.text]
    for delta in ({"role": "assistant", "content": ""}, *({"content": one} for one in (*pieces, references(answer)))):
        yield _event(head, delta, None)
    yield _event(head, {}, "stop", wenbao=answer_json(answer))
    yield "data: [DONE]\n\n"


def _event(head: dict[str, Any], delta: dict[str, str], finish: str | None, **more: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    document = {**head, "object": "chat.completion.chunk", "choices": [choice], **more}
    return f"data: {json.dumps(document, ensure_ascii=False)}\n\n"
