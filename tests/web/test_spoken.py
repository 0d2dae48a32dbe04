"""What a chat program is sent of an answer while a language model writes it, and what an HTTP request says of who
words it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from rag.datatypes import Answer, Draft, Sentence
from rag.errors import EndpointError
from tests.web.fake import FakeArchive
from tests.web.serving import serving
from ui.web.completions import spoken

KILNS = "How many iron-smelting kilns were built in Jiangyou County within eight days?"
BORNE = Sentence("More than two thousand kilns were built.", (1,), "supported")
AGAIN = Sentence("They were built within eight days.", (1,), "supported")
LOOSE = Sentence("The moon is made of cheese (not borne out by what was found)", (), "uncited")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving() as (address, _):
        yield address


def written(*sentences: Sentence, warnings: tuple[str, ...] = ()) -> Answer:
    base = FakeArchive().ask(KILNS)
    text = " ".join(one.text for one in sentences)
    return replace(base, sentences=sentences, text=text, citations=base.citations[:1], warnings=warnings)


def draft(*sentences: Sentence) -> Draft:
    return Draft("", "...", written(*sentences))


def said(pieces: list[str | Answer]) -> str:
    return "".join(one for one in pieces if isinstance(one, str))


def test_a_statement_is_sent_before_the_next_is_written() -> None:
    def steps() -> Iterator[Draft | Answer]:
        yield Draft("", "More than")
        yield draft(BORNE)
        raise AssertionError("waited for more")

    assert next(spoken(steps())) == "More than two thousand kilns were built. [1]\n"


def test_what_is_sent_is_the_answer_once_with_its_references() -> None:
    steps = [draft(BORNE), draft(BORNE), draft(BORNE, AGAIN), written(BORNE, AGAIN)]
    pieces = list(spoken(steps))
    assert pieces[:2] == [f"{BORNE.text} [1]\n", f"{AGAIN.text} [1]\n"]
    assert said(pieces) == said(list(spoken(steps[-1:]))) and said(pieces).count("[1] People's Daily") == 1
    assert pieces[-1] is steps[-1]


def test_what_is_not_borne_out_waits_for_the_answer_and_holds_back_what_follows() -> None:
    def steps() -> Iterator[Draft | Answer]:
        yield draft(BORNE)
        yield draft(BORNE, LOOSE, AGAIN)
        sent.append("whole")
        yield written(BORNE, LOOSE, AGAIN)

    sent: list[str | Answer] = []
    for piece in spoken(steps()):
        sent.append(piece)
    assert sent[:3] == [f"{BORNE.text} [1]\n", "whole", f"{LOOSE.text}\n"]
    assert list(spoken([draft(LOOSE, BORNE), written(BORNE)]))[0] == f"{BORNE.text} [1]\n"


def test_quotations_in_place_of_what_was_begun_stand_below_it_with_the_reason() -> None:
    quoted = Sentence("People's Daily reported: “More than two thousand”", (1,))
    text = said(list(spoken([draft(BORNE), written(quoted, warnings=("The model was cut off.",))])))
    begun, reason, instead = text.partition("\n\nThe model was cut off.\n\n")
    assert reason and begun.startswith(f"{BORNE.text} [1]\n") and instead.startswith(quoted.text)
    assert begun.count("[1] People's Daily") == instead.count("[1] People's Daily") == 1


def test_a_fault_after_the_first_word_is_told_in_the_stream() -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from ui.web.completions import routes

    class Failing(FakeArchive):
        def ask_stream(self, question: str, **_: object) -> Iterator[Draft | Answer]:
            yield draft(BORNE)
            raise EndpointError("the model failed")

    app = FastAPI()
    app.include_router(routes(Failing()))  # type: ignore[arg-type]
    asked = {"messages": [{"role": "user", "content": KILNS}], "stream": True}
    events = TestClient(app).post("/v1/chat/completions", json=asked).text.strip().split("\n\n")
    assert BORNE.text in events[1] and json.loads(events[-1].removeprefix("data: "))["error"]["message"]


@pytest.mark.parametrize(("way", "writer"), [(None, "drafter"), ("", "drafter"), ("Write", "drafter"), ("quote", None)])
def test_a_request_says_whether_a_model_may_write(url: str, way: str | None, writer: str | None) -> None:
    question = f"{KILNS} (drafted)"
    posted = httpx.post(f"{url}/api/ask", json={"question": question, "way": way}, timeout=20).json()
    got = httpx.get(f"{url}/api/ask", params={"question": question, "way": way or ""}, timeout=20).json()
    assert posted["writer"] == got["writer"] == writer and posted["answered"]


def test_another_way_is_refused_and_the_field_described(url: str) -> None:
    refused = httpx.post(f"{url}/api/ask", json={"question": KILNS, "way": "sing"}, timeout=20)
    assert refused.status_code == 422 and refused.json()["error"].startswith("way: ") and "quote" in refused.text
    described = httpx.get(f"{url}/api/openapi.json").json()
    assert "quote" in described["components"]["schemas"]["Asked"]["properties"]["way"]["description"]
    assert "way" in {one["name"] for one in described["paths"]["/api/ask"]["get"]["parameters"]}
