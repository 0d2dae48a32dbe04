"""TREC files: a run of any system as rankings; a set as topics and judgements."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Collection, Iterator
from pathlib import Path

from eval.nodes import Faults, raise_if_any, read_text
from eval.questions import QuestionSet
from rag.errors import UsageError

MOST_BYTES = 1_000_000_000
"""Longest run file: 100 documents for each of ten thousand questions take 60 MB."""


def read_trec_run(path: Path, cases: Collection[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Wording id -> documents, best first, of a run file `qid Q0 docid rank score tag`; and warnings.

    Ordered by score, then rank, as trec_eval reads it; a document named twice keeps its better place. Ids are those
    that the index writes, and may hold blanks in the file. Queries that are not among `cases` are passed over. Raises
    `UsageError` listing every faulty line, or if no query is shared.
    """
    faults = Faults(path.name)
    found: dict[str, list[tuple[float, int, int, str]]] = {}
    for line, row in enumerate(read_text(path, MOST_BYTES).split("\n"), 1):
        if not row.strip():
            continue
        read = _ranked(row)
        if read is None:
            faults.error(line, "want: qid Q0 docid rank score tag, the rank whole and the score a number")
            continue
        query, document, rank, score = read
        place = (-score, rank, line, faults.id(line, document))
        found.setdefault(faults.id(line, query, "question"), []).append(place)
    raise_if_any(faults.errors, path.name)
    if found and not found.keys() & set(cases):
        raise UsageError(f"{path}: none of its queries (the first: {next(iter(found))}) is a question of the set.")
    rankings = {
        query: list(dict.fromkeys(document for *_, document in sorted(rows)))
        for query, rows in found.items()
        if query in cases
    }
    return rankings, faults.warnings


def _ranked(row: str) -> tuple[str, str, int, float] | None:
    """(query, document, rank, score) of a line. A document with blanks in its name is what stands between the first
    two cells and the last three; a line without a tag, or with blanks in it, is read from the left."""
    cells = row.split(maxsplit=2)
    rest = cells[2] if len(cells) == 3 else ""
    for parts in (rest.rsplit(maxsplit=3), rest.split()):
        with contextlib.suppress(ValueError):  # too few parts, or no numbers
            document, rank, score, *_ = parts
            if math.isfinite(float(score)):
                return cells[0], document, int(rank), float(score)
    return None


def topics(questions: QuestionSet) -> Iterator[str]:
    """The lines of a topics file: id and text of every wording, parted by a tab."""
    for case in questions.cases():
        yield f"{case.id}\t{' '.join(case.text.split())}"


def qrels(questions: QuestionSet) -> Iterator[str]:
    """The lines of a judgements file: `qid 0 docid rel` for every wording."""
    for case in questions.cases():
        for article, grade in case.question.grades.items():
            yield f"{case.id} 0 {article} {grade}"
