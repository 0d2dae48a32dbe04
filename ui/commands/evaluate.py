"""Measure: `wenbao eval` with its sub-commands, `wenbao compare`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.errors import SourceError, UsageError
from ui.commands.options import open_archive, store_option
from ui.commands.question_sets import bench, bm25, check, draft, export_set, import_set, plant, probes
from ui.terminal import IndexProgress, note, out, out_json

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
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@store_option
@click.option("--out", "folder", type=click.Path(path_type=Path), help="Run folder.  [default: runs/SET-TIME]")
@click.option("--baseline", type=click.Path(path_type=Path), help="Run folder to compare with.")
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
    question_set: Path,
    store: Path | None,
    folder: Path | None,
    baseline: Path | None,
    minimums: Sequence[str],
    search_only: bool,
    channel: Channel,
    references: bool | None,
    ranked: Path | None,
    judge: str | None,
    limit: int | None,
    llm: bool,
    as_json: bool,
) -> None:
    """Run the question set SET (.yaml, .jsonl, .csv or a BEIR folder) and measure the answers.

    `run` can be left out: `wenbao eval SET`.
    """
    from eval.run import BelowFloor
    from eval.run import evaluate as run_set

    needed: Channel = "keyword" if ranked else channel
    archive = _beir_archive(question_set, store, needed) if question_set.is_dir() else open_archive(store)
    if llm and not archive.model:
        raise UsageError("--llm: no language model is configured. Set WENBAO_LLM_URL and WENBAO_LLM_MODEL.")
    missed: BelowFloor | None = None
    try:
        result = run_set(
            question_set,
            archive,
            out=folder,
            search_only=search_only,
            limit=limit,
            baseline=baseline,
            minimums=minimums,
            progress=sys.stderr.isatty(),
            channel=channel,
            references=references,
            ranked=ranked,
            judge=judge,
            llm=llm,
        )
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


for command in (bench, bm25, check, draft, export_set, import_set, plant, probes):
    evaluate.add_command(command)


def _beir_archive(folder: Path, store: Path | None, channel: Channel) -> Archive:
    """The archive of a BEIR folder's corpus, indexed now if it is not yet; for keywords alone, without a model."""
    from eval.keyword_only import KeywordOnly
    from rag.archive import Archive
    from rag.corpus import sources
    from rag.embed import Embedder, open_embedder
    from rag.index.build import build
    from rag.settings import load

    settings = load()
    name = folder.resolve().name
    place = store or Path(".wenbao-eval") / name
    held = _manifest(place)
    if channel == "keyword" and store is None and held is None:
        place = Path(".wenbao-eval") / f"{name}-keyword"
        held = _manifest(place)
    embedder: Embedder = open_embedder(settings.embedding_model, settings.embedding_dtype, offline=settings.offline)
    if held["model"]["name"] == KeywordOnly.name if held else channel == "keyword":
        embedder = KeywordOnly(embedder)
        if channel != "keyword":
            raise UsageError(f"the store {place} was indexed without vectors, for --channel keyword. Name another.")
    made_from = held["sources"] if held else []
    if made_from != [str(folder.resolve())]:
        if made_from:
            others = ", ".join(made_from)
            raise UsageError(f"the store {place} holds {others}, not {folder}. Name another with --store.")
        note(f"indexing {folder} into {place}")
        read = sources([folder], max_bytes=settings.max_file_bytes)
        with IndexProgress() as progress:
            build(read, place, embedder, sources=[str(folder.resolve())], progress=progress)
    return Archive.open(place, settings=settings, embedder=embedder)


def _manifest(store: Path) -> dict[str, Any] | None:
    """What the index in `store` was made of; None if there is none."""
    from rag.errors import NoIndex
    from rag.index import store as stores

    try:
        return stores.read_manifest(stores.current(store))
    except NoIndex:
        return None


@click.command()
@click.argument("run_a", type=click.Path(path_type=Path))
@click.argument("run_b", type=click.Path(path_type=Path))
def compare(run_a: Path, run_b: Path) -> None:
    """Compare two run folders: differences with intervals, and the questions that flipped."""
    from eval.compare import compare as paired

    out(paired(run_a, run_b))
