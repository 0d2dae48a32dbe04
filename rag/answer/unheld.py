"""Nouns and names of a question that no article of the archive holds, in either language: a refusal names them."""

from __future__ import annotations

from rag.datatypes import Lang, other
from rag.expand import expansion
from rag.index.reader import Generation
from rag.language.nouns import nouns
from rag.language.tokens import content_keywords, keywords

MOST = 4
"""Words named."""


def unheld(generation: Generation, question: str, lang: Lang) -> tuple[str, ...]:
    """The nouns and names of a question, as they stand there, that the index knows neither as they are nor by what they
    are called in the other language; at most MOST, in order."""
    added = {found.term.casefold() for found in expansion(generation, question, lang).added}
    asked = set(content_keywords(question))
    missing = []
    for word in dict.fromkeys(nouns(question, lang)):
        tokens = [token for token in keywords(word) if len(token) > 1]
        if not tokens or word.casefold() in added or asked.isdisjoint(tokens):
            continue
        if not any(generation.keyword[side].known(token) for side in (lang, other(lang)) for token in tokens):
            missing.append(word)
    return tuple(missing[:MOST])
