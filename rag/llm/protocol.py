"""What a chat endpoint says, read as it is meant: servers agree on OpenAI's protocol in outline only.

Nothing that a server sent gets into a fault, since it might repeat the key, but the name of a part that was sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

Fault = Literal[
    "unreachable", "timeout", "key", "unknown", "rejected", "too_long", "busy", "failed", "cut", "rubbish", "stopped",
    "empty", "unfounded", "resting", "loading", "unloadable",
]  # fmt: skip
"""What kept an endpoint from answering; rag.answer.wording says it in words."""
Part = Literal["temperature", "system", "stream"]
"""What a request can do without: the temperature, a message of the role system, the stream."""

MOST_BYTES = 4_000_000
"""A response longer than this is given up: an answer has some thousand characters."""
TOO_LONG = (
    "context length", "context_length", "context window", "context size", "context_size", "maximum context",
    "too long", "too many tokens", "too many input tokens", "token limit", "maximum number of tokens", "input length",
    "input token count", "reduce the length", "longer than the model", "max_new_tokens", "prompt contains", "overflows",
    "超长", "超过最大长度", "超出最大长度", "长度超",
)  # fmt: skip
"""How servers say that a request holds more than the model takes (OpenAI, vLLM, SGLang, llama.cpp, LM Studio, TGI,
Anthropic, Gemini, Mistral, Groq, DashScope, Zhipu)."""
REFUSALS: Mapping[Part, tuple[str, ...]] = {
    "temperature": ("temperature",),
    "system": (
        "system role", "role system", "'system'", "`system`", '"system"', "system message", "system prompt",
        "system instruction", "developer instruction", "must alternate", "only user and assistant roles",
    ),
    "stream": ("streaming is not", "not support streaming", "not support stream", "stream is not", "'stream'"),
}  # fmt: skip
"""How servers say that they do not take a part of a request (OpenAI's reasoning models, Moonshot, TGI; the chat
templates of Gemma and Mistral in vLLM and llama.cpp; gateways without streams)."""
UNFINISHED: Mapping[str, frozenset[str]] = {
    "length": frozenset({
        "length", "max_tokens", "max_output_tokens", "max_length", "model_length", "token_limit",
        "model_context_window_exceeded",
    }),
    "content_filter": frozenset({
        "content_filter", "content_filtered", "safety", "recitation", "refusal", "sensitive", "blocklist", "spii",
        "prohibited_content", "guardrail_intervened",
    }),
    "tool_calls": frozenset({"tool_calls", "tool_call", "tool_use", "function_call", "malformed_function_call"}),
    "error": frozenset({
        "error", "network_error", "abort", "aborted", "cancelled", "canceled", "timeout",
        "insufficient_system_resource",
    }),
}  # fmt: skip
"""Reasons to stop before the end, as OpenAI, Anthropic, Gemini, Mistral, Zhipu and DeepSeek name them. Any other, or
none, is an end: stop, eos, eos_token, end_turn, stop_sequence, STOP."""
_NAMED = re.compile(r"model|stream|temperature|messages(\[\d{1,3}\]|\.\d{1,3})?(\.(role|content))?")


class EndpointFault(Exception):
    """The endpoint did not give a whole answer. `fault` says in which way, `detail` adds a number or a name of ours."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault: Fault = fault
        self.detail = detail
        super().__init__(f"{fault} {detail}".strip())


