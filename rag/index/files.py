"""The files of a generation: what the manifest keeps of them, and whether they are there, whole and as written."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from rag.errors import IndexDamaged, ResourceError

CHROMA = "chroma"
"""Folder of a generation with Chroma's database and, in folders of their own, the graphs that it searches. With a file
of a graph gone it answers from what is left, and a damaged one can end the process."""
DATABASE = "chroma.sqlite3"
LOCK_SECONDS = 2.0
"""How long to wait for a database that another program has locked; Chroma itself would wait for minutes."""
WRITTEN = "index_metadata.pickle"
"""Lies beside a graph that Chroma has written; the files of others it makes anew whenever it is opened."""


def digests(generation: Path) -> dict[str, dict[str, Any]]:
    """Size and BLAKE2b digest of every file of a generation, by its path in it.

    Left out are what of Chroma's changes whenever it is opened, as its database does, and the manifest, which holds
    this.
    """
    found = {}
    for path in sorted(p for p in generation.rglob("*") if p.is_file()):
        name = path.relative_to(generation)
        if (name.parts[0] != CHROMA or (path.parent / WRITTEN).exists()) and name.name != "manifest.json":
            found[name.as_posix()] = {"size": path.stat().st_size, "digest": digest(path)}
    return found


def lost(generation: Path, manifest: dict[str, Any]) -> list[str]:
    """Files of a generation that are gone or cut short, each as a sentence; a few stats, no more."""
    faults = []
    for name, file in manifest.get("files", {}).items():
        path = generation / name
        if not path.is_file() or path.stat().st_size != file["size"]:
            faults.append(f"{path} is missing or not {file['size']} bytes long")
    bare = manifest.get("graphs", [])  # files of Chroma's whose sizes an earlier version did not keep
    return [*faults, *(f"{generation / name} is missing" for name in bare if not (generation / name).is_file())]


def altered(generation: Path, manifest: dict[str, Any], part: str = "") -> list[str]:
    """Files that are there but not as they were written, each as a sentence: all, or those whose path begins with
    `part`. They are read whole."""
    files = {name: file for name, file in manifest.get("files", {}).items() if name.startswith(part)}
    changed = [name for name, file in files.items() if digest(generation / name) != file["digest"]]
    return [f"{generation / name} is not as it was written" for name in changed]


def refuse_damaged_graphs(generation: Path, manifest: dict[str, Any]) -> None:
    """Raises IndexDamaged if a graph that Chroma searches is not as it was written; it is read whole to tell."""
    if faults := lost(generation, manifest) or altered(generation, manifest, f"{CHROMA}/"):
        raise IndexDamaged(f"{faults[0]}. Make the index whole again: wenbao index")


def digest(path: Path) -> str:
    """BLAKE2b of a file, 32 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def copied(live: Path, generation: Path) -> bool:
    """Copy the collections of one generation folder into another; False if they cannot be copied soundly."""
    source, target = live / CHROMA, generation / CHROMA
    try:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(f"{DATABASE}*"))
        # Opening Chroma for reading writes to its database: only a backup sees one state of it.
        with (
            closing(sqlite3.connect(source / DATABASE, timeout=LOCK_SECONDS)) as old,
            closing(sqlite3.connect(target / DATABASE)) as new,
        ):
            old.backup(new)
    except (shutil.Error, sqlite3.Error):
        shutil.rmtree(target, ignore_errors=True)
        return False
    return True


def closed(path: Path, err: OSError) -> ResourceError:
    """What to say of a file or folder that may not be read."""
    return ResourceError(f"{path} cannot be read: {err.strerror}. Nothing was changed; check its permissions.")


def refuse_closed(generation: Path, names: Iterable[str]) -> None:
    """Raises ResourceError if one of these files of a generation is there and may not be read."""
    for name in names:
        path = generation / name
        try:
            if path.exists() and not os.access(path, os.R_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except PermissionError as err:
            raise closed(path, err) from err
