"""Measure: `wenbao eval` with its sub-commands, `wenbao compare`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.errors import SourceError, UsageError
from ui.commands.benchmark import beir_archive
from ui.commands.options import open_archive, store_option
from ui.commands.question_sets import bm25, check, draft, export_set, import_set, plant, probes
from ui.terminal import note, out, out_json

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.datatypes import Channel


class RunByDefault(click.Group):
    """`eval SET` is `eval run SET`: what is no sub-command is taken for a question set."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` in front of arguments that name no sub-command."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group("eval", cls=RunByDefault)
def evaluate() -> None:
    """Measure with a question set: `wenbao eval SET` runs it, the commands below look after sets.

    A set named like a command is given with its path: `wenbao eval ./check`.
    """


@evaluate.command("run")
@click.argument("question_sets", metavar="SET...", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    help="Run folder; of several sets, the folder of their runs.  [default: runs/SET-TIME]",
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Run folder to compare with; of several, of theirs.")
@click.option("--min", "minimums", multiple=True, metavar="METRIC=VALUE", help="Fail below this; repeatable.")
@click.option("--search-only", is_flag=True, help="Measure retrieval alone.")
@click.option(
    "--channel",
    type=click.Choice(["fused", "keyword", "dense"]),
    default="fused",
    help="Search by keywords or vectors alone (with --search-only). On a BEIR folder, keyword indexes without a model.",
)
@click.option(
    "--references/--no-references",
    default=None,
    help="Search also by each channel and in each language alone, to show beside.  [default: unless --search-only]",
)
@click.option("--trec-run", "ranked", type=click.Path(path_type=Path), help="Score this TREC run instead of searching.")
@click.option("--judge", metavar="llm|MODEL", help="Let a model judge whether citations support what is said.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N questions.")
@click.option(
    "--llm", is_flag=True, help="Let the configured language model write the answers; else all are quotations."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def run(
    question_sets: Sequence[Path],
    store: Path | None,
    folder: Path | None,
    channel: Channel,
    ranked: Path | None,
    llm: bool,
    as_json: bool,
    **how: Any,
) -> None:
    """Run the question set SET (.yaml, .jsonl, .csv or a BEIR folder) and measure the answers.

    Of several sets each is run, and one table shows their figures, the mean over the sets and the worst. `run` can be
    left out: `wenbao eval SET`.
    """
    from eval.run.evaluate import BelowFloor
    from eval.run.evaluate import evaluate as run_set
    from eval.run.floors import Missed
    from eval.run.several import evaluate_several

    @cache
    def indexed() -> Archive:
        return open_archive(store)

    def archive_of(path: Path) -> Archive:
        archive = beir_archive(path, store, "keyword" if ranked else channel) if path.is_dir() else indexed()
        if llm and not archive.model:
            raise UsageError("--llm: no language model is configured. Set WENBAO_LLM_URL and WENBAO_LLM_MODEL.")
        return archive

    how |= {"out": folder, "channel": channel, "ranked": ranked, "llm": llm, "progress": sys.stderr.isatty()}
    if len(question_sets) > 1:
        several = evaluate_several(question_sets, archive_of, told=note, **how)
        if as_json:
            out_json(several.document())
        else:
            out(several.text())
            for one in several.runs.values():
                note(f"run folder: {one.folder}")
        if several.missed:
            raise Missed("\n".join(several.missed))
        return
    missed: BelowFloor | None = None
    try:
        result = run_set(question_sets[0], archive_of(question_sets[0]), **how)
    except BelowFloor as err:
        missed, result = err, err.result
    if as_json:
        out_json({"folder": str(result.folder), **result.summary})
    else:
        out(result.text)
        note(f"run folder: {result.folder}")
    if missed:
        raise missed
    if result.partial:
        note(f"measured on a part of the set: {result.partial}")
        sys.exit(SourceError.exit_code)


for command in (bm25, check, draft, export_set, import_set, plant, probes):
    evaluate.add_command(command)


@click.command()
@click.argument("run_a", type=click.Path(path_type=Path))
@click.argument("run_b", type=click.Path(path_type=Path))
def compare(run_a: Path, run_b: Path) -> None:
    """Compare two run folders: differences with intervals, and the questions that flipped."""
    from eval.run.compare import compare as paired

    out(paired(run_a, run_b))
