"""What each channel of search is worth, as a table: `python -m training.worth [--write]`.

The figures are those that `python -m training.fusion ... --write` stored with the weights in `rag/fusion.json`;
`--write` puts the table into docs/figures.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from docs.marked import Marked, share
from rag.fusion import WEIGHTS

MARKED = Marked("<!-- channels: made by python -m training.worth --write -->", "<!-- end of channels -->")
SYSTEMS = ("keyword", "dense", "fused", "reference")
PAGE = Path("docs/figures.md")
HEAD = ("questions over passages", "questions", "measure", "keyword", "vectors", "both", "BM25")


def table(evidence: Sequence[Mapping[str, Any]]) -> str:
    """The evidence of the weights as Markdown: figures on all questions, in brackets on the half not tuned on."""
    lines = ["| " + " | ".join(HEAD) + " |", "| --- | ---: | --- |" + " ---: |" * len(SYSTEMS)]
    for row in evidence:
        cells = (_cell(row, system) for system in SYSTEMS)
        lines.append(f"| {row['set']} | {row['questions']} | {row['metric']} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(row: Mapping[str, Any], system: str) -> str:
    halves = [row[half][system] for half in ("all", "test") if system in row.get(half, {})]
    figures = [share(value) for value in halves]
    return " ".join([*figures[:1], *(f"({figure})" for figure in figures[1:])])


@click.command()
@click.option("--write", is_flag=True, help="Put the table into docs/figures.md.")
def main(write: bool) -> None:
    """Print what each channel of search is worth, from the stored figures."""
    made = table(json.loads(WEIGHTS.read_text(encoding="utf-8"))["evidence"])
    click.echo(made, nl=False)
    if write:
        MARKED.write(PAGE, made)


if __name__ == "__main__":
    sys.exit(main())
