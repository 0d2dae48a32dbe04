"""An endpoint that writes answers and fails, seen from outside: faults 70 to 78."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from eval.run.evaluate import evaluate
from rag.archive import Archive
from rag.corpus import sources
from rag.errors import EndpointError
from rag.index.build import build
from rag.llm.endpoint import Endpoint, EndpointFault
from rag.settings import Settings
from tests.conftest import ROOT, SEEDS
from tests.fakes import HashEmbedder, WordReader
from tests.llm.scripted import FAULTS, Reply, Script, saying, serving
from ui.export import answer_json

KEY = "sk-canary-51f0"
ASKED = [{"role": "user", "content": "How much ore?"}]
ORE = "How much ore was mined in Jiangyou within eight days?"
ORE_ZH = "江油县八天内开采了多少矿石？"


@pytest.fixture(scope="module")
def light_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("light")
    build(sources([SEEDS], max_bytes=5_000_000), store, HashEmbedder(), sources=[])
    return store


def opened(store: Path, url: str, **more: Any) -> Archive:
    told = Settings(llm_url=url, llm_model="m", llm_key=SecretStr(KEY), **{"llm_seconds": 20.0, **more})
    return Archive.open(store, settings=told, embedder=HashEmbedder(), reader=WordReader())


@pytest.fixture(scope="module")
def nobody() -> Iterator[str]:
    """Addresses at which no endpoint answers, in as many ways."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}/v1"


@pytest.mark.fault(70)
@pytest.mark.parametrize("question", [ORE, ORE_ZH])
@pytest.mark.parametrize(
    "form", ["http://{nobody}", "https://{nobody}", "https://no-such-host.invalid/v1", "https://{plain}"]
)
def test_without_an_endpoint_the_quotations_are_the_answer(
    light_store: Path, nobody: str, form: str, question: str
) -> None:
    with serving(saying("x")) as plain:  # https to what speaks no TLS
        url = form.replace("{nobody}", nobody).replace("{plain}", plain.url.removeprefix("http://"))
        archive = opened(light_store, url)
        started = time.monotonic()
        answer = archive.ask(question)
        took = time.monotonic() - started
        bare = archive.ask(question, llm=False)
        archive.close()
    assert took < 10, "the reader was kept waiting"  # 3 s are allowed for a connection
    assert answer.answered and answer.writer is None and answer.text == bare.text
    assert ("could not be reached" if question == ORE else "无法连接") in answer.warnings[0]
    assert KEY not in json.dumps(answer_json(answer)) + repr(answer)


RETRY_AFTER = ["99999", "0", "-1", "1e9", "9" * 400, "²", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", "", "\xb3"]


@pytest.mark.fault(74)
@pytest.mark.parametrize("wait", RETRY_AFTER)
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_endpoint_gets_one_more_try_and_no_more(status: int, wait: str) -> None:
    def busy(reply: Reply, _: object) -> None:
        reply.head(status, "application/json", Retry_After=wait)

    with serving(busy) as server, pytest.raises(EndpointFault) as caught:
        started = time.monotonic()
        list(Endpoint(server.url, "m", None, 6).stream(ASKED))
    assert caught.value.fault == "busy" and len(server.requests) == 2 and time.monotonic() - started < 6


@pytest.mark.fault(74)
@pytest.mark.parametrize(
    ("name", "word"), [("refuses the key", "WENBAO_LLM_KEY"), ("unknown model", "WENBAO_LLM_MODEL")]
)
def test_what_another_try_cannot_mend_is_told_with_the_setting(light_store: Path, name: str, word: str) -> None:
    with serving(FAULTS[name][0]) as server:
        archive = opened(light_store, server.url)
        answer = archive.ask(ORE)
        archive.close()
    assert word in answer.warnings[0] and answer.answered and len(server.requests) == 1


@pytest.mark.fault(75)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_neither_question_nor_key_elsewhere(status: int) -> None:
    with serving(saying("80,000 tons.")) as thief:

        def leading_away(reply: Reply, _: object) -> None:
            reply.head(status, "application/json", Location=f"{thief.url}/chat/completions")

        with serving(leading_away) as server, pytest.raises(EndpointFault):
            list(Endpoint(server.url, "m", SecretStr(KEY), 5).stream(ASKED))
    assert thief.requests == [] and thief.keys == []


def _endless(reply: Reply, _: object) -> None:
    reply.head()
    for _ in range(500):
        reply.raw(b"x" * 100_000)  # one line of 50 MB


def _words_without_end(reply: Reply, _: object) -> None:
    reply.head()
    for _ in range(500):
        reply.word("word " * 20_000)


def _bomb(reply: Reply, _: object) -> None:
    reply.head(200, "application/json", Content_Encoding="gzip")
    import gzip

    reply.raw(gzip.compress(b" " * 50_000_000))


@pytest.mark.fault(75)
@pytest.mark.parametrize("script", [_endless, _words_without_end, _bomb])
def test_what_is_far_too_long_is_given_up_before_it_fills_memory(script: Script) -> None:
    with serving(script) as server:
        tracemalloc.start()
        with pytest.raises(EndpointFault, match="rubbish"):
            list(Endpoint(server.url, "m", None, 20).stream(ASKED))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 120_000_000


@pytest.mark.fault(71, 73, 76)
@pytest.mark.parametrize("name", ["breaks off", "refuses the key", "an error in the stream", "stopped by length"])
def test_the_key_is_in_nothing_that_is_printed_or_listed(light_store: Path, name: str, tmp_path: Path) -> None:
    """Neither in the document and the messages of a command that is not to fall back, nor in the list of processes."""
    seen: list[str] = []

    def script(reply: Reply, request: dict[str, Any]) -> None:
        told = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=False).stdout
        seen.append(told)
        FAULTS[name][0](reply, request)

    with serving(script) as server:
        archive = opened(light_store, server.url, llm_fallback=False)
        with pytest.raises(EndpointError) as told:
            archive.ask(ORE)
        archive.close()
        assert told.value.exit_code == 9
        archive = opened(light_store, server.url)
        questions = tmp_path / "set.jsonl"
        questions.write_text(json.dumps({"id": "q", "ask": {"en": ORE}, "kind": "unanswerable"}))
        evaluate(questions, archive, out=tmp_path / "run", llm=True)
        archive.close()
    assert len(server.requests) >= 2 and all(key == f"Bearer {KEY}" for key in server.keys)
    written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "run").iterdir())
    assert "canary" not in f"{told.value} {told.value!r} {told.value.__context__!r} {written} {''.join(seen)}"


@pytest.mark.fault(76)
def test_the_key_is_not_on_the_page_that_is_served(light_store: Path) -> None:
    command = [sys.executable, "-m", "ui", "settings"]
    told = {"WENBAO_LLM_URL": "http://127.0.0.1:9/v1", "WENBAO_LLM_MODEL": "m", "WENBAO_LLM_KEY": KEY}
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True)
    assert done.returncode == 0 and "canary" not in done.stdout + done.stderr

    from starlette.testclient import TestClient

    from ui.web.site import site

    archive = opened(light_store, "http://127.0.0.1:9/v1")
    with TestClient(site(archive, "127.0.0.1", None, light_store / "asked.yaml"), "http://127.0.0.1") as client:  # type: ignore[arg-type]
        for path in ("/config", "/api/status", "/api/openapi.json", "/part/timeline", "/gradio_api/info"):
            answer = client.get(path)
            assert answer.status_code == 200 and "canary" not in answer.text
        assert "canary" not in client.post("/api/ask", json={"question": ORE}).text
    archive.close()
