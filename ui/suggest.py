"""Questions to begin with and to go on with. Those to go on with are taken from the evidence: terms that the passages
found put in quotation marks, and names.

A question is suggested only if the archive answers it, to go on with a sentence that was not cited yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from rag.datatypes import LANGS, Answer, Lang, other

if TYPE_CHECKING:
    from rag.archive import Archive

MOST = 3
OPENINGS = 4  # articles asked about to begin with: the page is not there before
LOOKED_AT = 20  # headlines at each of these places
SHORTEST_TITLE: dict[Lang, int] = {"zh": 7, "en": 25}
"""Characters from which on a headline says what an article is about ("Letter of Correction" does not)."""
LONGEST_TITLE: dict[Lang, int] = {"zh": 25, "en": 80}
TRIED = 8  # candidates asked at most: each costs as much as a question
# “试验田”, “四包一交”; "experimental plots", Fuxin Ping'an Coal Mine
_QUOTED: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile("[“「]([㐀-鿿]{2,8})[”」]"),
    "en": re.compile('[“"]([A-Za-z][A-Za-z\' -]{5,40}?)[,.]?[”"]'),
}
_NAME = re.compile(r"(?<![.!?:] )(?<!^)\b[A-Z][\w'’]+(?: (?:of |the |and )?[A-Z][\w'’]+){1,5}")
_ASK: dict[Lang, str] = {"zh": "“{term}”是怎么回事？", "en": "What was reported about “{term}”?"}


def openings(archive: Archive) -> list[tuple[Lang, str]]:
    """Questions to begin with, in both languages: those of the sample articles where the archive holds them, else about
    the headlines of articles from its beginning to its end."""
    if known := archive.examples():
        return known
    identifiers = list(archive.article_ids())
    step = len(identifiers) // OPENINGS + 1
    made: list[tuple[Lang, str]] = []
    for place, start in enumerate(range(0, len(identifiers), step)):
        if found := _headline(archive, identifiers[start : start + min(step, LOOKED_AT)], LANGS[place % 2]):
            lang, title = found
            question = _ASK[lang].format(term=title)
            if archive.ask(question, llm=False).answered:
                made.append((lang, question))
    return made


def _headline(archive: Archive, identifiers: Sequence[str], wanted: Lang) -> tuple[Lang, str] | None:
    """The first headline that says what its article is about, if there is one in the language wanted."""
    for identifier in identifiers:
        titles = archive.article(identifier).titles
        lang = next((one for one in (wanted, other(wanted)) if one in titles), None)
        title = " ".join(titles[lang].split()) if lang else ""
        if lang and SHORTEST_TITLE[lang] <= len(title) <= LONGEST_TITLE[lang]:
            return lang, title
    return None


def follow_ups(answer: Answer, archive: Archive, left: Callable[[], bool] = lambda: False) -> list[str]:
    """Up to three questions in the language of the answered question, best evidence first.

    Each that is tried costs as much as a question; once whoever wants them has `left`, no more are, and there are none.
    """
    cited = {quote.text for one in answer.citations for quote in one.quotes}
    made: list[str] = []
    for term in list(_terms(answer))[:TRIED]:
        if left():
            return []
        question = _ASK[answer.lang].format(term=term)
        found = archive.ask(question, llm=False)
        fresh = [q for one in found.citations for q in one.quotes if q.text not in cited]
        sides = [text for q in fresh for text in (q.text, q.twin.text if q.twin else "")]
        if found.answered and any(term in text for text in sides):
            made.append(question)
            cited |= {quote.text for quote in fresh}
        if len(made) == MOST:
            break
    return made


def _terms(answer: Answer) -> Iterator[str]:
    seen = {answer.question}
    for hit in answer.hits:
        text = hit.passage.text if hit.passage.lang == answer.lang else hit.twin.text if hit.twin else ""
        prose = [line for line in text.splitlines() if not _is_headline(line)] if answer.lang == "en" else []
        names = [name.removesuffix("'s") for line in prose for name in _NAME.findall(line)]
        for term in (*_QUOTED[answer.lang].findall(text), *names):
            if not any(term.lower() in one.lower() or one.lower() in term.lower() for one in seen):
                seen.add(term)
                yield term


def _is_headline(line: str) -> bool:
    """True for a line in title case, in which every word would pass for a name."""
    words: list[str] = re.findall(r"[A-Za-z]+", line)
    return sum(word[0].isupper() for word in words) > len(words) / 2
