"""`wenbao eval`: ask an archive every question of a set and write what came of it into a run folder."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval import folder as run_folder
from eval.gate import Floor, Missed, missed_floors, read_floors
from eval.load import load
from eval.manifest import manifest
from eval.nodes import raise_if_any
from eval.progress import ticking
from eval.questions import Case, QuestionSet
from eval.score import Scored, score
from eval.seen import Engine, Outcome, answer_seen, hits_seen
from eval.summary import summarise
from eval.verify import Verified, verify
from rag.datatypes import Turn
from rag.errors import (
    EndpointError,
    IndexBusy,
    IndexDamaged,
    IndexMismatch,
    ModelUnavailable,
    NoIndex,
    ResourceError,
    UsageError,
)

DEPTH = 100
"""Hits searched for each question; recall@100 counts the articles among them."""

_STOPPING = (NoIndex, IndexDamaged, IndexBusy, IndexMismatch, ModelUnavailable, ResourceError, EndpointError)
"""Faults of the installation, not of a question: they end the run, which can be taken up again."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: its folder, the content of its `summary.json`, and a table for the terminal."""

    folder: Path
    summary: dict[str, Any]
    text: str


class BelowFloor(Missed):
    """A stated floor was missed; `result` is the run all the same."""

    def __init__(self, message: str, result: RunResult) -> None:
        super().__init__(message)
        self.result = result


def evaluate(
    set_path: Path,
    archive: Engine,
    *,
    out: Path | None = None,
    search_only: bool = False,
    limit: int | None = None,
    baseline: Path | None = None,
    minimums: Sequence[str] = (),
    progress: bool = False,
) -> RunResult:
    """Ask `archive` the first `limit` questions of the set (all by default) and write the run folder.

    `out`: the folder, by default `runs/<set>-<UTC time>`; an interrupted run of the same set, index, code and
    mode is taken up in it. `search_only` measures retrieval alone. `baseline`: an earlier run to compare with.
    `minimums`: `metric=value` or `metric.slice=value`, the least that is wanted (for a rate that is better lower:
    the most). `progress` shows a bar on stderr if that is a terminal.

    Raises `UsageError` (a faulty set: every fault is listed, and nothing was asked), `ResourceError` (the folder
    cannot be written), `BelowFloor` (a floor or the baseline was missed; the folder is complete).
    """
    questions = load(set_path)
    floors = read_floors(minimums)
    earlier = run_folder.read_run(baseline) if baseline else None
    if limit is not None and limit < 1:
        raise UsageError(f"--limit {limit}: must be 1 or more.")
    verified = _verified(questions, archive, set_path, limit)
    cases = list(questions.cases(limit))
    if out is None:
        out = Path("runs") / f"{questions.name}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    run_folder.prepare(out, manifest(questions, archive, search_only=search_only, limit=limit))
    (out / run_folder.SUMMARY).unlink(missing_ok=True)
    outcomes = _ask_all(cases, archive, out, search_only, questions.benchmark, progress)
    scored = score(cases, verified.gold, outcomes, search_only=search_only)
    summary = summarise(scored)
    warnings = [*questions.warnings, *_warnings(verified, scored, archive, set_path)]
    return _finish(out, questions, scored, summary, warnings, earlier, floors)


def _verified(questions: QuestionSet, archive: Engine, set_path: Path, limit: int | None) -> Verified:
    verified = verify(questions, archive, name=set_path.name, limit=limit)
    raise_if_any(verified.faults, set_path.name)
    relevant = {article for gold in verified.gold.values() for article in gold.relevant}
    if relevant and relevant <= set(verified.missing):
        raise UsageError(
            f"{set_path}: none of the {len(relevant)} articles it rests on is in the archive"
            f" (the first: {min(relevant)}). Nothing was asked. Index them, or name the right --store."
        )
    return verified


def _ask_all(
    cases: Sequence[Case], archive: Engine, out: Path, search_only: bool, own_ids: bool, progress: bool
) -> dict[str, Outcome]:
    by_id = {case.id: case for case in cases}
    with run_folder.Journal(out) as journal, ticking(len(cases), len(journal.done), progress) as tick:
        for case in cases:
            if case.id in journal.done:
                continue
            history = _history(case, by_id, journal.done)
            journal.add(_ask(case, archive, history, search_only, own_ids))
            tick()
        return journal.done


