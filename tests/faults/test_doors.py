"""The server's doors, knocked at from outside: headers, hosts, files, uploads and the schema. Faults 62 to 66."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from packaging.version import Version
from starlette.routing import Mount
from starlette.testclient import TestClient

from tests.faults.served import served
from tests.web.fake import FakeArchive
from ui.web.guard import HEADERS
from ui.web.site import site


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return site(FakeArchive(), "127.0.0.1", None, tmp_path_factory.mktemp("cases") / "asked.yaml")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served("small") as (address, _):
        yield address


def paths(app: Any) -> list[str]:
    """Every path that some route of the site matches, Gradio's own among them."""

    def of(routes: Any) -> Iterator[str]:
        for one in routes:
            below = one.app if isinstance(one, Mount) else getattr(one, "original_router", None)
            yield from of(below.routes) if below else (getattr(one, "path", ""),)

    inner = app
    while not hasattr(inner, "routes"):
        inner = inner._app
    return sorted({path for path in of(inner.routes) if path.startswith("/")})


@pytest.mark.fault(62, 64)
def test_security_headers_are_on_every_route_that_there_is(app: Any, url: str) -> None:
    known = paths(app)
    assert len(known) > 40 and "/gradio_api/queue/join" in known
    silent = set()
    with httpx.Client(base_url=url, timeout=4) as client:
        for path in known:
            address = path.replace("{", "").replace("}", "").replace(":path", "")
            for method in ("GET", "POST", "OPTIONS", "DELETE"):
                try:
                    with client.stream(method, address) as answer:  # some never end
                        bears_the_headers(answer, address)
                except httpx.ReadTimeout:  # and some wait for what never comes before they begin
                    silent.add(address)
    assert len(silent) < 5, silent


def bears_the_headers(answer: httpx.Response, address: str) -> None:
    # the small archive has no room of translations
    assert answer.status_code < 500 or "/translation" in address, address
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name.decode()) == [value.decode()], address
    assert not any(name.startswith("access-control") for name in answer.headers)
    assert "server" not in answer.headers


