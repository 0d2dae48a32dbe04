"""What a visitor can do with the page, in a real browser over the real archive."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.acts import ask, follow, read
from tests.browser.conftest import ATTACK, LANTERNS, LANTERNS_ZH

Visit = Callable[..., Any]
ORE_ZH = "江油县八天内开采了多少矿石？"
ORE = "How much ore was mined in Jiangyou within eight days?"
FURNACE_ZH = "鞍钢八号平炉最后一次炼一炉钢用了多少时间？"
ABSENT = "Who wrote the opera Carmen?"


def test_a_chinese_question_and_its_sentence_in_both_languages(visit: Visit) -> None:
    page = visit("zh-CN")
    ask(page, ORE_ZH)
    assert "采矿石八万吨" in page.inner_text("#chat .answer")
    card = follow(page, "t1-1")
    assert "八万吨" in card.locator("[lang=zh-CN] mark").inner_text()
    assert "80,000 tons of ore" in card.locator("[lang=en] mark").inner_text()
    told = card.inner_text()
    assert "把生产任务直接交给群众" in told
    assert "Directly Assign Production Tasks to the Masses" in told
    assert "1958年11月14日，第2版" in told


def test_an_english_question(visit: Visit) -> None:
    page = visit()
    ask(page, ORE)
    assert "80,000 tons of ore" in page.inner_text("#chat .answer")
    card = follow(page, "t1-1")
    assert "14 November 1958, page 2" in card.inner_text()
    card.locator(".scores summary").click()
    assert "Words, Chinese" in card.locator(".scores table").inner_text()


def test_what_the_archive_lacks_is_refused(visit: Visit) -> None:
    page = visit()
    ask(page, ABSENT)
    refusal = page.inner_text("#chat .refusal")
    assert "Not answered" in refusal
    assert "passages were searched" in refusal
    assert page.locator("#chat .answer").count() == 0
    assert "do not answer" in page.inner_text("#panel .no-answer")
    assert page.locator("#panel .card:not(.near), #panel mark").count() == 0
    assert "near" in str(follow(page, "t1-h1").get_attribute("class"))


def test_a_follow_up_and_an_old_marker_opens_its_own_card(visit: Visit) -> None:
    page = visit()
    ask(page, ORE)
    ask(page, "And how much fuel?")
    assert "200,000 tons of fuel" in page.locator("#chat .answer").nth(1).inner_text()
    assert (
        ORE in page.locator("#chat .aside").filter(has_text="Searched as").inner_text()
    )  # the wording that was searched
    ask(page, FURNACE_ZH)
    assert "14 November 1958" in follow(page, "t1-1").inner_text()
    assert "29 January 1958" in follow(page, "t3-1").inner_text()
    assert page.locator("#panel .card.active").count() == 1


def test_the_article_opens_with_the_sentence_marked(visit: Visit) -> None:
    page = visit()
    ask(page, ORE)
    card = follow(page, "t1-1")
    sheet = read(page, card)
    assert "80,000 tons" in sheet.locator("[lang=en] mark").inner_text()
    assert "采矿石八万吨" in sheet.locator("[lang=zh-CN] mark").inner_text()
    for part in ("大搞群众运动", "concern for the lives of the workers"):  # first and last paragraph
        assert part in sheet.inner_text()
    box, frame = sheet.locator("mark").first.bounding_box(), sheet.locator(".columns").bounding_box()
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.className") == "read"
    assert "article=" not in page.url
    assert read(page, card).is_visible()  # and once more
    page.locator("#reader .close").click()
    sheet.wait_for(state="hidden")


def test_a_long_paragraph_is_folded_around_its_sentence(visit: Visit) -> None:
    page = visit()
    ask(page, ORE)
    pair = page.locator("#panel .pair").first
    assert "Based on in-depth ideological mobilization" not in pair.inner_text()
    pair.locator(".fold").click()
    assert "Based on in-depth ideological mobilization" in pair.inner_text()
    assert pair.locator(".fold").get_attribute("aria-expanded") == "true"


def test_an_example_is_asked_by_a_click_and_a_conversation_begun_anew(visit: Visit) -> None:
    page = visit("zh-CN")
    assert page.locator(".example:visible").first.get_attribute("lang") == "zh-CN"
    page.locator(".example", has_text="Fuxin").click()
    page.locator("#chat a.ref").first.wait_for()
    page.locator("#new").click()
    page.locator(".welcome").wait_for()
    assert page.locator("#panel .card").count() == 0
    ask(page, ORE_ZH)
    follow(page, "t1-1")


def test_limits_are_obeyed_shown_and_checked(visit: Visit) -> None:
    page = visit()
    page.locator("#filters .label-wrap").click()
    page.fill("#since input, #since textarea", "1958-02-30")
    page.fill("#box textarea", ORE)
    page.press("#box textarea", "Enter")
    page.locator("#hint .hint").wait_for()
    assert "1958-02-30" in page.inner_text("#hint")
    assert page.input_value("#box textarea") == ORE  # nothing typed is lost
    page.fill("#since input, #since textarea", "1960")
    ask(page, ORE)
    assert page.locator("#hint .hint").count() == 0
    assert "1 January 1960" in page.inner_text("#panel .turn-about")
    assert "November 1958" not in page.inner_text("#panel")


@pytest.mark.parametrize(
    ("path", "locale", "lang"), [("/", "zh-TW", "zh-CN"), ("/?lang=en", "zh-CN", "en"), ("/?lang=zh", "fr", "zh-CN")]
)
def test_the_page_speaks_the_language_of_the_browser_or_of_the_address(
    visit: Visit, path: str, locale: str, lang: str
) -> None:
    page = visit(locale, path=path)
    assert page.evaluate("document.documentElement.lang") == lang
    chinese = lang == "zh-CN"
    page.get_by_placeholder("用中文或英文提问" if chinese else "Ask in English or Chinese").wait_for()
    page.locator("#new", has_text="新对话" if chinese else "New conversation").wait_for()
    assert ("您想查什么" in page.inner_text(".welcome")) is chinese
    ask(page, ORE)
    assert ("阅读全文" in page.inner_text("#panel")) is chinese


@pytest.mark.fault(67)
def test_two_visitors_see_nothing_of_each_other(visit: Visit) -> None:
    first, second = visit(), visit("zh-CN")
    ask(first, ORE)
    ask(second, FURNACE_ZH)
    ask(first, "And how much fuel?")
    assert "六个小时" not in first.inner_text("#panel") + first.inner_text("#chat")
    assert "tons of fuel" not in second.inner_text("#chat")
    assert second.locator("#panel details.turn").count() == 1


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_a_phone_shows_everything_without_scrolling_sideways(visit: Visit, locale: str) -> None:
    page = visit(locale, width=390, height=844)

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= 390 && document.body.scrollWidth <= 390"))

    assert fits()
    ask(page, ORE)
    assert fits()
    card = follow(page, "t1-1")
    assert card.is_visible()
    assert not page.locator("#chat").is_visible()
    edges = (
        "[...document.querySelectorAll('#shelf *')].map(e => e.checkVisibility() ? e.getBoundingClientRect().right : 0)"
    )
    assert max(page.evaluate(edges)) <= 391
    sides = [one.bounding_box() for one in card.locator(".side").all()]
    assert sides[0]["y"] < sides[1]["y"]  # stacked
    assert read(page, card).is_visible()
    assert fits()
    page.locator("#reader .close").click()
    page.locator(".back").click()
    assert page.locator("#chat .answer").is_visible()
    assert page.locator("#box textarea").is_visible()


def test_desktop_shows_both_languages_side_by_side(visit: Visit) -> None:
    page = visit(dark=True)
    ask(page, ORE)
    left, right = (one.bounding_box() for one in page.locator("#panel .side").all()[:2])
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    assert page.locator("body.dark").count() == 1


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit()
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.type(ORE)
    page.keyboard.press("Enter")
    page.locator("#chat a.ref").first.wait_for()
    page.locator("#chat a.ref").first.focus()
    page.keyboard.press("Enter")
    page.locator("#panel .card.active").wait_for()
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "read":
            break
    page.keyboard.press("Enter")
    page.locator("#reader .sheet").wait_for()
    assert page.evaluate("document.activeElement.className") == "close"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#reader').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.locator("#reader .sheet").wait_for(state="hidden")


@pytest.mark.fault(68)
def test_an_answer_can_be_stopped_and_the_next_one_had(visit: Visit, small: str) -> None:
    page = visit(address=small)  # the small archive takes three seconds over a question that says "slowly"
    page.fill("#box textarea", "slowly: how much ore was mined in Jiangyou County within eight days?")
    page.press("#box textarea", "Enter")
    page.locator("#chat .waiting").wait_for()
    page.locator("#box .stop-button").click()
    page.locator("#chat .note", has_text="Stopped").wait_for()
    page.locator("#box .submit-button").wait_for()
    page.fill("#box textarea", "How many iron-smelting kilns were built in Jiangyou County within eight days?")
    page.press("#box textarea", "Enter")
    page.locator("#chat a.ref[href='#cite-t1-1']").wait_for()
    assert page.locator("#chat .asked").count() == 2
    assert page.locator("#panel details.turn").count() == 1


CONTENT = "pre, img, iframe, form, video, svg, style, script, link, object, embed, math, input, base, meta"


def inert(page: Any, *parts: str) -> None:
    """No element that only content could have brought, in the parts of the page that show content."""
    for part in parts:
        brought = f"[...document.querySelectorAll('{part}')].flatMap(e => [...e.querySelectorAll('{CONTENT}')])"
        found = page.evaluate(f"{brought}.map(e => e.outerHTML)")
        assert found == [], part
        links = page.evaluate(f"[...document.querySelectorAll('{part} a')].map(a => a.getAttribute('href'))")
        own = "#(cite|edit|again|compare|take|judge|lift|keep)-|/[?]article="
        assert all(re.match(own, link) for link in links), links


@pytest.mark.fault(60, 61)
def test_hostile_articles_and_questions_stay_text(visit: Visit) -> None:
    page = visit()
    ask(page, f"How many paper lanterns did the Zhenhai lantern workshop make? {ATTACK}")
    assert ATTACK in page.inner_text("#chat .asked")
    assert LANTERNS in page.inner_text("#chat .answer")
    card = follow(page, "t1-1")
    assert card.locator("mark").all_inner_texts() == [LANTERNS_ZH, LANTERNS]
    assert "2 April 1958, page 4" in card.inner_text()
    sheet = read(page, card)
    for text in ("![x](http://sink.invalid/4.png)", "{{constructor", "\\u202e", "&lt;script&gt;alert(25)"):
        assert text in sheet.inner_text()
    inert(page, "#chat .message-content", "#panel .card", "#panel summary", "#reader .sheet")
    page.keyboard.press("Escape")
    ask(page, "![x](http://sink.invalid/q.png) [y](javascript:alert(9)) <svg onload=alert(8)> Who wrote Carmen?")
    inert(page, "#chat .message-content", "#panel .card", "#panel summary")
