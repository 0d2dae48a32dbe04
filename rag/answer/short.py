"""The answer in a few words: a figure with its unit, a name, a date, as the paper has it; yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.answer.candidates import Candidate
from rag.answer.decide import BROAD, Fitted
from rag.datatypes import Short, other
from rag.language.quantities import agree, quantities

LONGEST = {"zh": 40, "en": 120}
"""Characters of the longest answer that is called short."""
SEVERAL = ("list", *BROAD)
"""Forms that want more than one thing."""
_EDGE = " \t\n\r　,.;:!?，。；：！？、…—–-"
_MINUS = re.compile(r"(?<![0-9A-Za-z-])[-–][0-9０-９]")
"""A sign of a figure below zero, which is no edge."""
_PAIRS = {"“": "”", "‘": "’", "「": "」", "《": "》", "（": "）", "(": ")", "[": "]"}


def short(form: str, chosen: Sequence[Candidate], numbers: Fitted) -> Short | None:
    """The short answer to a question for one thing; None where several are asked for, or where the words are long.

    It is taken from the first sentence of the first citation, in the question's language. Where the translation gives
    another figure than the original, the original's is taken.
    """
    if form in SEVERAL or not chosen or not chosen[0].words:
        return None
    c = chosen[0]
    lang, span = c.lang, chosen[0].words
    if c.lang == "en" and c.twin_words and _differ(c):
        lang, span = other(c.lang), c.twin_words
    start, end = trimmed(c.article.bodies[lang], *span)
    verdict: Literal["yes", "no"] | None = None
    if form == "yesno" and abs(c.yes) >= numbers.verdict:
        verdict = "yes" if c.yes > 0 else "no"
    elif not 0 < end - start <= LONGEST[lang]:
        return None
    return Short(c.article.bodies[lang][start:end], lang, start, end, 1, verdict)


def trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space and punctuation at its edges, a quotation mark or bracket only with its partner."""
    while (
        start < end and (body[start] in _EDGE or body[start] in _PAIRS.values()) and not _MINUS.match(body, start, end)
    ):
        start += 1
    while end > start and (body[end - 1] in _EDGE or body[end - 1] in _PAIRS):
        end -= 1
    inside = body[start:end]
    if inside and inside[0] in _PAIRS and _PAIRS[inside[0]] not in inside:
        start += 1
    if inside and inside[-1] in _PAIRS.values() and not any(_PAIRS[a] == inside[-1] for a in inside if a in _PAIRS):
        end -= 1
    return start, end


def _differ(c: Candidate) -> bool:
    """Whether the answering words hold figures and those of the original and the translation cannot be one."""
    if not c.words or not c.twin_words:
        return False
    own, theirs = (
        quantities(c.article.bodies[lang][slice(*span)], lang)
        for lang, span in ((c.lang, c.words), (other(c.lang), c.twin_words))
    )
    return bool(own and theirs) and not any(agree(q, r) for q in theirs for r in own if q.kind == r.kind)
