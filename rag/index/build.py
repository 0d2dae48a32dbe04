"""Articles -> a new generation: align, split, embed what is new, write, verify, switch.

Memory is bounded by a batch of passages plus, per passage, its key and its keyword tokens.
"""

from __future__ import annotations

import contextlib
import errno
import json
import shutil
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rag import align as alignment
from rag import split as splitting
from rag.datatypes import LANGS, Article, Lang, Passage
from rag.embed import Embedder
from rag.errors import IndexDamaged, IndexMismatch, NoIndex, ResourceError, SourceError, UsageError, WenbaoError
from rag.index import store as stores
from rag.index import vectors as chroma
from rag.index.articles import ArticleReader, ArticleWriter
from rag.index.journal import KEY, Journal, key
from rag.index.keyword import KeywordWriter
from rag.language.tokens import keywords

BATCH = 256
"""Passages embedded at a time; an interrupted run embeds at most these again."""
TITLE_TOKENS = 48
"""Most tokens of the headline put before a passage for embedding."""

PASSAGE = np.dtype(
    [("article", "<i4"), ("start", "<i4"), ("end", "<i4"), ("date", "<i4"), ("page", "<i4"), ("twin", "<i4")]
)
FIELDS = len(PASSAGE.names or ())
"""One row a passage: article row, offsets, issue date as YYYYMMDD, page (0: none), counterpart's row (-1: none)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `stage` is "read", "embed", "store" or "verify"; counts are absolute."""

    stage: str
    articles: int
    passages: int
    embedded: int
    skipped: int


@dataclass(slots=True)
class Report:
    """What an index run did. `generation` is the live one afterwards; `changed` says if it is new."""

    generation: str = ""
    changed: bool = True
    articles: int = 0
    passages: dict[Lang, int] = field(default_factory=lambda: {"zh": 0, "en": 0})
    embedded: int = 0
    added: int = 0
    updated: int = 0
    removed: int = 0
    rebuilt: str | None = None
    skipped: list[SourceError] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def recipe(embedder: Embedder) -> dict[str, Any]:
    """What, besides the articles, decides the content of an index."""
    return {
        "model": {
            "name": embedder.name,
            "digest": embedder.digest,
            "dimension": embedder.dimension,
            "window": embedder.window,
            "languages": sorted(embedder.languages),
        },
        "splitter": {"version": splitting.VERSION, "max_tokens": max_tokens(embedder), "title_tokens": TITLE_TOKENS},
    }


def max_tokens(embedder: Embedder) -> int:
    """Longest passage in tokens: the model's window less the headline, a line break and two special tokens."""
    return min(200, embedder.window - TITLE_TOKENS - 4)


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
        writer: _Writer | None = None
        try:
            journal = Journal(journal_path, embedder.dimension, None if full or rebuilt else live)
            writer = _Writer(generation, embedder, journal, report, progress)
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


