"""The report of a run, made from its folder alone: for the terminal, as Markdown, as one self-contained HTML file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.compare import Comparison
from eval.folder import Run
from eval.metrics import METRICS
from eval.metrics.refusal import coverage_at_risk, risk_coverage
from eval.score import GOOD_STAGES, STAGES

SLICES = ("all", "zh", "en", "zh->en", "en->zh")
BY_KIND = ("hit@3", "ndcg@10", "quote_hit@3", "answer_in_text", "source_f1", "false_refusal_rate", "false_answer_rate")
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
    p50, p95 = run.summary["timing_ms"]["p50"], run.summary["timing_ms"]["p95"]
    lines += ["", _stages(run)]
    if p50 is not None:
        lines.append(f"time per question: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
    lines += [f"warning: {visible(text)}" for text in run.summary.get("warnings", ())]
    return "\n".join(lines) + "\n"


def visible(text: str) -> str:
    """`text` with control and direction characters written out (`\\u202e`)."""
    return _CONTROL.sub(lambda m: f"\\u{ord(m.group()):04x}", text)


def _title(run: Run) -> str:
    counts, mode = run.summary["counts"], run.manifest["mode"]
    return (
        f"{visible(run.manifest['set']['name'])}: {counts['questions']} questions, {counts['asked']} asked"
        f" ({counts['zh']} zh, {counts['en']} en), {counts['unanswerable']} of them unanswerable"
        + (", search only" if mode == "search" else "")
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
    for title, key in (("kind", "kind"), ("year", "years")):
        rows = _by(run, key)
        if rows:
            parts += [
                f"## By {title}",
                _table((title, "asked", *rows[0][1]), [(k, *v.values()) for k, v in _spread(rows)]),
            ]
    if refusal := _refusal(run.rows):
        parts += ["## Refusal", _table(("", "answered", "refused", "failed"), refusal["table"])]
        parts.append(f"Share that can be answered with at most 5 % wrong: {refusal['coverage']:.3f}.")
    if comparison:
        parts += ["## Comparison", "```\n" + visible(comparison.text()).replace("```", "'''") + "\n```"]
    parts += ["## What became of the questions", _md(_stages(run)) + "."]
    worst = worst_first(run.rows)
    if worst:
        parts.append(f"## Worst first ({min(len(worst), WORST_IN_MARKDOWN)} of {len(worst)})")
        parts += [_worst(row) for row in worst[:WORST_IN_MARKDOWN]]
    return "\n\n".join(parts) + "\n"


def _spread(rows: Sequence[tuple[str, dict[str, str], int]]) -> list[tuple[str, dict[str, str]]]:
    return [(key, {"asked": str(count), **values}) for key, values, count in rows]


def _what_was_run(run: Run) -> str:
    manifest = run.manifest
    archive = ", ".join(f"{name} {_flat(value)}" for name, value in manifest["archive"].items())
    limit = f", first {manifest['limit']} questions" if manifest["limit"] else ""
    return (
        f"Set {_md(manifest['set']['digest'][:12])}, mode {manifest['mode']}{limit}, code {manifest['code'][:12]}."
        f" Archive: {_md(archive) or 'unknown'}."
        " A question that failed counts as wrong; none was dropped. A question and its translation are one cluster:"
        " intervals are 95 % BCa bootstrap over clusters."
    )


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        return "/".join(f"{k} {_flat(v)}" for k, v in value.items())
    return str(value)


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


def _by(run: Run, key: str) -> list[tuple[str, dict[str, str], int]]:
    """(kind or year, metric -> mean, questions asked) for the metrics of `BY_KIND` that the run has."""
    names = [name for name in BY_KIND if name in run.summary["metrics"]]
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in run.rows:
        for value in row[key] if isinstance(row[key], list) else [row[key]]:
            groups.setdefault(str(value), []).append(row)
    made = []
    for value, rows in sorted(groups.items()):
        means = {}
        for name in names:
            having = [row["metrics"][name] for row in rows if name in row["metrics"]]
            means[name] = _number(name, sum(having) / len(having) if having else None)
        made.append((value, means, len(rows)))
    return made


def _refusal(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The confusion table and the risk-coverage curve; empty in a search-only run.

    An answer is wrong at a threshold if it was given and was not fine, or if the question has no answer.
    """
    decided = [row for row in rows if row["stage"] != "apart" and (row["answer"] or row["error"])]
    if not any(row["answer"] for row in decided):
        return {}
    table = []
    for name, answerable in (("answerable", True), ("unanswerable", False)):
        mine = [row for row in decided if row["answerable"] is answerable]
        given = [row["answer"]["answered"] for row in mine if not row["error"]]
        table.append((name, str(sum(given)), str(len(given) - sum(given)), str(len(mine) - len(given))))
    sure = [row["answer"]["confidence"] if row["answer"] else 1.0 for row in decided]
    wrong = [
        not row["answerable"] or bool(row["error"]) or (row["answer"]["answered"] and row["stage"] not in GOOD_STAGES)
        for row in decided
    ]
    points = risk_coverage(sure, wrong)
    return {"table": table, "points": points, "coverage": coverage_at_risk(points)}


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
    worst = worst_first(run.rows)
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for row in _main_rows(run):
        groups.setdefault(METRICS[row[0]].group, []).append((METRICS[row[0]], row[1:]))
    return environment.get_template("report.html.j2").render(
        run=run,
        title=_title(run),
        what=_flat(run.manifest["archive"]),
        shown=_shown(run),
        groups=groups,
        intervals={name: entry["ci"] for name, entry in run.summary["metrics"].items()},
        by=[(name, _by(run, key)) for name, key in (("kind", "kind"), ("year", "years"))],
        refusal=_refusal(run.rows),
        comparison=comparison,
        worst=worst[:WORST_IN_HTML],
        many_worst=len(worst),
        rank=_rank,
        stages=run.summary["counts"]["stages"],
        order=STAGES,
        good=GOOD_STAGES,
    )
