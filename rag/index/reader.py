"""One generation, opened for searching. Immutable; safe to share between threads."""

from __future__ import annotations

import logging
import mmap
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag import align as alignment
from rag.corpus.papers import wholes
from rag.datatypes import LANGS, Article, Bead, DateSpan, Filters, Lang, Passage, Twin, other
from rag.errors import IndexDamaged, IndexMismatch, SourceError
from rag.events import Spoken, spoken_in
from rag.index import files, spoken
from rag.index import findings as kept
from rag.index import store as stores
from rag.index.articles import ArticleReader
from rag.index.days import day_of, latest, number_of, possibly_since
from rag.index.keyword import KeywordIndex
from rag.index.register import Register
from rag.index.server import Server
from rag.index.terms import TermPairs
from rag.index.vectors import VectorIndex, writable
from rag.translation.corrections import Correction, Key, Told, standing, watched
from rag.translation.findings import Finding, of_article

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]

EXACT, EXACT_SHARE = 20_000, 0.1
"""Where a filter leaves at most so many passages, or less than this share of them, all of them are compared, in some
milliseconds; where it leaves more, the index is asked for so many that enough of them are left."""
GATHERED = 512
"""Vectors copied together at a time; more of them leave the processor's cache."""

log = logging.getLogger(__name__)


