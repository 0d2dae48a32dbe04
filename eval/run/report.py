"""The report of a run, made from its folder alone: for the terminal, as Markdown, as one self-contained HTML file.

For other faces: `html(run, comparison)` gives the page of a run read with `eval.run.folder.read_run`, `worst_first` the
rows that went wrong; the figures behind them are in `eval.run.tables` and the run's `summary`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.metrics import JUDGED, METRICS
from eval.run.compare import BESIDE, Comparison, beside
from eval.run.folder import Run
from eval.run.score import GOOD_STAGES, STAGES
from eval.run.tables import by_groups, languages, refusal
from rag.language.script import visible
from rag.pages import environment_of

SLICES = ("all", "zh", "en", "zh->en", "en->zh")
WORST_IN_HTML = 300
_TEMPLATES = Path(__file__).parent / "assets"


def terminal(run: Run) -> str:
    """A short table: the metrics by language with their intervals, the counts, what to look at."""
    metrics = run.summary["metrics"]
    lines = [title_of(run), ""]
    lines.append(f"{'':<24}{'all':>7}{'zh':>7}{'en':>7}   {'95 % interval':<15}{'n':>6}")
    group = ""
    for name, entry in metrics.items():
        if METRICS[name].group != group:
            group = METRICS[name].group
            lines.append(group)
        values = "".join(f"{number_of(name, entry.get(s)):>7}" for s in ("all", "zh", "en"))
        lines.append(f"  {name:<22}{values}   {interval_of(name, entry):<15}{entry['n']:>6}")
    lines += _reference_lines(run)
    if judged := run.summary.get("judged"):
        lines.append(f"judged by {visible(judged['judge'])}: an estimate")
        lines += [
            f"  {row[0]:<22}{row[1]:>7}{row[2]:>7}{row[3]:>7}   {row[-2]:<15}{row[-1]:>6}" for row in judged_rows(run)
        ]
    p50, p95 = run.summary["timing_ms"]["p50"], run.summary["timing_ms"]["p95"]
    lines += ["", stages_of(run)]
    if p50 is not None:
        lines.append(f"time per question: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    lines += [f"warning: {visible(text)}" for text in run.summary.get("warnings", ())]
    return "\n".join(lines) + "\n"


def _reference_lines(run: Run) -> list[str]:
    """The run beside one channel alone, in the terminal's table."""
    lines = []
    for metric in BESIDE:
        values = [f"{name} {found[metric]['all']:.3f}" for name, found in _channels(run) if metric in found]
        if values and metric in run.summary["metrics"]:
            lines.append(f"  {metric:<22}{run.summary['metrics'][metric]['all']:>7.3f}   alone: {', '.join(values)}")
    return ["beside one channel alone", *lines] if lines else []


def judged_rows(run: Run, slices: Sequence[str] = ("all", "zh", "en")) -> list[tuple[str, ...]]:
    """The rows of the judge's table: name, values, interval, number of answers; none in a run without a judge."""
    rows = []
    for name, entry in run.summary.get("judged", {}).get("metrics", {}).items():
        values = ("-" if entry.get(s) is None else f"{entry[s]:.3f}" for s in slices)
        interval = "{:.3f} - {:.3f}".format(*entry["ci"]) if entry["ci"] else "no interval"
        rows.append((name, *values, interval, str(entry["n"])))
    return rows


def _channels(run: Run) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, found) for name, found in run.summary["references"].items() if name in ("keyword", "dense")]


def title_of(run: Run) -> str:
    """What was asked, in one line."""
    counts, mode = run.summary["counts"], run.manifest["mode"]
    return (
        f"{visible(run.manifest['set']['name'])}: {counts['questions']} questions, {counts['asked']} asked"
        f" ({counts['zh']} zh, {counts['en']} en), {counts['unanswerable']} of them unanswerable"
        + (", search only" if mode == "search" else "")
        + (f" by {run.manifest['channel']} alone" if run.manifest["channel"] != "fused" else "")
        + (", the run of another system" if run.manifest["ranked"] else "")
    )


def stages_of(run: Run) -> str:
    """How many questions ended at each stage."""
    stages = run.summary["counts"]["stages"]
    return "; ".join(f"{stage}: {stages[stage]}" for stage in STAGES if stage in stages) or "nothing was asked"


def number_of(name: str, value: float | None) -> str:
    """A figure as it is shown; "-" if there is none."""
    if value is None:
        return "-"
    return f"{value:.0f}" if METRICS[name].unit else f"{value:.3f}"


