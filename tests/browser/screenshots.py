"""Pictures of the page: `python -m tests.browser.screenshots OUT [URL]`.

Both languages, light and dark, 1280 and 390 pixels wide, every room and state. Without URL the chat over seeds/ is
started for it. `--only en-light-1280` takes those whose name begins so.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.acts import ask, follow, read
from tests.browser.started import CHROMIUM, FLAGS, chat, indexed

ASKED = {
    "en": (
        "How much ore was mined in Jiangyou within eight days?",
        "How many hours did the No. 8 open-hearth furnace need to smelt a furnace of steel?",
    ),
    "zh": ("江油县八天内开采了多少矿石？", "鞍钢八号平炉最后一次炼一炉钢用了多少时间？"),
}
DATED = {"en": "What was reported about steel in November 1958?", "zh": "1958年11月关于钢铁报道了什么？"}
ABSENT = {"en": "Who wrote the opera Carmen?", "zh": "歌剧《卡门》是谁写的？"}
SOUGHT = {"en": "experimental plots", "zh": "试验田"}


@contextmanager
def seeds() -> Iterator[str]:
    """A chat over seeds/ while it is wanted."""
    with tempfile.TemporaryDirectory() as folder:
        indexed(Path(folder) / "store", "seeds")
        with chat(Path(folder), Path(folder) / "store") as url:
            yield url


def take(url: str, out: Path, only: str = "") -> None:
    """Write the pictures of the chat at `url` to the folder `out`."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for lang in ("en", "zh"):
            for scheme in ("light", "dark"):
                for width, height in ((1280, 800), (390, 844)):
                    name = f"{lang}-{scheme}-{width}"
                    if not name.startswith(only):
                        continue
                    context = browser.new_context(
                        locale="zh-CN" if lang == "zh" else "en-US",
                        color_scheme=scheme,
                        viewport={"width": width, "height": height},
                        reduced_motion="reduce",
                    )
                    page = context.new_page()
                    page.goto(url)
                    for number, state in enumerate(_states(page, lang), 1):
                        page.wait_for_timeout(300)
                        page.screenshot(path=out / f"{name}-{number:02}-{state}.png")
                    context.close()
        browser.close()


def _states(page: Any, lang: str) -> Iterator[str]:
    """Lead the page from one state to the next; the name of each, once it is there."""
    page.locator(".example:visible").first.wait_for()
    yield "empty"
    page.locator("#filters .label-wrap").click()
    page.locator("#span .timeline g").first.wait_for()
    yield "filters"
    page.locator("#filters .label-wrap").click()
    for question in ASKED[lang]:
        ask(page, question)
    card = follow(page, "t2-1")
    yield "answer"
    card.locator(".scores summary").click()
    yield "scores"
    read(page, card)
    yield "article"
    page.keyboard.press("Escape")
    page.evaluate("window.wenbao.show('talk')")
    ask(page, ABSENT[lang])
    yield "refusal"
    ask(page, DATED[lang])
    yield "dated"
    for opener, state, shown in (
        ("#kept", "conversations", ".drawer li"),
        ("#take-all", "take-along", ".sheaf .forms button"),
        ("a.act[href='#judge-1']", "judge", ".judging label"),
    ):
        page.locator(opener).click()
        page.locator(shown).first.wait_for()
        yield state
        page.keyboard.press("Escape")
    page.locator(".rooms a[data-room=search]").click()
    page.fill("#search [name=q]", SOUGHT[lang])
    page.press("#search [name=q]", "Enter")
    page.locator("#search .line").first.wait_for()
    yield "search"
    page.locator("#search .kwic").first.hover()
    page.locator("#search .kwic .keeps").first.click()
    page.locator("#search .ribbon").first.wait_for()
    yield "search-kept"
    for view, shown in (("passages", ".passages mark"), ("channels", ".channels li")):
        page.locator(f"#search [data-as={view}]").click()
        page.locator(f"#search {shown}").first.wait_for()
        yield f"search-{view}"
    page.locator(".rooms a[data-room=excerpts]").click()
    page.locator("#excerpts [data-act=edit]").first.click()
    yield "excerpts"
    page.locator(".rooms a[data-room=translation]").click()
    page.locator("#translation .finding").first.wait_for()
    page.locator("#translation .correct summary").first.click()
    yield "translation"
    page.locator(".rooms a[data-room=evaluate]").click()
    page.locator("#evaluate .trial").wait_for()
    if page.locator("#evaluate [data-run]").count() < 2:
        for _ in range(2):
            page.locator("#evaluate .trial select").select_option("seeds")
            page.fill("#evaluate [name=limit]", "24")
            page.locator("#evaluate .trial button").click()
            page.locator("#evaluate progress").wait_for(state="attached")
            page.locator("#evaluate progress").wait_for(state="detached", timeout=120_000)
            page.locator("#evaluate section.run").wait_for()
    else:
        page.locator("#evaluate [data-run]").first.click()
        page.locator("#evaluate section.run").wait_for()
    yield "evaluate"
    page.locator("#evaluate [name=beside]").select_option(index=1)
    page.locator("#evaluate .compared").wait_for()
    page.locator("#evaluate section.run details").first.click()
    page.locator("#evaluate .beside").scroll_into_view_if_needed()
    yield "evaluate-compare"


if __name__ == "__main__":
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("out", type=Path)
    told.add_argument("url", nargs="?")
    told.add_argument("--only", default="")
    asked = told.parse_args()
    if asked.url:
        take(asked.url, asked.out, asked.only)
    else:
        with seeds() as address:
            take(address, asked.out, asked.only)
