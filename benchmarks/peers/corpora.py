"""The articles that are indexed and the questions that are asked of them: from an archive, question sets over it, and
BEIR folders.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from eval.sets.beir import corpus_file, load_beir
from eval.sets.load import load
from eval.sets.questions import Nugget, Question, split_of
from rag.corpus import sources
from rag.corpus.article import renamed
from rag.datatypes import LANGS, Article, Lang, Turn, other
from training.embedder.devsets import LEARNED

UNREAD = ("1958.06", "1960.03")
"""Months of the archive that nothing of Wenbao was trained or fitted on."""
UNREAD_LINE, READ_LINE = "unread months", "months read"
LARGEST = 10**9


@dataclass(frozen=True, slots=True)
class Asked:
    """One wording of a question and its gold; `line` is the row of the tables that it counts in.

    `quotes` are the gold sentences, any of which will do; `answers` are asked for only where an answer is scored.
    """

    id: str
    cluster: str
    line: str
    lang: Lang
    text: str
    grades: Mapping[str, int]
    quotes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    must_say: tuple[Nugget, ...] = ()
    history: tuple[Turn, ...] = ()


@dataclass(frozen=True, slots=True)
class Corpus:
    """What is indexed together, and asked. `own_ids`: a result with the question's own id is passed over (BEIR)."""

    name: str
    articles: tuple[Article, ...]
    asked: tuple[Asked, ...]
    own_ids: bool = False

    @property
    def indexed(self) -> str:
        """A digest of the articles."""
        return _digest([article.digest for article in self.articles])

    @property
    def digest(self) -> str:
        """A digest of the articles and of what is asked."""
        return _digest([self.indexed, [[a.id, a.line, a.text, *a.quotes, *a.answers] for a in self.asked]])


def _digest(told: object) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def over_archive(articles: Sequence[Article], files: Sequence[Path], size: int) -> Iterator[Corpus]:
    """Questions over bilingual articles: asked of both languages, and of the other language alone, as if the archive
    had no more. All questions of the months that nothing was trained on, a sample of `size` of the others."""
    name = "archive"
    wanted: Sequence[Lang | None] = (None, *LANGS)
    questions = [(_line(file), question) for file in files for question in load(file).questions if _is_asked(question)]
    others = sorted((_drawn(question.id) for line, question in questions if line == READ_LINE))[:size]
    questions = [(line, one) for line, one in questions if line == UNREAD_LINE or _drawn(one.id) in others]
    for only in wanted:
        asked = [one for line, question in questions for one in _over(question, only, line)]
        kept = [a for article in articles if (a := article if only is None else in_language(article, only))]
        ids = {article.id for article in kept}
        asked = [one for one in asked if ids.issuperset(one.grades)]
        if asked:
            yield Corpus(f"{name}-{only or 'both'}", tuple(kept), tuple(asked))


def over_seeds(articles: Sequence[Article], file: Path) -> Corpus:
    """The seeds and the question set that comes with them."""
    asked = [a for question in load(file).questions if _is_asked(question) for a in _over(question, None, file.stem)]
    return Corpus("seeds", tuple(articles), tuple(asked))


def over_folder(folder: Path, size: int, place: Path) -> Iterator[Corpus]:
    """A BEIR folder: a sample of `size` questions, what is judged for them, and as many other documents.

    Of a set that the shipped model learned one half of, the other half is asked. Where a question's documents are in
    the other language, only that language is indexed. Yields nothing where no document is judged relevant.
    """
    questions = [
        question
        for question in load_beir(folder).questions
        if max(question.grades.values(), default=0) > 0
        and any(char.isalnum() for text in question.ask.values() for char in text)
        and not (folder.name in LEARNED and split_of(question.id) != "test")
    ]
    questions = sorted(questions, key=lambda question: _drawn(question.id))[:size]
    judged = {document for question in questions for document in question.grades}
    articles = read(_documents(folder, judged, size, place / f"{folder.name}-{size}")) if questions else []
    langs = {article.id: article.langs[0] for article in articles}
    asked: list[Asked] = []
    for question in questions:
        target = next(langs[document] for document, grade in question.grades.items() if grade > 0)
        [(lang, text)] = question.ask.items()
        line = f"{folder.name} {lang}-{target}"
        asked.append(Asked(question.id, question.id, line, lang, text, question.grades))
        if question.history:
            told = f"{line}, in its conversation"
            asked.append(
                Asked(f"{question.id}+", question.id, told, lang, text, question.grades, history=question.history)
            )
    across = {one.line for one in asked if one.line.endswith(("zh-en", "en-zh"))}
    for line in sorted(across):
        target = "zh" if line.endswith("zh") else "en"
        held = tuple(article for article in articles if article.langs[0] == target)
        yield Corpus(f"{folder.name}-{target}", held, tuple(one for one in asked if one.line == line), own_ids=True)
    if rest := tuple(one for one in asked if one.line not in across):
        yield Corpus(folder.name, tuple(articles), rest, own_ids=True)


def _documents(folder: Path, judged: Collection[str], others: int, target: Path) -> Path:
    """A folder with the judged documents of a set and so many others, always the same."""
    file = target / "corpus.jsonl"
    if file.is_file():
        return target
    source, kept, rest = corpus_file(folder), [], []
    with (
        gzip.open(source, "rt", encoding="utf-8") if source.suffix == ".gz" else source.open(encoding="utf-8") as lines
    ):
        for line in lines:
            name = str((row := json.loads(line)).get("id", row.get("_id")))
            if name in judged:
                kept.append(line)
            else:
                rest.append((_drawn(name), line))
    target.mkdir(parents=True, exist_ok=True)
    partial = target / "corpus.tmp"
    partial.write_text("".join([*kept, *(line for _, line in heapq.nsmallest(others, rest))]), encoding="utf-8")
    partial.replace(file)
    return target


def _drawn(name: str) -> int:
    """Where a name comes in a draw that is the same every time."""
    return zlib.crc32(name.encode())


def read(path: Path) -> list[Article]:
    """The articles of a file or folder; what cannot be read is left out."""
    return [article for article in sources([path], max_bytes=LARGEST) if isinstance(article, Article)]


def in_language(article: Article, lang: Lang) -> Article | None:
    """An article as if it had been printed in one language only; None if it is not in that."""
    if lang not in article.langs:
        return None
    parts = {
        name: {lang: part[lang]} if lang in (part := getattr(article, name)) else {}
        for name in ("titles", "bodies", "decks")
    }
    return renamed(replace(article, **parts), article.id)


def _line(file: Path) -> str:
    return UNREAD_LINE if file.stem in UNREAD else READ_LINE


def _is_asked(question: Question) -> bool:
    """True for a question with an answer that stands by itself and is not limited to dates."""
    return question.answerable and not (question.follow_up_of or question.history or question.since or question.until)


def _over(question: Question, only: Lang | None, line: str) -> Iterator[Asked]:
    """The wordings that are asked.

    Of the passages of one language alone, only the wording in the other language is asked.
    """
    quotes = tuple(
        quote
        for source in question.sources
        if source.grade > 0
        for lang in ((only,) if only else LANGS)
        for quote in source.quotes.get(lang, ())
    )
    grades = question.grades
    for lang, text in question.ask.items():
        if quotes and (only is None or lang == other(only)):
            yield Asked(
                f"{question.id}@{lang}",
                question.id,
                f"{line} {lang}-{only or 'both'}",
                lang,
                text,
                grades,
                quotes,
                question.references if line == UNREAD_LINE and only is None else (),
                question.must_say,
            )
