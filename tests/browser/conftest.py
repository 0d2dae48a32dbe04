"""One index, one server and one browser for all browser tests; each test gets a visitor of its own."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.corpus import sources
from rag.embed import Embedder
from rag.index.build import build
from tests.browser.acts import opened, overheard
from tests.browser.people import People
from tests.browser.started import CHROMIUM, chat, launched
from tests.conftest import SEEDS
from tests.web.hostile import PAYLOADS
from tests.web.serving import serving

AXE = "4.14.1"
ATTACK = "<script>alert(2)</script><img src=x onerror=alert(3)> ${alert(4)} `x` {{y}}"
LANTERNS = f"The Zhenhai lantern workshop made 4,711 {ATTACK} paper lanterns in March."
LANTERNS_ZH = f"镇海灯笼作坊三月份做了四千七百一十一盏{ATTACK}纸灯笼。"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"))


def hostile_file() -> str:
    """An article in the archive's own format whose every part is an attack, one paragraph for each."""
    texts = {name: " ".join("".join(c for c in text if c >= " ").split()) for name, text in PAYLOADS.items()}
    title = texts["image with onerror"] + " " + texts["template literal"]
    english = "\n\n".join([LANTERNS, *texts.values()])
    chinese = "\n".join(f"    {text}" for text in [LANTERNS_ZH, *texts.values()])
    return (
        f"Title: {title}\nAuthor: {texts['svg onload']}\nDate: 1958-04-02\nPage: 4\n\n{english}\n\n\n\n<hr /> \n\n"
        f"Original: \n\n\n### {title}\n{texts['svg onload']}\n1958-04-02\n第4版()\n专栏：\n\n{chinese}\n"
    )


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """An index of seeds/ and the hostile article."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "hostile.txt").write_text(hostile_file(), encoding="utf-8")
    articles = sources([SEEDS, folder / "hostile.txt"], max_bytes=5_000_000)
    build(articles, folder / "store", embedder, sources=["seeds"])
    return folder / "store"


@pytest.fixture(scope="package")
def url(store: Path) -> Iterator[str]:
    """The chat over that index."""
    with chat(store.parent, store) as address:
        # the first question waits for the model; on a busy machine that is no test of the page
        httpx.get(f"{address}/api/ask", params={"question": "江油县八天内开采了多少矿石？"}, timeout=120)
        yield address


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    with launched() as started:
        yield started


@pytest.fixture(scope="package")
def people(browser: Any) -> People:
    return People(browser)


@pytest.fixture
def visit(visitor: Callable[..., Any], url: str) -> Callable[..., Any]:
    """Opens the page over the archive of these tests as `visitor` does."""
    return partial(visitor, address=url)


@pytest.fixture
def visitor(people: People) -> Iterator[Callable[..., Any]]:
    """Opens a page as a new visitor. Afterwards: no request left the machine, no dialog, no error in the console."""
    addresses, outside, dialogs, errors = set(), [], [], []

    def opened(
        locale: str = "en-US",
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        path: str = "/",
        *,
        address: str,
    ) -> Any:
        context = people.one(
            locale=locale,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        addresses.add(address)
        page = context.new_page()
        page.set_default_timeout(15_000)
        overheard(page, address, outside, dialogs, errors)
        page.goto(address + path)
        page.wait_for_selector("#box textarea", state="attached")
        return page

    yield opened
    people.leave(*addresses)
    assert outside == []
    assert dialogs == []
    assert errors == []


@pytest.fixture(scope="package")
def small() -> Iterator[str]:
    """The chat over the small archive, which is quick."""
    with serving() as (address, _):
        yield address


@pytest.fixture
def context(people: People, small: str) -> Iterator[Any]:
    """The browser of one person, in which requests may fail."""
    made = people.one(locale="en-US", reduced_motion="reduce")
    made.set_default_timeout(60_000)
    yield made
    people.leave(small)


@pytest.fixture
def page(context: Any, small: str) -> Any:
    return opened(context, small)


@pytest.fixture(scope="package")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from npm."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core comes from npm, which is not here")
    folder = tmp_path_factory.mktemp("axe")
    got = subprocess.run(
        [npm, "pack", f"axe-core@{AXE}", "--silent", "--pack-destination", str(folder)],
        cwd=folder, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    if got.returncode:
        pytest.skip(f"axe-core {AXE} cannot be had from npm: {got.stderr.strip()[:200]}")
    with tarfile.open(next(Path(folder).glob("*.tgz"))) as packed:
        member = packed.extractfile("package/axe.min.js")
        assert member
        return member.read().decode()
