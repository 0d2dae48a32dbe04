"""Does a sentence answer the question? The evidence check that decides between an answer and a refusal.

A retrieval score cannot tell: a question about 1961 finds the same passage as one about 1958. So the check looks
at what the question insists on. Its names, figures and dates must be in the article (in either language); the kind
of value it asks for must be in the sentence; and sentence and passage together must speak of what it speaks of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.answer.kinds import Kind
from rag.answer.select import Candidate
from rag.datatypes import Article, Lang
from rag.language.dates import dates
from rag.language.fold import fold
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, keywords
from rag.query import Query

THRESHOLD = 0.5
"""An answer is given when the estimated probability that it answers reaches this."""

BIAS = -3.2
COEFFICIENTS = {
    "coverage": 3.0,
    "context": 2.4,
    "similarity": 3.0,
    "fits": 0.8,
    "missing_names": -2.2,
    "missing_figures": -2.6,
    "wrong_time": -4.0,
}


@dataclass(frozen=True, slots=True)
class Demands:
    """What a question insists on: names and rare terms, figures, and times it names."""

    names: tuple[str, ...]
    figures: tuple[str, ...]
    since: date | None
    until: date | None


def demands(query: Query) -> Demands:
    """Read them from the question as completed."""
    spans = dates(query.text, query.lang)
    text = query.text
    for span in reversed(spans):
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    figures = [t for t in keywords(text) if t.startswith("#")]
    since = min((s.since for s in spans if s.since), default=None)
    until = max((s.until for s in spans if s.until), default=None)
    return Demands(tuple(dict.fromkeys(_names(text, query.lang))), tuple(dict.fromkeys(figures)), since, until)


_EN_NAME = re.compile(r"[A-Z][A-Za-zÀ-ɏ'’-]*(?:\s+(?:of\s+|the\s+)?[A-Z][A-Za-zÀ-ɏ'’-]*)*")


def _names(text: str, lang: Lang) -> list[str]:
    if lang == "zh":
        import rjieba

        # person, place, organisation, other proper name; Latin words in a Chinese question are names too
        tagged = [
            w for w, tag in rjieba.tag(fold(text)) if tag in {"nr", "ns", "nt", "nz", "nrt", "nrfg"} and len(w) > 1
        ]
        return tagged + re.findall(r"[A-Za-z]{2,}", text)
    found = []
    for match in _EN_NAME.finditer(text):
        words = match.group().split()
        if match.start() == 0 or text[: match.start()].rstrip()[-1:] in {".", "?", "!"}:
            words = words[1:] if fold(words[0]) in STOPWORDS or len(words) == 1 else words
        found += [w for w in words if fold(w) not in STOPWORDS]
    return found


class ArticleText:
    """All that an article says, in both languages, for looking up names and figures."""

    def __init__(self, article: Article) -> None:
        joined = {lang: f"{article.titles.get(lang, '')}\n{body}" for lang, body in article.bodies.items()}
        self.tokens = {lang: set(keywords(text)) for lang, text in joined.items()}
        self.folded = {lang: fold(text) for lang, text in joined.items()}

    def has_name(self, name: str, lang: Lang) -> bool:
        """True if the name is in the side of its language; without such a side nothing can be said, so True."""
        if HAN.search(name):
            return "zh" not in self.folded or fold(name) in self.folded["zh"]
        if "en" not in self.folded:
            return True
        return any(set(keywords(name)) <= tokens for tokens in self.tokens.values())

    def has_figure(self, token: str) -> bool:
        """True if a number stands somewhere in the article, in any spelling."""
        return any(token in tokens for tokens in self.tokens.values())


def features(query: Query, asked: Demands, c: Candidate, article: ArticleText) -> dict[str, float]:
    """The evidence for and against one candidate; the keys are those of COEFFICIENTS."""
    names = [n for n in asked.names if not article.has_name(n, query.lang)]
    figures = [f for f in asked.figures if not article.has_figure(f)]
    return {
        "coverage": c.coverage,
        "context": c.context,
        "similarity": max(c.similarity, 0.0),
        "fits": float(c.fits),
        "missing_names": min(len(names), 2) / 1.0 if asked.names else 0.0,
        "missing_figures": float(min(len(figures), 2)),
        "wrong_time": float(_wrong_time(asked, c.article, article)),
    }


_LAST_YEAR = re.compile(r"去年|上年|last year|previous year|past year|year before", re.I)


def _wrong_time(asked: Demands, article: Article, text: ArticleText) -> bool:
    """True if the question names a time that is neither the issue's nor spoken of in it.

    An issue speaks of its own year, of the year before when it says so, and of any year it names.
    """
    if asked.since is None and asked.until is None or article.date is None:
        return False
    first = asked.since.year if asked.since else article.date.year
    last = asked.until.year if asked.until else article.date.year
    years = {article.date.year}
    if any(_LAST_YEAR.search(folded) for folded in text.folded.values()):
        years.add(article.date.year - 1)
    named = {int(y) for folded in text.folded.values() for y in re.findall(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)", folded)}
    return not any(first <= year <= last for year in years | named)


def probability(values: dict[str, float]) -> float:
    """Estimated probability, 0 to 1, that a candidate with these features answers the question (logistic model)."""
    z = BIAS + sum(COEFFICIENTS[name] * value for name, value in values.items())
    return 1 / (1 + math.exp(-z))


def judge(query: Query, kind: Kind, chosen: Sequence[Candidate]) -> list[float]:
    """For each candidate the probability that it answers the question."""
    asked = demands(query)
    texts: dict[str, ArticleText] = {}
    out = []
    for c in chosen:
        article = texts.setdefault(c.article.id, ArticleText(c.article))
        out.append(probability(features(query, asked, c, article)))
    return out
