"""How many questions are worked on at once, and how many may wait: more are told at once to come again.

Without it a flood makes everyone wait for everyone. The page's own questions have the line of Gradio (`ui.web.app`).
"""

from __future__ import annotations

import asyncio

from rag.datatypes import LANGS
from ui.web.guard import App, Receive, Scope, Send, answer, is_of
from ui.web.strings import text

RETRY_SECONDS = 2


class Line:
    """`at_once` requests are served, `waiting` more wait their turn."""

    def __init__(self, paths: tuple[str, ...], at_once: int, waiting: int) -> None:
        self.paths = paths
        self._most, self._taken = at_once + waiting, 0
        self._turn = asyncio.Semaphore(at_once)

    @property
    def is_full(self) -> bool:
        """True if another one would have to be sent away."""
        return self._taken >= self._most

    async def __aenter__(self) -> None:
        self._taken += 1
        try:
            await self._turn.acquire()
        except BaseException:
            self._taken -= 1
            raise

    async def __aexit__(self, *_: object) -> None:
        self._taken -= 1
        self._turn.release()


class Gate:
    """Wraps `app`: 503 with Retry-After for what the lines cannot take."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lines = (
            # programs that ask in parallel try again by themselves; a short line keeps the wait short
            Line(("/api/ask", "/api/search", "/v1/chat/completions"), at_once=4, waiting=4),
            Line(("/part/", "/api/"), at_once=4, waiting=32),  # people look at these, and would rather wait
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (ASGI)."""
        path = scope.get("path", "")
        line = next((line for line in self._lines if is_of(path, line.paths)), None)
        if line is None:
            await self._app(scope, receive, send)
        elif line.is_full:
            told = " ".join(text(lang, "busy", seconds=RETRY_SECONDS) for lang in LANGS[::-1])
            await answer(send, 503, told, path, {b"retry-after": str(RETRY_SECONDS).encode()})
        else:
            async with line:
                await self._app(scope, receive, send)
