"""Reading and checking a question set: every fault of a file is told, with its line, before anything is asked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from eval.sets.fields import Fields
from eval.sets.nodes import Faults, Node, raise_if_any
from eval.sets.questions import KINDS, Nugget, Question, QuestionSet, Source
from eval.sets.reading import read_nodes
from eval.sets.trec import GRADE_WANTED, read_grade
from rag.datatypes import LANGS, Lang, Turn
from rag.language.fold import fold

SET_FIELDS = ("set", "version", "author", "notes", "licence", "gold")
FIELDS = (
    "id", "ask", "kind", "answer", "must_say", "must_not_say", "sources", "lang", "follow_up_of", "history", "dates",
    "tags", "note", "evidence", "draft",
)  # fmt: skip
MAX_QUESTION = 1_000
_WORDING = re.compile(r".*@(zh|en)")
_NOT_WORDS = re.compile(r"[\W_]+")


def load(path: Path) -> QuestionSet:
    """The set at `path`: a .yaml, .jsonl or .csv file, or a BEIR folder. An empty set is a set.

    Raises `UsageError` whose message lists every fault as `file:line: what is wrong`.
    """
    questions, faults = read(path)
    raise_if_any(faults.errors, path.name)
    return questions


def read(path: Path) -> tuple[QuestionSet, Faults]:
    """The set at `path`, faulty fields read as empty, and the faults that `load` would raise.

    Raises `UsageError` if the file cannot be read at all, or for a faulty BEIR folder.
    """
    faults = Faults(path.name)
    if path.is_dir():
        from eval.sets.beir import load_beir

        return load_beir(path), faults
    head, nodes = read_nodes(path, faults)
    meta_reader = Fields(head, faults, SET_FIELDS) if head else None
    meta = meta_reader.texts() if meta_reader else {}
    whole = bool(meta_reader and meta_reader.choice("gold", ("quotations", "articles")) == "articles")
    questions: list[Question] = []
    earlier = _Earlier()
    for node in nodes:
        question = _question(node, faults, whole_articles=whole)
        if question is not None:
            earlier.check(question, faults)
            questions.append(question)
    made = QuestionSet(
        name=meta.get("set") or path.stem,
        version=meta.get("version", ""),
        author=meta.get("author", ""),
        notes=meta.get("notes", ""),
        questions=tuple(questions),
        warnings=tuple(faults.warnings),
        whole_articles=whole,
    )
    return made, faults


def _question(node: Node, faults: Faults, *, whole_articles: bool) -> Question | None:
    read = Fields(node, faults, FIELDS)
    if not isinstance(node.value, dict):
        return None
    ask = {}
    for lang, wordings in read.by_lang("ask").items():
        ask[lang] = wordings[0]
        if len(wordings) > 1:
            read.error("ask", f"has {len(wordings)} wordings in {lang}; one a language")
        if len(wordings[0]) > MAX_QUESTION:
            read.error("ask", f"has {len(wordings[0])} characters; a question may have {MAX_QUESTION}")
    if not ask and isinstance(read.fields.get("ask", Node(0, {})).value, dict):
        read.error("ask", "needs a wording: zh, en or both")
    follow_up_of = read.text("follow_up_of") or None
    follow_up_of = faults.id(node.line, follow_up_of, "question") if follow_up_of else None
    dates = Fields(read.fields["dates"], faults, ("from", "to"), "dates.") if read.has("dates") else None
    since, until = (dates.date("from"), dates.date("to")) if dates else (None, None)
    if since and until and since > until:
        read.error("dates", f"ends ({until}) before it begins ({since})")
    question = Question(
        id=_id(read),
        ask=ask,
        kind=read.choice("kind", KINDS) or ("follow_up" if follow_up_of else "fact"),
        answers=read.by_lang("answer"),
        must_say=tuple(_nugget(n, faults) for n in read.nodes("must_say")),
        must_not_say=tuple(text for texts in read.by_lang("must_not_say").values() for text in texts),
        sources=tuple(_source(n, faults, whole_articles) for n in read.nodes("sources")),
        lang=cast("Lang | None", read.choice("lang", LANGS) or None),
        follow_up_of=follow_up_of,
        history=turns([_turn(n, faults) for n in read.nodes("history")]),
        since=since,
        until=until,
        evidence=read.many("evidence"),
        tags=read.many("tags"),
        note=read.text("note"),
        draft=read.choice("draft", ("true", "false")) == "true",
        line=node.line,
    )
    _check_gold(question, read, faults, whole_articles)
    return question


def _id(read: Fields) -> str:
    found = read.text("id", wanted=True)
    if re.search(r"\s", found):
        read.error("id", f'is "{found}": white space breaks the run files. Use - or _')
    elif _WORDING.fullmatch(found):
        read.error("id", f'is "{found}": the endings @zh and @en are given to the two wordings of a question')
    elif found:
        return read.faults.id(read.line, found, "question")
    return found


def _nugget(node: Node, faults: Faults) -> Nugget:
    read = Fields(node, faults, (*LANGS, "okay"), "must_say.")
    texts = tuple(text for lang in LANGS for text in read.many(lang))
    if read.fields and not texts:
        faults.error(node.line, 'field "must_say" holds an item without a text: zh, en or both')
    return Nugget(texts, read.choice("okay", ("true", "false")) == "true")


def _source(node: Node, faults: Faults, whole_articles: bool) -> Source:
    read = Fields(node, faults, ("article", "grade", "quote"), "sources.")
    article = read.text("article", wanted=bool(read.fields))
    article = faults.id(read.fields["article"].line, article) if article else ""
    lines = {lang: at for lang in LANGS if (at := _line_of(read, lang))}
    return Source(article, _grade(read, whole_articles), read.by_lang("quote"), node.line, lines)


def _grade(read: Fields, whole_articles: bool) -> int:
    """0, 1 or 2; of whole articles, which were judged elsewhere, any grade."""
    text = read.text("grade")
    grade = read_grade(text) if text else 2
    if grade is None or not (whole_articles or grade in (0, 1, 2)):
        read.error("grade", f'is "{text}" and must be {GRADE_WANTED if whole_articles else "one of 0, 1, 2"}')
        return 2
    return grade


def _line_of(read: Fields, lang: Lang) -> int:
    """The line a source's quotation in `lang` stands on, 0 if it has none."""
    quote = read.fields.get("quote")
    return quote.value[lang].line if quote and isinstance(quote.value, dict) and lang in quote.value else 0


