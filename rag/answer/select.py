"""Candidate sentences for a question, with what they share with it. No decision is made here: see gate.py."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rag.answer.likeness import WordVectors
from rag.answer.texts import Text, article_text, question_words, text
from rag.datatypes import Added, Article, Bead, Hit, Lang, other
from rag.embed import Embedder, Encoded
from rag.index.reader import Generation
from rag.language.dates import dates, without
from rag.language.fold import fold
from rag.language.sentences import sentence_spans
from rag.language.tokens import keywords, written_words
from rag.query import Query

HITS = 8
"""Passages whose sentences are looked at."""
CANDIDATES = 16
"""Most sentences of a question that are weighed, those that share most words with it."""

PIECES = 80_000
"""Pieces of sentences of which the vectors are kept, 384 numbers of half precision each: 60 MB."""

Vector = NDArray[np.float32]
NOTHING: Vector = np.zeros(0, dtype=np.float32)


@dataclass(slots=True)
class Candidate:
    """One sentence of a found passage. Shares are of the question's words, weighted by rarity, 0 to 1.

    `coverage` is the share that the sentence or its counterpart holds, `context` the passage with the headline,
    `whole` the article; `missing` the weight of the heaviest word that the article lacks, against the heaviest of
    all; `similarity` the cosine of question and sentence, the mean of both sides. `read` holds for each piece of the
    question (as the model cuts it) the cosine of the nearest piece of the sentence or its counterpart, both in their
    context, `read_both` the mean of the two sides, `read_article` the nearest among all candidates of the article; each
    of shape (pieces,), empty if the model does not read the language. `near`, `near_context` and
    `near_whole` are shares as the first three, a word counting as much as the nearest word there is like it; `lack`
    and `lack_whole` the weight of what is least covered in sentence and article, against the heaviest of all.
    `named` tells whether the passage with its headline has every word of the question, in either language; `words` is
    the number of words and times of the question, `heaviest` the heaviest word's share.
    """

    hit: Hit
    rank: int
    article: Article
    lang: Lang
    start: int
    end: int
    text: str
    twin: tuple[int, int] | None
    is_headline: bool = False
    coverage: float = 0.0
    context: float = 0.0
    whole: float = 0.0
    missing: float = 0.0
    similarity: float = 0.0
    near: float = 0.0
    near_context: float = 0.0
    near_whole: float = 0.0
    lack: float = 0.0
    lack_whole: float = 0.0
    named: bool = False
    words: int = 0
    heaviest: float = 0.0
    read: Vector = field(default_factory=lambda: NOTHING)
    read_both: Vector = field(default_factory=lambda: NOTHING)
    read_article: Vector = field(default_factory=lambda: NOTHING)

    @property
    def twin_text(self) -> str:
        """The counterpart's text, or ""."""
        return self.article.bodies[other(self.lang)][slice(*self.twin)] if self.twin else ""


class SentenceVectors:
    """Sentences as the model reads them, the last ones remembered; shared by all questions, safe between threads."""

    def __init__(self, embedder: Embedder, size: int = PIECES) -> None:
        self._embedder, self._size = embedder, size
        self.words = WordVectors(embedder)
        self._known: OrderedDict[str, Encoded] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def of(self, texts: Sequence[str]) -> list[Encoded]:
        """Each text with its vector and those of its pieces."""
        with self._lock:
            found = {t: self._known[t] for t in texts if t in self._known}
        missing = [t for t in dict.fromkeys(texts) if t not in found]
        if missing:
            made = dict(zip(missing, self._embedder.in_context(missing), strict=True))
            found.update(made)
            with self._lock:
                for t in made.keys() - self._known.keys():
                    self._known[t] = made[t]
                    self._held += len(made[t].pieces)
                while self._held > self._size:
                    self._held -= len(self._known.popitem(last=False)[1].pieces)
        return [found[t] for t in texts]


