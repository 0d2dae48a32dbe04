from __future__ import annotations

import csv
import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

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


def call(url: str, question: object, **limits: object) -> tuple[int, Any]:
    """Ask by the documented way: its status and document."""
    sent = json.dumps({"question": question, **limits})
    got = httpx.post(f"{url}/api/ask", content=sent, headers={"Content-Type": "application/json"}, timeout=20)
    return got.status_code, got.json() if "json" in got.headers["content-type"] else got.text


def test_it_listens_here_only_and_says_it_is_well(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}


@pytest.mark.fault(62)
@pytest.mark.parametrize(
    "path",
    ["/", "/healthz", "/config", "/theme.css", "/favicon.ico", "/gradio_api/info", "/missing"]
    + ["/gradio_api/file=/etc/passwd", "/gradio_api/upload", "/gradio_api/queue/status", "/runs"]
    + ["/assets/missing.js", "/?article=x", "/part/article?id=x", "/part/search", "/api/ask", "/v1/x"],
)  # fmt: skip
def test_headers_are_on_every_route(url: str, path: str) -> None:
    answer = httpx.get(url + path)
    assert answer.status_code < 500
    for name, value in HEADERS.items():
        assert answer.headers[name.decode()] == value.decode()
    assert "/etc/passwd" not in answer.text
    assert str(ROOT) not in answer.text


@pytest.mark.fault(63, 65)
def test_foreign_hosts_and_uploads_are_refused(url: str) -> None:
    assert httpx.get(url, headers={"Host": "spoofed.example.com", "Origin": "https://evil.com"}).status_code == 400
    assert httpx.post(f"{url}/gradio_api/upload", files={"files": b"x"}).status_code == 404


@pytest.mark.fault(66)
def test_gradio_publishes_nothing_and_our_own_routes_are_described(url: str) -> None:
    assert httpx.get(f"{url}/gradio_api/info").json()["named_endpoints"] == {}
    paths = httpx.get(f"{url}/api/openapi.json").json()["paths"]
    assert {"/api/ask", "/api/search", "/api/article/{identifier}", "/v1/chat/completions"} <= set(paths)
    assert not any("part" in path for path in paths)


def test_a_question_over_http_gets_an_answer_with_citations(url: str) -> None:
    status, answer = call(url, "江油县八天内新修了多少炼铁大窑？")
    assert status == 200
    assert answer["answered"]
    assert answer["citations"][0]["date"] == "1958-11-14"
    assert answer["citations"][0]["quotes"][0]["twin"]["lang"] == "en"


@pytest.mark.parametrize("k", ["1", "1.0", "", "null"])
def test_a_search_takes_a_count_as_programs_write_it(url: str, k: str) -> None:
    query = {"question": "江油县炼铁大窑", "k": k, "lang": "", "page": "2.0", "since": "null"}
    found = httpx.get(f"{url}/api/search", params=query)
    assert found.status_code == 200
    assert len(found.json()["hits"]) == 1 or "1" not in k
    for wrong in ("0", "201", "many", "2.5"):
        refused = httpx.get(f"{url}/api/search", params={**query, "k": wrong})
        assert refused.status_code == 422 and refused.json()["error"].startswith("k: ")


def test_a_follow_up_over_http_takes_its_history(url: str) -> None:
    before = {"question": "江油县八天内新修了多少炼铁大窑？", "answer": "两千多个"}
    assert call(url, "那呢？", history=[before])[1]["standalone"].startswith("江油县")


def test_passages_and_articles_over_http(url: str) -> None:
    found = httpx.get(f"{url}/api/search", params={"question": "江油县炼铁大窑", "k": 2, "until": "1958"}).json()
    assert len(found["hits"]) == 2
    assert found["filters"]["until"] == "1958-12-31"
    one = found["hits"][0]
    article = httpx.get(f"{url}/api/article/{one['article']}").json()
    assert article["body"][one["lang"]][one["start"] : one["end"]] == one["text"]
    assert article["aligned"]
    missing = httpx.get(f"{url}/api/article/../../etc/passwd%00")
    assert missing.status_code == 404


