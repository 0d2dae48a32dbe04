"""The report of a run, made from its folder alone: for the terminal, as Markdown, as one self-contained HTML file.

For other faces: `html(run, comparison)` gives the page of a run read with `eval.run.folder.read_run`, `worst_first` the
rows that went wrong; the figures behind them are in `eval.run.tables` and the run's `summary`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.metrics import JUDGED, METRICS
from eval.run.compare import BESIDE, Comparison, Difference, beside
from eval.run.folder import Run
from eval.run.score import GOOD_STAGES, STAGES
from eval.run.tables import by_groups, languages, refusal

SLICES = ("all", "zh", "en", "zh->en", "en->zh")
WORST_IN_MARKDOWN = 20
WORST_IN_HTML = 300
_TEMPLATES = Path(__file__).parent / "assets"
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def terminal(run: Run) -> str:
    """A short table: the metrics by language with their intervals, the counts, what to look at."""
    metrics = run.summary["metrics"]
    lines = [_title(run), ""]
    lines.append(f"{'':<24}{'all':>7}{'zh':>7}{'en':>7}   {'95 % interval':<15}{'n':>6}")
    group = ""
    for name, entry in metrics.items():
        if METRICS[name].group != group:
            group = METRICS[name].group
            lines.append(group)
        values = "".join(f"{_number(name, entry.get(s)):>7}" for s in ("all", "zh", "en"))
        lines.append(f"  {name:<22}{values}   {_interval(name, entry):<15}{entry['n']:>6}")
    lines += _reference_lines(run)
    if judged := run.summary.get("judged"):
        lines.append(f"judged by {visible(judged['judge'])}: an estimate")
        lines += [
            f"  {row[0]:<22}{row[1]:>7}{row[2]:>7}{row[3]:>7}   {row[-2]:<15}{row[-1]:>6}" for row in _judged(run)
        ]
    p50, p95 = run.summary["timing_ms"]["p50"], run.summary["timing_ms"]["p95"]
    lines += ["", _stages(run)]
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


def _judged(run: Run, slices: Sequence[str] = ("all", "zh", "en")) -> list[tuple[str, ...]]:
    """The rows of the judge's table: name, values, interval, number of answers; none in a run without a judge."""
    rows = []
    for name, entry in run.summary.get("judged", {}).get("metrics", {}).items():
        values = ("-" if entry.get(s) is None else f"{entry[s]:.3f}" for s in slices)
        interval = "{:.3f} - {:.3f}".format(*entry["ci"]) if entry["ci"] else "no interval"
        rows.append((name, *values, interval, str(entry["n"])))
    return rows


def _channels(run: Run) -> list[tuple[str, Mapping[str, Any]]]:
    return [(name, found) for name, found in run.summary["references"].items() if name in ("keyword", "dense")]


def visible(text: str) -> str:
    """`text` with control and direction characters written out (`\\u202e`)."""
    return _CONTROL.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def _title(run: Run) -> str:
    counts, mode = run.summary["counts"], run.manifest["mode"]
    return (
        f"{visible(run.manifest['set']['name'])}: {counts['questions']} questions, {counts['asked']} asked"
        f" ({counts['zh']} zh, {counts['en']} en), {counts['unanswerable']} of them unanswerable"
        + (", search only" if mode == "search" else "")
        + (f" by {run.manifest['channel']} alone" if run.manifest["channel"] != "fused" else "")
        + (", the run of another system" if run.manifest["ranked"] else "")
    )


def _stages(run: Run) -> str:
    stages = run.summary["counts"]["stages"]
    return "; ".join(f"{stage}: {stages[stage]}" for stage in STAGES if stage in stages) or "nothing was asked"


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if METRICS[name].unit else f"{value:.3f}"


def _interval(name: str, entry: Mapping[str, Any]) -> str:
    if entry.get("ci"):
        low, high = entry["ci"]
        return f"{_number(name, low)} - {_number(name, high)}"
    return "" if METRICS[name].whole else "no interval"


