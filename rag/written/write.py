"""An answer that a language model writes from the passages found, checked statement by statement as it comes.

The model chooses the words, Wenbao the evidence: for each statement the sentences that bear it out are found among the
passages it was given, and quoted, verbatim slices as always. What cannot be borne out is marked or withheld. When the
endpoint fails in any way, or nothing is borne out, the quotations are the answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from rag.answer import wording
from rag.answer.candidates import Candidate, Reading, sentences
from rag.answer.quote import leans, quote
from rag.datatypes import Answer, Article, Citation, Draft, Hit, Lang, Sentence, Support, other
from rag.errors import EndpointError
from rag.index.holdings import holdings
from rag.index.reader import Generation
from rag.llm.endpoint import Endpoint, EndpointFault
from rag.query import Query
from rag.reader.pages import Reader
from rag.translation.corrections import Told
from rag.written import notes, prompt
from rag.written.grounding import Bearing, Grounds
from rag.written.owed import Owed, completed, owed, renumbered
from rag.written.statements import Statement, finds_nothing, is_looping, statements
from rag.written.vectors import SentenceVectors

PASSAGES = 8
"""Most passages that a model is shown."""
MOST_CHARS = 6000
"""What is written beyond is not read."""
LOOKED = 40
"""Characters after which it is looked again whether the model repeats itself."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A model, and what becomes of statements without support and of failures; see the settings `llm_*`."""

    endpoint: Endpoint
    unsupported: Literal["mark", "withhold"] = "mark"
    fallback: bool = True
    window: int | None = None


def write(
    writer: Writer,
    generation: Generation,
    vectors: SentenceVectors,
    reader: Reader,
    query: Query,
    reading: Reading,
    base: Answer,
) -> Iterator[Draft | Answer]:
    """Drafts and then the answer.

    Args:
        writer: the model.
        generation: what was searched.
        vectors, reader: for comparing what is written with what it was written from.
        query: the question as understood.
        reading: what the reader made of it.
        base: the answer made of quotations, which stands if the model fails.

    Raises:
        EndpointError: it failed, and the setting forbids quotations in its place.
    """
    deadline = time.monotonic() + writer.endpoint.seconds
    asked = query.text if query.is_completed else query.question
    bearing = Bearing(vectors, generation.dense_langs, reader, asked)
    sheet: _Sheet | None = None
    try:
        limits = writer.endpoint.limits(deadline)
        window = writer.window or limits.window or prompt.WINDOW
        most, tokens = prompt.room(window), limits.count or prompt.estimate
        held = holdings(generation)
        for is_last in (False, True):
            messages, count = prompt.messages(asked, query.lang, base.hits[:PASSAGES], most, tokens, held)
            most = sum(tokens(message["content"]) for message in messages) / 2
            passages = passages_of(generation, base.hits[:count], query.lang, reading)
            sheet = _Sheet(writer, bearing, query, asked, passages, base, owed(base, reading), generation.told)
            try:
                yield from sheet.fill(writer.endpoint.stream(messages, max(deadline - time.monotonic(), 0.1)))
            except EndpointFault as err:
                if err.fault == "too_long" and not is_last:
                    continue
                if (err.fault, err.detail) != ("stopped", "(length)") or not sheet.holds:
                    raise
                sheet.cut()
            yield sheet.answer()
            return
    except EndpointFault as err:
        said = notes.fault(err.fault, err.detail, query.lang, writer.endpoint.seconds)
        if not writer.fallback:
            raise EndpointError(said) from None
        written = sheet.said if sheet and err.fault == "unfounded" else ""
        yield replace(base, warnings=(said, *base.warnings), written=written)


