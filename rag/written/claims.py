"""The hard facts of a written statement, its figures, dates and names, and whether a sentence of the paper holds them.

A fact may stand in the sentence, in its counterpart in the other language, or in the headline and date it was printed
under; a newspaper that is named has to be the article's. Figures are read twice, as amounts that can be compared in one
unit and as the check of translations reads them (`rag.translation.items`): what either reading finds the same is the
same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from rag.answer.candidates import Candidate
from rag.datatypes import Article, Lang, Paper, other
from rag.language.dates import dates, months
from rag.language.fold import fold
from rag.language.names import names, pronounced
from rag.language.quantities import Quantity, quantities
from rag.language.request import in_english
from rag.language.script import HAN
from rag.language.tokens import STOPWORDS, keywords
from rag.translation.figures import same_value
from rag.translation.items import TIMES, Item, items
from rag.translation.units import equal_amounts
from rag.written.texts import Text, text

PRINTED = text("本报 报纸 报道 paper newspaper reported")
"""Words that say no more than that it was printed."""
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu"
    "|ou|ua|ue|ui|un|uo|a|e|i|o|u)"
)
_PINYIN = re.compile(rf"(?:{_SYLLABLE}){{2,4}}")


YEAR = 366
"""Days."""


class Claim:
    """A figure, date or name that a statement gives, `said` as written at `start` to `end` (-1 if its place is not
    known)."""

    def __init__(self, said: str, start: int = -1, end: int = -1) -> None:
        self.said, self.start, self.end = said, start, end

    def stands_in(self, c: Candidate) -> bool:
        """Whether a sentence or its counterpart holds it."""
        return any(
            self.found(said, side, c.article.date) for side, said in ((c.lang, c.text), (other(c.lang), c.twin_text))
        )

    def stands_over(self, article: Article) -> bool:
        """Whether the headline or the date of issue holds it."""
        return any(self.found(title, side, article.date) for side, title in article.titles.items())

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        """Whether a text of an article `issued` on a day holds it."""
        raise NotImplementedError


class Figure(Claim):
    """An amount, as either reading has it or as both have."""

    def __init__(self, said: str, start: int, end: int, quantity: Quantity | None, item: Item | None) -> None:
        super().__init__(said, start, end)
        self._quantity, self._item = quantity, item

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        """Whether one of the text's figures is this one."""
        return any(True for _ in self.places(said, lang, issued))

    def places(self, said: str, lang: Lang, issued: date | None) -> Iterator[tuple[int, int]]:
        """Where in a text it stands, (start, end) of each place."""
        for q in _quantities(said, lang):
            if self._quantity and q.kind != "date" and _same(self._quantity, q):
                yield q.start, q.end
        for i in _items(said, lang, issued):
            if self._item and _one(self._item, i):
                yield i.start, i.end

    def measure(self, lang: Lang) -> str:
        """The measure behind its number: tons of "80,000 tons", 吨 of 八万吨; "" if none is known."""
        if not self._quantity or self._quantity.unit in ("", "%"):
            return ""
        if lang == "zh":
            return re.sub(r"^[\W\d〇零一二两三四五六七八九十百千万亿几数多余约近]+", "", self.said)
        last = self.said.split()[-1]
        return last if last.isalpha() else ""

    def rivals(self, said: str, lang: Lang, alone: bool) -> Iterator[tuple[int, int]]:
        """Where a text has amounts that could be taken for it, itself among them: those of its kind and unit; any if
        it is `alone` what a statement of a few words says."""
        for q in _quantities(said, lang):
            if self._quantity and (alone or (q.kind, q.unit) == (self._quantity.kind, self._quantity.unit)):
                yield q.start, q.end
        for i in _items(said, lang, None) if alone else ():  # 四 of 四卷, whose measure is not known
            if i.group not in TIMES:
                yield i.start, i.end


class Date(Claim):
    """A day, month or year with its year; what it is checked against may be more exact, not less."""

    def __init__(self, said: str, since: date, until: date) -> None:
        super().__init__(said)
        self._since, self._until = since, until

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        """Whether the text names a day of it, or was printed on one; an issue does not speak for several years."""
        named = [(d.since, d.until) for d in dates(said, lang, issued)]
        named += [(issued, issued)] if issued and self._until - self._since < timedelta(YEAR) else []
        return any(self._since <= since and until <= self._until for since, until in named)


class Month(Claim):
    """A month of any year."""

    def __init__(self, said: str, month: int) -> None:
        super().__init__(said)
        self._month = month

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        """Whether the text names it, or was printed in it."""
        relative = {d.since.month for d in dates(said, lang, issued) if (d.until - d.since).days < 31}
        return self._month in months(said) | relative | ({issued.month} if issued else set())


