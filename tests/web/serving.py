"""A server for the tests, in a process of its own. Prints its URL.

`python -m tests.web.serving [HOST [PASSWORD]]` serves the fake archive, `python -m tests.web.serving FOLDER` the index
in FOLDER/store, made with the light model. A question that says "lingering" ends only a second after its last word, as
one may on a busy machine.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import NamedTemporaryFile

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def started(module: str, *arguments: str, **environment: str) -> Iterator[tuple[str, Popen[str]]]:
    """The URL, which a module prints first, and the process of a server; it is ended with SIGTERM. What it logs can be
    read from its stderr."""
    command = [sys.executable, "-m", module, *arguments]
    told = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    with (
        NamedTemporaryFile("w") as log,
        Popen(  # a pipe that nobody reads would fill and stop the server
            command, cwd=environment.get("PWD", ROOT), env=told, stdout=PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            process.stderr = Path(log.name).open(encoding="utf-8")  # noqa: SIM115 - closed with the process
            assert process.stdout
            url = process.stdout.readline().strip()
            assert url, process.stderr.read()
            yield url, process
        finally:
            process.terminate()
            process.wait(60)


def serving(*arguments: str, **environment: str) -> AbstractContextManager[tuple[str, Popen[str]]]:
    """The server of this module."""
    return started("tests.web.serving", *arguments, **environment)


if __name__ == "__main__":
    import asyncio
    from collections.abc import AsyncIterator
    from typing import Any

    from rag.archive import Archive
    from tests.fakes import HashEmbedder, WordReader
    from tests.web.fake import FakeArchive
    from ui.web.server import by_itself, serve

    by_itself()  # before Gradio is there to read what a test sets
    from ui.web import app

    respond = app._Page.respond

    async def lingering(page: app._Page, question: str, *form: Any) -> AsyncIterator[tuple[Any, ...]]:
        async for step in respond(page, question, *form):
            yield step
        if "lingering" in question:
            await asyncio.sleep(1)

    app._Page.respond = lingering  # type: ignore[method-assign, assignment]
    place = Path(sys.argv[1]) if len(sys.argv) == 2 and Path(sys.argv[1]).is_dir() else None

    def light() -> Archive:
        assert place
        return Archive.open(place / "store", embedder=HashEmbedder(), reader=WordReader())

    archive = FakeArchive()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    host, password = sys.argv[1:] if len(sys.argv) == 3 else ("127.0.0.1", None)
    serve(light if place else lambda: archive, host=host, port=0, password=password, ready=say)  # type: ignore[arg-type, return-value]
    say(f"ended, closed {archive.closed}, warm {archive.warm.is_set()}")
