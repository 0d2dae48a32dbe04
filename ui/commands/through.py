"""Words through the months: `wenbao through`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.options import WORDS, expand_option, limit_options, open_archive, store_option
from ui.terminal import out, out_json, out_table

if TYPE_CHECKING:
    from rag.datatypes import Limits
    from rag.through import Through


@click.command()
@click.argument("words", type=WORDS, nargs=-1, required=True)
@expand_option("the words are")
@limit_options
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet.")
@click.option("--svg", "as_svg", is_flag=True, help="Print a picture.")
def through(
    words: tuple[str, ...],
    expand: bool,
    limits: Limits,
    store: Path | None,
    as_json: bool,
    as_csv: bool,
    as_svg: bool,
) -> None:
    """Count the articles of each month that hold WORDS, up to four words or names side by side.

    Each is counted with what it is called in the other language, or with the forms you give: "Angang = 鞍钢".
    """
    from rag.datatypes import Filters
    from rag.errors import UsageError
    from ui.through import through_json, through_rows

    if as_json + as_csv + as_svg > 1:
        raise UsageError("--json, --csv and --svg are three forms; name one.")
    made = open_archive(store).through(words, expand=expand, **limits)
    if as_json:
        out_json(through_json(made))
    elif as_csv:
        out_table(through_rows(made))
    elif as_svg:
        from rag.language.script import detect
        from ui.web.through import picture

        out(picture(made, Filters(**limits), detect(words[0])))
    else:
        _print(made)


def _print(made: Through) -> None:
    """What was counted of each word, then a line for every month."""
    from ui.through import per_thousand

    for number, course in enumerate(made.courses, 1):
        days = [one.issued for one in (course.first, course.last) if one]
        span = f", {days[0]} to {days[1]}" if days else ""
        out(f"{number}. {course.word}: {course.articles} article{'' if course.articles == 1 else 's'}{span}")
        for form in course.forms:
            loose = "" if form.is_exact else ", its parts in one passage"
            out(f"     {form.text}: {form.articles} ({form.source}{loose})")
    out("")
    out("month     articles" + "".join(f"{f'{n}.':>8}{'‰':>7}" for n in range(1, len(made.courses) + 1)))
    columns = [made.of(course) for course in made.courses]
    for at, month in enumerate(made.months):
        line = f"{month.name}{month.articles or '-':>11}"
        for one in (column[at] for column in columns):
            line += f"{one.found:>8}{per_thousand(one):>7}" if one.articles else f"{'-':>8}{'-':>7}"
        out(line)
