"""Builds on a disk that fails at its nth change: `LD_PRELOAD=disk.so python -m tests.faults.failing` (disk.c).

Reads lines "FOLDER STORE AT ERRNO ALONE KINDS" and answers each with a line of JSON: how the build ended ("built", the
name of an error, "killed N"), what it said, and how many changes it made. Every build is a process of its own, forked
once everything is imported.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from pathlib import Path

from rag.corpus import sources
from rag.index.build import build
from tests.conftest import checking_here
from tests.fakes import HashEmbedder


def built(folder: str, store: str) -> list[str]:
    """How a build ends: its name and what it said."""
    try:
        with checking_here():
            build(sources([Path(folder)], max_bytes=5_000_000), Path(store), HashEmbedder(), sources=[folder])
    except BaseException as err:
        return [type(err).__name__, str(err)]
    return ["built", ""]


def forked(folder: str, store: str, at: int, error: int, alone: int, kinds: int) -> list[object]:
    """The same in a process of its own, on a disk that fails."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        disk = ctypes.CDLL(None)
        disk.disk_fail(os.fsencode(store), ctypes.c_long(at), error, alone, kinds)
        ended = [*built(folder, store), disk.disk_calls()]
        os.write(writing, json.dumps(ended).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return json.loads(told) if told else [f"killed {code}", "", 0]


if __name__ == "__main__":
    import chromadb  # noqa: F401  what a build imports late is imported once
    import scipy.sparse  # noqa: F401

    for line in sys.stdin:
        folder, store, *numbers = line.rstrip("\n").split("\t")
        at, error, alone, kinds = map(int, numbers)
        sys.stdout.write(json.dumps(forked(folder, store, at, error, alone, kinds)) + "\n")
        sys.stdout.flush()
