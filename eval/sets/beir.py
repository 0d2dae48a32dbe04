"""BEIR folders: `corpus.jsonl` (or `.jsonl.gz`), `queries.jsonl`, `qrels.tsv` or `qrels/test.tsv`.

Read as a question set. Beyond BEIR's own fields, `lang`, `answers`, `nuggets` (groups, any of each), `answerable`,
`evidence`, `history` and `type` of a query are used where present.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from eval.sets.load import turns
from eval.sets.nodes import Faults, raise_if_any, read_text
from eval.sets.questions import Nugget, Question, QuestionSet, Source
from eval.sets.reading import json_lines
from eval.sets.trec import GRADE_WANTED, Judgements, read_grade
from rag.corpus.jsonl import identifier, value_of
from rag.datatypes import LANGS, Lang
from rag.errors import UsageError
from rag.language.script import detect


def corpus_file(folder: Path) -> Path:
    """The documents of a BEIR folder. Raises `UsageError` if there are none."""
    for name in ("corpus.jsonl", "corpus.jsonl.gz"):
        if (folder / name).is_file():
            return folder / name
    raise UsageError(f"{folder}: not a BEIR folder: no corpus.jsonl or corpus.jsonl.gz in it.")


def load_beir(folder: Path) -> QuestionSet:
    """The queries and judgements of a BEIR folder as a question set (the corpus is not read).

    Raises `UsageError` listing every fault with file and line.
    """
    corpus_file(folder)
    qrels = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.is_file()), None)
    if not (folder / "queries.jsonl").is_file() or qrels is None:
        missing = "queries.jsonl" if qrels else "qrels.tsv (or qrels/test.tsv)"
        raise UsageError(f"{folder}: not a BEIR folder: no {missing} in it.")
    faults = Faults(str(qrels.relative_to(folder)))
    grades = _read_qrels(qrels, faults)
    query_faults = Faults("queries.jsonl")
    questions: dict[str, Question] = {}
    text = read_text(folder / "queries.jsonl")
    for line, row in json_lines(iter(text.split("\n")), query_faults):
        question = _question(row, line, grades, query_faults)
        if question is None:
            continue
        if question.id in questions:
            query_faults.error(line, f'id "{question.id}" was used on line {questions[question.id].line}')
        questions[question.id] = question
    unasked = sorted(grades.keys() - questions.keys())
    if unasked:
        faults.warn(1, f"{len(unasked)} judged queries are not in queries.jsonl (the first: {unasked[0]})")
    raise_if_any([*query_faults.errors, *faults.errors], folder.name)
    return QuestionSet(
        name=folder.resolve().name,
        questions=tuple(questions.values()),
        warnings=(*query_faults.warnings, *faults.warnings),
        benchmark=True,
        unasked=len(unasked),
    )


def _read_qrels(path: Path, faults: Faults) -> dict[str, dict[str, int]]:
    judgements = Judgements(faults)
    for line, row in enumerate(read_text(path).split("\n"), 1):
        cells = row.rstrip("\r").split("\t")
        if not row.strip() or (line == 1 and cells[-1].strip() == "score"):
            continue
        grade = read_grade(cells[2]) if len(cells) == 3 else None
        if grade is None:
            faults.error(line, f"want three cells parted by tabs: query-id, corpus-id, score ({GRADE_WANTED})")
        else:
            judgements.add(line, cells[0].strip(), cells[1].strip(), grade)
    return judgements.grades


def _question(row: Any, line: int, grades: dict[str, dict[str, int]], faults: Faults) -> Question | None:
    if not isinstance(row, dict):
        faults.error(line, "a query must be a JSON object")
        return None
    text = row.get("text")  # as it stands: the question "N/A" and the empty one of a set made by a program are texts
    row = {name: value_of(row, name) for name in row}
    given = identifier(row)
    if not given or re.search(r"\s", given):
        faults.error(line, 'field "id" (or "_id") must be a text without white space')
        return None
    if not isinstance(text, str):
        faults.error(line, 'field "text" must be a text')
        return None
    lang = row.get("lang") or detect(text)
    if lang not in LANGS:
        faults.error(line, f'field "lang" is "{lang}" and must be zh or en')
        return None
    lang = cast(Lang, lang)
    answers, evidence = _strings(row, "answers", line, faults), _strings(row, "evidence", line, faults)
    answerable = row.get("answerable", True)
    if not isinstance(answerable, bool):
        faults.error(line, 'field "answerable" must be true or false')
    query_id = faults.id(line, given, "question")
    return Question(
        id=query_id,
        ask={lang: text},
        kind="fact" if answerable else "unanswerable",
        answers={lang: answers} if answers and answerable else {},
        must_say=_nuggets(row, line, faults),
        sources=tuple(Source(article, grade, line=line) for article, grade in grades.get(query_id, {}).items()),
        history=_history(row, line, faults),
        evidence=evidence if answerable else (),
        tags=(str(row["type"]),) if row.get("type") else (),
        line=line,
    )


def _strings(row: dict[str, Any], name: str, line: int, faults: Faults) -> tuple[str, ...]:
    value = row.get(name) or []
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        faults.error(line, f'field "{name}" must be a list of texts')
        return ()
    return tuple(value)


def _nuggets(row: dict[str, Any], line: int, faults: Faults) -> tuple[Nugget, ...]:
    groups = row.get("nuggets") or []
    if not isinstance(groups, list) or not all(
        isinstance(group, list) and group and all(isinstance(item, str) for item in group) for group in groups
    ):
        faults.error(line, 'field "nuggets" must be a list of lists of texts')
        return ()
    return tuple(Nugget(tuple(group)) for group in groups)


def _history(row: dict[str, Any], line: int, faults: Faults) -> Any:
    said = row.get("history") or []
    if not isinstance(said, list) or not all(
        isinstance(turn, dict)
        and isinstance(turn.get("text"), str)
        and turn.get("role") in ("user", "assistant", "agent")
        for turn in said
    ):
        faults.error(line, 'field "history" must be a list of {"role": "user" or "assistant", "text": ...}')
        return ()
    return turns([("user" if turn["role"] == "user" else "assistant", turn["text"]) for turn in said])
