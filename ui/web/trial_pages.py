"""The evaluation room as markup. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from eval.metrics import HEADLINE, METRICS
from eval.run.compare import Comparison
from eval.run.report import worst_first
from eval.run.score import STAGES
from rag.datatypes import Lang
from ui.web import charts
from ui.web.markup import fill
from ui.web.strings import text

VERDICTS = {
    "no difference shown": "verdict_none",
    "differs": "verdict_differs",
    "worse": "verdict_worse",
    "better": "verdict_better",
}


def room(
    sets: Sequence[str],
    runs: Sequence[Path],
    run: Any | None,
    beside: Any | None,
    comparison: Comparison | None,
    page_lang: Lang,
) -> Markup:
    """The form, the list of runs, and the run that is looked at (an `eval.run.folder.Run`), with another one beside it
    and how the two compare."""
    shown = _run(run, runs, beside, comparison, page_lang) if run else ""
    return fill("trials", "room", sets, runs, shown, run.path.name if run else "", page_lang)


def _run(run: Any, runs: Sequence[Path], beside: Any | None, comparison: Comparison | None, page_lang: Lang) -> Markup:
    metrics, name = run.summary["metrics"], run.path.name
    both = [run, beside] if beside else [run]
    figures = [_figure(one, both) for one in HEADLINE if one in metrics]
    others = [one.name for one in runs if one.name != name]
    told = _compared(comparison, page_lang) if comparison else ""
    failed = [_failed(row, page_lang) for row in worst_first(run.rows)]
    warnings = run.summary.get("warnings", ())
    names = [{"name": one.path.name} for one in both]
    second = beside.path.name if beside else ""
    curves = charts.curves(both, page_lang)
    return fill("trials", "run", name, warnings, names, figures, curves, others, second, told, failed, page_lang)


def _figure(name: str, runs: Sequence[Any]) -> tuple[Any, str, Markup, list[str]]:
    """A metric, its interval in words, its bars, its value over all questions, the Chinese and the English ones, and of
    a second run over all."""
    first, *rest = (run.summary["metrics"].get(name, {}) for run in runs)
    interval = first.get("ci")
    told = f" ({_number(name, interval[0])}–{_number(name, interval[1])})" if interval else ""
    values = [_number(name, first.get(part)) for part in ("all", "zh", "en")]
    return METRICS[name], told, charts.bars(name, runs), [*values, *(_number(name, one.get("all")) for one in rest)]


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if METRICS[name].unit else f"{value:.3f}"


def _failed(row: Mapping[str, Any], page_lang: Lang) -> tuple[str, str, list[str], list[str], list[str]]:
    """A question, what became of it, the articles that are right and their sentences, and those found."""
    gold = [name for name, grade in row["gold"]["grades"].items() if grade > 0]
    quoted = [one for texts in row["gold"]["quoted"].values() for one in texts]
    seen = list(dict.fromkeys(hit["article"] for hit in row.get("hits") or ()))[:5]
    return row["asked"], _stage(row["stage"], page_lang), gold, quoted, seen


def _compared(made: Comparison, page_lang: Lang) -> Markup:
    """What changed from the first run to the second, and whether chance explains it; which questions turned."""
    flips = [
        (one.better, one.asked, _stage(one.first, page_lang), _stage(one.second, page_lang))
        for one in sorted(made.flips, key=lambda one: (one.better, one.case))
    ]
    return fill("trials", "compared", made, METRICS, VERDICTS, flips, page_lang)


def _stage(stage: str, page_lang: Lang) -> str:
    """What became of a question, in words."""
    return text(page_lang, f"stage_{STAGES.index(stage)}") if stage in STAGES else stage
