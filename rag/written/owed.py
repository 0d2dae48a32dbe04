"""What an answer owes its reader whoever writes it: what the archive says, in its own words.

A small model often writes of something beside the question, each word of it borne out, or rests on the right sentence
and leaves out the words that answer, or some of the things that were asked for. So the quotations that would have been
the answer follow what was written, unless it says them: of a fact the words that answer; of anything else, and where
those words list several things, each word of the quotation, so that no item of a list is lost. On a subject, where
quotations would be many, those as sure as the surest are owed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import wording
from rag.answer.candidates import Candidate, Reading
from rag.answer.decide import fitted, form_of
from rag.datatypes import Answer, Article, Citation, Lang, Quote, Sentence, Short, Twin
from rag.written.claims import claims
from rag.written.texts import is_figure, question_words, text

_LISTED = re.compile(r"、|，|,(?!\d)|\band\b|以及")


@dataclass(frozen=True, slots=True)
class Owed:
    """The citations that no answer may lack; `whole`: every word of their quotations, not only those that answer."""

    citations: tuple[Citation, ...]
    whole: bool


def owed(base: Answer, reading: Reading) -> Owed:
    """What of `base`, the answer made of quotations, is owed to its reader."""
    form, quotes = form_of(reading.forms), [(c.article, q) for c in base.citations for q in c.quotes]
    if form != "topic":
        listed = any(_LISTED.search(_answering(article, q)) for article, q in quotes)
        return Owed(base.citations, whole=form != "fact" or listed)
    surest = [c for c in reading.candidates if c.answers >= reading.answers - fitted().second]
    kept = (
        replace(c, quotes=tuple(q for q in c.quotes if any(_is_of(q, c.article.id, one) for one in surest)))
        for c in base.citations
    )
    return Owed(tuple(c for c in kept if c.quotes), whole=True)


def completed(
    sentences: Sequence[Sentence], citations: Sequence[Citation], wanted: Owed, lang: Lang
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """A written answer, and behind it the quotations owed that it does not rest on or does not say."""
    cited = {c.article.id: c for c in citations}
    written = " ".join(s.text for s in sentences if s.support in ("supported", "quoted"))
    more = []
    for one in wanted.citations:
        known = cited.get(one.article.id, Citation(len(cited) + 1, one.article, ()))
        new = [q for q in one.quotes if not any(_overlap(q, k) for k in known.quotes)]
        lacking = tuple(q for q in one.quotes if q in new or not _says(written, lang, q, one.article, wanted.whole))
        if lacking:
            quotes = sorted((*known.quotes, *new), key=lambda q: (q.lang, q.start))
            cited[one.article.id] = replace(known, quotes=tuple(quotes))
            more.append(Sentence(wording.reported(one.article, lacking, lang), (known.number,)))
    return (*sentences, *more), tuple(cited.values())


def renumbered(brief: Short | None, base: Sequence[Citation], citations: Sequence[Citation]) -> Short | None:
    """The short answer of `base` with the number that its article has among other citations; None if it has none."""
    articles = [c.article.id for c in base if brief and c.number == brief.citation]
    numbers = [c.number for c in citations if c.article.id in articles]
    return replace(brief, citation=numbers[0]) if brief and numbers else None


def _says(written: str, lang: Lang, quote: Quote, article: Article, whole: bool) -> bool:
    """Whether a text says a quotation: its figures, dates and names and its words; or if it is not owed `whole` those
    that answer, of which half of the words will do: 八万吨 may be 80,000 tons there."""
    answering = "" if whole else _answering(article, quote)
    said = answering or quote.text
    if not all(claim.found(written, lang, article.date) for claim in claims(said, quote.lang)):
        return False
    words, held = question_words(said, quote.lang), text(written)
    lacking = sum(not held.has(word) and not is_figure(word) for word in words)
    return 2 * lacking <= len(words) if answering else not lacking


def _answering(article: Article, quote: Quote) -> str:
    """The words of a quotation that answer; "" if none are marked."""
    return " ".join(article.bodies[quote.lang][slice(*mark)] for mark in quote.marks)


def _is_of(quote: Quote, article: str, sentence: Candidate) -> bool:
    place = (sentence.article.id, sentence.lang)
    return place == (article, quote.lang) and quote.start < sentence.end and sentence.start < quote.end


def _overlap(one: Quote, two: Quote) -> bool:
    """Whether two quotations of an article share words, be it by the counterpart of one."""
    stretches: list[list[Quote | Twin]] = [[q, q.twin] if q.twin else [q] for q in (one, two)]
    return any(a.lang == b.lang and a.start < b.end and b.start < a.end for a in stretches[0] for b in stretches[1])
