"""Which sentences of the passages bear out what a model wrote? The marks it set are a hint, never a condition.

What can be checked is checked: every figure, date and name of a statement has to stand in the sentences quoted for it,
in their counterparts, or in the headline and date they were printed under. Then the statement has to be about the same
thing: how near the two are is a probability whose numbers are in `bearing.json`. They were chosen by hand, and kept
after looking at 117 statements of the eight months (`python -m training.bearing` fitted others, which were no better):
the figures beside them are of statements seen, and there is no held-out judgement of them. Where a sentence gives
several figures of a kind, the reader tells which one is meant.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.answer.candidates import Candidate
from rag.answer.decide import fitted as decision
from rag.datatypes import Lang, Paper, other
from rag.errors import ModelUnavailable
from rag.reader.pages import Page, Reader
from rag.written.claims import PRINTED, Claim, Figure, claims
from rag.written.texts import is_figure, question_words, text
from rag.written.vectors import SentenceVectors

MOST_QUOTES = 3
"""Most sentences quoted for one statement."""
NUMBERS = Path(__file__).parent / "bearing.json"
FEATURES = ("cosine", "shared", "answers", "brief", "one")
"""What nearness rests on: the cosine of statement and sentence; the share of the statement's words that stand in the
sentence; of a statement of a few words what the reader says of the sentence and the question, log-odds from -6 to 6,
else nothing; whether it is one of a few words; and one, for the shift."""
UNREAD = -6.0
ALIKE = 1.0
"""What the part of a statement's words that stand in its quotations or in the headline above, and half its cosine with
the nearest of them, must come to together: a clause of a long sentence is far from the whole, but has its words."""
_ASKED: Mapping[Lang, str] = {"zh": "多少", "en": "how many "}


@dataclass(frozen=True, slots=True)
class Fitted:
    """`weights` of FEATURES give the log-odds that a sentence bears a statement whose facts it holds; `threshold` is
    the probability from which on it is taken to."""

    weights: tuple[float, ...]
    threshold: float


@dataclass(frozen=True, slots=True)
class Grounds:
    """The sentences that bear a statement out, the best first, and what of it none of them holds."""

    quotes: tuple[Candidate, ...]
    missing: tuple[str, ...]
    near: bool

    @property
    def holds(self) -> bool:
        """True if nothing is missing and the statement is about what it cites."""
        return self.near and not self.missing


@dataclass(frozen=True, slots=True)
class Compared:
    """A sentence beside a statement: `features` as FEATURES, `near` the probability that they are about the same."""

    sentence: Candidate
    features: tuple[float, ...]
    near: float


@cache
def fitted() -> Fitted:
    """The numbers in use. Raises ModelUnavailable if they cannot be read."""
    try:
        stored = json.loads(NUMBERS.read_text(encoding="utf-8"))["bearing"]
        return Fitted(tuple(map(float, stored["weights"])), float(stored["threshold"]))
    except (OSError, ValueError, TypeError, KeyError) as err:
        raise ModelUnavailable(f"{NUMBERS} cannot be read ({err}); install Wenbao again.") from err


class Bearing:
    """Compares statements with the sentences a model was shown."""

    def __init__(self, vectors: SentenceVectors, readable: frozenset[Lang], reader: Reader, question: str) -> None:
        """`readable` are the languages that the vectors know; `question` is what the statements answer."""
        self._vectors, self._readable, self._reader = vectors, readable, reader
        self._question = question

    def ground(
        self,
        statement: str,
        lang: Lang,
        passages: Mapping[int, Sequence[Candidate]],
        hints: Sequence[int] = (),
        brief: bool = False,
    ) -> Grounds:
        """Choose the sentences to quote for a statement.

        Args:
            statement: as written, without its marks, in `lang`.
            lang: its language.
            passages: the sentences of each passage, by its number.
            hints: the passages that the model cited for it; they come first where others bear it as well.
            brief: it is of a few words, and says what it is about only together with the question.
        """
        shown = [c for cs in passages.values() for c in cs]
        facts = claims(statement, lang, _papers(shown))
        limit = fitted().threshold
        found = {n: self._of_passage(statement, lang, facts, cs, brief) for n, cs in passages.items() if cs}
        if not found:
            return Grounds((), tuple(dict.fromkeys(c.said for c in facts)), False)

        def rank(number: int) -> tuple[int, bool, bool, float]:
            chosen = found[number]
            return (
                -len(_missing(facts, [c.sentence for c in chosen])),
                chosen[0].near >= limit,
                number in hints,
                chosen[0].near,
            )

        first, *others = sorted(found, key=rank, reverse=True)
        chosen = list(found[first])
        for number in others:
            wanting = [c for c in facts if c.said in _missing(facts, [one.sentence for one in chosen])]
            held = [c for c in found[number] if c.near >= limit and any(w.stands_in(c.sentence) for w in wanting)]
            bears = number in hints and not wanting and rank(number)[:2] == (0, True)
            if len(chosen) < MOST_QUOTES:
                chosen += (found[number][:1] if bears else held)[: MOST_QUOTES - len(chosen)]
        quotes = _once([c.sentence for c in chosen])
        missing = _missing(facts, quotes)
        near = chosen[0].near >= limit and self._is_alike(statement, lang, facts, quotes, shown, brief)
        near = near and not (not missing and self._mistakes(statement, lang, facts, quotes, brief))
        return Grounds(tuple(quotes), missing, near)

    def compare(
        self, statement: str, lang: Lang, sentences: Sequence[Candidate], brief: bool = False
    ) -> list[Compared]:
        """Each sentence beside a statement, in their order."""
        said = f"{self._question} {statement}" if brief else statement
        words = question_words(said, lang)
        cosines = self._cosines(said, lang, sentences)
        weights, compared = fitted().weights, []
        for c, cosine in zip(sentences, cosines, strict=True):
            held = text(c.text, c.twin_text)
            shared = sum(held.has(w) for w in words) / len(words) if words else 0.0
            answers = min(max(c.answers, UNREAD), -UNREAD) if brief else 0.0
            features = (cosine, shared, answers, float(brief), 1.0)
            odds = sum(w * f for w, f in zip(weights, features, strict=True))
            compared.append(Compared(c, features, 1 / (1 + math.exp(-max(min(odds, 30.0), -30.0)))))
        return compared

    def _cosines(self, said: str, lang: Lang, sentences: Sequence[Candidate]) -> list[float]:
        """The cosine with each sentence or its counterpart, whichever is nearer; 0 where neither can be read."""
        sides = [
            [t for side, t in ((c.lang, c.text), (other(c.lang), c.twin_text)) if t and side in self._readable]
            for c in sentences
        ]
        if lang not in self._readable:
            return [0.0] * len(sentences)
        [own] = self._vectors.of([said])
        known = dict(zip(flat := sorted({t for s in sides for t in s}), self._vectors.of(flat), strict=True))
        return [max((float(own @ known[t]) for t in s), default=0.0) for s in sides]

    def _is_alike(
        self,
        statement: str,
        lang: Lang,
        facts: Sequence[Claim],
        quotes: Sequence[Candidate],
        shown: Sequence[Candidate],
        brief: bool,
    ) -> bool:
        """Whether a statement says what its quotations do; True where neither its words nor its vector can be compared
        with theirs.

        What is off the question has to be said in the paper's words. A word that no quotation holds, or a statement of
        a few words, is left to the reader: one of the quotations has to be as sure an answer as is quoted for a fact.
        """
        if lang not in self._readable or not any(c.lang == lang or c.twin_text for c in quotes):
            return True
        words = [w for w in question_words(statement, lang) if not PRINTED.has(w)]
        titles = [title for c in quotes for title in c.article.titles.values()]
        held = text(*titles, *(side for c in quotes for side in (c.text, c.twin_text)))
        lacking = [w for w in words if not held.has(w)]
        surest = max(c.answers for c in shown) - decision().second
        if (brief or not all(map(is_figure, lacking))) and max(c.answers for c in quotes) < surest:
            return False
        if brief and facts:
            return True
        said = f"{self._question} {statement}" if brief else statement
        covered = 1 - len(lacking) / len(words) if words else 1.0
        return covered + max(self._cosines(said, lang, quotes)) / 2 >= ALIKE

    def _of_passage(
        self, statement: str, lang: Lang, facts: Sequence[Claim], sentences: Sequence[Candidate], brief: bool
    ) -> list[Compared]:
        """The sentence of a passage that bears the statement best, and others that hold what facts it lacks."""
        compared = self.compare(statement, lang, sentences, brief)

        def weight(c: Compared) -> float:
            return c.near + (sum(f.stands_in(c.sentence) for f in facts) / len(facts) if facts else 0.0)

        best, *rest = sorted(compared, key=weight, reverse=True)
        chosen = [best]
        for c in rest:
            wanting = [f for f in facts if not any(f.stands_in(q.sentence) for q in chosen)]
            if wanting and len(chosen) < MOST_QUOTES and any(f.stands_in(c.sentence) for f in wanting):
                chosen.append(c)
        return chosen

    def _mistakes(
        self, statement: str, lang: Lang, facts: Sequence[Claim], quotes: Sequence[Candidate], brief: bool
    ) -> bool:
        """Whether a quoted sentence gives one of the figures for something else: asked with "how many" in its place,
        the reader answers with another one. Asked only where a sentence gives several of a kind."""
        figures = [fact for fact in facts if isinstance(fact, Figure)]
        alone = brief and len(figures) == 1
        return any(self._takes_another(statement, lang, fact, q, brief, alone) for fact in figures for q in quotes)

    def _takes_another(self, statement: str, lang: Lang, fact: Figure, c: Candidate, brief: bool, alone: bool) -> bool:
        said = c.text if c.lang == lang else c.twin_text
        places = list(fact.places(said, lang, c.article.date)) if said else []
        rivals = [r for r in fact.rivals(said, lang, alone) if r not in places] if places else []
        if not rivals:
            return False
        cloze = statement[: fact.start] + _ASKED[lang] + fact.measure(lang) + statement[fact.end :]
        [read] = self._reader.read(self._question if brief else cloze, [Page("", said, ((0, len(said)),))])
        if read.sentences[0] is None:
            return False
        start, end = read.sentences[0].words
        return not any(a < end and start < b for a, b in places) and any(a < end and start < b for a, b in rivals)


def _papers(sentences: Iterable[Candidate]) -> set[Paper]:
    return {c.article.paper for c in sentences if c.article.paper}


def _missing(facts: Sequence[Claim], quotes: Sequence[Candidate]) -> tuple[str, ...]:
    wanting = [f.said for f in facts if not any(f.stands_in(q) or f.stands_over(q.article) for q in quotes)]
    return tuple(dict.fromkeys(wanting))


def _once(quotes: Sequence[Candidate]) -> list[Candidate]:
    return list({(c.article.id, c.lang, c.start): c for c in quotes}.values())
