"""The report of a run as Markdown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from eval.metrics import METRICS
from eval.run.compare import Comparison, Difference, beside
from eval.run.folder import Run
from eval.run.report import (
    JUDGED_NOTE,
    archive_of,
    change_of,
    judged_rows,
    main_rows,
    number_of,
    rank_of,
    slices_of,
    stages_of,
    title_of,
    unclear_of,
    worst_first,
)
from eval.run.tables import by_groups, languages, refusal
from rag.language.script import visible

WORST_IN_MARKDOWN = 20


def markdown(run: Run, comparison: Comparison | None = None) -> str:
    """`report.md`: header, main table, by kind and year, refusal, comparison, the worst questions."""
    parts = [f"# Evaluation: {_md(run.manifest['set']['name'])}", _md(title_of(run)) + ".", _what_was_run(run)]
    parts += [f"**{_md(text)}**" for text in run.summary.get("warnings", ())]
    parts += ["## Figures", _table(("metric", *slices_of(run), "95 % interval", "n"), main_rows(run))]
    parts.append(_legend(run))
    if judged := run.summary.get("judged"):
        parts += [f"## Judged by {_md(judged['judge'])}", JUDGED_NOTE + unclear_of(judged)]
        parts.append(_table(("metric", *slices_of(run), "95 % interval", "n"), judged_rows(run, slices_of(run))))
    for name, differences in beside(run).items():
        parts += [f"## Beside {name} search alone", _differences(name, differences)]
    for table in languages(run):
        parts += [f"## Language of question and of passages: {table['metric']}", _languages(table)]
    for title, rows in by_groups(run):
        head = (title, "asked", *rows[0][1])
        cells = [(k, str(n), *(number_of(m, v) for m, v in means.items())) for k, means, n in rows]
        parts += [f"## By {title}", _table(head, cells)]
    if decided := refusal(run.rows):
        parts += ["## Refusal", _table(("", "answered", "refused", "failed"), decided["table"])]
        parts.append(f"Share that can be answered with at most 5 % wrong: {decided['coverage']:.3f}.")
        reliable = [(f"{b.confidence:.3f}", f"{b.right:.3f}", str(b.count)) for b in decided["reliability"]]
        parts.append(_table(("mean confidence", "share right", "questions"), reliable))
    if comparison:
        parts += ["## Comparison", "```\n" + visible(comparison.text()).replace("```", "'''") + "\n```"]
    parts += ["## What became of the questions", _md(stages_of(run)) + "."]
    worst = worst_first(run.rows)
    if worst:
        parts.append(f"## Worst first ({min(len(worst), WORST_IN_MARKDOWN)} of {len(worst)})")
        parts += [_worst(row) for row in worst[:WORST_IN_MARKDOWN]]
    return "\n\n".join(parts) + "\n"


def _differences(name: str, differences: Sequence[Difference]) -> str:
    rows = [
        (
            d.metric,
            f"{d.first:.3f}",
            f"{d.second:.3f}",
            f"{d.change:+.3f}",
            change_of(d.interval),
            f"{d.p:.3f}",
            d.verdict,
        )
        for d in differences
    ]
    return _table(("metric", name, "this run", "change", "95 % interval", "p (Holm)", "verdict"), rows)


def _languages(table: Mapping[str, Any]) -> str:
    metric, cells = table["metric"], table["cells"]
    rows = [
        (f"asked in {asked}", *(number_of(metric, value) for value in pools.values())) for asked, pools in cells.items()
    ]
    text = _table(("", *(f"found in {pool} only" for pool in cells)), rows)
    if table["gap"] is None:
        return text
    return f"{text}\n\nOwn language less the other: {table['gap']:+.3f} ({change_of(table['interval'])})."


def _what_was_run(run: Run) -> str:
    manifest = run.manifest
    archive = archive_of(run)
    limit = f", first {manifest['limit']} questions" if manifest["limit"] else ""
    return (
        f"Set {_md(manifest['set']['digest'][:12])}, mode {manifest['mode']}{limit}, code {manifest['code'][:12]}."
        f" Archive: {_md(archive) or 'unknown'}."
        " A question that failed counts as wrong; none was dropped. A question and its translation are one cluster:"
        " intervals are 95 % BCa bootstrap over clusters."
    )


def _legend(run: Run) -> str:
    arrows = {"higher": "higher is better", "lower": "lower is better", "neither": "no direction"}
    return "\n".join(f"- `{n}`: {METRICS[n].what} ({arrows[METRICS[n].better]})" for n in run.summary["metrics"])


def _worst(row: Mapping[str, Any]) -> str:
    lines = [f"### {_md(row['case'])}: {row['stage']}", "", f"{_md(row['asked'])} ({row['lang']}, {row['kind']})", ""]
    if row["error"]:
        lines.append(f"- error: {_md(row['error'])}")
    if row["answer"]:
        lines.append(f"- answer: {_md(row['answer']['text'][:400])} (confidence {row['answer']['confidence']:.2f})")
    for lang, texts in row["gold"]["answers"].items():
        lines.append(f"- wanted ({lang}): {_md(' / '.join(texts))}")
    for article, grade in row["gold"]["grades"].items():
        lines.append(f"- gold: {_md(article)}, grade {grade}, {rank_of(row, article)}")
    if row["ranking"]:
        lines.append(f"- found first: {_md(', '.join(row['ranking'][:3]))}")
    return "\n".join(lines)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(map(_md, head)) + " |", "|" + " --- |" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(map(_md, row)) + " |" for row in rows)])


def _md(text: str) -> str:
    """`text` on one line, with nothing in it that Markdown or HTML would act on."""
    flat = visible(" ".join(str(text).split()))
    return re.sub(r"([\\`*_\[\]<>|#!&~])", r"\\\1", flat)