class Name(Claim):
    """A name; one in Latin letters may be that of Chinese characters read aloud."""

    def found(self, said: str, lang: Lang, issued: date | None) -> bool:
        """Whether it stands in the text."""
        if not said:
            return False
        held = text(said)
        if HAN.search(self.said):
            return fold(self.said) in held.folded
        if set(keywords(self.said)) <= held.tokens:
            return True
        spoken = re.sub(r"[^a-z]", "", fold(self.said))
        return lang == "zh" and len(spoken) >= 4 and spoken in pronounced(said)


class Source(Name):
    """A newspaper by its name, said to have reported something."""

    def __init__(self, said: str, start: int, end: int, paper: Paper) -> None:
        super().__init__(said, start, end)
        self._paper = paper

    def stands_over(self, article: Article) -> bool:
        """Whether it is the one that printed the article, or stands in its headline."""
        return article.paper == self._paper or super().stands_over(article)


def claims(statement: str, lang: Lang, papers: Iterable[Paper] = ()) -> list[Claim]:
    """The hard facts of a statement: dates first, then figures, months and names, those of `papers` as `Source`."""
    spans = dates(statement, lang)
    sources = list(_sources(statement, papers))
    found: list[Claim] = [*(Date(d.text, d.since, d.until) for d in spans), *sources]
    rest = statement
    for start, end in [*((d.start, d.end) for d in spans), *((s.start, s.end) for s in sources)]:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    found += _figures(rest, lang)
    found += [Month(str(m), m) for m in sorted(months(rest))]
    named = [*names(rest, lang), *(_opening_names(rest) if lang == "en" else ())]
    found += [Name(n) for n in dict.fromkeys(named) if not _is_paper(n)]
    return found


def _sources(statement: str, papers: Iterable[Paper]) -> Iterator[Source]:
    """The newspapers that a statement names, each by its whole name: Shanghai Daily says nothing of Shanghai."""
    for paper in papers:
        names = "|".join(filter(None, (in_english(paper), re.escape(paper.zh))))
        for match in re.finditer(rf"(?:(?<![a-z])the\s+)?《?(?:{names})》?(?![a-z])", statement, re.IGNORECASE):
            yield Source(match[0], *match.span(), paper)


def _figures(rest: str, lang: Lang) -> list[Figure]:
    """The amounts of a text; what counts nothing ("one", the day of a month) is none."""
    read = [i for i in items(rest, lang) if i.group not in TIMES - {"clock"}]
    found = []
    for q in quantities(rest, lang):
        if q.kind != "date":
            same = next((i for i in read if i.start < q.end and q.start < i.end), None)
            found.append(Figure(q.text, q.start, q.end, q, same))
    for i in read:
        if not i.weak and not any(f.start < i.end and i.start < f.end for f in found):
            found.append(Figure(i.text, i.start, i.end, None, i))
    return sorted(found, key=lambda f: f.start)


@lru_cache(maxsize=1024)
def _quantities(said: str, lang: Lang) -> tuple[Quantity, ...]:
    return tuple(quantities(said, lang))


@lru_cache(maxsize=1024)
def _items(said: str, lang: Lang, issued: date | None) -> tuple[Item, ...]:
    return tuple(items(said, lang, issued))


def _opening_names(statement: str) -> list[str]:
    """A name at the head of an English sentence, where every word has a capital: one that reads as Chinese, or has
    capitals only."""
    if capitals := re.match(r"\W*([A-Z]{2,})(?![a-z])", statement):
        return [capitals[1]]
    first = re.match(r"\W*([A-Z][a-z]{4,})\b", statement)
    word = first[1].lower() if first else ""
    if not word or word in STOPWORDS or not _PINYIN.fullmatch(word):
        return []
    return [first[1]] if first else []


def _is_paper(name: str) -> bool:
    held: Text = PRINTED
    return fold(name) in held.folded or set(keywords(name)) <= held.tokens


def _same(q: Quantity, r: Quantity) -> bool:
    """Whether two figures are one. An exact one has to be met exactly; a hedge may be dropped or added."""
    if q.unit and r.unit and q.unit != r.unit:
        return False
    if abs(q.low - r.low) <= 1e-6 * max(abs(q.low), 1):
        return q.approx or r.approx or abs(q.high - r.high) <= 1e-6 * max(abs(q.high), 1)
    exact = any(ch.isdigit() for ch in q.text)
    return q.approx and r.approx and not exact and q.low <= r.high and r.low <= q.high


def _one(a: Item, b: Item) -> bool:
    """Whether two items are one amount: the same number, in the same measure or in one that it can be converted to."""
    if a.group != b.group or "vague" in (a.hedge, b.hedge) or not same_value(a, b):
        return False
    return not (a.unit and b.unit) or equal_amounts(a.low, a.unit, b.low, b.unit)
