"""What a new generation takes over from the live one: everything about the articles that did not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Article, Bead, Lang
from rag.errors import IndexDamaged, IndexMismatch, NoIndex
from rag.index import findings, names, spoken
from rag.index import store as stores
from rag.index.articles import ArticleReader


@dataclass(frozen=True, slots=True)
class Taken:
    """An unchanged article: its alignment and, per language, its passages' rows in the live generation.

    `findings` are as `rag.index.findings.rows` makes them, `times` the tables of the live generation
    (`rag.index.spoken`), `mentions` as `rag.register.mentions.packed` makes them; None if those are of older rules.
    """

    beads: tuple[Bead, ...]
    rows: Mapping[Lang, slice]
    findings: list[tuple[str, str, str]] | None = None
    times: Mapping[Lang, NDArray[Any]] | None = None
    mentions: bytes | None = None


class Live:
    """The live generation, read by a run that builds the next one."""

    def __init__(self, folder: Path) -> None:
        """Open it. Raises IndexDamaged or IndexMismatch if it cannot be built upon."""
        self.folder = folder
        self.manifest = stores.read_manifest(folder)
        self.size = int(self.manifest["counts"]["articles"])
        self.articles = ArticleReader(folder)
        self.passages: dict[Lang, NDArray[Any]] = {}
        self.times: dict[Lang, NDArray[Any]] = {}
        self.keys: dict[Lang, NDArray[np.uint8]] = {}
        self.vectors: dict[Lang, NDArray[np.float32]] = {}
        self.slots: dict[Lang, NDArray[np.int32]] = {}
        try:
            for lang in LANGS:
                self.passages[lang] = np.load(folder / f"passages.{lang}.npy", mmap_mode="r")
                self.times[lang] = np.load(spoken.path(folder, lang), mmap_mode="r")
                if lang in self.manifest["model"]["languages"]:
                    self.keys[lang] = np.load(folder / f"keys.{lang}.npy", mmap_mode="r")
                    self.vectors[lang] = np.load(folder / f"vectors.{lang}.npy", mmap_mode="r")
                    self.slots[lang] = np.load(folder / f"slots.{lang}.npy", mmap_mode="r")
            tables = (self.keys, self.vectors, self.slots)
            if any(len(t[lang]) != len(self.passages[lang]) for t in tables for lang in t):
                raise ValueError("its tables differ in length")
        except (OSError, ValueError, EOFError) as err:
            self.close()
            raise IndexDamaged(f"{folder} cannot be read ({err}). Build the index anew: wenbao index --full") from err
        # Where the passages of each article begin; articles are in the order of rows.
        self._firsts = {lang: _firsts(self.passages[lang]["article"], self.size) for lang in LANGS}

    def take(self, row: int) -> tuple[Article, Taken]:
        """The article at a row and what is known of it."""
        article, beads = self.articles.article(row)
        rows = {lang: slice(int(f[row]), int(f[row + 1])) for lang, f in self._firsts.items()}
        parted, times = (findings.kept(self.articles, row), self.times) if self.is_compared else (None, None)
        return article, Taken(beads, rows, parted, times, self.articles.mentions(row) if self.has_names else None)

    @property
    def is_compared(self) -> bool:
        """Whether it holds the findings of the translation and the times, made by the rules of today."""
        return bool(self.manifest.get("translation") == findings.edition())

    @property
    def has_names(self) -> bool:
        """Whether it holds names, and what each article says of them, found by the rules of today."""
        return bool(self.manifest.get("names") == names.edition())

    def close(self) -> None:
        """Close the file of articles; the tables are closed when nothing refers to them."""
        self.articles.close()


def open_live(store: Path) -> tuple[Live | None, str | None]:
    """The live generation if it can be built upon; if there is one that cannot, why not."""
    try:
        return Live(stores.current(store)), None
    except NoIndex:
        return None, None
    except (IndexDamaged, IndexMismatch) as err:
        return None, str(err).split(". ")[0]


def _firsts(articles: NDArray[np.int32], size: int) -> NDArray[np.int64]:
    """For each article row, and one past the last, the first passage row that is not of an earlier article."""
    return np.searchsorted(articles, np.arange(size + 1)).astype(np.int64)
