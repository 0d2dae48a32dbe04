"""Writes one generation: align, split, embed what is new, store. See build.py for what happens around it.

Memory is bounded by a batch of passages and a block of keyword tokens plus, per passage, about 100 bytes.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag import align as alignment
from rag import split as splitting
from rag.datatypes import LANGS, Article, Bead, Lang, Paper, Passage, other
from rag.embed import Embedder, length
from rag.errors import WenbaoError
from rag.index import chroma, files, findings, names, terms
from rag.index import store as stores
from rag.index.articles import ArticleWriter
from rag.index.days import day_number
from rag.index.embedded import TITLE_TOKENS, embedded_text, max_tokens
from rag.index.journal import Journal, key
from rag.index.live import Live, Taken
from rag.index.postings import KeywordWriter
from rag.index.report import Progress, Report
from rag.index.server import Server
from rag.index.spoken import TimeWriter
from rag.index.table import VectorTable, Waiting
from rag.language.tokens import passage_keywords
from rag.register.gather import Gatherer
from rag.register.mentions import mentioned, packed, unpacked
from rag.translation.findings import of_article

GATHERED = 2048
"""Passages gathered and sorted by length before they are embedded: the model pads each text to the longest beside it.
Among 256 passages of news that makes 5 to 8 % more tokens, among 2048 1 %."""
BATCH = 256
"""Passages embedded at a time; an interrupted run embeds at most these again."""

PASSAGE = np.dtype(
    [("article", "<i4"), ("start", "<i4"), ("end", "<i4"), ("date", "<i4"), ("page", "<i4"), ("twin", "<i4")]
)
"""One row a passage: article row, offsets, issue date (`day_number`), page (0: none), counterpart's row (-1: none)."""
FIELDS = len(PASSAGE.names or ())
MOST_COPIED = 0.3
"""Share of slots that may be gone or new for the vectors of the last generation to be copied and brought up to date;
with more of them storing all afresh is not slower and leaves no gaps."""


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


