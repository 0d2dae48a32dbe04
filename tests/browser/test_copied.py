"""What says that it has copied or saved something has done so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.acts import opened

FUXIN = "003_c17e437a9ce4a8af"
NONE = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
REFUSED = (
    "Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } });"
)
THROWING = "Object.defineProperty(navigator, 'clipboard', { value: { writeText() { throw new Error('no'); } } });"
PLAIN = "document.execCommand = () => false;"
BROKEN = "document.execCommand = () => { throw new Error('no'); };"


def read(context: Any, address: str, script: str) -> Any:
    context.add_init_script(script)
    page = opened(context, f"{address}/?article={FUXIN}#p2")
    page.locator("#reader .copy").wait_for()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    return page


@pytest.mark.parametrize("script", ["", NONE, REFUSED, THROWING], ids=["clipboard", "none", "refused", "throwing"])
def test_an_address_is_copied_by_whatever_way_there_is(context: Any, small: str, script: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=small)
    read_back = "window.readBack = navigator.clipboard.readText.bind(navigator.clipboard);"
    page = read(context, small, read_back + script)
    page.locator("#reader .copy").click()
    page.locator("#reader .copy", has_text="Copied").wait_for()
    assert page.evaluate("window.readBack()") == page.url
    assert page.url.endswith("#p2")
    assert page.evaluate("document.activeElement.className") == "copy"
    assert page.errors == []


@pytest.mark.parametrize("clipboard", [NONE, REFUSED, THROWING], ids=["none", "refused", "throwing"])
@pytest.mark.parametrize("command", [PLAIN, BROKEN], ids=["does nothing", "throws"])
def test_an_address_that_cannot_be_copied_stands_there_selected(
    context: Any, small: str, clipboard: str, command: str
) -> None:
    page = read(context, small, clipboard + command)
    page.locator("#reader .copy").click()
    field = page.locator("#reader .address")
    field.wait_for()
    assert field.input_value() == page.url
    assert page.evaluate("getSelection().toString()") == page.url
    assert page.locator("text=Copied").count() == 0
    page.locator("#reader .columns").click(position={"x": 5, "y": 5})
    page.locator("#reader .copy", has_text="Copy address").wait_for()
    assert page.errors == []


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
