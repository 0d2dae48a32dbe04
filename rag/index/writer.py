"""Writes one generation: align, split, embed what is new, store. See build.py for what happens around it.

Memory is bounded by a batch of passages plus, per passage, its key and its keyword tokens.
"""

from __future__ import annotations

import json
import shutil
import time
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from rag import align as alignment
from rag import split as splitting
from rag.datatypes import LANGS, Article, Lang, Passage
from rag.embed import Embedder
from rag.errors import SourceError, WenbaoError
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
    """Longest passage in tokens; less if the model's window has no room for it, headline and special tokens."""
    return min(200, embedder.window - TITLE_TOKENS - 4)


class GenerationWriter:
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
        """Append one article."""
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
        """Embed the passages that wait and have no vector yet; write the vectors of all of them."""
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
        """Write the indexes and the manifest; `sources` is kept in it."""
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
        """Close the files."""
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
