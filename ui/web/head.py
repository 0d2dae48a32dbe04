"""Puts the page's own style and script at the top of the HTML that Gradio serves.

Gradio adds what it is given as `head` and `css` only after it has started: the page would flash unstyled, and
Gradio would have chosen its language before `?lang=` was read.
"""

from __future__ import annotations

from ui.web.guard import App, Message, Receive, Scope, Send

_MARK = b"<head>"


class WithHead:
    """Wraps `app`: the HTML of GET / gets `markup` as the first thing in its head."""

    def __init__(self, app: App, markup: str) -> None:
        self._app, self._markup = app, markup.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection (ASGI)."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self._app(scope, receive, send)
            return
        plain = [(key, value) for key, value in scope["headers"] if key != b"accept-encoding"]
        begun: Message = {}
        body = bytearray()

        async def held(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                whole = bytes(body).replace(_MARK, _MARK + self._markup, 1)
                headers = [(key, value) for key, value in begun["headers"] if key.lower() != b"content-length"]
                headers.append((b"content-length", str(len(whole)).encode()))
                await send({**begun, "headers": headers})
                await send({"type": "http.response.body", "body": whole})

        await self._app({**scope, "headers": plain}, receive, held)
