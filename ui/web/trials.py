"""The evaluation room: choose a question set, run it, read what came of it, compare two runs. Server side.

Runs are folders that `wenbao eval` writes too, in the same place, so that either shows what the other measured. One
run is made at a time; it goes on when the page is closed and is taken up again after a restart of the server.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel, Field

from rag.datatypes import Lang
from rag.errors import UsageError, WenbaoError
from ui.web import trial_pages
from ui.web.strings import interface_language, text

if TYPE_CHECKING:
    from rag.archive import Archive

SHIPPED = Path(__file__).parents[2] / "eval" / "sets"
_RUN = re.compile(r"[\w.-]{1,120}")

log = logging.getLogger(__name__)


class Wish(BaseModel):
    """What is to be run."""

    set: str = Field(max_length=200)
    search_only: bool = False
    limit: int | None = Field(None, ge=1, le=100_000)


@dataclass(slots=True)
class Running:
    """The run under way, or the last one: `done` of `total` questions asked."""

    folder: Path
    total: int
    error: str = ""
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def is_alive(self) -> bool:
        """True while it goes on."""
        return self.thread is not None and self.thread.is_alive()

    @property
    def done(self) -> int:
        """Questions asked so far: the lines of the run's journal."""
        journal = self.folder / "per_question.jsonl"
        return journal.read_bytes().count(b"\n") if journal.exists() else 0


class Trials:
    """The sets there are, the runs that were made, and the one under way."""

    def __init__(self, archive: Archive, cases: Path, runs: Path) -> None:
        self._archive, self._cases, self._runs = archive, cases, runs
        self._lock = threading.Lock()
        self.running: Running | None = None

    def sets(self) -> dict[str, Path]:
        """Question sets by name: those that come with Wenbao, and those beside the saved cases."""
        found = sorted(SHIPPED.glob("*.yaml")) + sorted(self._cases.parent.glob("*.yaml"))
        return {path.stem: path for path in found}

    def runs(self) -> list[Path]:
        """Folders of finished runs, newest first."""
        found = [path.parent for path in self._runs.glob("*/summary.json")]
        return sorted(found, key=lambda path: (path / "summary.json").stat().st_mtime, reverse=True)

    def run(self, name: str, page_lang: Lang) -> Any:
        """The finished run of that name. Raises `UsageError` if there is none."""
        from eval.run.folder import read_run

        if not _RUN.fullmatch(name) or name.startswith("."):
            raise UsageError(text(page_lang, "trial_no_run", name=name))
        return read_run(self._runs / name)

    def start(self, wish: Wish, page_lang: Lang) -> Running:
        """Start a run. Raises `UsageError` if one goes on, or there is no such set, or it is faulty."""
        from eval.sets.load import load

        path = self.sets().get(wish.set)
        if path is None:
            raise UsageError(text(page_lang, "trial_no_set", name=wish.set))
        total = len(list(load(path).cases(wish.limit)))
        with self._lock:
            if self.running and self.running.is_alive:
                raise UsageError(text(page_lang, "trial_busy"))
            folder = self._runs / f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
            running = Running(folder, total)
            running.thread = threading.Thread(
                target=self._go, args=(running, path, wish, page_lang), name="trial", daemon=True
            )
            running.thread.start()
            self.running = running
        return running

    def _go(self, running: Running, path: Path, wish: Wish, page_lang: Lang) -> None:
        from eval.run.evaluate import evaluate

        try:
            evaluate(path, self._archive, out=running.folder, search_only=wish.search_only, limit=wish.limit)
        except WenbaoError as err:
            running.error = str(err)
        except Exception:
            log.exception("error while running %s", path)
            running.error = text(page_lang, "trial_failed_run")


def trials(made: Trials) -> APIRouter:
    """The routes of the room under /part."""
    router = APIRouter(prefix="/part", include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/trials")
    def _room(ui: str = "en", run: str = "", beside: str = "") -> str:
        page_lang = interface_language(ui)
        read = made.run(run, page_lang) if run else None
        second, comparison = None, None
        if read and beside:
            from eval.run.compare import compare_runs

            second = made.run(beside, page_lang)
            comparison = compare_runs(second, read)
        return trial_pages.room(list(made.sets()), made.runs(), read, second, comparison, page_lang)

    @router.post("/trials")
    def _start(wish: Wish, ui: str = "en") -> str:
        return made.start(wish, interface_language(ui)).folder.name

    @router.get("/trials/progress")
    def _progress() -> str:
        running = made.running
        if running is None:
            return "{}"
        told = {"name": running.folder.name, "done": running.done, "total": running.total, "error": running.error}
        return json.dumps({**told, "alive": running.is_alive})

    @router.get("/report/{run}")
    def _report(run: str, ui: str = "en") -> FileResponse:
        return FileResponse(
            made.run(run, interface_language(ui)).path / "report.html", media_type="text/html; charset=utf-8"
        )

    return router
