"""Candidate sentences for a question, scored one by one. No decision is made here: see gate.py and compose.py."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.answer.kinds import Kind
from rag.datatypes import LANGS, Article, Bead, Hit, Lang, other
from rag.embed import Embedder
from rag.index.reader import Generation
from rag.language.fold import fold
from rag.language.quantities import quantities
from rag.language.script import HAN
from rag.language.sentences import sentence_spans
from rag.language.tokens import content_keywords, keywords
from rag.query import Query

HITS = 8
"""Passages whose sentences are looked at."""
EMBEDDED = 16
"""Sentences per question that are compared by vector, the best by words."""

Vector = NDArray[np.float32]


@dataclass(slots=True)
class Candidate:
    """One sentence of a found passage and what speaks for it. All scores are 0 to 1, higher is better.

    `coverage` is the share of the question's content words, weighted by rarity, that the sentence or its
    counterpart holds; `context` the same for passage, headline and date line; `similarity` the cosine of question
    and sentence; `fits` whether it holds the kind of value asked for.
    """

    hit: Hit
    rank: int
    article: Article
    beads: tuple[Bead, ...]
    lang: Lang
    start: int
    end: int
    text: str
    twin: tuple[int, int] | None
    is_headline: bool = False
    coverage: float = 0.0
    context: float = 0.0
    similarity: float = 0.0
    fits: bool = True
    score: float = 0.0
    marks: list[tuple[int, int]] = field(default_factory=list)

    @property
    def twin_text(self) -> str:
        """The counterpart's text, or ""."""
        return self.article.bodies[other(self.lang)][slice(*self.twin)] if self.twin else ""


class SentenceVectors:
    """Vectors of sentences, the last 20,000 remembered; shared by all questions, safe between threads."""

    def __init__(self, embedder: Embedder, size: int = 20_000) -> None:
        self._embedder, self._size = embedder, size
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> list[Vector]:
        """A vector for each text, shape (dimension,)."""
        with self._lock:
            found = {text: self._known[text] for text in texts if text in self._known}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            found.update(zip(missing, self._embedder.documents(missing), strict=True))
            with self._lock:
                self._known.update((text, found[text]) for text in missing)
                while len(self._known) > self._size:
                    self._known.popitem(last=False)
        return [found[text] for text in texts]


def terms(tokens: Iterable[str]) -> frozenset[str]:
    """The tokens that carry meaning by themselves: words, pairs of characters, figures; no single Chinese character."""
    tokens = set(tokens)
    pairs = {t for t in tokens if len(t) > 1 or not HAN.fullmatch(t)}
    return frozenset(pairs or tokens)


class Weigher:
    """Rarity of a question's terms in one language, and how much of them a text covers."""

    def __init__(self, generation: Generation, wanted: frozenset[str], lang: Lang) -> None:
        index = generation.keyword[lang]
        self.weights = {t: index.idf(t) for t in wanted}
        self.total = sum(self.weights.values()) or 1.0

    def coverage(self, held: Iterable[str]) -> float:
        """Share of the terms, weighted by rarity, that are among `held`."""
        return sum(self.weights[t] for t in self.weights.keys() & set(held)) / self.total


def candidates(
    generation: Generation,
    embedder: Embedder,
    vectors: SentenceVectors,
    query: Query,
    kind: Kind,
    hits: Sequence[Hit],
) -> list[Candidate]:
    """The sentences of the first hits, best first.

    Args:
        generation, embedder, vectors: what was searched, with what.
        query: the question; it is its own wording and the completed one together that sentences must cover.
        kind: the kind of answer wanted.
        hits: passages, best first.
    """
    weigher = Weigher(generation, terms(content_keywords(query.text)), query.lang)
    found: dict[tuple[str, Lang, int], Candidate] = {}
    for rank, hit in enumerate(hits[:HITS], 1):
        article, beads = generation.article(hit.article.id)
        heading = set(keywords(" ".join([*article.titles.values(), article.date.isoformat() if article.date else ""])))
        around = heading | set(keywords(hit.passage.text)) | set(keywords(hit.twin.text if hit.twin else ""))
        context = weigher.coverage(around)
        for candidate in _sentences(hit, rank, article, beads):
            key = (article.id, candidate.lang, candidate.start)
            if key in found:
                continue
            held = set(keywords(candidate.text)) | set(keywords(candidate.twin_text))
            candidate.coverage = weigher.coverage(held)
            candidate.context = context
            candidate.fits, candidate.marks = fits(kind, candidate)
            found[key] = candidate
    ordered = sorted(found.values(), key=_by_words)
    _compare(embedder, vectors, query, ordered[:EMBEDDED])
    for c in ordered:
        c.score = (
            0.45 * c.coverage
            + 0.20 * c.context
            + 0.45 * max(c.similarity, 0.0)
            + (0.12 if c.fits else 0.0)
            - (0.15 if c.is_headline else 0.0)
            - 0.01 * (c.rank - 1)
        )
    return sorted(ordered, key=lambda c: (-c.score, c.rank, c.start))


