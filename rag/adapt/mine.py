"""Training pairs out of an indexed bilingual archive: aligned sentences, and headlines with their lead paragraphs.

Every text is a verbatim slice of an article. A tenth of the articles is held back for measuring: by a hash of the
article's id alone, so that the same articles stay held back in every later run, whatever its seed.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from rag.align import paragraph_beads
from rag.datatypes import Article, Bead

HELD_BACK = 10
"""One article in so many is held back."""
SENTENCE_SCORE = 0.9
"""Least alignment score of a sentence pair: above it at least 92 % are exactly right (`rag.language.pairing`)."""
LEAD_SCORE = 0.5
"""Least score of any sentence of a lead paragraph: a cut that is wrong inside leaves the paragraph what it is."""
SENTENCE_CHARS = (6, 200)
"""Chinese characters of a sentence: shorter ones are by-lines and list marks, longer ones outrun the window."""
HEADLINE_CHARS = (4, 80)
LEAD_CHARS = (40, 400)
ENGLISH_PER_CHINESE = (1.2, 9.0)
"""Letters of English to a Chinese character; prose has 3 to 5, outside these bounds one side lacks a part."""


class Indexed(Protocol):
    """What is read of an archive; `rag.archive.Archive` is one."""

    def article_ids(self) -> Iterable[str]:
        """The ids of all articles."""

    def article(self, identifier: str) -> Article:
        """An article by id."""

    def beads(self, identifier: str) -> tuple[Bead, ...]:
        """Its alignment."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same in both languages, each side a verbatim slice of a body or title of the article `article`."""

    article: str
    zh: str
    en: str


@dataclass
class Mined:
    """The pairs of a part of an archive. `leads[i]` is the lead paragraph under `headlines[i]`."""

    articles: int = 0
    sentences: list[Pair] = field(default_factory=list)
    headlines: list[Pair] = field(default_factory=list)
    leads: list[Pair] = field(default_factory=list)

    def digest(self) -> str:
        """16 hex digits over all pairs, in order."""
        sha = hashlib.sha256()
        for pair in (*self.sentences, *self.headlines, *self.leads):
            sha.update(f"{pair.zh}\0{pair.en}\0".encode("utf-8", "surrogatepass"))
        return sha.hexdigest()[:16]


def held_back(article_id: str) -> bool:
    """True for the tenth of all articles that is measured on and never trained on."""
    digest = hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % HELD_BACK == 0


def sentence_pairs(article: Article, beads: Sequence[Bead]) -> list[Pair]:
    """The beads with both sides, an alignment score of at least SENTENCE_SCORE and lengths that fit."""
    pairs = (_pair(article, bead) for bead in beads if bead.score >= SENTENCE_SCORE)
    return [pair for pair in pairs if pair and _fits(pair, SENTENCE_CHARS)]


def headline_pair(article: Article, beads: Sequence[Bead]) -> tuple[Pair, Pair] | None:
    """(headline, lead paragraph): the first paragraph that is prose, not the headline again; None if there is none."""
    if not {"zh", "en"} <= article.titles.keys():
        return None
    headline = Pair(article.id, article.titles["zh"], article.titles["en"])
    if not _fits(headline, HEADLINE_CHARS):
        return None
    for bead in paragraph_beads(beads):
        lead = _pair(article, bead)
        if lead and len(_packed(lead.zh)) >= LEAD_CHARS[0] and _packed(lead.zh) not in _packed(headline.zh):
            return (headline, lead) if bead.score >= LEAD_SCORE and _fits(lead, LEAD_CHARS) else None
    return None


def mine(
    archive: Indexed, seed: int, most: int, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[Mined, Mined]:
    """(to train on, held back), from the articles in random order until there are `most` sentence pairs to train on.

    No Chinese and no English side comes twice among the pairs of a kind, nor does a text that is measured
    on come among those to train on, though another article prints it too. The same index and seed give the same pairs.
    """
    ids = sorted(archive.article_ids())
    random.Random(seed).shuffle(ids)
    train, held = Mined(), Mined()
    for done, identifier in enumerate(ids, 1):
        article, beads = archive.article(identifier), archive.beads(identifier)
        part = held if held_back(identifier) else train
        part.articles += 1
        part.sentences += sentence_pairs(article, beads)
        if found := headline_pair(article, beads):
            part.headlines.append(found[0])
            part.leads.append(found[1])
        progress(done, len(ids))
        if len(train.sentences) >= most:
            break
    measured: set[str] = set()
    for part in (held, train):
        part.sentences = [row[0] for row in _distinct([(p,) for p in part.sentences], measured)]
        both = _distinct(list(zip(part.headlines, part.leads, strict=True)), measured)
        part.headlines, part.leads = [h for h, _ in both], [lead for _, lead in both]
        if part is held:
            measured = {text for p in (*held.sentences, *held.headlines, *held.leads) for text in _keys((p,))}
    return train, held


def _distinct(rows: Sequence[tuple[Pair, ...]], barred: Set[str]) -> list[tuple[Pair, ...]]:
    """The rows no text of which stood in an earlier row or is barred."""
    kept, seen = [], set(barred)
    for row in rows:
        if not (keys := _keys(row)) & seen:
            seen |= keys
            kept.append(row)
    return kept


def _keys(row: tuple[Pair, ...]) -> set[str]:
    return {_packed(text).casefold() for pair in row for text in (pair.zh, pair.en)}


def _pair(article: Article, bead: Bead) -> Pair | None:
    if not bead.zh or not bead.en:
        return None
    return Pair(article.id, article.bodies["zh"][slice(*bead.zh)], article.bodies["en"][slice(*bead.en)])


def _fits(pair: Pair, chars: tuple[int, int]) -> bool:
    zh, en = len(_packed(pair.zh)), len(_packed(pair.en))
    return chars[0] <= zh <= chars[1] and ENGLISH_PER_CHINESE[0] <= en / zh <= ENGLISH_PER_CHINESE[1]


def _packed(text: str) -> str:
    return "".join(text.split())
