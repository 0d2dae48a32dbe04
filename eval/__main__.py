"""`python -m eval` is `wenbao eval`."""

from __future__ import annotations

import sys


def main() -> None:
    """Hand over to the command line, which owns the options and the exit codes."""
    from ui.cli import main as command

    sys.argv[0:1] = ["wenbao", "eval"]
    command()


if __name__ == "__main__":
    main()
