"""Sets for other programs and from them: TREC topics and judgements, BEIR folders, SQuAD JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from eval.run.folder import write_lines, write_text
from eval.run.seen import Engine
from eval.sets import trec
from eval.sets.nodes import Faults, raise_if_any, read_text
from eval.sets.questions import Case, Question, QuestionSet, Source
from eval.sets.trec import Judgements
from eval.sets.verify import locate
from rag.datatypes import LANGS, Article, Lang
from rag.errors import UsageError
from rag.language.script import detect

_WORDING = re.compile(r"(.+)@(zh|en)")


def export_trec(questions: QuestionSet, folder: Path) -> None:
    """Write `topics.tsv` and `qrels.txt`, a topic for every wording."""
    _new(folder)
    write_text(folder / "topics.tsv", "".join(f"{line}\n" for line in trec.topics(questions)))
    write_text(folder / "qrels.txt", "".join(f"{line}\n" for line in trec.qrels(questions)))


def export_beir(questions: QuestionSet, archive: Engine, folder: Path) -> None:
    """Write a BEIR folder of the set and the whole archive; it can be run by `wenbao eval FOLDER`.

    A document is one language of an article, `ARTICLE@zh`; a judgement counts for every language that the question
    allows. Follow-ups carry the questions before them as `history`.
    """
    _new(folder)
    held: dict[str, tuple[Lang, ...]] = {}

    def documents() -> Iterator[dict[str, Any]]:
        for name in archive.article_ids():
            article = archive.article(name)
            held[name] = article.langs
            yield from (_document(article, lang) for lang in article.langs)

    cases = list(questions.cases())
    write_lines(folder / "corpus.jsonl", documents())
    write_lines(folder / "queries.jsonl", (_query(case, {c.id: c for c in cases}) for case in cases))
    rows = ["query-id\tcorpus-id\tscore"]
    for case in cases:
        for name, grade in case.question.grades.items():
            langs = [lang for lang in held.get(name, ()) if case.question.lang in (None, lang)]
            rows += [f"{case.id}\t{name}@{lang}\t{grade}" for lang in langs]
    (folder / "qrels").mkdir()
    write_text(folder / "qrels" / "test.tsv", "".join(f"{row}\n" for row in rows))


def _document(article: Article, lang: Lang) -> dict[str, Any]:
    row: dict[str, Any] = {
        "_id": f"{article.id}@{lang}",
        "title": article.titles.get(lang, ""),
        "text": article.bodies[lang],
        "lang": lang,
        "date": article.date.isoformat() if article.date else None,
        "page": article.page,
        "twin": next((f"{article.id}@{other}" for other in article.langs if other != lang), None),
    }
    return {name: value for name, value in row.items() if value is not None}


def _query(case: Case, known: Mapping[str, Case]) -> dict[str, Any]:
    question = case.question
    said = [{"role": "user", "text": text} for text in _before(case, known)]
    quoted = [text for source in question.sources if source.grade > 0 for text in source.quotes.get(case.lang, ())]
    row: dict[str, Any] = {
        "_id": case.id,
        "text": case.text,
        "lang": case.lang,
        "answers": list(question.references),
        "nuggets": [list(nugget.texts) for nugget in question.must_say if not nugget.okay],
        "evidence": [*quoted, *question.evidence],
        "history": said,
        "type": question.kind,
    }
    made = {name: value for name, value in row.items() if value}
    return made if question.answerable else {**made, "answerable": False}


def _before(case: Case, known: Mapping[str, Case]) -> list[str]:
    if case.follow_up_of is None:
        return [turn.question for turn in case.question.history]
    before = known[case.follow_up_of]
    return [*_before(before, known), before.text]


def export_squad(questions: QuestionSet, archive: Engine, path: Path) -> int:
    """Write SQuAD 2.0 JSON: a paragraph is the body of an article in the question's language.

    The answer is an accepted answer where the gold quotation holds it, else the quotation. A question to refuse
    stands under the article named as its trap, else the first one. Returns how many wordings have no place in the
    format and were left out: those whose articles have no text in their language.
    """
    _new(path)
    first = next(iter(archive.article_ids()), "")
    paragraphs: dict[tuple[str, Lang], list[dict[str, Any]]] = {}
    left_out = 0
    for case in questions.cases():
        grade = 1 if case.question.answerable else 0
        names = [s.article for s in case.question.sources if s.grade >= grade] or ([] if grade else [first])
        found = next((a for name in names if (a := _body(archive, name, case.lang))), None)
        spans = _spans(case, found) if found and grade else []
        if found is None or (grade and not spans):
            left_out += 1
            continue
        answers = [{"text": found.bodies[case.lang][a:b], "answer_start": a} for a, b in spans]
        row = {"id": case.id, "question": case.text, "answers": answers, "is_impossible": not grade}
        paragraphs.setdefault((found.id, case.lang), []).append(row)
    data = [
        {"title": name, "paragraphs": [{"context": archive.article(name).bodies[lang], "qas": rows}]}
        for (name, lang), rows in paragraphs.items()
    ]
    write_text(path, json.dumps({"version": "v2.0", "data": data}, ensure_ascii=False, indent=1) + "\n")
    return left_out


def _body(archive: Engine, name: str, lang: Lang) -> Article | None:
    try:
        article = archive.article(name)
    except UsageError:
        return None
    return article if lang in article.bodies else None


def _spans(case: Case, article: Article) -> list[tuple[int, int]]:
    """Where the gold answers stand in the article's body in the question's language."""
    body = article.bodies[case.lang]
    quotes = [
        span
        for source in case.question.sources
        if source.article == article.id
        for text in source.quotes.get(case.lang, ())
        for span in locate(text, body)[:1]
    ]
    found = [
        (start + at, start + at + len(answer))
        for start, end in quotes
        for answer in case.question.answers.get(case.lang, ())
        if (at := body[start:end].find(answer)) >= 0
    ]
    return list(dict.fromkeys(found)) or quotes


def import_squad(path: Path, folder: Path) -> tuple[int, int]:
    """Make a BEIR folder of SQuAD JSON (1.1, 2.0, CMRC 2018, DRCD): each paragraph a document.

    Returns (documents, questions). Raises `UsageError` naming what is missing.
    """
    try:
        data = json.loads(read_text(path))["data"]
    except (ValueError, KeyError, TypeError) as err:
        raise UsageError(f'{path.name}: not SQuAD JSON ({err}). Want {{"data": [{{"paragraphs": [...]}}]}}.') from err
    faults = Faults(path.name)
    corpus: list[dict[str, Any]] = []
    queries: list[dict[str, Any]] = []
    qrels = ["query-id\tcorpus-id\tscore"]
    for group in data if isinstance(data, list) else ():
        for paragraph in group.get("paragraphs", ()) if isinstance(group, dict) else ():
            document = f"p{len(corpus) + 1}"
            try:
                context, asked = str(paragraph["context"]), list(paragraph["qas"])
                rows = [_from_squad(one) for one in asked]
            except (KeyError, TypeError) as err:
                faults.error(1, f"paragraph {len(corpus) + 1} of {group.get('title', '?')} lacks {err}")
                continue
            title = str(group.get("title", ""))
            corpus.append({"_id": document, "title": title, "text": context, "lang": detect(context)})
            queries += rows
            qrels += [f"{row['_id']}\t{document}\t{int(row.get('answerable', True))}" for row in rows]
    raise_if_any(faults.errors, path.name)
    if not corpus:
        raise UsageError(f'{path.name}: no paragraph in it. Want {{"data": [{{"paragraphs": [...]}}]}}.')
    _new(folder)
    write_lines(folder / "corpus.jsonl", corpus)
    write_lines(folder / "queries.jsonl", queries)
    write_text(folder / "qrels.tsv", "".join(f"{row}\n" for row in qrels))
    return len(corpus), len(queries)


def _from_squad(asked: Mapping[str, Any]) -> dict[str, Any]:
    answers = list(dict.fromkeys(str(answer["text"]) for answer in asked.get("answers", ())))
    impossible = bool(asked.get("is_impossible")) or not answers
    row = {"_id": re.sub(r"\s+", "_", str(asked["id"])), "text": str(asked["question"]), "answers": answers}
    return {**row, "answers": [], "answerable": False} if impossible else row


def import_trec(topics: Path, qrels: Path, name: str) -> tuple[QuestionSet, int]:
    """The set of a topics file (`id<TAB>text`) and its judgements, with whole articles as gold.

    Grades are kept as they are judged. `x@zh` and `x@en` become the two wordings of one question; where they are
    judged apart, the higher grade of an article counts for both, and a warning of the set says so. Returns the set and
    how many topics were left out because nothing relevant is judged for them. Raises `UsageError` listing every faulty
    line.
    """
    faults = Faults(qrels.name)
    judgements = Judgements(faults)
    for line, row in enumerate(read_text(qrels).split("\n"), 1):
        if not row.strip():
            continue
        cells = trec.judged(row)
        grade = trec.read_grade(cells[3]) if cells else None
        if grade is None:
            faults.error(line, f"want: qid 0 docid rel, rel {trec.GRADE_WANTED}")
        else:
            judgements.add(line, cells[0], cells[2], grade)
    topic_faults = Faults(topics.name)
    made: dict[str, Question] = {}
    differing: dict[str, None] = {}
    left_out = 0
    for line, row in enumerate(read_text(topics).split("\n"), 1):
        query, tab, text = row.strip("\r").partition("\t")
        if not row.strip():
            continue
        if not tab or not text.strip() or not query or re.search(r"\s", query):
            topic_faults.error(line, "want: an id without white space, a tab, and the question")
            continue
        query = topic_faults.id(line, query, "question")
        judged = judgements.grades.get(query, {})
        if max(judged.values(), default=0) <= 0:
            left_out += 1
            continue
        wording = _WORDING.fullmatch(query)
        identifier = wording[1] if wording else query
        lang = cast(Lang, wording[2]) if wording else detect(text)
        earlier = made.get(identifier)
        asked = {**(earlier.ask if earlier else {}), lang: text.strip()}
        if earlier and earlier.grades != judged:
            differing[identifier] = None
            judged = {d: max(g[d] for g in (earlier.grades, judged) if d in g) for d in {**earlier.grades, **judged}}
        sources = tuple(Source(document, grade) for document, grade in judged.items())
        made[identifier] = Question(identifier, asked, sources=sources)
    raise_if_any([*topic_faults.errors, *faults.errors], topics.name)
    ordered = tuple(replace(q, ask={lang: q.ask[lang] for lang in LANGS if lang in q.ask}) for q in made.values())
    warnings = [*topic_faults.warnings, *faults.warnings]
    if differing:
        warnings.append(
            f"{len(differing)} questions are judged differently in their two wordings (the first:"
            f" {next(iter(differing))}); the higher grade of an article counts for both"
        )
    return QuestionSet(name=name, questions=ordered, whole_articles=True, warnings=tuple(warnings)), left_out


def _new(path: Path) -> None:
    """Nothing is overwritten."""
    if path.exists() and (path.is_file() or any(path.iterdir())):
        raise UsageError(f"{path} is there already; nothing was written. Name another place.")
    if not path.suffix:
        path.mkdir(parents=True, exist_ok=True)
