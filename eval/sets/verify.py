"""The gold of a set against an archive: does every article exist, is every quotation in it, and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.run.seen import Engine
from eval.sets.questions import Question, QuestionSet, Source
from rag.datatypes import LANGS, Article, Lang, Span
from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Place:
    """A gold quotation's place: characters `start` to `end` of `article`'s body in `lang`."""

    article: str
    lang: Lang
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Gold:
    """What a question's answer rests on, as found in the archive.

    `grades` holds judged articles only, also those that the archive lacks, which `missing` names. `quotations` are
    the places of each quotation (a quotation has one or more: in both languages, or said twice). `quoted` are the
    quotations' texts by language, `langs` the languages that the relevant articles have a body in.
    """

    grades: Mapping[str, int]
    missing: tuple[str, ...] = ()
    quotations: tuple[tuple[Place, ...], ...] = ()
    quoted: Mapping[Lang, tuple[str, ...]] | None = None
    langs: tuple[Lang, ...] = ()
    years: tuple[int, ...] = ()

    @property
    def relevant(self) -> frozenset[str]:
        """The articles of grade 1 or better."""
        return frozenset(article for article, grade in self.grades.items() if grade > 0)


@dataclass(frozen=True, slots=True)
class Verified:
    """The gold of each question by its id, the faults of the set, and the relevant articles the archive lacks."""

    gold: Mapping[str, Gold]
    faults: tuple[str, ...]
    missing: tuple[str, ...]


def verify(questions: QuestionSet, archive: Engine, *, name: str | None = None, limit: int | None = None) -> Verified:
    """Look up every article and every quotation of the first `limit` questions (default: all).

    A quotation has to stand in a body or headline of its article; only white space may differ. An article that is
    not in the archive is told apart from a fault of the set: it may belong to another part of the archive.
    `name` is the file's name, for messages of the form `file:line: what is wrong`.
    """
    name = name or questions.name
    faults: list[str] = []
    gold: dict[str, Gold] = {}
    missing: dict[str, None] = {}
    known: dict[str, Article | None] = {}
    for question in questions.questions[:limit]:
        found = _gold(question, archive, known, None if questions.benchmark else faults, name)
        gold[question.id] = found
        missing.update(dict.fromkeys(found.missing))
    return Verified(gold, tuple(faults), tuple(missing))


def _gold(
    question: Question, archive: Engine, known: dict[str, Article | None], faults: list[str] | None, name: str
) -> Gold:
    missing: list[str] = []
    langs: set[Lang] = set()
    years: set[int] = set()
    quotations: list[tuple[Place, ...]] = []
    quoted: dict[Lang, tuple[str, ...]] = {}
    for source in question.sources:
        if source.article not in known:
            known[source.article] = _article(archive, source.article)
        article = known[source.article]
        if article is None:
            if source.article not in missing:
                missing.append(source.article)
            continue
        if source.grade > 0:
            langs.update(article.langs)
            years.update({article.date.year} if article.date else ())
        places, wrong = _places(source, article, _wanted(question))
        if faults is not None:
            faults.extend(f"{name}:{source.quote_lines.get(lang, source.line)}: {text}" for lang, text in wrong)
        if source.grade > 0:
            quotations.extend(places)
            for lang, texts in source.quotes.items():
                quoted[lang] = (*quoted.get(lang, ()), *texts)
            places = [found for text in question.evidence if (found := _evidence(text, article))]
            quotations.extend(places)
    if question.evidence:
        lang = next(iter(question.ask))
        quoted[lang] = (*quoted.get(lang, ()), *question.evidence)
    return Gold(
        grades=question.grades,
        missing=tuple(missing),
        quotations=tuple(quotations),
        quoted=quoted,
        langs=tuple(lang for lang in LANGS if lang in langs),
        years=tuple(sorted(years)),
    )


def _wanted(question: Question) -> tuple[Lang, ...]:
    return (question.lang,) if question.lang else LANGS


def _article(archive: Engine, article_id: str) -> Article | None:
    try:
        return archive.article(article_id)
    except UsageError:
        return None


def _places(
    source: Source, article: Article, wanted: Iterable[Lang]
) -> tuple[list[tuple[Place, ...]], list[tuple[Lang, str]]]:
    """The places of each quotation of `source` (quotations of the two languages pair up by order), and faults."""
    wrong: list[tuple[Lang, str]] = []
    paired: list[list[Place]] = [[] for _ in range(max((len(t) for t in source.quotes.values()), default=0))]
    for lang, texts in source.quotes.items():
        for number, text in enumerate(texts):
            spans = locate(text, article.bodies.get(lang, ""))
            if not spans and not any(locate(text, line) for line in _headlines(article, lang)):
                fault = f'the quotation "{_short(text)}" is not in the {_LANGUAGE[lang]} of {article.id}. Copy it anew.'
                wrong.append((lang, fault))
            if lang in wanted:
                paired[number].extend(Place(article.id, lang, start, end) for start, end in spans)
    return [tuple(places) for places in paired if places], wrong


def _evidence(text: str, article: Article) -> tuple[Place, ...]:
    return tuple(Place(article.id, lang, *span) for lang, body in article.bodies.items() for span in locate(text, body))


_LANGUAGE: Mapping[Lang, str] = {"zh": "Chinese", "en": "English"}


def _headlines(article: Article, lang: Lang) -> tuple[str, ...]:
    title = article.titles.get(lang)
    return (*((title,) if title else ()), *article.decks.get(lang, ()))


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def locate(quotation: str, body: str) -> list[tuple[int, int]]:
    """Every (start, end) at which `quotation` stands in `body`, white space aside; [] if nowhere or it is blank."""
    wanted = "".join(quotation.split())
    if not wanted:
        return []
    if (start := body.find(quotation)) >= 0 and body.find(quotation, start + 1) < 0:
        return [(start, start + len(quotation))]
    offsets = [at for at, char in enumerate(body) if not char.isspace()]
    dense = "".join(body[at] for at in offsets)
    spans = []
    start = dense.find(wanted)
    while start >= 0:
        spans.append((offsets[start], offsets[start + len(wanted) - 1] + 1))
        start = dense.find(wanted, start + 1)
    return spans


def covered(place: Place, span: Span) -> float:
    """The share of the quotation's characters, in sequence, that lies within `span` of the same body: 0 to 1."""
    if span.lang != place.lang or place.end <= place.start:
        return 0.0
    return max(0, min(place.end, span.end) - max(place.start, span.start)) / (place.end - place.start)
