"""What the `wenbao` command prints: text made safe for a terminal, tables, progress lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.language.script import visible
from rag.spreadsheet import MARK, table

if TYPE_CHECKING:
    from rag.corpus import Meter
    from rag.datatypes import Draft, Found, Hit, Lang, Period
    from rag.index.report import Progress, Report


NOTED = 20
"""Kinds of notes that are printed."""


def out(text: str) -> None:
    """Print to stdout."""
    click.echo(visible(text))


def note(text: str) -> None:
    """Print to stderr."""
    click.echo(visible(text), err=True)


def out_json(document: Any) -> None:
    """Print one JSON document to stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))


def report_line(report: Report, folder: Path) -> str:
    """One line on what an index run did."""
    passages = f"{report.passages['zh']} Chinese and {report.passages['en']} English passages"
    if not report.changed:
        line = f"{folder}: up to date, {report.articles} articles, {passages}."
    else:
        parts = [f"{report.added} new", f"{report.updated} changed", f"{report.removed} gone"]
        line = f"{folder}: {report.articles} articles ({', '.join(parts)}), {passages}, {report.embedded} embedded."
    if report.rebuilt:
        line += f" Built anew: {report.rebuilt}."
    skipped = len(report.skipped)
    return line + (f" {skipped} input{'s' if skipped > 1 else ''} skipped." if skipped else "")


def noted_lines(report: Report) -> list[str]:
    """What was noted about new and changed articles that were taken all the same, a line for each kind of note."""
    kinds = list(report.noted.values())
    lines = [f"noted: {n.source}: {n.note}" + (f" (so, or alike, {n.articles} articles)" if n.articles > 1 else "")
             for n in kinds[:NOTED]]  # fmt: skip
    return [*lines, *([f"... and {len(kinds) - NOTED} more kinds of notes, see --json"] if len(kinds) > NOTED else [])]


def unsynced_line(store: Path) -> str:
    """The note on a file system that cannot sync folders."""
    return f"{store}: this file system cannot sync folders. The work is kept; a power cut just now may undo it."


class IndexProgress:
    """A line on stderr with the share read, counts, rate and time left, on a terminal only."""

    def __init__(self, meter: Meter | None = None) -> None:
        """`meter` tells how much of the input is read; without it there is no time left to show."""
        self._meter = meter

    @staticmethod
    def shown() -> bool:
        """True if the line is seen by someone."""
        return sys.stderr.isatty()

    def __enter__(self) -> Callable[[Progress], None]:
        from rich.console import Console
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"), BarColumn(bar_width=20), TaskProgressColumn(),
            TextColumn("{task.fields[counts]}"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
        )  # fmt: skip
        self._bar = Bar(
            *columns, console=console, disable=not console.is_terminal, transient=True, speed_estimate_period=120
        )
        self._bar.start()
        self._task = self._bar.add_task("reading", total=None, counts="")
        return self._show

    def _show(self, p: Progress) -> None:
        elapsed = self._bar.tasks[0].elapsed or 0.0
        rate = f", {p.embedded / elapsed:.0f}/s embedded" if elapsed > 1 and p.embedded else ""
        counts = f"{p.articles} articles, {p.passages} passages{rate}, {p.skipped} skipped"
        read = self._meter if p.stage in {"read", "embed"} else None
        total, done = (read.total, read.done) if read and read.total else (None, 0)
        self._bar.update(self._task, description=STAGES[p.stage], completed=done, total=total, counts=counts)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


STAGES = {"read": "reading", "embed": "embedding", "store": "storing", "verify": "checking"}


def print_found(found: Found, verbose: bool) -> None:
    """Print what was found, passages that follow each other together; how the question was read goes to stderr."""
    from rag.variety import joined

    for line in (period_line(found.period, found.lang), undated_line(found.undated, found.lang)):
        if line:
            note(line)
    if verbose and found.added:
        note("added: " + ", ".join(f"{a.term} = {a.word} ({a.source})" for a in found.added))
    ranks = {hit.passage.id: rank for rank, hit in enumerate(found.hits, 1)}
    for group in joined(found.hits):
        best = min(group, key=lambda hit: ranks[hit.passage.id])
        _print_group(group, best, sorted(ranks[hit.passage.id] for hit in group), found if verbose else None)
    if not found.hits:
        note("nothing found")


def period_line(period: Period | None, lang: Lang) -> str:
    """What became of a time that the question names, in the question's language; "" if it names none."""
    if period is None:
        return ""
    since, until = period.since or "…", period.until or "…"
    if lang == "zh":
        if period.applied:
            return f"只查 {since} 至 {until} 的报纸（据“{period.text}”；要查全部请加 --no-dates）"
        return f"“{period.text}”没有用作日期限制：该时段内没有更相关的段落"
    if period.applied:
        return f"issues {since} to {until} only (from “{period.text}”; --no-dates searches all)"
    return f"“{period.text}” was not taken as a limit: the better passages were printed at another time"


def undated_line(undated: int, lang: Lang) -> str:
    """That articles without a date were left out by a limit of dates, in the question's language; "" if none were."""
    if not undated:
        return ""
    if lang == "zh":
        return f"有{undated}篇没有日期的文章因日期限制未查"
    many = f"{undated} articles without a date were" if undated > 1 else "1 article without a date was"
    return f"{many} left out by the limit of dates"


