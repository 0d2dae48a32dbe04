"""Planted falsehoods: edited copies of articles with one figure changed in a gold sentence, and the set that tells
whether an archive holding both repeats the false one (`falsehood_rate`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from eval.run.folder import write_text
from eval.run.seen import Engine
from eval.sets.probes import changed_figure
from eval.sets.questions import Question, QuestionSet
from eval.sets.writing import written
from rag.datatypes import LANGS, Article, Lang
from rag.errors import ResourceError, UsageError

SUFFIX = "-planted"
"""What the id of an edited copy ends in."""


def plant(questions: QuestionSet, archive: Engine, folder: Path) -> tuple[int, int]:
    """Write `folder/articles/*.txt` and `folder/set.yaml`; returns (questions, edited articles).

    A question is taken if it stands alone and each quotation of one of its sources holds an accepted answer with a
    figure, in every language that the article has. That figure is changed in the copy, original and translation
    alike; the question keeps its gold, and the changed answers become `must_not_say`. A sentence is edited once.

    Raises `UsageError` if `folder` is there already or no question can be used, `ResourceError` if it cannot be
    written.
    """
    if folder.exists():
        raise UsageError(f"{folder} is there already; nothing was written. Name another place.")
    bodies: dict[str, dict[Lang, str]] = {}
    articles: dict[str, Article] = {}
    taken = []
    for question in questions.questions:
        for article, old, new, falsehoods in _changes(question, archive):
            body = bodies.setdefault(article.id, dict(article.bodies))
            if all(old[lang] in body[lang] for lang in old):
                body.update({lang: body[lang].replace(old[lang], new[lang]) for lang in old})
                articles[article.id] = article
                taken.append(replace(question, must_not_say=falsehoods, tags=(*question.tags, "planted")))
                break
    if not taken:
        raise UsageError(f"{questions.name}: no answer in it is a figure that stands in its quotations.")
    try:
        (folder / "articles").mkdir(parents=True)
    except OSError as err:
        raise ResourceError(f"{folder}: cannot be written ({err.strerror}).") from err
    for name, article in articles.items():
        write_text(folder / "articles" / f"{name}{SUFFIX}.txt", _file(article, bodies[name]))
    made = QuestionSet(
        f"{questions.name}{SUFFIX}",
        tuple(taken),
        notes=f"Made of {questions.name} {questions.version}: index the edited articles beside the true ones.",
    )
    write_text(folder / "set.yaml", written(made, ".yaml"))
    return len(taken), len(articles)


def _changes(
    question: Question, archive: Engine
) -> Iterator[tuple[Article, Mapping[Lang, str], Mapping[Lang, str], tuple[str, ...]]]:
    """(article, its sentence by language, the sentence made false, what it then says) for each source that can be."""
    if not question.answerable or question.follow_up_of or question.history:
        return
    for source in question.sources:
        try:
            article = archive.article(source.article)
        except UsageError:
            continue
        if source.grade < 2 or set(source.quotes) != set(article.langs):
            continue
        old = {lang: source.quotes[lang][0] for lang in article.langs}
        said = "\n".join(article.bodies.values())
        new: dict[Lang, str] = {}
        falsehoods: list[str] = []
        for lang, sentence in old.items():
            for answer in question.answers.get(lang, ()):
                found = changed_figure(answer, lang, said) if answer in sentence else None
                if found:
                    new[lang] = sentence.replace(answer, found[0])
                    falsehoods.append(found[0])
                    break
        if set(new) == set(old) and all(sentence in article.bodies[lang] for lang, sentence in old.items()):
            yield article, old, new, tuple(falsehoods)


def _file(article: Article, bodies: Mapping[Lang, str]) -> str:
    """The article in the archive's own format, one language or both."""
    day, page = article.date.isoformat() if article.date else "", article.page or ""
    title = {lang: article.titles.get(lang, "") for lang in LANGS}
    english = f"Title: {title['en']}\nAuthor: {article.author or ''}\nDate: {day}\nPage: {page}\n\n"
    chinese = f"### {title['zh']}\n\n{day}\n第{page}版()\n专栏：\n\n"
    halves = {"en": f"{english}{bodies.get('en', '')}\n", "zh": f"{chinese}{bodies.get('zh', '')}\n"}
    return "\n\n<hr /> \n\nOriginal: \n\n\n".join(halves[lang] for lang in ("en", "zh") if lang in bodies)
