"""The store on disk: a folder of generations, a pointer to the live one, one lock for the one writer.

    STORE/CURRENT            name of the live generation
    STORE/gen-000007/        a complete index; never changed once the pointer names it
    STORE/gen-000008.tmp/    an index being built
    STORE/.lock              held while an index run writes

The order of a commit is: build aside, verify, sync every file, rename, switch the pointer. Whatever kills the
run on the way, the pointer names a complete generation. The generation before the live one is kept, so that one can
go back to it: then the pointer names it, and the one that it named goes at the next commit.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError

from rag.datatypes import Lang, Paper
from rag.disk import NO_ROOM, sync, write_atomically
from rag.errors import IndexBusy, IndexDamaged, IndexMismatch, NoIndex, ResourceError
from rag.index.files import closed, refuse_closed

SCHEMA = 3
GENERATION = re.compile(r"gen-\d{6,}")


def current(store: Path) -> Path:
    """Folder of the live generation.

    Raises:
        NoIndex: nothing was indexed here; nothing is created.
        IndexDamaged: the pointer names no generation.
        ResourceError: it may not be read.
    """
    pointer = store / "CURRENT"
    name = _pointed(store)
    try:
        is_complete = GENERATION.fullmatch(name) and (store / name / "manifest.json").is_file()
    except PermissionError as err:
        raise closed(store / name, err) from err
    if not is_complete:
        raise IndexDamaged(f"{pointer} names {name!r}, which is no complete index. Build it anew: wenbao index --full")
    return store / name


def previous(store: Path) -> Path:
    """Folder of the generation before the live one; of the newest there is, if the pointer names no number.

    Raises:
        NoIndex: nothing was indexed here, or only once.
    """
    name = _pointed(store)
    known = GENERATION.fullmatch(name) is not None
    earlier = [g for g in generations(store) if not known or g.name < name]
    if not earlier:
        raise NoIndex(
            f"{store} holds no generation before {name if known else 'the live one'}: there is nothing to go back to, "
            "and nothing was changed. Build the index anew: wenbao index PATH --full"
        )
    return earlier[-1]


def _pointed(store: Path) -> str:
    """What the pointer says. Raises NoIndex if there is none, ResourceError if it is closed; nothing is created."""
    pointer = store / "CURRENT"
    try:
        if not pointer.is_file():
            raise NoIndex(f"there is no index at {store}. Make one: wenbao index PATH --store {store}")
        return pointer.read_bytes()[:200].decode("ascii", "replace").strip()
    except OSError as err:
        raise closed(pointer, err) from err


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("a path that leaves the folder")
    return name


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Passages(_Part):
    zh: NonNegativeInt
    en: NonNegativeInt


class _Counts(_Part):
    articles: NonNegativeInt
    passages: _Passages


class _Model(_Part):
    name: str
    digest: str
    dimension: NonNegativeInt
    languages: list[Lang]


class _File(_Part):
    size: NonNegativeInt
    digest: str


class _Manifest(_Part):
    """What has to be in a manifest for its index to be used; it may hold more."""

    model: _Model
    counts: _Counts
    slots: dict[Lang, NonNegativeInt]
    sources: list[str]
    skipped: list[Any]
    made: str
    files: dict[Annotated[str, AfterValidator(_inside)], _File] = {}
    graphs: list[Annotated[str, AfterValidator(_inside)]] = []
    chromadb: str = ""
    collections: str = ""
    exact: list[Lang] = []
    papers: dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]] = {}


def read_manifest(generation: Path) -> dict[str, Any]:
    """The generation's manifest.

    Raises:
        IndexDamaged: it cannot be read.
        IndexMismatch: it was written by another version of Wenbao's format, or with a Chroma that would not only read
            its files but bring them to another form.
        ResourceError: it, or a file that it names, may not be read.
    """
    path = generation / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        schema = manifest["schema"]
        if schema == SCHEMA:
            checked = _Manifest.model_validate(manifest)
    except PermissionError as err:
        raise closed(path, err) from err
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as err:
        what = _first_fault(err) if isinstance(err, ValidationError) else err
        raise IndexDamaged(f"{path} cannot be read ({what}). Build the index anew: wenbao index --full") from err
    if schema != SCHEMA:
        raise IndexMismatch(
            f"{generation} has format {schema!r:.20}, this version reads format {SCHEMA}. Build it anew: wenbao index"
        )
    if checked.chromadb and not checked.collections and _series(checked.chromadb) != _series(version("chromadb")):
        raise IndexMismatch(
            f"{generation} was made with chromadb {checked.chromadb:.20}, here is {version('chromadb')}, which would "
            "change it. Build it anew: wenbao index"
        )
    refuse_closed(generation, checked.files)
    return dict(manifest)


def write_manifest(generation: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of a generation that is being built, as a whole."""
    written = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    # bytes of a file's name that are no text (U+DC80 to U+DCFF in Python) are written as JSON escapes them
    write_atomically(generation / "manifest.json", written, errors="backslashreplace")


