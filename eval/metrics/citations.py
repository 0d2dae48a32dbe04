"""Do the citations hold: are they sound, are they the right articles, are they the right sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from eval.metrics.text import overlap_f1, says_any, tokens
from eval.run.seen import AnswerSeen
from rag.datatypes import LANGS, Lang

_MARK = re.compile(r"\[(\d+)\]")


def citation_validity(answer: AnswerSeen, retrieved: Collection[str]) -> float | None:
    """Sound citation numbers / citation numbers, 0 to 1, higher is better; None for a refusal that cites nothing.

    A number counts if it is marked `[n]` in the answer or listed as a citation. It is sound if it is both, is listed
    once, has a quotation, every quotation is a verbatim slice of its article, and the article is among `retrieved`
    or the answer's own hits. An answer without any citation gets 0. In extractive mode the value must be 1.
    """
    marked = {int(number) for number in _MARK.findall(answer.text)}
    listed = [citation.number for citation in answer.citations]
    numbers = marked | set(listed)
    if not numbers:
        return 0.0 if answer.answered else None
    sound = sum(
        citation.number in marked
        and listed.count(citation.number) == 1
        and bool(citation.quotes)
        and all(quote.exact for quote in citation.quotes)
        and (citation.article in retrieved or citation.article in answer.hits)
        for citation in answer.citations
    )
    return sound / len(numbers)


def exact_quotes(answer: AnswerSeen) -> float | None:
    """Quotations that are, with their counterpart, verbatim slices of their article / quotations, 0 to 1.

    None for a refusal without quotations, 0 for an answer without any. Higher is better; it must be 1.
    """
    exact = [quote.exact for citation in answer.citations for quote in citation.quotes]
    if not exact:
        return 0.0 if answer.answered else None
    return sum(exact) / len(exact)


def first_quotes_say(answer: AnswerSeen, references: Sequence[str], most: int) -> float:
    """1 if one of the first `most` quotations, or its counterpart, says one of `references`, else 0; higher is better.

    Quotations stand in the order in which the answer marks their citations; see `eval.metrics.text.says`.
    """
    marked = [number for _, numbers in answer.sentences for number in numbers]
    ordered = sorted(answer.citations, key=lambda c: marked.index(c.number) if c.number in marked else len(marked))
    quotes = [quote for citation in ordered for quote in citation.quotes][:most]
    return float(any(says_any(said, references) for quote in quotes for said in (quote.text, quote.twin_text)))


def source_scores(cited: Collection[str], relevant: Collection[str]) -> tuple[float, float, float]:
    """(precision, recall, F1) of the cited articles against the relevant ones, each 0 to 1, higher is better.

    precision = cited and relevant / cited, recall = cited and relevant / relevant; citing nothing gives 0 for all.
    Raises `ZeroDivisionError` if no article is relevant: the question has no place in this metric.
    """
    right = len(set(cited) & set(relevant))
    recall = right / len(set(relevant))
    precision = right / len(set(cited)) if cited else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def evidence_f1(answer: AnswerSeen, gold: Mapping[Lang, Sequence[str]]) -> float | None:
    """Bag F1 of everything the answer quotes against the gold quotations, 0 to 1, higher is better.

    Per language, with the quotations' counterparts counted in theirs: the best F1 with one gold quotation or with
    all of that language together. The better language counts, so that it does not matter which of the two halves
    of an article was quoted. None if there are no gold quotations.
    """
    if not any(gold.values()):
        return None
    said: dict[Lang, list[str]] = {lang: [] for lang in LANGS}
    for citation in answer.citations:
        for quote in citation.quotes:
            said[quote.span.lang] += tokens(quote.text)
            if quote.twin is not None:
                said[quote.twin.lang] += tokens(quote.twin_text)
    best = 0.0
    for lang, texts in gold.items():
        wanted = [tokens(text) for text in texts]
        for reference in (*wanted, [token for one in wanted for token in one]):
            if reference:
                best = max(best, overlap_f1(said[lang], reference))
    return best
