"""The archive of a BEIR folder: its corpus, indexed when it is first measured and again when it has changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.disk import write_atomically
from rag.errors import NoIndex, UsageError
from ui.terminal import IndexProgress, note, report_line

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.datatypes import Channel
    from rag.embed import Embedder

SKIPPED = 20
"""Lines of a corpus that were not taken of which each is told."""
KEPT = "corpus.json"
"""In the store: the digest of the corpus that a generation of it was made from."""


def beir_archive(folder: Path, store: Path | None, channel: Channel) -> Archive:
    """The archive of a BEIR folder's corpus, indexed now as far as it has changed; for keywords alone without a model.

    Queries and judgements are no part of it: they are read anew in every run. Raises `UsageError` if the store holds
    something else.
    """
    from eval.run.keyword_only import KeywordOnly
    from eval.sets.beir import corpus_file
    from rag.archive import Archive
    from rag.embed import open_embedder
    from rag.settings import load

    corpus = corpus_file(folder)
    settings = load()
    name = folder.resolve().name
    place = store or Path(".wenbao-eval") / name
    held = _manifest(place)
    if channel == "keyword" and store is None and held is None:
        place = Path(".wenbao-eval") / f"{name}-keyword"
        held = _manifest(place)
    embedder: Embedder = open_embedder(settings.embedding_model, settings.embedding_dtype, offline=settings.offline)
    if held["model"]["name"] == KeywordOnly.name if held else channel == "keyword":
        embedder = KeywordOnly(embedder)
        if channel != "keyword":
            raise UsageError(f"the store {place} was indexed without vectors, for --channel keyword. Name another.")
    if held and held["sources"] != [str(folder.resolve())]:
        others = ", ".join(held["sources"])
        raise UsageError(f"the store {place} holds {others}, not {folder}. Name another with --store.")
    _follow(folder, corpus, place, embedder, settings.max_file_bytes, is_new=held is None)
    return Archive.open(place, settings=settings, embedder=embedder)


def _follow(folder: Path, corpus: Path, place: Path, embedder: Embedder, max_bytes: int, *, is_new: bool) -> None:
    """Bring the index up to what the corpus holds now, and say what was done."""
    from rag.corpus import sources
    from rag.index import store as stores
    from rag.index.build import build

    with corpus.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not is_new and _kept(place) == {"digest": digest, "generation": stores.current(place).name}:
        note(f"{place}: kept, {corpus.name} is as it was indexed; queries and judgements are read anew")
        return
    if is_new:
        note(f"indexing {folder} into {place}")
    else:
        note(f"{corpus.name} may have changed since it was indexed: comparing it with {place}")
    read = sources([folder], max_bytes=max_bytes)
    with IndexProgress() as progress:
        report = build(read, place, embedder, sources=[str(folder.resolve())], progress=progress)
    note(report_line(report, place))
    for error in report.skipped[:SKIPPED]:
        note(f"skipped: {error}")
    write_atomically(place / KEPT, json.dumps({"digest": digest, "generation": report.generation}))


def _kept(place: Path) -> Any:
    try:
        return json.loads((place / KEPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _manifest(store: Path) -> dict[str, Any] | None:
    """What the index in `store` was made of; None if there is none."""
    from rag.index import store as stores

    try:
        return stores.read_manifest(stores.current(store))
    except NoIndex:
        return None
