"""The `wenbao` command with the light model, in a process of its own: `python -m tests.faults.light ARGUMENTS`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rag import archive, embed
from rag.reader import reader
from tests.conftest import ROOT, checking_here
from tests.fakes import HashEmbedder, WordReader
from ui import cli

# root may do anything; without its capabilities it is a user like any other, to whom permissions apply
USER = ("setpriv", "--bounding-set=-all", "--inh-caps=-all") if os.geteuid() == 0 else ()


def wenbao(
    *arguments: str | Path, under: Sequence[str] = (), timeout: float = 120, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, `under` another one if wanted."""
    command = [*under, sys.executable, "-m", "tests.faults.light", *map(os.fspath, arguments)]
    told = {**os.environ, **environment}
    return subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=timeout)


if __name__ == "__main__":
    for module in (embed, archive):
        module.open_embedder = lambda *_, **__: HashEmbedder()  # type: ignore[attr-defined]
    for module in (reader, archive):
        module.ShippedReader = WordReader  # type: ignore[misc, assignment, attr-defined]
    with checking_here():
        cli.main()
