"""The page as axe-core sees it: no serious and no critical issue in any of its states, light or dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.acts import ask, follow, read

Visit = Callable[..., Any]


def issues(page: Any, axe: str) -> list[str]:
    """The serious and critical issues of the page as it is, each with the first elements at fault."""
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("locale", "dark"), [("en-US", False), ("zh-CN", True)], ids=["english light", "chinese dark"])
def test_no_serious_issue_in_any_room(visit: Visit, axe: str, locale: str, dark: bool) -> None:
    page = visit(locale, dark=dark)
    page.locator(".welcome").wait_for()
    found = {"empty": issues(page, axe)}
    ask(page, "鞍钢八号平炉最后一次炼一炉钢用了多少时间？")
    page.locator("#filters .label-wrap").click()
    page.locator("#span .timeline g").first.wait_for()
    card = follow(page, "t1-1")
    card.locator(".scores summary").click()
    found["answer"] = issues(page, axe)
    read(page, card)
    found["article"] = issues(page, axe)
    page.keyboard.press("Escape")
    page.locator("#kept").click()
    found["conversations"] = issues(page, axe)
    page.keyboard.press("Escape")
    page.locator("a.act[href='#judge-1']").click()
    page.locator(".judging label").first.wait_for()
    found["judging"] = issues(page, axe)
    page.keyboard.press("Escape")
    page.locator(".rooms a[data-room=search]").click()
    page.fill("#search [name=q]", "钢铁")
    page.press("#search [name=q]", "Enter")
    page.locator("#search .hit").first.wait_for()
    found["search"] = issues(page, axe)
    page.locator("#search [data-as=time]").click()
    page.locator("#search .course svg a").first.wait_for()
    page.locator("#search .numbers summary").click()
    found["through time"] = issues(page, axe)
    page.locator("#search [data-as=lines]").click()
    page.locator("#search .kwic").first.hover()
    page.locator("#search .kwic .keeps").first.click()
    page.locator(".tells").wait_for()
    page.locator(".rooms a[data-room=excerpts]").click()
    page.locator("#excerpts [data-act=edit]").click()
    found["excerpts"] = issues(page, axe)
    page.locator(".rooms a[data-room=translation]").click()
    page.locator("#translation .finding").first.wait_for()
    page.locator("#translation .correct summary").first.click()
    found["translation"] = issues(page, axe)
    page.locator(".rooms a[data-room=names]").click()
    page.locator("#names .list li").first.wait_for()
    found["names"] = issues(page, axe)
    page.locator("#names .to-name").first.click()
    page.locator("#names .name h2").wait_for()
    found["name"] = issues(page, axe)
    page.locator(".rooms a[data-room=evaluate]").click()
    page.locator("#evaluate .trial").wait_for()
    found["evaluate"] = issues(page, axe)
    assert {room: told for room, told in found.items() if told} == {}
