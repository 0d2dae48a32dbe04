"""An OpenAI-compatible chat endpoint, read as a stream, and everything that can go wrong with one.

A request has one deadline by the clock, from the first lookup of the name to the last word. No timeout of a library
is that: httpx counts each read anew, and a server that sends a byte now and then never trips it. So the request runs
in a thread of its own, and who waits for it waits no longer than the deadline.
"""

from __future__ import annotations

import json
import queue
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from pydantic import SecretStr

if TYPE_CHECKING:
    import httpx

Fault = Literal[
    "unreachable", "timeout", "key", "unknown", "rejected", "too_long", "busy", "failed", "cut", "rubbish", "stopped",
    "empty", "unfounded", "resting",
]  # fmt: skip
"""What kept an endpoint from answering; rag.answer.wording says it in words."""
Message = Mapping[str, str]

MOST_BYTES = 4_000_000
"""A response longer than this is given up: an answer has some thousand characters."""
CONNECT_SECONDS = 3.0
"""Longest wait for a connection; a server that is up takes milliseconds."""
BUSY_SECONDS = 2.0
"""Longest wait before the one further try that a busy server (429, 503) gets."""
FAULTS_IN_A_ROW, REST_SECONDS = 3, 60.0
"""After so many faults in a row no request is made for so long: nobody waits for an endpoint that is down."""


