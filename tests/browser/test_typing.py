"""An input method's own keys: Enter takes a candidate, Escape gives one up. Neither is meant for the page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.acts import ask

KILNS = "How many iron-smelting kilns were built in Jiangyou County within eight days?"
PRESS = """([where, key, how]) => { const field = document.querySelector(where);
    for (const kind of ['keydown', 'keypress', 'keyup'])
        field.dispatchEvent(new KeyboardEvent(kind, { key, bubbles: true, cancelable: true, ...how })); }"""
COMPOSING = {"while it composes": {"isComposing": True}, "by the number of the key": {"keyCode": 229}}
"""How browsers tell it: the second is all that Safari says of the key that ends it."""
KEYS = ["Enter", "Escape", "n", "p", "j", "k", "/", "Tab", "ArrowDown"]


@pytest.mark.parametrize("how", COMPOSING)
def test_keys_of_an_input_method_do_nothing_in_any_field(page: Any, how: str) -> None:
    def compose(where: str, text: str) -> None:
        page.fill(where, text)
        for key in KEYS:
            page.evaluate(PRESS, [where, key, COMPOSING[how]])
        page.wait_for_timeout(200)
        assert page.input_value(where) == text

    ask(page, KILNS)
    page.locator("#kept").click()
    page.locator(".drawer li").get_by_text("Rename").click()
    compose(".drawer input", "yan jiu")
    assert page.evaluate("Object.values(localStorage).map(held => JSON.parse(held).title)") == [KILNS]
    page.press(".drawer input", "Enter")  # a plain one is ours
    assert page.locator(".drawer .title").all_inner_texts() == ["yan jiu"]
    page.keyboard.press("Escape")
    compose("#box textarea", "gang tie")
    page.locator("a.act[href='#edit-1']").click()
    compose("#box textarea", "gang tie liang")
    assert page.locator(".editing").is_visible()
    page.locator("#filters .label-wrap").click()
    for field in ("#since", "#until", "#page"):
        compose(f"{field} input, {field} textarea", "1958")
    assert page.locator("#chat .asked").count() == 1
    page.locator(".rooms a", has_text="Search").click()
    compose("#search [name=q]", "gang")
    assert "q=gang" not in page.url
    page.press("#search [name=q]", "Enter")
    page.wait_for_url("**q=gang**")


def test_a_word_being_composed_is_not_sent(context: Any, page: Any) -> None:
    """As the browser itself reports it, not as events made by hand."""
    driver = context.new_cdp_session(page)
    page.focus("#box textarea")
    driver.send("Input.imeSetComposition", {"text": "gangtie", "selectionStart": 7, "selectionEnd": 7})
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("#chat .asked").count() == 0
    driver.send("Input.insertText", {"text": "江油县八天内新修了多少炼铁大窑？"})
    page.keyboard.press("Enter")
    page.locator("#chat a.ref").first.wait_for()
