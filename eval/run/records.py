"""The files of a run as text: TREC run, TREC RAG answers, one row a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from eval.run.score import Scored
from eval.run.seen import to_json
from eval.sets.questions import split_of

TAG = "wenbao"
_MARKS = re.compile(r"\s*\[\d+\]")


def trec_run(scored: Sequence[Scored], name: str | None = None) -> str:
    """`qid Q0 docid rank score tag`, a line a document; score = -rank, so that no two are tied.

    `name`: the run of this reference search instead.
    """
    tag = f"{TAG}-{name}" if name else TAG
    lines = []
    for s in scored:
        found = s.outcome.beside.get(name) if name else s.outcome
        ranking = found.ranking if found else ()
        lines += [f"{s.case.id} Q0 {article} {rank} {-rank} {tag}\n" for rank, article in enumerate(ranking, 1)]
    return "".join(lines)


def answers(scored: Sequence[Scored], set_name: str) -> Iterator[dict[str, Any]]:
    """The answers in the form of TREC RAG 2025: sentences with citations as 0-based places in `references`.

    A refused or failed question has an empty answer.
    """
    for s in scored:
        answer = s.outcome.answer
        if answer is None and not s.outcome.error:
            continue
        answered = answer if answer and answer.answered else None
        numbers = [c.number for c in answered.citations] if answered else []
        yield {
            "metadata": {
                "team_id": TAG,
                "run_id": f"{TAG}-{set_name}",
                "type": "automatic",
                "narrative_id": s.case.id,
                "narrative": s.case.text,
            },
            "references": [c.article for c in answered.citations] if answered else [],
            "answer": [
                {"text": _MARKS.sub("", text).strip(), "citations": [numbers.index(n) for n in cited if n in numbers]}
                for text, cited in (answered.sentences if answered else ())
            ],
        }


def rows(scored: Sequence[Scored]) -> Iterator[dict[str, Any]]:
    """The rows of `per_question.jsonl`: the question, its gold, its metrics, and the outcome they come from."""
    for s in scored:
        question = s.case.question
        yield {
            **to_json(s.outcome),
            "question": s.case.cluster,
            "lang": s.case.lang,
            "kind": question.kind,
            "tags": list(question.tags),
            "split": split_of(s.case.cluster),
            "groups": list(s.groups),
            "years": list(s.gold.years),
            "gold_langs": list(s.gold.langs),
            "asked": s.case.text,
            "follow_up_of": s.case.follow_up_of,
            "answerable": question.answerable,
            "stage": s.stage,
            "metrics": dict(s.metrics),
            **({"judged": dict(s.judged)} if s.judged else {}),
            "references": {name: dict(metrics) for name, metrics in s.beside.items()},
            "gold": {
                "grades": dict(s.gold.grades),
                "quoted": {lang: list(texts) for lang, texts in (s.gold.quoted or {}).items()},
                "answers": {lang: list(texts) for lang, texts in question.answers.items()},
                "missing": list(s.missing),
            },
        }