def _turn(node: Node, faults: Faults) -> tuple[str, str]:
    read = Fields(node, faults, ("role", "text"), "history.")
    return read.choice("role", ("user", "assistant")), read.text("text", wanted=bool(read.fields))


def turns(said: list[tuple[str, str]]) -> tuple[Turn, ...]:
    """(role, text) pairs, oldest first, as turns; what several speakers of one side say in a row is joined."""
    made: list[Turn] = []
    for role, text in said:
        if role == "user":
            made.append(Turn(text))
        elif made:
            last = made[-1]
            made[-1] = Turn(last.question, f"{last.answer}\n{text}".strip())
    return tuple(made)


def _check_gold(question: Question, read: Fields, faults: Faults, whole_articles: bool) -> None:
    best = max(question.grades.values(), default=0)
    if not question.answerable:
        if best > 0:
            read.error("sources", f"grades an article {best}, but a question of kind {question.kind} has none: use 0")
        if question.answers or question.must_say:
            read.error("kind", f"is {question.kind}, but an answer is given")
        return
    if best <= 0 and not (question.references or question.must_say or question.follow_up_of):
        faults.error(
            read.line, f'"{question.id}" has no gold: give sources, an answer or must_say, or kind: unanswerable'
        )
    elif best <= 0:
        faults.warn(read.line, f'"{question.id}" has no sources: retrieval and citations are not scored')
    for source in question.sources:
        if source.grade > 0 and not source.quotes and not whole_articles:
            faults.error(source.line, f'field "sources.quote" is missing: quote the sentences of {source.article}')
    quoted = _squeeze(" ".join(t for s in question.sources for ts in s.quotes.values() for t in ts))
    if quoted and question.references and not any(_squeeze(text) in quoted for text in question.references):
        faults.warn(read.line, f'"{question.id}": none of its answers is in its quotations')


class _Earlier:
    """The questions above the one that is read, by id and by wording."""

    def __init__(self) -> None:
        self._ids: dict[str, Question] = {}
        self._asked: dict[tuple[Lang, str], Question] = {}

    def check(self, question: Question, faults: Faults) -> None:
        """Note what does not go with the questions above, and count this one among them."""
        if question.id and question.id in self._ids:
            faults.error(question.line, f'id "{question.id}" was used on line {self._ids[question.id].line}')
        if question.follow_up_of and question.follow_up_of not in self._ids:
            faults.error(question.line, f'follow_up_of "{question.follow_up_of}": no question above has this id')
        if question.follow_up_of and question.history:
            faults.error(question.line, "a question has follow_up_of or history, not both")
        self._ids[question.id] = question
        if question.follow_up_of:
            return
        for lang, text in question.ask.items():
            before = self._asked.setdefault((lang, _squeeze(text)), question)
            if before is not question:
                faults.warn(
                    question.line, f'"{question.id}" asks the same as "{before.id}" on line {before.line} ({lang})'
                )


def _squeeze(text: str) -> str:
    return _NOT_WORDS.sub("", fold(text))