class Busy(EndpointFault):
    """The server asked to be tried again in `seconds`."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__("busy", str(status))
        self.seconds = seconds


class Refused(EndpointFault):
    """The server does not take a `part` of the request that can be left out."""

    def __init__(self, part: Part, detail: str) -> None:
        super().__init__("rejected", detail)
        self.part: Part = part


async def words(status: int, headers: Mapping[str, str], chunks: AsyncIterator[bytes]) -> AsyncIterator[str | None]:
    """The pieces of text of a response, and None where the model says that it has finished.

    Args:
        status: of the response.
        headers: of the response, names in small letters or blind to case.
        chunks: its body, not decoded.

    Raises:
        EndpointFault: it is no answer, or not a whole one.
    """
    if status in (429, 503):
        wait = headers.get("retry-after", "")
        raise Busy(status, float(wait) if wait.isdecimal() else 1.0)
    if status != 200:
        raise _refusal(status, (await _start(chunks)).decode("utf-8", "replace"))
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    if headers.get("content-encoding", "identity") != "identity":
        raise EndpointFault("rubbish")
    if kind == "text/event-stream":
        lines = _lines(chunks)
    elif kind == "application/json":  # not streamed, whatever was asked for
        lines = _as_events(_lines(chunks))
    else:
        raise EndpointFault("rubbish")
    async for word in _events(lines):
        yield word


async def _as_events(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    yield "data:" + " ".join([line async for line in lines])
    yield "data: [DONE]"


def _refusal(status: int, text: str) -> EndpointFault:
    """What a refusal means: a part of the request that is not taken, too much text, a wrong key or model."""
    said = text.lower()
    named = _param(text)
    detail = ", ".join(filter(None, (str(status) if status != 200 else "", named)))
    if part := next((part for part in REFUSALS if part == ("system" if named.endswith(".role") else named)), None):
        return Refused(part, detail)
    if status in (401, 403, 404):
        return EndpointFault("unknown" if status == 404 else "key", str(status))
    if status == 413 or any(mark in said for mark in TOO_LONG):
        return EndpointFault("too_long", str(status))
    if part := next((part for part, marks in REFUSALS.items() if any(mark in said for mark in marks)), None):
        return Refused(part, detail or part)
    if status in (400, 422):
        return EndpointFault("rejected", detail)
    return EndpointFault("failed", str(status) if status != 200 else "")


def _param(text: str) -> str:
    """The part of the request that an error names, "" if it names none that we send."""
    try:
        document = json.loads(text)
        error = document.get("error", document)
        named = error.get("param")
    except (ValueError, AttributeError):
        return ""
    return named if isinstance(named, str) and _NAMED.fullmatch(named) else ""


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[str | None]:
    """The texts in a stream of server-sent events, and None at its end."""
    has_choices = has_words = False
    async for line in lines:
        if not line.startswith("data:"):
            continue  # comments, event names and blank lines of the protocol
        data = line[5:].strip()
        if data == "[DONE]":
            if not has_choices:
                raise EndpointFault("rubbish")
            yield None
            return
        try:
            event: Any = json.loads(data)
            error, choices = event.get("error"), event.get("choices")
            text, reason = _said(choices[0]) if choices else ("", None)
        except (ValueError, LookupError, TypeError, AttributeError):
            raise EndpointFault("rubbish") from None
        if error:
            raise EndpointFault("failed") if has_words else _refusal(200, data)
        if not choices:
            continue  # the last event of some servers holds only the usage
        has_choices, has_words = True, has_words or bool(text)
        yield text
        if reason:
            if cause := next((cause for cause, names in UNFINISHED.items() if reason in names), ""):
                raise EndpointFault("stopped", f"({cause})")
            yield None


def _said(choice: Any) -> tuple[str, str]:
    """The text of a choice, and why it ended, in small letters; "" if it has not."""
    content = (choice.get("delta") or choice.get("message") or {}).get("content")
    if isinstance(content, list):  # in parts, of which some are no text
        content = "".join(part.get("text") or "" for part in content if part.get("type", "text") == "text")
    if content is not None and not isinstance(content, str):
        raise TypeError
    reason = str(choice.get("finish_reason") or "").lower().replace("-", "_").rpartition(".")[2]
    return content or "", reason.removeprefix("finish_reason_")


async def _start(chunks: AsyncIterator[bytes]) -> bytes:
    """The first 4,000 bytes, or somewhat more."""
    got = b""
    async for chunk in chunks:
        got += chunk
        if len(got) >= 4000:
            break
    return got


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The lines of a response, decoded whole, so that no character is cut by the border of two chunks."""
    pending, got = b"", 0
    async for chunk in chunks:
        got += len(chunk)
        if got > MOST_BYTES:
            raise EndpointFault("rubbish")
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            yield _decoded(line)
    if pending:
        yield _decoded(pending)


def _decoded(line: bytes) -> str:
    try:
        return line.rstrip(b"\r").decode("utf-8")
    except UnicodeDecodeError:
        raise EndpointFault("rubbish") from None
