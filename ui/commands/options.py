"""Options that several commands share, and what their values become."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.terminal import note

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.datatypes import Lang, Reading
    from rag.settings import Settings


class _File(click.Path):
    """A path, whatever bytes its name is made of."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The argument, which `main` has decoded as UTF-8, as this system names files."""
        if isinstance(value, str):
            value = os.fsdecode(value.encode("utf-8", "surrogateescape"))
        return super().convert(value, param, ctx)


class _Words(click.types.StringParamType):
    """Text. Bytes that are none become U+FFFD."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The argument as text that can be searched for."""
        return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


FILE, WORDS = _File(path_type=Path), _Words()
DAY = click.DateTime(["%Y-%m-%d"])


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The --store option that every command has."""
    return click.option(
        "--store",
        type=FILE,
        help="Folder of the index.  [default: $WENBAO_STORE or ./.wenbao]",
    )(command)


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how QUESTION is to be read; the command gets them as one `reading`."""

    @wraps(command)
    def told(
        *,
        lang: Lang | None,
        since: datetime | None,
        until: datetime | None,
        page: int | None,
        expand: bool,
        dates: bool,
        **others: Any,
    ) -> Any:
        reading: Reading = {"lang": lang, "since": _day(since), "until": _day(until), "page": page}
        return command(reading={**reading, "expand": expand, "read_dates": dates}, **others)

    for option in (
        click.option("--dates/--no-dates", default=True, help="Take a time that QUESTION names as a filter."),
        click.option("--expand/--no-expand", default=True, help="Add what its words are called in the other language."),
        click.option("--page", type=click.IntRange(1, 99), help="Only articles on this page."),
        click.option("--until", type=DAY, help="Only issues up to this day (YYYY-MM-DD)."),
        click.option("--since", type=DAY, help="Only issues from this day on (YYYY-MM-DD)."),
        click.option("--lang", type=click.Choice(["zh", "en"]), help="Only passages in this language."),
    ):
        told = option(told)
    return told


def _day(value: datetime | None) -> date | None:
    """The day that click read as a moment."""
    return value.date() if value else None


def tell_memory(settings: Settings) -> None:
    """Say what a model file will take of memory, before it is loaded. Raises ModelUnavailable if it is none."""
    if settings.llm_gguf:
        from rag.llm.gguf import WINDOW, needed

        size = needed(settings.llm_gguf, settings.llm_window or WINDOW) / 1e9
        note(f"{settings.llm_gguf.name} takes about {size:.1f} GB of memory; it is loaded in the background")


def open_archive(store: Path | None) -> Archive:
    """The archive of the store given, else of the one the settings name."""
    from rag.archive import Archive

    return Archive.open(store)
