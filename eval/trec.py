"""TREC files: a run of any system as rankings, grades, and a set as topics and judgements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from eval.nodes import Faults, raise_if_any, read_text
from eval.questions import Case, QuestionSet
from rag.corpus import safe_id
from rag.errors import UsageError

MOST_BYTES = 1_000_000_000
"""Longest run file: 100 documents for each of ten thousand questions take 60 MB."""
MOST_GRADE = 1000
"""Grades beyond this, below or above 0, are taken for a slip: trec_eval counts the levels in an array."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_GRADE = re.compile(r"([-+]?\d{1,9})(?:\.0*)?", re.ASCII)
_BLANK = " \t\r\f\v"


def cells(row: str, wanted: int) -> list[str]:
    """The cells of a line, parted by tabs if it has `wanted` of them, else by white space as C knows it.

    Ids from elsewhere may hold blanks of their own, ASCII ones between tabs, others anywhere.
    """
    parted = [cell.strip(_BLANK) for cell in row.strip("\r").split("\t")]
    return parted if len(parted) >= wanted else [cell for cell in re.split(f"[{_BLANK}]+", row) if cell]


def read_grade(text: str) -> int | None:
    """A grade as judgement files write it (`2`, `-1`, `2.0`), or None if it is none."""
    found = _GRADE.fullmatch(text.strip())
    grade = int(found[1]) if found else None
    return grade if grade is not None and abs(grade) <= MOST_GRADE else None


GRADE_WANTED = f"a whole number from -{MOST_GRADE} to {MOST_GRADE}"


class Judgements:
    """Grades by query and document, gathered line by line; ids are read as the index writes them."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._lines: dict[tuple[str, str], int] = {}
        self.grades: dict[str, dict[str, int]] = {}
        self.changed: dict[str, str] = {}

    def add(self, line: int, query: str, document: str, grade: int) -> None:
        """Take in a judgement; one that contradicts an earlier one is a fault, as trec_eval has it."""
        query, name = safe_id(query), safe_id(document)
        if name != document:
            self.changed[document] = name
        before = self.grades.setdefault(query, {}).setdefault(name, grade)
        first = self._lines.setdefault((query, name), line)
        if before != grade:
            self._faults.error(line, f"{query} {name} is graded {grade}, but {before} on line {first}")


def ids_changed(changed: Mapping[str, str]) -> list[str]:
    """A sentence on ids that were read as the index writes them, if there are any."""
    if not changed:
        return []
    first, read = next(iter(changed.items()))
    many = f"{len(changed)} document ids are" if len(changed) > 1 else "1 document id is"
    return [f'{many} read as the index writes ids (white space and accents): "{first}" is {read}']


def read_trec_run(path: Path, cases: Sequence[Case]) -> tuple[dict[str, list[str]], list[str]]:
    """Wording id -> documents, best first, of a run file `qid Q0 docid rank score tag`; and what is odd about it.

    Ordered as trec_eval does: by score, as a number of 32 bits; of equal scores by document id, the last in the order
    of its bytes first. The rank column decides nothing. A document named twice keeps its better place. Queries of no
    case are passed over; a question with one wording is also found under `id@zh` or `id@en`. Raises `UsageError`
    listing every faulty line, or if no query is shared.
    """
    faults = Faults(path.name)
    found: dict[str, tuple[list[str], list[float]]] = {}
    changed: dict[str, str] = {}
    for line, row in enumerate(read_text(path, MOST_BYTES).split("\n"), 1):
        if not row.strip():
            continue
        query, _, document, rank, score, *_ = [*cells(row, 5), *[""] * 5]
        if not _NUMBER.fullmatch(rank) or not _NUMBER.fullmatch(score):
            faults.error(line, "want: qid Q0 docid rank score tag, rank and score numbers")
            continue
        name = safe_id(document)
        if name != document:
            changed[document] = name
        documents, scores = found.setdefault(safe_id(query), ([], []))
        documents.append(name)
        scores.append(float(score))
    raise_if_any(faults.errors, path.name)
    rankings = {}
    for case in cases:
        own = next((name for name in (case.id, f"{case.cluster}@{case.lang}") if name in found), None)
        if own is not None:
            rankings[case.id] = _ordered(*found[own])
    if found and not rankings:
        raise UsageError(f"{path}: none of its queries (the first: {next(iter(found))}) is a question of the set.")
    return rankings, ids_changed(changed)


def _ordered(documents: Sequence[str], scores: Sequence[float]) -> list[str]:
    with np.errstate(over="ignore"):
        held = np.array(scores).astype(np.float32).tolist()
    rows = sorted(zip(held, documents, strict=True), reverse=True)
    return list(dict.fromkeys(document for _, document in rows))


def topics(questions: QuestionSet) -> Iterator[str]:
    """The lines of a topics file: id and text of every wording, parted by a tab."""
    for case in questions.cases():
        yield f"{case.id}\t{' '.join(case.text.split())}"


def qrels(questions: QuestionSet) -> Iterator[str]:
    """The lines of a judgements file: `qid 0 docid rel` for every wording."""
    for case in questions.cases():
        for article, grade in case.question.grades.items():
            yield f"{case.id} 0 {article} {grade}"
