"""An answer step by step, without keeping the page's loop waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from rag.datatypes import Answer, Draft, Turn
from ui.web import fields

if TYPE_CHECKING:
    from rag.archive import Archive


async def steps_of(
    archive: Archive, form: fields.Form, turns: Sequence[Turn], llm: bool
) -> AsyncIterator[Draft | Answer]:
    """What the archive yields, each step waited for in a thread of its own, which Stop need not wait for.

    One that is stopped is closed, so that a language model is not kept writing what nobody reads.
    """
    steps = archive.ask_stream(form.question, llm=llm, **form.reading(turns))
    left = threading.Event()

    def advance() -> Draft | Answer | None:
        step = next(steps, None)
        if left.is_set():
            steps.close()
        return step

    try:
        while (step := await asyncio.to_thread(advance)) is not None:
            yield step
    finally:
        left.set()
        with suppress(ValueError):  # a step is still at work in its thread, which closes it
            steps.close()
