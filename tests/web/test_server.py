from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from rag.errors import UsageError
from tests.web.fake import FakeArchive
from tests.web.serving import ROOT, serving
from ui.web.guard import HEADERS
from ui.web.server import serve


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving() as (address, _):
        yield address


def never(_: str) -> None:
    raise AssertionError("nothing should have been started")


def call(url: str, **named: object) -> tuple[int, str]:
    """Ask by the documented way: POST, then the stream of the event. Its status and events."""
    headers = {"Content-Type": "application/json"}
    begun = httpx.post(f"{url}/gradio_api/call/v2/ask", content=json.dumps(named), headers=headers)
    if begun.status_code != 200:
        return begun.status_code, begun.text
    got = httpx.get(f"{url}/gradio_api/call/ask/{begun.json()['event_id']}", timeout=20)
    return got.status_code, got.text


def test_it_listens_here_only_and_says_it_is_well(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "path",
    ["/", "/healthz", "/config", "/theme.css", "/favicon.ico", "/gradio_api/info", "/missing"]
    + ["/gradio_api/file=/etc/passwd", "/gradio_api/upload", "/gradio_api/queue/status", "/runs"]
    + ["/assets/missing.js", "/?article=x"],
)  # fmt: skip
def test_headers_are_on_every_route(url: str, path: str) -> None:
    answer = httpx.get(url + path)
    assert answer.status_code < 500
    for name, value in HEADERS.items():
        assert answer.headers[name.decode()] == value.decode()
    assert "/etc/passwd" not in answer.text
    assert str(ROOT) not in answer.text


def test_foreign_hosts_and_uploads_are_refused(url: str) -> None:
    assert httpx.get(url, headers={"Host": "spoofed.example.com", "Origin": "https://evil.com"}).status_code == 400
    assert httpx.post(f"{url}/gradio_api/upload", files={"files": b"x"}).status_code == 404


def test_one_endpoint_is_public_and_documented(url: str) -> None:
    info = httpx.get(f"{url}/gradio_api/info").json()
    assert list(info["named_endpoints"]) == ["/ask"]
    assert info["unnamed_endpoints"] == {}
    assert "sources" in info["named_endpoints"]["/ask"]["description"]
    assert [p["parameter_name"] for p in info["named_endpoints"]["/ask"]["parameters"]] == [
        "question", "since", "until", "lang"
    ]  # fmt: skip


def test_a_question_over_http_gets_an_answer_with_citations(url: str) -> None:
    status, events = call(url, question="江油县八天内新修了多少炼铁大窑？")
    assert status == 200
    found = re.search(r"event: complete\ndata: (.*)", events)
    assert found, events
    (answer,) = json.loads(found[1])
    assert answer["answered"]
    assert answer["citations"][0]["date"] == "1958-11-14"
    assert answer["citations"][0]["quotes"][0]["twin"]["lang"] == "en"


@pytest.mark.parametrize(
    "question", ["x" * 1001, "", [], [None], {"a": 1}, None, 7, "\x00", "explode", {"path": "/etc/passwd"}, "钢\ud800"]
    + ["../../etc/passwd", {"role": "system"}, True], ids=repr
)  # fmt: skip
def test_wrong_questions_end_cleanly(url: str, question: object) -> None:
    status, events = call(url, question=question)
    assert status < 500
    for leak in ("Traceback", "/home", "secret", "token", ".py", "root:"):
        assert leak not in events


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"question": "x" * 1001}, "1000"),
        ({"question": "?!"}, "Type a question"),
        ({"question": "steel", "since": "1958-02-30"}, "1958-02-30"),
        ({"question": "steel", "since": '{"$gte": 1}'}, "not a date"),
        ({"question": "steel", "since": "1959", "until": "1958"}, "1958-12-31"),
    ],
)
def test_a_refused_question_is_told_why(url: str, named: dict[str, object], told: str) -> None:
    assert told in json.loads(re.findall("data: (.*)", call(url, **named)[1])[-1])[0]["error"]


def test_an_over_long_request_is_refused_at_the_door(url: str) -> None:
    assert call(url, question="x" * 5_000_000)[0] == 413


def test_a_taken_port_is_named_before_anything_is_opened() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"{port}.*--port"):
            serve(FakeArchive, host="127.0.0.1", port=port, ready=never)  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "archive.example"])
def test_beyond_this_machine_a_password_is_wanted(host: str) -> None:
    with pytest.raises(UsageError, match="WENBAO_PASSWORD"):
        serve(FakeArchive, host=host, port=0, ready=never)  # type: ignore[arg-type]


def test_a_failure_to_open_frees_the_port() -> None:
    def missing() -> FakeArchive:
        raise UsageError("no index")

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    for _ in range(2):
        with pytest.raises(UsageError, match="no index"):
            serve(missing, host="127.0.0.1", port=port, ready=never)  # type: ignore[arg-type]


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told(sent: signal.Signals) -> None:
    arguments = ("0.0.0.0", "p4ss") if sent is signal.SIGINT else ()
    with serving(*arguments) as (address, process):
        assert httpx.get(f"{address}/healthz").status_code == 200
        if arguments:  # the same server shows that the password is asked for
            assert httpx.get(f"{address}/config").status_code == 401
            assert httpx.post(f"{address}/gradio_api/call/ask", json={"data": ["x"]}).status_code == 401
            wrong = httpx.post(f"{address}/login", data={"username": "wenbao", "password": "guess"})
            assert wrong.status_code == 400
            with httpx.Client(base_url=address) as visitor:
                assert visitor.post("/login", data={"username": "wenbao", "password": "p4ss"}).status_code == 200
                assert visitor.get("/config").status_code == 200
        process.send_signal(sent)
        assert process.stdout and process.stderr
        assert process.stdout.read().strip() == "ended, closed True, warm True"
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()


def test_gradio_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, ui.web.server, ui.web.session; print({'gradio', 'uvicorn', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
