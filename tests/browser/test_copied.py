"""What says that it has copied or saved something has done so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.acts import opened

PERMITTED = ["clipboard-read", "clipboard-write"]
FUXIN = "003_c17e437a9ce4a8af"
CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { configurable: true, value: %s });"
NONE, REFUSED, THROWING = (
    CLIPBOARD % value
    for value in (
        "undefined",
        "{ writeText: () => Promise.reject(new Error('no')) }",
        "{ writeText() { throw new Error('no'); } }",
    )
)
PLAIN = "document.execCommand = () => false;"
BROKEN = "document.execCommand = () => { throw new Error('no'); };"


@pytest.fixture(scope="module")
def reading(browser: Any, small: str) -> Iterator[Any]:
    """An open article, in the browser of a person who lets the page write to the clipboard."""
    context = browser.new_context(locale="en-US", reduced_motion="reduce", permissions=PERMITTED)
    context.set_default_timeout(60_000)
    page = opened(context, f"{small}/?article={FUXIN}#p2")
    page.locator("#reader .copy").wait_for()
    page.evaluate("window.readBack = navigator.clipboard.readText.bind(navigator.clipboard)")
    page.evaluate("window.own = navigator.clipboard")
    yield page
    context.close()


@pytest.fixture
def copying(reading: Any) -> Iterator[Any]:
    """That page, with the clipboard and the command of the browser itself; nothing may be thrown meanwhile."""
    errors: list[str] = []

    def note(error: Any) -> None:
        errors.append(str(error))

    reading.on("pageerror", note)
    reading.evaluate("window.own.writeText('nothing yet')")
    yield reading
    reading.evaluate(f"() => {{ {CLIPBOARD % 'window.own'} delete document.execCommand; }}")
    reading.evaluate("document.querySelectorAll('#reader .copy').forEach(one => { one.textContent = 'Copy address'; })")
    reading.remove_listener("pageerror", note)
    assert errors == []


@pytest.mark.parametrize("script", ["", NONE, REFUSED, THROWING], ids=["clipboard", "none", "refused", "throwing"])
def test_an_address_is_copied_by_whatever_way_there_is(copying: Any, script: str) -> None:
    copying.evaluate(f"() => {{ {script} }}")
    copying.locator("#reader .copy").click()
    copying.locator("#reader .copy", has_text="Copied").wait_for()
    assert copying.evaluate("window.readBack()") == copying.url
    assert copying.url.endswith("#p2")
    assert copying.evaluate("document.activeElement.className") == "copy"


@pytest.mark.parametrize("clipboard", [NONE, REFUSED, THROWING], ids=["none", "refused", "throwing"])
@pytest.mark.parametrize("command", [PLAIN, BROKEN], ids=["does nothing", "throws"])
def test_an_address_that_cannot_be_copied_stands_there_selected(copying: Any, clipboard: str, command: str) -> None:
    copying.evaluate(f"() => {{ {clipboard} {command} }}")
    copying.locator("#reader .copy").click()
    field = copying.locator("#reader .address")
    field.wait_for()
    assert field.input_value() == copying.url
    assert copying.evaluate("getSelection().toString()") == copying.url
    assert copying.locator("text=Copied").count() == 0
    copying.locator("#reader .columns").click(position={"x": 5, "y": 5})
    copying.locator("#reader .copy", has_text="Copy address").wait_for()


@pytest.mark.parametrize("status", [503, 0], ids=["an error", "no connection"])
def test_no_file_is_saved_of_a_list_that_did_not_come(context: Any, small: str, status: int) -> None:
    page = opened(context, f"{small}/?view=search&q=steel")
    page.locator("#search .hit").first.wait_for()
    told = '<p class="hint" role="alert">the index is being made</p>'
    page.route(
        "**/part/search.csv*", lambda route: route.fulfill(status=status, body=told) if status else route.abort()
    )
    saved: list[Any] = []
    page.on("download", lambda download: saved.append(download))
    page.locator("#search .csv").click()
    page.locator("#search .hint").wait_for()
    assert saved == []
