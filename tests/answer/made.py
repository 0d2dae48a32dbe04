"""Articles, hits and readings of a few lines, to try what is done with them; no index and no model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from rag.answer.candidates import Candidate
from rag.answer.decide import FEATURES, Fitted
from rag.datatypes import Article, Bead, Filters, Hit, Lang, Passage, Twin, other
from rag.reader.pages import FORMS, Page, PageRead, Read
from rag.translation.corrections import Told
from rag.translation.findings import of_article

NUMBERS = Fitted(
    weights=tuple(float(name == "surest") for name in FEATURES),
    threshold=0.5,
    second=1.0,
    within=3.0,
    least=-1.0,
    verdict=1.0,
    leans=(-2.0, 2.0),
)
"""Round numbers, so that what rests on them can be seen."""


def article(
    identifier: str, day: date | None = date(1958, 11, 14), *, source: str = "seeds/a.md", **bodies: Sequence[str]
) -> Article:
    """An article of lines; the lines of the two languages are each other's counterparts."""
    texts: dict[Lang, str] = {lang: "\n".join(bodies[lang]) for lang in ("zh", "en") if lang in bodies}
    titles: dict[Lang, str] = {"zh": f"题目{identifier}", "en": f"Title {identifier}"}
    kept = {lang: title for lang, title in titles.items() if lang in texts}
    return Article(identifier, day, 2, None, None, kept, texts, source, "0" * 16)


def beads(of: Article) -> tuple[Bead, ...]:
    """The alignment line by line."""
    lines = {lang: _lines(body) for lang, body in of.bodies.items()}
    most = max(map(len, lines.values()))
    sides = {lang: [*own, *[None] * (most - len(own))] for lang, own in lines.items()}
    none: list[tuple[int, int] | None] = [None] * most
    pairs = zip(sides.get("zh", none), sides.get("en", none), strict=True)
    return tuple(Bead(number, zh, en) for number, (zh, en) in enumerate(pairs))


def _lines(body: str) -> list[tuple[int, int]]:
    ends = [at for at, char in enumerate(body) if char == "\n"]
    return list(zip([0, *(end + 1 for end in ends)], [*ends, len(body)], strict=True))


def hit(of: Article, lang: Lang, lines: tuple[int, int] | None = None) -> Hit:
    """A hit of the lines from the first to before the second, by default all, with its counterpart."""
    spans = [bead for bead in beads(of)[slice(*(lines or (0, None)))]]
    own, theirs = ([s for bead in spans if (s := bead.side(side))] for side in (lang, other(lang)))
    start, end = own[0][0], own[-1][1]
    passage = Passage(f"{of.id}#{start}", of.id, lang, start, end, of.bodies[lang][start:end])
    twin = None
    if theirs:
        a, b = theirs[0][0], theirs[-1][1]
        twin = Twin(other(lang), a, b, of.bodies[other(lang)][a:b])
    return Hit(passage, of, 1.0, {}, twin=twin)


class Shelf:
    """Stands for a generation that holds some articles."""

    def __init__(self, *articles: Article) -> None:
        self._articles = {a.id: (a, beads(a)) for a in articles}
        self.papers = tuple(dict.fromkeys(a.paper for a in articles if a.paper))
        self.size = {lang: sum(lang in a.bodies for a in articles) for lang in ("zh", "en")}

    @property
    def articles(self) -> Shelf:
        """Stands for the generation's articles, too."""
        return self

    def ids(self) -> Iterator[str]:
        return iter(self._articles)

    def article(self, key: str) -> tuple[Article, tuple[Bead, ...]]:
        return self._articles[key]

    def told(self, article: Article) -> list[Told]:
        return [(finding, None) for finding in of_article(*self._articles[article.id])]

    def dates(self) -> tuple[date, date] | None:
        days = [a.date for a, _ in self._articles.values() if a.date]
        return (min(days), max(days)) if days else None

    def allowed(self, lang: Lang, filters: Filters) -> NDArray[np.bool_] | None:
        if filters.is_empty:
            return None
        days = [a.date for a, _ in self._articles.values() if lang in a.bodies]
        inside = [bool(d and (filters.since or d) <= d <= (filters.until or d)) for d in days]
        return np.array(inside, dtype=bool)


class Says:
    """A reader that says of every sentence what it was told of the first of some words that the sentence holds.

    `odds` are the log-odds that a sentence answers, `words` what answers in it, `yes` those that it says yes.
    """

    digest = "says"

    def __init__(
        self,
        odds: Mapping[str, float],
        words: Sequence[str] = (),
        yes: Mapping[str, float] | None = None,
        form: str = "fact",
        leans: float = -9.0,
    ) -> None:
        self._odds, self._words, self._yes = odds, words, yes or {}
        self._form, self._leans = form, leans
        self.pages: list[Page] = []

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        self.pages += pages
        forms = {form: 5.0 * (form == self._form) for form in FORMS}
        return [PageRead(tuple(self._said(page.text, s) for s in page.sentences), forms, self._leans) for page in pages]

    def _said(self, text: str, span: tuple[int, int]) -> Read:
        said = text[slice(*span)]
        odds, yes = (next((n for key, n in of.items() if key in said), 0.0) for of in (self._odds, self._yes))
        places = [(span[0] + at, span[0] + at + len(w)) for w in self._words if (at := said.find(w)) >= 0]
        return Read(odds if any(key in said for key in self._odds) else -9.0, yes, places[0] if places else span, 0.0)


def candidate(
    of: Article, text: str, answers: float = 3.0, words: str = "", twin_words: str = "", yes: float = 0.0
) -> Candidate:
    """A sentence of an article, as it was read."""
    lang: Lang = "zh" if text in of.bodies.get("zh", "") else "en"
    start = of.bodies[lang].index(text)
    number, bead = next((n, b) for n, b in enumerate(beads(of)) if (s := b.side(lang)) and s[0] <= start < s[1])
    twin = bead.side(other(lang))

    def place(word: str, side: Lang, near: int) -> tuple[int, int] | None:
        at = of.bodies[side].index(word, near) if word else -1
        return (at, at + len(word)) if word else None

    return Candidate(
        hit(of, lang),
        1,
        of,
        lang,
        start,
        start + len(text),
        number,
        twin,
        answers,
        yes,
        place(words, lang, start),
        place(twin_words, other(lang), twin[0]) if twin else None,
    )