class Weigher:
    """The words of a question and their rarity in the archive.

    `weights` maps each word, a stem in English, to its weight, `written` to the word as the question has it; `times`
    counts the times that it names.
    """

    def __init__(self, generation: Generation, question: str, lang: Lang, added: Sequence[Added] = ()) -> None:
        index = generation.keyword[lang]
        words = question_words(question, lang)
        self.times = len(dates(question, lang))
        # a word is as rare as the rarest of its tokens: a Chinese word of several characters has several
        self.weights = {w: max(map(index.idf, keywords(w)), default=index.idf(w)) for w in words}
        self.total = sum(self.weights.values()) or 1.0
        self.written = {w: w for w in words} | {t: w for w in written_words(fold(question)) for t in keywords(w)[:1]}
        self._called = {
            w: [a for a in added if (said := fold(a.term)) in written or written in said]
            for w, written in self.written.items()
            if w in self.weights
        }

    def coverage(self, held: Text) -> float:
        """Share of the words, weighted by rarity, that stand in `held`."""
        return sum(weight for word, weight in self.weights.items() if held.has(word)) / self.total

    def all_in(self, held: Text) -> bool:
        """Whether every word stands in `held`, by itself or by what it is called in the other language."""
        return all(
            held.has(word) or (called and all(held.has(token) for a in called for token in a.tokens))
            for word, called in self._called.items()
        )

    def heaviest_missing(self, held: Text) -> float:
        """Weight of the rarest word that is not in `held`, against the rarest of all; 0 if none is missing."""
        missing = [weight for word, weight in self.weights.items() if not held.has(word)]
        return max(missing) / max(self.weights.values()) if missing else 0.0

    def nearness(self, held: Text, words: WordVectors) -> NDArray[np.float32]:
        """How near `held` comes to each word, 1 if it has it, 0 to 1, shape (words,)."""
        near = words.nearest([self.written[w] for w in self.weights], held.folded)
        return np.maximum(near, np.array([held.has(w) for w in self.weights], dtype=np.float32))

    def share(self, near: NDArray[np.float32]) -> float:
        """Share of the words, weighted by rarity, that a text comes near to."""
        total = sum(weight * n for weight, n in zip(self.weights.values(), near.tolist(), strict=True))
        return float(total / self.total)

    def least(self, near: NDArray[np.float32]) -> float:
        """Weight of what a text comes least near to, against the heaviest word; 0 to 1."""
        lacks = [weight * (1 - n) for weight, n in zip(self.weights.values(), near.tolist(), strict=True)]
        return float(max(lacks, default=0.0) / max(self.weights.values(), default=1.0))


def candidates(
    generation: Generation,
    embedder: Embedder,
    vectors: SentenceVectors,
    query: Query,
    hits: Sequence[Hit],
    added: Sequence[Added] = (),
) -> list[Candidate]:
    """The sentences of the first hits that share most words with the question, at most CANDIDATES, best first.

    `added` is what the question's words are called in the other language.
    """
    weigher = Weigher(generation, query.text, query.lang, added)
    found: dict[tuple[str, Lang, int], Candidate] = {}
    for rank, hit in enumerate(hits[:HITS], 1):
        article, beads = generation.article(hit.article.id)
        everything = article_text(article)
        day = article.issued
        around = text(day, *article.titles.values(), hit.passage.text, hit.twin.text if hit.twin else "")
        shares = weigher.coverage(around), weigher.coverage(everything), weigher.heaviest_missing(everything)
        named = weigher.all_in(around)
        for candidate in passage_sentences(hit, rank, article, beads, query.lang):
            candidate.coverage = weigher.coverage(text(candidate.text, candidate.twin_text))
            candidate.context, candidate.whole, candidate.missing = shares
            candidate.named = named
            found.setdefault((article.id, candidate.lang, candidate.start), candidate)
    chosen = sorted(found.values(), key=_by_words)[:CANDIDATES]
    _liken(weigher, vectors.words, chosen)
    _compare(embedder, vectors, query, chosen)
    return chosen


def sentences(generation: Generation) -> Iterator[str]:
    """Every sentence and every counterpart that `candidates` may compare with a question, for a small archive."""
    for identifier in generation.articles.ids():
        article, beads = generation.article(identifier)
        for bead in beads:
            for lang in article.langs:
                if side := bead.side(lang):
                    said = article.bodies[lang][slice(*side)]
                    yield said
                    yield from (said[a:b] for a, b in sentence_spans(said, lang) if (a, b) != (0, len(said)))


