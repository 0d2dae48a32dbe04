"""The translation room in a real browser: sifted, decided, taken back, with the keyboard and on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.corpus import sources
from rag.index.build import build
from rag.translation import corrections
from tests.browser.acts import ask
from tests.fakes import HashEmbedder
from tests.test_desk import ASKED, FILES, file
from tests.web.hostile import PAYLOADS
from tests.web.serving import serving

Visitor = Callable[..., Any]
ATTACK = " ".join("".join(c for c in text if c >= " ") for text in PAYLOADS.values())
HOSTILE = file(
    "1958-04-02",
    f"    镇海作坊做了灯笼四千七百盏，{ATTACK}。",
    f"The Zhenhai workshop made 7,400 lanterns, {ATTACK}.",
    (ATTACK[:300], ATTACK[:300]),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("room")
    for name, text in {**FILES, "hostile": HOSTILE}.items():
        (place / f"{name}.txt").write_text(text, encoding="utf-8")
    build(sources([place], max_bytes=1_000_000), place / "store", HashEmbedder(), sources=[])
    return place


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with serving(str(folder)) as (url, _):
        yield url


@pytest.fixture(autouse=True)
def undecided(folder: Path) -> Iterator[None]:
    yield
    (folder / "store" / corrections.NAME).unlink(missing_ok=True)


def room(page: Any, of: str = "") -> Any:
    """The findings that the room shows."""
    page.locator(".rooms a[data-room=translation]").click()
    page.locator("#translation .grades").wait_for()
    if of:
        page.fill("#translation [name=of]", of)
        page.press("#translation [name=of]", "Enter")
        page.wait_for_url(f"**of={of}**")
        page.locator("#translation .results:not([aria-busy])").wait_for()
    return page.locator("#translation .finding")


@pytest.mark.parametrize(("locale", "room_name"), [("en-US", "Translation"), ("zh-CN", "校对")])
def test_a_finding_is_sifted_out_opened_and_left(visitor: Visitor, address: str, locale: str, room_name: str) -> None:
    page = visitor(locale, address=address)
    assert page.locator(".rooms a[data-room=translation]").inner_text().strip() == room_name
    everything = room(page).count()
    page.locator("#translation [data-grade=differs]").click()
    page.wait_for_url("**grade=differs**")
    page.locator("#translation [data-kind=unit]").click()
    page.wait_for_url("**kind=unit**")
    page.wait_for_function("document.querySelectorAll('#translation .finding').length === 1")
    assert everything > 1
    assert page.locator("#translation mark").all_inner_texts() == ["五十万斤", "500,000 tons"]
    page.locator("#translation .to-article").click()
    page.locator("#reader .sheet").wait_for()
    assert page.locator("#reader mark").all_inner_texts() == ["五十万斤", "500,000 tons"]
    own = visitor(locale, address=address, path=page.url.removeprefix(address))
    own.locator("#reader mark").first.wait_for()
    assert own.locator("#reader mark").all_inner_texts() == ["五十万斤", "500,000 tons"]
    page.keyboard.press("Escape")
    page.locator("#reader .sheet").wait_for(state="hidden")
    assert page.locator("#translation .finding").count() == 1
    assert page.evaluate("document.activeElement.matches('#translation .to-article')")
    page.go_back()
    page.wait_for_url("**grade=differs")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_decision_reaches_the_next_answer_and_can_be_taken_back(visitor: Visitor, address: str, lang: str) -> None:
    page = visitor("zh-CN" if lang == "zh" else "en-US", address=address)
    ask(page, ASKED[lang])
    assert "8,000 tons" in page.locator("#panel .warning").first.inner_text()
    finding = room(page, "ore")
    finding.locator("[data-verdict=wrong]").focus()
    page.keyboard.press("Enter")
    finding.locator("[data-verdict=wrong][aria-pressed=true]").wait_for()
    assert page.evaluate("document.activeElement.dataset.verdict") == "wrong", "the keyboard stays where it was"
    page.locator(".rooms a[data-room=ask]").click()
    turn = ask(page, ASKED[lang])
    assert "八万吨”" not in "".join(page.locator(f"#panel [data-key='t{turn}-1'] .warning").all_inner_texts())
    finding = room(page)
    page.locator("#translation [data-state=wrong]").click()
    page.wait_for_url("**state=wrong**")
    page.wait_for_function("document.querySelectorAll('#translation .finding').length === 1")
    finding.locator("[data-verdict=open]").click()
    finding.locator("[data-verdict=open]").wait_for(state="detached")
    page.locator(".rooms a[data-room=ask]").click()
    turn = ask(page, ASKED[lang])
    assert "8,000 tons" in page.locator(f"#panel [data-key='t{turn}-1'] .warning").first.inner_text()


def test_a_corrected_reading_on_a_phone_stands_in_the_answer(visitor: Visitor, address: str) -> None:
    page = visitor(address=address, width=390, height=844)
    finding = room(page, "ore")
    finding.locator(".correct summary").click()
    finding.locator("[name=reading]").fill("80,000 <b>tons</b>")
    finding.locator("[name=note]").fill("seen in the scan")
    finding.locator("[name=note]").press("Enter")
    finding.locator(".was", has_text="80,000 <b>tons</b>").wait_for()
    assert page.evaluate("document.querySelector('#translation').scrollWidth <= innerWidth"), "nothing sticks out"
    page.locator(".rooms a[data-room=ask]").click()
    ask(page, ASKED["en"])
    page.locator(".halves [data-half=shelf]").click()
    said = page.locator("#panel .warning").first.inner_text()
    assert "80,000 <b>tons</b>" in said and "seen in the scan" in said


def test_decisions_are_saved_and_taken_in_by_hand(visitor: Visitor, address: str, tmp_path: Path) -> None:
    page = visitor(address=address)
    finding = room(page, "ore")
    finding.locator("[data-verdict=right]").click()
    finding.locator("[data-verdict=right][aria-pressed=true]").wait_for()
    with page.expect_download() as saved:
        page.locator("#translation .csv").click()
    saved.value.save_as(tmp_path / "mine.csv")
    finding.locator("[data-verdict=open]").click()
    finding.locator("[data-verdict=open]").wait_for(state="detached")
    page.locator("#translation [type=file]").set_input_files(tmp_path / "mine.csv")
    page.locator("#translation .hint", has_text=re.compile("Decisions taken in: 1")).wait_for()
    finding.locator("[data-verdict=right][aria-pressed=true]").wait_for()


def test_hostile_articles_stay_text(visitor: Visitor, address: str) -> None:
    page = visitor(address=address)
    assert room(page, "hostile").count() > 0
    assert page.locator("#translation .finding :is(script, img, iframe, svg, video)").count() == 0
    page.locator("#translation .to-article").first.click()
    page.locator("#reader .parting summary").click()
    assert page.locator("#reader .sheet :is(script, img, iframe, video)").count() == 0
