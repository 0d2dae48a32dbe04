"""Several question sets in one call: a run of each, and one table with their mean and the worst of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics import HEADLINE, METRICS
from eval.run import folder as run_folder
from eval.run.evaluate import BelowFloor, RunResult, evaluate, ready
from eval.run.floors import read_floors
from eval.run.seen import Engine
from eval.sets.trec import read_trec_run
from rag.errors import UsageError
from rag.language.script import visible

SHOWN = (*HEADLINE, "first_quote", "first_two_quotes", "short_em", "short_f1", "ece")
"""The metrics of the table, where a set has them."""


@dataclass(frozen=True, slots=True)
class Several:
    """Finished runs by the name of their set; `missed` says which floors were missed, set by set."""

    runs: Mapping[str, RunResult]
    missed: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Every run's folder and summary, and of each shown metric the mean over the sets and the worst."""
        figures = {name: _figures(name, self.runs) for name in SHOWN}
        return {
            "sets": {name: {"folder": str(run.folder), **run.summary} for name, run in self.runs.items()},
            "mean": {name: found[0] for name, found in figures.items() if found},
            "worst": {name: {"value": found[1], "set": found[2]} for name, found in figures.items() if found},
        }

    def text(self) -> str:
        """The table for a terminal: a row a metric, with the mean over the sets, the worst of them, and each set."""
        names = list(self.runs)
        asked = sum(run.summary["counts"]["asked"] for run in self.runs.values())
        widths = {name: max(7, len(name)) + 2 for name in names}
        widest = max(map(len, names))
        heads = "".join(f"{visible(name):>{widths[name]}}" for name in names)
        lines = [f"{len(names)} sets, {asked} questions asked; in the mean every set counts the same", ""]
        lines.append(f"{'':<22}{'mean':>7}{'worst':>7}  {'in':<{widest}}{heads}")
        for metric in SHOWN:
            if found := _figures(metric, self.runs):
                mean, worst, where = found
                row = f"{metric:<22}{mean:>7.3f}{worst:>7.3f}  {visible(where):<{widest}}"
                lines.append(row + "".join(f"{_shown(self.runs[name], metric):>{widths[name]}}" for name in names))
        lines += [
            f"warning: {visible(f'{name}: {text}')}"
            for name, run in self.runs.items()
            for text in run.summary["warnings"]
        ]
        return "\n".join(lines) + "\n"


def _value(run: RunResult, metric: str) -> float | None:
    value = run.summary["metrics"].get(metric, {}).get("all")
    return None if value is None else float(value)


def _shown(run: RunResult, metric: str) -> str:
    value = _value(run, metric)
    return "-" if value is None else f"{value:.3f}"


def _figures(metric: str, runs: Mapping[str, RunResult]) -> tuple[float, float, str] | None:
    """(mean, worst, set of the worst) of the sets that have the metric, None if there is none."""
    values = {name: value for name, run in runs.items() if (value := _value(run, metric)) is not None}
    if not values:
        return None
    pick = max if METRICS[metric].better == "lower" else min
    worst = pick(values, key=lambda name: values[name])
    return sum(values.values()) / len(values), values[worst], worst


def evaluate_several(
    sets: Sequence[Path],
    archive_of: Callable[[Path], Engine],
    *,
    out: Path | None = None,
    baseline: Path | None = None,
    told: Callable[[str], None] = lambda _: None,
    **how: Any,
) -> Several:
    """Run every set as `eval.run.evaluate.evaluate` does, with `how` for all of them.

    A run is written to `out`/NAME, NAME being that of the set's file; without `out`, where a single run would be.
    `baseline` is the folder of such runs to compare with. `told` hears which set is asked. Floors hold for every set.
    Raises `UsageError` listing the faults of all sets before any question is asked; what else stops a run stops here,
    and the runs made are kept: the same call takes them up.
    """
    named = _named(sets)
    if out is not None and (out / run_folder.MANIFEST).is_file():
        raise UsageError(f"{out}: holds a run of one set. Nothing was asked. Name another --out.")
    read_floors(how.get("minimums", ()))
    faults: list[str] = []
    archives: dict[str, Engine] = {}
    for name, path in named.items():
        try:
            archives[name] = archive_of(path)
            questions, _ = ready(path, archives[name], how.get("limit"))
            if ranked := how.get("ranked"):
                read_trec_run(ranked, list(questions.cases(how.get("limit"))))
            if baseline:
                run_folder.read_run(baseline / name)
        except UsageError as err:
            faults.append(str(err))
    if faults:
        raise UsageError("\n".join(faults))
    runs: dict[str, RunResult] = {}
    missed: list[str] = []
    for number, (name, path) in enumerate(named.items(), 1):
        told(f"set {number} of {len(named)}: {name}")
        try:
            runs[name] = evaluate(
                path, archives[name], out=out and out / name, baseline=baseline and baseline / name, **how
            )
        except BelowFloor as err:
            runs[name] = err.result
            missed += [f"{name}: {line}" for line in str(err).splitlines()]
    return Several(runs, tuple(missed))


def _named(sets: Sequence[Path]) -> dict[str, Path]:
    """Name of its run's folder -> set. Raises `UsageError` for two of one name."""
    named: dict[str, Path] = {}
    for path in sets:
        name = path.resolve().name if path.is_dir() else path.stem
        if name in named:
            raise UsageError(
                f"{named[name]} and {path} are both called {name}, and so would their runs be. Nothing was asked."
                " Rename one, or run them apart."
            )
        named[name] = path
    return named