def raw(url: str, request: bytes, seconds: float = 5) -> bytes:
    """What comes back for bytes sent to the server."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=seconds) as line:
        line.sendall(request)
        got = b""
        try:
            while piece := line.recv(65536):
                got += piece
        except TimeoutError:
            pass
        return got


@pytest.mark.fault(63)
@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"Host: spoofed.example.com\r\nOrigin: https://evil.com", b"400"),
        (b"Host: {own}\r\nOrigin: https://evil.com", b"403"),
        (b"Host: {own}\r\nHost: evil.com", b"400"),
        (b"X: y", b"400"),
        (b"Host: {own}\r\nX-Forwarded-Host: evil.com\r\nX-Forwarded-Proto: https", b"200"),
        (b"Host: {own}", b"200"),
    ],
)
def test_who_names_another_host_or_comes_from_another_site_is_refused(url: str, head: bytes, status: bytes) -> None:
    own = url.removeprefix("http://").encode()
    got = raw(url, b"GET /config HTTP/1.1\r\nConnection: close\r\n" + head.replace(b"{own}", own) + b"\r\n\r\n")
    assert got.split()[1] == status
    assert b"evil.com" not in got or status == b"403"  # a refusal names what it refuses
    assert b"access-control-allow-origin" not in got.lower()


@pytest.mark.fault(63)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_of_another_site_can_send_is_no_request(url: str, kind: str) -> None:
    """A browser sends these three kinds to other sites without asking, and old ones without an Origin."""
    sent = json.dumps({"question": "江油县炼铁大窑", "turns": []})
    for path in ("/api/ask", "/api/cases", "/v1/chat/completions", "/part/trials", "/part/translation"):
        answer = httpx.post(url + path, content=sent, headers={"Content-Type": kind})
        assert answer.status_code in (400, 404, 405, 415, 422), path


@pytest.mark.fault(65)
def test_a_stream_of_a_gigabyte_is_broken_off(url: str) -> None:
    host, _, port = url.removeprefix("http://").partition(":")
    head = "POST {} HTTP/1.1\r\nHost: {}:{}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    head += "Transfer-Encoding: chunked\r\n\r\n"
    for path in ("/gradio_api/upload", "/upload", "/api/ask", "/gradio_api/run/predict"):
        with socket.create_connection((host, int(port)), timeout=20) as line:
            line.sendall(head.format(path, host, port).encode())
            begun = (
                b'--x\r\nContent-Disposition: form-data; name="files"; filename="' + b"a" * 10_000_000 + b'"\r\n\r\n'
            )
            try:
                for piece in [begun, *[b"y" * 1_000_000] * 1_000]:
                    line.sendall(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                got = line.recv(100)
            except OSError:  # it hung up
                got = b""
        assert got[:12] in (b"", b"HTTP/1.1 404", b"HTTP/1.1 413")
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}


@pytest.mark.fault(66)
def test_nothing_listens_for_others_or_tells_anybody(url: str) -> None:
    from ui.commands.chat import chat

    assert not any(option in str(one.opts) for one in chat.params for option in ("share", "tunnel"))
    config = httpx.get(f"{url}/config").json()
    assert config["analytics_enabled"] is False
    page = httpx.get(url).text
    foreign = {part.split("/")[0] for part in page.replace("https://", "http://").split("http://")[1:]}
    assert not {one for one in foreign if one.startswith(("fonts.", "cdn", "unpkg", "huggingface"))}


def served_schema(app: Any) -> Any:
    with TestClient(app, "http://127.0.0.1:7860") as client:
        document = client.get("/api/openapi.json").json()
    return schemathesis.openapi.from_dict(document)


def no_server_error(app: Any, examples: int) -> int:
    """Every operation of the schema called with what hypothesis makes of it; the number of calls."""
    schema = served_schema(app)
    calls = 0
    with TestClient(app, "http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        for result in schema.get_all_operations():
            operation = result.ok()

            def one(case: Any) -> None:
                nonlocal calls
                calls += 1
                sent = case.as_transport_kwargs(base_url="http://127.0.0.1:7860")
                sent = {key: value for key, value in sent.items() if key in ("headers", "params", "json", "data")}
                headers = {k: v for k, v in dict(sent.pop("headers", None) or {}).items() if k.lower() != "host"}
                headers = {k: v for k, v in headers.items() if v.isascii() and v.isprintable()}
                data = sent.pop("data", None)
                answer = client.request(case.method, case.formatted_path, headers=headers, content=data, **sent)
                assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)
                assert "Traceback" not in answer.text and "site-packages" not in answer.text

            quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
            limits = profile(max_examples=examples, deadline=None, suppress_health_check=quiet, database=None)
            limits(given(case=operation.as_strategy())(one))()
    return calls


@pytest.mark.fault(59, 95)
def test_no_request_that_the_schema_allows_is_a_server_error(app: Any) -> None:
    assert no_server_error(app, 5) >= 40


@pytest.mark.slow
@pytest.mark.fault(59, 95)
def test_no_request_that_the_schema_allows_is_a_server_error_at_length(app: Any) -> None:
    assert no_server_error(app, 400) >= 2000


FLOORS = {
    "gradio": "6.16", "langchain-core": "1.2.5", "langchain-text-splitters": "1.1.2", "filelock": "3.20.3",
    "transformers": "5.3.0", "torch": "2.10.0", "starlette": "0.49.1", "pydantic": "2.12", "chromadb": "1.5.9",
}  # fmt: skip
"""Below these a hole is open that others have described."""


@pytest.mark.fault(66)
@pytest.mark.parametrize("package", FLOORS)
def test_no_dependency_is_below_its_floor(package: str) -> None:
    assert Version(version(package).partition("+")[0]) >= Version(FLOORS[package])
