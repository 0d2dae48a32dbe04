"""Options that several commands share, and what their values become."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.terminal import note

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.datatypes import Lang, Limits, Reading
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


class _Day(click.ParamType[date]):
    """The first day of a year, month or day, or with `end` the last."""

    name = "day"

    def __init__(self, *, end: bool) -> None:
        self.end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that the argument gives, in any form in which a file may give its date."""
        from rag.corpus.dates import read_days

        if isinstance(value, date):
            return value
        if (days := read_days(str(value).strip())) is None:
            self.fail(f'"{value}" is no date that can be told. Write 1958-11-14, 1958-11 or 1958.', param, ctx)
        return days[1 if self.end else 0]


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The --store option that every command has."""
    return click.option(
        "--store",
        type=FILE,
        help="Folder of the index.  [default: $WENBAO_STORE or ./.wenbao]",
    )(command)


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say which articles count; the command gets them as one `limits`."""

    @wraps(command)
    def told(
        *,
        lang: Lang | None,
        since: date | None,
        until: date | None,
        page: int | None,
        paper: str | None,
        event_since: date | None,
        event_until: date | None,
        **others: Any,
    ) -> Any:
        limits: Limits = {"lang": lang, "since": since, "until": until, "page": page, "paper": paper}
        limits |= {"event_since": event_since, "event_until": event_until}
        return command(limits=limits, **others)

    for option in (
        click.option("--paper", type=WORDS, help="Only articles of this newspaper, by its name in either language."),
        click.option("--page", type=click.IntRange(1, 99), help="Only articles on this page."),
        click.option("--event-until", type=_Day(end=True), help="Only passages that speak of a time up to this day."),
        click.option(
            "--event-since", type=_Day(end=False), help="Only passages that speak of a time from this day on."
        ),
        click.option("--until", type=_Day(end=True), help="Only issues up to this day, month or year."),
        click.option("--since", type=_Day(end=False), help="Only issues from this day, month or year on."),
        click.option("--lang", type=click.Choice(["zh", "en"]), help="Only passages in this language."),
    ):
        told = option(told)
    return told


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how QUESTION is to be read; the command gets them as one `reading`."""

    @wraps(command)
    def told(*, limits: Limits, expand: bool, dates: bool, **others: Any) -> Any:
        rest: Reading = {"expand": expand, "read_dates": dates}
        return command(reading={**limits, **rest}, **others)

    told = click.option("--dates/--no-dates", default=True, help="Take a time that QUESTION names as a filter.")(told)
    return limit_options(expand_option("its words are")(told))


def expand_option(words: str) -> Callable[..., Any]:
    """Whether what `words` called in the other language counts, too."""
    return click.option("--expand/--no-expand", default=True, help=f"Add what {words} called in the other language.")


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
