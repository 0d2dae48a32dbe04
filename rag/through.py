"""Words and names through the months: in how many articles of each month they stand, in either language.

Counted from the keyword index. An article counts once, however often and in whichever form it holds the word, in its
headline or text. What the index alone cannot tell, whether the parts of 江油县 or of "people's commune" stand together,
is looked up in the texts of the articles that have all the parts, up to LOOKED_UP of them for a form; where there are
more, articles count that have the parts in one passage, and the count says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import LANGS, Article, Filters, Lang
from rag.errors import UsageError
from rag.expand import expansion
from rag.index.reader import Generation
from rag.language.phrases import Phrase, phrase
from rag.language.script import detect
from rag.timeline import Month, between

MOST_WORDS = 4
"""Words or names counted side by side, at most."""
MOST_FORMS = 8
"""Ways to write one of them, at most."""
LONGEST = 100
"""Characters of a form, at most."""
LOOKED_UP = 3_000
"""Articles whose texts are read for one form, at most: some seconds."""
GIVEN = "="
"""What stands between the forms of a word where somebody gives them: "Angang = 鞍钢"."""

Source = Literal["asked", "given", "archive", "lexicon", "name"]


@dataclass(frozen=True, slots=True)
class Form:
    """A way in which a word is written: as it was asked for or given, or what it is called in the other language, and
    from where that is known (`rag.expand`). `articles` hold it; not `is_exact`, some may hold its parts apart."""

    text: str
    lang: Lang
    source: Source
    articles: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class Course:
    """A word through the months: `months` are the articles of each that hold one of its forms, `articles` all of them,
    `undated` those of them whose month is not known; `first` and `last` are the earliest and the latest."""

    word: str
    lang: Lang
    forms: tuple[Form, ...]
    months: tuple[int, ...]
    articles: int
    undated: int
    first: Article | None
    last: Article | None


@dataclass(frozen=True, slots=True)
class Through:
    """Words side by side over the same months, without gaps; a month of no articles has no issue here."""

    months: tuple[Month, ...]
    courses: tuple[Course, ...]

    def of(self, course: Course) -> tuple[Month, ...]:
        """The months with what one word has in them."""
        return tuple(Month(m.year, m.month, m.articles, n) for m, n in zip(self.months, course.months, strict=True))


def forms_of(word: str) -> list[str]:
    """The forms that a word is asked for by: several where they are given, `Angang = 鞍钢`, and one for none but it,
    `Angang =`, which is written so.

    Raises:
        UsageError: there is nothing to count, or too much.
    """
    forms = [" ".join(form.split()) for form in word.replace("＝", GIVEN).split(GIVEN)]
    wanted = [form for form in forms if form]
    if not wanted:
        raise UsageError("there is no word to count. Write one, such as steel or 人民公社.")
    if len(wanted) > MOST_FORMS:
        raise UsageError(f"{len(wanted)} ways to write one word, at most {MOST_FORMS} are counted. Leave some out.")
    for form in wanted:
        if len(form) > LONGEST:
            raise UsageError(f"{form[:40]!r}... has {len(form)} characters; at most {LONGEST} are counted.")
        if phrase(form) is None:
            raise UsageError(f"{form!r} cannot be counted: it is no word, or stands in every text.")
    return wanted + [""] * (len(wanted) == 1 and len(forms) > 1)


def through(
    generation: Generation,
    words: Sequence[str],
    filters: Filters = Filters(),  # noqa: B008
    *,
    expand: bool = True,
) -> Through:
    """The courses of some words within the filters; the months are those from the first to the last article left.

    Args:
        generation: what is counted in.
        words: 1 to MOST_WORDS of them, each as `forms_of` takes it.
        filters: articles are counted that these leave, of a month too.
        expand: whether what a word is called in the other language is counted, where its forms are not given.

    Raises:
        UsageError: no word, too many, or one that cannot be counted.
    """
    if not 1 <= len(words) <= MOST_WORDS:
        raise UsageError(f"{len(words)} words to count side by side; 1 to {MOST_WORDS} can be. Leave some out.")
    asked = [forms_of(word) for word in words]
    size = generation.manifest["counts"]["articles"]
    day, left = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)  # by article row
    for lang in LANGS:
        table, keep = generation.passages[lang], generation.allowed(lang, filters)
        day[table["article"]] = table["date"]
        left[table["article"] if keep is None else table["article"][keep]] = True
    month = np.where(day // 100 % 100 > 0, day // 100, 0)
    known = month[left & (month > 0)]
    months = between(int(known.min()), int(known.max())) if len(known) else []
    of_month = dict(zip(*(column.tolist() for column in np.unique(known, return_counts=True)), strict=True))
    made = []
    for word, forms in zip(words, asked, strict=True):
        shown = " ".join(word.split())
        made.append(_course(generation, shown, forms, filters, expand, day, month, months))
    return Through(tuple(Month(at // 100, at % 100, of_month.get(at, 0)) for at in months), tuple(made))


def phrases(generation: Generation, word: str) -> list[Phrase]:
    """The forms in which a word is counted, as what can be looked for in texts; none if it cannot be counted."""
    if phrase(word) is None:
        return []
    made = (phrase(text) for text, _, _ in _written(generation, [word], detect(word), expand=True))
    return [one for one in made if one]


def _course(
    generation: Generation,
    word: str,
    forms: Sequence[str],
    filters: Filters,
    expand: bool,
    day: NDArray[np.int64],
    month: NDArray[np.int64],
    months: Sequence[int],
) -> Course:
    held, counted = np.zeros(len(day), dtype=bool), []
    lang = detect(forms[0])
    for text, side, source in _written(generation, forms, lang, expand):
        rows, is_exact = _holding(generation, side, text, filters)
        held[rows] = True
        counted.append(Form(text, side, source, len(rows), is_exact))
    rows = np.flatnonzero(held)
    dated = rows[month[rows] > 0]
    order = dated[np.argsort(day[dated], kind="stable")]
    ends = [generation.article(int(row))[0] for row in (order[0], order[-1])] if len(order) else [None, None]
    of_month = dict(zip(*(column.tolist() for column in np.unique(month[dated], return_counts=True)), strict=True))
    numbers = tuple(of_month.get(at, 0) for at in months)
    return Course(word, lang, tuple(counted), numbers, len(rows), len(rows) - len(dated), ends[0], ends[1])


def _written(
    generation: Generation, forms: Sequence[str], lang: Lang, expand: bool
) -> Iterator[tuple[str, Lang, Source]]:
    """The forms of a word, each with its language and where it is from; the other language's where none are given."""
    yield forms[0], lang, "asked"
    for form in forms[1:]:
        if form:
            yield form, detect(form), "given"
    if len(forms) > 1 or not expand:
        return
    known = expansion(generation, forms[0], lang)
    if known.added and not known.unsaid:  # of a name of which a part is not known, the rest is another one
        across = known.added[0].lang
        together = ("" if across == "zh" else " ").join(one.word for one in known.added)
        if phrase(together) is not None:
            yield together, across, known.added[0].source


