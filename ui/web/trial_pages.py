"""The evaluation room as markup. Pure functions; every text from outside goes through `esc`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from eval.metrics import HEADLINE, METRICS
from eval.run.compare import Comparison
from eval.run.report import worst_first
from eval.run.score import STAGES
from rag.datatypes import Lang
from rag.language.script import detect
from ui.web.escape import KEPT, esc
from ui.web.reader import address
from ui.web.render import verbatim
from ui.web.strings import text

VERDICTS = {
    "no difference shown": "verdict_none",
    "differs": "verdict_differs",
    "worse": "verdict_worse",
    "better": "verdict_better",
}
WORST = 40  # failed questions shown; the report has them all


def room(
    sets: Sequence[str],
    runs: Sequence[Path],
    run: Any | None,
    beside: str,
    comparison: Comparison | None,
    page_lang: Lang,
) -> str:
    """The form, the list of runs, and the run that is looked at (an `eval.run.folder.Run`) with its comparison."""
    options = "".join(f"<option {KEPT}>{esc(name)}</option>" for name in sets)
    form = (
        f'<form class="trial"><label>{esc(text(page_lang, "trial_set"))}<select name="set">{options}</select></label>'
        f'<label>{esc(text(page_lang, "trial_limit"))}<input name="limit" inputmode="numeric" size="6" '
        'maxlength="6" autocomplete="off"></label>'
        f'<label class="tick"><input type="checkbox" name="search"> {esc(text(page_lang, "trial_search"))}</label>'
        f'<button type="submit">{esc(text(page_lang, "trial_run"))}</button></form>'
        '<div class="progress" role="status"></div>'
    )
    return f"{form}{_runs(runs, run, page_lang)}{_run(run, runs, beside, comparison, page_lang) if run else ''}"


def _runs(runs: Sequence[Path], run: Any | None, page_lang: Lang) -> str:
    if not runs:
        return f'<p class="none">{esc(text(page_lang, "trial_none"))}</p>'
    links = "".join(
        f'<li><button type="button" {KEPT} data-run="{esc(one.name)}" '
        f'aria-pressed="{str(run is not None and run.path.name == one.name).lower()}">{esc(one.name)}</button></li>'
        for one in runs[:30]
    )
    return f'<h2>{esc(text(page_lang, "trial_runs"))}</h2><ul class="runs">{links}</ul>'


def _run(run: Any, runs: Sequence[Path], beside: str, comparison: Comparison | None, page_lang: Lang) -> str:
    metrics = run.summary["metrics"]
    shown = [name for name in HEADLINE if name in metrics]
    named = ("trial_figure", "trial_all", "short_zh", "short_en")
    head = "".join(f'<th scope="col">{esc(text(page_lang, name))}</th>' for name in named)
    rows = "".join(_figure(name, metrics[name]) for name in shown)
    others = "".join(
        f"<option {KEPT}{' selected' if one.name == beside else ''}>{esc(one.name)}</option>"
        for one in runs
        if one.name != run.path.name
    )
    compare = (
        f'<label class="beside">{esc(text(page_lang, "trial_compare"))}<select name="beside"><option></option>{others}'
        "</select></label>"
        if others
        else ""
    )
    told = _compared(comparison, page_lang) if comparison else ""
    warnings = "".join(f'<p class="warning">{esc(one)}</p>' for one in run.summary.get("warnings", ()))
    report = f'<a href="/part/report/{esc(run.path.name)}" target="_blank">{esc(text(page_lang, "trial_report"))}</a>'
    return (
        f'<section class="run" aria-label="{esc(run.path.name)}">'
        f"<header><h2 {KEPT}>{esc(run.path.name)}</h2>{report}</header>"
        f"{warnings}<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{compare}{told}"
        f"{_failed(worst_first(run.rows), page_lang)}</section>"
    )


def _figure(name: str, entry: Mapping[str, Any]) -> str:
    cells = "".join(f"<td>{_number(name, entry.get(part))}</td>" for part in ("all", "zh", "en"))
    interval = entry.get("ci")
    told = f" ({_number(name, interval[0])}–{_number(name, interval[1])})" if interval else ""
    head = f'<th scope="row" {KEPT} title="{esc(METRICS[name].what)}">{esc(name)}<small>{told}</small></th>'
    return f"<tr>{head}{cells}</tr>"


def _number(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if METRICS[name].unit else f"{value:.3f}"


def _failed(rows: Sequence[Mapping[str, Any]], page_lang: Lang) -> str:
    if not rows:
        return f'<p class="none">{esc(text(page_lang, "trial_no_failure"))}</p>'
    made = []
    for row in rows[:WORST]:
        gold = [name for name, grade in row["gold"]["grades"].items() if grade > 0]
        quoted = [one for texts in row["gold"]["quoted"].values() for one in texts]
        seen = list(dict.fromkeys(hit["article"] for hit in row.get("hits") or ()))[:5]
        again = (
            f'<a href="/?view=search&amp;q={quote(row["asked"], safe="")}">{esc(text(page_lang, "trial_again"))}</a>'
        )
        made.append(
            f"<details><summary><span {verbatim(detect(row['asked']))}>{esc(row['asked'])}</span> "
            f"<small>{esc(_stage(row['stage'], page_lang))}</small></summary>"
            f"<p>{esc(text(page_lang, 'trial_gold'))} {_articles(gold)}</p>"
            f"{''.join(f'<blockquote {verbatim(detect(one))}>{esc(one)}</blockquote>' for one in quoted)}"
            f"<p>{esc(text(page_lang, 'trial_seen'))} {_articles(seen)}</p>"
            f"<p>{again}</p></details>"
        )
    told = text(page_lang, "trial_failed", n=len(rows))
    return f"<h3>{esc(told)}</h3>{''.join(made)}"


def _articles(names: Sequence[str]) -> str:
    return ", ".join(f'<a href="{address(name)}" {KEPT}>{esc(name)}</a>' for name in names) or "–"


def _compared(made: Comparison, page_lang: Lang) -> str:
    """What changed from the first run to the second, and whether chance explains it; which questions turned."""
    named = ("trial_figure_name", "trial_first", "trial_second", "trial_change", "", "trial_turned", "trial_verdict")
    head = "".join(f'<th scope="col">{esc(text(page_lang, name) if name else "p")}</th>' for name in named)
    rows = "".join(
        f'<tr><th scope="row" {KEPT} title="{esc(METRICS[one.metric].what)}">{esc(one.metric)}</th>'
        f"<td>{one.first:.3f}</td><td>{one.second:.3f}</td><td>{one.change:+.3f}{_between(one.interval)}</td>"
        f"<td>{one.p:.3f}</td><td>{one.wins} / {one.ties} / {one.losses}</td>"
        f"<td>{esc(text(page_lang, VERDICTS[one.verdict]))}</td></tr>"
        for one in made.differences
    )
    flips = "".join(
        f"<li>{'+' if one.better else '−'} <span {verbatim(detect(one.asked))}>{esc(one.asked)}</span> "
        f"<small>{esc(_stage(one.first, page_lang))} → {esc(_stage(one.second, page_lang))}</small></li>"
        for one in sorted(made.flips, key=lambda one: (one.better, one.case))
    )
    names = f"<span {KEPT}>{esc(made.first.name)} → {esc(made.second.name)}</span>"
    told = text(page_lang, "trial_both", n=made.common)
    turned = f'<ul class="flips">{flips}</ul>' if flips else f"<p>{esc(text(page_lang, 'trial_no_flip'))}</p>"
    return (
        f'<div class="compared"><p>{names}: {esc(told)}</p>'
        '<div class="wide">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"<p>{esc(text(page_lang, 'trial_p'))}</p>{turned}</div>"
    )


def _between(interval: tuple[float, float] | None) -> str:
    return f"<small>{interval[0]:+.3f} – {interval[1]:+.3f}</small>" if interval else ""


def _stage(stage: str, page_lang: Lang) -> str:
    """What became of a question, in words."""
    return text(page_lang, f"stage_{STAGES.index(stage)}") if stage in STAGES else stage
