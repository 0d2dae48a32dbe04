"""The `wenbao` command, run in this process: one of its own would first import torch again.

`python -m tests.commanded` is a process for several commands: it reads them as JSON and writes what they have left.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, dataclass
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from ui.cli import main

ENDINGS = (signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Done:
    """What a command has left."""

    returncode: int
    stdout: str
    stderr: str


@contextmanager
def _signals_kept() -> Iterator[None]:
    """The command ends upon signals in its own way; these tests do not."""
    before = [signal.getsignal(one) for one in ENDINGS]
    try:
        yield
    finally:
        for one, handler in zip(ENDINGS, before, strict=True):
            signal.signal(one, handler)


Argument = str | os.PathLike[str]


def wenbao(*arguments: Argument, **environment: str) -> Done:
    """Run `wenbao` with these arguments, and with these variables in its environment."""
    piped, err, code = BytesIO(), StringIO(), 0
    out = TextIOWrapper(piped, encoding="utf-8", newline="", write_through=True)
    with _signals_kept(), pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name, value in environment.items():
            patch.setenv(name, value)
        try:
            main([os.fspath(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return Done(code, piped.getvalue().decode().replace("\r\n", "\n"), err.getvalue())


def apart(commands: Sequence[tuple[Sequence[Argument], Mapping[str, str]]], under: Sequence[str] = ()) -> list[Done]:
    """Run commands, each with variables of its own, in one process that is started `under` another command."""
    given = json.dumps([([os.fspath(one) for one in arguments], dict(own)) for arguments, own in commands])
    done = subprocess.run(
        [*under, sys.executable, "-m", "tests.commanded"],
        cwd=Path(__file__).parents[1], input=given, capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [Done(**one) for one in json.loads(done.stdout)]


if __name__ == "__main__":
    made = [asdict(wenbao(*arguments, **own)) for arguments, own in json.load(sys.stdin)]
    sys.stdout.write(json.dumps(made))
