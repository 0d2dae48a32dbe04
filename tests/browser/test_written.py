"""Answers that a language model writes, as a reader sees them come: a scripted endpoint, the real archive and page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.browser.acts import follow
from tests.browser.started import chat
from tests.llm.scripted import Reply, Scripted, serving
from tests.written.test_write import passage_with

Visit = Callable[..., Any]
ORE = "How much ore was mined in Jiangyou within eight days?"
FIRST, SECOND = "The paper reported that 80,000 tons of ore were mined [{n}].", "It claimed 200,000 tons of fuel [{n}]."


class Play:
    """What the endpoint does: it says the first sentence, waits to be let on, and says the second; or it fails."""

    def __init__(self) -> None:
        self.fails = False
        self.go_on = threading.Event()
        self.left = threading.Event()  # the reader went away while the model was writing

    def __call__(self, reply: Reply, request: dict[str, Any]) -> None:
        if self.fails:
            reply.head(500, "application/json")
            return
        number = passage_with(request, "80,000 tons of ore")
        reply.head()
        for word in FIRST.format(n=number).split(" "):
            reply.word(word + " ")
        try:
            for turn in count():  # no two runs alike: a model that says the same again and again is cut off
                if self.go_on.wait(0.05):
                    break
                reply.word(f"and {'abcdefghijklm'[turn % 13] * (turn % 11 + 1)} ")
        except OSError:
            self.left.set()
            return
        reply.word(SECOND.format(n=number))
        reply.done()


@pytest.fixture
def written(store: Path, tmp_path: Path) -> Iterator[tuple[str, Play, Scripted]]:
    """The address of a chat whose answers are written by a scripted endpoint, its play, and the endpoint."""
    play = Play()
    with (
        serving(play) as endpoint,
        chat(tmp_path, store, WENBAO_LLM_URL=endpoint.url, WENBAO_LLM_MODEL="scribe") as url,
    ):
        yield url, play, endpoint
        play.go_on.set()


def test_words_stream_can_be_stopped_get_their_citations_and_are_replaced_when_the_model_fails(
    written: tuple[str, Play, Scripted], visit: Visit
) -> None:
    url, play, endpoint = written
    page = visit(address=url)
    page.set_default_timeout(60_000)  # the first question waits for the embedding model
    page.fill("#box textarea", ORE)
    page.press("#box textarea", "Enter")
    page.locator("#chat .answer", has_text="80,000 tons of ore were mined").wait_for()  # the model is still writing
    assert page.locator("#chat .unchecked").count() == 1 and "200,000" not in page.inner_text("#chat .answer")
    assert page.locator("#panel .card").count() == 0
    page.locator("#box .stop-button").click()
    page.locator("#chat .note", has_text="Stopped").wait_for()
    assert play.left.wait(30), "the endpoint was kept writing"

    play.go_on.set()
    page.fill("#box textarea", ORE)
    page.press("#box textarea", "Enter")
    page.locator("#chat a.ref").nth(1).wait_for()
    said = page.locator("#chat .answer").last
    assert "80,000 tons of ore were mined" in said.inner_text() and "200,000 tons of fuel" in said.inner_text()
    assert said.locator("a.ref").all_inner_texts() == ["[1]", "[1]"]
    card = follow(page, "t1-1")
    assert "采矿石八万吨" in card.locator("[lang=zh-CN] mark").inner_text()
    assert "80,000 tons of ore" in card.locator("[lang=en] mark").inner_text()

    play.fails = True
    page.locator("#box .submit-button").wait_for()
    page.fill("#box textarea", ORE)
    page.press("#box textarea", "Enter")
    page.locator("#chat .answer .note", has_text="this answer is made of quotations instead").wait_for()
    assert "“Within eight days, more than two thousand" in page.locator("#chat .answer").last.inner_text()
    assert len(endpoint.requests) >= 3
