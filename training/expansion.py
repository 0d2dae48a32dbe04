"""What searching also for the words of the other language is worth.

`python -m training.expansion SET ... --articles FOLDER --stores DIR` asks each SET once without expansion, once with it
but for the list of terms (`rag/language/terms.tsv`), and once with all of it. A SET is a BEIR folder, of which a sample
is indexed, or a question set over the bilingual articles of FOLDER; that is asked of both languages, as people do, and
of the other language alone, as if the archive had no more. `--write` puts the table into docs/figures.md.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

import click

from docs.marked import Marked, share
from eval.metrics.ranking import quote_hit, ranking_metrics
from eval.run.seen import found
from eval.sets.load import load
from eval.sets.questions import Case
from eval.sets.verify import Gold, verify
from rag.archive import Archive
from rag.datatypes import LANGS, Filters, other
from rag.embed import Embedder, open_embedder
from rag.expand import SOURCES, expansion
from rag.index import store as stores
from rag.index.reader import Generation
from rag.query import understand
from rag.retrieve import search
from training.fusion.candidates import indexed, sampled
from training.worth import PAGE

MARKED = Marked("<!-- expansion: made by python -m training.expansion --write -->", "<!-- end of expansion -->")
DEPTH = 100
"""Hits searched for each question."""
SYSTEMS: Sequence[Collection[str]] = ((), SOURCES[1:], SOURCES)
"""Where words are taken from: nowhere, the sound of names and the articles alone, and the list of terms as well."""
MEASURES = ("ndcg@10", "r@10", "quote_hit@3")
HEAD = ("questions over passages", "questions", *MEASURES)


@dataclass(frozen=True, slots=True)
class Task:
    """Questions with an answer, what their gold is, and whether passages of their own language are left out."""

    name: str
    cases: list[Case]
    gold: dict[str, Gold]
    across: bool


def figures(generation: Generation, embedder: Embedder, task: Task, sources: Collection[str]) -> dict[str, float]:
    """The means over a task when words are added from some sources: each measure, 0 to 1."""
    grades, rankings, quoted = {}, {}, []
    for case in task.cases:
        query = understand(case.text, case.question.history, read_dates=False)
        lang = other(query.lang) if task.across else None
        query = replace(query, filters=Filters(case.question.since, case.question.until, lang))
        expanded = expansion(generation, query.text, query.lang, sources) if sources else None
        hits = search(generation, embedder, query, DEPTH, expanded=expanded)
        first = found([hit for hit in hits if hit.article.id != case.id], DEPTH, snippets=False)
        grades[case.id], rankings[case.id] = case.question.grades, first.ranking
        places = [(hit.article, [hit.span, *([hit.twin] if hit.twin else [])]) for hit in first.hits]
        quoted.append(quote_hit(task.gold[case.cluster].quotations, places, 3))
    ranked = ranking_metrics(grades, rankings).values()
    means = {name: fmean(one[name] for one in ranked) for name in ("ndcg@10", "r@10")}
    held = [hit for hit in quoted if hit is not None]
    return {**means, **({"quote_hit@3": fmean(held)} if held else {})}


def tasks(path: Path, archive: Archive, sample: int | None) -> Iterator[Task]:
    """The questions of a set with an answer, but for follow-ups, by language and by what is searched."""
    questions = load(path)
    gold = dict(verify(questions, archive).gold)
    cases = [c for c in questions.cases() if c.question.answerable and not c.follow_up_of and gold[c.cluster].relevant]
    name = path.resolve().stem.removesuffix(f"-{sample}-set")
    for across in (True,) if questions.benchmark else (True, False):
        for lang in LANGS:
            told = f"{name} {lang}-{other(lang) if across else 'both'}" + (f", sample of {sample}" if sample else "")
            yield Task(told, [case for case in cases if case.lang == lang], gold, across)


def row(task: Task, measured: Sequence[Mapping[str, float]]) -> str:
    """The line of a task in the table: each measure under each of SYSTEMS."""
    cells = (" / ".join(share(one[measure]) for one in measured if measure in one) for measure in MEASURES)
    return f"| {task.name} | {len(task.cases)} | {' | '.join(cells)} |"


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--articles", type=click.Path(exists=True, path_type=Path), required=True, help="What questions are about."
)
@click.option("--stores", "folder", required=True, type=click.Path(path_type=Path), help="Folder for the indexes.")
@click.option("--sample", type=click.IntRange(10), default=600, show_default=True, help="Of each BEIR folder.")
@click.option("--write", is_flag=True, help="Put the table into docs/figures.md.")
def main(sets: Sequence[Path], articles: Path, folder: Path, sample: int, write: bool) -> None:
    """Print what SETS reach without expansion, with it but for the list of terms, and with all of it."""
    embedder = open_embedder()
    lines = ["| " + " | ".join(HEAD) + " |", "| --- |" + " ---: |" * len(HEAD[1:])]
    for path in sets:
        whole = path.is_file()
        source = articles if whole else sampled(path, folder / f"{path.resolve().name}-{sample}-set", sample)
        place = folder / source.resolve().name.removesuffix("-set")
        indexed(source, place, embedder).close()
        generation, archive = Generation(stores.current(place)), Archive.open(place, embedder=embedder)
        for task in tasks(path if whole else source, archive, None if whole else sample):
            measured = [figures(generation, embedder, task, taken) for taken in SYSTEMS]
            lines.append(row(task, measured))
            click.echo(lines[-1], err=True)
        archive.close()
        generation.close()
    table = "\n".join(lines) + "\n"
    click.echo(table, nl=False)
    if write:
        MARKED.write(PAGE, table)


if __name__ == "__main__":
    sys.exit(main())
