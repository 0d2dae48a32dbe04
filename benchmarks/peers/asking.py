"""A peer asked from cold, in a process of its own: `python -m benchmarks.peers.asking PEER FOLDER QUESTIONS`.

Opens an index that another process has made. Prints "ready" once the first question has its results, then, as JSON, the
milliseconds of each question after it and the memory that the process takes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

K = 10
"""Results of a question."""


def main(name: str, folder: Path, questions: list[str]) -> None:
    """Ask all questions."""
    from benchmarks.peers.table import PEERS

    peer = PEERS[name].make()
    peer.open(folder)
    peer.search(questions[0], K)
    print("ready", flush=True)
    taken = []
    for question in questions[1:]:
        started = time.perf_counter()
        peer.search(question, K)
        taken.append(1000 * (time.perf_counter() - started))
    import psutil

    print(json.dumps({"ms": taken, "MB": psutil.Process().memory_info().rss / 1e6}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))
