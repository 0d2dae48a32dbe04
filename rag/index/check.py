"""Is an index sound? Quick: manifest, files, counts. Full: also, in a child process, what Chroma really finds.

`python -m rag.index.check GENERATION` is that child: it prints the faults, one a line, and then ends with 1, or with
the code of a ResourceError if it could not check. With `--new` the generation is one being built, whose searches may
still be made wider.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Lang
from rag.errors import IndexDamaged, ResourceError, WenbaoError
from rag.index import chroma, files
from rag.index import store as stores
from rag.index.articles import ArticleReader
from rag.index.keyword import KeywordIndex
from rag.index.server import Server, configured
from rag.index.vectors import VectorIndex, damage
from rag.settings import load

BLOCK = 50_000
"""Vectors compared at a time."""
PROBES = 40
"""Vectors that are searched for."""


def quick(generation: Path) -> list[str]:
    """Faults that can be found without opening Chroma; empty if there are none.

    Raises:
        IndexMismatch: it is of another format, or of another Chroma; ResourceError: a file may not be read.
    """
    try:
        manifest = stores.read_manifest(generation)
    except IndexDamaged as err:
        return [str(err)]
    faults = files.lost(generation, manifest) or files.altered(generation, manifest, f"{files.CHROMA}/")
    try:
        articles = ArticleReader(generation)
        found = articles.count()
        articles.close()
        if found != manifest["counts"]["articles"]:
            faults.append(f"{found} articles, the manifest says {manifest['counts']['articles']}")
        for lang in LANGS:
            size = manifest["counts"]["passages"][lang]
            rows = len(np.load(generation / f"passages.{lang}.npy", mmap_mode="r"))
            if rows != size:
                faults.append(f"{lang}: {rows} passages, the manifest says {size}")
            KeywordIndex(generation, lang, size)
    except (WenbaoError, OSError, ValueError, EOFError) as err:
        faults.append(str(err))
    local = manifest["model"]["languages"] and "collections" not in manifest
    if local and (fault := damage(generation)):
        faults.append(fault)
    return faults


def full(generation: Path, where: Server | None = None, *, widen: bool = False) -> list[str]:
    """Every fault of a generation; may kill the process if its vectors are damaged, so run it in a child.

    `where` is the Chroma server for a generation that has its vectors on one; `widen` as for `probe`. With it, what
    misses too much at its widest is not called a fault: the manifest then says that all are to be compared. So it is
    where many passages are the same, as Chroma's graph holds together badly there.
    """
    faults = quick(generation)
    if faults:
        return faults
    manifest = stores.read_manifest(generation)
    if faults := files.altered(generation, manifest):
        return faults
    prefix = manifest.get("collections")
    where = where if prefix else None
    articles = ArticleReader(generation)
    for lang in LANGS:
        faults += _offsets(generation, lang, articles)
        if lang in manifest["model"]["languages"]:
            faults += stored(generation, lang, where, prefix)
            exact = manifest.get("exact", [])
            if not faults and lang not in exact and (missed := searched(generation, lang, where, prefix, widen=widen)):
                if widen:
                    manifest["exact"] = [*exact, lang]
                    stores.write_manifest(generation, manifest)
                else:
                    faults += missed
    articles.close()
    return faults


def probe(
    generation: Path, lang: Lang, where: Server | None = None, prefix: str | None = None, *, widen: bool = False
) -> list[str]:
    """Faults of a collection: `stored` and, if there are none, `searched`."""
    return stored(generation, lang, where, prefix) or searched(generation, lang, where, prefix, widen=widen)


def stored(generation: Path, lang: Lang, where: Server | None, prefix: str | None) -> list[str]:
    """A fault if the collection does not hold all vectors as they were given to it. May kill the process."""
    vectors = np.load(generation / f"vectors.{lang}.npy", mmap_mode="r")
    index = VectorIndex(generation, [lang], where, prefix)
    try:
        held = index.stored(lang, vectors)
    finally:
        index.close()
    there = f"{lang}: {held} of {len(vectors)} vectors are in Chroma as they were given to it"
    return [there] if held != len(vectors) else []


def searched(
    generation: Path, lang: Lang, where: Server | None, prefix: str | None, *, widen: bool = False
) -> list[str]:
    """Faults found by searching the collection for vectors it must hold; empty if it is sound.

    With `widen`, searches of a collection that misses probes are made wider until it does not, or they are as wide as
    can be. May kill the process if the index files are damaged: run it in a child process.
    """
    vectors = np.load(generation / f"vectors.{lang}.npy", mmap_mode="r")
    if not len(vectors):
        return []
    rows = np.unique(np.linspace(0, len(vectors) - 1, min(PROBES, len(vectors))).astype(int))
    sought = np.ascontiguousarray(vectors[rows].T)
    exact = np.concatenate([vectors[i : i + BLOCK] @ sought for i in range(0, len(vectors), BLOCK)]).T
    while True:
        index = VectorIndex(generation, [lang], where, prefix)
        try:
            faults = _missed(index, lang, vectors, rows, exact)
        finally:
            index.close()
        if not (faults and widen and chroma.widen(generation, lang, where, prefix)):
            return faults


def _missed(
    index: VectorIndex, lang: Lang, vectors: NDArray[np.float32], rows: NDArray[Any], exact: NDArray[np.float32]
) -> list[str]:
    """What a search for the vectors of `rows` misses; `exact` holds their similarity to all, (probes, passages)."""
    k, found_self, recalled = min(10, len(vectors)), 0, 0.0
    for row, similar in zip(rows, exact, strict=True):
        got, _ = index.nearest(lang, vectors[row], k)
        # passages with the same text share a vector: any of them counts as found
        found_self += bool(len(got)) and bool(similar[got[0]] >= similar[row] - 1e-4)
        recalled += float(np.mean(similar[got] >= np.partition(similar, -k)[-k] - 1e-4)) if len(got) == k else 0.0
    faults = []
    if found_self < 0.99 * len(rows):
        faults.append(f"{lang}: only {found_self} of {len(rows)} probes find themselves")
    if recalled < 0.99 * len(rows):
        faults.append(f"{lang}: recall@{k} of the probes is {recalled / len(rows):.3f}, below .99")
    return faults


def _offsets(generation: Path, lang: Lang, articles: ArticleReader) -> list[str]:
    """Passages that do not lie inside their article, or characters of a body that no passage holds."""
    table = np.load(generation / f"passages.{lang}.npy", mmap_mode="r")
    if not len(table):
        return []
    faults = []
    rows, starts = np.unique(table["article"], return_index=True)
    for row, part in zip(rows, np.split(table, np.sort(starts)[1:]), strict=True):
        article, _ = articles.article(int(row))
        body, at = article.bodies.get(lang, ""), 0
        for start, end in zip(part["start"].tolist(), part["end"].tolist(), strict=True):
            if not at <= start < end <= len(body) or body[at:start].strip():
                faults.append(f"{article.id}: {lang} passage {start}-{end} does not follow {at}")
            at = end
        if body[at:].strip():
            faults.append(f"{article.id}: the {lang} body after {at} is in no passage")
    return faults[:20]


def main() -> int:
    """Check the generation named on the command line."""
    try:
        with chroma.panics():
            faults = full(Path(sys.argv[1]), configured(load()), widen="--new" in sys.argv[2:])
    except ResourceError as err:
        sys.stdout.write(str(err))
        return ResourceError.exit_code
    except Exception as err:  # any failure to check is a fault of the index
        faults = [f"{type(err).__name__}: {err}"]
    sys.stdout.write("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
