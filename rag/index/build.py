"""Articles -> a new generation: read, write aside, verify, switch; and back to the one before."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from rag.datatypes import Article, Paper
from rag.disk import can_sync, is_of_the_disk
from rag.embed import Embedder
from rag.errors import IndexDamaged, IndexMismatch, ResourceError, SourceError, UsageError, WenbaoError
from rag.index import chroma
from rag.index import store as stores
from rag.index.check import quick
from rag.index.journal import Journal
from rag.index.live import Live, open_live
from rag.index.reader import Generation
from rag.index.report import Progress, Report
from rag.index.server import Server, collection_prefix
from rag.index.writer import GenerationWriter, recipe

PENDING = "pending.bin"
FULL_OR_CLOSED = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS})
FAILED = frozenset(
    {errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ETIMEDOUT}
)
"""What a disk that breaks or a share that goes away answers."""
MOST_TOLD = 50
"""Inputs that could not be read, of which a run that read none tells."""


def build(
    articles: Iterable[Article | SourceError],
    store: Path,
    embedder: Embedder,
    *,
    sources: list[str],
    papers: Mapping[str, Paper] = MappingProxyType({}),
    full: bool = False,
    strict: bool = False,
    server: Server | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Make `store` hold exactly these articles.

    Args:
        articles: what was read, each id once; a SourceError stands for an input that could not be.
        store: folder of the index.
        embedder: the model.
        sources: where the articles come from, kept in the manifest.
        papers: the newspaper that was named for some of `sources`, kept with them.
        full: embed everything again.
        strict: raise the first SourceError instead of skipping.
        server: a Chroma server for the vectors, None to keep them in the store.
        progress: called now and then.

    Returns:
        what was done. If nothing changed, nothing is written.

    Raises:
        IndexBusy, ResourceError, IndexDamaged: see rag.errors; the live generation is as before.
        SourceError: with `strict`, or if not one article could be read.
    """
    with _disk_errors(store), stores.writing(store), contextlib.ExitStack() as closing:
        live, rebuilt = open_live(store)
        if live:
            closing.callback(live.close)
            rebuilt = _unusable(live, embedder, server)
        report = Report(rebuilt=rebuilt)
        prefix = collection_prefix(store) if server else None
        if server and prefix:
            chroma.drop_others(server, prefix, stores.generations(store))
        if full:
            (store / PENDING).unlink(missing_ok=True)
        generation = stores.new_generation(store)
        closing.callback(shutil.rmtree, generation, ignore_errors=True)
        journal = Journal(store / PENDING, embedder.dimension, None if full else _last(store))
        closing.callback(journal.close)
        usable = live if not (full or rebuilt) else None
        writer = GenerationWriter(
            generation, embedder, journal, report, progress, live=usable, server=server, prefix=prefix
        )
        closing.callback(writer.close)
        waiting = _read(articles, live, writer, report, strict)
        if not report.articles:
            raise _nothing(report)
        same = not (report.added or report.removed or report.updated)
        if live and usable and same and _is_at(live, sources, papers, prefix):
            report.changed, report.generation = False, live.folder.name
            report.passages = live.manifest["counts"]["passages"]
            return report
        writer.take_first(waiting)
        writer.finish(sources, papers)
        progress(
            Progress("verify", report.articles, sum(report.passages.values()), report.embedded, len(report.skipped))
        )
        with report.timed("verify"):
            verify(generation, server, new=True)
        report.generation = stores.commit(store, generation).name
        report.synced = can_sync(store)
        journal.discard()
        if server and prefix:
            chroma.drop_others(server, prefix, stores.generations(store))
        return report


def _read(
    articles: Iterable[Article | SourceError],
    live: Live | None,
    writer: GenerationWriter,
    report: Report,
    strict: bool,
) -> int:
    """Hand the articles to the writer and count them in the report.

    As long as they are those of the live generation, in its order, nothing is written, for perhaps nothing will have
    to be. Returns how many such articles still wait at the end.
    """
    waiting, in_order, known = 0, writer.live is not None, 0
    for item in articles:
        if isinstance(item, SourceError):
            if strict:
                raise item
            report.skipped.append(item)
            continue
        was = live.articles.find(item.id) if live else None
        has_content = was is not None and was.digest == item.digest
        unchanged = was is not None and has_content and was.paper == item.paper
        known += was is not None
        report.added += was is None
        report.updated += was is not None and not unchanged
        report.papers[item.paper] += 1
        if not has_content:
            report.note(item)
        if in_order and was is not None and unchanged and was.row == waiting:
            waiting += 1
        else:
            if in_order:
                writer.take_first(waiting)
                waiting, in_order = 0, False
            writer.add(item, writer.live.take(was.row)[1] if was and has_content and writer.live else None)
        report.articles += 1
        if report.articles % 200 == 0:
            writer.tell("read" if in_order else "embed")
    report.removed = (live.size if live else 0) - known
    return waiting


