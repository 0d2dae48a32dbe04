"""The sentences of the passages found, and what the reader says of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answer.wording import issued
from rag.datatypes import Article, Bead, Hit, Lang, other
from rag.index.reader import Generation
from rag.language.fold import as_known
from rag.language.sentences import sentence_spans
from rag.reader.pages import BETWEEN, Page, Read, Reader

READ = 6
"""Passages that are read, each with its counterpart."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence of a found passage, `start` to `end` of the article's body in `lang`, and its counterpart `twin`.

    `answers` are the log-odds that it answers the question, the mean of what the reader says of it and of its
    counterpart, `yes` those that it says yes; `words` and `twin_words` are the stretches that answer, in offsets of the
    bodies. As long as nothing was read they are None and `answers` is minus infinity.
    """

    hit: Hit
    rank: int
    article: Article
    lang: Lang
    start: int
    end: int
    bead: int
    twin: tuple[int, int] | None
    answers: float = float("-inf")
    yes: float = 0.0
    words: tuple[int, int] | None = None
    twin_words: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The sentence."""
        return self.article.bodies[self.lang][self.start : self.end]

    @property
    def twin_text(self) -> str:
        """The counterpart's text, or ""."""
        return self.article.bodies[other(self.lang)][slice(*self.twin)] if self.twin else ""


def sentences(hit: Hit, rank: int, article: Article, beads: Sequence[Bead], lang: Lang) -> list[Candidate]:
    """The sentences of a hit in a language; empty if it has not that language."""
    stretch = {hit.passage.lang: (hit.passage.start, hit.passage.end)}
    if hit.twin:
        stretch[hit.twin.lang] = (hit.twin.start, hit.twin.end)
    if lang not in stretch:
        return []
    (first, last), body = stretch[lang], article.bodies[lang]
    found = []
    for number, bead in enumerate(beads):
        side = bead.side(lang)
        if side is None or side[1] <= first or side[0] >= last:
            continue
        for a, b in sentence_spans(body[slice(*side)], lang):
            start, end = side[0] + a, side[0] + b
            if len(re.sub(r"[\W_]+", "", body[start:end])) >= 2:
                found.append(Candidate(hit, rank, article, lang, start, end, number, bead.side(other(lang))))
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader made of a question: the sentences, surest first, the log-odds of each form of answer, and those
    that the question leans on the one before it; none and minus infinity where nothing was read."""

    question: str
    lang: Lang
    candidates: tuple[Candidate, ...]
    forms: Mapping[str, float]
    leans: float

    @property
    def answers(self) -> float:
        """The log-odds of the surest sentence; minus infinity if there is none."""
        return self.candidates[0].answers if self.candidates else float("-inf")


def read(reader: Reader, generation: Generation, question: str, lang: Lang, hits: Sequence[Hit]) -> Reading:
    """Read the first hits, each with its counterpart. What is quoted are the sentences in the question's language, of a
    hit without it those in the other one; one that several hits share counts once, with the surest reading."""
    pages = [sides(hit, rank, generation, lang) for rank, hit in enumerate(hits[:READ], 1)]
    pages = [(own, twins) for own, twins in pages if own]
    said = reader.read(as_known(question), [page_of(own, twins) for own, twins in pages])
    best: dict[tuple[str, Lang, int], Candidate] = {}
    for (own, twins), page in zip(pages, said, strict=True):
        for c in _judged(own, twins, page.sentences):
            key = (c.article.id, c.lang, c.start)
            if key not in best or best[key].answers < c.answers:
                best[key] = c
    ranked = sorted(best.values(), key=lambda c: (-c.answers, c.rank, c.start))
    if not said:
        return Reading(question, lang, (), {}, float("-inf"))
    forms = {form: sum(page.forms[form] for page in said) / len(said) for form in said[0].forms}
    return Reading(question, lang, tuple(ranked), forms, sum(page.leans for page in said) / len(said))


def sides(hit: Hit, rank: int, generation: Generation, lang: Lang) -> tuple[list[Candidate], list[Candidate]]:
    """The sentences of a hit in the language asked in, and those of its counterpart; of a hit without that language
    its own and none."""
    article, beads = generation.article(hit.article.id)
    own, twins = (sentences(hit, rank, article, beads, side) for side in (lang, other(lang)))
    return (own, twins) if own else (twins, [])


def page_of(own: Sequence[Candidate], twins: Sequence[Candidate]) -> Page:
    """The stretch that some sentences stand in, under headline and date, and behind it that of their counterparts."""
    article, lang = own[0].article, own[0].lang
    title = " ".join((article.titles.get(lang) or next(iter(article.titles.values()), "")).split())
    printed = issued(article, lang)
    text, spans = "", []
    for side in filter(None, (own, twins)):
        text += BETWEEN if text else ""
        spans += [(len(text) + c.start - side[0].start, len(text) + c.end - side[0].start) for c in side]
        text += article.bodies[side[0].lang][side[0].start : side[-1].end]
    head = (", " if lang == "en" else " ").join(filter(None, (title, printed)))
    return Page(as_known(head), as_known(text), tuple(spans))


def _judged(own: Sequence[Candidate], twins: Sequence[Candidate], said: Sequence[Read | None]) -> Iterator[Candidate]:
    """The sentences of one page with what was said of them; those beyond the reader's window are left out."""
    shift = own[-1].end - own[0].start + len(BETWEEN)
    theirs: dict[int, tuple[Candidate, Read]] = {}
    for twin, read_ in zip(twins, said[len(own) :], strict=True):
        if read_ and (twin.bead not in theirs or theirs[twin.bead][1].answers < read_.answers):
            theirs[twin.bead] = (twin, read_)
    for c, read_ in zip(own, said, strict=False):
        if read_ is None:
            continue
        twin_read = theirs[c.bead][1] if c.bead in theirs else None
        back = twins[0].start - shift if twins else 0
        yield replace(
            c,
            answers=read_.answers if twin_read is None else (read_.answers + twin_read.answers) / 2,
            yes=read_.yes if twin_read is None else (read_.yes + twin_read.yes) / 2,
            words=_moved(read_.words, own[0].start),
            twin_words=None if twin_read is None else _moved(twin_read.words, back),
        )


def _moved(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by
