"""Train the model on the archive: `wenbao adapt`."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from ui.commands.options import open_archive, store_option
from ui.terminal import AdaptProgress, adapted_lines, note, out, out_json


@click.command()
@store_option
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path),
    default=Path("wenbao-adapted"),
    show_default=True,
    help="Folder to write the new model to.",
)
@click.option(
    "--passes",
    type=click.FloatRange(0, 100, min_open=True),
    help="Passes over the pairs.  [default: 2, or those of the run resumed]",
)
@click.option("--resume", is_flag=True, help="Go on with a run to the same --out that was stopped.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def adapt(store: Path | None, folder: Path, passes: float | None, resume: bool, as_json: bool) -> None:
    """Train the model further on the archive's own translations.

    Takes the aligned sentences, and the headlines with their lead paragraphs, holds a tenth of the articles back,
    and says how well the model pairs those before and after. Nothing leaves this machine; no setting is changed.
    """
    from rag.adapt.run import Options
    from rag.adapt.run import adapt as run
    from rag.adapt.trainable import base_model
    from rag.settings import load

    base = base_model(load().embedding_model)
    archive = open_archive(store)
    try:
        with AdaptProgress() as progress:
            result = run(archive, base, folder, Options(passes=passes), resume=resume, progress=progress)
    except (KeyboardInterrupt, SystemExit):
        if (folder.with_name(folder.name + ".work") / "run.json").is_file():
            note(f"stopped; go on from the last checkpoint with: wenbao adapt --resume --out {folder}")
        raise
    if as_json:
        out_json({"folder": str(result.folder), **result.record})
        return
    for line in adapted_lines(result.record):
        out(line)
    note(f"use it: WENBAO_EMBEDDING_MODEL={shlex.quote(str(result.folder.resolve()))} wenbao index")
    note("and keep WENBAO_EMBEDDING_MODEL set for search, ask and chat; unset it and index again to go back.")
