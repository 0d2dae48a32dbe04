"""What an answer owes its reader whoever writes it: what the archive says, in its own words.

A small model often writes of something beside the question, each word of it borne out, or rests on the right sentence
and leaves out the words that answer. So the quotations that would have been the answer follow what was written, unless
it rests on them and says those words; on a subject, where they would be many, those as sure as the surest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer import wording
from rag.answer.candidates import Candidate, Reading
from rag.answer.decide import fitted, form_of
from rag.datatypes import Answer, Article, Citation, Lang, Quote, Sentence, Short, Twin
from rag.written.texts import Text, question_words, text


def owed(base: Answer, reading: Reading) -> tuple[Citation, ...]:
    """The citations of `base`, the answer made of quotations, that no answer may lack."""
    if form_of(reading.forms) != "topic":
        return base.citations
    surest = [c for c in reading.candidates if c.answers >= reading.answers - fitted().second]
    kept = (
        replace(c, quotes=tuple(q for q in c.quotes if any(_is_of(q, c.article.id, one) for one in surest)))
        for c in base.citations
    )
    return tuple(c for c in kept if c.quotes)


def completed(
    sentences: Sequence[Sentence], citations: Sequence[Citation], wanted: Sequence[Citation], lang: Lang
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """A written answer, and behind it those of the quotations `wanted` that it does not rest on, or whose words that
    answer it does not say."""
    cited, written = {c.article.id: c for c in citations}, text(*(s.text for s in sentences))
    more = []
    for one in wanted:
        known = cited.get(one.article.id, Citation(len(cited) + 1, one.article, ()))
        new = [q for q in one.quotes if not any(_overlap(q, k) for k in known.quotes)]
        lacking = tuple(q for q in one.quotes if q in new or not _says(written, q, one.article))
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


def _says(written: Text, quote: Quote, article: Article) -> bool:
    """Whether a text has at least half of the words of a quotation that answer: 八万吨 may be 80,000 tons there."""
    marked = " ".join(article.bodies[quote.lang][slice(*mark)] for mark in quote.marks)
    words = question_words(marked, quote.lang)
    return 2 * sum(written.has(word) for word in words) >= len(words)


def _is_of(quote: Quote, article: str, sentence: Candidate) -> bool:
    place = (sentence.article.id, sentence.lang)
    return place == (article, quote.lang) and quote.start < sentence.end and sentence.start < quote.end


def _overlap(one: Quote, two: Quote) -> bool:
    """Whether two quotations of an article share words, be it by the counterpart of one."""
    stretches: list[list[Quote | Twin]] = [[q, q.twin] if q.twin else [q] for q in (one, two)]
    return any(a.lang == b.lang and a.start < b.end and b.start < a.end for a in stretches[0] for b in stretches[1])
