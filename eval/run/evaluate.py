"""`wenbao eval`: ask an archive every question of a set and write what came of it into a run folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.run import folder as run_folder
from eval.run.asking import Asking, ask_all
from eval.run.floors import Floor, Missed, missed_floors, read_floors
from eval.run.judge import open_judge
from eval.run.judged import judge_run
from eval.run.manifest import manifest
from eval.run.passages import passages_of
from eval.run.references import references as reference_searches
from eval.run.score import Scored, score
from eval.run.seen import Engine, Outcome
from eval.run.summary import summarise
from eval.sets.load import load
from eval.sets.nodes import raise_if_any
from eval.sets.questions import Case, QuestionSet
from eval.sets.trec import read_trec_run
from eval.sets.verify import Verified, verify
from rag.datatypes import Channel
from rag.errors import (
    UsageError,
)
from rag.settings import load as settings


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: its folder, the content of its `summary.json`, and a table for the terminal."""

    folder: Path
    summary: dict[str, Any]
    text: str

    @property
    def partial(self) -> str:
        """Why the figures are of a part of the set only, in words; "" if they are of all of it that was asked for."""
        counts = self.summary["counts"]
        told = {
            "apart": "questions set apart",
            "missing": "gold articles that the archive lacks",
            "unasked": "judged questions without wording",
        }
        return ", ".join(f"{counts[name]} {what}" for name, what in told.items() if counts[name])


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
    channel: Channel = "fused",
    references: bool | None = None,
    ranked: Path | None = None,
    judge: str | None = None,
    llm: bool = False,
) -> RunResult:
    """Ask `archive` the first `limit` questions of the set (all by default) and write the run folder.

    `out`: the folder, by default `runs/<set>-<UTC time>`; an interrupted run of the same set, index, code and
    mode is taken up in it. `search_only` measures retrieval alone. `baseline`: an earlier run to compare with.
    `minimums`: `metric=value` or `metric.slice=value`, the least that is wanted (for a rate that is better lower:
    the most). `progress` shows a bar on stderr if that is a terminal.
    `channel` searches by keywords or vectors alone (search-only runs). `references`: search each question again by
    each channel alone and in each language alone, to show beside the run; by default where questions are answered.
    `ranked`: a TREC run file of another system, scored in place of searching.
    `judge`: `llm` or the name of a cross-encoder, to judge the citations in a block of its own (`eval.run.judged`).
    `llm`: answers are written by the configured language model; otherwise they are quotations, whatever is configured.

    Raises `UsageError` (a faulty set: every fault is listed, and nothing was asked), `ResourceError` (the folder
    cannot be written), `BelowFloor` (a floor or the baseline was missed; the folder is complete).
    """
    if limit is not None and limit < 1:
        raise UsageError(f"--limit {limit}: must be 1 or more.")
    questions, verified = ready(set_path, archive, limit)
    search_only = search_only or ranked is not None
    if channel != "fused" and not search_only:
        raise UsageError(f"--channel {channel}: answers rest on both channels; add --search-only.")
    if judge and search_only:
        raise UsageError("--judge: a search-only run has no answers to judge.")
    if references is None:
        references = not search_only
    beside = reference_searches(archive) if references and channel == "fused" and ranked is None else {}
    floors = read_floors(minimums)
    earlier = run_folder.read_run(baseline) if baseline else None
    cases = list(questions.cases(limit))
    if out is None:
        out = Path("runs") / f"{questions.name}-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    rankings, odd = read_trec_run(ranked, cases) if ranked else (None, [])
    if ranked and rankings is not None:
        odd += _strangers(rankings, archive, ranked.name)
    judging = open_judge(judge, settings()) if judge else None
    plan = manifest(
        questions,
        archive,
        search_only=search_only,
        limit=limit,
        channel=channel,
        references=tuple(beside),
        ranked=ranked,
        llm=llm,
    )
    run_folder.prepare(out, plan)
    (out / run_folder.SUMMARY).unlink(missing_ok=True)
    if rankings is None:
        asking = Asking(archive, search_only, questions.benchmark, channel, beside, llm)
        outcomes = ask_all(cases, asking, out, progress)
    else:
        outcomes = {case.id: Outcome(case.id, _without_own(case, rankings, questions.benchmark)) for case in cases}
    scored = score(cases, verified.gold, outcomes, search_only=search_only, beside=tuple(beside))
    summary = summarise(scored, tuple(beside))
    summary["counts"]["unasked"] = questions.unasked
    if judging:
        scored, summary["judged"] = judge_run(scored, archive, judging, out, progress)
    warnings = [*questions.warnings, *odd, *_warnings(verified, scored, archive, set_path)]
    return _finish(out, archive, questions, scored, summary, warnings, earlier, floors)


