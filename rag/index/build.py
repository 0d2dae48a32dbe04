"""Articles -> a new generation: read, write aside, verify, switch."""

from __future__ import annotations

import contextlib
import errno
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rag.datatypes import Article
from rag.embed import Embedder
from rag.errors import IndexDamaged, IndexMismatch, NoIndex, ResourceError, SourceError, UsageError, WenbaoError
from rag.index import store as stores
from rag.index.articles import ArticleReader
from rag.index.journal import Journal
from rag.index.writer import GenerationWriter, Progress, Report, recipe


def build(
    articles: Iterable[Article | SourceError],
    store: Path,
    embedder: Embedder,
    *,
    sources: list[str],
    full: bool = False,
    strict: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Make `store` hold exactly these articles.

    Args:
        articles: what was read; a SourceError stands for an input that could not be.
        store: folder of the index.
        embedder: the model.
        sources: where the articles come from, kept in the manifest.
        full: embed everything again.
        strict: raise the first SourceError instead of skipping.
        progress: called now and then.

    Returns:
        what was done. If nothing changed, nothing is written.

    Raises:
        IndexBusy, ResourceError, IndexDamaged: see rag.errors; the live generation is as before.
        SourceError: with `strict`, or if not one article could be read.
    """
    with stores.writing(store), _disk_errors(store):
        live, live_digests, rebuilt = _live(store, embedder)
        report = Report(rebuilt=rebuilt)
        journal_path = store / "pending.bin"
        if full or rebuilt:
            journal_path.unlink(missing_ok=True)
        generation = stores.new_generation(store)
        writer: GenerationWriter | None = None
        try:
            journal = Journal(journal_path, embedder.dimension, None if full or rebuilt else live)
            writer = GenerationWriter(generation, embedder, journal, report, progress)
            digests: dict[str, str] = {}
            for item in articles:
                if isinstance(item, SourceError):
                    if strict:
                        raise item
                    report.skipped.append(item)
                    continue
                writer.add(item)
                digests[item.id] = item.digest
            if not digests:
                raise _nothing(report)
            report.articles = len(digests)
            report.added = len(digests.keys() - live_digests.keys())
            report.removed = len(live_digests.keys() - digests.keys())
            report.updated = sum(live_digests.get(i, d) != d for i, d in digests.items())
            if live and not (full or rebuilt or report.added or report.removed or report.updated):
                report.changed, report.generation = False, live.name
                report.passages = stores.read_manifest(live)["counts"]["passages"]
                return report
            writer.finish(sources)
            started = time.monotonic()
            progress(
                Progress("verify", report.articles, sum(report.passages.values()), report.embedded, len(report.skipped))
            )
            verify(generation)
            report.seconds["verify"] = time.monotonic() - started
            report.generation = stores.commit(store, generation).name
            journal.discard()
            return report
        finally:
            if writer:
                writer.close()
            shutil.rmtree(generation, ignore_errors=True)


def _nothing(report: Report) -> WenbaoError:
    if report.skipped:
        first = report.skipped[0]
        return SourceError(first.path, f"{first.reason} (no article could be read; nothing was indexed)", first.line)
    return UsageError("no articles in what was given; nothing was indexed. Name a folder, a .md, .txt or .jsonl file.")


def _live(store: Path, embedder: Embedder) -> tuple[Path | None, dict[str, str], str | None]:
    """The live generation if it can be built upon, its digests, and else why everything is built anew."""
    try:
        generation = stores.current(store)
        manifest = stores.read_manifest(generation)
        reader = ArticleReader(generation)
        digests = reader.digests()
        reader.close()
    except NoIndex:
        return None, {}, None
    except (IndexDamaged, IndexMismatch) as err:
        return None, {}, str(err).split(". ")[0]
    wanted = recipe(embedder)
    for part in ("model", "splitter"):
        if manifest.get(part) != wanted[part]:
            return generation, digests, f"the {part} changed"
    return generation, digests, None


def verify(generation: Path) -> None:
    """Check a generation in a child process, which damaged vectors may kill.

    Raises:
        IndexDamaged: with every fault found.
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "rag.index.check", str(generation)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stdout.strip() or f"the check ended with {done.returncode} {done.stderr.strip()[-300:]}"
        raise IndexDamaged(f"the index in {generation} failed its check: {said}")


@contextlib.contextmanager
def _disk_errors(store: Path) -> Iterator[None]:
    try:
        yield
    except OSError as err:
        if err.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EROFS):
            free = shutil.disk_usage(store).free // 1_000_000 if store.exists() else 0
            raise ResourceError(
                f"cannot write {err.filename or store}: {err.strerror} ({free} MB free). "
                "The previous index is unchanged; make room and run this again."
            ) from err
        raise
