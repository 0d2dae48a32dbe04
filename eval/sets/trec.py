"""TREC files: a run of any system as rankings, grades, and a set as topics and judgements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from eval.sets.nodes import Faults, raise_if_any, read_text
from eval.sets.questions import Case, QuestionSet
from rag.errors import UsageError

MOST_BYTES = 1_000_000_000
"""Longest run file: 100 documents for each of ten thousand questions take 60 MB."""
MOST_GRADE = 1000
"""Grades beyond this, below or above 0, are taken for a slip: trec_eval counts the levels in an array."""

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_GRADE = re.compile(r"([-+]?\d{1,9})(?:\.0*)?", re.ASCII)
_BLANK = " \t\r\f\v"


_CELL, _GAP = f"([^{_BLANK}]+)", f"[{_BLANK}]+"
_JUDGED = re.compile(f"{_CELL}{_GAP}{_CELL}{_GAP}(.+?){_GAP}{_CELL}")
_TAGGED = re.compile(f"{_CELL}{_GAP}{_CELL}{_GAP}(.+?){_GAP}{_CELL}{_GAP}{_CELL}{_GAP}{_CELL}")
_UNTAGGED = re.compile(f"{_CELL}{_GAP}{_CELL}{_GAP}{_CELL}{_GAP}{_CELL}{_GAP}{_CELL}(?:{_GAP}.*)?")


def judged(row: str) -> list[str]:
    """qid, 0, docid and grade of a line of judgements, parted by tabs, or by white space as C knows it; empty if it is
    none. A document may hold blanks of its own."""
    parted = [cell.strip(_BLANK) for cell in row.strip("\r").split("\t")]
    if len(parted) == 4:
        return parted
    found = _JUDGED.fullmatch(row.strip(_BLANK))
    return list(found.groups()) if found else []


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

    def add(self, line: int, query: str, document: str, grade: int) -> None:
        """Take in a judgement; one that contradicts an earlier one is a fault, as trec_eval has it."""
        query, name = self._faults.id(line, query, "question"), self._faults.id(line, document)
        before = self.grades.setdefault(query, {}).setdefault(name, grade)
        first = self._lines.setdefault((query, name), line)
        if before != grade:
            self._faults.error(line, f"{query} {name} is graded {grade}, but {before} on line {first}")


def read_trec_run(path: Path, cases: Sequence[Case]) -> tuple[dict[str, list[str]], list[str]]:
    """Wording id -> documents, best first, of a run file `qid Q0 docid rank score tag`; and what is odd about it.

    Ordered as trec_eval does: by score, as a number of 32 bits; of equal scores by document id, the last in the order
    of its bytes first. The rank column decides nothing. A document named twice keeps its better place. Ids are those
    that the index writes, and may hold blanks in the file. Queries of no case are passed over; a question with one
    wording is also found under `id@zh` or `id@en`. Raises `UsageError` listing every faulty line, or if no query is
    shared.
    """
    faults = Faults(path.name)
    found: dict[str, tuple[list[str], list[float]]] = {}
    for line, row in enumerate(read_text(path, MOST_BYTES).split("\n"), 1):
        if not row.strip():
            continue
        read = _ranked(row)
        if read is None:
            faults.error(line, "want: qid Q0 docid rank score tag, rank and score numbers")
            continue
        query, document, score = read
        documents, scores = found.setdefault(faults.id(line, query, "question"), ([], []))
        documents.append(faults.id(line, document))
        scores.append(score)
    raise_if_any(faults.errors, path.name)
    rankings = {}
    for case in cases:
        own = next((name for name in (case.id, f"{case.cluster}@{case.lang}") if name in found), None)
        if own is not None:
            rankings[case.id] = _ordered(*found[own])
    if found and not rankings:
        raise UsageError(f"{path}: none of its queries (the first: {next(iter(found))}) is a question of the set.")
    return rankings, faults.warnings


def _ranked(row: str) -> tuple[str, str, float] | None:
    """Query, document and score of a line, parted by tabs or by white space as C knows it. A document with blanks in
    its name is what stands between the first two cells and the last three; a line without a tag, or with blanks in it,
    is read from the left."""
    parted = [cell.strip(_BLANK) for cell in row.strip("\r").split("\t")]
    found = [form.fullmatch(row.strip(_BLANK)) for form in (_TAGGED, _UNTAGGED)]
    ways = [tuple(parted[:5])] if len(parted) >= 5 else []
    ways += [match.groups()[:5] for match in found if match]
    for query, _, document, rank, score in ways:
        if document and _NUMBER.fullmatch(rank) and _NUMBER.fullmatch(score):
            return query, document, float(score)
    return None


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
