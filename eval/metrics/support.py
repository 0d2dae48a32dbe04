"""Do the cited passages say what the sentence says: the rules of ALCE, for a judge to decide each case.

Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations", and its `eval.py`. The verdicts are
a model's, so these figures are an estimate and stand apart from all others.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

MOST_CITATIONS = 3
"""Citations of a sentence that count, from the first, as in ALCE."""

Supports = Callable[[tuple[int, ...], str], bool]
"""Do the passages behind these citation numbers, put together, entail the statement?"""


def citation_support(
    sentences: Sequence[tuple[str, Sequence[int]]], listed: Collection[int], supports: Supports
) -> tuple[float, float] | None:
    """(citation recall, citation precision) of an answer, each 0 to 1, higher is better; None without sentences.

    `sentences`: each with the citation numbers in it; `listed`: the numbers that have a passage. Recall = sentences
    that their citations together support / sentences; a sentence without citations, or with one that is not listed,
    is not supported. Precision = citations that count / citations: of a supported sentence each one, unless it alone
    does not support the sentence and the others without it still do; of an unsupported sentence none. Citations of
    a sentence with one that is not listed are no part of it. Without any citation the precision is 0.
    """
    if not sentences:
        return None
    supported = needed = cited = 0
    for statement, numbers in sentences:
        if not numbers or not set(numbers) <= set(listed):
            continue
        used = tuple(numbers)[:MOST_CITATIONS]
        cited += len(used)
        if not supports(used, statement):
            continue
        supported += 1
        needed += sum(_needed(number, used, statement, supports) for number in used)
    return supported / len(sentences), needed / cited if cited else 0.0


def _needed(number: int, used: tuple[int, ...], statement: str, supports: Supports) -> bool:
    others = tuple(other for other in used if other != number)
    return not others or supports((number,), statement) or not supports(others, statement)
