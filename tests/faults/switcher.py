"""Commits a built generation and is killed at its Nth system call: `python -m tests.faults.switcher STORE TMP N`.

Counted are the calls that order what reaches the disk: fsync, rename, replace, and the removal of old folders.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.index import store

_calls = 0


def _counted(call: Callable[..., Any], at: int) -> Callable[..., Any]:
    def counted(*args: Any, **options: Any) -> Any:
        global _calls
        _calls += 1
        if _calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*args, **options)

    return counted


if __name__ == "__main__":
    place, building, number = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    for module, name in ((os, "fsync"), (os, "rename"), (os, "replace"), (os, "rmdir"), (shutil, "rmtree")):
        setattr(module, name, _counted(getattr(module, name), number))
    store.commit(place, building)
