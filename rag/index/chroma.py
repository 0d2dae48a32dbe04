"""Chroma's collections, one per language and generation: opened, filled, copied, dropped. The one importer of chromadb.

An embedding function is never given to Chroma and never read from it: a stored one could name code to run.

In Chroma a passage goes by its slot (`rag.index.table`). So the collections of a new generation can be a copy of the
last one's less the slots that are gone and with those that are new, and nothing else is stored there twice.

The collections are in the generation folder, or on a server: there each generation has collections of its own
name, and those of a generation that is gone are dropped (`drop_others`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Lang
from rag.disk import is_of_the_disk, lacking
from rag.errors import IndexDamaged, ResourceError, WenbaoError
from rag.index import files
from rag.index.server import Server

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

# cosine, because the default distance loses items; a wider search than the default of 100 for recall at 100k and more
CONFIGURATION: dict[str, dict[str, Any]] = {"hnsw": {"space": "cosine", "ef_search": 200}}
WIDEST = 3200
"""Candidates that Chroma's search holds at most (ef_search): with so many it takes some 10 ms."""
BATCH = 2000
"""Vectors handed to Chroma at a time, fewer if it takes fewer."""

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Slots = NDArray[np.int32]


def collection_name(generation: Path, lang: Lang, prefix: str | None) -> str:
    """Name of the collection of one language; `prefix` is that of the store on a server, None in the folder."""
    return f"{prefix}-{generation.name.removesuffix('.tmp')}-{lang}" if prefix else f"passages-{lang}"


@contextmanager
def _client(generation: Path, server: Server | None) -> Iterator[Client]:
    """A client, closed at the end. Raises ResourceError for a server that does not answer."""
    with place_of(generation, server) as place:
        client = opened(place, server)
        try:
            yield client
        finally:
            client.close()


@contextmanager
def place_of(generation: Path, server: Server | None) -> Iterator[str]:
    """The path of the collections in a form that Chroma takes, which knows no names but those in UTF-8."""
    # Chroma knows a folder by its path, whatever the working folder was then
    path = generation.absolute() / files.CHROMA
    if server:
        yield str(path)
        return
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        with tempfile.TemporaryDirectory(prefix="wenbao-") as beside:
            path.mkdir(exist_ok=True)
            link = Path(beside, files.CHROMA)
            link.symlink_to(path.resolve(), target_is_directory=True)
            yield str(link)
    else:
        yield str(path)


@cache
def _kind() -> Any:
    """The class of Chroma's settings. One for all clients: it refuses a second client of a path whose settings are of
    another. Each client has its own of them, since Chroma writes into them what it is a client of."""
    from chromadb.config import Settings

    class Ours(Settings):
        """What it would read in the environment, or in a file .env where it runs, is of other programs."""

        @classmethod
        def settings_customise_sources(cls, settings_cls: Any, init_settings: Any, *_: Any, **__: Any) -> Any:
            return (init_settings,)

    return Ours


def opened(place: str, server: Server | None) -> Client:
    """A client of the collections at a path or on a server. Raises ResourceError for a server that does not answer."""
    import chromadb

    settings = _kind()(anonymized_telemetry=False)
    if server is None:
        try:
            return cast("Client", chromadb.PersistentClient(place, settings=settings))
        except BaseException:
            _forget(place)
            raise
    try:
        headers = {"Authorization": f"Bearer {server.token}"} if server.token else None
        http = chromadb.HttpClient(server.host, server.port, ssl=server.ssl, headers=headers, settings=settings)
        http.heartbeat()
    except Exception as err:  # chromadb wraps each network error in another class
        raise unreachable(server, err) from err
    return cast("Client", http)


def _forget(place: str) -> None:
    """Let the next client of a path begin anew. Chroma keeps what a client would share before that has started, and
    where it could not, as on a full disk, the next of this process would get it as it is."""
    from chromadb.api.shared_system_client import SharedSystemClient

    if not SharedSystemClient._identifier_to_refcount.get(place):
        SharedSystemClient._identifier_to_system.pop(place, None)


@contextmanager
def panics() -> Iterator[None]:
    """Let what ends Chroma's library, which Python does not count among the Exceptions, be a RuntimeError."""
    try:
        yield
    except BaseException as err:
        if type(err).__name__ != "PanicException":
            raise
        raise RuntimeError(f"Chroma's library failed: {err}") from err


def collection(client: Client, generation: Path, lang: Lang, prefix: str | None) -> Collection:
    """The collection of one language. Raises IndexDamaged if it names an embedding function."""
    found = client.get_collection(collection_name(generation, lang, prefix), embedding_function=None)
    _ours(found)
    return found


def unreachable(server: Server, err: Exception) -> ResourceError:
    """What to say when the server does not do what was asked."""
    what = " ".join(str(err).split())[:200] or type(err).__name__
    return ResourceError(
        f"the Chroma server {server.url} (WENBAO_CHROMA_URL) does not answer: {what}. "
        f"The index is as it was. Start it: chroma run --host {server.host} --port {server.port} --path DIR"
    )


