"""The `wenbao` command. Answers go to stdout, progress, notes and errors to stderr; exit codes as in rag/errors.py.

Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from rag.errors import SourceError, UsageError, WenbaoError
from ui.terminal import (
    AdaptProgress,
    IndexProgress,
    adapted_lines,
    figures_csv,
    note,
    out,
    out_json,
    print_answer,
    print_hit,
    report_line,
)

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.index.writer import Report

DAY = click.DateTime(["%Y-%m-%d"])


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """The --store option that every command has."""
    return click.option(
        "--store",
        type=click.Path(path_type=Path),
        help="Folder of the index.  [default: $WENBAO_STORE or ./.wenbao]",
    )(command)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that limit a search."""
    for option in (
        click.option("--page", type=click.IntRange(1, 99), help="Only articles on this page."),
        click.option("--until", type=DAY, help="Only issues up to this day (YYYY-MM-DD)."),
        click.option("--since", type=DAY, help="Only issues from this day on (YYYY-MM-DD)."),
        click.option("--lang", type=click.Choice(["zh", "en"]), help="Only passages in this language."),
    ):
        command = option(command)
    return command


def _day(value: datetime | None) -> date | None:
    return value.date() if value else None


def _archive(store: Path | None) -> Archive:
    from rag.archive import Archive

    return Archive.open(store)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wenbao", prog_name="wenbao")
def cli() -> None:
    """Ask a bilingual newspaper archive questions and see the sentence every answer rests on."""


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@store_option
@click.option("--full", is_flag=True, help="Embed everything again.")
@click.option("--strict", is_flag=True, help="Fail at the first input that cannot be read.")
@click.option("--encoding", help="Encoding of the files, if it is not found by itself (big5, ...).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def index(
    paths: tuple[Path, ...], store: Path | None, full: bool, strict: bool, encoding: str | None, as_json: bool
) -> None:
    """Make the index hold the articles of PATHS: files, folders, .jsonl.

    Without PATHS: those of the last run, at first seeds/. Only what is new is embedded.
    """
    from rag.corpus import sources
    from rag.embed import open_embedder
    from rag.index.build import build
    from rag.settings import load

    settings = load()
    folder = store or settings.store
    given = [str(p) for p in paths] or _last_sources(folder) or ["seeds"]
    with IndexProgress() as progress:
        report = build(
            sources([Path(p) for p in given], max_bytes=settings.max_file_bytes, encoding=encoding),
            folder,
            open_embedder(settings.embedding_model, settings.embedding_dtype, offline=settings.offline),
            sources=[str(Path(p).resolve()) for p in given],
            full=full,
            strict=strict,
            progress=progress,
        )
    for skipped in report.skipped[:50]:
        note(f"skipped: {skipped}")
    if len(report.skipped) > 50:
        note(f"... and {len(report.skipped) - 50} more, see: wenbao status --json")
    if as_json:
        out_json(_report_json(report))
    else:
        note(report_line(report, folder))
    if report.skipped:
        sys.exit(SourceError.exit_code)


def _last_sources(folder: Path) -> list[str]:
    from rag.index import store as stores

    try:
        return [str(p) for p in stores.read_manifest(stores.current(folder)).get("sources", [])]
    except WenbaoError:
        return []


def _report_json(report: Report) -> dict[str, Any]:
    return {
        "generation": report.generation,
        "changed": report.changed,
        "articles": report.articles,
        "passages": report.passages,
        "embedded": report.embedded,
        "added": report.added,
        "updated": report.updated,
        "removed": report.removed,
        "rebuilt": report.rebuilt,
        "skipped": [{"path": s.path, "line": s.line, "reason": s.reason} for s in report.skipped],
        "seconds": {stage: round(value, 3) for stage, value in report.seconds.items()},
    }


