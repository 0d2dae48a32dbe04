"""Excerpts in a real browser: kept from wherever the archive is shown, found again, taken along, brought back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.acts import ask, follow, opened, read
from tests.browser.test_axe import issues
from tests.browser.test_translated import open_to_translation

Visit = Callable[..., Any]
KILNS = "How many iron-smelting kilns were built in Jiangyou County within eight days?"
FUXIN = "003_c17e437a9ce4a8af"
KEPT = "() => wenbao.excerpts.all().map(one => [one.lang, one.text])"
SELECT = """([first, from, last, to]) => { const at = where => document.querySelectorAll('#reader .words')[where];
    const text = element => document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode();
    getSelection().setBaseAndExtent(text(at(first)), from, text(at(last)), to); }"""
MANY = """n => { const one = wenbao.excerpts.all()[0];
    wenbao.excerpts.commit({ put: Array.from({ length: n }, (_, at) => ({ ...one, id: 'x' + String(at).padStart(9, '0'),
        article: 'article-' + Math.floor(at / 5), rank: at, note: 'n' + at, text: one.text.slice(0, 60),
        twin: { ...one.twin, text: one.twin.text.slice(0, 150) } })) }); }"""


def room(page: Any) -> Any:
    """The room of excerpts, open."""
    page.locator(".rooms a[data-room=excerpts]").click()
    page.locator("#excerpts .results > *").first.wait_for()
    return page.locator("#excerpts")


def kept(page: Any, deed: Callable[[], Any]) -> None:
    """Do what keeps something, and wait until it has been kept."""
    page.evaluate("document.querySelector('.tells')?.remove()")
    deed()
    page.locator(".tells", has_text="Kept in").wait_for()


def test_a_click_keeps_from_an_answer_a_card_a_line_and_the_article(page: Any) -> None:
    ask(page, KILNS)
    kept(page, page.locator("#chat a.keeps").first.click)
    ((lang, text),) = page.evaluate(KEPT)
    assert lang == "en" and text in page.locator("#panel mark").all_inner_texts()
    card = follow(page, "t1-1")
    card.locator(".keeps").click()
    page.locator(".tells", has_text="already").wait_for()
    card.locator(".ribbon").wait_for()
    read(page, card).locator(".para .ribbon").wait_for()
    plain = page.locator("#reader .para:not(:has(mark))").first
    plain.hover()
    kept(page, plain.locator(".keeps").click)
    assert page.evaluate(KEPT)[1][1].strip() == plain.locator(".words").first.inner_text().strip()
    plain.locator(".ribbon").wait_for()
    page.keyboard.press("Escape")
    page.locator(".rooms a[data-room=search]").click()
    page.fill("#search [name=q]", "Fuxin coal")
    page.press("#search [name=q]", "Enter")
    line = page.locator("#search .kwic").first
    line.hover()
    kept(page, line.locator(".keeps").click)
    line.locator(".ribbon").wait_for()
    assert page.evaluate(
        "wenbao.excerpts.all().every(one => one.twin && one.digest && one.date && one.page && one.paper)"
    )
    assert room(page).locator("li").count() == 3


def test_s_keeps_what_is_selected_in_either_language_and_the_sentence_looked_at(page: Any, small: str) -> None:
    page.goto(f"{small}/?article={FUXIN}")
    page.locator("#reader .para").first.wait_for()
    for side, from_, to in ((0, 2, 9), (1, 4, 30)):
        page.evaluate(SELECT, [side, from_, side, to])
        chosen = page.evaluate("getSelection().toString().trim()")
        kept(page, lambda: page.keyboard.press("s"))
        assert page.evaluate(KEPT)[-1] == ["zh" if side == 0 else "en", chosen]
    page.evaluate(SELECT, [0, 3, 2, 5])  # from one paragraph of the original into the next
    page.locator(".keep-selected").wait_for()
    kept(page, page.locator(".keep-selected").click)
    text = page.evaluate(KEPT)[-1][1]
    first, second = (page.locator("#reader .words").nth(at).inner_text() for at in (0, 2))
    assert text == page.evaluate("wenbao.excerpts.all().at(-1).text")
    assert text.startswith(first[3:10]) and text.endswith(second[:5])
    page.evaluate("getSelection().removeAllRanges()")
    page.locator("#reader .para-n").nth(3).focus()
    page.evaluate("document.querySelector('.tells')?.remove()")
    page.keyboard.press("s")
    page.locator("#reader .para").nth(3).locator(".ribbon").wait_for()
    page.locator(".tells button", has_text="Undo").click()
    page.locator("#reader .para").nth(3).locator(".ribbon").wait_for(state="detached")
    assert len(page.evaluate(KEPT)) == 3


def test_collections_notes_tags_order_and_undo(page: Any) -> None:
    ask(page, KILNS)
    read(page, follow(page, "t1-1"))
    for at in range(3):
        page.locator("#reader .para").nth(at).hover()
        kept(page, page.locator("#reader .para").nth(at).locator(".keeps").click)
    page.locator("#reader .close").click()
    shown = room(page)
    texts = shown.locator("li .words:lang(zh)").all_inner_texts()
    shown.locator("li [data-act=edit]").first.click()
    page.keyboard.type("Compare <i>Sichuan</i> Daily")
    shown.locator("li form input").fill("kilns，比较")
    page.keyboard.press("Enter")
    assert shown.locator(".note-own").inner_text() == "Compare <i>Sichuan</i> Daily"
    assert shown.locator(".tags button").all_inner_texts() == ["kilns", "比较"]
    shown.locator("li").nth(2).locator("[data-act=up]").click()
    assert shown.locator("li .words:lang(zh)").all_inner_texts() == [texts[0], texts[2], texts[1]]
    assert page.evaluate("document.activeElement.dataset.act") == "up"  # it can be pressed again
    shown.locator(".collections .new").click()
    page.keyboard.type("Steel")
    page.keyboard.press("Enter")
    shown.locator(".none").wait_for()
    shown.locator(".collections button").first.click()
    shown.locator("li select").first.select_option(label="Steel")
    assert shown.locator(".collections .n").all_inner_texts() == ["2", "1"]
    shown.locator("li [data-act=delete]").first.click()
    shown.locator("li [data-act=delete]").first.click()
    page.locator("#excerpts .none").wait_for()
    page.locator(".tells button", has_text="Undo").click()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Control+z")
    assert shown.locator("li .words:lang(zh)").all_inner_texts() == [texts[2], texts[1]]
    shown.locator(".collections button", has_text="Steel").click()
    shown.locator("[aria-label='Delete “Steel”']").click()
    assert shown.locator(".collections", has_text="Steel").count() == 0
    page.locator(".tells button", has_text="Undo").click()
    shown.locator(".collections button", has_text="Steel").click()
    assert "Compare" in shown.locator("li").inner_text()
    page.reload()
    page.locator("#excerpts li", has_text="Compare").wait_for()
    shown.locator("[type=search]").fill("COMPARE <i>")
    assert shown.locator("li").count() == 1
    shown.locator("[type=search]").fill("nothing of the kind")
    page.locator("#excerpts .none").wait_for()


def saved(page: Any, click: Callable[[], Any], place: Path) -> str:
    with page.expect_download() as download:
        click()
    download.value.save_as(place)
    return place.read_text(encoding="utf-8-sig")


def test_they_leave_in_every_form_and_come_back_from_one_file(
    context: Any, page: Any, small: str, tmp_path: Path
) -> None:
    ask(page, KILNS)
    kept(page, page.locator("#chat a.keeps").first.click)
    shown = room(page)
    shown.locator("[data-act=edit]").click()
    page.keyboard.type("my note")
    page.locator("#excerpts form [type=submit]").click()
    for label, words in (
        ("Markdown", "> "), ("Web page", "<blockquote"), ("Table", "my note"), ("BibTeX", "@article"),
        ("RIS", "N1  - my"),        ("CSL-JSON", "article-newspaper"), ("Chicago", "my note"), ("GB/T", "[N]"),
    ):  # fmt: skip
        shown.locator(".take").click()
        text = saved(page, page.locator(".sheaf button", has_text=label).click, tmp_path / "taken")
        assert words in text and "my note" in text
    file = json.loads(saved(page, page.get_by_text("Save all excerpts").click, tmp_path / "all.json"))
    assert file["format"] == "wenbao-excerpts/1" and file["excerpts"][0]["note"] == "my note"
    before = page.evaluate("JSON.stringify(wenbao.excerpts.all())")
    page.evaluate("localStorage.clear()")
    page.reload()
    page.locator("#excerpts .none").wait_for()
    file["excerpts"].append({**file["excerpts"][0], "id": "x00000000z", "page": "<img src=x onerror=alert(1)>"})
    (tmp_path / "all.json").write_text(json.dumps(file), encoding="utf-8")
    page.locator("#excerpts [type=file]").set_input_files(tmp_path / "all.json")
    told = page.locator(".tells", has_text="Taken in: 1.")
    told.wait_for()
    assert "excerpts[1].page" in told.inner_text()
    assert page.evaluate("JSON.stringify(wenbao.excerpts.all())") == before
    (tmp_path / "no.json").write_text('{"format": "other"}', encoding="utf-8")
    page.locator("#excerpts [type=file]").set_input_files(tmp_path / "no.json")
    page.locator(".tells", has_text="not a file of excerpts").wait_for()


def test_ten_thousand_are_kept_and_no_more_than_a_page_of_them_is_drawn(page: Any, small: str) -> None:
    ask(page, KILNS)
    kept(page, page.locator("#chat a.keeps").first.click)
    page.evaluate(MANY, 10_000)
    page.goto(f"{small}/?view=excerpts")
    page.locator("#excerpts li").first.wait_for()
    rows = page.locator("#excerpts li")
    assert rows.count() == 50
    assert page.evaluate("document.querySelectorAll('#excerpts *').length") < 2500
    assert "1 to 50 of 10001" in page.inner_text("#excerpts .tally >> nth=0")
    page.locator("#excerpts .tally button", has_text="After these").first.click()
    assert "n50" in rows.first.inner_text() and rows.count() == 50
    page.locator("#excerpts [type=search]").fill("n9999")
    page.locator("#excerpts .tally").first.wait_for(state="detached")
    assert rows.count() == 1
    assert "10001 excerpts" in page.inner_text("#excerpts .used")
    page.locator(".rooms a[data-room=search]").click()
    page.fill("#search [name=q]", "steel")
    page.press("#search [name=q]", "Enter")
    line = page.locator("#search .kwic").first
    line.hover()
    kept(page, line.locator(".keeps").click)
    assert page.evaluate("wenbao.excerpts.all().length") == 10_002


def test_a_full_storage_is_told_and_drops_nothing(page: Any) -> None:
    ask(page, KILNS)
    kept(page, page.locator("#chat a.keeps").first.click)
    before = page.evaluate("JSON.stringify(wenbao.excerpts.all())")
    page.evaluate("""() => { let held = 'x'.repeat(4_000_000);
        while (held.length > 100) try { localStorage.setItem('other' + Math.random(), held); }
            catch { held = held.slice(held.length / 2); } }""")
    read(page, follow(page, "t1-1"))
    plain = page.locator("#reader .para:not(:has(mark))").first
    plain.hover()
    plain.locator(".keeps").click()
    page.locator(".tells", has_text="did not come in").wait_for()
    assert page.evaluate("JSON.stringify(wenbao.excerpts.all())") == before


def test_an_index_with_other_editions_says_so_and_shows_both(page: Any, small: str) -> None:
    page.goto(f"{small}/?article={FUXIN}")
    for at in range(3):
        page.locator("#reader .para").nth(at).hover()
        kept(page, page.locator("#reader .para").nth(at).locator(".keeps").click)
    # as if they had been kept over another index: one elsewhere, one with other words, one of an article that is gone
    page.evaluate("""() => { const [a, b, c] = wenbao.excerpts.all(), was = { digest: 'another' };
        wenbao.excerpts.commit({ take: [c], put: [{ ...a, ...was, start: a.start + 7, end: a.end + 7 },
            { ...b, ...was, text: b.text.slice(0, -4) + '<b>旧</b>。' }, { ...c, ...was, article: 'gone' }] }); }""")
    page.goto(f"{small}/?view=excerpts")
    rows = page.locator("#excerpts li")
    rows.nth(2).locator(".warning", has_text="no longer holds").wait_for()
    assert "found again" in rows.nth(0).locator(".became").inner_text()
    assert "has changed" in rows.nth(1).locator(".warning").inner_text()
    assert "<b>旧</b>" in rows.nth(1).locator(".words").first.inner_text()  # what was kept
    assert rows.nth(1).locator(".now").inner_text()  # and what stands there today
    start = page.evaluate("wenbao.excerpts.all()[0].start")
    page.goto(f"{small}/?article={FUXIN}")
    page.locator("#reader .para").nth(1).locator(".ribbon[title*='changed']").wait_for()
    assert page.locator("#reader .para").nth(0).locator(".ribbon").count() == 1
    assert start == 0 and page.evaluate("wenbao.excerpts.all()[1].digest") == "another"


@pytest.mark.parametrize(("locale", "width", "dark"), [("en-US", 390, True), ("zh-CN", 1280, False)])
def test_the_room_on_a_phone_on_paper_and_for_who_cannot_see_it(
    visit: Visit, axe: str, locale: str, width: int, dark: bool
) -> None:
    page = visit(locale, width, dark=dark)
    ask(page, "鞍钢八号平炉最后一次炼一炉钢用了多少时间？")
    page.locator("#chat a.keeps").first.click()
    page.locator(".tells").wait_for()
    found = {"kept": issues(page, axe)}
    page.locator(".tells button").last.click()
    page.locator("#excerpts textarea").fill("一条附注")
    found["note"] = issues(page, axe)
    page.locator("#excerpts form [type=submit]").click()
    page.locator("#excerpts .note-own").wait_for()
    found["room"] = issues(page, axe)
    assert {where: told for where, told in found.items() if told} == {}
    assert open_to_translation(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.querySelector('#excerpts').scrollWidth <= innerWidth")
    page.locator("#excerpts .to-article").click()
    page.locator("#reader mark").first.wait_for()
    page.locator("#reader .ribbon").first.wait_for()
    assert issues(page, axe) == []
    page.keyboard.press("Escape")
    page.locator("#excerpts .note-own").wait_for()
    page.emulate_media(media="print")
    shown = page.locator("#excerpts").inner_text()
    assert "一条附注" in shown and "六个小时" in shown
    controls = page.locator("button, input, textarea, select, .rooms a").all()
    assert [
        one.inner_text() for one in controls if one.is_visible() and one.get_attribute("aria-pressed") != "true"
    ] == []


def test_another_tab_sees_what_is_kept(context: Any, page: Any, small: str) -> None:
    other = opened(context, f"{small}/?view=excerpts")
    other.locator("#excerpts .none").wait_for()
    ask(page, KILNS)
    kept(page, page.locator("#chat a.keeps").first.click)
    other.locator("#excerpts li").wait_for()
