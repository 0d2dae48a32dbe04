"""From what was kept to the rows of the tables: means with intervals, the best of each row, and where Wenbao is not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.peers import cost
from benchmarks.peers.corpora import READ_LINE, UNREAD_LINE
from benchmarks.peers.quality import ANSWER, Rows
from benchmarks.peers.scoring import CUTS, IN_BUDGET
from benchmarks.peers.table import WENBAO
from docs.marked import share
from eval.run.uncertainty import Interval, mean_intervals, paired_p

MEASURES = (*(f"gold@{cut}" for cut in CUTS), IN_BUDGET, "ndcg@10", "success@1", ANSWER)
SURE = 0.05
LEAST = 2
"""Rounds that a ratio needs."""
RATIOS = ("indexing", "indexing a passage", "question p50", "question p95", "memory", "disk", "cold start")
"""The ratios of the short table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure of a peer and its 95 % interval."""

    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """A peer that is better than Wenbao in a row: by how much, and how often chance does as much."""

    peer: str
    line: str
    measure: str
    difference: float
    p: float


@dataclass(frozen=True, slots=True)
class Row:
    """One measure over the questions of one line; `best` are the peers whose figure is the highest as shown."""

    line: str
    measure: str
    questions: int
    cells: Mapping[str, Cell]
    ahead: tuple[Ahead, ...]

    @property
    def best(self) -> frozenset[str]:
        """The peers with the highest figure, to the three digits that are shown."""
        highest = max(round(cell.value, 3) for cell in self.cells.values())
        return frozenset(name for name, cell in self.cells.items() if round(cell.value, 3) == highest)

    @property
    def is_short(self) -> bool:
        """True if it stands in the short table: one measure of a line, several of the months that nothing has read."""
        if self.line.startswith(UNREAD_LINE):
            return self.measure in ("gold@1", "gold@3", IN_BUDGET)
        if self.line.startswith((READ_LINE, "seeds")):
            return self.measure == "gold@3"
        return self.measure == ("success@1" if self.line.endswith(("zh-en", "en-zh")) else "ndcg@10")


def rows(results: Mapping[str, Rows]) -> list[Row]:
    """The rows of all lines, in the order in which Wenbao was asked them."""
    lines = dict.fromkeys(row["line"] for row in results[WENBAO])
    held = {(line, measure): _values(results, line, measure) for line in lines for measure in MEASURES}
    held = {place: values for place, values in held.items() if WENBAO in values}
    columns = [tuple(zip(*one.values(), strict=True)) for values in held.values() for one in values.values()]
    intervals = iter(mean_intervals([(list(values), list(clusters)) for values, clusters in columns]))
    return [
        _row(line, measure, values, {name: next(intervals) for name in values})
        for (line, measure), values in held.items()
    ]


def _values(results: Mapping[str, Rows], line: str, measure: str) -> dict[str, dict[str, tuple[float, str]]]:
    """Peer -> question -> its figure and its cluster, of the peers that were asked."""
    found = {
        name: {one["id"]: (one["values"][measure], one["cluster"]) for one in held if _counts(one, line, measure)}
        for name, held in results.items()
    }
    return {name: values for name, values in found.items() if values}


def _row(
    line: str,
    measure: str,
    values: Mapping[str, Mapping[str, tuple[float, str]]],
    intervals: Mapping[str, Interval | None],
) -> Row:
    cells = {name: Cell(_mean([value for value, _ in held.values()]), intervals[name]) for name, held in values.items()}
    own, ahead = values[WENBAO], []
    for name, held in values.items():
        if round(cells[name].value, 3) > round(cells[WENBAO].value, 3):
            differences = [held[question][0] - value for question, (value, _) in own.items()]
            p = paired_p(differences, [cluster for _, cluster in own.values()])
            ahead.append(Ahead(name, line, measure, _mean(differences), p))
    return Row(line, measure, len(own), cells, tuple(sorted(ahead, key=lambda one: -one.difference)))


def _counts(one: Mapping[str, object], line: str, measure: str) -> bool:
    values = one["values"]
    return one["line"] == line and isinstance(values, Mapping) and measure in values


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def ratios(rounds: Mapping[str, Sequence[cost.Round]]) -> dict[str, dict[str, Cell]]:
    """Measure -> peer -> how many times Wenbao's; empty with fewer than two rounds, for one alone says little."""
    if len(rounds.get(WENBAO, ())) < LEAST:
        return {}
    return {measure: {name: Cell(*cost.ratio(rounds, name, measure)) for name in rounds} for measure in cost.MEASURES}


def markdown(
    made: Sequence[Row],
    costs: Mapping[str, Mapping[str, Cell]],
    names: Sequence[str],
    left_out: Collection[str] = (),
) -> str:
    """The short table; the best of each row in bold, then what was better than Wenbao in which rows, and what the run
    has not measured."""
    lines = [f"| | questions | {' | '.join(names)} |", f"| --- | ---: |{' ---: |' * len(names)}"]
    for row in (row for row in made if row.is_short):
        cells = {name: share(cell.value) for name, cell in row.cells.items()}
        lines.append(_line(f"{row.line}: {row.measure}", str(row.questions), cells, row.best, names))
    for measure in (measure for measure in RATIOS if measure in costs):
        figures = {name: times(cell.value) for name, cell in costs[measure].items()}
        lines.append(_line(f"{measure}, times Wenbao's", "", figures, lowest(costs[measure]), names))
    missing = [*left_out, *([] if costs else ["what it costs"])]
    told = ["", f"Not measured in this run: {'; '.join(missing)}."] if missing else []
    return "\n".join([*lines, "", *_better(made), *told]) + "\n"


def times(value: float) -> str:
    """A ratio as shown, to two digits that count."""
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def lowest(cells: Mapping[str, Cell]) -> frozenset[str]:
    """The peers with the lowest ratio as shown."""
    least = min((times(cell.value) for cell in cells.values()), key=float)
    return frozenset(name for name, cell in cells.items() if times(cell.value) == least)


def _line(label: str, count: str, cells: Mapping[str, str], best: frozenset[str], names: Sequence[str]) -> str:
    shown = (f"**{cells[name]}**" if name in best else cells.get(name, "–") for name in names)
    return f"| {label} | {count} | {' | '.join(shown)} |"


def _better(made: Sequence[Row]) -> Iterator[str]:
    ahead = [row.ahead[0] for row in made if row.is_short and row.ahead]
    if not ahead:
        yield "No peer is ahead of Wenbao in any row."
        return
    yield "Ahead of Wenbao (p: how often chance does as much, by a paired randomisation test):"
    yield ""
    for one in ahead:
        yield f"- {one.line}, {one.measure}: {one.peer} by {share(one.difference)} (p {one.p:.2f})"