def named_papers(manifest: dict[str, Any]) -> dict[str, Paper]:
    """The newspaper that a run named for some of the paths it read."""
    return {path: Paper(*names) for path, names in manifest.get("papers", {}).items()}


def _series(version: str) -> list[str]:
    """Releases that differ in the third number only read each other's files."""
    return version.split(".")[:2]


def _first_fault(err: ValidationError) -> str:
    fault = err.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, fault['loc']))[:100]!r}: {fault['msg']}"


@contextmanager
def writing(store: Path) -> Iterator[None]:
    """Hold the store for writing.

    Raises:
        IndexBusy: another run holds it; the message names its process, host and start.
        ResourceError: the folder cannot be made or written.
    """
    from filelock import FileLock, Timeout

    note = store / ".lock.json"
    try:
        store.mkdir(parents=True, exist_ok=True)
        lock = FileLock(store / ".lock", timeout=0.5)
        lock.acquire()
    except Timeout as err:
        try:
            held = json.loads(note.read_text(encoding="utf-8"))
            holder = f"process {held['pid']} on {held['host']}, since {held['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            holder = "unknown process"
        raise IndexBusy(f"another index run ({holder}) is writing {store}. Wait for it, then run this again.") from err
    except NotImplementedError as err:
        raise ResourceError(f"{store}: its file system cannot lock files. Choose another folder with --store.") from err
    except OSError as err:
        if err.errno in NO_ROOM:
            raise  # who builds tells how much room there is
        raise ResourceError(f"cannot write to {store}: {err.strerror}. Choose another folder with --store.") from err
    try:
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        note.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def generations(store: Path) -> list[Path]:
    """Folders of the complete generations, the live one and those before it, oldest first."""
    return sorted(p for p in store.glob("gen-*") if GENERATION.fullmatch(p.name))


def new_generation(store: Path) -> Path:
    """An empty folder to build the next generation in; leftovers of killed runs are removed.

    Their numbers are not used again: the check that a killed run had started may still be alive, and would open its
    folder in the midst of the new one.
    """
    left = [*store.glob("gen-*.tmp"), *_unneeded(store)]
    numbers = [int(p.name[4:].removesuffix(".tmp")) for p in (*left, *generations(store)) if _is_generation(p)]
    fresh = store / f"gen-{max(numbers, default=0) + 1:06d}.tmp"
    fresh.mkdir()
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return fresh


def _is_generation(folder: Path) -> bool:
    return GENERATION.fullmatch(folder.name.removesuffix(".tmp")) is not None


def _unneeded(store: Path) -> list[Path]:
    """Generations older than the one before the live one, left by a run killed at the switch.

    Newer ones, gone back from or never switched to, stay until the next commit: a reader that still has one open
    tells generations apart by their numbers, so none may be used again, not even after a run that fails.
    """
    try:
        live = current(store)
    except (NoIndex, IndexDamaged):
        return []
    return [g for g in generations(store) if g < live][:-1]


def commit(store: Path, building: Path) -> Path:
    """Make a verified generation the live one and drop all but it and the one before. Returns its folder."""
    previous = (store / "CURRENT").read_text(encoding="ascii").strip() if (store / "CURRENT").is_file() else ""
    for path in building.rglob("*"):
        sync(path)
    sync(building)
    final = building.with_suffix("")
    building.rename(final)
    point(store, final)
    # the check of a run that was killed may have outlived it and written into its folder while that was removed
    for old in (*generations(store), *store.glob("gen-*.tmp")):
        if old.name not in {final.name, previous}:
            shutil.rmtree(old, ignore_errors=True)
    return final


def point(store: Path, generation: Path) -> None:
    """Make a complete generation of the store the live one. A disk that fails is found out before the switch."""
    sync(store)
    write_atomically(store / "CURRENT", generation.name + "\n")