def interval_of(name: str, entry: Mapping[str, Any]) -> str:
    """The interval of a metric as it is shown."""
    if entry.get("ci"):
        low, high = entry["ci"]
        return f"{number_of(name, low)} - {number_of(name, high)}"
    return "" if METRICS[name].whole else "no interval"


def change_of(interval: tuple[float, float] | None) -> str:
    """The interval of a difference as it is shown."""
    return f"{interval[0]:+.3f} to {interval[1]:+.3f}" if interval else "no interval"


def archive_of(run: Run) -> str:
    """What was asked of: the parts of the manifest that name the archive."""
    return "; ".join(f"{name} {_flat(value)}" for name, value in run.manifest["archive"].items())


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_flat(v)}" for k, v in value.items())
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def slices_of(run: Run) -> tuple[str, ...]:
    """The slices that the run has something in; `all`, `zh` and `en` always."""
    present = {s for entry in run.summary["metrics"].values() for s in entry}
    return tuple(s for s in SLICES if s in present or "->" not in s)


def main_rows(run: Run) -> list[tuple[str, ...]]:
    """The rows of the main table: name, a value for each slice, interval, number of questions."""
    return [
        (name, *(number_of(name, entry.get(s)) for s in slices_of(run)), interval_of(name, entry), str(entry["n"]))
        for name, entry in run.summary["metrics"].items()
    ]


def worst_first(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that went wrong, worst stage first, within a stage the lowest figures first."""
    bad = [row for row in rows if row["stage"] not in GOOD_STAGES]
    return sorted(bad, key=lambda row: (STAGES.index(row["stage"]), _mean_metric(row), row["case"]))


def _mean_metric(row: Mapping[str, Any]) -> float:
    values = [v for name, v in row["metrics"].items() if METRICS[name].better == "higher"]
    return sum(values) / len(values) if values else 0.0


def rank_of(row: Mapping[str, Any], article: str) -> str:
    """Where an article stands in the ranking of a question, in words."""
    if article not in row["ranking"]:
        return "not among those found"
    return f"found at rank {row['ranking'].index(article) + 1}"


JUDGED_NOTE = (
    "A model's estimate of whether the citations support what is said (ALCE). It is no part of the other figures and"
    " compares only with another run judged by the same model."
)


def unclear_of(judged: Mapping[str, Any]) -> str:
    """How many verdicts of a judge could not be read, in words."""
    return f" {judged['cases']} cases, {judged['unclear']} of them without a readable verdict, taken for no support."


def html(run: Run, comparison: Comparison | None = None) -> str:
    """`report.html`: one file without a script, link or outside asset; everything in it is escaped."""
    worst = worst_first(run.rows)[:WORST_IN_HTML]
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for row in main_rows(run):
        groups.setdefault(METRICS[row[0]].group, []).append((METRICS[row[0]], row[1:]))
    anchors = _anchors(run)
    template = environment_of(_TEMPLATES).get_template("report.html.j2")
    return template.render(
        run=run,
        title=title_of(run),
        what=archive_of(run),
        shown=slices_of(run),
        groups=groups,
        intervals={name: entry["ci"] for name, entry in run.summary["metrics"].items()},
        beside=beside(run),
        languages=languages(run),
        by=by_groups(run),
        refusal=refusal(run.rows),
        comparison=comparison,
        worst=worst,
        many_worst=len(worst_first(run.rows)),
        rank=rank_of,
        number=number_of,
        change=change_of,
        article=lambda name: anchors.get((name,)),
        passage=lambda hit: anchors.get((hit["article"], *hit["span"].values())),
        judged=[(JUDGED[row[0]], row[1:]) for row in judged_rows(run, slices_of(run))],
        judge=JUDGED_NOTE + unclear_of(run.summary["judged"]) if "judged" in run.summary else "",
        stages=run.summary["counts"]["stages"],
        order=STAGES,
        good=GOOD_STAGES,
    )


def _anchors(run: Run) -> dict[tuple[Any, ...], str]:
    """(article,) and (article, lang, start, end) -> the name of its place in the page."""
    anchors: dict[tuple[Any, ...], str] = {}
    for row in run.passages:
        anchors[row["article"],] = f"a{len(anchors)}"
        for passage in row["passages"]:
            anchors[row["article"], passage["lang"], passage["start"], passage["end"]] = f"p{len(anchors)}"
    return anchors