def _by_words(c: Candidate) -> tuple[float, int, int]:
    return (-(c.coverage + 0.3 * c.context + (0.1 if c.fits else 0) - 0.02 * c.rank), c.rank, c.start)


def _sentences(hit: Hit, rank: int, article: Article, beads: tuple[Bead, ...]) -> Iterable[Candidate]:
    lang, body = hit.passage.lang, article.bodies[hit.passage.lang]
    headings = {_bare(t) for deck in (*article.decks.values(), tuple(article.titles.values())) for t in deck}
    for bead in beads:
        side = bead.side(lang)
        if side is None or side[1] <= hit.passage.start or side[0] >= hit.passage.end:
            continue
        twin = bead.side(other(lang))
        for a, b in sentence_spans(body[side[0] : side[1]], lang):
            start, end = side[0] + a, side[0] + b
            text = body[start:end]
            if len(_bare(text)) >= 2:
                yield Candidate(
                    hit, rank, article, beads, lang, start, end, text, twin, is_headline=_is_headline(text, headings)
                )


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", fold(text))


def _is_headline(text: str, headings: set[str]) -> bool:
    bare = _bare(text)
    return bare in headings or (not re.search(r"[.。！？!?”\"）)]\s*$", text) and len(bare) < 60)


def _compare(embedder: Embedder, vectors: SentenceVectors, query: Query, chosen: Sequence[Candidate]) -> None:
    """Cosine of question and sentence: of the side the model reads; of both sides their mean."""
    if query.lang not in embedder.languages or not chosen:
        return
    question = embedder.query(query.text)
    sides = [
        (c, text)
        for c in chosen
        for lang, text in ((c.lang, c.text), (other(c.lang), c.twin_text))
        if text and lang in embedder.languages
    ]
    sums: dict[int, list[float]] = {}
    for (c, _), vector in zip(sides, vectors.of([text for _, text in sides]), strict=True):
        sums.setdefault(id(c), []).append(float(vector @ question))
    for c in chosen:
        if values := sums.get(id(c)):
            c.similarity = sum(values) / len(values)


_PERSON_EN = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)+\b")
_PERSON_ZH = re.compile("书记|部长|厂长|主任|主席|委员|工长|组长|同志|代表|记者|干部")
_REASON = re.compile(
    r"\bbecause|due to|owing to|since|as a result|in order to|therefore|thus|so that|reason|led to\b|因为|由于|因此|为了|所以|以致|因而|原因|使|从而",
    re.I,
)


def fits(kind: Kind, c: Candidate) -> tuple[bool, list[tuple[int, int]]]:
    """Whether a sentence holds the kind of value asked for, and where (offsets in the body)."""
    text = c.text
    if kind in ("number", "percent", "duration", "date"):
        wanted = {
            "number": {"number", "money", "percent", "duration"},
            "percent": {"percent"},
            "duration": {"duration", "date"},
            "date": {"date", "duration"},
        }[kind]
        spans = [(c.start + q.start, c.start + q.end) for q in quantities(text, c.lang) if q.kind in wanted]
        return bool(spans), spans
    if kind == "person":
        found = _PERSON_EN.search(text) or _PERSON_ZH.search(text) or _PERSON_EN.search(c.twin_text)
        return bool(found), []
    if kind == "reason":
        return bool(_REASON.search(text) or _REASON.search(c.twin_text)), []
    return True, []


def languages(article: Article) -> tuple[Lang, ...]:
    """Languages in which an article can be read."""
    return tuple(lang for lang in LANGS if lang in article.bodies)
