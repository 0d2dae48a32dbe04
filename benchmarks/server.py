"""What a Chroma server takes and saves: `python -m benchmarks.server SOURCE [--documents N] [--write]`.

The same articles are indexed twice, with vectors that cost nothing: once with Chroma's collections in the store, once
with them on a server of Chroma's own (`chroma run`) on this machine. Then both are asked the same questions by turns,
each time in a process of its own. `--write` puts the table into docs/scale.md.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
import psutil

from benchmarks.growth import PAGE, rounded
from benchmarks.index import run, size_on_disk
from docs.marked import Marked

ROUNDS = 3
MARKED = Marked("<!-- server: made by python -m benchmarks.server --write -->", "<!-- end of server -->")
ROWS: Mapping[str, str] = {
    "indexing": "indexing without encoding, s per 1,000 passages, by the clock",
    "disk": "on disk in the store, MB",
    "find": "question to hits, ms by the clock",
    "memory": "memory of a process that asks, MB",
    "private": "of it what a second such process takes too, MB",
    "server": "memory of the server, MB",
}


@contextmanager
def chroma(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """A server of Chroma over a folder: its URL and process. Raises ClickException if it does not begin."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("chroma"), "run", "--path", folder, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if not probe.connect_ex(("127.0.0.1", port)):
                        yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
                        return
                time.sleep(0.1)
            raise click.ClickException("chroma run did not open its port within a minute")
        finally:
            process.terminate()


def measured(source: Path, documents: int, place: Path) -> tuple[int, dict[str, dict[str, float]]]:
    """Passages, and what each way costs by ROWS."""
    figures: dict[str, dict[str, float]] = {}
    asked: dict[str, list[dict[str, float]]] = {}
    with chroma(place / "server") as (url, server):
        ways = {"in the store": "", "on a server": url}
        for way, address in ways.items():
            os.environ["WENBAO_CHROMA_URL"] = address
            report, _ = run(source, documents, place / way, "--stub")
            size = sum(report["passages"].values())
            figures[way] = {"indexing": 1000 * report["wall"] / size, "disk": size_on_disk(place / way) / 1e6}
        for _ in range(ROUNDS):
            for way, address in ways.items():
                os.environ["WENBAO_CHROMA_URL"] = address
                asked.setdefault(way, []).append(run(source, documents, place / way, "--ask")[0])
        figures["on a server"]["server"] = server.memory_info().rss / 1e6
    for way, rounds in asked.items():
        for name, row in (("find", "find"), ("resident MB", "memory"), ("of it private MB", "private")):
            figures[way][row] = statistics.median(one[name] for one in rounds)
    return size, figures


def table(size: int, figures: Mapping[str, Mapping[str, float]]) -> str:
    """What was measured as Markdown."""
    lines = [f"| {size:,} passages, Chroma's collections | " + " | ".join(figures) + " |", "| --- | ---: | ---: |"]
    for name, told in ROWS.items():
        cells = [rounded(found[name]) if name in found else "–" for found in figures.values()]
        lines.append(f"| {told} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


@click.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--documents", default=18_000, show_default=True, help="Articles.")
@click.option("--write", is_flag=True, help="Put the table into docs/scale.md.")
def main(source: Path, documents: int, write: bool) -> None:
    """Index articles of SOURCE with the vectors in the store and on a server, and ask both."""
    with tempfile.TemporaryDirectory() as place:
        made = table(*measured(source, documents, Path(place)))
    click.echo(made)
    if write:
        MARKED.write(PAGE, made)


if __name__ == "__main__":
    main()
