"""Texts prepared for looking words, names and figures up in them."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.datatypes import Article, Lang
from rag.language.dates import dates, without
from rag.language.fold import fold
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, content_keywords, keywords
from rag.language.wordlists import words


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


def article_text(article: Article) -> Text:
    """All that an article says, in both languages, with its date."""
    day = article.issued
    return text(day, *article.titles.values(), *article.bodies.values())


_FRAME = words("给 概括 总结 概述 概况 简述 简要 内容 大意") | frozenset(
    stem for word in words("summary summarise summarize overview outline gist brief") for stem in keywords(word)
)
"""Words of a question for what it wants made of the subject, not for the subject."""


def question_words(question: str, lang: Lang) -> list[str]:
    """What a question is about: Chinese words of two and more characters, folded; English stems; figures.

    Stop words, question words and the wish for a summary are left out. Where nothing else is left, single characters
    stay.
    """
    question = without(question, dates(question, lang))  # times are judged as times, not as words
    tokens = [t for t in content_keywords(question) if not HAN.search(t) and t not in _FRAME]
    if lang == "en":
        return list(dict.fromkeys(tokens))
    import rjieba

    cut = [w for w in rjieba.cut(fold(question)) if HAN.fullmatch(w) and w not in STOPWORDS | _FRAME]
    longer = [w for w in cut if len(w) > 1] or cut
    return list(dict.fromkeys([*longer, *tokens]))


@lru_cache(maxsize=256)
def pronounced(body: str) -> str:
    """The Chinese characters of a text as toneless pinyin, without spaces; other characters as a blank."""
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(body, errors=lambda _: " "))


_LAST_YEAR = re.compile(r"去年|上年|last year|previous year|past year|year before", re.I)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


def years(article: Article) -> set[int]:
    """The years an article can be about: its issue's, those it names, and the one before if it says "last year"."""
    found = {int(y) for body in article.bodies.values() for y in _YEAR.findall(fold(body))}
    if article.days:
        year = article.days[0].year
        found.add(year)
        if any(_LAST_YEAR.search(body) for body in article.bodies.values()):
            found.add(year - 1)
    return found
