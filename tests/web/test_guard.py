from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from rag.settings import is_loopback
from ui.web.guard import HEADERS, MAX_BODY, MAX_CONVERSATION, WHOLE, Guard


async def echo(request: Request) -> Response:
    body = await request.body()
    return PlainTextResponse(
        str(len(body)),
        headers={"Access-Control-Allow-Origin": request.headers.get("origin", "*"), "X-Frame-Options": "ALLOWALL"},
    )


async def broken(_: Request) -> Response:
    raise RuntimeError("inside")


def client(host: str = "127.0.0.1", *trusted: str) -> TestClient:
    routes = [Route("/broken", broken), Route("/{path:path}", echo, methods=["GET", "POST", "OPTIONS"])]
    return TestClient(
        Guard(Starlette(routes=routes), host, trusted), "http://127.0.0.1:7860", raise_server_exceptions=False
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860", "127.0.0.1"])
def test_own_names_are_served(host: str) -> None:
    assert client().get("/", headers={"Host": host}).status_code == 200


FOREIGN = ["spoofed.example.com", "evil.com:7860", "127.0.0.1.evil.com", "localhost.evil.com", "0.0.0.0", "10.0.0.7"]
FOREIGN += [
    "",
    "127.0.0.1@evil.com",
    "evil.com#127.0.0.1",
    "[::1].evil.com",
    "127.0.0.1:99999",
    "a,127.0.0.1",
    "2130706433",
]


@pytest.mark.fault(63)
@pytest.mark.parametrize("host", FOREIGN)
def test_foreign_hosts_are_refused(host: str) -> None:
    answer = client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert answer.headers["content-security-policy"]


def test_a_bound_name_is_served_and_no_other() -> None:
    assert client("archive.example").get("/", headers={"Host": "archive.example:7860"}).status_code == 200
    assert client("archive.example").get("/", headers={"Host": "other.example"}).status_code == 400


def test_a_wildcard_takes_addresses_but_no_foreign_name() -> None:
    assert client("0.0.0.0").get("/", headers={"Host": "10.0.0.7:7860"}).status_code == 200
    assert client("0.0.0.0").get("/", headers={"Host": "rebound.evil.com"}).status_code == 400


TRUSTED = ("wenbao", "host.docker.internal", "archive.example.org", "proxy.example.org:8443", "[fd00::7]")


@pytest.mark.parametrize("bound", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize(
    "host",
    ["wenbao", "wenbao:7860", "WENBAO:80", "host.docker.internal:7860", "archive.example.org"]
    + ["archive.example.org:443", "proxy.example.org", "proxy.example.org:8443", "[fd00::7]:7860", "127.0.0.1:7860"],
)  # fmt: skip
def test_trusted_hosts_are_served(bound: str, host: str) -> None:
    assert client(bound, *TRUSTED).get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", [*FOREIGN, "example.org", "x.archive.example.org", "archive.example.org.evil.com"])
def test_strange_hosts_stay_refused_beside_trusted_ones(host: str) -> None:
    assert client("127.0.0.1", *TRUSTED).get("/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize(
    ("origin", "host", "taken"),
    [
        ("https://archive.example.org", "127.0.0.1:7860", True),  # a proxy with TLS that rewrites the host
        ("https://archive.example.org", "archive.example.org", True),
        ("http://archive.example.org", "127.0.0.1:7860", True),
        ("https://archive.example.org:443", "127.0.0.1:7860", True),
        ("https://proxy.example.org:8443", "127.0.0.1:7860", True),
        ("https://proxy.example.org:8443", "proxy.example.org", True),  # a proxy that passes the name without the port
        ("http://wenbao:7860", "wenbao:7860", True),
        ("https://archive.example.org:9999", "127.0.0.1:7860", False),  # something else on that host
        ("https://proxy.example.org", "127.0.0.1:7860", False),
        ("https://evil.com", "archive.example.org", False),
        ("https://archive.example.org.evil.com", "archive.example.org", False),
        ("https://user@archive.example.org", "127.0.0.1:7860", False),
        ("null", "archive.example.org", False),
        ("", "archive.example.org", False),
    ],
)
def test_requests_of_a_trusted_site_are_taken_and_no_others(origin: str, host: str, taken: bool) -> None:
    answer = client("127.0.0.1", *TRUSTED).post("/api/x", headers={"Host": host, "Origin": origin}, content=b"abc")
    assert answer.status_code == (200 if taken else 403)


@pytest.mark.parametrize(
    ("host", "origin", "setting"),
    [
        ("host.docker.internal:7860", None, "WENBAO_TRUSTED_HOSTS=host.docker.internal"),
        ("wenbao", None, "WENBAO_TRUSTED_HOSTS=wenbao"),
        ("127.0.0.1:7860", "https://archive.example.org", "WENBAO_TRUSTED_HOSTS=archive.example.org"),
        ("127.0.0.1:7860", "https://archive.example.org:8443", "WENBAO_TRUSTED_HOSTS=archive.example.org:8443"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/ask", "/v1/models"])
def test_a_refusal_names_what_was_refused_and_the_setting(
    host: str, origin: str | None, setting: str, path: str
) -> None:
    answer = client().get(path, headers={"Host": host, **({"Origin": origin} if origin else {})})
    told = answer.text if path == "/" else answer.json()["error"]
    told = told["message"] if path == "/v1/models" else told
    assert (origin or host) in told and setting in told and "启动" in told


@pytest.mark.parametrize(
    "host", ["<script>alert(1)</script>", "a b", "evil.com/path", "x" * 5000 + "!", "127.0.0.1:99999"]
)
def test_what_can_be_no_name_gets_no_setting(host: str) -> None:
    answer = client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "WENBAO_TRUSTED_HOSTS" not in answer.text and len(answer.text) < 600
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.fault(63)
@pytest.mark.parametrize("origin", ["https://evil.com", "http://127.0.0.1:9999", "http://localhost:7860", "null"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "GET"])
def test_other_sites_get_nothing(origin: str, method: str) -> None:
    answer = client().request(method, "/gradio_api/call/ask", headers={"Origin": origin})
    assert answer.status_code == 403
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_the_page_itself_may_ask_and_no_origin_is_repeated() -> None:
    answer = client().post("/x", headers={"Origin": "http://127.0.0.1:7860"}, content=b"abc")
    assert (answer.status_code, answer.text) == (200, "3")
    assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.fault(65)
@pytest.mark.parametrize(
    "path",
    ["/gradio_api/upload", "/gradio_api/upload?upload_id=x", "/upload", "/gradio_api/upload_progress", "/monitoring"]
    + ["/gradio_api/proxy=http://evil.com", "/gradio_api/deep_link", "/gradio_api/component_server", "/runs"]
    + ["/gradio_api/stream/x", "/gradio_api//upload/", "/gradio_api/vibe-edit"],
)  # fmt: skip
def test_what_the_page_does_not_use_is_closed(path: str) -> None:
    assert client().post(path, content=b"x").status_code == 404
    assert client().get(path).status_code == 404


@pytest.mark.fault(64)
@pytest.mark.parametrize(
    "name", ["/etc/passwd", "..%2f..%2f.env", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "http://evil.com", "\\\\unc\\x"]
)
def test_no_file_is_served_by_path(name: str) -> None:
    assert client().get(f"/gradio_api/file={name}").status_code == 403
    assert client().get(f"/gradio_api/file/{name}").status_code in (403, 404)


@pytest.mark.fault(53, 65)
def test_a_large_body_is_refused_whether_announced_or_not() -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(MAX_BODY // 65536 + 1):
            yield b"x" * 65536

    assert client().post("/x", content=b"x" * (MAX_BODY + 1)).status_code == 413
    assert client().post("/x", content=chunks()).status_code == 413
    assert client().post("/x", content=b"", headers={"Content-Length": "-1"}).status_code == 413
    whole = client().post("/x", content=b"x" * MAX_BODY)
    assert (whole.status_code, whole.text) == (200, str(MAX_BODY))


@pytest.mark.parametrize("path", [one.rstrip("/") + ("/md" if one.endswith("/") else "") for one in WHOLE])
def test_a_whole_conversation_may_be_larger(path: str) -> None:
    assert client().post(path, content=b"x" * (MAX_BODY + 1)).text == str(MAX_BODY + 1)
    assert client().post(path, content=b"x" * (MAX_CONVERSATION + 1)).status_code == 413


@pytest.mark.fault(62)
@pytest.mark.parametrize("path", ["/", "/missing", "/broken", "/gradio_api/upload", "/gradio_api/file=/etc/passwd"])
def test_security_headers_are_on_every_answer(path: str) -> None:
    answer = client().get(path)
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name.decode()) == [value.decode()]


def test_only_what_bears_its_digest_in_its_name_is_kept_by_browsers() -> None:
    assert "immutable" in client().get("/assets/index-0f3a.js").headers["cache-control"]
    for path in ("/", "/part/article", "/broken", "/gradio_api/upload"):
        assert "cache-control" not in client().get(path).headers


@pytest.mark.fault(62)
def test_the_policy_lets_nothing_out() -> None:
    policy = dict(part.strip().split(" ", 1) for part in HEADERS[b"content-security-policy"].decode().split(";"))
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert {policy[name] for name in ("form-action", "object-src", "frame-ancestors")} == {"'none'"}
    assert "http" not in str(policy)


@pytest.mark.parametrize(
    ("host", "inside"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.9.9.9", True)]
)
def test_loopback_is_told(host: str, inside: bool) -> None:
    assert is_loopback(host) is inside


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "archive.example", ""])
def test_what_others_can_reach_is_told(host: str) -> None:
    assert not is_loopback(host)
