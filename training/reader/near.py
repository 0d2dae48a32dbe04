"""Near misses made of questions that a page answers: the page without its answer, and the question of another year."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.reader.pages import Page
from training.reader.example import Example

WITHOUT, OTHER_YEAR = 0.35, 0.5
"""Shares of the questions of one place, and of those that name a year, of which a near miss is made."""
SHORTEST = 40
"""Characters that must be left of a page."""
_YEAR = re.compile(r"19\d\d")


def near_misses(examples: Sequence[Example], chance: random.Random) -> Iterator[Example]:
    """Near misses of some of the examples that are answered in one place."""
    for example in examples:
        if not example.answers or example.words is None or example.form == "list":
            continue
        if chance.random() < WITHOUT and (bare := without_answer(example)):
            yield bare
        if chance.random() < OTHER_YEAR and (other := of_another_year(example, chance)):
            yield other


def without_answer(example: Example) -> Example | None:
    """The same question with the page without the sentences that answer it or may; None if too little is left."""
    text, kept, at = "", [], 0
    for (start, end), label in sorted(zip(example.page.sentences, example.labels, strict=True)):
        text += example.page.text[at:start]
        if not label:
            kept.append((len(text), len(text) + end - start))
            text += example.page.text[start:end]
        at = max(at, end)
    text += example.page.text[at:]
    if not kept or len(text) < SHORTEST:
        return None
    return replace(example, page=Page(example.page.head, text, tuple(kept)), labels=(0,) * len(kept), words=None,
                   yes=None, leans=None)  # fmt: skip


def of_another_year(example: Example, chance: random.Random) -> Example | None:
    """The same page with the question asked of a year near by; None if it names no year, or the page names that one."""
    years = set(_YEAR.findall(example.question))
    if len(years) != 1:
        return None
    (year,) = years
    other = str(int(year) + chance.choice((-2, -1, 1, 2)))
    if other in example.page.text or other in example.page.head:
        return None
    labels = (0,) * len(example.labels)
    return replace(example, question=example.question.replace(year, other), labels=labels, words=None, yes=None,
                   leans=None)  # fmt: skip