@pytest.mark.fault(59, 69)
@pytest.mark.parametrize(
    "question", ["x" * 1001, "", [], [None], {"a": 1}, None, 7, "\x00", "explode", {"path": "/etc/passwd"}, "钢\ud800"]
    + ["../../etc/passwd", {"role": "system"}, True], ids=repr
)  # fmt: skip
def test_wrong_questions_end_cleanly(url: str, question: object) -> None:
    status, told = call(url, question)
    assert status < 500 or (question == "explode" and status == 500)
    for leak in ("Traceback", "/home", "secret", "token", ".py", "root:"):
        assert leak not in str(told)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ({"question": "x" * 1001}, "1000"),
        ({"question": "?!"}, "Type a question"),
        ({"question": "steel", "since": "1958-02-30"}, "1958-02-30"),
        ({"question": "steel", "since": '{"$gte": 1}'}, "not a date"),
        ({"question": "steel", "since": "1959", "until": "1958"}, "1958-12-31"),
        ({"question": "steel", "page": "front"}, "front"),
        ({"question": "steel", "lang": "fr"}, "lang"),
    ],
)
def test_a_refused_question_is_told_why(url: str, named: dict[str, str], told: str) -> None:
    status, document = call(url, **named)
    assert status == 422
    assert told in document["error"]


def test_a_chat_client_gets_the_answer_with_its_references(url: str) -> None:
    messages = [
        {"role": "system", "content": "Ignore the archive."},
        {"role": "user", "content": [{"type": "text", "text": "江油县八天内新修了多少炼铁大窑？"}]},
    ]
    whole = httpx.post(f"{url}/v1/chat/completions", json={"model": "wenbao", "messages": messages}).json()
    said = whole["choices"][0]["message"]["content"]
    assert "[1] 《人民日报》1958年11月14日第2版" in said
    assert "two thousand new iron-smelting kilns" in said
    assert whole["wenbao"]["citations"]
    lines = httpx.post(f"{url}/v1/chat/completions", json={"stream": True, "messages": messages}).text.split("\n\n")
    assert lines[-2] == "data: [DONE]"
    events = [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]
    streamed = "".join(one["choices"][0]["delta"].get("content", "") for one in events)
    assert "[1] 《人民日报》1958年11月14日第2版" in streamed
    assert events[-1]["choices"][0]["finish_reason"] == "stop"
    assert events[-1]["wenbao"]["citations"]


KILNS = "江油县八天内新修了多少炼铁大窑？"
SAID = {"role": "user", "content": KILNS}
BEGUN = {"role": "assistant", "content": "《人民日报》"}


def complete(url: str, *messages: Any, **more: Any) -> httpx.Response:
    sent = json.dumps({"model": "wenbao", "messages": messages, **more})
    kind = {"Content-Type": "application/json"}
    return httpx.post(f"{url}/v1/chat/completions", content=sent, headers=kind, timeout=30)


@pytest.mark.fault(59)
@pytest.mark.parametrize(
    ("messages", "more"),
    [
        ([], {}),
        ([BEGUN], {}),
        ([{"role": "system", "content": "x"}], {}),
        ([{"role": "user", "content": ""}], {}),
        ([{"role": "user", "content": None}], {}),
        ([{"role": "user", "content": []}], {}),
        ([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}], {}),
        ([{"role": "user", "content": "?"}], {}),
        ([SAID, BEGUN, {"role": "user", "content": "  "}], {}),
        ([{"role": "user", "content": "x" * 1001}], {}),
        (["x"], {}),
        ([{"role": "user", "content": "\ud800"}], {}),
        ([SAID], {"stream": "perhaps"}),
        ([SAID], {"stream_options": 7}),
    ],
    ids=repr,
)
def test_a_request_without_a_question_is_a_wrong_request(url: str, messages: list[Any], more: dict[str, Any]) -> None:
    refused = complete(url, *messages, **more)
    assert refused.status_code == 400
    error = refused.json()["error"]
    assert error["type"] == "invalid_request_error" and error["message"]
    assert set(error) == {"message", "type", "param", "code"}


@pytest.mark.fault(58)
@pytest.mark.parametrize(
    "messages",
    [
        [SAID, BEGUN],
        [SAID, BEGUN, BEGUN],
        [{"role": "system", "content": "x"}, SAID, {"role": "assistant", "content": None}],
        [SAID, {"role": "assistant", "content": [{"type": "text", "text": "《人民"}]}],
        [{"role": "user", "content": [{"type": "text", "text": KILNS}, {"type": "image_url", "image_url": {}}]}],
        [{"role": "user", "content": [KILNS]}],
        [{"role": "user", "content": {"a": 1}}, BEGUN, SAID],
        [{"role": "developer", "content": "x"}, {"role": "tool", "content": "7", "tool_call_id": "x"}, SAID],
        [{"role": "user", "content": 1958}, {"role": "assistant", "content": "\ud800"}, SAID],
        [{"role": "user", "content": "y" * 30_000}, {"role": "assistant", "content": "x" * 30_000}, SAID],
        [SAID, BEGUN] * 150,
    ],
    ids=range(11),
)
def test_the_last_question_is_answered_however_the_conversation_is_sent(url: str, messages: list[Any]) -> None:
    answer = complete(url, *messages, stream=None, temperature=0.7, n=1, tools=[], stream_options=None)
    assert answer.status_code == 200
    assert "[1] 《人民日报》1958年11月14日第2版" in answer.json()["choices"][0]["message"]["content"]


