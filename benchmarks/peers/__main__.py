"""Wenbao beside what else people would use: `python -m benchmarks.peers [--archive FOLDER] [--set FILE ...] [--write]`.

Every peer indexes the same articles and is asked the same questions. Without options the data that is at hand is taken:
the seeds, and beside them what lies in ../shared. What a stopped run has measured is kept in the work folder and taken
over where articles, questions and packages are the same. The report is WORK/report.html; `--write` puts the short table
into docs/figures.md.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from benchmarks.peers import cost, quality, tables
from benchmarks.peers.about import about
from benchmarks.peers.corpora import Corpus, over_archive, over_folder, over_seeds, read
from benchmarks.peers.report import html
from benchmarks.peers.table import PEERS, WENBAO
from docs.marked import Marked
from rag.datatypes import Article

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
PAGE = Path("docs/figures.md")
MARKED = Marked("<!-- peers: made by python -m benchmarks.peers --write -->", "<!-- end of peers -->")
QUESTIONS = 40
"""Timed in each round, after the one that is asked from cold."""
QUIET = {"HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false",
         "LANGSMITH_TRACING": "false", "ANONYMIZED_TELEMETRY": "False", "TQDM_DISABLE": "1"}  # fmt: skip


def corpora(archive: Path | None, sets: Sequence[Path], size: int, work: Path) -> Iterator[Corpus]:
    """All that is indexed and asked. A set that is a file is over the archive, a folder is a BEIR one."""
    if archive:
        yield from over_archive(read(archive), [path for path in sets if path.is_file()], size)
    yield over_seeds(read(ROOT / "seeds"), ROOT / "eval" / "sets" / "seeds.yaml")
    for folder in (path for path in sets if path.is_dir()):
        yield from over_folder(folder, size, work)


def at_hand() -> tuple[Path | None, list[Path]]:
    """The archive and the sets beside this checkout, if they are there."""
    archive = SHARED / "corpus" / "bilingual"
    sets = [*sorted((SHARED / "archive" / "questions").glob("*.yaml")), *sorted((SHARED / "evalsets").glob("*/"))]
    return (archive if archive.is_dir() else None), sets


@click.command()
@click.option("--archive", type=click.Path(exists=True, path_type=Path), help="Bilingual articles to ask about.")
@click.option("--set", "sets", multiple=True, type=click.Path(exists=True, path_type=Path), help="Questions about "
              "them, or a BEIR folder; any number of times.")  # fmt: skip
@click.option("--peer", "chosen", multiple=True, type=click.Choice(list(PEERS)), help="Only these, and Wenbao.")
@click.option("--sample", type=click.IntRange(10), default=100, show_default=True, help="Questions of each set.")
@click.option("--rounds", type=click.IntRange(0), default=5, show_default=True, help="Rounds of the costs.")
@click.option("--cost-articles", type=click.IntRange(1), default=40, show_default=True, help="Articles of a round.")
@click.option("--work", type=click.Path(path_type=Path), default=Path("build/peers"), show_default=True)
@click.option("--again", is_flag=True, help="Measure anew what an earlier run has measured.")
@click.option("--report", "kept", is_flag=True, help="Measure nothing; report what is kept.")
@click.option("--write", is_flag=True, help="Put the short table into docs/figures.md.")
def main(
    archive: Path | None,
    sets: Sequence[Path],
    chosen: Sequence[str],
    sample: int,
    rounds: int,
    cost_articles: int,
    work: Path,
    again: bool,
    kept: bool,
    write: bool,
) -> None:
    """Measure Wenbao and its peers and write WORK/report.html."""
    os.environ.update({name: os.environ.get(name, value) for name, value in QUIET.items()})
    wanted = [name for name in PEERS if not chosen or name in (*chosen, WENBAO)]
    left_out = {name: f"{PEERS[name].missing} is not installed" for name in wanted if PEERS[name].missing}
    names = [name for name in wanted if name not in left_out]
    for name, why in left_out.items():
        click.echo(f"left out: {name}: {why}. Install the extra: pip install -e '.[bench]'", err=True)
    if again:
        shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    if not archive and not sets:
        archive, sets = at_hand()
    asked = list(corpora(archive, sets, sample, work / "sets"))
    articles, questions = _of_costs(asked[0], cost_articles)
    if not kept:
        for name in names:
            _apart(quality.measured, name, asked, work)
        costed = [name for name in names if PEERS[name].costs]
        cost.measured(costed, articles, questions, rounds, work / "costs.jsonl")
        _apart(quality.answered, WENBAO, asked, work)
    found = {name: quality.results(name, asked, work) for name in names}
    left_out |= {name: "it was not measured" for name in names if not found[name]}
    names = [name for name in names if found[name]]
    if WENBAO not in names:
        raise click.ClickException(f"nothing is kept in {work}. Run it without --report.")
    made = tables.rows({name: found[name] for name in names})
    held = cost.rounds_of(work / "costs.jsonl")
    page = work / "report.html"
    page.write_text(html(made, held, names, about(asked, articles, questions, sample, left_out)), encoding="utf-8")
    table = tables.markdown(made, tables.ratios(held), names, left_out)
    click.echo(table + f"\n{page}")
    if write:
        MARKED.write(PAGE, table)


def _apart(call: object, *arguments: object) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(call, *arguments).result()  # type: ignore[arg-type]


def _of_costs(corpus: Corpus, most: int) -> tuple[tuple[Article, ...], list[str]]:
    """The first articles of a corpus and questions about them, as they are asked of it."""
    articles = corpus.articles[:most]
    return articles, [one.text for one in corpus.asked][:: max(1, len(corpus.asked) // QUESTIONS)][: QUESTIONS + 1]


if __name__ == "__main__":
    sys.exit(main())
