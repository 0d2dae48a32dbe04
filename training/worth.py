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

from rag.fusion import WEIGHTS

BEGIN, END = "<!-- channels: made by python -m training.worth --write -->", "<!-- end of channels -->"
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
    figures = [f"{value:.3f}".removeprefix("0") for value in halves]
    return " ".join([*figures[:1], *(f"({figure})" for figure in figures[1:])])


def between(text: str) -> str:
    """What stands between the marks of a page."""
    return text.partition(BEGIN)[2].partition(END)[0].strip() + "\n"


@click.command()
@click.option("--write", is_flag=True, help="Put the table into docs/figures.md.")
def main(write: bool) -> None:
    """Print what each channel of search is worth, from the stored figures."""
    made = table(json.loads(WEIGHTS.read_text(encoding="utf-8"))["evidence"])
    click.echo(made, nl=False)
    if not write:
        return
    text = PAGE.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise click.ClickException(f"{PAGE} lacks the lines {BEGIN} and {END}. Put them where the table is to stand.")
    head, tail = text.partition(BEGIN)[0], text.partition(END)[2]
    PAGE.write_text(f"{head}{BEGIN}\n\n{made}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
