"""The chat in a process of its own, as a user starts it, and the browser to look at it with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
FLAGS += ["--process-per-site"]  # the pages of a person share a process, and what it has compiled of the scripts
WENBAO = [sys.executable, "-m", "ui"]


@contextmanager
def launched() -> Iterator[Any]:
    """A browser. While it runs no other test can have an event loop. Skips the test where there is no playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def indexed(store: Path, *sources: str | Path) -> None:
    """Make the index `store` of `sources`."""
    command = [*WENBAO, "index", "--store", str(store), *map(str, sources)]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr


@contextmanager
def chat(folder: Path, store: Path, **environment: str) -> Iterator[str]:
    """The URL of a chat over `store` that keeps what it writes in `folder`."""
    port = str(free_port())
    log = folder / f"chat-{port}.log"
    with (
        log.open("w") as out,
        subprocess.Popen(
            [*WENBAO, "chat", "--store", str(store), "--port", port],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stderr=out,
        ) as server,
    ):
        try:
            while "ready at" not in log.read_text(encoding="utf-8"):
                assert server.poll() is None, log.read_text(encoding="utf-8")
                time.sleep(0.2)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)
