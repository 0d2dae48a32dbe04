"""The door in front of the chat page: which hosts may be named, how much may be sent, which headers go out.

Gradio itself sends no security headers, takes anonymous uploads, repeats any Origin to whoever asks and sets no
limit on a request. This pure ASGI wrapper closes that for every route, its own errors included.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import Any

from rag.datatypes import LANGS
from ui.web.strings import text

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MAX_BODY = 1024 * 1024  # bytes of a request
MAX_CONVERSATION = 16 * MAX_BODY  # bytes; a browser keeps at most five million characters, of up to three bytes each
# Where a whole conversation is sent, to be opened again (Gradio's path for it), taken along, judged, or compared
# with today; or a whole file of decisions.
WHOLE = (
    "/gradio_api/run/predict", "/api/export/", "/api/excerpts/", "/api/cases", "/part/again",
    "/part/translation/corrections.csv",
)  # fmt: skip
WHOLE_AT_ONCE = 8  # of those, read at the same time
BODY_SECONDS = 120.0  # for a request to be sent whole
LOOPBACK = ("localhost", "127.0.0.1", "::1")

# Parts of Gradio the page does not use: uploads, a proxy to other hosts, saved sessions, streams, development aids.
CLOSED = frozenset(
    {"upload", "upload_progress", "deep_link", "component_server", "custom_component", "stream", "process_recording"}
    | {"run-history", "runs", "monitoring", "profiling", "dev", "mcp"}
    | {"vibe-edit", "undo-vibe-edit", "vibe-code", "vibe-starter-queries"}
)
# The page evaluates its own templates and inlines its configuration, hence 'unsafe-inline' and 'unsafe-eval' for
# scripts; what comes from articles is kept out of both by escaping, and no address but this one can be reached.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'none'; connect-src 'self'; worker-src 'self' blob:; "
    "frame-src 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'; base-uri 'self'"
)
HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}


_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _parted(host: str) -> tuple[str | None, int]:
    """Name and port of "host:port", in lower case, without brackets; the name is None, the port 0 if there is none."""
    found = _HOST.fullmatch(host.lower())
    port = int(found[3] or 0) if found else 0
    return ((found[1] or found[2]) if found and port < 65536 else None), port


class Guard:
    """Wraps `app`. Foreign Host 400, cross-site request 403, closed route 404, large body 413; headers on all.

    `host` is the address listened on. A wildcard has no name of its own, so there any numeric address and the
    machine's names are taken: an attacker's domain pointed at this machine is still refused (DNS rebinding).
    `trusted` are more names, "name" or "name:port": those by which a container or a proxy in front calls this machine.
    """

    def __init__(self, app: App, host: str, trusted: Iterable[str] = ()) -> None:
        self._app = app
        self._trusted = frozenset(_parted(one) for one in trusted)
        self._whole = asyncio.Semaphore(WHOLE_AT_ONCE)
        self._wildcard = _is_address(host) and ipaddress.ip_address(host).is_unspecified
        own: Iterable[str] = (socket.gethostname(), socket.getfqdn()) if self._wildcard else (host,)
        self._names = {name.lower() for name in (*LOOPBACK, *own)} | {name for name, _ in self._trusted if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # the page speaks no other protocol
            await send({"type": "websocket.close", "code": 1008})
            return
        guarded = _with_headers(send, scope["path"])
        status, reason = self._refusal(scope)
        if status:
            await answer(guarded, status, reason, scope["path"])
            return
        async with self._whole if is_of(scope["path"], WHOLE) else nullcontext():
            await self._passed({**scope, "headers": self._believed(scope["headers"])}, receive, guarded)

    def _believed(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """Without what names another host than ours as that of the page: Gradio would build its addresses with it."""
        named = b"x-forwarded-host"
        return [one for one in headers if one[0] != named or self._is_ours(_parted(one[1].decode("latin-1"))[0])]

    async def _passed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that is not refused: its body is read whole first."""
        most, body = _most(scope["path"]), b""
        if scope["method"] not in ("GET", "HEAD"):
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    read = await _read(receive, most)
            except TimeoutError:
                await answer(send, 408, f"The request was not sent whole within {BODY_SECONDS:.0f} s.", scope["path"])
                return
            if read is None:
                await answer(send, 413, _too_large(most), scope["path"])
                return
            body = read
        await self._app(scope, _replayed(body, receive), send)

    def _refusal(self, scope: Scope) -> tuple[int, str]:
        hosts = [value for key, value in scope["headers"] if key == b"host"]
        host = hosts[0].decode("latin-1") if len(hosts) == 1 else ""
        if not self._is_ours(_parted(host)[0]):
            return 400, _told("host_refused", host, host)
        for origin in (value.decode("latin-1") for key, value in scope["headers"] if key == b"origin"):
            if not self._is_own_site(origin, host):
                return 403, _told("site_refused", origin, origin.partition("://")[2])
        segments = [part for part in scope["path"].split("/") if part]
        if any(part.startswith("file=") or part == "file" for part in segments):
            return 403, "Files are not served."
        if any(part in CLOSED or part.startswith("proxy=") for part in segments):
            return 404, "Not found."
        lengths = [value for key, value in scope["headers"] if key == b"content-length"]
        most = _most(scope["path"])
        if any(not value.isdigit() or int(value) > most for value in lengths):
            return 413, _too_large(most)
        return 0, ""

    def _is_own_site(self, origin: str, host: str) -> bool:
        """True for the page's own address, and for a trusted name: on the port given with it, else on the usual one."""
        scheme, _, netloc = origin.lower().partition("://")
        name, port = _parted(netloc)
        usual = {"http": 80, "https": 443}.get(scheme, -1)
        known = {port or usual} | ({0} if port in (0, usual) else set())
        return netloc == host.lower() or any((name, one) in self._trusted for one in known)

    def _is_ours(self, name: str | None) -> bool:
        return name is not None and (name in self._names or (self._wildcard and _is_address(name)))