def markdown(run: Run, comparison: Comparison | None = None) -> str:
    """`report.md`: header, main table, by kind and year, refusal, comparison, the worst questions."""
    parts = [f"# Evaluation: {_md(run.manifest['set']['name'])}", _md(_title(run)) + ".", _what_was_run(run)]
    parts += [f"**{_md(text)}**" for text in run.summary.get("warnings", ())]
    parts += ["## Figures", _table(("metric", *_shown(run), "95 % interval", "n"), _main_rows(run))]
    parts.append(_legend(run))
    if judged := run.summary.get("judged"):
        parts += [f"## Judged by {_md(judged['judge'])}", _JUDGED + _unclear(judged)]
        parts.append(_table(("metric", *_shown(run), "95 % interval", "n"), _judged(run, _shown(run))))
    for name, differences in beside(run).items():
        parts += [f"## Beside {name} search alone", _differences(name, differences)]
    for table in languages(run):
        parts += [f"## Language of question and of passages: {table['metric']}", _languages(table)]
    for title, rows in by_groups(run):
        head = (title, "asked", *rows[0][1])
        cells = [(k, str(n), *(_number(m, v) for m, v in means.items())) for k, means, n in rows]
        parts += [f"## By {title}", _table(head, cells)]
    if decided := refusal(run.rows):
        parts += ["## Refusal", _table(("", "answered", "refused", "failed"), decided["table"])]
        parts.append(f"Share that can be answered with at most 5 % wrong: {decided['coverage']:.3f}.")
        reliable = [(f"{b.confidence:.3f}", f"{b.right:.3f}", str(b.count)) for b in decided["reliability"]]
        parts.append(_table(("mean confidence", "share right", "questions"), reliable))
    if comparison:
        parts += ["## Comparison", "```\n" + visible(comparison.text()).replace("```", "'''") + "\n```"]
    parts += ["## What became of the questions", _md(_stages(run)) + "."]
    worst = worst_first(run.rows)
    if worst:
        parts.append(f"## Worst first ({min(len(worst), WORST_IN_MARKDOWN)} of {len(worst)})")
        parts += [_worst(row) for row in worst[:WORST_IN_MARKDOWN]]
    return "\n\n".join(parts) + "\n"


_JUDGED = (
    "A model's estimate of whether the citations support what is said (ALCE). It is no part of the other figures and"
    " compares only with another run judged by the same model."
)


def _unclear(judged: Mapping[str, Any]) -> str:
    return f" {judged['cases']} cases, {judged['unclear']} of them without a readable verdict, taken for no support."


def _differences(name: str, differences: Sequence[Difference]) -> str:
    rows = [
        (
            d.metric,
            f"{d.first:.3f}",
            f"{d.second:.3f}",
            f"{d.change:+.3f}",
            _change(d.interval),
            f"{d.p:.3f}",
            d.verdict,
        )
        for d in differences
    ]
    return _table(("metric", name, "this run", "change", "95 % interval", "p (Holm)", "verdict"), rows)


def _change(interval: tuple[float, float] | None) -> str:
    return f"{interval[0]:+.3f} to {interval[1]:+.3f}" if interval else "no interval"


def _languages(table: Mapping[str, Any]) -> str:
    metric, cells = table["metric"], table["cells"]
    rows = [
        (f"asked in {asked}", *(_number(metric, value) for value in pools.values())) for asked, pools in cells.items()
    ]
    text = _table(("", *(f"found in {pool} only" for pool in cells)), rows)
    if table["gap"] is None:
        return text
    return f"{text}\n\nOwn language less the other: {table['gap']:+.3f} ({_change(table['interval'])})."


def _what_was_run(run: Run) -> str:
    manifest = run.manifest
    archive = _archive(run)
    limit = f", first {manifest['limit']} questions" if manifest["limit"] else ""
    return (
        f"Set {_md(manifest['set']['digest'][:12])}, mode {manifest['mode']}{limit}, code {manifest['code'][:12]}."
        f" Archive: {_md(archive) or 'unknown'}."
        " A question that failed counts as wrong; none was dropped. A question and its translation are one cluster:"
        " intervals are 95 % BCa bootstrap over clusters."
    )


