"""Pictures of the page: `python -m tests.browser.screenshots OUT [URL]`.

Both languages, light and dark, 1280 and 390 pixels wide: the empty page, an answer with its evidence, a refusal,
an article. Without URL the chat over seeds/ is started for it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.acts import ask, follow, read
from tests.browser.conftest import CHROMIUM, FLAGS, ROOT

PORT = "7899"
ASKED = {
    "en": (
        "How much ore was mined in Jiangyou within eight days?",
        "Which three experiences did Liaoning promote in Fuxin?",
    ),
    "zh": ("江油县八天内采了多少矿石？", "鞍钢八号平炉最后一次炼一炉钢用了多少时间？"),
}
ABSENT = {"en": "Who wrote the opera Carmen?", "zh": "歌剧《卡门》是谁写的？"}


@contextmanager
def chat() -> Iterator[str]:
    """A chat over seeds/ while it is wanted."""
    with tempfile.TemporaryDirectory() as store:
        wenbao = [sys.executable, "-m", "ui"]
        subprocess.run([*wenbao, "index", "--store", f"{store}/s", "seeds"], cwd=ROOT, check=True)
        command = [*wenbao, "chat", "--store", f"{store}/s", "--port", PORT]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as server:
            try:
                assert server.stderr and any("ready at" in line for line in server.stderr)
                yield f"http://127.0.0.1:{PORT}"
            finally:
                server.terminate()


def take(url: str, out: Path) -> None:
    """Write the pictures of the chat at `url` to the folder `out`."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for lang in ("en", "zh"):
            for scheme in ("light", "dark"):
                for width, height in ((1280, 800), (390, 844)):
                    context = browser.new_context(
                        locale="zh-CN" if lang == "zh" else "en-US",
                        color_scheme=scheme,
                        viewport={"width": width, "height": height},
                        reduced_motion="reduce",
                    )
                    page = context.new_page()
                    name = f"{lang}-{scheme}-{width}"
                    page.goto(url)
                    page.locator(".example:visible").first.wait_for()
                    page.wait_for_timeout(300)
                    page.screenshot(path=out / f"{name}-1-empty.png")
                    for question in ASKED[lang]:
                        ask(page, question)
                    card = follow(page, "t2-1")
                    page.screenshot(path=out / f"{name}-2-answer.png")
                    read(page, card)
                    page.screenshot(path=out / f"{name}-3-article.png")
                    page.keyboard.press("Escape")
                    page.evaluate("window.wenbao.show('talk')")
                    ask(page, ABSENT[lang])
                    page.wait_for_timeout(300)
                    page.screenshot(path=out / f"{name}-4-refusal.png")
                    context.close()
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        take(sys.argv[2], Path(sys.argv[1]))
    else:
        with chat() as address:
            take(address, Path(sys.argv[1]))