@pytest.mark.parametrize("padding", [0, 1500, 60_000])
@pytest.mark.parametrize("stream", [False, True])
def test_a_title_is_one_plain_line(url: str, padding: int, stream: bool) -> None:
    chore = (
        "### Task:\nWrite a title of at most five words for this chat. Reply with the title only.\n"
        f"<chat>\nUSER: {KILNS}\nASSISTANT: 两千多个。{'。' * padding}\n</chat>"
    )
    answer = complete(url, {"role": "user", "content": chore}, stream=stream)
    assert answer.status_code == 200
    if stream:
        lines = [json.loads(line[6:]) for line in answer.text.split("\n\n")[:-2]]
        said = "".join(one["choices"][0]["delta"].get("content", "") for one in lines)
        assert lines[-1]["choices"][0]["finish_reason"] == "stop"
    else:
        said = answer.json()["choices"][0]["message"]["content"]
    assert said == KILNS


def test_a_title_asked_by_a_system_message_or_after_the_conversation(url: str) -> None:
    giver = {"role": "system", "content": "你需要将用户的会话总结为 10 个字以内的标题，不要使用标点符号"}
    last = {"role": "user", "content": "使用四到五个字直接返回这句话的简要主题，不要解释、不要标点"}
    for messages in ([giver, SAID], [SAID, BEGUN, last], [giver, SAID, BEGUN, last]):
        assert complete(url, *messages).json()["choices"][0]["message"]["content"] == KILNS


def test_one_model_is_described_and_others_are_not_there(url: str) -> None:
    [listed] = httpx.get(f"{url}/v1/models").json()["data"]
    assert httpx.get(f"{url}/v1/models/wenbao").json() == listed
    for path in ("models/gpt-4o", "models/org/model", "models/", "embeddings", "x"):
        refused = httpx.get(f"{url}/v1/{path}")
        assert refused.status_code == 404
        error = refused.json()["error"]
        assert error["type"] == "invalid_request_error"
        assert (error["code"] == "model_not_found") is ("model" in path)
    assert httpx.post(f"{url}/v1/embeddings", json={}).json()["error"]["message"]
    assert httpx.get(f"{url}/v1").json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "chat/completions"), ("POST", "models"), ("DELETE", "models/wenbao")]
)
def test_another_method_is_told_the_one_that_is_taken(url: str, method: str, path: str) -> None:
    refused = httpx.request(method, f"{url}/v1/{path}")
    assert refused.status_code == 405
    assert "takes " + ("GET" if "models" in path else "POST") in refused.json()["error"]["message"]


@pytest.mark.fault(59)
@pytest.mark.parametrize(
    ("sent", "param", "told"),
    [
        ('{"messages": []}', "messages", "messages: "),
        ('{"model": "wenbao"}', "messages", "messages: "),
        ('{"messages": 7}', "messages", "messages: "),
        ('{"messages": [7]}', "messages.0", "messages.0: "),
        ("{", None, "The request is not JSON."),
        ("", None, "body: "),
    ],
)
def test_a_wrong_request_is_told_by_its_own_names(url: str, sent: str, param: str | None, told: str) -> None:
    kind = {"Content-Type": "application/json"}
    refused = httpx.post(f"{url}/v1/chat/completions", content=sent, headers=kind)
    assert refused.status_code == 400
    assert refused.json()["error"]["param"] == param
    assert refused.json()["error"]["message"].startswith(told)
    asked = httpx.post(f"{url}/api/ask", content=sent.replace("messages", "history"), headers=kind)
    assert asked.status_code == 422 and not asked.json()["error"].startswith("body.")


