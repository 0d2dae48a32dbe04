"""Builds an index in a process of its own, to be killed: `python -m tests.faults.builder FOLDER STORE`.

It begins once it has read a line, or the end, of its standard input. `attempt` is one of several that begin at once.
"""

from __future__ import annotations

import os
import sys
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from rag.corpus import sources
from rag.errors import IndexBusy
from rag.index.build import build
from tests.fakes import HashEmbedder


def run(folder: Path, store: Path) -> None:
    build(sources([folder], max_bytes=5_000_000), store, HashEmbedder(), sources=[str(folder)])


def attempt(folder: Path, store: Path, together: Barrier, told: SimpleQueue[tuple[int, str]]) -> None:
    """Build when all are there; tell the number of this process and who held the store, or nothing."""
    together.wait(60)
    try:
        run(folder, store)
    except IndexBusy as err:
        told.put((os.getpid(), str(err)))
    else:
        told.put((os.getpid(), ""))


if __name__ == "__main__":
    sys.stdout.write("building\n")
    sys.stdout.flush()
    sys.stdin.readline()
    run(Path(sys.argv[1]), Path(sys.argv[2]))