def _archive(run: Run) -> str:
    return "; ".join(f"{name} {_flat(value)}" for name, value in run.manifest["archive"].items())


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_flat(v)}" for k, v in value.items())
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)


def _shown(run: Run) -> tuple[str, ...]:
    """The slices that the run has something in; `all`, `zh` and `en` always."""
    present = {s for entry in run.summary["metrics"].values() for s in entry}
    return tuple(s for s in SLICES if s in present or "->" not in s)


def _main_rows(run: Run) -> list[tuple[str, ...]]:
    return [
        (name, *(_number(name, entry.get(s)) for s in _shown(run)), _interval(name, entry), str(entry["n"]))
        for name, entry in run.summary["metrics"].items()
    ]


def _legend(run: Run) -> str:
    arrows = {"higher": "higher is better", "lower": "lower is better", "neither": "no direction"}
    return "\n".join(f"- `{n}`: {METRICS[n].what} ({arrows[METRICS[n].better]})" for n in run.summary["metrics"])


def worst_first(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows that went wrong, worst stage first, within a stage the lowest figures first."""
    bad = [row for row in rows if row["stage"] not in GOOD_STAGES]
    return sorted(bad, key=lambda row: (STAGES.index(row["stage"]), _mean_metric(row), row["case"]))


def _mean_metric(row: Mapping[str, Any]) -> float:
    values = [v for name, v in row["metrics"].items() if METRICS[name].better == "higher"]
    return sum(values) / len(values) if values else 0.0


def _worst(row: Mapping[str, Any]) -> str:
    lines = [f"### {_md(row['case'])}: {row['stage']}", "", f"{_md(row['asked'])} ({row['lang']}, {row['kind']})", ""]
    if row["error"]:
        lines.append(f"- error: {_md(row['error'])}")
    if row["answer"]:
        lines.append(f"- answer: {_md(row['answer']['text'][:400])} (confidence {row['answer']['confidence']:.2f})")
    for lang, texts in row["gold"]["answers"].items():
        lines.append(f"- wanted ({lang}): {_md(' / '.join(texts))}")
    for article, grade in row["gold"]["grades"].items():
        lines.append(f"- gold: {_md(article)}, grade {grade}, {_rank(row, article)}")
    if row["ranking"]:
        lines.append(f"- found first: {_md(', '.join(row['ranking'][:3]))}")
    return "\n".join(lines)


def _rank(row: Mapping[str, Any], article: str) -> str:
    if article not in row["ranking"]:
        return "not among those found"
    return f"found at rank {row['ranking'].index(article) + 1}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(map(_md, head)) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(map(_md, row)) + " |" for row in rows)])


def _md(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown or HTML would act on."""
    flat = visible(" ".join(str(text).split()))
    return re.sub(r"([\\`*_\[\]<>|#!&~])", r"\\\1", flat)


def html(run: Run, comparison: Comparison | None = None) -> str:
    """`report.html`: one file without a script, link or outside asset; everything in it is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    worst = worst_first(run.rows)[:WORST_IN_HTML]
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for row in _main_rows(run):
        groups.setdefault(METRICS[row[0]].group, []).append((METRICS[row[0]], row[1:]))
    anchors = _anchors(run)
    return environment.get_template("report.html.j2").render(
        run=run,
        title=_title(run),
        what=_archive(run),
        shown=_shown(run),
        groups=groups,
        intervals={name: entry["ci"] for name, entry in run.summary["metrics"].items()},
        beside=beside(run),
        languages=languages(run),
        by=by_groups(run),
        refusal=refusal(run.rows),
        comparison=comparison,
        worst=worst,
        many_worst=len(worst_first(run.rows)),
        rank=_rank,
        number=_number,
        change=_change,
        article=lambda name: anchors.get((name,)),
        passage=lambda hit: anchors.get((hit["article"], *hit["span"].values())),
        judged=[(JUDGED[row[0]], row[1:]) for row in _judged(run, _shown(run))],
        judge=_JUDGED + _unclear(run.summary["judged"]) if "judged" in run.summary else "",
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