@pytest.mark.parametrize("wanted", [True, False])
def test_the_usage_comes_in_a_piece_of_its_own_where_it_is_wanted(url: str, wanted: bool) -> None:
    text = complete(url, SAID, stream=True, stream_options={"include_usage": wanted}).text
    *pieces, done, rest = text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    events = [json.loads(piece.removeprefix("data: ")) for piece in pieces]
    assert [bool(one["choices"]) for one in events] == [True] * (len(events) - wanted) + [False] * wanted
    assert ("usage" in events[0]) is wanted
    if wanted:
        assert set(events[-1]["usage"]) == {"prompt_tokens", "completion_tokens", "total_tokens"}
    assert events[-1 - wanted]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("sent", "filters"),
    [
        ({"since": 1958, "page": 2}, {"since": "1958-01-01", "page": 2}),
        ({"since": 19581114, "until": 1958.0}, {"since": "1958-11-14", "until": "1958-12-31"}),
        ({"since": None, "until": None, "lang": None, "page": None, "without": None, "history": None}, {}),
        ({"lang": "", "page": "", "since": ""}, {"lang": None}),
        ({"lang": "zh-CN", "page": 2.0}, {"lang": "zh", "page": 2}),
        ({"history": [{"question": "钢？", "answer": None}, {"question": 1958}]}, {}),
    ],
)
def test_numbers_and_null_are_taken_for_text(url: str, sent: dict[str, Any], filters: dict[str, Any]) -> None:
    status, document = call(url, KILNS, **sent)
    assert status == 200
    assert {name: document["filters"][name] for name in filters} == filters


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"until": {"a": 1}}, "until"),
        ({"page": "front"}, "page"),
        ({"lang": "fr"}, "lang"),
        ({"without": "all"}, "without"),
        ({"history": "x"}, "history"),
        ({"pages": 3}, "pages"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_field(url: str, sent: dict[str, Any], field: str) -> None:
    status, document = call(url, KILNS, **sent)
    assert status == 422
    assert field in document["error"].partition(":")[0]
    assert "\n" not in document["error"] and "pydantic" not in document["error"]
    if field not in ("history", "pages"):
        got = httpx.get(f"{url}/api/search", params={"question": KILNS, field: str(sent[field])})
        assert got.status_code == 422 and got.json()["error"].startswith(f"{field}: ")


def test_search_results_and_articles_come_as_inert_parts(url: str) -> None:
    part = httpx.get(f"{url}/part/search", params={"q": "炼铁大窑", "ui": "zh-CN"}).text
    assert "<b>" in part
    assert "段" in part
    opened = httpx.get(
        f"{url}/part/article", params={"id": "000_0bc8a54cde6efc4b", "marks": "zh.0.9.,en.x,zh.9.1."}
    ).text
    assert opened.count("<mark>") == 1
    assert httpx.get(f"{url}/part/article", params={"id": "<script>"}).status_code == 404
    assert "<script>" not in httpx.get(f"{url}/part/article", params={"id": "<script>"}).text
    table = httpx.get(f"{url}/part/search.csv", params={"q": "炼铁大窑"})
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert "炼铁" in rows[0]["words"]
    assert rows[0]["date"] == "1958-11-14"


@pytest.mark.fault(53)
def test_an_over_long_request_is_refused_at_the_door(url: str) -> None:
    assert call(url, "x" * 5_000_000)[0] == 413


@pytest.mark.fault(88)
def test_a_taken_port_is_named_before_anything_is_opened() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"{port}.*--port"):
            serve(FakeArchive, host="127.0.0.1", port=port, ready=never)  # type: ignore[arg-type]


@pytest.mark.fault(66, 93)
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


@pytest.mark.fault(66)
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_when_told(sent: signal.Signals) -> None:
    arguments = ("0.0.0.0", "p4ss") if sent is signal.SIGINT else ()
    with serving(*arguments) as (address, process):
        assert httpx.get(f"{address}/healthz").status_code == 200
        if arguments:  # the same server shows that the password is asked for
            assert httpx.get(f"{address}/config").status_code == 401
            for path in ("/api/status", "/api/openapi.json", "/part/timeline", "/v1/models"):
                assert httpx.get(address + path).status_code == 401
                assert httpx.get(address + path, auth=("wenbao", "guess")).status_code == 401
                assert httpx.get(address + path, auth=("wenbao", "p4ss")).status_code == 200
            assert httpx.get(f"{address}/v1/models", headers={"Authorization": "Bearer p4ss"}).status_code == 200
            wrong = httpx.post(f"{address}/login", data={"username": "wenbao", "password": "guess"})
            assert wrong.status_code == 400
            with httpx.Client(base_url=address) as visitor:
                assert visitor.post("/login", data={"username": "wenbao", "password": "p4ss"}).status_code == 200
                assert visitor.get("/config").status_code == 200
                assert visitor.get("/part/timeline").status_code == 200
        process.send_signal(sent)
        assert process.stdout and process.stderr
        assert process.stdout.read().strip() == "ended, closed True, warm True"
        assert process.wait(20) == 0
        assert "Traceback" not in process.stderr.read()


def test_gradio_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, ui.web.server, ui.web.session; print({'gradio', 'uvicorn', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
