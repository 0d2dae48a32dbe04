"""An endpoint gives a whole answer within its deadline or a named fault, and its key goes nowhere else."""

from __future__ import annotations

import os
import socket
import threading
import time

import pytest
from pydantic import SecretStr

from rag.llm.endpoint import FAULTS_IN_A_ROW, Endpoint, EndpointFault
from tests.llm.scripted import FAULTS, Reply, saying, serving

KEY = "sk-canary-51f0"
ASKED = [{"role": "user", "content": "How much ore?"}]


def test_words_come_as_they_are_said() -> None:
    with serving(saying("八天内采矿石八万吨。[1]", piece=2)) as server:
        words = list(Endpoint(server.url, "qwen", SecretStr(KEY), 5).stream(ASKED))
    assert "".join(words) == "八天内采矿石八万吨。[1]" and len(words) > 5
    [request] = server.requests
    assert request["path"] == "/v1/chat/completions" and request["model"] == "qwen" and request["stream"] is True
    assert request["messages"] == ASKED and server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_is_named_within_the_deadline(name: str) -> None:
    script, fault = FAULTS[name]
    with serving(script) as server, pytest.raises(EndpointFault) as caught:
        started = time.monotonic()
        list(Endpoint(server.url, "m", SecretStr(KEY), 1.0).stream(ASKED))
    assert caught.value.fault == fault
    assert "canary" not in f"{caught.value!r} {caught.value.__cause__!r}"
    assert time.monotonic() - started < 4  # a bound against waiting for ever, not a measurement


def test_a_server_that_is_not_there_is_said_to_be_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}/v1", "http://no-such-host.invalid/v1"):
        with pytest.raises(EndpointFault, match="unreachable"):
            list(Endpoint(url, "m", None, 5).stream(ASKED))


def test_a_stream_cut_at_any_byte_is_never_whole() -> None:
    whole: list[bytes] = []

    class Recorder(Reply):
        def __init__(self) -> None: ...

        def head(self, *_: object, **__: object) -> None: ...

        def raw(self, data: bytes) -> None:
            whole.append(data)

    Recorder().says("采矿石八万吨。[1]", piece=3)
    data = b"".join(whole)
    finished = data.index(b'"stop"')
    for cut in range(0, finished, 23):

        def script(reply: Reply, _: object, cut: int = cut) -> None:
            reply.head()
            reply.raw(data[:cut])

        with serving(script) as server, pytest.raises(EndpointFault):
            list(Endpoint(server.url, "m", None, 5).stream(ASKED))


def test_a_busy_server_is_asked_once_more() -> None:
    def script(reply: Reply, _: object) -> None:
        if len(server.requests) == 1:
            reply.head(503, "application/json", Retry_After="0")
        else:
            reply.says("80,000 tons. [1]")

    with serving(script) as server:
        assert "".join(Endpoint(server.url, "m", None, 5).stream(ASKED)) == "80,000 tons. [1]"
    assert len(server.requests) == 2


def test_an_endpoint_that_keeps_failing_is_left_alone_for_a_while() -> None:
    with serving(FAULTS["server error"][0]) as server:
        endpoint = Endpoint(server.url, "m", None, 5)
        for _ in range(FAULTS_IN_A_ROW):
            with pytest.raises(EndpointFault, match="failed"):
                list(endpoint.stream(ASKED))
        with pytest.raises(EndpointFault, match="resting"):
            list(endpoint.stream(ASKED))
    assert len(server.requests) == FAULTS_IN_A_ROW


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
