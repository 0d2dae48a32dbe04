"""Question sets -> files that `eval.sets.load` reads back the same: YAML, JSON Lines, CSV."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from eval.sets.questions import Question, QuestionSet, Source
from eval.sets.sheet import CSV_COLUMNS
from rag.datatypes import LANGS, Lang
from rag.errors import UsageError
from rag.language.script import detect
from rag.spreadsheet import table


def written(questions: QuestionSet, suffix: str) -> str:
    """The set as the text of a `.yaml`, `.jsonl` or `.csv` file. Raises `UsageError` for another suffix."""
    writer = _WRITERS.get(suffix.lower())
    if writer is None:
        raise UsageError(f"{suffix or 'no suffix'}: a question set is written as .yaml, .jsonl or .csv.")
    return writer(questions)


def fields(question: Question) -> dict[str, Any]:
    """The question as the fields of a file, empty ones left out."""
    made: dict[str, Any] = {
        "id": question.id,
        "ask": dict(question.ask),
        "kind": question.kind,
        "draft": question.draft,
        "follow_up_of": question.follow_up_of,
        "history": [
            {"role": role, "text": text}
            for turn in question.history
            for role, text in (("user", turn.question), ("assistant", turn.answer))
            if text
        ],
        "dates": _filled({"from": _iso(question.since), "to": _iso(question.until)}),
        "lang": question.lang,
        "answer": _lists(question.answers),
        "must_say": [_nugget(nugget.texts, nugget.okay) for nugget in question.must_say],
        "must_not_say": _by_script(question.must_not_say),
        "sources": [_source(source) for source in question.sources],
        "evidence": list(question.evidence),
        "tags": list(question.tags),
        "note": question.note,
    }
    return _filled(made)


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def _lists(texts: Mapping[Lang, tuple[str, ...]]) -> dict[str, list[str]]:
    return {lang: list(texts[lang]) for lang in LANGS if texts.get(lang)}


def _by_script(texts: tuple[str, ...]) -> dict[str, list[str]]:
    return _filled({lang: [text for text in texts if detect(text) == lang] for lang in LANGS})


def _nugget(texts: tuple[str, ...], okay: bool) -> dict[str, Any]:
    return _filled({**_by_script(texts), "okay": "true" if okay else ""})


def _pair(texts: tuple[str, ...]) -> dict[str, str] | None:
    """One wording a language, as a CSV set holds them; None if there are more."""
    if len(texts) > 2 or (len(texts) == 2 and [detect(text) for text in texts] == ["en", "zh"]):
        return None
    return dict(zip(LANGS, texts, strict=True)) if len(texts) == 2 else {detect(texts[0]): texts[0]}


def _source(source: Source) -> dict[str, Any]:
    return _filled({"article": source.article, "grade": str(source.grade), "quote": _lists(source.quotes)})


def _head(questions: QuestionSet) -> dict[str, str]:
    return _filled(
        {
            "set": questions.name,
            "version": questions.version,
            "author": questions.author,
            "notes": questions.notes,
            "gold": "articles" if questions.whole_articles else "",
        }
    )


def _yaml(questions: QuestionSet) -> str:
    import yaml

    tree = {**_head(questions), "questions": [fields(question) for question in questions.questions]}
    return str(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=110))


def _jsonl(questions: QuestionSet) -> str:
    rows = [_head(questions), *(fields(question) for question in questions.questions)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _csv(questions: QuestionSet) -> str:
    rows: list[Sequence[object]] = [CSV_COLUMNS]
    for question in questions.questions:
        if question.history or question.evidence or questions.whole_articles:
            raise UsageError(f'"{question.id}": a CSV set has no history, evidence or gold: articles. Write .jsonl.')
        first, *more = [_source(source) for source in question.sources] or [{}]
        made = fields(question)
        row: dict[str, str] = {name: made.get(name, "") for name in ("id", "kind", "follow_up_of", "lang", "note")}
        row["draft"] = "true" if question.draft else ""
        row |= {f"ask.{lang}": text for lang, text in question.ask.items()}
        row |= {"from": _iso(question.since), "to": _iso(question.until), "tags": _cell(question.tags, question)}
        for lang in LANGS:
            row[f"answer.{lang}"] = _cell(made.get("answer", {}).get(lang, ()), question)
            row[f"must_not_say.{lang}"] = _cell(made.get("must_not_say", {}).get(lang, ()), question)
            for name, okay in (("must_say", False), ("okay_say", True)):
                nuggets = [_pair(n.texts) for n in question.must_say if n.okay == okay]
                if None in nuggets:
                    raise UsageError(
                        f'"{question.id}": a CSV set holds one wording of a nugget a language. Use .jsonl.'
                    )
                row[f"{name}.{lang}"] = _cell([nugget.get(lang, "") for nugget in nuggets if nugget], question)
        rows.append([{**row, **_source_cells(first, question)}.get(name, "") for name in CSV_COLUMNS])
        rows += [[_source_cells(source, question).get(name, "") for name in CSV_COLUMNS] for source in more]
    return table(rows)


def _source_cells(source: Mapping[str, Any], question: Question) -> dict[str, str]:
    quotes = {f"quote.{lang}": _cell(texts, question) for lang, texts in source.get("quote", {}).items()}
    return {"article": source.get("article", ""), "grade": source.get("grade", ""), **quotes}


def _cell(texts: Any, question: Question) -> str:
    if any("|" in text or "｜" in text for text in texts):
        raise UsageError(f'"{question.id}": a text with | cannot be a CSV cell of several values. Write .jsonl.')
    return " | ".join(texts)


_WRITERS: Mapping[str, Callable[[QuestionSet], str]] = {".yaml": _yaml, ".yml": _yaml, ".jsonl": _jsonl, ".csv": _csv}
