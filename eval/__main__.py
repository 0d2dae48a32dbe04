"""`python -m eval SET ...` is `wenbao eval SET ...`: it starts the command, which owns options and exit codes."""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    sys.argv.insert(1, "eval")
    runpy.run_module("ui", run_name="__main__", alter_sys=True)
