"""Asking an archive the questions of a set, one after the other; a run that was stopped is taken up."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.run import folder as run_folder
from eval.run.progress import ticking
from eval.run.seen import Engine, Outcome, answer_seen, found
from eval.sets.questions import Case
from rag.datatypes import Channel, Hit, Turn
from rag.errors import (
    EndpointError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    ModelUnavailable,
    NoIndex,
    ResourceError,
)

DEPTH = 100
"""Hits searched for each question; recall@100 counts the articles among them."""

_STOPPING = (NoIndex, IndexDamaged, IndexBusy, IndexMismatch, ModelUnavailable, ResourceError, EndpointError)
"""Faults of the installation, not of a question: they end the run, which can be taken up again."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How each question is asked. `own_ids`: a hit with the question's own id is left out."""

    archive: Engine
    search_only: bool
    own_ids: bool
    channel: Channel
    beside: Mapping[str, Mapping[str, Any]]
    llm: bool


def ask_all(cases: Sequence[Case], asking: Asking, out: Path, progress: bool) -> dict[str, Outcome]:
    """What the archive gives for each case, kept in the folder at once; what is there already is not asked again."""
    by_id = {case.id: case for case in cases}
    with run_folder.Journal(out) as journal, ticking(len(cases), len(journal.done), progress) as tick:
        for case in cases:
            if case.id in journal.done:
                continue
            history = _history(case, by_id, journal.done)
            journal.add(_ask(case, asking, history))
            tick()
        return journal.done


def _history(case: Case, by_id: Mapping[str, Case], done: Mapping[str, Outcome]) -> tuple[Turn, ...]:
    """The conversation before a case: the questions it follows, each with the answer that the archive gave."""
    if case.follow_up_of is None:
        return case.question.history
    before = by_id[case.follow_up_of]
    answer = done[before.id].answer
    return (*_history(before, by_id, done), Turn(before.text, answer.text if answer else ""))


def _ask(case: Case, asking: Asking, history: Sequence[Turn]) -> Outcome:
    since, until = case.question.since, case.question.until
    archive = asking.archive

    def searched(**how: Any) -> list[Hit]:
        hits = archive.search(case.text, DEPTH + asking.own_ids, since=since, until=until, history=history, **how)
        return [hit for hit in hits if hit.article.id != case.id] if asking.own_ids else hits

    try:
        start = time.perf_counter()
        hits = searched(channel=asking.channel)
        answer = None
        if not asking.search_only:
            start = time.perf_counter()
            answer = archive.ask(case.text, history=history, since=since, until=until, llm=asking.llm)
        took = time.perf_counter() - start
        first = found(hits, DEPTH)
        return Outcome(
            case.id,
            first.ranking,
            first.hits,
            answer_seen(answer, archive) if answer else None,
            None,
            round(1000 * took, 3),
            {name: found(searched(**how), DEPTH, snippets=False) for name, how in asking.beside.items()},
        )
    except _STOPPING:
        raise
    except Exception as err:  # noqa: BLE001 - a question that fails counts 0; the others are still asked
        reason = " ".join(str(err).split())[:300]
        return Outcome(case.id, error=f"{type(err).__name__}: {reason}" if reason else type(err).__name__)