def _too_large(most: int) -> str:
    return " ".join(text(lang, "too_large", n=most) for lang in LANGS[::-1])


def _most(path: str) -> int:
    """How many bytes a request to `path` may have."""
    return MAX_CONVERSATION if is_of(path, WHOLE) else MAX_BODY


def is_of(path: str, paths: tuple[str, ...]) -> bool:
    """True for one of `paths`, and for what is below those that end with a slash."""
    return path.startswith(tuple(one for one in paths if one.endswith("/"))) or path.rstrip("/") in paths


def _with_headers(send: Send, path: str) -> Send:
    """`send` with our headers; what bears a digest of itself in its name is kept by the browser."""
    lasting = {b"cache-control": b"public, max-age=31536000, immutable"} if path.startswith("/assets/") else {}

    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [
                (key, value)
                for key, value in message.get("headers", [])
                if key.lower() not in HEADERS and not key.lower().startswith(b"access-control-")
            ]
            more = lasting if message["status"] == 200 else {}
            message = {**message, "headers": [*kept, *HEADERS.items(), *more.items()]}
        await send(message)

    return wrapped


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None as soon as it passes `limit` bytes or the client leaves."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """`receive` that gives `body` first, then what the client does next (leaving, as a rule)."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _told(key: str, refused: str, netloc: str) -> str:
    """What is refused, in both languages, with the setting that would take it where it could be a name at all."""
    name, port = _parted(netloc)
    setting = f"WENBAO_TRUSTED_HOSTS={netloc if port and key == 'site_refused' else name}" if name else ""
    lines = []
    for lang in LANGS[::-1]:
        lines.append(text(lang, key, refused=refused[:100]))
        lines += [text(lang, "trust_it", setting=setting)] if setting else []
    return " ".join(lines)


async def answer(
    send: Send, status: int, reason: str, path: str, more: Mapping[bytes, bytes] = MappingProxyType({})
) -> None:
    """A refusal in the form that is read there: JSON for programs, else plain text."""
    kind, document = b"application/json", ""
    if path.startswith("/v1/"):
        kind_of = "invalid_request_error" if status < 500 else "server_error"
        error = {"message": reason, "type": kind_of, "code": None, "param": None}
        document = json.dumps({"error": error}, ensure_ascii=False)
    elif path.startswith("/api/"):
        document = json.dumps({"error": reason}, ensure_ascii=False)
    else:
        kind, document = b"text/plain; charset=utf-8", reason
    body = document.encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *more.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