class GenerationWriter:
    """Writes one generation, article by article."""

    def __init__(
        self,
        generation: Path,
        embedder: Embedder,
        journal: Journal,
        report: Report,
        progress: Callable[[Progress], None],
        *,
        live: Live | None = None,
        server: Server | None = None,
        prefix: str | None = None,
    ) -> None:
        """Begin in the empty folder `generation`; `live` is what `add` may take passages and vectors from, `server`
        and `prefix` are where the vectors go if not into the folder."""
        self.generation, self.embedder, self.journal = generation, embedder, journal
        self.report, self.progress, self.live = report, progress, live
        self.server, self.prefix = server, prefix
        self.articles, self.names = ArticleWriter(generation), Gatherer()
        self.rows: dict[Lang, array[int]] = {lang: array("i") for lang in LANGS}
        same = live.folder if live and live.is_compared else None
        self.tokens = {lang: KeywordWriter(generation, lang, live=same) for lang in LANGS}
        self.tables = {
            lang: VectorTable(generation, lang, live.manifest["slots"].get(lang, 0) if live else 0, embedder.dimension)
            for lang in LANGS
            if lang in embedder.languages
        }
        self.times = TimeWriter()
        self.pending: list[Waiting] = []

    def add(self, article: Article, taken: Taken | None = None) -> None:
        """Append one article; with `taken`, as the live generation has it."""
        timed = self.report.timed
        with timed("align"):
            beads = taken.beads if taken else alignment.align(article)
        with timed("translation"):
            parted = taken.findings if taken else None
            if parted is None:
                parted = findings.rows(article, of_article(article, beads))
        with timed("names"):
            mentions = (taken and taken.mentions) or packed(mentioned(article, beads))
            self.names.add(unpacked(mentions))
        with timed("articles"):
            row = self.articles.add(article, beads, parted, mentions)
        with timed("split"):
            first = {lang: len(self.rows[lang]) // FIELDS for lang in LANGS}
            if taken:
                self._take(article, row, taken)
            else:
                self._split(article, row, beads)
            self.times.add(article, beads, {lang: self._passages(lang, first[lang]) for lang in LANGS}, first, taken)
        if len(self.pending) >= GATHERED:
            self.flush()

    def take_first(self, count: int) -> None:
        """Append the first `count` articles of the live generation as they are."""
        for row in range(count if self.live else 0):
            assert self.live
            with self.report.timed("articles"):
                known = self.live.take(row)
            self.add(*known)

    def _split(self, article: Article, row: int, beads: Sequence[Bead]) -> None:
        parts = splitting.split(article, beads, length=self.embedder.count, max_tokens=max_tokens(self.embedder))
        twins = _twins(beads, parts)
        first: dict[Lang, int] = {lang: len(self.rows[lang]) // FIELDS for lang in LANGS}
        day = day_number(article)
        for part, twin in zip(parts, twins, strict=True):
            p = part.passage
            twin_row = -1 if twin is None else first[other(p.lang)] + twin
            self.rows[p.lang].extend((row, p.start, p.end, day, article.page or 0, twin_row))
            self._keywords(article, p.lang, p.start, p.end)
            if p.lang in self.tables:
                text = embedded_text(self.embedder, article.titles.get(p.lang, ""), p.text)
                k = key(self.embedder.digest, text)
                self.pending.append(Waiting(p.lang, self.tables[p.lang].add(k), k, text, p.id))

    def _take(self, article: Article, row: int, taken: Taken) -> None:
        assert self.live
        first = {lang: len(self.rows[lang]) // FIELDS for lang in LANGS}
        for lang, rows in taken.rows.items():
            table = self.live.passages[lang][rows].copy()
            table["article"] = row
            shift = first[other(lang)] - taken.rows[other(lang)].start
            table["twin"] = np.where(table["twin"] < 0, -1, table["twin"] + shift)
            self.rows[lang].frombytes(table.tobytes())
            if self.tokens[lang].take(rows):
                self.report.passages[lang] += len(table)
            else:
                for start, end in zip(table["start"].tolist(), table["end"].tolist(), strict=True):
                    self._keywords(article, lang, start, end)
            if lang in self.tables:
                live = self.live
                self.tables[lang].take(live.vectors[lang][rows], live.keys[lang][rows], live.slots[lang][rows])

    def _passages(self, lang: Lang, first: int) -> NDArray[Any]:
        """The passages from a row on."""
        return np.frombuffer(self.rows[lang][first * FIELDS :].tobytes(), dtype=PASSAGE)

    def _keywords(self, article: Article, lang: Lang, start: int, end: int) -> None:
        with self.report.timed("keywords"):
            self.tokens[lang].add(passage_keywords(article.titles.get(lang, ""), article.bodies[lang][start:end]))
        self.report.passages[lang] += 1

    def flush(self) -> None:
        """Embed the passages that wait and have no vector yet; write the vectors of all of them."""
        with self.report.timed("embed"):
            self._embed()

    def _embed(self) -> None:
        texts_of = {p.key: p.text for p in self.pending if p.key not in self.journal}
        missing = sorted(texts_of.items(), key=lambda keyed: length(keyed[1]))
        for at in range(0, len(missing), BATCH):
            keys, texts = zip(*missing[at : at + BATCH], strict=True)
            vectors = self.embedder.documents(texts)
            self._prove(keys, vectors)
            self.journal.add(keys, vectors)
            self.report.embedded += len(texts)
            self.tell("embed")
        for waiting in self.pending:
            vector = self.journal.get(waiting.key)
            assert vector is not None
            self.tables[waiting.lang].put(waiting.row, vector)
        self.pending.clear()

    def _prove(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Raises WenbaoError if the model gave anything but a vector of length 1 for each key."""
        model, expected = self.embedder.name, (len(keys), self.embedder.dimension)
        advice = "Nothing was changed. Use another model (WENBAO_EMBEDDING_MODEL), then run this again."
        if vectors.shape != expected:
            raise WenbaoError(f"the model {model} gave vectors of shape {vectors.shape}, not {expected}. {advice}")
        wrong = np.flatnonzero(~(np.abs(np.linalg.norm(vectors, axis=1) - 1) < 0.1))  # of NaN nothing is true
        if len(wrong):
            first = next(p.passage for p in self.pending if p.key == keys[wrong[0]])
            what = "a vector that is zero, not finite or not of length 1"
            raise WenbaoError(f"the model {model} gave {what} for {first}. {advice}")

    def finish(self, sources: list[str], papers: Mapping[str, Paper]) -> None:
        """Write the indexes and the manifest; `sources`, and the newspapers named for some of them, are kept in it."""
        timed = self.report.timed
        self.flush()
        with timed("articles"):
            self.articles.close()
        self.tell("store")
        with timed("keyword index"):
            for lang in LANGS:
                table = np.frombuffer(self.rows[lang].tobytes(), dtype=PASSAGE)
                np.save(self.generation / f"passages.{lang}.npy", table)
                self.rows[lang] = array("i")
                self.tokens[lang].write()
        self.times.write(self.generation)
        with timed("vector index"):
            copied = self._copied()
            for lang, vectors in self.tables.items():
                vectors.finish()
                self._store(lang, vectors, copied)
        with timed("terms"):
            terms.learn(self.generation)
        with timed("names"):
            names.write(self.generation, self.names)
        manifest = {
            "schema": stores.SCHEMA,
            **recipe(self.embedder),
            "counts": {"articles": self.articles.count, "passages": dict(self.report.passages)},
            "slots": {lang: table.next_slot for lang, table in self.tables.items()},
            "chromadb": version("chromadb"),
            "translation": findings.edition(),
            "names": names.edition(),
            **({"collections": self.prefix} if self.prefix else {}),
            "sources": sources,
            **({"papers": {path: [paper.en, paper.zh] for path, paper in papers.items()}} if papers else {}),
            "skipped": [{"path": s.path, "line": s.line, "reason": s.reason} for s in self.report.skipped[:1000]],
            "made": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "files": files.digests(self.generation),
        }
        stores.write_manifest(self.generation, manifest)

    def _copied(self) -> bool:
        """Copy the vectors of the live generation if most of them stay; False if all are to be stored afresh."""
        if self.live is None or self.prefix or "collections" in self.live.manifest:
            return False
        kept = sum(table.taken for table in self.tables.values())
        slots = sum(table.next_slot for table in self.tables.values())
        return slots > 0 and slots - kept <= MOST_COPIED * slots and files.copied(self.live.folder, self.generation)

    def _store(self, lang: Lang, table: VectorTable, copied: bool) -> None:
        slots = np.load(self.generation / f"slots.{lang}.npy")
        path = self.generation / f"vectors.{lang}.npy"
        empty = np.zeros((0, self.embedder.dimension), dtype=np.float32)
        vectors = np.load(path, mmap_mode="r") if len(slots) else empty
        if copied and self.live:
            gone = np.setdiff1d(self.live.slots[lang], slots, assume_unique=True)
            fresh = np.flatnonzero(slots >= table.first_slot)
            chroma.derive(self.generation, lang, vectors, slots, fresh=fresh, gone=gone)
        else:
            chroma.write(self.generation, lang, vectors, slots, server=self.server, prefix=self.prefix)

    def close(self) -> None:
        """Close the files."""
        self.articles.abandon()
        for table in self.tables.values():
            table.close()

    def tell(self, stage: str) -> None:
        """Report progress."""
        report = self.report
        self.progress(
            Progress(stage, self.articles.count, sum(report.passages.values()), report.embedded, len(report.skipped))
        )


def _twins(beads: Sequence[Bead], parts: list[splitting.Split]) -> list[int | None]:
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
