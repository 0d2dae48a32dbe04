"""A sentence that was read -> a quotation: verbatim, with its counterpart, the words that answer, and warnings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answer.candidates import Candidate
from rag.answer.voice import is_planned
from rag.answer.warnings import warnings_at
from rag.datatypes import Lang, Quote, Twin, other
from rag.language.datelines import dateline
from rag.language.sentences import sentence_spans
from rag.translation.corrections import Told

# Closed classes: what stands at the head of a sentence for something said before.
_LEANING: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(
        r"\s*(?:[它他她]们?|[这该此](?!外|次|时|样|里)|那(?!么|里|次|时|天)|其(?!中|他|余|次)|前者|后者|两者|上述)"
    ),
    "en": re.compile(r"\s*(?:It|Its|They|Their|He|His|She|Her|This|That|These|Those|The (?:former|latter|two)|Both)\b"),
}


def leans(sentence: str, lang: Lang) -> bool:
    """Whether a sentence begins with a word for something said before it."""
    return bool(_LEANING[lang].match(sentence))


def quote(
    c: Candidate,
    lang: Lang,
    told: Sequence[Told] = (),
    marked: bool = True,
    dated: bool = False,
    beside: Sequence[Candidate] = (),
) -> Quote:
    """A candidate as a quotation, without its dateline unless that answers; `lang` is that of the warnings.

    `told` are the findings of its article, `marked`: the words that answer are marked, `dated`: with its dateline.
    `beside` are the sentences of its article that are quoted: one of them is not quoted with this a second time.
    """
    body = c.article.bodies[c.lang]
    start = c.start if dated else c.start + dateline(c.text, c.lang)
    if marked and c.words and c.words[0] < start:
        start = c.start
    elif leans(c.text, c.lang):
        before = _before(body, c)
        start = start if any(d.lang == c.lang and d.start <= before < d.end for d in beside if d != c) else before
    text = body[start : c.end]
    target = other(c.lang)
    twin = Twin(target, *c.twin, c.article.bodies[target][slice(*c.twin)]) if c.twin else None
    warnings = warnings_at(told, c.lang, (start, c.end), c.twin, lang)
    marks = (c.words,) if marked and c.words else ()
    original = c.twin_text if c.lang == "en" else ""
    ahead = (
        is_planned(original, "zh")
        if original
        else is_planned(text, c.lang, [(max(a - start, 0), b - start) for a, b in marks])
    )
    return Quote(c.lang, start, c.end, text, twin, marks, warnings, ahead)


def _before(body: str, c: Candidate) -> int:
    """Where the sentence before begins, which says what a pronoun stands for; if there is none, the sentence itself."""
    line = body.rfind("\n", 0, c.start) + 1
    spans = sentence_spans(body[line : c.start], c.lang)
    if not spans:
        return c.start
    start, end = (line + at for at in spans[-1])
    return start + dateline(body[start:end], c.lang)