def _by_words(c: Candidate) -> tuple[float, int, int]:
    return (-(c.coverage + 0.3 * c.context - 0.02 * c.rank - 0.2 * c.is_headline), c.rank, c.start)


def passage_sentences(hit: Hit, rank: int, article: Article, beads: Sequence[Bead], asked: Lang) -> Iterable[Candidate]:
    """The sentences of a hit in the language of the question if the article has it, else in the hit's own."""
    lang, first, last = hit.passage.lang, hit.passage.start, hit.passage.end
    if lang != asked and hit.twin:
        lang, first, last = hit.twin.lang, hit.twin.start, hit.twin.end
    body = article.bodies[lang]
    headings = {_bare(t) for deck in (*article.decks.values(), tuple(article.titles.values())) for t in deck}
    for bead in beads:
        side = bead.side(lang)
        if side is None or side[1] <= first or side[0] >= last:
            continue
        twin = bead.side(other(lang))
        for a, b in sentence_spans(body[side[0] : side[1]], lang):
            start, end = side[0] + a, side[0] + b
            said = body[start:end]
            if len(_bare(said)) >= 2:
                yield Candidate(hit, rank, article, lang, start, end, said, twin, _is_headline(said, headings))


def _bare(said: str) -> str:
    return re.sub(r"[\W_]+", "", fold(said))


def _is_headline(said: str, headings: set[str]) -> bool:
    bare = _bare(said)
    return bare in headings or (not re.search(r"[.。！？!?；;”\"）)]\s*$", said) and len(bare) < 60)


def _liken(weigher: Weigher, words: WordVectors, chosen: Sequence[Candidate]) -> None:
    for c in chosen:
        twin = c.hit.twin.text if c.hit.twin else ""
        own = weigher.nearness(text(c.text, c.twin_text), words)
        around = np.maximum(own, weigher.nearness(text(*c.article.titles.values(), c.hit.passage.text, twin), words))
        whole = np.maximum(around, weigher.nearness(article_text(c.article), words))
        c.near, c.near_context, c.near_whole = map(weigher.share, (own, around, whole))
        c.lack, c.lack_whole = weigher.least(own), weigher.least(whole)
        c.words = len(weigher.weights) + weigher.times
        c.heaviest = max(weigher.weights.values(), default=0.0) / weigher.total


def _compare(embedder: Embedder, vectors: SentenceVectors, query: Query, chosen: Sequence[Candidate]) -> None:
    """Compare the candidates with the question as wholes and piece by piece.

    The latter is late interaction (Khattab and Zaharia 2020, ColBERT) with the plain pieces of the embedding model, as
    in BERTScore (Zhang et al. 2020).
    """
    if query.lang not in embedder.languages or not chosen:
        return
    sides = [
        (c, said)
        for c in chosen
        for lang, said in ((c.lang, c.text), (other(c.lang), c.twin_text))
        if said and lang in embedder.languages
    ]
    question = embedder.query(query.text)
    # times are judged as times, not as words: an article rarely names its own year
    timeless = without(query.text, dates(query.text, query.lang))
    asked, *read = vectors.of([timeless, *(said for _, said in sides)])
    pieces = asked.pieces.astype(np.float32)
    compared: dict[int, list[tuple[float, Vector]]] = {}
    for (c, _), found in zip(sides, read, strict=True):
        nearest = (pieces @ found.pieces.astype(np.float32).T).max(axis=1, initial=0.0)
        compared.setdefault(id(c), []).append((float(found.vector @ question), nearest))
    articles: dict[str, Vector] = {}
    for c in chosen:
        if own := compared.get(id(c)):
            c.similarity = sum(cosine for cosine, _ in own) / len(own)
            c.read = np.max([nearest for _, nearest in own], axis=0)
            c.read_both = np.mean([nearest for _, nearest in own], axis=0)
            articles[c.article.id] = np.maximum(c.read, articles.get(c.article.id, c.read))
    for c in chosen:
        c.read_article = articles.get(c.article.id, NOTHING)
