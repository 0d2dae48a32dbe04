"""An endpoint gives a whole answer within its deadline or a named fault, and its key goes nowhere else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from pydantic import SecretStr

from rag.llm.endpoint import FAULTS_IN_A_ROW, Endpoint, EndpointFault
from tests.llm.scripted import FAULTS, Reply, Script, saying, serving

KEY = "sk-canary-51f0"
ASKED = [{"role": "user", "content": "How much ore?"}]


def test_words_come_as_they_are_said() -> None:
    with serving(saying("八天内采矿石八万吨。[1]", piece=2)) as server:
        words = list(Endpoint(server.url, "qwen", SecretStr(KEY), 5).stream(ASKED))
    assert "".join(words) == "八天内采矿石八万吨。[1]" and len(words) > 5
    [request] = server.requests
    assert request["path"] == "/v1/chat/completions" and request["model"] == "qwen" and request["stream"] is True
    assert request["messages"] == ASKED and server.keys == [f"Bearer {KEY}"]


@pytest.mark.fault(71, 72, 73, 74, 75)
@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_named_within_the_deadline(name: str) -> None:
    script, fault = FAULTS[name]
    with serving(script) as server, pytest.raises(EndpointFault) as caught:
        started = time.monotonic()
        list(Endpoint(server.url, "m", SecretStr(KEY), 1.0).stream(ASKED))
    assert caught.value.fault == fault
    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert time.monotonic() - started < 4  # a bound against waiting for ever, not a measurement


@pytest.mark.fault(70)
def test_a_server_that_is_not_there_is_said_to_be_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/v1", "http://no-such-host.invalid/v1"):
        with pytest.raises(EndpointFault, match="unreachable"):
            list(Endpoint(url, "m", None, 5).stream(ASKED))


@pytest.mark.fault(73)
@pytest.mark.parametrize("every", [23, pytest.param(1, marks=pytest.mark.slow)])
def test_a_stream_cut_at_any_byte_is_never_whole(every: int) -> None:
    whole: list[bytes] = []

    class Recorder(Reply):
        def __init__(self) -> None: ...

        def head(self, *_: object, **__: object) -> None: ...

        def raw(self, data: bytes) -> None:
            whole.append(data)

    Recorder().says("采矿石八万吨。[1]", piece=3)
    data = b"".join(whole)
    finished = data.index(b'"stop"')
    for cut in range(0, finished, every):

        def script(reply: Reply, _: object, cut: int = cut) -> None:
            reply.head()
            reply.raw(data[:cut])

        with serving(script) as server, pytest.raises(EndpointFault):
            list(Endpoint(server.url, "m", None, 5).stream(ASKED))


@pytest.mark.fault(74)
def test_a_busy_server_is_asked_once_more() -> None:
    def script(reply: Reply, _: object) -> None:
        if len(server.requests) == 1:
            reply.head(503, "application/json", Retry_After="0")
        else:
            reply.says("80,000 tons. [1]")

    with serving(script) as server:
        assert "".join(Endpoint(server.url, "m", None, 5).stream(ASKED)) == "80,000 tons. [1]"
    assert len(server.requests) == 2


@pytest.mark.fault(70)
def test_an_endpoint_that_keeps_failing_is_left_alone_for_a_while() -> None:
    with serving(FAULTS["server error"][0]) as server:
        endpoint = Endpoint(server.url, "m", None, 5)
        for _ in range(FAULTS_IN_A_ROW):
            with pytest.raises(EndpointFault, match="failed"):
                list(endpoint.stream(ASKED))
        with pytest.raises(EndpointFault, match="resting"):
            list(endpoint.stream(ASKED))
    assert len(server.requests) == FAULTS_IN_A_ROW


@pytest.mark.fault(76)
def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(vars(Endpoint("http://127.0.0.1:1/v1", "m", SecretStr(KEY))))


def test_a_server_whose_reader_went_away_is_cut_off_at_once() -> None:
    """Also where the number of the closed descriptor goes to another file before the server sends its next word."""
    left = threading.Event()
    occupied: list[int] = []

    def script(reply: Reply, _: object) -> None:
        reply.head()
        try:
            while True:
                reply.word("and so on ")
                time.sleep(0.1)
        except OSError:
            left.set()

    try:
        with serving(script) as server:
            words = Endpoint(server.url, "m", None, 60).stream(ASKED)
            assert next(words)
            time.sleep(0.05)  # until it waits for the next word
            words.close()
            occupied += [end for _ in range(20) for end in os.pipe()]
            assert left.wait(5)
    finally:
        for end in occupied:
            os.close(end)


# What servers refuse a request with, and the part of it that has to go.
REFUSED = {
    "a reasoning model": (
        400,
        {
            "error": {
                "message": "'temperature' does not support 0 with this model. Only the default (1) value is supported.",
                "param": "temperature",
                "code": "unsupported_value",
            }
        },
        "temperature",
    ),
    "that speaks of a context": (
        400,
        {
            "error": {
                "message": "temperature: only the default value is supported in this context",
                "param": "temperature",
                "code": "unsupported_value",
            }
        },
        "temperature",
    ),
    "without a param": (
        400,
        {"error": {"message": "invalid temperature: only 1 is allowed for this model"}},
        "temperature",
    ),
    "by an older form": (
        422,
        {"error": "Input validation error: `temperature` must be strictly positive", "error_type": "validation"},
        "temperature",
    ),
    "by the name alone": (400, {"error": {"message": "Unsupported parameter.", "param": "temperature"}}, "temperature"),
    "a role by its place": (
        400,
        {
            "error": {
                "message": "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
                "param": "messages[0].role",
            }
        },
        "system",
    ),
    "a template": (500, {"error": {"code": 500, "message": "System role not supported"}}, "system"),
    "a template that alternates": (
        400,
        {"object": "error", "message": "Conversation roles must alternate user/assistant/user/assistant/..."},
        "system",
    ),
    "an instruction": (
        400,
        {"error": {"code": 400, "message": "Developer instruction is not enabled for models/gemma"}},
        "system",
    ),
    "a stream": (400, {"error": {"message": "Streaming is not supported for this model", "param": "stream"}}, "stream"),
}
RULED = [{"role": "system", "content": "Cite."}, {"role": "user", "content": "How much ore?"}]


def picky(*refusals: tuple[int, object, str]) -> Script:
    """A server that refuses every request with one of the parts, and answers those without."""

    def script(reply: Reply, request: dict[str, Any]) -> None:
        sent = {
            "temperature": "temperature" in request,
            "system": request["messages"][0]["role"] == "system",
            "stream": request["stream"],
        }
        for status, document, part in refusals:
            if sent[part]:
                reply.head(status, "application/json")
                reply.raw(json.dumps(document).encode())
                return
        if request["stream"]:
            reply.says("80,000 tons. [1]")
            return
        reply.head(200, "application/json")
        message = {"role": "assistant", "content": "80,000 tons. [1]"}
        reply.raw(json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]}, indent=1).encode())

    return script


@pytest.mark.parametrize("name", REFUSED)
def test_a_part_that_a_server_does_not_take_is_left_out_and_that_is_remembered(name: str) -> None:
    with serving(picky(REFUSED[name])) as server:
        endpoint = Endpoint(server.url, "m", None, 5)
        for _ in range(2):
            assert "".join(endpoint.stream(RULED)) == "80,000 tons. [1]"
    assert len(server.requests) == 3  # refused once
    for request in server.requests[1:]:
        assert "Cite." in request["messages"][0]["content"] and "How much ore?" in request["messages"][-1]["content"]
        assert len(request["messages"]) == (1 if REFUSED[name][2] == "system" else 2)


def test_a_server_that_takes_hardly_anything_is_still_asked() -> None:
    refusals = [REFUSED["a reasoning model"], REFUSED["a template"], REFUSED["a stream"]]
    with serving(picky(*refusals)) as server:
        endpoint = Endpoint(server.url, "m", None, 5)
        assert "".join(endpoint.stream(RULED)) == "80,000 tons. [1]"
        assert "".join(endpoint.stream(RULED)) == "80,000 tons. [1]"
    assert len(server.requests) == 5


def test_a_refusal_that_stays_is_told_with_the_part_it_names() -> None:
    def script(reply: Reply, _: object) -> None:
        reply.head(400, "application/json")
        reply.raw(json.dumps(REFUSED["a reasoning model"][1]).encode())

    with serving(script) as server:
        endpoint = Endpoint(server.url, "m", None, 5)
        with pytest.raises(EndpointFault) as caught:
            list(endpoint.stream(ASKED))
        assert (caught.value.fault, caught.value.detail) == ("rejected", "400, temperature")
        server.script = saying("80,000 tons. [1]")
        list(endpoint.stream(ASKED))
    assert [("temperature" in request) for request in server.requests] == [True, False, True]  # it was no use: not kept


TOO_LONG = {
    "OpenAI": (
        400,
        "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
    ),
    "OpenAI's code": (
        400,
        '{"error": {"message": "Too many.", "code": "context_length_exceeded", "param": "messages"}}',
    ),
    "llama.cpp": (400, "the request exceeds the available context size. try increasing the context size"),
    "SGLang": (400, "The input (5000 tokens) is longer than the model's context length (4096 tokens)."),
    "TGI": (
        422,
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens",
    ),
    "Anthropic": (400, "prompt is too long: 210000 tokens > 200000 maximum"),
    "Gemini": (400, "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."),
    "Mistral": (400, "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context"),
    "Groq": (400, "Please reduce the length of the messages or completion."),
    "DashScope": (400, "Range of input length should be [1, 30720]"),
    "Zhipu": (400, '{"error": {"code": "1261", "message": "Prompt 超长"}}'),
    "a proxy": (413, "<html>Request Entity Too Large</html>"),
}
REJECTED = {
    "no reason": (400, "Bad Request"),
    "another context": (400, "The value is not allowed in this context."),
    "a context that is no length": (400, '{"error": {"message": "invalid context: tools", "param": "tools"}}'),
    "another part": (422, '{"detail": [{"loc": ["body", "model"], "msg": "Field required"}]}'),
}


@pytest.mark.parametrize(
    ("status", "text", "fault"),
    [(*one, "too_long") for one in TOO_LONG.values()] + [(*one, "rejected") for one in REJECTED.values()],
    ids=[*TOO_LONG, *REJECTED],
)
def test_too_much_text_is_told_from_other_refusals(status: int, text: str, fault: str) -> None:
    def script(reply: Reply, _: object) -> None:
        reply.head(status, "application/json")
        reply.raw(text.encode())

    with serving(script) as server, pytest.raises(EndpointFault) as caught:
        list(Endpoint(server.url, "m", None, 5).stream(RULED))
    assert caught.value.fault == fault
    assert len(server.requests) == 1


@pytest.mark.fault(76)
def test_nothing_of_a_refusal_is_repeated_but_the_name_of_a_part() -> None:
    for named in ("sk-canary-51f0", "sk_canary", "messages.sk_canary", ["temperature"], {"a": KEY}, 7):

        def script(reply: Reply, _: object, named: object = named) -> None:
            reply.head(400, "application/json")
            reply.raw(json.dumps({"error": {"message": KEY, "param": named}}).encode())

        with serving(script) as server, pytest.raises(EndpointFault) as caught:
            list(Endpoint(server.url, "m", SecretStr(KEY), 5).stream(ASKED))
        assert "canary" not in str(caught.value)


FINISHED = [
    "stop", "STOP", "Stop", "eos", "eos_token", "end_turn", "stop_sequence", "stop-sequence", "COMPLETE", "complete",
    "FINISH_REASON_STOP", "FinishReason.STOP", "normal", "done", "", None, 1,
]  # fmt: skip
UNFINISHED = {
    "length": "length", "LENGTH": "length", "max_tokens": "length", "MAX_TOKENS": "length", "model_length": "length",
    "model_context_window_exceeded": "length", "FinishReason.MAX_TOKENS": "length", "content_filter": "content_filter",
    "content-filter": "content_filter", "SAFETY": "content_filter", "refusal": "content_filter",
    "sensitive": "content_filter", "tool_calls": "tool_calls", "tool_use": "tool_calls", "function_call": "tool_calls",
    "error": "error", "insufficient_system_resource": "error",
}  # fmt: skip


@pytest.mark.parametrize("reason", FINISHED, ids=repr)
def test_an_answer_that_ended_is_kept_whatever_its_end_is_called(reason: Any) -> None:
    def script(reply: Reply, _: object) -> None:
        reply.head()
        reply.word("80,000 ")
        reply.word("tons. [1]", reason)
        reply.raw(b"data: [DONE]\n\n")

    with serving(script) as server:
        assert "".join(Endpoint(server.url, "m", None, 5).stream(ASKED)) == "80,000 tons. [1]"


@pytest.mark.parametrize("reason", UNFINISHED)
def test_an_answer_that_was_broken_off_is_told_with_the_cause(reason: str) -> None:
    def script(reply: Reply, _: object) -> None:
        reply.head()
        reply.word("80,000 ")
        reply.done(reason)

    with serving(script) as server, pytest.raises(EndpointFault) as caught:
        list(Endpoint(server.url, "m", None, 5).stream(ASKED))
    assert (caught.value.fault, caught.value.detail) == ("stopped", f"({UNFINISHED[reason]})")


EVENTS: dict[str, list[object]] = {
    "an error that is none": [
        {"error": None, "choices": [{"delta": {"content": "80,000 tons"}, "finish_reason": "stop"}]}
    ],
    "no delta at the end": [
        {"choices": [{"delta": {"role": "assistant"}}]},
        {"choices": [{"delta": {"content": "80,000 tons"}}]},
        {"choices": [{"delta": None, "finish_reason": "stop"}]},
    ],
    "usage in an event of its own": [
        {"choices": [{"delta": {"content": "80,000 tons"}, "finish_reason": "stop"}]},
        {"usage": {"total_tokens": 7}},
        {"choices": None, "usage": {}},
        {"choices": []},
    ],
    "a ping first": [{"type": "ping"}, {"choices": [{"delta": {"content": "80,000 tons"}, "finish_reason": "stop"}]}],
    "text in parts": [
        {
            "choices": [
                {"delta": {"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": "80,000"}]}}
            ]
        },
        {"choices": [{"delta": {"content": [{"type": "text", "text": " tons"}]}, "finish_reason": "stop"}]},
    ],
    "thinking beside": [
        {"choices": [{"delta": {"content": None, "reasoning_content": "Ore?"}}]},
        {"choices": [{"delta": {"content": "80,000 tons"}, "finish_reason": "stop"}]},
    ],
}


@pytest.mark.parametrize("name", EVENTS)
def test_streams_are_read_in_the_forms_that_servers_give_them(name: str) -> None:
    def script(reply: Reply, _: object) -> None:
        reply.head()
        for event in EVENTS[name]:
            reply.event(event)
        reply.raw(b"data: [DONE]\n\n")

    with serving(script) as server:
        assert "".join(Endpoint(server.url, "m", None, 5).stream(ASKED)) == "80,000 tons"


def test_an_error_after_words_is_no_reason_to_ask_again() -> None:
    def script(reply: Reply, _: object) -> None:
        reply.head()
        reply.word("80,000 ")
        reply.event({"error": {"message": "temperature is not supported", "param": "temperature"}})

    with serving(script) as server, pytest.raises(EndpointFault, match="failed"):
        list(Endpoint(server.url, "m", None, 5).stream(ASKED))
    assert len(server.requests) == 1


def test_a_program_that_asked_a_model_ends() -> None:
    program = (
        "from rag.llm.endpoint import Endpoint\n"
        "from tests.llm.scripted import saying, serving\n"
        "with serving(saying('eighty thousand tons')) as server:\n"
        "    print(*Endpoint(server.url, 'm').stream([{'role': 'user', 'content': 'How much ore?'}], 20))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout.replace(" ", "").strip() == "eightythousandtons"
