"""Look after question sets: `wenbao eval check`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from rag.errors import UsageError
from ui.commands.options import open_archive, store_option
from ui.terminal import note, out, out_json


@click.command()
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(question_set: Path, store: Path | None, as_json: bool) -> None:
    """Is every article of SET in the index, and every quotation in its article? Ends with 2 if not."""
    from eval.check import check as checked

    found = checked(question_set, open_archive(store))
    if as_json:
        out_json({**asdict(found), "sound": found.sound})
    else:
        for text in found.warnings:
            note(f"warning: {text}")
        out(
            f"{found.name}: {found.questions} questions in {found.wordings} wordings, {found.quotations} quotations"
            f" from {found.articles} articles: {'sound' if found.sound else 'faulty'}"
        )
    if not found.sound:
        wrong = [*found.faults, *found.missing]
        many = f"{len(wrong)} faults" if len(wrong) > 1 else "1 fault"
        raise UsageError("\n".join([*wrong, f"{many} in {question_set.name}. Correct them."]))
