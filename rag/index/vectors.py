"""The vectors of a generation: one Chroma collection per language. The one importer of chromadb.

Chroma finds the nearest passages; the same vectors also lie in `vectors.<lang>.npy` (float32, one row a passage)
for exact scores of any passage and for searches limited to a few passages, which Chroma's own filters make slow.
An embedding function is never given to Chroma and never read from it: a stored one could name code to run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Lang
from rag.errors import IndexDamaged

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

FOLDER = "chroma"
# cosine, because the default distance loses items; a wider search than the default of 100 for recall at 100k and more
CONFIGURATION = {"hnsw": {"space": "cosine", "ef_search": 200}}

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


def collection_name(lang: Lang) -> str:
    """Name of the collection that holds the passages of one language."""
    return f"passages-{lang}"


def _client(generation: Path) -> Client:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(generation / FOLDER), settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)


def write(
    generation: Path,
    lang: Lang,
    vectors: NDArray[np.float32],
    batches: Iterable[tuple[Sequence[str], Sequence[dict[str, Any]]]],
) -> None:
    """Fill the collection of one language.

    Args:
        generation: folder being built.
        lang: the language.
        vectors: shape (passages, dimension), unit length.
        batches: ids and metadata of consecutive passages, in the order of the rows of `vectors`.
    """
    client = _client(generation)
    try:
        collection = client.create_collection(
            collection_name(lang),
            embedding_function=None,
            configuration=CONFIGURATION,  # type: ignore[arg-type]
        )
        largest, row = client.get_max_batch_size(), 0
        for ids, metadatas in batches:
            for i in range(0, len(ids), largest):
                part = slice(i, min(i + largest, len(ids)))
                rows = vectors[row + part.start : row + part.stop]
                collection.add(
                    ids=list(ids[part]), embeddings=np.ascontiguousarray(rows), metadatas=list(metadatas[part])
                )
            row += len(ids)
    finally:
        client.close()


class VectorIndex:
    """Nearest passages of a generation, by Chroma. Safe to share between threads."""

    def __init__(self, generation: Path, langs: Sequence[Lang]) -> None:
        if not (generation / FOLDER / "chroma.sqlite3").is_file():
            raise IndexDamaged(f"{generation / FOLDER} holds no vectors. Build the index anew: wenbao index --full")
        try:
            self._client = _client(generation)
            self._collections: dict[Lang, Collection] = {
                lang: self._client.get_collection(collection_name(lang), embedding_function=None) for lang in langs
            }
        except Exception as err:  # chromadb raises a different class for every kind of damage
            raise IndexDamaged(f"the vectors in {generation} cannot be opened ({err}). Run: wenbao check") from err

    def nearest(self, lang: Lang, vector: NDArray[np.float32], k: int) -> tuple[Rows, Scores]:
        """The k passages nearest to `vector`: their rows and cosine similarities, best first.

        Raises:
            IndexDamaged: Chroma cannot answer.
        """
        try:
            found = self._collections[lang].query(
                query_embeddings=[vector.tolist()], n_results=k, include=["distances", "metadatas"]
            )
        except Exception as err:
            raise IndexDamaged(f"the {lang} vectors cannot be searched ({err}). Run: wenbao check") from err
        metadatas, distances = (found["metadatas"] or [[]])[0], (found["distances"] or [[]])[0]
        rows = np.array([int(str(m["row"])) for m in metadatas], dtype=np.int64)
        return rows, 1.0 - np.array(distances, dtype=np.float32)

    def count(self, lang: Lang) -> int:
        """Number of passages that Chroma says it holds; no proof of health (it stays right after damage)."""
        return self._collections[lang].count()

    def close(self) -> None:
        """Close the client."""
        self._client.close()


def probe(generation: Path, lang: Lang, probes: int = 40) -> list[str]:
    """Faults found by searching the collection for vectors it must hold; empty if it is sound.

    May kill the process if the index files are damaged: run it in a child process.
    """
    vectors = np.load(generation / f"vectors.{lang}.npy", mmap_mode="r")
    faults: list[str] = []
    client = _client(generation)
    collection = client.get_collection(collection_name(lang), embedding_function=None)
    stored = 0
    while True:
        page = collection.get(limit=5000, offset=stored, include=["embeddings"])
        stored += len(page["embeddings"] if page["embeddings"] is not None else [])
        if len(page["ids"]) < 5000:
            break
    if stored != len(vectors):
        faults.append(f"{lang}: {stored} vectors in Chroma, {len(vectors)} passages")
    if len(vectors) and not faults:
        rows = np.unique(np.linspace(0, len(vectors) - 1, min(probes, len(vectors))).astype(int))
        k = min(10, len(vectors))
        found_self, recalled = 0, 0.0
        for row in rows:
            exact = vectors @ vectors[row]
            found = collection.query(query_embeddings=[vectors[row].tolist()], n_results=k, include=["metadatas"])
            got = [int(str(m["row"])) for m in (found["metadatas"] or [[]])[0]]
            # passages with the same text share a vector: any of them counts as found
            found_self += bool(got) and exact[got[0]] >= exact[row] - 1e-4
            recalled += float(np.mean(exact[got] >= np.sort(exact)[-k] - 1e-4)) if len(got) == k else 0.0
        if found_self < 0.99 * len(rows):
            faults.append(f"{lang}: only {found_self} of {len(rows)} probes find themselves")
        if recalled < 0.99 * len(rows):
            faults.append(f"{lang}: recall@{k} of the probes is {recalled / len(rows):.3f}, below .99")
    client.close()
    return faults


def foreign_configuration(generation: Path) -> str | None:
    """The name of an embedding function stored with a collection, or None; such an index is not ours and is refused."""
    client = _client(generation)
    try:
        for lang in LANGS:
            for collection in client.list_collections():
                function = (collection.configuration_json or {}).get("embedding_function") or {}
                if collection.name == collection_name(lang) and function.get("type") not in (None, "legacy"):
                    return str(function.get("name") or function)
    finally:
        client.close()
    return None
