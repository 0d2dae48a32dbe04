"""Two runs of the same questions: is the difference more than chance, and which questions flipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics import HEADLINE, METRICS, worse
from eval.run.folder import Run, read_run
from eval.run.references import CHANNELS
from eval.run.score import GOOD_STAGES
from eval.run.uncertainty import Interval, holm, mean_interval, paired_p
from rag.errors import UsageError

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric in both runs, over the questions that have it in both. `change` is second minus first.

    `p` is corrected for the number of metrics shown (Holm); `interval` is the 95 % interval of the change, None
    with a single question. Wins and losses are counted in the second run's favour.
    """

    metric: str
    first: float
    second: float
    change: float
    interval: Interval | None
    p: float
    wins: int
    ties: int
    losses: int

    @property
    def shown(self) -> bool:
        """True if the change is more than chance explains: corrected p below 0.05 and an interval without 0."""
        return self.p < ALPHA and self.interval is not None and not self.interval[0] <= 0 <= self.interval[1]

    @property
    def verdict(self) -> str:
        """In words."""
        if not self.shown:
            return "no difference shown"
        if METRICS[self.metric].better == "neither":
            return "differs"
        return "worse" if worse(self.metric, self.change) else "better"


@dataclass(frozen=True, slots=True)
class Flip:
    """A question whose outcome turned from good to bad or back."""

    case: str
    asked: str
    first: str
    second: str

    @property
    def better(self) -> bool:
        """True if the second run got it right."""
        return self.second in GOOD_STAGES


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs compared over the `common` questions they share."""

    first: Path
    second: Path
    common: int
    only_one: int
    differences: tuple[Difference, ...]
    flips: tuple[Flip, ...]

    def losses(self) -> list[str]:
        """One sentence for each metric that got worse by more than chance explains."""
        return [
            f"{d.metric} fell behind {self.first}: {d.first:.4f} -> {d.second:.4f} (p {d.p:.3g}, Holm)"
            for d in self.differences
            if d.verdict == "worse"
        ]

    def text(self) -> str:
        """The comparison as plain text."""
        lines = [f"{self.first}  ->  {self.second}", f"{self.common} questions in both"]
        if self.only_one:
            lines[-1] += f", {self.only_one} in one only (left out)"
        lines += [
            "",
            f"{'metric':<22}{'first':>8}{'second':>8}{'change':>9}  {'95 % interval':<18}{'p':>7}  +/=/-  verdict",
        ]
        for d in self.differences:
            interval = f"{d.interval[0]:+.3f} to {d.interval[1]:+.3f}" if d.interval else "n=1, no interval"
            lines.append(
                f"{d.metric:<22}{d.first:>8.3f}{d.second:>8.3f}{d.change:>+9.3f}  {interval:<18}{d.p:>7.3f}"
                f"  {d.wins}/{d.ties}/{d.losses}  {d.verdict}"
            )
        lines.append("p: paired randomisation, two-sided, Holm-corrected; wordings of one question move together")
        if self.flips:
            lines += ["", f"{len(self.flips)} questions flipped:"]
            for flip in sorted(self.flips, key=lambda f: (f.better, f.case)):
                lines.append(
                    f"  {'+' if flip.better else '-'} {flip.case}: {flip.first} -> {flip.second} | {flip.asked}"
                )
        else:
            lines += ["", "no question flipped"]
        return "\n".join(lines)


def compare(run_a: Path, run_b: Path) -> str:
    """Compare two run folders, as text. Raises `UsageError` if one is no finished run or they share no question."""
    return compare_runs(read_run(run_a), read_run(run_b)).text()


def compare_runs(first: Run, second: Run) -> Comparison:
    """Compare two runs question by question, over the questions that both asked in the same words.

    Raises `UsageError` if they share none.
    """
    a, b = ({row["case"]: row for row in run.rows} for run in (first, second))
    common = [case for case in a if case in b and a[case]["asked"] == b[case]["asked"]]
    if not common:
        raise UsageError(f"{first.path} and {second.path} share no question: nothing can be compared.")
    found = [d for name in HEADLINE if not METRICS[name].whole and (d := _difference(name, common, a, b)) is not None]
    corrected = holm({d.metric: d.p for d in found})
    return Comparison(
        first=first.path,
        second=second.path,
        common=len(common),
        only_one=len(a.keys() | b.keys()) - len(common),
        differences=tuple(_with_p(d, corrected[d.metric]) for d in found),
        flips=tuple(_flips(common, a, b)),
    )


BESIDE = ("ndcg@10", "r@10", "success@1", "quote_hit@3")
"""The metrics in which a run is compared with its own reference searches."""


def beside(run: Run) -> dict[str, tuple[Difference, ...]]:
    """The run's search against each reference channel it made (`first` is the reference), by the reference's name.

    p is Holm-corrected over all that is shown. Empty for a run without references.
    """
    names = [name for name in CHANNELS if name in run.manifest.get("references", ())]
    cases = [row["case"] for row in run.rows]
    own = {row["case"]: row for row in run.rows}
    found: dict[tuple[str, str], Difference] = {}
    for name in names:
        other = {row["case"]: {**row, "metrics": row["references"].get(name, {})} for row in run.rows}
        for metric in BESIDE:
            if (difference := _difference(metric, cases, other, own)) is not None:
                found[name, metric] = difference
    corrected = holm({f"{name} {metric}": d.p for (name, metric), d in found.items()})
    return {
        name: tuple(_with_p(d, corrected[f"{name} {d.metric}"]) for (of, _), d in found.items() if of == name)
        for name in names
    }


def _difference(
    name: str, common: list[str], a: Mapping[str, Mapping[str, Any]], b: Mapping[str, Mapping[str, Any]]
) -> Difference | None:
    cases = [case for case in common if name in a[case]["metrics"] and name in b[case]["metrics"]]
    if not cases:
        return None
    one = [float(a[case]["metrics"][name]) for case in cases]
    two = [float(b[case]["metrics"][name]) for case in cases]
    changes = [y - x for x, y in zip(one, two, strict=True)]
    clusters = [a[case]["question"] for case in cases]
    losses = sum(worse(name, change) for change in changes)
    ties = sum(change == 0 for change in changes)
    return Difference(
        metric=name,
        first=sum(one) / len(one),
        second=sum(two) / len(two),
        change=sum(changes) / len(changes),
        interval=mean_interval(changes, clusters),
        p=paired_p(changes, clusters),
        wins=len(changes) - ties - losses,
        ties=ties,
        losses=losses,
    )


def _with_p(d: Difference, p: float) -> Difference:
    return Difference(d.metric, d.first, d.second, d.change, d.interval, p, d.wins, d.ties, d.losses)


def _flips(common: list[str], a: Mapping[str, Mapping[str, Any]], b: Mapping[str, Mapping[str, Any]]) -> list[Flip]:
    return [
        Flip(case, a[case]["asked"], a[case]["stage"], b[case]["stage"])
        for case in common
        if (a[case]["stage"] in GOOD_STAGES) != (b[case]["stage"] in GOOD_STAGES)
    ]