def _holding(generation: Generation, lang: Lang, text: str, filters: Filters) -> tuple[NDArray[np.int64], bool]:
    """The rows of the articles that hold a form, sorted, and whether that is certain of all of them."""
    wanted = phrase(text)
    if wanted is None:
        raise AssertionError("a form that cannot be counted")
    index, owners = generation.keyword[lang], generation.passages[lang]["article"]
    keep = generation.allowed(lang, filters)

    def kept(rows: NDArray[np.int64]) -> NDArray[np.int64]:
        return rows if keep is None else rows[keep[rows]]

    rows = kept(reduce(_common, (index.rows(token) for token in sorted(wanted.tokens, key=index.idf, reverse=True))))
    if wanted.is_plain:
        return np.unique(owners[rows]).astype(np.int64), True
    sure = np.unique(owners[kept(index.rows(wanted.whole))] if wanted.whole else rows[:0])
    rows = rows[~np.isin(owners[rows], sure)]
    doubtful = np.unique(owners[rows])
    if len(doubtful) > LOOKED_UP:
        return np.union1d(sure, doubtful).astype(np.int64), False
    there = _looked_up(generation, lang, wanted, rows)
    return np.union1d(sure, np.array(there, dtype=np.int64)).astype(np.int64), True


def _common(a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.intersect1d(a, b, assume_unique=True)


def _looked_up(generation: Generation, lang: Lang, wanted: Phrase, rows: NDArray[np.int64]) -> list[int]:
    """The articles of which one of some passages holds a phrase, in its own text or the article's headline."""
    table = generation.passages[lang][rows]
    cuts: dict[int, list[tuple[int, int]]] = {}
    for article, start, end in zip(*(table[name].tolist() for name in ("article", "start", "end")), strict=True):
        cuts.setdefault(article, []).append((start, end))
    return [
        row
        for row, titles, bodies in generation.articles.texts(list(cuts))
        if wanted.stands_in(titles.get(lang, ""))
        or any(wanted.stands_in(bodies[lang][start:end]) for start, end in cuts[row])
    ]