class EndpointFault(Exception):
    """The endpoint did not give a whole answer. `fault` says in which way, `detail` adds a number at most.

    Neither holds anything that the server sent: it might repeat the key.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault: Fault = fault
        self.detail = detail
        super().__init__(f"{fault} {detail}".strip())


class Endpoint:
    """One model behind one address. Safe between threads; nothing is sent before `stream` is called.

    Args:
        url: base address, such as http://127.0.0.1:11434/v1.
        model: name of the model, as the server knows it.
        key: sent as a bearer token, never shown.
        seconds: the deadline of a request.
    """

    def __init__(self, url: str, model: str, key: SecretStr | None = None, seconds: float = 60.0) -> None:
        self.model, self.seconds = model, seconds
        self._address = url.rstrip("/").removesuffix("/chat/completions") + "/chat/completions"
        self._key = key
        self._lock = threading.Lock()
        self._faults, self._rests_until = 0, 0.0

    def __repr__(self) -> str:
        return f"Endpoint({self.model!r})"

    def stream(self, messages: Sequence[Message], seconds: float | None = None) -> Iterator[str]:
        """The model's words as they come, within `seconds` (default: the endpoint's) from the call to the last.

        Raises:
            EndpointFault: no whole answer came; what was yielded before must not pass for one.
        """
        with self._lock:
            if time.monotonic() < self._rests_until:
                raise EndpointFault("resting")
        try:
            yield from self._patiently(messages, time.monotonic() + (seconds or self.seconds))
        except EndpointFault as err:
            # a question too long for the model is no sign that the next one fails
            self._count(None if err.fault in ("too_long", "empty", "stopped") else err.fault)
            raise
        self._count(None)

    def _count(self, fault: Fault | None) -> None:
        with self._lock:
            self._faults = self._faults + 1 if fault else 0
            if self._faults >= FAULTS_IN_A_ROW:
                self._faults, self._rests_until = 0, time.monotonic() + REST_SECONDS

    def _patiently(self, messages: Sequence[Message], deadline: float) -> Iterator[str]:
        """One request, and a second one if the server was busy and there is time."""
        try:
            yield from self._once(messages, deadline)
        except _Busy as busy:
            pause = min(busy.seconds, BUSY_SECONDS)
            if time.monotonic() + pause >= deadline:
                raise EndpointFault("busy", busy.detail) from None
            time.sleep(pause)
            yield from self._once(messages, deadline)

    def _once(self, messages: Sequence[Message], deadline: float) -> Iterator[str]:
        import httpx

        words: queue.Queue[str | EndpointFault | None] = queue.Queue()
        # trust_env off: a proxy or a .netrc of this machine must not see the question or change the key
        client = httpx.Client(
            timeout=httpx.Timeout(max(self.seconds, 1.0), connect=CONNECT_SECONDS),
            follow_redirects=False,
            trust_env=False,
        )
        line = _Line()
        reader = threading.Thread(
            target=self._read, args=(client, line, messages, words), daemon=True, name="wenbao-llm"
        )
        reader.start()
        try:
            while True:
                try:
                    word = words.get(timeout=max(deadline - time.monotonic(), 0.001))
                except queue.Empty:
                    raise EndpointFault("timeout") from None
                if word is None:
                    return
                if isinstance(word, EndpointFault):
                    raise word
                yield word
                if time.monotonic() > deadline:
                    raise EndpointFault("timeout")
        finally:
            line.cut()  # ends the reader too, whatever it waits for
            client.close()

    def _read(
        self,
        client: httpx.Client,
        line: _Line,
        messages: Sequence[Message],
        words: queue.Queue[str | EndpointFault | None],
    ) -> None:
        import httpx

        headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        body = {"model": self.model, "messages": list(messages), "stream": True, "temperature": 0}
        try:
            watched = {"trace": line.watch}
            with client.stream("POST", self._address, json=body, headers=headers, extensions=watched) as response:
                _check(response)
                finished = False
                for delta in _deltas(_lines(response)):
                    finished = finished or delta is None
                    if delta:
                        words.put(delta)
                words.put(None if finished else EndpointFault("cut"))
        except EndpointFault as err:
            words.put(err)
        except httpx.ConnectError:
            words.put(EndpointFault("unreachable"))
        except httpx.ConnectTimeout:
            words.put(EndpointFault("unreachable"))
        except httpx.TimeoutException:
            words.put(EndpointFault("timeout"))
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            words.put(EndpointFault("cut"))
        except Exception:  # noqa: BLE001 - whatever a server makes a library do, the question is answered
            words.put(EndpointFault("rubbish"))


class _Line:
    """The connection of a request, which another thread can cut.

    Closing it is not enough: a thread that waits in poll() sleeps on where the number of the closed descriptor goes to
    another file before anything comes (select(2): the result is unspecified), and the server goes on writing to nobody.
    """

    def __init__(self) -> None:
        self._cut = threading.Event()
        self._socket: socket.socket | None = None

    def watch(self, event: str, told: Mapping[str, Any]) -> None:
        """What httpcore tells of a request (its extension "trace"): the socket once connected, and again under TLS."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = told["return_value"].get_extra_info("socket")
            if self._cut.is_set():  # before there was anything to cut
                raise ConnectionAbortedError

    def cut(self) -> None:
        """End it, or see to it that it is not begun."""
        self._cut.set()
        if self._socket is not None:
            with suppress(OSError):  # it has ended already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Busy(EndpointFault):
    """The server asked to be tried again in `seconds`."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__("busy", str(status))
        self.seconds = seconds


def _check(response: httpx.Response) -> None:
    """Raise what a status or content type other than that of a stream means."""
    status = response.status_code
    if status in (429, 503):
        wait = response.headers.get("retry-after", "")
        raise _Busy(status, float(wait) if wait.isdecimal() else 1.0)
    if status in (400, 413, 422):
        start = b"".join(_some(response, 4000)).decode("utf-8", "replace").lower()
        raise EndpointFault("too_long" if "context" in start or "too long" in start else "rejected", str(status))
    if status != 200:
        fault: Fault = "key" if status in (401, 403) else "unknown" if status == 404 else "failed"
        raise EndpointFault(fault, str(status))
    kind = response.headers.get("content-type", "").split(";")[0].strip()
    if kind != "text/event-stream" or response.headers.get("content-encoding", "identity") != "identity":
        raise EndpointFault("rubbish")


def _some(response: httpx.Response, most: int) -> Iterator[bytes]:
    got = 0
    for chunk in response.iter_raw():
        yield chunk
        got += len(chunk)
        if got >= most:
            return


def _lines(response: httpx.Response) -> Iterator[str]:
    """The lines of a response, decoded whole, so that no character is cut by the border of two chunks."""
    pending, got = b"", 0
    for chunk in response.iter_raw():
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


def _deltas(lines: Iterator[str]) -> Iterator[str | None]:
    """The pieces of text in a stream of server-sent events, and None where the model says that it has finished."""
    for line in lines:
        if not line.startswith("data:"):
            continue  # comments, event names and blank lines of the protocol
        data = line[5:].strip()
        if data == "[DONE]":
            yield None
            return
        try:
            event: Any = json.loads(data)
            if "error" in event:
                raise EndpointFault("failed")
            choices = event["choices"]
            if not choices:
                continue  # the last event of some servers holds only the usage
            text = choices[0].get("delta", {}).get("content") or ""
            reason = choices[0].get("finish_reason")
            if not isinstance(text, str):
                raise EndpointFault("rubbish")
        except (ValueError, LookupError, TypeError, AttributeError):
            raise EndpointFault("rubbish") from None
        yield text
        if reason == "stop":
            yield None
        elif reason:
            raise EndpointFault("stopped", str(reason)[:20] if reason in ("length", "content_filter") else "")
