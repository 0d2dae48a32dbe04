"""Look after question sets: `wenbao eval check`, `draft`, `probes`, `plant`, `export`, `import`, `bm25`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rag.errors import UsageError
from ui.commands.options import WORDS, open_archive, store_option
from ui.terminal import note, out, out_json

if TYPE_CHECKING:
    from eval.sets.questions import QuestionSet


@click.command()
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(question_set: Path, store: Path | None, as_json: bool) -> None:
    """Is every article of SET in the index, and every quotation in its article? Ends with 2 if not."""
    from eval.sets.check import check as checked

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


@click.command("export")
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@click.argument("target", metavar="TARGET", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(["trec", "beir", "squad"]), help="Form of another program.")
@store_option
def export_set(question_set: Path, target: Path, form: str | None, store: Path | None) -> None:
    """Write SET to TARGET: a .yaml, .jsonl or .csv file, or with --to for other programs.

    trec: a folder with topics.tsv and qrels.txt. beir: a folder with the archive as its corpus. squad: a JSON file.
    """
    from eval.sets import exchange
    from eval.sets.load import load

    questions = load(question_set)
    if form == "trec":
        exchange.export_trec(questions, target)
    elif form == "beir":
        exchange.export_beir(questions, open_archive(store), target)
    elif form == "squad":
        left_out = exchange.export_squad(questions, open_archive(store), target)
        if left_out:
            note(f"{left_out} wordings left out: no article of theirs has their answer in their language")
    else:
        _write_set(questions, target)
        return
    out(f"{questions.name}: {len(questions.questions)} questions -> {target}")


@click.command("import")
@click.argument("source", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("target", metavar="TARGET", type=click.Path(path_type=Path))
@click.option("--qrels", type=click.Path(path_type=Path), help="Judgements to the topics in FILE (TREC).")
def import_set(source: Path, target: Path, qrels: Path | None) -> None:
    """Make a set of FILE: SQuAD JSON becomes a BEIR folder; TREC topics with --qrels a .jsonl or .yaml file.

    BEIR folders need no import: `wenbao eval FOLDER` runs them.
    """
    from eval.sets import exchange

    if qrels is None:
        documents, asked = exchange.import_squad(source, target)
        out(f"{source.name}: {documents} documents, {asked} questions -> {target}")
        return
    questions, left_out = exchange.import_trec(source, qrels, target.stem)
    for warning in questions.warnings:
        note(f"warning: {warning}")
    if left_out:
        note(f"{left_out} topics left out: nothing relevant is judged for them")
    for text in questions.warnings:
        note(f"warning: {text}")
    _write_set(questions, target)


@click.command("bm25")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("target", metavar="TARGET", type=click.Path(path_type=Path))
@click.option("--other-language", is_flag=True, help="Search only documents in the language the question is not in.")
def bm25(folder: Path, target: Path, other_language: bool) -> None:
    """Search a BEIR FOLDER with textbook BM25 and write the TREC run TARGET, to score with `run --trec-run`."""
    from eval.run.folder import write_text
    from eval.run.textbook import textbook_run

    if target.exists():
        raise UsageError(f"{target} is there already; nothing was written. Name another place.")
    lines = list(textbook_run(folder, other_language=other_language))
    write_text(target, "".join(f"{line}\n" for line in lines))
    out(f"{folder}: {len(lines)} lines -> {target}")


@click.command("probes")
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@click.argument("target", metavar="TARGET", type=click.Path(path_type=Path))
@click.option("--moved-to", type=click.IntRange(1000, 9999), default=1966, show_default=True, help="A year of nothing.")
@store_option
def probes(question_set: Path, target: Path, moved_to: int, store: Path | None) -> None:
    """Write to TARGET the questions of SET with one thing made wrong: a year, a place, a figure, the time asked of.

    All of them must be refused; the report shows each kind of change apart.
    """
    from eval.sets.load import load
    from eval.sets.probes import probes as made_of

    _write_set(made_of(load(question_set), open_archive(store), moved_to=moved_to), target)


@click.command("plant")
@click.argument("question_set", metavar="SET", type=click.Path(path_type=Path))
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@store_option
def plant(question_set: Path, folder: Path, store: Path | None) -> None:
    """Write to FOLDER copies of the articles of SET with figures changed, and the set that asks for them.

    Index FOLDER/articles beside the true ones and run FOLDER/set.yaml: falsehood_rate tells how often a changed figure
    is given for an answer.
    """
    from eval.sets.load import load
    from eval.sets.plant import plant as planted

    asked, edited = planted(load(question_set), open_archive(store), folder)
    out(f"{question_set.name}: {asked} questions, {edited} articles edited -> {folder}")


@click.command("draft")
@click.argument("articles", nargs=-1, metavar="[ARTICLE ...]", type=WORDS)
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), help="The .yaml or .jsonl file.")
@click.option("-n", "most", type=click.IntRange(1), default=20, show_default=True, help="Most questions.")
@click.option("--each", type=click.IntRange(1), default=3, show_default=True, help="Most questions from one article.")
@store_option
def draft(articles: tuple[str, ...], target: Path, most: int, each: int, store: Path | None) -> None:
    """Propose questions with gold quotations from the figures, dates and names of articles (default: all).

    They are marked as drafts; a run refuses them until a person has taken the mark out.
    """
    from eval.sets.drafts import drafts

    _write_set(drafts(open_archive(store), articles, most=most, each=each), target)


def _write_set(questions: QuestionSet, target: Path) -> None:
    from eval.run.folder import write_text
    from eval.sets.writing import written

    if target.exists():
        raise UsageError(f"{target} is there already; nothing was written. Name another place.")
    write_text(target, written(questions, target.suffix))
    out(f"{questions.name}: {len(questions.questions)} questions -> {target}")
