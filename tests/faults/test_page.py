"""The page under attack and under faults, in a real browser: cases 60, 61, 67 to 69, 103, 104."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from eval.run.evaluate import evaluate
from tests.browser.acts import ask, opened, overheard
from tests.browser.started import CHROMIUM, launched
from tests.browser.test_page import CONTENT
from tests.eval.fake import FakeArchive as Engine
from tests.eval.fake import article
from tests.faults.served import FIELDS, TEXTS, laden, marks, served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
SEEN = (
    "title zh", "title en", "author", "body zh", "newspaper en", "quotation warning", "sentence", "refusal", "error",
    "draft", "question", "example", "model", "report",
)  # fmt: skip
"""Fields that the page shows in any language; the others where it happens to."""
KILNS = "How many iron-smelting kilns were built in Jiangyou County within eight days?"
MEETING = "Where did the Liaoning Provincial Committee hold its on-site meeting?"
FURNACE_ZH = "八号平炉最后一次炼一炉钢用了多长时间？"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with launched() as started:
        yield started


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    made = browser.new_context(locale="en-US", reduced_motion="reduce")
    made.set_default_timeout(60_000)
    yield made
    made.close()


class Watched:
    """A page, and what it did that it must not: requests to others, dialogs, scripts, elements that content brought."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        self.errors: list[str] = []
        self.shown: set[str] = set()
        overheard(page, address, self.outside, self.dialogs, self.errors)

    def look(self, *parts: str, drawn: bool = False) -> None:
        """Count what is shown in some parts of the page, and find nothing there but text; `drawn`: and own pictures."""
        told = self.page.evaluate(
            """([parts, content]) => parts.flatMap(part => [...document.querySelectorAll(part)]).map(part => {
                const own = [...document.querySelectorAll('head *, body > style')];
                part.querySelectorAll('details').forEach(one => { one.open = true; });
                const named = [...part.querySelectorAll('[title], [aria-label], [value], [data-article]')].flatMap(
                    one => ['title', 'aria-label', 'value', 'data-article'].map(name => one.getAttribute(name) || ''));
                const brought = [...part.querySelectorAll(content), ...part.querySelectorAll('a')].filter(
                    one => one.tagName !== 'A' || !/^(#|[/][?]|[?]|[/]part[/]r)/.test(one.getAttribute('href') ?? '#'))
                    .filter(one => !one.closest('figure.timeline, form.trial, svg.bars, .curves'))
                    .filter(one => !own.includes(one));
                const handlers = [...part.querySelectorAll('*')].filter(
                    one => [...one.attributes].some(a => a.name.startsWith('on')));
                return [part.innerText + named.join(' '), [...brought, ...handlers].map(one => one.outerHTML)];
            })""",
            [list(parts), CONTENT],
        )
        assert told, f"{parts} is not there"
        for text, brought in told:
            assert [one for one in brought if not (drawn and one.startswith(("<svg", "<input", "<a ")))] == []
            self.shown |= set(re.findall(r"k\d\df\d\d", text))

    def is_clean(self) -> None:
        assert (self.outside, self.dialogs, self.errors) == ([], [], [])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An archive whose every text is an attack, and a question set, a run and its report likewise."""
    folder = tmp_path_factory.mktemp("hostile")
    archive = Engine([article("a", en=f"{laden('script', 'report')} kiln text.")], threshold=0.0)
    rows = [
        {"id": f"q{n}", "ask": {"en": laden(name, "report")}, "answer": {"en": [laden(name, "report")]}, "kind": "fact"}
        for n, name in enumerate(TEXTS)
    ]
    (folder / "questions").mkdir()
    path = folder / "questions" / "<img src=x onerror=alert(60)>.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    shutil.copy(path, path.with_name("<svg onload=alert(61)>.yaml"))
    evaluate(path, archive, out=folder / "runs" / "evil")
    with served("hostile", PWD=str(folder)) as (url, _):
        yield url


@pytest.mark.fault(60, 61)
def test_no_payload_in_any_field_is_more_than_text(
    context: Any, hostile: str, record_property: Callable[[str, object], None]
) -> None:
    watched = Watched(opened(context, hostile), hostile)
    page, talk = watched.page, ("#chat .message-content", "#panel")
    watched.look(".welcome", "#masthead", "#model-state")
    page.fill("#box textarea", "all")
    page.press("#box textarea", "Enter")
    page.locator("#chat .unchecked").wait_for()
    watched.look(*talk)
    page.locator("#box .submit-button").wait_for()
    page.locator("#chat .aside").first.wait_for()
    watched.look(*talk)
    for question, sign in (("refuse", ".refusal"), ("error", ".note[role=alert]")):
        page.fill("#box textarea", question)
        page.press("#box textarea", "Enter")
        page.locator(f"#chat {sign}").wait_for()
        page.locator("#box .submit-button").wait_for()
        watched.look(*talk)
    batch = ""
    for name in [*TEXTS, ""]:  # as many as a question may hold
        more = laden(name, "question") if name else "x" * 1000
        if len(batch) + len(more) > 950:
            page.fill("#box textarea", f"refuse {batch}")
            page.press("#box textarea", "Enter")
            page.locator("#chat .asked", has_text=batch.split()[-1]).wait_for()
            page.locator("#box .submit-button").wait_for()
            batch = ""
        batch += f" {more}"
    watched.look(*talk)
    for view in ("channels", "passages", "lines"):
        page.goto(f"{hostile}/?view=search&q=kiln&as={view}")
        page.locator("#search .results li, #search .results td, #search .results .by-meaning").first.wait_for()
        watched.look("#search .results", "#papers")
    sheets = page.evaluate(
        """async () => { const ids = [...document.querySelectorAll('#search a')].map(one => new URL(one.href));
        const found = [...new Set(ids.map(one => one.searchParams.get('article')).filter(Boolean))];
        const slot = document.createElement('div'); slot.id = 'sheets'; document.body.append(slot);
        for (const id of found) {
          const got = await fetch('/part/article?id=' + encodeURIComponent(id));
          slot.insertAdjacentHTML('beforeend', await got.text());
        }
        return found.length; }"""
    )
    assert sheets == len(TEXTS)
    watched.look("#sheets")
    drawn = """async query => { const got = await fetch('/part/search?' + query);
        document.querySelector('#sheets').innerHTML = await got.text(); }"""
    for name in TEXTS:
        sent = dict.fromkeys(("ui", "q", "page"), laden(name, "address"))
        page.evaluate(drawn, str(httpx.QueryParams(sent)))
        watched.look("#sheets")
    page.goto(f"{hostile}/?view=evaluate&run=evil")
    page.locator("#evaluate .results *").first.wait_for()
    watched.look("#evaluate .results")
    page.goto(f"{hostile}/part/report/evil")
    watched.look("main, body > *", drawn=True)
    watched.errors = [one for one in watched.errors if "422" not in one]  # a page that is no number is refused
    watched.is_clean()
    by_field = {field: len(marks(field) & watched.shown) for field in FIELDS}
    assert {field for field in SEEN if not by_field[field]} == set(), by_field
    total = sum(by_field.values())
    record_property("payloads x fields blocked", f"{total} of {total}, requests beyond the machine: 0, scripts: 0")
    sys.stdout.write(f"payloads x fields shown and blocked: {total} of {total} ({by_field})\n")
    assert total > 600


@pytest.mark.fault(60)
def test_what_a_browser_was_made_to_keep_is_text_when_it_is_read_back(context: Any) -> None:
    """A kept conversation all of whose texts somebody replaced: its list, its reopening, its documents."""
    with served("small") as (url, _):
        watched = Watched(opened(context, url), url)
        page = watched.page
        ask(page, KILNS)
        for name in list(TEXTS)[::6]:
            page.evaluate(
                """([title, question]) => { for (const key of Object.keys(localStorage)) {
                if (!key.startsWith('wenbao:c')) continue;
                const held = JSON.parse(localStorage.getItem(key));
                held.title = title; held.turns.forEach(turn => { turn.question = question; });
                localStorage.setItem(key, JSON.stringify(held)); } }""",
                [laden(name, "kept title"), laden(name, "kept question")],
            )
            page.reload()
            page.locator("#chat .asked").wait_for()
            page.locator("#kept").click()
            page.locator(".drawer .title").wait_for()
            watched.look("#chat .message-content", "#panel", ".drawer")
            assert marks("kept title") & watched.shown and marks("kept question") & watched.shown
        watched.is_clean()


@pytest.mark.fault(69)
def test_an_error_shows_a_mark_and_nothing_of_what_is_inside(context: Any) -> None:
    with served("small") as (url, server):
        page = opened(context, url)
        page.fill("#box textarea", "please explode")
        page.press("#box textarea", "Enter")
        note = page.locator("#chat .note[role=alert]")
        note.wait_for()
        mark = re.search(r"mark ([0-9a-f]{8})", note.inner_text())
        whole = page.content()
        page.fill("#box textarea", KILNS)
        page.press("#box textarea", "Enter")
        page.locator("#chat a.ref").first.wait_for()  # the page goes on
        server.terminate()
        assert server.stderr
        log = server.stderr.read()
    assert mark and mark[1] in log and "RuntimeError" in log
    for leak in ("/home/secret", "Traceback", "token=abc", "RuntimeError"):
        assert leak not in whole


@pytest.mark.fault(68)
def test_a_question_sent_twice_at_once_is_asked_once(context: Any) -> None:
    with served("small") as (url, _):
        page = opened(context, url)
        page.fill("#box textarea", KILNS)
        page.evaluate(
            """() => { const send = document.querySelector('#box .submit-button'); send.click(); send.click();
            document.querySelector('#box textarea').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' })); }"""
        )
        page.locator("#chat a.ref").first.wait_for()
        page.locator("#box .submit-button").wait_for()
        page.wait_for_timeout(1000)
        assert page.locator("#chat .asked").all_inner_texts() == [KILNS]
        assert page.locator("#panel details.turn").count() == 1


