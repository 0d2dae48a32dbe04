"""Words through the months in a real browser: a month leads to its lines, by the pointer and by the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.acts import ask

Visit = Callable[..., Any]


def test_a_click_on_a_month_leads_to_its_lines(visit: Visit, tmp_path: Path) -> None:
    page = visit(path="/?view=search&q=steel,试验田&as=time")
    page.locator("#search .course").nth(1).wait_for()
    assert page.locator("#search .course h3").all_inner_texts() == ["steel", "试验田"]
    month = page.locator("#search .course").nth(1).locator("svg a").first
    month.hover(force=True)
    told = page.locator("#search .course").nth(1).locator(".at")
    assert told.inner_text().startswith("1958-03: 1 of ")
    month.click(force=True)
    page.wait_for_url("**since=1958-03**")
    page.locator("#search .line").first.wait_for()
    assert page.input_value("#search [name=q]") == "试验田"
    dates = page.locator("#search .hit .where").all_inner_texts()
    assert dates and all("March 1958" in one for one in dates)
    page.go_back()
    page.locator("#search .course").first.wait_for()
    assert page.input_value("#search [name=q]") == "steel,试验田"
    for kind, start in (("SVG", b"<svg"), ("CSV", "\ufeffmonth".encode())):
        with page.expect_download() as saved:
            page.locator("#search .files a", has_text=kind).click()
        saved.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes().startswith(start)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_months_are_reached_with_the_keyboard_alone(visit: Visit, locale: str) -> None:
    page = visit(locale, width=390, height=844, path="/?view=search&q=steel&as=time")
    page.locator("#search .course svg a").first.wait_for()
    page.locator("#search .course .mention a").last.focus()
    page.keyboard.press("Tab")
    label = "document.activeElement.getAttribute('aria-label')"
    first = page.evaluate(label)
    page.keyboard.press("ArrowRight")
    second = page.evaluate(label)
    assert first < second and first[:4].isdecimal()
    assert page.locator("#search .course .at").inner_text() == second
    page.keyboard.press("End")
    page.keyboard.press("Home")
    assert page.evaluate(label) == first
    page.keyboard.press("Enter")
    page.locator("#search .hit").first.wait_for()
    assert page.input_value("#search [name=since]") == first[:7]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_scales_and_measures_have_addresses(visit: Visit) -> None:
    page = visit("zh-CN", path="/?view=search&q=钢铁&as=time&on=3")
    page.locator("#search .switches a", has_text="同一比例").click()
    page.locator("#search .switches a[aria-current]", has_text="同一比例").wait_for()
    page.locator("#search .switches a", has_text="篇数").click()
    page.locator("#search .switches a[aria-current]", has_text="篇数").wait_for()
    assert "scale=one" in page.url and "measure=count" in page.url and "on=3" in page.url
    page.locator("#search .views [data-as=lines]").click()
    page.locator("#search .hit").first.wait_for()


def test_an_answer_over_several_years_shows_the_months_it_rests_on(visit: Visit) -> None:
    page = visit()
    ask(page, "How did the paper write about steel from 1957 to 1960?")
    picture = page.locator("#chat .rests")
    picture.wait_for()
    cards = page.locator("#panel .card").count()
    assert picture.locator("svg rect.cited").count() == cards > 1
    assert "steel" in picture.locator("figcaption").inner_text()
    picture.locator("a").click()
    page.locator("#search .course").wait_for()
    assert page.input_value("#search [name=since]") == "1957-01-01"
