"""An answer that a language model writes from the passages found, checked sentence by sentence as it comes.

The model chooses the words, Wenbao the evidence: a mark names a passage, and what is quoted for it is the sentence of
that passage which bears the written one out, a verbatim slice as always. What cannot be borne out is marked or
withheld. When the endpoint fails in any way, the quotations are the answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal

from rag.answer import wording
from rag.answer.candidates import Candidate, sentences
from rag.answer.quote import quote
from rag.datatypes import Answer, Citation, Draft, Hit, Lang, Sentence, Support, other
from rag.errors import EndpointError
from rag.index.reader import Generation
from rag.language.script import detect
from rag.language.sentences import sentence_spans
from rag.llm.endpoint import Endpoint, EndpointFault
from rag.llm.markers import Mark, Markers
from rag.query import Query
from rag.written import prompt
from rag.written.grounding import Grounds, ground
from rag.written.vectors import SentenceVectors

PASSAGES = 8
"""Most passages that a model is shown."""
MOST_CHARS = 6000
"""A longer text is no answer; it is given up."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A model, and what becomes of sentences without support and of failures; see the settings `llm_*`."""

    endpoint: Endpoint
    unsupported: Literal["mark", "withhold"] = "mark"
    fallback: bool = True


def write(
    writer: Writer,
    generation: Generation,
    vectors: SentenceVectors,
    query: Query,
    base: Answer,
) -> Iterator[Draft | Answer]:
    """Drafts and then the answer.

    Args:
        writer: the model.
        generation: what was searched.
        vectors: for comparing what is written with what is cited.
        query: the question as understood.
        base: the answer made of quotations, which stands if the model fails.

    Raises:
        EndpointError: it failed, and the setting forbids quotations in its place.
    """
    started = time.monotonic()
    said = query.text if query.is_completed else query.question
    try:
        for share in (1.0, 0.4):
            messages, count = prompt.messages(said, query.lang, base.hits[:PASSAGES], share)
            sheet = _Sheet(writer, generation, vectors, query, base.hits[:count])
            left = writer.endpoint.seconds - (time.monotonic() - started)
            try:
                yield from sheet.fill(writer.endpoint.stream(messages, max(left, 0.1)))
                break
            except EndpointFault as err:
                if err.fault != "too_long" or share < 1.0:
                    raise
        yield sheet.answer(base)
    except EndpointFault as err:
        said = wording.fault(err.fault, err.detail, query.lang, writer.endpoint.seconds)
        if not writer.fallback:
            raise EndpointError(said) from None
        yield replace(base, warnings=(said, *base.warnings))


@dataclass(frozen=True, slots=True)
class _Written:
    """A sentence as written, the passages it cites, and what the check found."""

    text: str
    keys: tuple[int, ...]
    grounds: Grounds

    @property
    def support(self) -> Support:
        if not self.keys:
            return "uncited"
        return "supported" if self.grounds.holds else "unsupported"


