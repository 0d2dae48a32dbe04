"""Ask and read: `wenbao search`, `ask`, `again`, `show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ui.commands.options import FILE, WORDS, open_archive, question_options, store_option
from ui.terminal import AnswerProgress, note, out, out_json, print_answer, print_found, undated_line

if TYPE_CHECKING:
    from rag.datatypes import Reading


@click.command()
@click.argument("question", type=WORDS)
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="Number of hits.")
@question_options
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option("-v", "--verbose", is_flag=True, help="Also say why each passage was found.")
def search(
    question: str,
    k: int,
    reading: Reading,
    store: Path | None,
    as_json: bool,
    verbose: bool,
) -> None:
    """Find passages for QUESTION in either language."""
    from ui.export import search_json

    archive = open_archive(store)
    found = archive.find(question, k, **reading)
    if as_json:
        out_json(search_json(found))
        return
    print_found(found, verbose)


@click.command()
@click.argument("question", type=WORDS)
@question_options
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--export",
    type=click.Choice(["ris", "bibtex", "csl", "chicago", "gbt", "md", "json"]),
    help="Print it in this form; json is a dossier, as the page takes one along.",
)
@click.option(
    "--llm/--no-llm",
    default=None,
    help="Have the configured language model write the answer, or not.  [default: if one is configured]",
)
def ask(
    question: str,
    reading: Reading,
    store: Path | None,
    as_json: bool,
    export: str | None,
    llm: bool | None,
) -> None:
    """Answer QUESTION with cited quotations, or say that the archive does not."""
    from rag.datatypes import Answer
    from rag.errors import UsageError
    from ui import export as forms
    from ui.dossier import conversation_json, edition_of, turn_json
    from ui.references import FORMS
    from ui.turns import Turn

    archive = open_archive(store)
    if llm and archive.model is None:
        raise UsageError("no language model is configured: set WENBAO_LLM_URL and WENBAO_LLM_MODEL.")
    steps = archive.ask_stream(question, llm=llm is not False, **reading)
    with AnswerProgress() as show:
        for step in steps:
            if isinstance(step, Answer):
                answer = step
            else:
                show(step)
    if as_json:
        out_json(forms.answer_json(answer))
    elif export == "json":
        turn = Turn.model_validate(turn_json(answer, edition=edition_of(archive)))
        out_json(conversation_json(question, [(turn, answer)], archive.status()))
    elif export:
        if line := undated_line(answer.undated, answer.lang):
            note(line)
        text = forms.markdown(answer) if export == "md" else FORMS[export][2](answer.citations)
        out(text.rstrip("\n"))
    else:
        print_answer(answer)


@click.command()
@click.argument("dossier", type=FILE)
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def again(dossier: Path, store: Path | None, as_json: bool) -> None:
    """Ask the questions of DOSSIER again, and say what is different today and why.

    DOSSIER is a conversation taken along as JSON, or what ask --export json has printed.
    """
    from ui import again as compared
    from ui.turns import read_turns

    turns, archive = read_turns(dossier), open_archive(store)
    made = [compared.asked_again(turns[: n + 1], archive) for n in range(len(turns))]
    if as_json:
        out_json([compared.again_json(one) for one in made])
        return
    for number, one in enumerate(made, 1):
        out("\n".join(["", *compared.lines(one, number)] if number > 1 else compared.lines(one, number)))


@click.command()
@click.argument("article", type=WORDS)
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(article: str, store: Path | None, as_json: bool) -> None:
    """Print ARTICLE in both languages, aligned paragraph by paragraph."""
    from rag.align import paragraph_beads
    from rag.answer.wording import source
    from rag.datatypes import LANGS
    from ui.export import article_json, stops_early

    archive = open_archive(store)
    found = archive.article(article)
    beads, told = archive.beads(article), archive.told(article)
    if as_json:
        sides = [{"paragraph": b.paragraph, "zh": b.zh, "en": b.en, "score": b.score} for b in beads]
        out_json({**article_json(found, told), "beads": sides})
        return
    for lang in LANGS:
        if lang in found.titles:
            out(" ".join(found.titles[lang].split()))
    out(source(found, "en") + (f", {found.author}" if found.author else "") + f"  ({found.id})")
    for line in stops_early(told, "en"):
        out(f"! {line}")
    for bead in paragraph_beads(beads):
        out(f"\n[{bead.paragraph}]")
        for lang in LANGS:
            if side := bead.side(lang):
                out(" ".join(found.bodies[lang][slice(*side)].split()))
