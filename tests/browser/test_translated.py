"""A browser that translates the page leaves what is quoted alone, and the page goes on working."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.acts import ask, follow, read

KILNS = "How many iron-smelting kilns were built in Jiangyou County within eight days?"
FURNACE_ZH = "八号平炉最后一次炼一炉钢用了多长时间？"
# as Chrome does it: text nodes are wrapped and replaced, but for those that are marked
TRANSLATED = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walk.nextNode()) found.push(walk.currentNode);
    for (const node of found) {
        const parent = node.parentElement;
        if (!node.data.trim() || parent.closest('[translate=no], .notranslate, script, style, textarea')) continue;
        const font = document.createElement('font');
        font.textContent = 'Übersetzt';
        node.replaceWith(font); } }"""
QUOTED = (
    "mark", "blockquote", "q", ".words", ".asked", "#chat .answer > p:not(.note, .aside, .lifts)", "a.ref",
    ".turn-q",    ".where time", ".card h4", ".alt", ".line", ".across", ".sheet .heads h2", ".beside li a",
    ".file > p", ".hit h3", ".sentences label span", ".sentences small", ".drawer .title", ".example", ".mast h1",
    ".warning > span",
)  # fmt: skip


def open_to_translation(page: Any) -> list[str]:
    """The texts among those quoted that a browser would translate."""
    found = page.evaluate(
        """names => { const isOpen = one => !one.closest('[translate=no], .notranslate, .keeps')
            && [...one.childNodes].some(node => node.nodeType === 3 && /[\\p{L}\\p{N}]/u.test(node.data));
        return [...document.querySelectorAll(names)].filter(one => [one, ...one.querySelectorAll('*')].some(isOpen))
            .map(one => one.outerHTML.slice(0, 200)); }""",
        ", ".join(QUOTED),
    )
    return list(found)


def present(page: Any, *names: str) -> None:
    """So that nothing is tested on an empty page."""
    assert all(page.locator(name).count() for name in names), [n for n in names if not page.locator(n).count()]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_quotations_titles_references_and_questions_are_not_translated(page: Any, lang: str) -> None:
    page.goto(page.url + f"?lang={lang}")
    page.locator(".example:visible").first.wait_for()
    assert open_to_translation(page) == []
    ask(page, KILNS)
    ask(page, FURNACE_ZH)
    present(page, "mark", ".words", ".asked", "a.ref", ".turn-q", ".where time", ".card h4", ".alt", ".warning > span")
    assert open_to_translation(page) == []
    sheet = read(page, follow(page, "t1-1"))
    present(page, ".sheet .words", ".sheet mark", ".file > p")
    assert open_to_translation(page) == []
    sheet.locator(".close").click()
    page.locator("a.act[href='#judge-1']").click()
    page.locator(".sentences").wait_for()
    assert open_to_translation(page) == []
    page.keyboard.press("Escape")
    page.locator("#kept").click()
    present(page, ".drawer .title")
    assert open_to_translation(page) == []
    page.keyboard.press("Escape")
    page.locator(".rooms a[data-room=search]").click()
    page.fill("#search [name=q]", "steel 钢铁")
    page.press("#search [name=q]", "Enter")
    for view, shown in (("lines", ".line"), ("passages", ".passages .words"), ("channels", ".channels .across")):
        page.locator(f"#search [data-as={view}]").click()
        page.locator(f"#search {shown}").first.wait_for()
        assert open_to_translation(page) == []


def test_languages_are_told_apart_to_screen_readers(page: Any) -> None:
    ask(page, KILNS)
    ask(page, FURNACE_ZH)
    told = ".asked, .words, .answer, .answer p > span, .turn-q, h4, .alt"
    langs = page.evaluate(
        """told => [...document.querySelectorAll(told)].map(one => [one.closest('[lang]').lang, one.innerText])
        .filter(([, text]) => text.trim())""",
        told,
    )
    assert len(langs) > 12
    for lang, text in langs:
        han = sum("一" <= char <= "鿿" for char in text)
        assert (lang == "zh-CN") == (han > len(text) / 4), text[:80]


def test_a_translated_page_goes_on_working(page: Any) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.locator(".example:visible").first.wait_for()
    first = page.locator(".example:visible").first
    asked = first.get_attribute("value")
    first.evaluate("example => { example.textContent = 'von einer Erweiterung übersetzt'; }")
    page.evaluate(TRANSLATED)
    first.click()
    page.locator("#panel details.turn").wait_for()
    page.locator("#box .submit-button").wait_for()
    assert page.locator("#chat .asked").inner_text() == asked  # not what the translation made of it
    page.evaluate(TRANSLATED)
    ask(page, FURNACE_ZH)
    page.evaluate(TRANSLATED)
    card = follow(page, "t2-1")
    quoted = card.locator("mark").all_inner_texts()
    page.evaluate(TRANSLATED)
    assert quoted and card.locator("mark").all_inner_texts() == quoted
    sheet = read(page, card)
    page.evaluate(TRANSLATED)
    page.keyboard.press("n")
    assert "Übersetzt" not in sheet.locator(".words").all_inner_texts()
    page.keyboard.press("Escape")
    page.locator("#kept").click()
    page.evaluate(TRANSLATED)
    remove = page.locator(".drawer li div button").nth(1)
    remove.click()
    page.evaluate(TRANSLATED)  # "Delete for good?" too
    remove.click()
    page.locator(".drawer li").wait_for(state="detached")
    assert errors == []