def _print_group(group: Sequence[Hit], best: Hit, ranks: Sequence[int], explained: Found | None) -> None:
    """Print hits of one place of an article; `explained` is what they were found by, if it is to be told."""
    from rag.answer.reasons import why
    from rag.answer.wording import source

    place = f"{source(best.article, best.passage.lang)}  [{best.article.id}]  {best.score:+.2f}"
    also = f"  (with {', '.join(map(str, ranks[1:]))})" if len(ranks) > 1 else ""
    out(f"{ranks[0]:2}. {place}{also}")
    body = best.article.bodies[best.passage.lang]
    out(f"    {' '.join(body[group[0].passage.start : group[-1].passage.end].split())}")
    twins = [hit.twin for hit in group if hit.twin]
    if twins:
        body = best.article.bodies[twins[0].lang]
        out(f"    {' '.join(body[min(t.start for t in twins) : max(t.end for t in twins)].split())}")
    for warning in dict.fromkeys(warning for hit in group for warning in hit.warnings):
        out(f"    ! {warning}")
    if explained:
        for name, channel in best.channels.items():
            out(f"      {name}: rank {channel.rank or '-'}, score {channel.score:.3f}")
        for reason in why(best, explained.filters, explained.lang):
            out(f"      {reason}")
    out("")


def print_answer(answer: Any) -> None:
    """Print an answer with its evidence in both languages, or a refusal with the nearest passages."""
    from rag.answer.wording import source, value_rows

    if answer.period and (answer.answered or answer.period.applied):
        note(period_line(answer.period, answer.lang))
    if line := undated_line(answer.undated, answer.lang):
        note(line)
    out(answer.text)
    quoted = {warning for c in answer.citations for q in c.quotes for warning in q.warnings}
    for warning in answer.warnings:
        if warning not in quoted:
            out(f"! {warning}")
    for figure, place, said in value_rows(answer):
        out(f"  {figure}  {place}  {said}")
    for cited in answer.citations:
        _print_citation(cited, answer.lang)
    if not answer.answered and answer.hits:
        out("")
        out("最接近的段落（不是答案）：" if answer.lang == "zh" else "Nearest passages (not an answer):")
        for hit in answer.hits[:3]:
            out(f"  - {source(hit.article, answer.lang)}  ({hit.article.id})")
            out(f"    {' '.join(hit.passage.text.split())}")


def _print_citation(c: Any, lang: Lang) -> None:
    from rag.answer import times
    from rag.answer.wording import source

    out("")
    out(f"[{c.number}] {source(c.article, lang)}  ({c.article.id})")
    for _, title in sorted(c.article.titles.items(), reverse=True):  # Chinese first
        out(f"    {' '.join(title.split())}")
    for q in c.quotes:
        out(f"    > {' '.join(q.text.split())}")
        if q.twin:
            out(f"    > {' '.join(q.twin.text.split())}")
        for line in filter(None, (times.told(q, lang), *(f"! {warning}" for warning in q.warnings))):
            out(f"    {line}")


class AnswerProgress:
    """What a language model has written so far, on stderr and on a terminal only; it makes way for the answer."""

    def __enter__(self) -> Callable[[Draft], None]:
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True)
        self._live = Live(console=console, transient=True, refresh_per_second=8) if console.is_terminal else None
        if self._live:
            self._live.start()
        return self._show

    def _show(self, draft: Draft) -> None:
        if self._live:
            from rich.text import Text

            gap = " " if draft.text and draft.tail else ""
            self._live.update(Text.assemble(visible(draft.text) + gap, (visible(draft.tail), "dim")))

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()


def out_table(rows: Iterable[Sequence[object]]) -> None:
    """Print rows as CSV: as a file for a spreadsheet where stdout goes to one, as text where it is read."""
    text = table(rows)
    file = getattr(sys.stdout, "buffer", None)
    if file is None or sys.stdout.isatty():
        click.echo(text.removeprefix(MARK), nl=False)
    else:
        click.echo(text.encode(), nl=False)


def adapted_lines(record: dict[str, Any]) -> list[str]:
    """The figures before and after an adaptation, and how to use the new model."""
    lines = ["nearest text is the right one       before   after   texts"]
    for name, f in record["figures"].items():
        lines.append(f"{name:<34}  {f['before']:6.3f}  {f['after']:6.3f}  {f['texts']:6}")
    lines.append(f"English vectors, mean cosine to those before: {record['english_kept']:.4f}")
    lines.append(
        {
            "better": "The new model is better on the held-back articles, by more than chance.",
            "worse": "The new model is WORSE on the held-back articles. It is kept, but do not use it.",
            "unchanged": "The new model is not better on the held-back articles, beyond chance. "
            "It is kept; there is no reason to use it.",
        }[record["verdict"]]
    )
    return lines


class AdaptProgress:
    """A line on stderr with what is done, its rate and the time left, on a terminal only."""

    def __enter__(self) -> Callable[[str, int, int, str], None]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
        )  # fmt: skip
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
        self._bar.start()
        self._task = self._bar.add_task("", total=None, note="")
        return self._show

    def _show(self, stage: str, done: int, total: int, text: str) -> None:
        self._bar.update(self._task, description=stage, completed=done, total=total, note=text)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
