"""The register room in a real browser: sifted, opened, taken apart and put back, with the keyboard and on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.register import partings
from tests.register.made import FILES, folder_of
from tests.web.serving import serving

Visitor = Callable[..., Any]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder_of(tmp_path_factory.mktemp("room"), FILES)


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(str(folder)) as (url, _):
        yield url


@pytest.fixture(autouse=True)
def nothing_apart(folder: Path) -> Iterator[None]:
    yield
    (folder / "store" / partings.NAME).unlink(missing_ok=True)


@pytest.mark.parametrize(("locale", "room_name"), [("en-US", "Names"), ("zh-CN", "名录")])
def test_a_name_is_sifted_out_opened_and_followed(visitor: Visitor, address: str, locale: str, room_name: str) -> None:
    page = visitor(locale, address=address)
    link = page.locator(".rooms a[data-room=names]")
    assert link.inner_text().strip() == room_name
    link.click()
    page.locator("#names .list li").first.wait_for()
    everything = page.locator("#names .list li").count()
    page.fill("#names [name=q]", "angang")
    page.press("#names [name=q]", "Enter")
    page.wait_for_url("**q=angang**")
    page.wait_for_function("document.querySelectorAll('#names .list li').length === 1")
    assert everything > 1
    page.locator("#names .to-name").focus()
    page.keyboard.press("Enter")
    page.locator("#names .name h2").wait_for()
    assert "鞍钢" in page.locator("#names .name h2").inner_text()
    assert page.evaluate("document.activeElement.matches('#names .name h2')")
    page.locator("#names .to-article").first.click()
    page.locator("#reader .sheet mark").first.wait_for()
    page.locator("#reader .related h3").first.wait_for()
    page.locator("#reader .related a.to-name").first.click()
    page.locator("#reader .sheet").wait_for(state="hidden")
    page.locator("#names .name h2").wait_for()
    page.go_back()
    page.locator("#reader .sheet").wait_for()


def test_a_wrong_union_is_undone_with_the_keyboard_and_made_again(visitor: Visitor, address: str) -> None:
    page = visitor("en-US", address=address, path="/?view=names&name=%E9%9E%8D%E9%92%A2")
    forms = page.locator("#names .forms .form")
    forms.first.wait_for()
    before = forms.count()
    page.locator("#names .forms button[data-form='鞍山钢铁公司']").focus()
    page.keyboard.press("Enter")
    page.locator("#names .undone").wait_for()
    assert forms.count() < before
    own = visitor("en-US", address=address, path="/?view=names&name=%E9%9E%8D%E9%92%A2")
    own.locator("#names .undone").wait_for()
    page.locator("#names [data-back]").click()
    page.locator("#names .undone").wait_for(state="detached")
    assert forms.count() == before


def test_nothing_sticks_out_on_a_phone(visitor: Visitor, address: str) -> None:
    page = visitor("zh-CN", address=address, path="/?view=names", width=390, height=844)
    page.locator("#names .list li").first.wait_for()
    assert page.evaluate("document.querySelector('#names').scrollWidth <= innerWidth")
    page.locator("#names .to-name").first.click()
    page.locator("#names .name h2").wait_for()
    assert page.evaluate("document.querySelector('#names').scrollWidth <= innerWidth")
    box = page.locator("#names .name h2").bounding_box()
    assert 0 <= box["y"] < 844, "the name is in view"
