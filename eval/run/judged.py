"""The figures that a judge gives to the answers of a run, kept apart from all that is counted without one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from eval.metrics import JUDGED
from eval.metrics.support import citation_support
from eval.metrics.text import without_marks
from eval.run.folder import appending, json_line
from eval.run.judge import Judge
from eval.run.progress import ticking
from eval.run.score import Scored
from eval.run.seen import AnswerSeen, Engine, QuoteSeen
from eval.run.summary import means
from rag.answer.wording import source
from rag.datatypes import Lang

VERDICTS = "verdicts.jsonl"


def judge_run(
    scored: Sequence[Scored], archive: Engine, judge: Judge, folder: Path, progress: bool = False
) -> tuple[list[Scored], dict[str, Any]]:
    """The questions with the judge's figures, and the block `judged` of `summary.json`.

    ALCE's citation recall and precision (`eval.metrics.support`) of every answer that was given, averaged over
    answers; a question that failed gets 0, a refusal has no such figures. What a citation quotes, headed by where
    it was printed, is the passage. `unclear` counts the cases without a verdict, which are taken for no support.
    Verdicts are kept in `verdicts.jsonl` of the folder and not asked for again.
    """
    made: list[Scored] = []
    with appending(folder / VERDICTS) as file, ticking(len(scored), 0, progress, "judging") as tick:
        verdicts = _Verdicts(judge, folder / VERDICTS, file)
        for one in scored:
            found = None if one.apart else _figures(one, archive, verdicts)
            made.append(replace(one, judged=dict(zip(JUDGED, found, strict=True))) if found else one)
            tick()
    return made, {
        "judge": judge.name,
        "metrics": means([(one, one.judged) for one in made], tuple(JUDGED)),
        "cases": len(verdicts.used),
        "unclear": sum(verdict is None for verdict in verdicts.used.values()),
    }


def _figures(one: Scored, archive: Engine, verdicts: _Verdicts) -> tuple[float, float] | None:
    answer = one.outcome.answer
    if one.outcome.error:
        return 0.0, 0.0
    if answer is None or not answer.answered:
        return None
    passages = _passages(answer, archive, one.case.lang)

    def supports(numbers: tuple[int, ...], statement: str) -> bool:
        return verdicts.supports("\n\n".join(passages[number] for number in numbers), statement)

    sentences = [(" ".join(without_marks(text).split()), numbers) for text, numbers in answer.sentences]
    return citation_support(sentences, passages, supports)


def _passages(answer: AnswerSeen, archive: Engine, lang: Lang) -> dict[int, str]:
    """Citation number -> where it was printed and what it quotes, in the language of the question where it has it."""
    return {
        cited.number: "\n".join(
            [source(archive.article(cited.article), lang), *(_side(quote, lang) for quote in cited.quotes)]
        )
        for cited in answer.citations
    }


def _side(quote: QuoteSeen, lang: Lang) -> str:
    return quote.twin_text if quote.twin is not None and quote.twin.lang == lang else quote.text


class _Verdicts:
    """Asks the judge, or remembers. `used` are the verdicts of this run by case."""

    def __init__(self, judge: Judge, path: Path, file: TextIO) -> None:
        self._judge, self._file = judge, file
        self.used: dict[str, bool | None] = {}
        self._known: dict[str, bool | None] = {}
        for line in path.read_text(encoding="utf-8").split("\n"):
            if line:
                row = json.loads(line)
                self._known[row["case"]] = row["supports"]

    def supports(self, passages: str, statement: str) -> bool:
        case = hashlib.sha256("\0".join((self._judge.name, passages, statement)).encode()).hexdigest()
        if case not in self._known:
            said = self._judge.supports(passages, statement)
            self._known[case] = said
            row = {"case": case, "judge": self._judge.name, "passages": passages, "statement": statement}
            self._file.write(json_line({**row, "supports": said}))
            self._file.flush()
        self.used[case] = self._known[case]
        return bool(self._known[case])
