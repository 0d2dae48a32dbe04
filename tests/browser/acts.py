"""What a visitor does on the page, for the tests and the screenshots."""

from __future__ import annotations

from typing import Any


def opened(context: Any, address: str) -> Any:
    """The chat in a new tab, ready for a question."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#box textarea", state="attached")
    return page


def overheard(page: Any, address: str, outside: list[str], dialogs: list[str], errors: list[str]) -> None:
    """Note what a page does that it must not: requests to others than `address`, dialogs, errors of its scripts."""
    local = (address, "data:", "blob:")
    page.on("request", lambda one: None if one.url.startswith(local) else outside.append(one.url))
    page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    # Gradio breaks off its own stream where a page is left
    page.on("pageerror", lambda one: None if one.name == "AbortError" else errors.append(str(one)))
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)


def ask(page: Any, question: str) -> int:
    """Type a question, send it, wait until the answer has been said; the number of the turn it made."""
    turn = int(page.locator("#panel details.turn").count()) + 1
    page.fill("#box textarea", question)
    page.press("#box textarea", "Enter")
    made = f"document.querySelectorAll('#panel details.turn').length === {turn}"
    page.wait_for_function(f"{made} || document.querySelector('#chat .note[role=alert]')")
    assert page.evaluate(made), page.locator("#chat .note[role=alert]").all_inner_texts()
    page.locator("#box .submit-button").wait_for()
    return turn


def follow(page: Any, key: str) -> Any:
    """Click the link to a card and return the card, which must be the one brought up."""
    page.locator(f"#chat a.ref[href='#cite-{key}']").first.click()
    card = page.locator("#panel .card.active")
    card.wait_for()
    assert card.get_attribute("data-key") == key
    return card


def read(page: Any, card: Any) -> Any:
    """Open the article of a card and return its sheet."""
    card.locator(".read").click()
    sheet = page.locator("#reader .sheet")
    sheet.wait_for()
    return sheet