class Generation:
    """The passages of one generation and everything known of them, by language and row."""

    def __init__(self, folder: Path, server: Server | None = None) -> None:
        """Open a generation folder; the vector index itself is opened at the first search that needs it.

        `server` is where the vectors are if they are not in the folder.

        Raises:
            IndexDamaged: a file cannot be read.
            IndexMismatch: the vectors are on a server, and `server` is None.
        """
        self.folder, self._server = folder, server
        self.manifest = stores.read_manifest(folder)
        if faults := files.lost(folder, self.manifest):
            raise IndexDamaged(f"{faults[0]}. Make the index whole again: wenbao index")
        self._prefix: str | None = self.manifest.get("collections")
        if self._prefix and server is None:
            raise IndexMismatch(
                f"the vectors of {folder} are on a Chroma server, and none is configured. Set WENBAO_CHROMA_URL to it, "
                "or run wenbao index, which takes them back into the store."
            )
        self.articles = ArticleReader(folder)
        self.dense_langs: frozenset[Lang] = frozenset(self.manifest["model"]["languages"])
        self.passages: dict[Lang, NDArray[Any]] = {}
        self._times: dict[Lang, NDArray[Any]] = {}
        self._vectors: dict[Lang, NDArray[np.float32]] = {}
        self.keyword: dict[Lang, KeywordIndex] = {}
        try:
            for lang in LANGS:
                self.passages[lang] = np.load(folder / f"passages.{lang}.npy", mmap_mode="r")
                self._times[lang] = np.load(spoken.path(folder, lang), mmap_mode="r")
                if lang in self.dense_langs:
                    self._vectors[lang] = np.load(folder / f"vectors.{lang}.npy", mmap_mode="r")
        except (OSError, ValueError) as err:
            raise IndexDamaged(f"{folder} cannot be read ({err}). Build the index anew: wenbao index --full") from err
        # article of every passage; those of one article follow each other
        self._owners = {lang: np.ascontiguousarray(table["article"]) for lang, table in self.passages.items()}
        self._days = {lang: np.ascontiguousarray(table["date"]) for lang, table in self.passages.items()}
        for lang in LANGS:
            self.keyword[lang] = KeywordIndex(folder, lang, len(self.passages[lang]))
        self._chroma: VectorIndex | None = None
        self.terms, self.register, self._lock = TermPairs.read(folder), Register(folder), threading.Lock()
        self._whole = wholes(self.articles.papers)  # a file may name its newspaper in one language, another in both
        self.papers = tuple(dict.fromkeys(self._whole.values()))
        self._article = lru_cache(maxsize=512)(self._of_file)
        # an article whose findings are not kept is compared when they are wanted
        self._compared = lru_cache(maxsize=512)(lambda identifier: of_article(*self.article(identifier)))
        self._spoken = lru_cache(maxsize=512)(lambda identifier: spoken_in(*self.article(identifier)))
        self._undated = lru_cache(maxsize=64)(self._count_undated)
        self.decisions = watched(folder.parent)

    @property
    def size(self) -> dict[Lang, int]:
        """Number of passages per language."""
        return {lang: len(self.passages[lang]) for lang in LANGS}

    def article(self, key: int | str) -> tuple[Article, tuple[Bead, ...]]:
        """An article and its alignment by row or id; raises UsageError for an unknown id."""
        return self._article(key)

    def _of_file(self, key: int | str) -> tuple[Article, tuple[Bead, ...]]:
        article, beads = self.articles.article(key)
        whole = self._whole[article.paper] if article.paper else None
        return (article if whole == article.paper else replace(article, paper=whole)), beads

    def times(self, lang: Lang, row: int) -> tuple[DateSpan, ...]:
        """The times that the passage at a row speaks of."""
        body = self.article(int(self.passages[lang][row]["article"]))[0].bodies[lang]
        return spoken.times_of(self._times[lang], row, body)

    def spoken(self, identifier: str) -> Spoken:
        """The datelines and times of an article by its id, as they are told today."""
        return self._spoken(identifier)

    @property
    def is_compared(self) -> bool:
        """Whether the findings of the translation are kept in it; an index of an earlier version has none."""
        return "translation" in self.manifest

    def findings(self, article: Article) -> Sequence[Finding]:
        """Where original and translation of an article part, in reading order."""
        return kept.of(self.articles, article) if self.is_compared else self._compared(article.id)

    def told(self, article: Article) -> list[Told]:
        """The findings of an article that nobody has judged wrong, each with what was decided about it.

        If the file of decisions cannot be read, all are told: it says so in the log.
        """
        found = self.findings(article)
        return standing(article.id, found, self.decided()) if found else []

    def decided(self) -> dict[Key, Correction]:
        """What readers decided; nothing if the file of decisions cannot be read, which the log tells."""
        try:
            return self.decisions.now()
        except SourceError as err:
            log.warning("no decision about the translation is honoured: %s", err)
            return {}

    def passage(self, lang: Lang, row: int) -> Passage:
        """The passage at a row."""
        record = self.passages[lang][row]
        article, beads = self.article(int(record["article"]))
        start, end = int(record["start"]), int(record["end"])
        touched = {b.paragraph for b in beads if (s := b.side(lang)) and s[0] < end and start < s[1]}
        text = article.bodies[lang][start:end]
        name = f"{article.id}#{lang}{start}-{end}"
        return Passage(name, article.id, lang, start, end, text, tuple(sorted(touched)))

    def text(self, lang: Lang, row: int) -> str:
        """The text of the passage at a row."""
        record = self.passages[lang][row]
        return self.article(int(record["article"]))[0].bodies[lang][int(record["start"]) : int(record["end"])]

    def twin(self, article: Article, beads: tuple[Bead, ...], lang: Lang, start: int, end: int) -> Twin | None:
        """The counterpart of a stretch of an article, or None."""
        target = other(lang)
        span = alignment.twin_span(beads, lang, start, end)
        return None if span is None else Twin(target, *span, article.bodies[target][slice(*span)])

    def allowed(self, lang: Lang, filters: Filters) -> NDArray[np.bool_] | None:
        """Which passages the filters leave, shape (passages,); None if they leave all."""
        if replace(filters, lang=None).is_empty and filters.lang in (None, lang):
            return None
        table = self.passages[lang]
        keep = np.ones(len(table), dtype=bool)
        if filters.lang and filters.lang != lang:
            keep[:] = False
        days = self._days[lang]
        if filters.since:
            keep &= possibly_since(days, filters.since)
        if filters.until:
            keep &= (days <= number_of(filters.until)) & (days > 0)
        if filters.event_since or filters.event_until:
            keep &= spoken.speaking(self._times[lang], len(table), filters.event_since, filters.event_until)
        if filters.page is not None:
            keep &= table["page"] == filters.page
        if filters.paper is not None:
            wanted = [n for n, paper in enumerate(self.papers) if filters.paper in paper.names]
            keep &= np.isin(self.paper_of[table["article"]], wanted)
        return keep

    @cached_property
    def paper_of(self) -> NDArray[np.int64]:
        """The place in `papers` of each article's newspaper, shape (articles,); -1 where none is known."""
        places = [*(self.papers.index(self._whole[paper]) for paper in self.articles.papers), -1]
        return np.array(places, dtype=np.int64)[self.articles.paper_numbers()]

    def undated(self, filters: Filters) -> int:
        """How many articles without a date there are; what the filters set besides dates is kept to."""
        return self._undated(replace(filters, since=None, until=None))

    def _count_undated(self, filters: Filters) -> int:
        rows: set[int] = set()
        for lang in LANGS:
            keep, left = self.allowed(lang, filters), self._days[lang] == 0
            rows.update(np.unique(self._owners[lang][left if keep is None else keep & left]).tolist())
        return len(rows)

    def owners(self, units: NDArray[np.int64]) -> NDArray[np.int64]:
        """The article row of each unit, shape (units,). A unit is the row of a Chinese and that of an English passage,
        -1 where there is none, of one article."""
        out = np.zeros(len(units), dtype=np.int64)
        for column, lang in enumerate(LANGS):
            there = units[:, column] >= 0
            out[there] = self._owners[lang][units[there, column]]
        return out

    def of_article(self, lang: Lang, rows: Rows) -> NDArray[np.int64]:
        """The passages of the articles that passages belong to, shape (len(rows), 2): first and one after the last."""
        owners = self._owners[lang]
        wanted = owners[rows]
        return np.stack([np.searchsorted(owners, wanted), np.searchsorted(owners, wanted, side="right")], axis=1)

    def is_in(self, target: Lang, lang: Lang, rows: Rows) -> NDArray[np.bool_]:
        """Whether the articles of the passages at `rows` have passages in another language, too."""
        there, wanted = self._owners[target], self._owners[lang][rows]
        found: NDArray[np.bool_] = np.searchsorted(there, wanted) < np.searchsorted(there, wanted, side="right")
        return found

    def nearest(self, lang: Lang, vector: Scores, k: int, allowed: NDArray[np.bool_] | None) -> tuple[Rows, Scores]:
        """The k nearest passages among those allowed: rows and cosine similarities, best first."""
        size = len(self.passages[lang])
        rows = np.arange(size) if allowed is None else np.flatnonzero(allowed)
        k = min(k, len(rows))
        if not k:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        # A folder that cannot be written is no place for Chroma, which writes even to read: all are compared. So are
        # those among which its search missed too many when it was tried.
        usable = lang not in self.manifest.get("exact", []) and (bool(self._prefix) or writable(self.folder))
        if allowed is None and usable:
            found, scores = self.index.nearest(lang, vector, k)
            if len(found) == k:  # Chroma answers with what is left of an index whose files are lost
                return found, scores
        if allowed is not None and usable and len(rows) > max(EXACT, EXACT_SHARE * size):
            found, scores = self.index.nearest(lang, vector, min(size, 2 * k * size // len(rows)))
            kept = allowed[found]
            if kept.sum() >= k:
                return found[kept][:k], scores[kept][:k]
        scores = self.similarity(lang, vector, rows) if len(rows) < size else np.asarray(self._vectors[lang] @ vector)
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best].astype(np.float32)

    def similarity(self, lang: Lang, vector: Scores, rows: Rows) -> Scores:
        """Cosine similarity of `vector` to the passages at `rows`, shape (len(rows),)."""
        vectors, out = self._vectors[lang], np.empty(len(rows), dtype=np.float32)
        for at in range(0, len(rows), GATHERED):
            out[at : at + GATHERED] = vectors[rows[at : at + GATHERED]] @ vector
        return out

    def vectors(self, lang: Lang, rows: Rows) -> Scores:
        """The vectors of the passages at `rows`, shape (len(rows), dimension), length 1."""
        return np.asarray(self._vectors[lang][rows], dtype=np.float32)

    @property
    def index(self) -> VectorIndex:
        """The Chroma collections. Raises IndexDamaged if what Chroma searches is not as it was written."""
        with self._lock:
            if self._chroma is None:
                if not self._prefix:
                    files.refuse_damaged_graphs(self.folder, self.manifest)
                langs = [lang for lang in LANGS if lang in self.dense_langs]
                self._chroma = VectorIndex(self.folder, langs, self._server if self._prefix else None, self._prefix)
            return self._chroma

    def rest(self) -> None:
        """Give back the pages of mapped files that searches have touched. The system keeps them in its cache, so that
        the next search has them at once, but they no longer count as this process's memory."""
        mapped = [*self.passages.values(), *self._times.values(), *self._vectors.values()]
        mapped += [array for index in self.keyword.values() for array in index.mapped]
        for array in mapped:
            # where there is no such call (Windows) nothing is lost but the look of it
            if isinstance(array.base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                array.base.madvise(mmap.MADV_DONTNEED)

    def dates(self) -> tuple[date, date] | None:
        """First and last day on which a passage may have been printed, or None if none is dated."""
        days = [d for table in self.passages.values() if len(d := table["date"][table["date"] > 0])]
        if not days:
            return None
        first, last = min(int(d.min()) for d in days), max(int(latest(d).max()) for d in days)
        return day_of(first, last=False), day_of(last, last=True)

    def close(self) -> None:
        """Close what was opened; it cannot be used after."""
        self.articles.close()
        del self._article, self._compared, self._spoken, self._undated  # they refer to it: its files would stay mapped
        self.register.close()
        if self._chroma:
            self._chroma.close()
