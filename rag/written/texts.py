"""Texts prepared for looking words, names and figures up in them."""

from __future__ import annotations

from functools import lru_cache

from rag.datatypes import Lang
from rag.language.dates import dates, without
from rag.language.fold import fold
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, content_keywords, keywords


class Text:
    """A text in one or both languages, folded and cut into keyword tokens."""

    def __init__(self, *parts: str) -> None:
        self.folded = "\n".join(fold(part) for part in parts if part)
        self.tokens = frozenset(keywords(self.folded))

    def has(self, word: str) -> bool:
        """True if a word of `question_words` stands in it."""
        return word in self.folded if HAN.search(word) else word in self.tokens


@lru_cache(maxsize=1024)
def text(*parts: str) -> Text:
    """The prepared form of some texts taken together; the last 1,024 are kept."""
    return Text(*parts)


def question_words(question: str, lang: Lang) -> list[str]:
    """What a question is about: Chinese words of two and more characters, folded; English stems; figures.

    Stop words and question words are left out. Where nothing else is left, single characters
    stay.
    """
    question = without(question, dates(question, lang))  # times are judged as times, not as words
    tokens = [t for t in content_keywords(question) if not HAN.search(t)]
    if lang == "en":
        return list(dict.fromkeys(tokens))
    import rjieba

    cut = [w for w in rjieba.cut(fold(question)) if HAN.fullmatch(w) and w not in STOPWORDS]
    longer = [w for w in cut if len(w) > 1] or cut
    return list(dict.fromkeys([*longer, *tokens]))


def is_figure(word: str) -> bool:
    """Whether a word is a number, which is looked for as a fact."""
    return any(char.isdigit() for char in word)
