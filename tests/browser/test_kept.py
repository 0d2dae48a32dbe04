"""What the browser keeps is never replaced by less: whatever fails, and however many tabs write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.acts import ask, opened

KILNS = "How many iron-smelting kilns were built in Jiangyou County within eight days?"
MEETING = "Where did the Liaoning Provincial Committee hold its on-site meeting?"
FURNACE_ZH = "八号平炉最后一次炼一炉钢用了多长时间？"
KEPT = """Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.startsWith('wenbao:c'))
    .map(([name, held]) => [name, JSON.parse(held).turns.map(turn => turn.question)]))"""
LAST = "sessionStorage.getItem('wenbao:current')"


def kept(page: Any) -> list[list[str]]:
    """The questions of every conversation kept, each list in order."""
    return sorted(page.evaluate(KEPT).values())


def is_opening(request: Any) -> bool:
    return request.method == "POST" and '"turns"' in (request.post_data or "")


FAILURES: dict[str, Callable[[Any], None]] = {
    "too large for a proxy": lambda route: route.fulfill(status=413, body="Payload Too Large"),
    "an error of the server": lambda route: route.fulfill(status=500, body="{}"),
    "no connection": lambda route: route.abort(),
    "a page of a proxy": lambda route: route.fulfill(status=200, content_type="text/html", body="<html>Log in</html>"),
}


@pytest.mark.fault(68)
@pytest.mark.parametrize("failure", FAILURES)
def test_a_conversation_that_cannot_be_reopened_stays_as_it_was(page: Any, failure: str) -> None:
    for question in (KILNS, MEETING):
        ask(page, question)
    held = page.evaluate("localStorage.getItem('wenbao:' + sessionStorage.getItem('wenbao:current'))")
    where = page.evaluate(LAST)
    page.route(
        "**/gradio_api/**", lambda route: FAILURES[failure](route) if is_opening(route.request) else route.continue_()
    )
    page.reload()
    page.locator("#composer [role=alert]", has_text="could not be opened").wait_for()
    ask(page, MEETING)
    assert page.evaluate("name => localStorage.getItem('wenbao:' + name)", where) == held
    assert kept(page) == sorted([[KILNS, MEETING], [MEETING]])
    page.unroute("**/gradio_api/**")
    page.locator("#kept").click()
    page.locator(".drawer .title", has_text=KILNS).click()
    page.locator("#chat .asked", has_text=KILNS).wait_for()
    ask(page, FURNACE_ZH)
    assert kept(page) == sorted([[KILNS, MEETING, FURNACE_ZH], [MEETING]])


DAMAGED = {
    "a turn without its question": "held.turns[0] = {lang: 'en'}",
    "a language that is none": "held.turns[1].lang = 'xx'",
    "no turns": "held.turns = []",
    "a turn that is nothing": "held.turns[0] = null",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_conversation_is_told_and_stays(page: Any, damage: str) -> None:
    ask(page, KILNS)
    ask(page, MEETING)
    name = "wenbao:" + page.evaluate(LAST)
    page.evaluate(
        f"name => {{ const held = JSON.parse(localStorage.getItem(name)); {DAMAGED[damage]};"
        "localStorage.setItem(name, JSON.stringify(held)); }",
        name,
    )
    held = page.evaluate("name => localStorage.getItem(name)", name)
    page.reload()
    page.locator("#composer [role=alert]", has_text="opened").wait_for()
    ask(page, FURNACE_ZH)
    assert page.evaluate("name => localStorage.getItem(name)", name) == held
    assert page.evaluate(LAST) != name.removeprefix("wenbao:")


@pytest.mark.fault(103)
@pytest.mark.parametrize("way", ["duplicated", "opened from the list"])
def test_two_tabs_of_one_conversation_lose_nothing_of_each_other(context: Any, page: Any, small: str, way: str) -> None:
    ask(page, KILNS)
    if way == "duplicated":
        with context.expect_page() as copied:
            page.evaluate("window.open('/')")
        other = copied.value
    else:
        other = opened(context, small)
        other.locator("#kept").click()
        other.locator(".drawer .title").click()
    other.locator("#chat .answer").wait_for()
    ask(page, MEETING)
    ask(other, FURNACE_ZH)
    assert kept(page) == sorted([[KILNS, MEETING], [KILNS, FURNACE_ZH]])
    ask(page, FURNACE_ZH)
    ask(other, MEETING)
    assert kept(page) == sorted([[KILNS, MEETING, FURNACE_ZH], [KILNS, FURNACE_ZH, MEETING]])
    for tab, last in ((page, FURNACE_ZH), (other, MEETING)):  # each goes on with its own after a reload
        tab.reload()
        tab.locator("#chat .asked").nth(2).wait_for()
        assert tab.locator("#chat .asked").last.inner_text() == last


@pytest.mark.fault(103)
def test_a_new_name_and_a_new_turn_of_two_tabs_are_both_kept(context: Any, page: Any) -> None:
    ask(page, KILNS)
    with context.expect_page() as copied:
        page.evaluate("window.open('/')")
    other = copied.value
    other.locator("#chat .answer").wait_for()
    other.locator("#kept").click()
    other.locator(".drawer li").get_by_text("Rename").click()
    other.keyboard.type("Kilns")
    other.keyboard.press("Enter")
    other.locator(".drawer .title", has_text="Kilns").wait_for()
    ask(page, MEETING)
    assert kept(page) == [[KILNS, MEETING]]
    page.locator("#kept").click()
    assert page.locator(".drawer .title").all_inner_texts() == ["Kilns"]


@pytest.mark.fault(103)
def test_a_conversation_deleted_in_another_tab_goes_on_here(context: Any, page: Any, small: str) -> None:
    ask(page, KILNS)
    other = opened(context, small)
    other.locator("#kept").click()
    other.locator(".drawer li").get_by_text("Delete").click()
    other.locator(".drawer button", has_text="for good").click()
    assert kept(page) == []
    ask(page, MEETING)
    assert kept(page) == [[KILNS, MEETING]]


@pytest.mark.fault(68)
def test_a_server_that_has_forgotten_the_conversation_replaces_nothing(page: Any) -> None:
    ask(page, KILNS)
    ask(page, MEETING)
    turn = page.evaluate("wenbao.turn(1)")
    # what arrives when the server was started anew while the page was open: the first turn of another session
    page.evaluate(
        "turn => wenbao.keep({ mark: 'another', n: 1, turn, again: false })", {**turn, "question": FURNACE_ZH}
    )
    page.evaluate("turn => wenbao.keep({ mark: 'another', n: 2, turn, again: false })", {**turn, "question": KILNS})
    # and a late one of a conversation that was left
    page.evaluate("turn => wenbao.keep({ mark: 'left', n: 4, turn, again: false })", {**turn, "question": MEETING})
    assert kept(page) == sorted([[KILNS, MEETING], [FURNACE_ZH, KILNS], [MEETING]])


def test_an_earlier_question_asked_anew_leaves_what_followed_it_in_the_list(page: Any) -> None:
    for question in (KILNS, MEETING, FURNACE_ZH):
        ask(page, question)
    page.locator("a.act[href='#again-1']").click()
    page.wait_for_function("document.querySelectorAll('#chat .asked').length === 1")
    page.locator("#box .submit-button").wait_for()
    assert kept(page) == sorted([[KILNS, MEETING, FURNACE_ZH], [KILNS]])
    page.wait_for_timeout(500)
    ask(page, MEETING)
    page.locator("a.act[href='#again-2']").click()  # of the last one nothing follows
    page.locator("#chat .waiting").wait_for(state="detached")
    page.locator("#box .submit-button").wait_for()
    assert kept(page) == sorted([[KILNS, MEETING, FURNACE_ZH], [KILNS, MEETING]])


def test_the_next_question_is_taken_as_soon_as_the_page_offers_it(page: Any) -> None:
    """Gradio drops a question that is sent before the event of the one before has come to its end."""
    ask(page, f"lingering: {KILNS}")
    assert ask(page, MEETING) == 2


def test_a_full_storage_is_told_and_what_was_kept_stays(page: Any) -> None:
    ask(page, KILNS)
    page.locator("#new").click()
    page.locator(".welcome").wait_for()
    page.evaluate("""() => { for (let size = 4_000_000, n = 0; size > 100; size >>= 1)
        for (;;) try { localStorage.setItem(`other:${n++}`, 'x'.repeat(size)); } catch { break; } }""")
    ask(page, MEETING)
    page.locator("#composer [role=alert]", has_text="keeps nothing more").wait_for()
    assert kept(page) == [[KILNS]]
    page.evaluate(
        "Object.keys(localStorage).filter(n => n.startsWith('other:')).forEach(n => localStorage.removeItem(n))"
    )
    ask(page, FURNACE_ZH)  # with room again, all of it is kept
    assert kept(page) == sorted([[KILNS], [MEETING, FURNACE_ZH]])


def test_a_storage_that_fills_is_told_before_it_is_full(page: Any) -> None:
    page.evaluate("""localStorage.setItem('wenbao:c0', JSON.stringify({ title: 'x'.repeat(4_000_000), turns: [] }))""")
    ask(page, MEETING)
    page.locator("#composer [role=alert]", has_text="nearly full").wait_for()
    assert [MEETING] in kept(page)


def test_a_conversation_of_a_hundred_turns_is_opened_and_taken_along(page: Any, tmp_path: Path) -> None:
    ask(page, KILNS)
    name = "wenbao:" + page.evaluate(LAST)
    size = page.evaluate(
        """name => { const held = JSON.parse(localStorage.getItem(name));
        held.turns = Array.from({ length: 98 }, (_, n) => ({ ...held.turns[0], question: `Question ${n}?`,
          warnings: Array(12).fill('w'.repeat(900)) }));
        localStorage.setItem(name, JSON.stringify(held)); return localStorage.getItem(name).length; }""",
        name,
    )
    assert size > 1_300_000
    page.reload()
    page.locator("#chat .asked", has_text="Question 97?").wait_for(timeout=60_000)
    ask(page, MEETING)
    page.locator("#hint .hint", has_text="1 more").wait_for()  # the limit is told before it is met
    [questions] = kept(page)
    assert (len(questions), questions[0], questions[-1]) == (99, "Question 0?", MEETING)
    for label, holds in (("Dossier", "Question 97?"), ("Markdown", "Question 97?"), ("RIS", "TY  - NEWS")):
        page.locator("#take-all").click()
        with page.expect_download(timeout=60_000) as saved:
            page.locator(".sheaf .forms button", has_text=label).click()
        saved.value.save_as(tmp_path / label)
        assert holds in (tmp_path / label).read_text(encoding="utf-8")
    assert len(json.loads((tmp_path / "Dossier").read_text(encoding="utf-8"))["turns"]) == 99


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (lambda route: route.abort(), "does not answer"),
        (lambda route: route.fulfill(status=503, json={"error": "the index is being made"}), "the index is being made"),
        (lambda route: route.fulfill(status=413, body="<html>nginx</html>"), "does not answer"),
    ],
    ids=["no connection", "an error", "a page of a proxy"],
)
def test_what_cannot_be_taken_along_is_told(page: Any, failure: Callable[[Any], None], told: str) -> None:
    ask(page, KILNS)
    page.route("**/api/export/**", failure)
    page.locator("#take-all").click()
    page.locator(".sheaf .forms button", has_text="Markdown").click()
    page.locator(".sheaf .told", has_text=told).wait_for()
    assert page.locator(".sheaf .forms").is_visible()