@cli.command()
@click.argument("question")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="Number of hits.")
@filter_options
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-v", "--verbose", is_flag=True, help="Also say why each passage was found.")
def search(
    question: str,
    k: int,
    lang: Any,
    since: datetime | None,
    until: datetime | None,
    page: int | None,
    store: Path | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Find passages for QUESTION in either language."""
    import time

    from rag.datatypes import Filters
    from rag.query import understand
    from ui.export import search_json

    archive = _archive(store)
    started = time.perf_counter()
    hits = archive.search(question, k, lang=lang, since=_day(since), until=_day(until), page=page)
    took = round((time.perf_counter() - started) * 1000, 1)
    if as_json:
        filters = Filters(_day(since), _day(until), lang, page)
        out_json(search_json(question, understand(question).lang, filters, hits, took))
        return
    for rank, hit in enumerate(hits, 1):
        print_hit(rank, hit, verbose)
    if not hits:
        note("nothing found")


@cli.command()
@click.argument("question")
@filter_options
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--export", type=click.Choice(["ris", "bibtex", "csl", "md", "json"]), help="Print it in this form.")
def ask(
    question: str,
    lang: Any,
    since: datetime | None,
    until: datetime | None,
    page: int | None,
    store: Path | None,
    as_json: bool,
    export: str | None,
) -> None:
    """Answer QUESTION with cited quotations, or say that the archive does not."""
    from ui import export as forms

    archive = _archive(store)
    answer = archive.ask(question, lang=lang, since=_day(since), until=_day(until), page=page)
    if as_json or export == "json":
        out_json(forms.answer_json(answer))
    elif export:
        form = {"ris": forms.ris, "bibtex": forms.bibtex, "csl": forms.csl}.get(export)
        out((form(answer.citations) if form else forms.markdown(answer)).rstrip("\n"))
    else:
        print_answer(answer)


@cli.command()
@click.argument("article")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(article: str, store: Path | None, as_json: bool) -> None:
    """Print ARTICLE in both languages, aligned paragraph by paragraph."""
    from rag.align import paragraph_beads
    from rag.answer.wording import source
    from rag.datatypes import LANGS
    from ui.export import article_json

    archive = _archive(store)
    found = archive.article(article)
    beads = archive.beads(article)
    if as_json:
        sides = [{"paragraph": b.paragraph, "zh": b.zh, "en": b.en, "score": b.score} for b in beads]
        out_json({**article_json(found), "beads": sides})
        return
    for lang in LANGS:
        if lang in found.titles:
            out(" ".join(found.titles[lang].split()))
    out(source(found, "en") + (f", {found.author}" if found.author else "") + f"  ({found.id})")
    for bead in paragraph_beads(beads):
        out(f"\n[{bead.paragraph}]")
        for lang in LANGS:
            if side := bead.side(lang):
                out(" ".join(found.bodies[lang][slice(*side)].split()))


@cli.command()
@store_option
@click.option("--host", help="Address to listen on.  [default: $WENBAO_HOST or 127.0.0.1]")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.  [default: $WENBAO_PORT or 7860]")
def chat(store: Path | None, host: str | None, port: int | None) -> None:
    """Serve the chat in the browser."""
    from rag.archive import Archive
    from rag.index import store as stores
    from rag.settings import load

    settings = load()
    stores.current(store or settings.store)  # fails at once, before the slow imports, if there is no index
    from ui.web.server import serve

    def ready(url: str) -> None:
        note(f"Wenbao is ready at {url}  (stop with Ctrl-C)")

    serve(
        lambda: Archive.open(store, settings=settings),
        host=host or settings.host,
        port=port or settings.port,
        password=settings.password.get_secret_value() if settings.password else None,
        ready=ready,
    )


@cli.command()
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--articles", is_flag=True, help="List the ids of all articles.")
def status(store: Path | None, as_json: bool, articles: bool) -> None:
    """Say what is indexed."""
    archive = _archive(store)
    if articles:
        for identifier in archive.article_ids():
            out(identifier)
        return
    found = archive.status()
    if as_json:
        out_json(found)
        return
    model, passages = found["model"], found["passages"]
    out(f"store      {found['store']} ({found['generation']}, made {found['made']})")
    out(f"articles   {found['articles']}" + (f", {found['skipped']} inputs skipped" if found["skipped"] else ""))
    out(f"passages   {passages['zh']} Chinese, {passages['en']} English")
    out(f"issues     {' to '.join(found['dates']) if found['dates'] else 'undated'}")
    reads = ", ".join(model["languages"])
    out(f"model      {model['name']} ({model['digest']}, {model['dimension']} dimensions, reads {reads})")
    out(f"size       {found['bytes'] / 1e6:.1f} MB")
    for path in found["sources"]:
        out(f"source     {path}")


@cli.command()
@store_option
@click.option("--full", is_flag=True, help="Also search for stored vectors and prove every offset.")
@click.option("--figures", is_flag=True, help="List the figures that the translation gives otherwise, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(store: Path | None, full: bool, figures: bool, as_json: bool) -> None:
    """Is the index sound?"""
    if figures:
        click.echo(figures_csv(_archive(store)), nl=False)
        return
    from rag.errors import IndexDamaged
    from rag.index import build
    from rag.index import check as checks
    from rag.index import store as stores
    from rag.settings import load

    generation = stores.current(store or load().store)
    faults = checks.quick(generation)
    if full and not faults:
        try:
            build.verify(generation)
        except IndexDamaged as err:
            faults = str(err).splitlines()
    if as_json:
        out_json({"generation": generation.name, "full": full, "sound": not faults, "faults": faults})
    else:
        for fault in faults:
            out(fault)
        out(f"{generation.name}: " + ("damaged. Build it anew: wenbao index --full" if faults else "sound"))
    if faults:
        sys.exit(IndexDamaged.exit_code)


@cli.command("eval")
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@store_option
@click.option("--out", "folder", type=click.Path(path_type=Path), help="Run folder.  [default: runs/SET-TIME]")
@click.option("--baseline", type=click.Path(path_type=Path), help="Run folder to compare with.")
@click.option("--min", "minimums", multiple=True, metavar="METRIC=VALUE", help="Fail below this; repeatable.")
@click.option("--search-only", is_flag=True, help="Measure retrieval alone.")
@click.option("--limit", type=click.IntRange(1), help="Only the first N questions.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def evaluate(
    question_set: Path,
    store: Path | None,
    folder: Path | None,
    baseline: Path | None,
    minimums: Sequence[str],
    search_only: bool,
    limit: int | None,
    as_json: bool,
) -> None:
    """Run the question set SET (.yaml, .jsonl, .csv or a BEIR folder) and measure the answers."""
    from eval.run import BelowFloor
    from eval.run import evaluate as run

    if question_set.is_dir():
        store = _indexed_beir(question_set, store)
    missed: BelowFloor | None = None
    try:
        result = run(
            question_set,
            _archive(store),
            out=folder,
            search_only=search_only,
            limit=limit,
            baseline=baseline,
            minimums=minimums,
            progress=sys.stderr.isatty(),
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


def _indexed_beir(folder: Path, store: Path | None) -> Path:
    """The store of a BEIR folder's corpus, indexed now if it is not yet."""
    from rag.corpus import sources
    from rag.embed import open_embedder
    from rag.errors import NoIndex
    from rag.index import store as stores
    from rag.index.build import build
    from rag.settings import load

    settings = load()
    place = store or Path(".wenbao-eval") / folder.resolve().name
    try:
        made_from = stores.read_manifest(stores.current(place))["sources"]
    except NoIndex:
        made_from = []
    if made_from != [str(folder.resolve())]:
        if made_from:
            held = ", ".join(made_from)
            raise UsageError(f"the store {place} holds {held}, not {folder}. Name another with --store.")
        note(f"indexing {folder} into {place}")
        embedder = open_embedder(settings.embedding_model, settings.embedding_dtype, offline=settings.offline)
        read = sources([folder], max_bytes=settings.max_file_bytes)
        with IndexProgress() as progress:
            build(read, place, embedder, sources=[str(folder.resolve())], progress=progress)
    return place


@cli.command()
@click.argument("run_a", type=click.Path(path_type=Path))
@click.argument("run_b", type=click.Path(path_type=Path))
def compare(run_a: Path, run_b: Path) -> None:
    """Compare two run folders: differences with intervals, and the questions that flipped."""
    from eval.compare import compare as paired

    out(paired(run_a, run_b))


@cli.command()
@store_option
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("wenbao-adapted"),
    show_default=True,
    help="Folder to write the new model to.",
)
@click.option(
    "--passes",
    type=click.FloatRange(0, 100, min_open=True),
    help="Passes over the pairs.  [default: 2, or those of the run resumed]",
)
@click.option("--resume", is_flag=True, help="Go on with a run to the same --out that was stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def adapt(store: Path | None, folder: Path, passes: float | None, resume: bool, as_json: bool) -> None:
    """Train the model further on the archive's own translations.

    Takes the aligned sentences, and the headlines with their lead paragraphs, holds a tenth of the articles back,
    and says how well the model pairs those before and after. Nothing leaves this machine; no setting is changed.
    """
    from rag.model.adapt import Options
    from rag.model.adapt import adapt as run
    from rag.model.trainable import base_model
    from rag.settings import load

    base = base_model(load().embedding_model)
    archive = _archive(store)
    try:
        with AdaptProgress() as progress:
            result = run(archive, base, folder, Options(passes=passes), resume=resume, progress=progress)
    except (KeyboardInterrupt, SystemExit):
        if (folder.with_name(folder.name + ".work") / "run.json").is_file():
            note(f"stopped; go on from the last checkpoint with: wenbao adapt --resume --out {folder}")
        raise
    if as_json:
        out_json({"folder": str(result.folder), **result.record})
        return
    for line in adapted_lines(result.record):
        out(line)
    note(f"use it: WENBAO_EMBEDDING_MODEL={shlex.quote(str(result.folder.resolve()))} wenbao index")
    note("and keep WENBAO_EMBEDDING_MODEL set for search, ask and chat; unset it and index again to go back.")


def _terminated(number: int, _: FrameType | None) -> None:
    note("ended; the index is as it was; run the command again to continue")
    raise SystemExit(128 + number)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; every expected error becomes one line on stderr and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _terminated)
    # In a plain C locale Chinese arguments arrive as undecoded bytes.
    given = [os.fsencode(a).decode("utf-8", "replace") for a in (sys.argv[1:] if arguments is None else arguments)]
    try:
        cli.main(args=given, prog_name="wenbao", standalone_mode=False)
    except WenbaoError as err:
        note(f"error: {err}")
        sys.exit(err.exit_code)
    except click.ClickException as err:
        err.show()
        sys.exit(UsageError.exit_code)
    except (click.Abort, KeyboardInterrupt):
        note("interrupted; the index is as it was; run the command again to continue")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


if __name__ == "__main__":
    main()
