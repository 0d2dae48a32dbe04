"""The engine as a chat model, asked by OpenAI's own client and as Open WebUI asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.web.serving import serving

openai = pytest.importorskip("openai", reason="needs the openai client: pip install 'wenbao[test]'")
KILNS_ZH = "江油县八天内新修了多少炼铁大窑？"
KILNS = "How many iron-smelting kilns were built in Jiangyou County within eight days?"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving() as (address, _):
        yield address


@pytest.fixture
def client(url: str) -> Any:
    return openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0, timeout=60)


def test_the_client_finds_the_model(client: Any) -> None:
    assert [one.id for one in client.models.list()] == ["wenbao"]
    assert client.models.retrieve("wenbao").id == "wenbao"
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        client.models.retrieve("gpt-4o")


@pytest.mark.parametrize(
    ("question", "source"), [(KILNS, "People's Daily, 14 November"), (KILNS_ZH, "《人民日报》1958")]
)
def test_the_client_gets_an_answer_whole_and_streamed(client: Any, question: str, source: str) -> None:
    messages: Any = [{"role": "user", "content": question}]
    whole = client.chat.completions.create(model="wenbao", messages=messages, temperature=0.3, max_tokens=50, seed=1)
    said = whole.choices[0].message.content
    assert source in said and whole.choices[0].finish_reason == "stop" and whole.usage.total_tokens == 0
    events = list(
        client.chat.completions.create(
            model="wenbao", messages=messages, stream=True, stream_options={"include_usage": True}
        )
    )
    streamed = "".join(one.choices[0].delta.content or "" for one in events if one.choices)
    assert source in streamed and events[-1].usage.total_tokens == 0 and not events[-1].choices
    assert [one.choices[0].finish_reason for one in events if one.choices][-1] == "stop"


def test_the_client_reads_a_fault(client: Any) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        client.chat.completions.create(model="wenbao", messages=[{"role": "user", "content": " "}])
    assert caught.value.param == "messages"
    with pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="wenbao", messages=[])


# The requests of one turn in Open WebUI, in its form: the question, then what it asks for itself.
TALK = f"<chat_history>\nUSER: {KILNS}\nASSISTANT: More than two thousand [1]\n</chat_history>"
TURN: dict[str, dict[str, Any]] = {
    "the question": {
        "stream": True, "model": "wenbao", "messages": [{"role": "user", "content": KILNS}],
        "stream_options": {"include_usage": True},
    },
    "follow-ups": {
        "stream": False, "model": "wenbao",
        "messages": [{"role": "user", "content": "### Task:\nSuggest 3-5 relevant follow-up questions or prompts that "
                      "the user might naturally ask next in this conversation as a **user**, based on the chat history."
                      f"\n### Chat History:\n{TALK}"}],
    },
    "title": {
        "stream": False, "model": "wenbao", "max_completion_tokens": 1000,
        "messages": [{"role": "user", "content": "### Task:\nGenerate a concise, 3-5 word title with an emoji "
                      f"summarizing the chat history.\n### Chat History:\n{TALK}"}],
    },
    "tags": {
        "stream": False, "model": "wenbao",
        "messages": [{"role": "user", "content": "### Task:\nGenerate 1-3 broad tags categorizing the main themes of "
                      f"the chat history.\n### Chat History:\n{TALK}"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", TURN)
def test_a_turn_of_a_chat_program(url: str, name: str) -> None:
    got = httpx.post(f"{url}/v1/chat/completions", json=TURN[name], timeout=60)
    assert got.status_code == 200
    if name == "the question":
        assert "People's Daily, 14 November" in got.text and got.text.endswith("data: [DONE]\n\n")
    else:  # one plain line, without the archive
        document = got.json()
        assert document["choices"][0]["message"]["content"] == KILNS and "wenbao" not in document