def _history(case: Case, by_id: Mapping[str, Case], done: Mapping[str, Outcome]) -> tuple[Turn, ...]:
    """The conversation before a case: the questions it follows, each with the answer that the archive gave."""
    if case.follow_up_of is None:
        return case.question.history
    before = by_id[case.follow_up_of]
    answer = done[before.id].answer
    return (*_history(before, by_id, done), Turn(before.text, answer.text if answer else ""))


def _ask(case: Case, archive: Engine, history: Sequence[Turn], search_only: bool, own_ids: bool) -> Outcome:
    since, until = case.question.since, case.question.until
    try:
        start = time.perf_counter()
        hits = archive.search(case.text, DEPTH + own_ids, since=since, until=until, history=history)
        searched = time.perf_counter()
        answer = None if search_only else archive.ask(case.text, history=history, since=since, until=until)
        took = (searched - start) if search_only else (time.perf_counter() - searched)
        if own_ids:
            hits = [hit for hit in hits if hit.article.id != case.id]
        ranking = tuple(dict.fromkeys(hit.article.id for hit in hits))[:DEPTH]
        seen = answer_seen(answer, archive) if answer else None
        return Outcome(case.id, ranking, hits_seen(hits), seen, None, round(1000 * took, 3))
    except _STOPPING:
        raise
    except Exception as err:  # noqa: BLE001 - a question that fails counts 0; the others are still asked
        reason = " ".join(str(err).split())[:300]
        return Outcome(case.id, error=f"{type(err).__name__}: {reason}" if reason else type(err).__name__)


def _warnings(verified: Verified, scored: Sequence[Scored], archive: Engine, set_path: Path) -> list[str]:
    made = []
    if verified.missing:
        apart = len({s.case.cluster for s in scored if s.apart})
        shown = ", ".join(verified.missing[:5]) + (" ..." if len(verified.missing) > 5 else "")
        made.append(
            f"{len(verified.missing)} gold articles are not in the archive ({shown}); {apart} questions set apart."
        )
    own = {set_path.name, "queries.jsonl"} if set_path.is_dir() else {set_path.name}
    for article_id in dict.fromkeys(hit.article for s in scored for hit in s.outcome.hits):
        try:
            source = archive.article(article_id).source
        except UsageError:
            continue
        if Path(source).name in own:
            made.append(f"the archive holds the question set itself (article {article_id}): the figures mean nothing.")
            break
    failed = [s for s in scored if s.stage == "failed"]
    if failed:
        made.append(
            f"{len(failed)} of {len(scored)} questions failed and count as wrong; the first: {failed[0].outcome.error}"
        )
    return made


def _finish(
    out: Path,
    questions: QuestionSet,
    scored: Sequence[Scored],
    summary: dict[str, Any],
    warnings: Sequence[str],
    earlier: run_folder.Run | None,
    floors: Sequence[Floor],
) -> RunResult:
    from eval import records, report
    from eval.compare import compare_runs

    run_folder.write_text(out / "run.trec", records.trec_run(scored))
    run_folder.write_lines(out / "answers.jsonl", records.answers(scored, questions.name))
    run_folder.write_lines(out / run_folder.QUESTIONS, records.rows(scored))
    summary["warnings"] = list(warnings)
    run_folder.write_json(out / run_folder.SUMMARY, summary)
    run = run_folder.read_run(out)
    comparison = compare_runs(earlier, run) if earlier else None
    run_folder.write_text(out / "report.md", report.markdown(run, comparison))
    run_folder.write_text(out / "report.html", report.html(run, comparison))
    text = report.terminal(run) + (f"\n{comparison.text()}\n" if comparison else "")
    result = RunResult(out, summary, text)
    reasons = missed_floors(floors, summary) + (comparison.losses() if comparison else [])
    if reasons:
        raise BelowFloor("\n".join([*reasons, f"The run is complete: {out}"]), result)
    return result
