"""Does a test notice when the definition of a metric is altered? `make mutation`, `python -m tests.mutation [SHARE]`.

Cosmic Ray's operators alter eval/metrics one place at a time; a process forked for each alteration runs the tests of
that module against it. Starting the tests anew for each, as Cosmic Ray itself does, takes many times as long. SHARE
of all alterations are tried (default 1.0), drawn with a fixed seed. Prints the survivors with their line and ends with
1 if fewer than 90 % were noticed. The files on disk are not touched.

About thirty alterations change nothing that could be noticed, and are counted as survivors all the same:
- `is not` for `!=` between two truth values or small numbers, `is` for `==` with a constant of the same module, `<=`
  or `>=` for `==` where the other values that occur lie on the other side (zh and en; higher, lower, neither);
- `!=` for `<` or `>` where the remaining values cannot occur (more than two classes, a numeral of no characters, a
  grade below 0, a confidence above the one before it in falling order), `<= 1` where there is at least one;
- another rank to count from, since only the order of the scores counts; the default of a largest grade, -1 or 0;
- the size of a cache and the cache itself; `strict` between two tuples of one module; frozen values and their slots.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
WANTED = 0.9
LIMIT_S = 60
TESTS = {
    "__init__": "metric_names", "citations": "citation_metrics", "consistency": "citation_metrics",
    "official": "official", "ranking": "ranking_metrics", "refusal": "citation_metrics", "support": "support_metric",
    "text": "text_metrics",
}  # fmt: skip
HINTS = "core/ReplaceBinaryOperator_BitOr_"  # `X | None` in a signature is not run

Mutation = tuple[Path, str, int]


class Altered(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module from altered source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        package = self.path.name == "__init__.py"
        spec = importlib.util.spec_from_loader(fullname, self, is_package=package)
        if spec and package:
            spec.submodule_search_locations = [str(self.path.parent)]
        return spec

    def exec_module(self, module: Any) -> None:
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


def mutations() -> Iterator[Mutation]:
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    for path in sorted((ROOT / "eval" / "metrics").glob("*.py")):
        tree = list(ast_nodes(get_ast(path.read_text(encoding="utf-8"))))
        for name in operator_names():
            if name.startswith((HINTS, "core/Variable")):  # the latter want to be told of variables
                continue
            operator = get_operator(name)()
            places = sum(1 for node in tree for _ in operator.mutation_positions(node))
            yield from ((path, name, place) for place in range(places))


def altered(mutation: Mutation) -> str:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    path, name, place = mutation
    return str(mutate_code(path.read_text(encoding="utf-8"), get_operator(name)(), place))


def passes(*modules: str) -> bool:
    """True if the tests of these modules of eval/metrics pass."""
    files = sorted({f"tests/eval/test_{TESTS[module]}.py" for module in modules})
    return pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--noconftest", *files]) == 0


def survives(mutation: Mutation) -> bool:
    path = mutation[0]
    parts = path.relative_to(ROOT).with_suffix("").parts
    source = altered(mutation)
    child = os.fork()
    if child == 0:
        signal.alarm(LIMIT_S)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1), os.dup2(silent, 2)
        for loaded in [name for name in sys.modules if name.startswith(("eval.metrics", "tests.eval."))]:
            del sys.modules[loaded]
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sys.meta_path.insert(0, Altered(name, path, source))
        os._exit(0 if passes(path.stem) else 1)
    return os.waitpid(child, 0)[1] == 0


def line_of(mutation: Mutation) -> int:
    """The first line, from 1, at which the altered source differs."""
    was, now = mutation[0].read_text(encoding="utf-8").splitlines(), altered(mutation).splitlines()
    return next((n for n, (one, two) in enumerate(zip(was, now, strict=False), 1) if one != two), len(was))


def main() -> int:
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # some take longer to load than the tests
    if not passes(*TESTS):  # also loads, once and before the forks, whatever the tests need
        sys.stderr.write("the tests fail on the metrics as they are\n")
        return 1
    everything = list(mutations())
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    tried = sorted(random.Random(1958).sample(everything, round(share * len(everything))))
    started, survivors = time.monotonic(), []
    for number, mutation in enumerate(tried, 1):
        if survives(mutation):
            survivors.append(mutation)
            path, name, place = mutation
            sys.stdout.write(f"survived: {path.relative_to(ROOT)}:{line_of(mutation)} {name} {place}\n")
            sys.stdout.flush()
        if sys.stderr.isatty():
            rate = number / (time.monotonic() - started)
            sys.stderr.write(f"\r{number} of {len(tried)}, {rate:.1f}/s, {(len(tried) - number) / rate:.0f} s left ")
    killed = 1 - len(survivors) / len(tried)
    sys.stdout.write(f"{len(tried)} of {len(everything)} alterations tried, {killed:.1%} noticed\n")
    return 0 if killed >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
