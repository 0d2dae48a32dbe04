"""Make, describe, prove and take back the index: `wenbao index`, `status`, `check`, `rollback`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from rag.datatypes import Paper
from rag.disk import can_sync
from rag.errors import SourceError, WenbaoError
from ui.commands.options import FILE, open_archive, store_option
from ui.commands.papers import counted, named_papers, paper_line, papers_lines, resolved
from ui.terminal import IndexProgress, note, noted_lines, out, out_json, out_table, report_line, unsynced_line

if TYPE_CHECKING:
    from rag.index.report import Report


@click.command()
@click.argument("paths", nargs=-1, type=FILE)
@store_option
@click.option("--full", is_flag=True, help="Embed everything again.")
@click.option("--strict", is_flag=True, help="Fail at the first input that cannot be read.")
@click.option(
    "--paper", "papers", multiple=True, metavar="NAME", help="Newspaper of what names none; PATH=NAME for one."
)
@click.option("--paper-zh", "papers_zh", multiple=True, metavar="NAME", help="Its Chinese name, in the same way.")
@click.option("--encoding", help="Encoding of the files, if it is not found by itself (big5, ...).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def index(
    paths: tuple[Path, ...],
    store: Path | None,
    full: bool,
    strict: bool,
    papers: tuple[str, ...],
    papers_zh: tuple[str, ...],
    encoding: str | None,
    as_json: bool,
) -> None:
    """Make the index hold the articles of PATHS: files, folders, .jsonl.

    Without PATHS: those of the last run, at first seeds/. Only what is new is embedded. The newspaper is that which a
    file names in its header (Paper:, 报纸：); of files that name none it is --paper, which holds for their PATHS in
    later runs too, else the setting. Where nobody says, only files in the form of the collection of People's Daily
    are taken to be of it.
    """
    from rag.corpus import Meter, sources
    from rag.embed import open_embedder
    from rag.index import store as stores
    from rag.index.build import build
    from rag.index.server import configured
    from rag.settings import load

    settings = load()
    folder = store or settings.store
    last = _last(folder)
    given = [str(p) for p in paths] or [str(p) for p in last.get("sources", [])] or ["seeds"]
    read = [Path(p) for p in given]
    kept = named_papers(read, papers, papers_zh, stores.named_papers(last))
    usual = Paper(settings.paper or "", settings.paper_zh or "")
    named = {path: paper for path in read if any((paper := kept.get(resolved(path), usual)).names)}
    meter = Meter.of(read) if IndexProgress.shown() else Meter()
    with IndexProgress(meter) as progress:
        report = build(
            sources(read, max_bytes=settings.max_file_bytes, encoding=encoding, meter=meter, papers=named),
            folder,
            open_embedder(settings.embedding_model, settings.embedding_dtype, offline=settings.offline),
            sources=[resolved(path) for path in read],
            papers=kept,
            full=full,
            strict=strict,
            server=configured(settings),
            progress=progress,
        )
    for skipped in report.skipped[:50]:
        note(f"skipped: {skipped}")
    if len(report.skipped) > 50:
        note(f"... and {len(report.skipped) - 50} more, see: wenbao status --json")
    for line in noted_lines(report):
        note(line)
    for line in papers_lines(report):
        note(line)
    if not report.synced:
        note(unsynced_line(folder))
    if as_json:
        out_json(_report_json(report))
    else:
        note(report_line(report, folder))
    if report.skipped:
        sys.exit(SourceError.exit_code)


def _last(folder: Path) -> dict[str, Any]:
    """The manifest of the last run; nothing if there is none that can be read."""
    from rag.index import store as stores

    try:
        return stores.read_manifest(stores.current(folder))
    except WenbaoError:
        return {}


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
        "noted": [{"path": n.source, "note": n.note, "articles": n.articles} for n in report.noted.values()],
        "papers": [{**(paper or Paper()).by_language, "articles": count} for paper, count in counted(report)],
        "synced": report.synced,
        "seconds": {stage: round(value, 3) for stage, value in report.seconds.items()},
    }


@click.command()
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--articles", is_flag=True, help="List the ids of all articles.")
def status(store: Path | None, as_json: bool, articles: bool) -> None:
    """Say what is indexed."""
    archive = open_archive(store)
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
    for one in found["papers"]:
        out(f"newspaper  {paper_line(one)}")
    span = " to ".join(found["dates"]) if found["dates"] else "undated"
    out(f"issues     {span}" + (f", {found['undated']} undated" if found["dates"] and found["undated"] else ""))
    if parting := found["translation"]:
        differs, look, nuance = (parting[grade] for grade in ("differs", "look", "nuance"))
        out(f"compared   articles whose translation differs: {differs}, to look at: {look}, with a nuance: {nuance}")
    reads = ", ".join(model["languages"])
    out(f"model      {model['name']} ({model['digest']}, {model['dimension']} dimensions, reads {reads})")
    out(f"size       {found['bytes'] / 1e6:.1f} MB")
    for path in found["sources"]:
        out(f"source     {path}")


@click.command()
@store_option
@click.option("--full", is_flag=True, help="Also search for stored vectors and prove every offset.")
@click.option("--figures", is_flag=True, help="List the figures that the translation gives otherwise, as CSV.")
@click.option("--translation", is_flag=True, help="List where original and translation part, as CSV.")
@click.option("--html", "as_html", is_flag=True, help="With --translation: as one HTML page.")
@click.option(
    "--decisions", type=click.Path(dir_okay=False, path_type=Path, exists=True), help="Take in a corrections.csv first."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(
    store: Path | None,
    full: bool,
    figures: bool,
    translation: bool,
    as_html: bool,
    decisions: Path | None,
    as_json: bool,
) -> None:
    """Is the index sound?"""
    if figures or translation or decisions:
        _translation(store, figures and not translation, as_html, decisions, as_json)
        return
    from rag.errors import IndexDamaged, ResourceError
    from rag.index import build, vectors
    from rag.index import check as checks
    from rag.index import store as stores
    from rag.index.server import configured
    from rag.settings import load

    settings = load()
    generation = stores.current(store or settings.store)
    faults = checks.quick(generation)
    if full and not faults:
        if not vectors.writable(generation) and "collections" not in stores.read_manifest(generation):
            raise ResourceError(
                f"{generation} cannot be written, and Chroma writes even to read. Copy the store and check the copy; "
                "the quick check found it sound, and searching works without Chroma."
            )
        try:
            build.verify(generation, configured(settings))
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


@click.command()
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def rollback(store: Path | None, as_json: bool) -> None:
    """Go back to the index before the last run.

    The next run of index goes on from there, and what was gone back from is removed.
    """
    from rag.index import store as stores
    from rag.index.build import roll_back
    from rag.index.server import configured
    from rag.settings import load

    settings = load()
    folder = store or settings.store
    generation = roll_back(folder, configured(settings))
    if not can_sync(folder):
        note(unsynced_line(folder))
    manifest = stores.read_manifest(generation)
    made, articles = manifest["made"], manifest["counts"]["articles"]
    if as_json:
        out_json({"generation": generation.name, "made": made, "articles": articles})
    else:
        note(f"{folder}: back to {generation.name} of {made}, {articles} articles.")


def _translation(store: Path | None, figures: bool, as_html: bool, decisions: Path | None, as_json: bool) -> None:
    """Print the findings of the translation; take in decisions about them before."""
    from rag.translation import corrections
    from ui import translation as desk

    archive = open_archive(store)
    if decisions:
        taken = corrections.FILE.taken_from(decisions)
        archive.take_in(taken)
        note(f"{len(taken)} decisions taken in")
    if not archive.is_compared_anew():
        note("what is listed was found by an earlier version of Wenbao; wenbao index brings it up to date")
    found = desk.rows(archive, desk.FIGURES if figures else None)
    if as_html or as_json:
        click.echo(desk.html_of(found) if as_html else desk.json_of(found))
    elif figures:
        names = ("article", "date", "page", "original", "translation", "original_sentence", "translated_sentence")
        out_table(desk.table_of(found, names))
    else:
        out_table(desk.table_of(found))
