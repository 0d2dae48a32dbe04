"""Does a written sentence say what the sentences it cites say?

What can be checked is checked: every figure, date and name of the sentence has to stand in a cited sentence, in its
counterpart in the other language, or in the headline and date it was printed under. A sentence without any of these
still has to be about the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.answer.candidates import Candidate
from rag.datatypes import Article, Lang, other
from rag.language.dates import dates, months
from rag.language.fold import fold
from rag.language.names import names, pronounced
from rag.language.quantities import Quantity, quantities
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, keywords
from rag.written.texts import Text, question_words, text
from rag.written.vectors import SentenceVectors

MOST_QUOTES = 3
"""Most sentences that one mark of a written sentence brings from its passage."""
NEAR, SHARED = 0.45, 0.34
"""A sentence is about what it cites if its cosine reaches NEAR or it shares this part of its words."""
_PAPER = text("People's Daily 人民日报 本报 报道 reported newspaper")
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu"
    "|ou|ua|ue|ui|un|uo|a|e|i|o|u)"
)
_PINYIN = re.compile(rf"(?:{_SYLLABLE}){{2,4}}")


@dataclass(frozen=True, slots=True)
class Grounds:
    """The sentences that bear a written one out, best first for each mark, and what of it none of them holds."""

    quotes: tuple[Candidate, ...]
    missing: tuple[str, ...]
    near: bool

    @property
    def holds(self) -> bool:
        """True if nothing is missing and the sentence is about what it cites."""
        return self.near and not self.missing


def ground(
    vectors: SentenceVectors, readable: frozenset[Lang], sentence: str, lang: Lang, cited: Sequence[Sequence[Candidate]]
) -> Grounds:
    """Choose the sentences to quote for a written one.

    Args:
        vectors, readable: for comparing; a language that the model cannot read is compared by words alone.
        sentence: as written, without its marks.
        lang: its language.
        cited: the sentences of each cited passage.
    """
    claims = _claims(sentence, lang)
    quotes: list[Candidate] = []
    nearness = 0.0
    for passage in cited:
        ranked = sorted(
            ((_likeness(vectors, readable, sentence, lang, c, claims), i, c) for i, c in enumerate(passage)),
            key=lambda item: (-item[0], item[1]),
        )
        if not ranked:
            continue
        nearness = max(nearness, _nearness(vectors, readable, sentence, lang, ranked[0][2]))
        chosen = [ranked[0][2]]
        for _, _, c in ranked[1:]:
            wanting = [claim for claim in claims if not any(claim.stands_in(q) for q in chosen)]
            if wanting and len(chosen) < MOST_QUOTES and any(claim.stands_in(c) for claim in wanting):
                chosen.append(c)
        quotes += [c for c in chosen if not any((c.article.id, c.start) == (q.article.id, q.start) for q in quotes)]
    missing = [c.said for c in claims if not any(c.stands_in(q) or c.stands_over(q.article) for q in quotes)]
    return Grounds(tuple(quotes), tuple(dict.fromkeys(missing)), nearness >= 1.0)


def _likeness(
    vectors: SentenceVectors, readable: frozenset[Lang], said: str, lang: Lang, c: Candidate, claims: Sequence[_Claim]
) -> float:
    held = sum(claim.stands_in(c) for claim in claims) / len(claims) if claims else 0.0
    return _nearness(vectors, readable, said, lang, c) + held


def _nearness(vectors: SentenceVectors, readable: frozenset[Lang], said: str, lang: Lang, c: Candidate) -> float:
    """1 and more if the two are about the same thing, by meaning or by words; 0 if nothing is shared."""
    words = question_words(said, lang)
    held = text(c.text, c.twin_text)
    shared = sum(held.has(w) for w in words) / len(words) if words else 0.0
    sides = [t for side, t in ((c.lang, c.text), (other(c.lang), c.twin_text)) if t and side in readable]
    cosine = 0.0
    if lang in readable and sides:
        own, *theirs = vectors.of([said, *sides])
        cosine = max(float(own @ side) for side in theirs)
    return max(cosine / NEAR, shared / SHARED)


class _Claim:
    """A figure, date or name that a sentence states."""

    def __init__(self, said: str) -> None:
        self.said = said

    def stands_in(self, c: Candidate) -> bool:
        """Whether a sentence or its counterpart holds it."""
        return any(
            self.found(said, side, c.article.date) for side, said in ((c.lang, c.text), (other(c.lang), c.twin_text))
        )

    def stands_over(self, article: Article) -> bool:
        """Whether the headline holds it."""
        return any(self.found(title, side, article.date) for side, title in article.titles.items())

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        """Whether a text of an article `issued` on a day holds it."""
        raise NotImplementedError


class _Figure(_Claim):
    def __init__(self, q: Quantity) -> None:
        super().__init__(q.text)
        self._q = q

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        return any(_same(self._q, r) for r in quantities(said, lang) if r.kind != "date")


class _Date(_Claim):
    """A day, month or year with its year; what it is checked against may be more exact, not less."""

    def __init__(self, said: str, since: date, until: date) -> None:
        super().__init__(said)
        self._since, self._until = since, until

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        named = [(d.since, d.until) for d in dates(said, lang, issued)] + ([(issued, issued)] if issued else [])
        return any(self._since <= since and until <= self._until for since, until in named)


class _Month(_Claim):
    def __init__(self, said: str, month: int) -> None:
        super().__init__(said)
        self._month = month

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        relative = {d.since.month for d in dates(said, lang, issued) if (d.until - d.since).days < 31}
        return self._month in months(said) | relative | ({issued.month} if issued else set())


class _Name(_Claim):
    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        if not said:
            return False
        held = text(said)
        if HAN.search(self.said):
            return fold(self.said) in held.folded
        if set(keywords(self.said)) <= held.tokens:
            return True
        spoken = re.sub(r"[^a-z]", "", fold(self.said))
        return lang == "zh" and len(spoken) >= 4 and spoken in pronounced(said)


def _claims(sentence: str, lang: Lang) -> list[_Claim]:
    spans = dates(sentence, lang)
    claims: list[_Claim] = [_Date(d.text, d.since, d.until) for d in spans]
    rest = sentence
    for d in spans:
        rest = rest[: d.start] + " " * (d.end - d.start) + rest[d.end :]
    claims += [_Figure(q) for q in quantities(rest, lang) if q.kind != "date"]
    claims += [_Month(str(m), m) for m in sorted(months(rest))]
    named = [*names(rest, lang), *(_opening_names(rest) if lang == "en" else ())]
    claims += [_Name(n) for n in dict.fromkeys(named) if not _is_paper(n)]
    return claims


def _opening_names(sentence: str) -> list[str]:
    """A name at the head of an English sentence, where every word has a capital: one that reads as Chinese."""
    first = re.match(r"\W*([A-Z][a-z]{4,})\b", sentence)
    word = first[1].lower() if first else ""
    if not word or word in STOPWORDS or not _PINYIN.fullmatch(word):
        return []
    return [first[1]] if first else []


def _is_paper(name: str) -> bool:
    held: Text = _PAPER
    return fold(name) in held.folded or set(keywords(name)) <= held.tokens


def _same(q: Quantity, r: Quantity) -> bool:
    """Whether two figures are one. An exact one has to be met exactly; a hedge may be dropped or added."""
    if q.unit and r.unit and q.unit != r.unit:
        return False
    if abs(q.low - r.low) <= 1e-6 * max(abs(q.low), 1):
        return q.approx or r.approx or abs(q.high - r.high) <= 1e-6 * max(abs(q.high), 1)
    exact = any(ch.isdigit() for ch in q.text)
    return q.approx and r.approx and not exact and q.low <= r.high and r.low <= q.high
