"""Builds an index in a process of its own, to be killed: `python -m tests.faults.builder FOLDER STORE`.

It begins once it has read a line, or the end, of its standard input.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rag.corpus import sources
from rag.index.build import build
from tests.fakes import HashEmbedder

if __name__ == "__main__":
    folder, store = Path(sys.argv[1]), Path(sys.argv[2])
    sys.stdout.write("building\n")
    sys.stdout.flush()
    sys.stdin.readline()
    build(sources([folder], max_bytes=5_000_000), store, HashEmbedder(), sources=[str(folder)])
