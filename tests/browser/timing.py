"""How long a reader waits: `python -m tests.browser.timing [URL]`.

Opening: from the request for the page to a question box that takes a question, a fresh browser context each time.
First words: from the click on Ask to the first words of the answer, for the example questions in turn.
"""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

from tests.browser.screenshots import seeds
from tests.browser.started import CHROMIUM, FLAGS

OPENED, ASKED = 5, 12
SAID = "() => [...document.querySelectorAll('#chat .answer, #chat .refusal')].length > %d"


def measure(url: str) -> None:
    """Print the median and the worst of both."""
    from playwright.sync_api import sync_playwright

    opened, words = [], []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for _ in range(OPENED):
            page: Any = browser.new_context(locale="en-US").new_page()
            started = time.perf_counter()
            page.goto(url, wait_until="commit")
            page.locator("#box textarea").wait_for()
            page.locator(".example:visible").first.wait_for()
            opened.append(time.perf_counter() - started)
        questions = page.locator(".example").all_inner_texts()
        for turn in range(ASKED):
            page.fill("#box textarea", questions[turn % len(questions)])
            started = time.perf_counter()
            page.locator("#box .submit-button").click()
            page.wait_for_function(SAID % turn)
            words.append(time.perf_counter() - started)
            page.locator("#box .submit-button").wait_for()
        browser.close()
    for name, taken in (("page interactive", opened), ("click to first words", words)):
        print(f"{name}: p50 {1000 * statistics.median(taken):.0f} ms, worst {1000 * max(taken):.0f} ms")  # noqa: T201


if __name__ == "__main__":
    if len(sys.argv) == 2:
        measure(sys.argv[1])
    else:
        with seeds() as address:
            measure(address)
