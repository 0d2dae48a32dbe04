"""Conversations that the browser keeps, in a real browser over the real archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.acts import ask, follow

Visit = Callable[..., Any]
ORE = "How much ore was mined in Jiangyou within eight days?"
FURNACE_ZH = "鞍钢八号平炉最后一次炼一炉钢用了多少时间？"


def test_a_conversation_outlives_a_reload_and_can_be_renamed_reopened_and_deleted(visit: Visit) -> None:
    page = visit()
    ask(page, ORE)
    page.reload()
    page.locator("#chat .answer").wait_for()
    assert "tons of ore" in follow(page, "t1-1").inner_text()
    ask(page, "And how much fuel?")  # the conversation goes on where it was
    assert ORE in page.locator("#chat .aside").filter(has_text="Searched as").inner_text()
    page.locator("#new").click()
    page.locator(".welcome").wait_for()
    ask(page, FURNACE_ZH)
    page.locator("#kept").click()
    assert page.locator(".drawer .title").all_inner_texts() == [FURNACE_ZH, ORE]
    page.locator(".drawer li").nth(1).get_by_text("Rename").click()
    page.keyboard.type("Ore in Jiangyou")
    page.keyboard.press("Enter")
    page.locator(".drawer .title", has_text="Ore in Jiangyou").click()
    page.locator("#chat .asked", has_text="And how much fuel?").wait_for()
    assert page.locator("#panel details.turn").count() == 2
    page.locator("#kept").click()
    page.locator(".drawer li", has_text=FURNACE_ZH).get_by_text("Delete").click()
    page.locator(".drawer button", has_text="for good").click()
    assert page.locator(".drawer .title").all_inner_texts() == ["Ore in Jiangyou"]
    other = visit()
    other.locator("#kept").click()
    assert other.locator(".drawer li").count() == 0  # another person's browser


def test_an_earlier_question_is_edited_and_asked_anew(visit: Visit) -> None:
    page = visit()
    ask(page, ORE)
    ask(page, "And how much fuel?")
    page.locator("a.act[href='#edit-1']").click()
    assert page.input_value("#box textarea") == ORE
    page.locator(".editing").wait_for()
    page.fill("#box textarea", FURNACE_ZH)
    page.press("#box textarea", "Enter")
    page.locator("#chat .answer", has_text="六个小时零二十分钟").wait_for()
    assert page.locator("#chat .asked").all_inner_texts() == [FURNACE_ZH]
    page.locator("#box .submit-button").wait_for()
    page.locator(".editing").wait_for(state="detached")
    page.wait_for_timeout(500)
    assert ask(page, "那质量呢？") == 2
    page.locator("a.act[href='#again-2']").click()
    page.locator("#chat .waiting").wait_for(state="detached")
    assert page.locator("#chat .asked").count() == 2


def test_a_conversation_is_taken_along(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    ask(page, ORE)
    ask(page, FURNACE_ZH)

    def taken(opener: str, label: str) -> str:
        page.locator(opener).click()
        with page.expect_download() as saved:
            page.locator(".sheaf button", has_text=label).click()
        saved.value.save_as(tmp_path / "taken")
        return (tmp_path / "taken").read_text(encoding="utf-8")

    dossier = json.loads(taken("#take-all", "Dossier"))
    assert [turn["question"] for turn in dossier["turns"]] == [ORE, FURNACE_ZH]
    assert dossier["store"]["model"]["digest"]
    assert dossier["turns"][0]["hits"][0]["why"]
    assert taken("#take-all", "RIS").count("TY  - NEWS") == 2
    one = taken("a.act[href='#take-2']", "Markdown")
    assert "六个小时零二十分钟" in one
    assert "80,000" not in one


def test_a_conversation_prints_as_answers_and_quotations_without_controls(visit: Visit) -> None:
    page = visit(dark=True)
    ask(page, ORE)
    ask(page, FURNACE_ZH)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for said in (ORE, "80,000 tons of ore", "[1]"):
        assert said in page.locator("#chat").inner_text()
    cards = page.locator("#panel .card")
    assert [card.is_visible() for card in cards.all()] == [True, True]  # those of the earlier turn as well
    first = cards.last  # the newest stands first on the screen, the oldest on paper
    assert first.bounding_box()["y"] < cards.first.bounding_box()["y"]
    for said in ("14 November 1958, page 2", "80,000 tons of ore", "采矿石八万吨", "把生产任务直接交给群众"):
        assert said in first.inner_text()
    controls = "button, input, textarea, select, a.act, a.read, .rooms a, details.scores"
    assert [one.inner_text() for one in page.locator(controls).all() if one.is_visible()] == []
    ground, ink = page.evaluate("['--paper', '--ink'].map(n => getComputedStyle(document.body).getPropertyValue(n))")
    assert (ground.strip(), ink.strip()) == ("#fff", "#000")
    assert page.evaluate("document.body.scrollHeight > innerHeight")  # nothing is held back in a box that scrolls
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert [card.is_visible() for card in cards.all()] == [True, False]


def choose(page: Any, dossier: Path) -> None:
    page.locator("#kept").click()
    with page.expect_file_chooser() as asked:
        page.locator(".drawer button", has_text="打开对话档案").click()
    asked.value.set_files(dossier)


def test_a_dossier_is_opened_elsewhere_and_compared_with_today(visit: Visit, tmp_path: Path) -> None:
    page = visit()
    ask(page, ORE)
    ask(page, "And how much fuel?")
    page.locator("#take-all").click()
    with page.expect_download() as saved:
        page.locator(".sheaf .forms button", has_text="Dossier").click()
    dossier = tmp_path / "ore.json"
    saved.value.save_as(dossier)
    other = visit(locale="zh-CN")
    choose(other, dossier)
    other.locator("#chat .asked", has_text="And how much fuel?").wait_for()
    other.locator("a.act[href='#compare-2']").click()
    other.locator(".compared .outcome", has_text="回答相同，引文也相同").wait_for()
    assert "一切未变" in other.locator(".compared .because").inner_text()
    other.keyboard.press("Escape")
    for text in ("{", "[]", '{"turns": []}', '{"turns": [{"question": 1}]}'):
        dossier.write_text(text, encoding="utf-8")
        choose(other, dossier)
        other.locator("#composer .hint", has_text="ore.json").wait_for()
        other.evaluate("document.querySelector('#composer > .hint').remove()")
    other.locator("#kept").click()
    assert other.locator(".drawer li").count() == 1, "what is no dossier is not kept"