@pytest.mark.fault(68)
def test_a_server_killed_in_the_middle_of_an_answer_is_survived(context: Any) -> None:
    """The page says so or waits, loses nothing that was kept, and goes on with the server that is started anew."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with served("small", port) as (url, server):
        page = opened(context, url)
        ask(page, KILNS)
        page.fill("#box textarea", f"slowly: {MEETING}")
        page.press("#box textarea", "Enter")
        page.locator("#chat .waiting").wait_for()
        server.kill()
        server.wait(20)
        page.wait_for_timeout(1500)
        assert page.locator("#chat .asked").first.inner_text() == KILNS, "what was answered went with the server"
    with served("small", port):
        page.reload()
        page.locator("#chat a.ref").first.wait_for()
        assert page.locator("#chat .asked").all_inner_texts() == [KILNS]
        ask(page, MEETING)
        assert page.locator("#chat .asked").all_inner_texts() == [KILNS, MEETING]


@pytest.mark.fault(68)
def test_tabs_that_are_closed_while_they_wait_keep_nobody_waiting(browser: Any) -> None:
    with served("small") as (url, _):
        for _ in range(2):
            left = browser.new_context(locale="en-US")
            for _ in range(3):
                page = opened(left, url)
                page.fill("#box textarea", f"slowly: {KILNS}")
                page.press("#box textarea", "Enter")
                page.locator("#chat .waiting").wait_for()
            left.close()
        stays = browser.new_context(locale="en-US")
        page = opened(stays, url)
        page.set_default_timeout(60_000)
        ask(page, MEETING)
        assert page.locator("#chat .answer").count() == 1
        stays.close()


@pytest.mark.fault(95)
def test_a_page_that_cannot_be_taken_in_line_says_so_and_loses_no_word(context: Any) -> None:
    with served("small") as (url, _):
        page = opened(context, url)
        full = {"detail": "Queue is full. Max size is 32 and current size is 32."}
        page.route("**/gradio_api/queue/join*", lambda route: route.fulfill(status=503, json=full))
        page.fill("#box textarea", KILNS)
        page.press("#box textarea", "Enter")
        page.get_by_text("currently busy. Please try again").first.wait_for()  # Gradio's words for it
        assert page.input_value("#box textarea") == KILNS
        page.unroute("**/gradio_api/queue/join*")
        page.fill("#box textarea", KILNS)
        page.press("#box textarea", "Enter")
        page.locator("#chat a.ref").first.wait_for()


@pytest.mark.fault(104, 67)
def test_questions_asked_while_a_cold_server_warms_up_each_get_their_own_answer(browser: Any) -> None:
    asked = [KILNS, MEETING, FURNACE_ZH]
    with served("cold") as (url, _):
        contexts = [browser.new_context(locale="en-US") for _ in asked]
        pages = []
        for made, question in zip(contexts, asked, strict=True):
            made.set_default_timeout(60_000)
            pages.append(opened(made, url))
            pages[-1].fill("#box textarea", question)
            pages[-1].press("#box textarea", "Enter")
        for page, question in zip(pages, asked, strict=True):
            page.locator("#chat a.ref").first.wait_for()
            page.locator("#box .submit-button").wait_for()
            assert page.locator("#chat .asked").all_inner_texts() == [question]
            assert page.locator("#panel details.turn").count() == 1
        for made in contexts:
            made.close()


@pytest.mark.fault(104)
def test_a_second_question_of_the_same_page_waits_for_the_first(context: Any) -> None:
    """What is typed meanwhile stays in the box; sent too early it is not lost."""
    with served("cold") as (url, _):
        page = opened(context, url)
        page.fill("#box textarea", KILNS)
        page.press("#box textarea", "Enter")
        page.locator("#chat .waiting").wait_for()
        page.fill("#box textarea", MEETING)
        page.press("#box textarea", "Enter")
        page.locator("#chat a.ref").first.wait_for()
        page.locator("#box .submit-button").wait_for()
        if page.locator("#chat .asked").count() == 1:  # it was not taken: it still stands there
            assert page.input_value("#box textarea") == MEETING
            page.press("#box textarea", "Enter")
        page.wait_for_function("document.querySelectorAll('#panel details.turn').length === 2")
        assert page.locator("#chat .asked").all_inner_texts() == [KILNS, MEETING]
