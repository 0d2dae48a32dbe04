"""What a connection may take before it has asked for anything: so long, and so many of them.

uvicorn waits for ever for the head of a request. A client that sends a byte now and then, or none, would keep a
descriptor for as long as it likes, and with enough of them nobody else gets in.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from ui.web.guard import HEADERS

HEAD_SECONDS = 15.0
"""Time for a request to be asked: its first line and headers."""
MOST = 512
"""Connections at once; a tab of a browser holds one or two."""
_FULL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nretry-after: 15\r\nconnection: close\r\n"


def most_connections() -> int:
    """`MOST`, or half of the descriptors that the process may have: the rest are for the index."""
    try:
        import resource
    except ImportError:  # Windows
        return MOST
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if soft == resource.RLIM_INFINITY else max(8, min(MOST, soft // 2))


class Patience(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """uvicorn's protocol with a bound on both."""

    most = most_connections()

    def connection_made(self, transport: Any) -> None:
        """Begin the time for the first request, or send the client away."""
        super().connection_made(transport)
        self._head: asyncio.TimerHandle | None = None
        if len(self.connections) > self.most:
            transport.write(_FULL + b"".join(b"%s: %s\r\n" % one for one in HEADERS.items()) + b"\r\n")
            transport.close()
            return
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take what came; the time runs on until a request has been asked."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._end()
        elif self._head is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the time."""
        self._end()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._head = asyncio.get_running_loop().call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None
