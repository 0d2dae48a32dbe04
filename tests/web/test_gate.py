"""More questions than the line takes are told to come again, in the form that is read there and in both languages."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.web import gate
from ui.web.gate import Gate, Line
from ui.web.guard import Guard


async def echo(_: Request) -> Response:
    return PlainTextResponse("answered")


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/{path:path}", echo, methods=["GET", "POST"])]
    return TestClient(Guard(Gate(Starlette(routes=routes)), "127.0.0.1"), "http://127.0.0.1:7860")  # type: ignore[arg-type]


@pytest.mark.fault(95)
@pytest.mark.parametrize("path", ["/api/ask", "/api/search", "/v1/chat/completions", "/part/search"])
def test_a_full_line_sends_away_in_words(client: TestClient, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert client.get(path).text == "answered"
    monkeypatch.setattr(Line, "is_full", True)
    told = client.get(path)
    assert told.status_code == 503 and told.headers["retry-after"] == str(gate.RETRY_SECONDS)
    assert told.headers["content-security-policy"]
    words = told.json()["error"] if path.startswith(("/api/", "/v1/")) else told.text
    if path.startswith("/v1/"):
        assert words["type"] == "server_error"
        words = words["message"]
    assert "ask again in 2 seconds" in words and "2 秒后再问" in words
    assert client.get("/healthz").text == "answered", "other doors stay open"


def test_who_has_been_served_makes_room(client: TestClient) -> None:
    for _ in range(50):
        assert client.post("/api/ask").text == "answered"