def ready(set_path: Path, archive: Engine, limit: int | None = None) -> tuple[QuestionSet, Verified]:
    """The set and its gold in the archive. Raises `UsageError` listing every fault that keeps it from being asked."""
    questions = load(set_path)
    _refuse_drafts(questions, set_path.name)
    return questions, _verified(questions, archive, set_path, limit)


def _without_own(case: Case, rankings: Mapping[str, Sequence[str]], own_ids: bool) -> tuple[str, ...]:
    """The documents of another system's run, on a benchmark without the one that has the question's own id."""
    return tuple(name for name in rankings.get(case.id, ()) if not (own_ids and name == case.id))


def _strangers(rankings: Mapping[str, Sequence[str]], archive: Engine, name: str) -> list[str]:
    """A warning on documents of a run that the archive does not hold. Raises `UsageError` if it holds none."""
    named = {document for ranking in rankings.values() for document in ranking}
    strange = named.difference(archive.article_ids())
    if not strange:
        return []
    told = f"{len(strange)} of its {len(named)} documents are not in the archive (the first: {min(strange)})"
    if strange == named:
        raise UsageError(f"{name}: {told}. Nothing was scored. Is it a run over another collection?")
    return [f"{name}: {told}; they count as not relevant."]


def _refuse_drafts(questions: QuestionSet, name: str) -> None:
    drafts = [f"{name}:{question.line}: {question.id}" for question in questions.questions if question.draft]
    if drafts:
        shown = "\n".join(drafts[:20]) + ("\n..." if len(drafts) > 20 else "")
        raise UsageError(
            f"{shown}\n{len(drafts)} questions are drafts that no person has accepted; nothing was asked."
            " Read each against its article, correct it, and take out its line `draft: true`."
        )


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
    archive: Engine,
    questions: QuestionSet,
    scored: Sequence[Scored],
    summary: dict[str, Any],
    warnings: Sequence[str],
    earlier: run_folder.Run | None,
    floors: Sequence[Floor],
) -> RunResult:
    from eval.run import markdown, records, report
    from eval.run.compare import compare_runs

    run_folder.write_text(out / "run.trec", records.trec_run(scored))
    for name in summary["references"]:
        run_folder.write_text(out / f"run.{name}.trec", records.trec_run(scored, name))
    run_folder.write_lines(out / "answers.jsonl", records.answers(scored, questions.name))
    run_folder.write_lines(out / run_folder.QUESTIONS, records.rows(scored))
    summary["warnings"] = list(warnings)
    shown = report.worst_first(list(records.rows(scored)))[: report.WORST_IN_HTML]
    run_folder.write_lines(out / run_folder.PASSAGES, passages_of(shown, archive))
    run_folder.write_json(out / run_folder.SUMMARY, summary)
    run = run_folder.read_run(out)
    comparison = compare_runs(earlier, run) if earlier else None
    run_folder.write_text(out / "report.md", markdown.markdown(run, comparison))
    run_folder.write_text(out / "report.html", report.html(run, comparison))
    text = report.terminal(run) + (f"\n{comparison.text()}\n" if comparison else "")
    result = RunResult(out, summary, text)
    reasons = missed_floors(floors, summary) + (comparison.losses() if comparison else [])
    if reasons:
        raise BelowFloor("\n".join([*reasons, f"The run is complete: {out}"]), result)
    return result
