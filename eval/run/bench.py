"""What measuring costs beside what is measured, as ratios of times taken in one run."""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from eval.run.asking import DEPTH
from eval.run.evaluate import evaluate
from eval.run.seen import Engine
from eval.run.uncertainty import mean_intervals
from eval.sets.load import load
from eval.sets.writing import written
from rag.errors import UsageError


def bench(set_path: Path, archive: Engine, many: int = 1000) -> str:
    """Run `many` questions (those of the set, over and over) search-only, and the same searches alone; as text.

    Before and after the run the searches are timed alone, and the mean is taken. Also times the intervals of 12
    figures of 300 questions. Raises `UsageError` for a set without a question that stands alone.
    """
    questions = load(set_path)
    alone = [q for q in questions.questions if q.follow_up_of is None and not q.history]
    if not alone:
        raise UsageError(f"{set_path}: no question in it stands alone.")
    wordings = [replace(q, ask={lang: text}) for q in alone for lang, text in q.ask.items()]
    asked = [replace(q, id=f"{q.id}-{number}") for number, q in enumerate(islice(cycle(wordings), many))]

    def search_all() -> float:
        started = time.perf_counter()
        for question in asked:
            for text in question.ask.values():
                archive.search(text, DEPTH, since=question.since, until=question.until)
        return time.perf_counter() - started

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.jsonl"
        path.write_text(written(replace(questions, questions=tuple(asked)), ".jsonl"), encoding="utf-8")
        archive.search(asked[0].ask.get("zh") or asked[0].ask["en"])  # what the first search loads is no cost of either
        before = search_all()
        started = time.perf_counter()
        evaluate(path, archive, out=Path(folder) / "run", search_only=True)
        run = time.perf_counter() - started
        searches = (before + search_all()) / 2
    rng = np.random.default_rng(0)
    names = [str(n) for n in range(300)]
    columns = [(list(rng.random(300)), names) for _ in range(12)]
    started = time.perf_counter()
    mean_intervals(columns)
    intervals = time.perf_counter() - started
    return (
        f"{many} questions, search only: {run:.1f} s, the searches alone {searches:.1f} s, ratio {run / searches:.2f}\n"
        f"95 % intervals of 12 figures of 300 questions: {intervals:.2f} s, {intervals / searches:.3f} of the searches"
    )