class _Sheet:
    """What has been written so far."""

    def __init__(
        self,
        writer: Writer,
        generation: Generation,
        vectors: SentenceVectors,
        query: Query,
        passages: Sequence[Hit],
    ) -> None:
        self._writer, self._vectors, self._query = writer, vectors, query
        self._readable, self._told = generation.dense_langs, generation.told
        self._passages: dict[int, list[Candidate]] = {}
        for number, hit in enumerate(passages, 1):
            article, beads = generation.article(hit.article.id)
            sides = (sentences(hit, number, article, beads, lang) for lang in (query.lang, other(query.lang)))
            found = next(filter(None, sides), [])
            self._passages[number] = list(takewhile(lambda c: not prompt.speaks_to_a_machine(c.text), found))
        self._text = ""
        self._marks: list[tuple[int, tuple[int, ...]]] = []
        self._checked: dict[tuple[str, tuple[int, ...]], _Written] = {}

    def fill(self, words: Iterator[str]) -> Iterator[Draft]:
        """Take the words of the model; a draft for every change."""
        markers, last = Markers(), Draft("")
        for piece in _spoken(words):
            self._take(markers.feed(piece))
            draft = self._draft()
            if draft != last:
                yield draft
                last = draft
        self._take(markers.end())

    def answer(self, base: Answer) -> Answer:
        """The whole. Raises EndpointFault where there is nothing in it that an answer could be."""
        if not self._text.strip() or prompt.NO_ANSWER in self._text[:200]:
            raise EndpointFault("empty")
        kept = self._kept(self._split())
        if detect(self._text) != self._query.lang or not any(w.support == "supported" for w in kept):
            raise EndpointFault("unfounded")
        sentences, citations = self._cited(kept)
        return replace(
            base,
            text=_joined(sentences, self._query.lang),
            sentences=sentences,
            citations=citations,
            warnings=tuple(dict.fromkeys(w for c in citations for q in c.quotes for w in q.warnings)),
            writer=self._writer.endpoint.model,
            values=(),
        )

    def _take(self, tokens: Iterator[str | Mark]) -> None:
        for token in tokens:
            if isinstance(token, Mark):
                self._marks.append((len(self._text), tuple(k for k in token.keys if k in self._passages)))
            else:
                self._text += token
        if len(self._text) > MOST_CHARS:
            raise EndpointFault("stopped", "length")

    def _draft(self) -> Draft:
        """All sentences but the last, checked, and the last as it stands: a mark may still follow it."""
        pieces = self._split()
        if not pieces or prompt.NO_ANSWER.startswith(self._text.strip()[: len(prompt.NO_ANSWER)]):
            return Draft("")
        sentences, _ = self._cited(self._kept(pieces[:-1]))
        tail = "" if self._writer.unsupported == "withhold" else pieces[-1][0]
        return Draft(_joined(sentences, self._query.lang), tail)

    def _split(self) -> list[tuple[str, tuple[int, ...]]]:
        """The sentences so far with the passages they cite; a mark between two belongs to the first."""
        spans = sentence_spans(self._text, self._query.lang)
        keys: list[list[int]] = [[] for _ in spans]
        for at, named in self._marks:
            place = max((i for i, (start, _) in enumerate(spans) if start < at), default=None)
            if place is not None:
                keys[place] += [k for k in named if k not in keys[place]]
        said = [(_plain(self._text[a:b]), tuple(k)) for (a, b), k in zip(spans, keys, strict=True)]
        return [(text, k) for text, k in said if any(ch.isalnum() for ch in text)]

    def _kept(self, pieces: Sequence[tuple[str, tuple[int, ...]]]) -> list[_Written]:
        """The sentences that are shown, checked; each is checked once."""
        for piece in pieces:
            if piece not in self._checked:
                self._checked[piece] = self._check(*piece)
        checked = [self._checked[piece] for piece in pieces]
        return [w for w in checked if self._writer.unsupported == "mark" or w.support == "supported"]

    def _check(self, text: str, keys: tuple[int, ...]) -> _Written:
        cited = [self._passages[k] for k in keys]
        return _Written(text, keys, ground(self._vectors, self._readable, text, self._query.lang, cited))

    def _cited(self, kept: Sequence[_Written]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
        """The sentences with their numbers, and what the numbers stand for: one citation for each article."""
        quotes: dict[str, list[Candidate]] = {}
        sentences = []
        for w in kept:
            for c in w.grounds.quotes:
                known = quotes.setdefault(c.article.id, [])
                known += [] if any(c.start == k.start for k in known) else [c]
            articles = dict.fromkeys(c.article.id for c in w.grounds.quotes)
            numbers = tuple(sorted(list(quotes).index(identifier) + 1 for identifier in articles))
            missing = w.grounds.missing if w.support == "unsupported" else ()
            note = wording.unsupported(w.support, missing, self._query.lang)
            sentences.append(Sentence(w.text + note, numbers, w.support, missing))
        citations = (
            Citation(
                number,
                found[0].article,
                tuple(
                    quote(c, self._query.lang, self._told(found[0].article))
                    for c in sorted(found, key=lambda c: (c.lang, c.start))
                ),
            )
            for number, found in enumerate(quotes.values(), 1)
        )
        return tuple(sentences), tuple(citations)


def _plain(written: str) -> str:
    """A sentence without Markdown and on one line; bracketed figures that are no marks cannot pass for ones."""
    text = re.sub(r"^\s*(?:[-*•#>]+|\d{1,2}[.)、])\s+", "", written)
    return re.sub(r"\s+([.,;:!?。，！？；])", r"\1", wording.flat(re.sub(r"\*\*|__|`", "", text)))


def _joined(sentences: Sequence[Sentence], lang: Lang) -> str:
    said = (f"{s.text} {''.join(f'[{n}]' for n in s.citations)}".strip() for s in sentences)
    return (" " if lang == "en" else "").join(said)


def _spoken(words: Iterator[str]) -> Iterator[str]:
    """The words of a model without what it thinks aloud before them, between <think> and </think>."""
    begun, held = False, ""
    for piece in words:
        if begun:
            yield piece
            continue
        held = (held + piece).lstrip()
        if held.startswith("<think>"):
            _, closed, held = held.partition("</think>") if "</think>" in held else ("", "", held)
            begun = bool(closed)
        else:
            begun = not "<think>".startswith(held[: len("<think>")])
        if begun:
            yield held.lstrip()
    if not begun and not held.startswith("<think>"):
        yield held