class _Writer:
    """Writes one generation, article by article."""

    def __init__(
        self,
        generation: Path,
        embedder: Embedder,
        journal: Journal,
        report: Report,
        progress: Callable[[Progress], None],
    ) -> None:
        self.generation, self.embedder, self.journal = generation, embedder, journal
        self.report, self.progress = report, progress
        self.articles = ArticleWriter(generation)
        self.rows: dict[Lang, array[int]] = {lang: array("i") for lang in LANGS}
        self.keys: dict[Lang, bytearray] = {lang: bytearray() for lang in LANGS}
        self.tokens = {lang: KeywordWriter() for lang in LANGS}
        self.vector_files = {
            lang: (generation / f"vectors.{lang}.raw").open("wb") for lang in LANGS if lang in embedder.languages
        }
        self.pending: list[tuple[Lang, bytes, str]] = []
        self.clock = report.seconds

    def add(self, article: Article) -> None:
        started = time.monotonic()
        beads = alignment.align(article)
        row = self.articles.add(article, beads)
        self._count("align", started)
        started = time.monotonic()
        parts = splitting.split(article, beads, length=self.embedder.count, max_tokens=max_tokens(self.embedder))
        twins = _twins(article, beads, parts)
        self._count("split", started)
        started = time.monotonic()
        first: dict[Lang, int] = {lang: len(self.rows[lang]) // FIELDS for lang in LANGS}
        day = int(article.date.strftime("%Y%m%d")) if article.date else 0
        for part, twin in zip(parts, twins, strict=True):
            p = part.passage
            twin_row = -1 if twin is None else first["en" if p.lang == "zh" else "zh"] + twin
            self.rows[p.lang].extend((row, p.start, p.end, day, article.page or 0, twin_row))
            title = article.titles.get(p.lang, "")
            self.tokens[p.lang].add(keywords(f"{title}\n{p.text}"))
            if p.lang in self.vector_files:
                text = embedded_text(self.embedder, title, p.text)
                self.pending.append((p.lang, key(self.embedder.digest, text), text))
            self.report.passages[p.lang] += 1
        self._count("keywords", started)
        if len(self.pending) >= BATCH:
            self.flush()

    def flush(self) -> None:
        started = time.monotonic()
        missing = {k: text for _, k, text in self.pending if k not in self.journal}
        fresh: dict[bytes, np.ndarray[Any, np.dtype[np.float32]]] = {}
        if missing:
            vectors = self.embedder.documents(list(missing.values()))
            if vectors.shape != (len(missing), self.embedder.dimension) or not np.isfinite(vectors).all():
                raise WenbaoError(
                    f"the model {self.embedder.name} gave vectors of shape {vectors.shape} or not finite ones"
                )
            self.journal.add(list(missing), vectors)
            fresh = dict(zip(missing, vectors, strict=True))
            self.report.embedded += len(missing)
        for lang, k, _ in self.pending:
            vector = fresh[k] if k in fresh else self.journal.get(k)
            assert vector is not None
            self.vector_files[lang].write(np.ascontiguousarray(vector, dtype="<f4").tobytes())
            self.keys[lang] += k
        self.pending.clear()
        self._count("embed", started)
        self._tell("embed")

    def finish(self, sources: list[str]) -> None:
        if self.pending:
            self.flush()
        self.articles.close()
        started = time.monotonic()
        self._tell("store")
        ids = ArticleReader(self.generation)
        names = list(ids.ids())
        ids.close()
        for lang in LANGS:
            table = np.frombuffer(self.rows[lang].tobytes(), dtype=PASSAGE)
            np.save(self.generation / f"passages.{lang}.npy", table)
            self.tokens[lang].write(self.generation, lang)
            if lang in self.vector_files:
                self.vector_files[lang].close()
                self._vectors(lang, table, names)
        self._count("store", started)
        manifest = {
            "schema": stores.SCHEMA,
            **recipe(self.embedder),
            "counts": {"articles": self.articles.count, "passages": dict(self.report.passages), "truncated": 0},
            "sources": sources,
            "skipped": [{"path": s.path, "line": s.line, "reason": s.reason} for s in self.report.skipped[:1000]],
            "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "sizes": {p.name: p.stat().st_size for p in sorted(self.generation.glob("*.npy"))},
        }
        stores.write_atomically(
            self.generation / "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
        )

    def _vectors(self, lang: Lang, table: Any, names: list[str]) -> None:
        raw = self.generation / f"vectors.{lang}.raw"
        target = self.generation / f"vectors.{lang}.npy"
        shape = (len(table), self.embedder.dimension)
        with raw.open("rb") as source, target.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
            shutil.copyfileobj(source, file, 1 << 20)
        raw.unlink()
        np.save(
            self.generation / f"keys.{lang}.npy",
            np.frombuffer(bytes(self.keys[lang]), dtype=np.uint8).reshape(-1, KEY),
        )
        vectors = np.load(target, mmap_mode="r") if len(table) else np.zeros(shape, dtype=np.float32)

        def batches() -> Iterator[tuple[list[str], list[dict[str, Any]]]]:
            for i in range(0, len(table), 2000):
                part = table[i : i + 2000]
                identifiers = [f"{names[r['article']]}#{lang}{r['start']}-{r['end']}" for r in part]
                yield (
                    identifiers,
                    [{"row": i + j, "date": int(r["date"]), "page": int(r["page"])} for j, r in enumerate(part)],
                )

        chroma.write(self.generation, lang, vectors, batches())

    def close(self) -> None:
        for file in self.vector_files.values():
            file.close()
        self.journal.close()

    def _count(self, stage: str, started: float) -> None:
        self.clock[stage] = self.clock.get(stage, 0.0) + time.monotonic() - started

    def _tell(self, stage: str) -> None:
        report = self.report
        self.progress(
            Progress(stage, self.articles.count, sum(report.passages.values()), report.embedded, len(report.skipped))
        )


def embedded_text(embedder: Embedder, title: str, text: str) -> str:
    """What is embedded for a passage: as much of the headline as has its place, a line break, the passage."""
    while (size := embedder.count(title)) > TITLE_TOKENS:
        title = title[: min(len(title) - 1, len(title) * TITLE_TOKENS // size)]
    return f"{title}\n{text}" if title else text


def _twins(article: Article, beads: tuple[Any, ...], parts: list[splitting.Split]) -> list[int | None]:
    """For each passage the index, within the other language's passages, of the one that says the same."""
    by_lang: dict[Lang, list[Passage]] = {lang: [p.passage for p in parts if p.passage.lang == lang] for lang in LANGS}
    out: list[int | None] = []
    for part in parts:
        p = part.passage
        target: Lang = "en" if p.lang == "zh" else "zh"
        span = alignment.twin_span(beads, p.lang, p.start, p.end) if by_lang[target] else None
        best: tuple[int, int] | None = None
        if span is not None:
            overlaps = ((min(span[1], q.end) - max(span[0], q.start), -i) for i, q in enumerate(by_lang[target]))
            best = max(overlaps, default=None)
        out.append(-best[1] if best and best[0] > 0 else None)
    return out


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