def unwritable(generation: Path, err: Exception) -> ResourceError:
    """What to say when Chroma cannot write its files, which it does even to read them."""
    free = shutil.disk_usage(generation).free // 1_000_000
    # not all that it says tells whether it was room on the disk
    memory = lacking(err) or ("" if is_of_the_disk(err) else "If there is room, it was memory (ulimit -v).")
    return ResourceError(
        f"Chroma cannot write to {generation / files.CHROMA} ({' '.join(str(err).split())[:200]}; {free} MB free). The "
        "previous index is unchanged; make room, or choose another folder with --store, and run this again. "
        f"{memory}".rstrip()
    )


def write(
    generation: Path, lang: Lang, vectors: Scores, slots: Slots, *, server: Server | None = None, prefix: str | None
) -> None:
    """Fill a new collection of one language.

    Args:
        generation: folder being built.
        lang: the language.
        vectors: shape (passages, dimension), unit length.
        slots: the slot of each row of `vectors`.
        server: where the collection is to be, None for the generation folder.
        prefix: of the store's collections on the server.

    Raises:
        ResourceError: Chroma cannot store them: disk full, or the server does not answer.
    """
    with _storing(generation, server), _client(generation, server) as client:
        made = client.create_collection(
            collection_name(generation, lang, prefix),
            embedding_function=None,
            configuration=CONFIGURATION,  # type: ignore[arg-type]
        )
        _add(client, made, vectors, slots, np.arange(len(slots)))


def derive(
    generation: Path, lang: Lang, vectors: Scores, slots: Slots, *, fresh: NDArray[np.int64], gone: Slots
) -> None:
    """Bring the collection of one language, copied with `files.copied`, from the last generation to this one.

    Args:
        generation, lang, vectors, slots: as for `write`.
        fresh: rows that the last generation did not hold.
        gone: slots it held that are no more.

    Raises:
        ResourceError: Chroma cannot store them.
    """
    with _storing(generation, None), _client(generation, None) as client:
        held = collection(client, generation, lang, None)
        for i in range(0, len(gone), BATCH):
            held.delete(ids=[str(slot) for slot in gone[i : i + BATCH].tolist()])
        _add(client, held, vectors, slots, fresh)


def _add(client: Client, collection: Collection, vectors: Scores, slots: Slots, rows: Rows) -> None:
    step = min(BATCH, client.get_max_batch_size())
    for i in range(0, len(rows), step):
        part = rows[i : i + step]
        collection.add(ids=[str(slot) for slot in slots[part].tolist()], embeddings=np.ascontiguousarray(vectors[part]))


def widen(generation: Path, lang: Lang, server: Server | None, prefix: str | None) -> bool:
    """Let searches of one collection hold twice as many candidates; False if they hold WIDEST already.

    The graph that Chroma searches grows with the collection, and what it misses with it. No search may be open: one
    that is keeps its width. A server keeps it until it is started again; `VectorIndex` sees to that.
    """
    with _client(generation, server) as client:
        held = collection(client, generation, lang, prefix)
        if width(held) >= WIDEST:
            return False
        held.modify(configuration={"hnsw": {"ef_search": min(2 * width(held), WIDEST)}})
        return True


def width(collection: Collection) -> int:
    """How many candidates its searches are to hold."""
    return int((collection.configuration_json.get("hnsw") or {}).get("ef_search", WIDEST))


def exists(generation: Path, server: Server | None, prefix: str) -> bool:
    """True if a server holds the collections of a generation. Raises ResourceError if it is down."""
    if server is None:
        return True  # cannot be told; they are of no use to a run that stores its vectors elsewhere
    with _client(generation, server) as client:
        found = {c if isinstance(c, str) else c.name for c in _pages(client)}
    return any(collection_name(generation, lang, prefix) in found for lang in LANGS)


def drop_others(server: Server, prefix: str, keep: Sequence[Path]) -> None:
    """Drop the store's collections of all generations but `keep`. Raises ResourceError if the server is down."""
    names = {collection_name(generation, lang, prefix) for generation in keep for lang in LANGS}
    with _client(Path(), server) as client:
        try:
            found = [c if isinstance(c, str) else c.name for c in _pages(client)]
            for name in found:
                if name.startswith(f"{prefix}-gen-") and name not in names:
                    client.delete_collection(name)
        except Exception as err:
            raise unreachable(server, err) from err


def _pages(client: Client) -> Iterator[Any]:
    at = 0
    while page := client.list_collections(limit=100, offset=at):
        yield from page
        at += len(page)


@contextmanager
def _storing(generation: Path, server: Server | None) -> Iterator[None]:
    try:
        with panics():
            yield
    except (WenbaoError, OSError):
        raise
    except Exception as err:  # a full disk comes as an InternalError about logs and segments
        if server:
            raise unreachable(server, err) from err
        raise unwritable(generation, err) from err


def _ours(collection: Collection) -> None:
    """Raises IndexDamaged if a collection names an embedding function: ours do not, and it could name any code."""
    function = (collection.configuration_json or {}).get("embedding_function") or {}
    if function.get("type") not in (None, "legacy"):
        raise IndexDamaged(
            f"the vectors {collection.name} name an embedding function ({function.get('name') or function!s:.100}): "
            "this is no index of Wenbao's, and it is not used. Build your own: wenbao index --full"
        )