def _last(store: Path) -> Path | None:
    """The folder of the live generation, damaged or not: vectors that can be read in it are used."""
    with contextlib.suppress(WenbaoError):
        return stores.current(store)
    return None


def _is_at(live: Live, sources: list[str], papers: Mapping[str, Paper], prefix: str | None) -> bool:
    """True if the live generation came from these paths, of which the same was said, has its vectors where they are to
    be, and the findings of the translation and the names that the rules of today make."""
    placed = live.manifest["sources"] == sources and live.manifest.get("collections") == prefix
    placed = placed and stores.named_papers(live.manifest) == papers
    return bool(placed and live.is_compared and live.has_names)


def _nothing(report: Report) -> WenbaoError:
    if report.skipped:
        first, *others = report.skipped
        lines = [f"{first.reason} (no article could be read; nothing was indexed)"]
        lines += [f"skipped: {other}" for other in others[: MOST_TOLD - 1]]
        lines += [f"... and {len(others) - MOST_TOLD + 1} more"] if len(others) >= MOST_TOLD else []
        return SourceError(first.path, "\n".join(lines), first.line)
    return UsageError("no articles in what was given; nothing was indexed. Name a folder, a .md, .txt or .jsonl file.")


def _unusable(live: Live, embedder: Embedder, server: Server | None) -> str | None:
    """Why nothing but vectors can be taken over from the live generation, or None."""
    wanted = recipe(embedder)
    for part in ("model", "splitter"):
        if live.manifest.get(part) != wanted[part]:
            return f"the {part} changed"
    prefix = live.manifest.get("collections")
    if quick(live.folder) or (prefix and live.vectors and not chroma.exists(live.folder, server, prefix)):
        return "the index was damaged"
    return None


def verify(generation: Path, server: Server | None = None, *, new: bool = False) -> None:
    """Check a generation in a child process, which damaged vectors may kill.

    The searches of a `new` one are made wider if they miss what they should find.

    Raises:
        IndexDamaged: with every fault found.
        ResourceError: it cannot be checked.
    """
    place = {"WENBAO_CHROMA_URL": server.url if server else "", "WENBAO_CHROMA_TOKEN": server.token if server else ""}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "rag.index.check", str(generation), *(["--new"] if new else [])],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **place, "PYTHONIOENCODING": "utf-8:backslashreplace"},  # a path may be no text
    )
    if done.returncode == ResourceError.exit_code:
        raise ResourceError(done.stdout.strip())
    if done.returncode:
        said = done.stdout.strip() or f"the check ended with {done.returncode} {done.stderr.strip()[-300:]}"
        raise IndexDamaged(f"the index in {generation} failed its check: {said}")


def roll_back(store: Path, server: Server | None = None) -> Path:
    """Make the generation before the live one live again, which the last run replaced.

    The one gone back from stays on disk until a run makes the next, so that whoever reads it can finish. That run
    takes over from the generation it finds live, as any does.

    Args:
        store: folder of the index.
        server: the Chroma server, if one is configured.

    Returns:
        the generation that is live now.

    Raises:
        NoIndex: there is none before; IndexDamaged, IndexMismatch: it cannot be used; IndexBusy, ResourceError. The
            live generation is as before.
    """
    stores.previous(store)  # before the lock, which would make a folder
    with _disk_errors(store), stores.writing(store):
        generation = stores.previous(store)
        try:
            Generation(generation, server).close()  # says so if its vectors are on a server that is not configured
            verify(generation, server)
        except (IndexDamaged, IndexMismatch) as err:
            raise type(err)(f"cannot go back, and nothing was changed: {err}") from err
        stores.point(store, generation)
        return generation


@contextlib.contextmanager
def _disk_errors(store: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as err:
        if not is_of_the_disk(err):
            raise
        free = shutil.disk_usage(store).free // 1_000_000
        raise ResourceError(
            f"cannot write to {store}: {err} ({free} MB free). The previous index is unchanged; make room, or choose "
            "another folder with --store, and run this again."
        ) from err
    except OSError as err:
        if err.errno in FULL_OR_CLOSED:
            free = shutil.disk_usage(store).free // 1_000_000 if store.exists() else 0
            raise ResourceError(
                f"cannot write {err.filename or store}: {err.strerror} ({free} MB free). "
                "The previous index is unchanged; make room and run this again."
            ) from err
        if err.errno in FAILED:
            raise ResourceError(
                f"{err.filename or store}: {err.strerror}: the disk or the share fails. The previous index is "
                "unchanged; see to the disk and run this again, or choose another folder with --store."
            ) from err
        raise
