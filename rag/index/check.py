"""Is an index sound? Quick: manifest, files, counts. Full: also, in a child process, what Chroma really finds.

`python -m rag.index.check GENERATION` is that child: it prints the faults, one a line, and then ends with 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from rag.datatypes import LANGS, Lang
from rag.errors import WenbaoError
from rag.index import store as stores
from rag.index import vectors as chroma
from rag.index.articles import ArticleReader
from rag.index.keyword import KeywordIndex


def quick(generation: Path) -> list[str]:
    """Faults that can be found without opening Chroma; empty if there are none."""
    try:
        manifest = stores.read_manifest(generation)
    except WenbaoError as err:
        return [str(err)]
    faults = []
    for name, size in manifest.get("sizes", {}).items():
        path = generation / name
        if not path.is_file() or path.stat().st_size != size:
            faults.append(f"{path} is missing or not {size} bytes long")
    try:
        articles = ArticleReader(generation)
        found = sum(1 for _ in articles.ids())
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
    if manifest["model"]["languages"] and not (generation / chroma.FOLDER / "chroma.sqlite3").is_file():
        faults.append(f"{generation / chroma.FOLDER} holds no vectors")
    return faults


def full(generation: Path) -> list[str]:
    """Every fault of a generation; may kill the process if its vectors are damaged, so run it in a child."""
    faults = quick(generation)
    if faults:
        return faults
    manifest = stores.read_manifest(generation)
    if manifest["model"]["languages"] and (name := chroma.foreign_configuration(generation)):
        return [f"its vectors name an embedding function ({name}): this is no index of Wenbao's; it is not used"]
    articles = ArticleReader(generation)
    for lang in LANGS:
        faults += _offsets(generation, lang, articles)
        if lang in manifest["model"]["languages"]:
            faults += chroma.probe(generation, lang)
    articles.close()
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
        faults = full(Path(sys.argv[1]))
    except Exception as err:  # any failure to check is a fault of the index
        faults = [f"{type(err).__name__}: {err}"]
    sys.stdout.write("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
