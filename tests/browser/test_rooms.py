"""Searching without an answer, and articles at their own address, in a real browser over the real archive."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser.acts import ask, follow, read

Visit = Callable[..., Any]
FUXIN = "003_c17e437a9ce4a8af"


def test_a_search_shows_the_words_in_their_lines_in_both_languages(visit: Visit) -> None:
    page = visit("zh-CN")
    page.locator(".rooms a", has_text="检索").click()
    page.fill("#search [name=q]", "試驗田")  # Traditional: the archive is printed in Simplified
    page.press("#search [name=q]", "Enter")
    page.locator("#search .line").first.wait_for()
    assert page.locator("#search .line b").first.inner_text() == "试验田"
    assert "experimental plots" in page.locator("#search .kwic .across").first.inner_text()
    assert "2 篇" in page.inner_text("#search figcaption")
    found = page.locator("#search .timeline g:has(rect.found:not([height='0.0']))")
    assert found.evaluate_all("bars => bars.map(bar => bar.dataset.period)") == ["1958-03", "1960-08"]


def test_a_search_has_an_address_and_is_limited_by_a_click_on_its_months(visit: Visit, tmp_path: Path) -> None:
    page = visit(path="/?view=search&q=steel")
    page.locator("#search .hit").first.wait_for()
    page.locator("#search .views button", has_text="By channel").click()
    page.locator("#search .channels [data-channel=fused] li").first.wait_for()
    for channel, said in (("keyword", "Words, English no. 1"), ("dense", "Meaning, Chinese no. 1")):
        column = page.locator(f"#search .channels [data-channel={channel}]")
        assert [one.inner_text() for one in column.locator(".rank").all()[:3]] == ["1", "2", "3"]
        assert said in column.inner_text()
        assert re.search(r"^\d\.\d{3} · no\. \d+ together$", column.locator(".figures").first.inner_text())
    assert "as=channels" in page.url
    page.locator("#search .views button", has_text="Passages").click()
    page.locator("#search .passages mark").first.wait_for()
    page.locator("#search .timeline g[data-period='1958-11']").click()
    page.wait_for_url("**since=1958-11**")
    page.locator("#search .tally", has_text="30 November 1958").wait_for()
    assert {one.inner_text() for one in page.locator("#search .hit .where").all()} == {
        "People's Daily, 14 November 1958, page 2"
    }
    with page.expect_download() as saved:
        page.locator("#search .csv").click()
    saved.value.save_as(tmp_path / "hits.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "hits.csv").read_text(encoding="utf-8-sig"))))
    assert {row["date"] for row in rows} == {"1958-11-14"}
    assert "steel" in rows[0]["words"].lower()
    again = visit(path="/?" + page.url.partition("?")[2])
    again.locator("#search .passages .hit").first.wait_for()
    assert again.input_value("#search [name=since]") == "1958-11"


def test_an_article_opens_by_its_address_at_its_paragraph(visit: Visit) -> None:
    page = visit(path=f"/?article={FUXIN}#p4")
    there = page.locator("#reader .para.there")
    there.wait_for()
    assert "本报阜新电" in there.inner_text()
    frame = page.locator("#reader .columns").bounding_box()
    assert frame["y"] <= there.bounding_box()["y"] <= frame["y"] + 120
    page.locator("#reader .para-n").nth(4).click()
    page.wait_for_url("**#p5")
    page.keyboard.press("Escape")
    page.locator("#reader .sheet").wait_for(state="hidden")
    assert page.locator(".welcome").is_visible()


def test_an_article_left_while_it_comes_stays_away(visit: Visit) -> None:
    page = visit(path=f"/?article={FUXIN}#p4")
    page.locator("#reader .para.there").wait_for()
    held: list[Any] = []
    page.route("**/part/article?*", lambda route: held.append(route))
    with page.expect_request("**/part/article?*"):
        page.locator("#reader .para-n").nth(4).click()
    page.keyboard.press("Escape")
    page.locator("#reader .sheet").wait_for(state="hidden")
    with page.expect_response("**/part/article?*") as came:
        held[0].continue_()
    came.value.finished()
    page.wait_for_timeout(200)
    assert page.locator("#reader .sheet").is_hidden()


def test_the_reader_steps_through_every_passage_the_conversation_cited(visit: Visit) -> None:
    page = visit()
    ask(page, "How much ore was mined in Jiangyou within eight days?")
    ask(page, "江油县有多少个土高炉群？")
    sheet = read(page, follow(page, "t1-1"))
    cited = sheet.locator("mark").count()
    assert cited >= 4  # two questions, each in both languages
    assert page.inner_text("#reader .at") == f"1 / {cited}"
    page.locator("#reader .next").click()
    assert page.inner_text("#reader .at") == f"2 / {cited}"
    page.keyboard.press("p")
    page.keyboard.press("p")
    assert page.inner_text("#reader .at") == f"{cited} / {cited}"
    page.go_back()
    sheet.wait_for(state="hidden")


def test_dates_are_picked_on_the_timeline_and_lifted_by_their_chips(visit: Visit) -> None:
    page = visit()
    page.locator("#filters .label-wrap").click()
    page.locator("#span .timeline g[data-period='1960-08']").click()
    page.locator("#limits button", has_text="From 1960-08").wait_for()
    ask(page, "How much ore was mined in Jiangyou within eight days?")
    assert "1 August 1960" in page.inner_text("#panel .turn-about")
    page.locator("#limits button", has_text="From").click()
    page.locator("#limits button", has_text="To").click()
    assert page.locator("#limits button").count() == 0
    ask(page, "How much ore was mined in Jiangyou within eight days?")
    page.locator("body").press("Alt+ArrowUp")  # the last of the citations
    page.locator("#panel .card.active[data-key='t2-1']").wait_for()


def test_a_set_is_run_read_and_compared_and_an_answer_becomes_a_case(visit: Visit) -> None:
    page = visit()
    ask(page, "How much ore was mined in Jiangyou within eight days?")
    page.locator("a.act[href='#judge-1']").click()
    assert "80,000 tons" in page.locator(".judging label:has(:checked)").inner_text()
    page.locator(".judging .save").click()
    page.locator(".told", has_text="Saved as asked-").wait_for()
    page.keyboard.press("Escape")
    page.locator(".rooms a", has_text="Evaluate").click()
    for _ in range(2):
        page.locator(".trial select").select_option("asked")
        page.locator(".trial button").click()
        page.locator("#evaluate .progress progress").wait_for(state="attached")
        page.locator("#evaluate .progress progress").wait_for(state="detached", timeout=60_000)
        page.locator("#evaluate section.run").wait_for()
    assert "hit@3" in page.inner_text("#evaluate section.run table")
    page.locator("#evaluate [name=beside]").select_option(index=1)
    page.locator("#evaluate .compared", has_text="1 question in both").wait_for()


def test_what_the_question_set_is_a_chip_that_asks_again_without(visit: Visit) -> None:
    page = visit()
    ask(page, "How much ore was mined in Jiangyou within eight days?")
    ask(page, "How many kilns were built in Jiangyou within eight days in November 1958?")
    limit = page.locator("#chat a.lift", has_text="30 November 1958")
    assert "“November 1958”" in limit.inner_text()
    assert "30 November 1958" in page.locator("#panel .turn-about").first.inner_text()
    limit.click()
    out = page.locator("#chat a.lift.out", has_text="The time, page or newspaper in the question is no limit")
    out.wait_for()
    page.locator("#box .submit-button").wait_for()
    assert page.locator("#chat .asked").count() == 2
    assert "30 November 1958" not in page.locator("#panel .turn-about").first.inner_text()
    page.locator("#chat a.lift:not(.out)").last.click()
    page.locator("#chat a.lift.out", has_text="No words added").wait_for()
    page.locator("#box .submit-button").wait_for()
    out.click()  # one is put back, the other stays out
    limit.wait_for()
    assert page.locator("#chat a.lift.out").all_inner_texts() == ["No words added in the other language"]
    page.locator("#box .submit-button").wait_for()
    page.locator(".rooms a", has_text="Search").click()
    page.fill("#search [name=q]", "steel in November 1958")
    page.press("#search [name=q]", "Enter")
    page.locator("#search .lift", has_text="30 November 1958").click()
    page.wait_for_url("**without=dates**")
    page.locator("#search .lift.out").wait_for()
    assert "29 January 1958" in page.inner_text("#search ol.found")


def test_on_a_phone_the_head_of_an_article_gives_way_to_what_is_read(visit: Visit) -> None:
    page = visit(width=390, path="/?article=002_5addbdbbd7c0e56c")
    page.locator("#reader .sheet").wait_for()
    head, columns = page.locator("#reader .sheet > header"), page.locator("#reader .columns")
    columns.evaluate("one => { one.scrollTop = 0; }")
    page.locator("#reader .sheet:not(.read-on)").wait_for()
    whole = head.bounding_box()["height"]
    columns.evaluate("one => { one.scrollTop = 900; }")
    page.locator("#reader .sheet.read-on").wait_for()
    assert head.bounding_box()["height"] < min(whole / 2, 90)
    assert page.locator("#reader h2").is_visible() and page.locator("#reader .close").is_visible()
    columns.evaluate("one => { one.scrollTop = 0; }")
    page.locator("#reader .sheet:not(.read-on)").wait_for()
    assert head.bounding_box()["height"] == whole
