"""A local server that speaks the protocol of a chat endpoint and does what its script says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Reply", dict[str, Any]], None]


class Reply:
    """What a script answers with."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self._handler = handler

    def head(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def raw(self, data: bytes) -> None:
        self._handler.wfile.write(data)
        self._handler.wfile.flush()

    def event(self, document: Any) -> None:
        self.raw(b"data: " + json.dumps(document, ensure_ascii=False).encode() + b"\n\n")

    def word(self, text: str, finish: str | None = None) -> None:
        self.event(
            {"object": "chat.completion.chunk", "choices": [{"delta": {"content": text}, "finish_reason": finish}]}
        )

    def done(self, finish: str = "stop") -> None:
        self.word("", finish)
        self.raw(b"data: [DONE]\n\n")

    def says(self, text: str, piece: int = 5) -> None:
        """A whole answer, in pieces of a few characters."""
        self.head()
        for at in range(0, len(text), piece):
            self.word(text[at : at + piece])
        self.done()


class Scripted(ThreadingHTTPServer):
    """The server; `requests` are the bodies it got, `keys` the Authorization headers."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the play."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_POST(self) -> None:  # noqa: N802
        server = self.server
        assert isinstance(server, Scripted)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/chat/completions"):
            self.send_error(404)
            return
        server.requests.append({**body, "path": self.path})
        server.keys.append(self.headers.get("Authorization"))
        server.script(Reply(self), body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serving(script: Script) -> Iterator[Scripted]:
    server = Scripted(script)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def saying(text: str, piece: int = 5) -> Script:
    """Always this answer."""
    return lambda reply, _: reply.says(text, piece)


# One script for each way to fail, with the fault it must be taken for.


def _status(code: int, body: bytes = b'{"error": {"message": "sk-canary"}}', **headers: str) -> Script:
    def script(reply: Reply, _: dict[str, Any]) -> None:
        reply.head(code, "application/json", **headers)
        reply.raw(body)

    return script


def _silent(reply: Reply, _: dict[str, Any]) -> None:
    time.sleep(5)


def _dripping(reply: Reply, _: dict[str, Any]) -> None:
    reply.head()
    for _ in range(50):
        reply.raw(b": \n")
        time.sleep(0.1)


def _dripping_head(reply: Reply, _: dict[str, Any]) -> None:
    for byte in b"HTTP/1.0 200 OK\r\nX: " + b"x" * 40:
        reply.raw(bytes([byte]))
        time.sleep(0.1)


def _cut(reply: Reply, _: dict[str, Any]) -> None:
    reply.head()
    reply.word("Eighty thousand tons of ore were ")


def _half_a_character(reply: Reply, _: dict[str, Any]) -> None:
    reply.head()
    reply.raw('data: {"choices": [{"delta": {"content": "八'.encode()[:-1] + b'"}}]}\n\n')
    reply.done()


def _events(*documents: Any) -> Script:
    def script(reply: Reply, _: dict[str, Any]) -> None:
        reply.head()
        for document in documents:
            reply.event(document)
        reply.raw(b"data: [DONE]\n\n")

    return script


def _flood(reply: Reply, _: dict[str, Any]) -> None:
    reply.head()
    for _ in range(100):
        reply.raw(b":" + b"x" * 99_999)


def _stopped(reason: str) -> Script:
    def script(reply: Reply, _: dict[str, Any]) -> None:
        reply.head()
        reply.word("Eighty thousand")
        reply.done(reason)

    return script


FAULTS: dict[str, tuple[Script, str]] = {
    "never answers": (_silent, "timeout"),
    "drips bytes": (_dripping, "timeout"),
    "drips its head": (_dripping_head, "timeout"),
    "breaks off": (_cut, "cut"),
    "half a character": (_half_a_character, "rubbish"),
    "an error in the stream": (_events({"error": {"message": "sk-canary out of memory"}}), "failed"),
    "no object": (_events([1, 2]), "rubbish"),
    "another form": (_events({"result": "80,000 tons"}), "rubbish"),
    "no text": (_events({"choices": [{"delta": {"content": 7}}]}), "rubbish"),
    "a page": (lambda r, _: (r.head(200, "text/html"), r.raw(b"<html>"))[0], "rubbish"),
    "compressed": (lambda r, _: (r.head(Content_Encoding="gzip"), r.raw(b"\x1f\x8b"))[0], "rubbish"),
    "too much": (_flood, "rubbish"),
    "redirects": (_status(302, Location="http://127.0.0.1:9/v1"), "failed"),
    "refuses the key": (_status(401), "key"),
    "forbids": (_status(403), "key"),
    "unknown model": (_status(404), "unknown"),
    "rejects": (_status(400), "rejected"),
    "context too long": (_status(400, b'{"error": "maximum context length is 2048"}'), "too_long"),
    "server error": (_status(500), "failed"),
    "stays busy": (_status(429, Retry_After="0"), "busy"),
    "busy for long": (_status(503, Retry_After="99999"), "busy"),
    "stopped by length": (_stopped("length"), "stopped"),
    "stopped by a filter": (_stopped("content_filter"), "stopped"),
}
