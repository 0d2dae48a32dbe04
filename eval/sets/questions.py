"""The values of a question set. Gold is article + verbatim quotation, never a passage id, so that a set survives
another splitter or model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rag.datatypes import LANGS, Lang, Turn, other

KINDS = ("fact", "list", "timeline", "compare", "summary", "unanswerable", "out_of_scope", "follow_up")
REFUSED_KINDS = ("unanswerable", "out_of_scope")
"""Kinds of question that must be refused."""

Split = Literal["dev", "test"]


@dataclass(frozen=True, slots=True)
class Source:
    """An article judged for a question: 2 answers it, 1 helps, 0 looks right but is not.

    Judgements from elsewhere may have other grades; above 0 is relevant, and the higher the more it is worth.
    `quotes` are verbatim stretches of its bodies; the i-th of each language say the same.
    """

    article: str
    grade: int = 2
    quotes: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict)
    line: int = field(default=0, compare=False)
    quote_lines: Mapping[Lang, int] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Nugget:
    """Something the answer has to say: any one of `texts`. `okay` ones are nice to have, the others vital."""

    texts: tuple[str, ...]
    okay: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question in one or two wordings, with what is known of its answer.

    `answers`: any one counts. `lang` limits what counts as found to one language. `since` and `until` are the
    filter asked with the question. `must_not_say` are falsehoods, for example one planted in an edited copy of an
    article. `evidence` are supporting sentences whose article is not stated (BEIR sets).
    A `draft` was proposed by a program and is refused by a run until a person has accepted it.
    """

    id: str
    ask: Mapping[Lang, str]
    kind: str = "fact"
    answers: Mapping[Lang, tuple[str, ...]] = field(default_factory=dict)
    must_say: tuple[Nugget, ...] = ()
    must_not_say: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    lang: Lang | None = None
    follow_up_of: str | None = None
    history: tuple[Turn, ...] = ()
    since: date | None = None
    until: date | None = None
    evidence: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    note: str = ""
    draft: bool = False
    line: int = field(default=0, compare=False)

    @property
    def answerable(self) -> bool:
        """False if the archive does not hold the answer and the question must be refused."""
        return self.kind not in REFUSED_KINDS

    @property
    def grades(self) -> dict[str, int]:
        """Article id -> highest grade."""
        grades: dict[str, int] = {}
        for source in self.sources:
            grades[source.article] = max(source.grade, grades.get(source.article, source.grade))
        return grades

    @property
    def references(self) -> tuple[str, ...]:
        """The accepted answers of both languages."""
        return tuple(text for lang in LANGS for text in self.answers.get(lang, ()))


@dataclass(frozen=True, slots=True)
class Case:
    """One wording of a question, as asked. `cluster` is the id of its question: the two wordings of one question
    are not independent observations. `follow_up_of` is the case whose exchange precedes it."""

    id: str
    cluster: str
    lang: Lang
    text: str
    question: Question
    follow_up_of: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """A checked set. `digest` identifies its questions, whatever file format they came in."""

    name: str
    questions: tuple[Question, ...]
    version: str = ""
    author: str = ""
    notes: str = ""
    warnings: tuple[str, ...] = ()
    benchmark: bool = False
    """True for a BEIR folder: a hit with the question's own id is ignored, evidence need not be verbatim."""

    unasked: int = 0
    """Questions that are judged and whose wording is not given, so that they cannot be asked (BEIR)."""

    whole_articles: bool = False
    """True if sources are judged as whole articles, without quotations (`gold: articles` in the file)."""

    @property
    def digest(self) -> str:
        """SHA-256 of the questions and their gold, in order."""
        return hashlib.sha256(json.dumps([_plain(q) for q in self.questions], sort_keys=True).encode()).hexdigest()

    def cases(self, limit: int | None = None) -> Iterator[Case]:
        """Every wording of the first `limit` questions (all without a limit), in the order of the file.

        A question with two wordings gives `id@zh` and `id@en`, another one keeps its id.
        """
        made: dict[str, dict[Lang, str]] = {}
        for question in self.questions[:limit]:
            langs = [lang for lang in LANGS if lang in question.ask]
            made[question.id] = {lang: f"{question.id}@{lang}" if len(langs) > 1 else question.id for lang in langs}
            before = made.get(question.follow_up_of or "", {})
            for lang in langs:
                yield Case(
                    id=made[question.id][lang],
                    cluster=question.id,
                    lang=lang,
                    text=question.ask[lang],
                    question=question,
                    follow_up_of=before.get(lang) or before.get(other(lang)),
                )


def split_of(question_id: str) -> Split:
    """`dev` or `test`, by a hash of the question's id: about half each, the same for ever. Tune on `dev` only."""
    return "dev" if hashlib.sha256(question_id.encode()).digest()[0] % 2 == 0 else "test"


def _plain(question: Question) -> dict[str, object]:
    """All that decides what is asked and what is right, without lines and notes."""
    return {
        "id": question.id,
        "ask": dict(question.ask),
        "kind": question.kind,
        "answers": dict(question.answers),
        "must_say": sorted((nugget.okay, nugget.texts) for nugget in question.must_say),
        "must_not_say": question.must_not_say,
        "sources": [(source.article, source.grade, dict(source.quotes)) for source in question.sources],
        "lang": question.lang,
        "follow_up_of": question.follow_up_of,
        "history": [(turn.question, turn.answer) for turn in question.history],
        "dates": [day and day.isoformat() for day in (question.since, question.until)],
        "evidence": question.evidence,
        "tags": question.tags,
    }
