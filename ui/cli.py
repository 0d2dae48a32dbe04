"""The `wenbao` command. Answers go to stdout, progress, notes and errors to stderr; exit codes as in rag/errors.py.

Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Any

import click

from rag.disk import NO_ROOM, lacking
from rag.errors import ResourceError, UsageError, WenbaoError
from ui.commands.adapt import adapt
from ui.commands.ask import again, ask, search, show
from ui.commands.chat import chat, mcp
from ui.commands.evaluate import compare, evaluate
from ui.commands.index import check, index, rollback, status
from ui.commands.llm import llm
from ui.commands.names import names
from ui.commands.settings import settings
from ui.commands.through import through
from ui.terminal import note


class _Command(click.Group):
    """Ends quietly, as a shell expects it, when what it prints is no longer read; click would call that an error."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _print_no_more()
            sys.exit(141)


def _print_no_more() -> None:
    """What could not be printed is not tried again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=_Command, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="wenbao", prog_name="wenbao")
def cli() -> None:
    """Ask a bilingual newspaper archive questions and see the sentence every answer rests on."""


COMMANDS = (
    index, search, ask, again, show, through, names, chat, mcp, status, check, rollback, evaluate, compare, adapt, llm,
    settings,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


def _terminated(number: int, _: FrameType | None) -> None:
    note("ended; the index is as it was; run the command again to continue")
    raise SystemExit(128 + number)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; every expected error becomes one line on stderr and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for ending in (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        if signal.getsignal(ending) is not signal.SIG_IGN:  # nohup
            signal.signal(ending, _terminated)
    # In a plain C locale Chinese arguments arrive as undecoded bytes. Those that are no text may be the name of a file.
    arguments = sys.argv[1:] if arguments is None else arguments
    given = [os.fsencode(argument).decode("utf-8", "surrogateescape") for argument in arguments]
    try:
        cli.main(args=given, prog_name="wenbao", standalone_mode=False)
    except WenbaoError as err:
        lacks = "" if isinstance(err, ResourceError) else lacking(err)
        note(f"error: {lacks or err}")
        sys.exit(ResourceError.exit_code if lacks else err.exit_code)
    except click.ClickException as err:
        err.show()
        sys.exit(UsageError.exit_code)
    except (click.Abort, KeyboardInterrupt):
        note("interrupted; the index is as it was; run the command again to continue")
        sys.exit(130)
    except BaseException as err:  # where memory or files run out, libraries raise whatever they like
        if isinstance(err, OSError) and err.errno in NO_ROOM and err.filename is None:
            _print_no_more()
            note(f"error: the output cannot be written ({err.strerror}); it ends where it broke off. Make room.")
        elif lacks := lacking(err):
            note(f"error: {lacks} What was there before is kept.")
        else:
            raise
        sys.exit(ResourceError.exit_code)


if __name__ == "__main__":
    main()
