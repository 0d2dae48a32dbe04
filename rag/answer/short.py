"""The answer in a few words: a figure with its unit, a name, a date, as the paper has it; yes or no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from rag.answer.candidates import Candidate
from rag.answer.decide import BROAD, Fitted
from rag.datatypes import Lang, Short
from rag.language.quantities import quantities
from rag.translation.corrections import Told

LONGEST = {"zh": 40, "en": 120}
"""Characters of the longest answer that is called short."""
AROUND = 40
"""Characters on either side of an answer in which the figure that it cuts into is looked for."""
SEVERAL = ("list", *BROAD)
"""Forms that want more than one thing."""
_EDGE = " \t\n\r　,.;:!?，。；：！？、…—–-"
_MINUS = re.compile(r"(?<![0-9A-Za-z-])[-–][0-9０-９]")
"""A sign of a figure below zero, which is no edge."""
_PAIRS = {"“": "”", "‘": "’", "「": "」", "《": "》", "（": "）", "(": ")", "[": "]"}


def short(form: str, chosen: Sequence[Candidate], numbers: Fitted, told: Sequence[Told] = ()) -> Short | None:
    """The short answer to a question for one thing; None where several are asked for, or where the words are long.

    It is taken from the first sentence of the first citation, in the question's language. Where the translation departs
    from the original there, which is among the findings `told` of the article, the original's words are taken.
    """
    if form in SEVERAL or not chosen or not chosen[0].words:
        return None
    c = chosen[0]
    lang, span = c.lang, chosen[0].words
    if c.lang == "en" and (original := _original_of(span, c.twin_words, told)):
        lang, span = "zh", original
    start, end = trimmed(c.article.bodies[lang], *_with_whole_figures(c.article.bodies[lang], *span, lang))
    verdict: Literal["yes", "no"] | None = None
    if form == "yesno" and abs(c.yes) >= numbers.verdict:
        verdict = "yes" if c.yes > 0 else "no"
    elif not 0 < end - start <= LONGEST[lang]:
        return None
    return Short(c.article.bodies[lang][start:end], lang, start, end, 1, verdict)


def _with_whole_figures(body: str, start: int, end: int, lang: Lang) -> tuple[int, int]:
    """The span with the figures whole that it begins or ends in the middle of: 一○七○万吨 and not 七○万吨."""
    first = max(body.rfind("\n", 0, start) + 1, start - AROUND)
    for q in quantities(body[first : end + AROUND], lang):
        if first + q.start < start < first + q.end:
            start = first + q.start
        if first + q.start < end < first + q.end:
            end = first + q.end
    return start, end


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


def _original_of(
    words: tuple[int, int], twin_words: tuple[int, int] | None, told: Sequence[Told]
) -> tuple[int, int] | None:
    """The original's reading of words of the translation that differ from it; None where none do. Where most of them
    stand in no finding ("16.6 million more than the same period last year"), it is what answers in the original."""
    for finding, _ in told:
        if finding.grade != "differs" or not finding.zh or not finding.en:
            continue
        shared = min(words[1], finding.en[1]) - max(words[0], finding.en[0])
        if shared > 0:
            return finding.zh if 2 * shared >= words[1] - words[0] else twin_words
    return None
