"""The register of names: `wenbao names`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.language.script import visible
from ui.commands.options import WORDS, open_archive, store_option
from ui.terminal import note, out, out_json, out_table

if TYPE_CHECKING:
    from rag.archive import Archive
    from rag.index.register import Wanted

MOST = 50


@click.command()
@click.argument("letters", type=WORDS, default="")
@click.option("--kind", type=click.Choice(["person", "place", "work"]), help="Only names of persons, places or works.")
@click.option("--lines", is_flag=True, help="The lines in which the name LETTERS is written.")
@click.option("-n", "most", default=MOST, show_default=True, type=click.IntRange(1), help="Names, or articles of one.")
@click.option("--from", "first", default=1, show_default=True, type=click.IntRange(1), help="From which on.")
@click.option("--csv", "as_csv", is_flag=True, help="All of them as CSV.")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def names(
    letters: str,
    kind: str | None,
    lines: bool,
    most: int,
    first: int,
    as_csv: bool,
    store: Path | None,
    as_json: bool,
) -> None:
    """List the names of persons, places and works, or those with LETTERS, and where they are written.

    What readers took apart on the page is kept in names.csv beside the index.
    """
    from rag.errors import UsageError
    from rag.index.register import Wanted
    from rag.register.kinds import KINDS
    from ui import names as lists

    archive = open_archive(store)
    wanted = Wanted(next((one for one in KINDS if one == kind), None), letters.strip())
    if lines:
        if not letters.strip():
            raise UsageError("--lines needs a name: wenbao names Wuhan --lines")
        _lines(archive, letters.strip(), first - 1, most, as_json)
    elif as_csv:
        out_table(lists.rows(archive, wanted))
    elif as_json:
        listed, total = archive.names(wanted, first - 1, most)
        out_json({"total": total, "from": first, "names": [lists.name_json(name) for name in listed]})
    else:
        _list(archive, wanted, first - 1, most)


def _list(archive: Archive, wanted: Wanted, first: int, most: int) -> None:
    from ui.names import called

    listed, total = archive.names(wanted, first, most)
    for name in listed:
        span = name.first if name.first == name.last else f"{name.first} to {name.last}"
        out(visible(f"{name.articles:>6}  {name.kind or '':<6}  {called(name, 'zh')}  ({span or 'undated'})"))
    if first + len(listed) < total:
        note(f"{first + len(listed)} of {total} names; more with --from {first + len(listed) + 1}, all with --csv")


def _lines(archive: Archive, name: str, first: int, most: int, as_json: bool) -> None:
    from rag.answer.wording import source
    from ui.names import called, written_json

    found = archive.written(name, first, most)
    if as_json:
        out_json(written_json(found))
        return
    out(visible(f"{called(found.name, 'zh')}: {found.total} article{'s' if found.total != 1 else ''}"))
    for one in found.articles:
        out(visible(f"\n{source(one.article, 'en')}  [{one.article.id}]"))
        for line in one.lines:
            for lang, cut, _ in line.sides:
                out(visible("    " + " ".join(one.article.bodies[lang][slice(*cut)].split())))
        if one.more:
            out(f"    ... and {one.more} more in this article")
    if first + len(found.articles) < found.total:
        shown = first + len(found.articles)
        note(f"{shown} of {found.total} articles; more with --from {shown + 1}")
