"""Words of a question that no article of the archive holds, in either language: a refusal names them."""

from __future__ import annotations

import re

from rag.datatypes import Lang, other
from rag.expand import expansion
from rag.index.reader import Generation
from rag.language.tokens import content_keywords, content_words, keywords

MOST = 4
"""Words named."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ASKING = re.compile("[几哪谁何怎多]")


def unheld(generation: Generation, question: str, lang: Lang) -> tuple[str, ...]:
    """The content words of a question, as they stand there, that the index knows neither as they are nor by what they
    are called in the other language; at most MOST, in order."""
    added = {found.term.casefold() for found in expansion(generation, question, lang).added}
    asked = set(content_keywords(question))
    words = _WORD.findall(question) if lang == "en" else content_words(question, lang)
    missing = []
    for word in dict.fromkeys(words):
        tokens = [token for token in keywords(word) if len(token) > 1]
        if not tokens or word.casefold() in added or _ASKING.search(word) or asked.isdisjoint(tokens):
            continue
        known = any(generation.keyword[side].known(token) for side in (lang, other(lang)) for token in tokens)
        if not known and not (lang == "zh" and _is_cut_wrong(generation, question, word)):
            missing.append(word)
    return tuple(missing[:MOST])


def _is_cut_wrong(generation: Generation, question: str, word: str) -> bool:
    """Whether a Chinese word begins or ends in the middle of one that articles hold: 县采 of 江油县采矿."""
    start = question.find(word)
    ends = (question[max(start - 1, 0) : start + 1], question[start + len(word) - 1 : start + len(word) + 1])
    return any(len(pair) == 2 and generation.keyword["zh"].known(pair) for pair in ends)