def passages_of(
    generation: Generation, hits: Sequence[Hit], lang: Lang, reading: Reading
) -> dict[int, list[Candidate]]:
    """The sentences of each hit by its number, as the reader read them where it did, up to one that speaks to a
    machine; in the language asked in where there is one."""
    known = {(c.article.id, c.lang, c.start): c for c in reading.candidates}
    passages = {}
    for number, hit in enumerate(hits, 1):
        article, beads = generation.article(hit.article.id)
        sides = (sentences(hit, number, article, beads, side) for side in (lang, other(lang)))
        found = takewhile(lambda c: not prompt.speaks_to_a_machine(c.text), next(filter(None, sides), []))
        passages[number] = [known.get((c.article.id, c.lang, c.start), c) for c in found]
    return passages


@dataclass(frozen=True, slots=True)
class _Checked:
    """A statement and what bears it out."""

    statement: Statement
    grounds: Grounds

    @property
    def support(self) -> Support:
        if self.grounds.holds:
            return "supported"
        return "unsupported" if self.grounds.near and self.grounds.missing else "uncited"


class _Sheet:
    """What has been written so far."""

    def __init__(
        self,
        writer: Writer,
        bearing: Bearing,
        query: Query,
        asked: str,
        passages: Mapping[int, Sequence[Candidate]],
        base: Answer,
        wanted: Owed,
        told: Callable[[Article], Sequence[Told]],
    ) -> None:
        self._writer, self._bearing, self._query, self._asked = writer, bearing, query, asked
        self._passages, self._base, self._wanted, self._told = passages, base, wanted, told
        self._raw, self._is_cut = "", False
        self._known: dict[Statement, _Checked] = {}

    def fill(self, words: Iterator[str]) -> Iterator[Draft]:
        """Take the words of the model; a draft for every change. It is cut off where it goes on and on."""
        last, looked = Draft(""), 0
        for piece in words:
            self._raw += piece
            draft = self._draft()
            if draft != last:
                yield draft
                last = draft
            if len(self._raw) - looked >= LOOKED:
                looked = len(self._raw)
                if looked > MOST_CHARS or is_looping(self._raw):
                    self.cut()
                    return

    def cut(self) -> None:
        """It was stopped before its end: a last statement that is not whole does not count."""
        self._is_cut = True

    @property
    def holds(self) -> bool:
        """Whether something of it is borne out."""
        return any(one.grounds.holds for one in self._checked(whole=True))

    @property
    def said(self) -> str:
        """What was written, as plain text."""
        return "\n".join(one.text for one in self._statements(ended=True))

    def answer(self) -> Answer:
        """The whole. Raises EndpointFault where there is nothing in it that an answer could be."""
        if not self._statements(ended=True) and finds_nothing(self._raw, self._query.lang):
            raise EndpointFault("empty")
        kept = self._kept(self._checked(whole=self._is_cut))
        if not any(one.grounds.holds for one in kept):
            raise EndpointFault("unfounded")
        return self._made(*completed(*self._cited(kept), self._wanted, self._query.lang))

    def _made(self, sentences: tuple[Sentence, ...], citations: tuple[Citation, ...]) -> Answer:
        warned = [w for c in citations for q in c.quotes for w in q.warnings]
        return replace(
            self._base,
            text=_joined(sentences, self._query.lang),
            sentences=sentences,
            citations=citations,
            warnings=tuple(dict.fromkeys(warned)),
            writer=self._writer.endpoint.model,
            values=(),
            short=renumbered(self._base.short, self._base.citations, citations),
        )

    def _statements(self, ended: bool) -> list[Statement]:
        return statements(self._raw, self._asked, self._query.lang, ended=ended)

    def _draft(self) -> Draft:
        """All statements but the last, checked, and the last as it stands: a mark may still follow it."""
        said = self._statements(ended=False)
        unfinished = said[-1].text if said and not said[-1].whole else ""
        whole = [one for one in said if one.whole]
        sentences, citations = self._cited(self._kept(self._checked(whole=True, said=whole)))
        hidden = self._writer.unsupported == "withhold" or (said and said[-1].lang != self._query.lang)
        so_far = self._made(sentences, citations) if citations else None
        return Draft(_joined(sentences, self._query.lang), "" if hidden else unfinished, so_far)

    def _checked(self, whole: bool, said: Sequence[Statement] | None = None) -> list[_Checked]:
        """The statements, each checked once; `whole`: without a last one that has not ended."""
        said = self._statements(ended=not whole) if said is None else said
        said = [one for one in said if one.whole or one.text[-1:] in ".!。！" or not whole]
        for one in said:
            if one not in self._known:
                hints = [n for n in one.hints if n in self._passages]
                self._known[one] = _Checked(
                    one, self._bearing.ground(one.text, one.lang, self._passages, hints, one.brief)
                )
        return _standing([self._known[one] for one in said])

    def _kept(self, checked: Sequence[_Checked]) -> list[_Checked]:
        """What is shown: of what is in another language than the question's only what can be quoted instead."""
        asked = [one for one in checked if one.grounds.holds or one.statement.lang == self._query.lang]
        return [one for one in asked if self._writer.unsupported == "mark" or one.grounds.holds]

    def _cited(self, kept: Sequence[_Checked]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
        """The sentences with their numbers, and what the numbers stand for: one citation for each article."""
        quotes: dict[str, list[Candidate]] = {}
        made: list[Sentence] = []
        before = ""
        for one in kept:
            bearing = one.grounds.quotes if one.support != "uncited" else ()
            for c in bearing:
                known = quotes.setdefault(c.article.id, [])
                known += [] if any(c.start == k.start for k in known) else [c]
            articles = dict.fromkeys(c.article.id for c in bearing)
            numbers = tuple(sorted(list(quotes).index(identifier) + 1 for identifier in articles))
            sentence = self._sentence(one, numbers, before)
            before = next(iter(articles), "") if one.statement.brief else ""
            made += [] if any(sentence.text == m.text for m in made) else [sentence]
        citations = (
            Citation(
                number,
                found[0].article,
                tuple(
                    quote(c, self._query.lang, self._told(found[0].article), marked=False, dated=True, beside=found)
                    for c in sorted(found, key=lambda c: (c.lang, c.start))
                ),
            )
            for number, found in enumerate(quotes.values(), 1)
        )
        return tuple(made), tuple(citations)

    def _sentence(self, one: _Checked, numbers: tuple[int, ...], before: str) -> Sentence:
        """A statement as it is shown: a few words with who printed them, unless those before are of the same article;
        in another language than the question's, the sentence that bears it out instead."""
        lang, first = self._query.lang, next(iter(one.grounds.quotes), None)
        if one.grounds.holds and first and one.statement.lang != lang:
            said = wording.attributed(first.article, lang) + wording.quoted(first.text)
            return Sentence(said, numbers, "quoted")
        said = wording.ended(one.statement.text, lang)
        if one.grounds.holds and first and one.statement.brief and before != first.article.id:
            said = wording.attributed(first.article, lang) + said
        missing = one.grounds.missing if one.support == "unsupported" else ()
        return Sentence(said + notes.unsupported(one.support, missing, lang), numbers, one.support, missing)


def _standing(checked: Sequence[_Checked]) -> list[_Checked]:
    """The statements; one that speaks of "these" or "they" stands only with the one before it, borne out by the same
    article: of another one it says something else."""
    found: list[_Checked] = []
    for one in checked:
        before = found[-1].grounds if found else None
        if before and leans(one.statement.text, one.statement.lang):
            theirs = {c.article.id for c in before.quotes} if before.holds else set()
            if theirs.isdisjoint(c.article.id for c in one.grounds.quotes):
                one = replace(one, grounds=replace(one.grounds, near=False))
        found.append(one)
    return found


def _joined(sentences: Sequence[Sentence], lang: Lang) -> str:
    said = (f"{s.text} {''.join(f'[{n}]' for n in s.citations)}".strip() for s in sentences)
    return (" " if lang == "en" else "").join(said)
