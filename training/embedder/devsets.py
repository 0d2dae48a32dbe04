"""The dev sets as retrieval tasks: who asks, what is searched, what is right.

The sets have one form (BEIR's, with ``id`` for ``_id``): corpus.jsonl, queries.jsonl and qrels.tsv. Of those that are
also learned from only the half is asked that was not read (`eval.sets.questions.split_of`).
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from eval.sets.questions import split_of
from rag.datatypes import LANGS
from rag.embed import open_embedder
from rag.index import store as stores
from rag.index.reader import Generation
from training.embedder.data import read_pairs
from training.embedder.sought import passages
from training.reader import months

LEARNED = ("cmrc-drcd-zh", "clapnq-dev-en")
"""Sets of which one half is learned from."""


@dataclass
class Task:
    """Queries against documents, each a (title, text).

    ``relevant`` maps a query's number to {document's number: grade}, ``skip`` to a document to leave out (itself).
    """

    name: str
    measure: str
    queries: list[str]
    documents: list[tuple[str, str]]
    relevant: dict[int, dict[int, int]]
    skip: dict[int, int] = field(default_factory=dict)
    passages: bool = False


def _lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def with_title(title: str, text: str) -> str:
    """Title, line break, text: what is embedded and what keywords are counted in."""
    return f"{title}\n{text}" if title else text


def _parts(documents: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(d.get("title") or "", d["text"]) for d in documents]


def load_set(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, dict[str, int]]]:
    """(documents, queries, positive judgements by query id) of one set of the evaluation sets' common form."""
    judged: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, score = line.split("\t")
        if int(score) > 0:
            judged.setdefault(query, {})[document] = int(score)
    return _lines(folder / "corpus.jsonl"), _lines(folder / "queries.jsonl"), judged


def ranking_task(name: str, folder: Path, passages: bool, query_limit: int | None = None) -> Task:
    """nDCG@10 over the queries that have a positive judgement; of a set that is learned from, of its test half."""
    documents, queries, judged = load_set(folder)
    number = {d["id"]: i for i, d in enumerate(documents)}
    queries = [q for q in queries if q["id"] in judged and (folder.name not in LEARNED or split_of(q["id"]) == "test")]
    queries = queries[:: max(1, len(queries) // query_limit)] if query_limit else queries
    relevant = {i: {number[d]: s for d, s in judged[q["id"]].items()} for i, q in enumerate(queries)}
    texts = [q["text"] for q in queries]
    return Task(name, "nDCG@10", texts, _parts(documents), relevant, passages=passages)


def news_tasks(folder: Path) -> list[Task]:
    """Success@1 in both directions, each over the documents of the other language."""
    documents, queries, judged = load_set(folder)
    tasks = []
    for asked, pool in (("zh", "en"), ("en", "zh")):
        docs = [d for d in documents if d["lang"] == pool]
        number = {d["id"]: i for i, d in enumerate(docs)}
        some = [q for q in queries if q["lang"] == asked and q["id"] in judged]
        relevant = {i: {number[d]: 1 for d in judged[q["id"]] if d in number} for i, q in enumerate(some)}
        skip = {i: number[q["id"]] for i, q in enumerate(some) if q["id"] in number}
        texts = [q["text"] for q in some]
        name = f"news-cross-enzh {asked}->{pool}"
        tasks.append(Task(name, "success@1", texts, _parts(docs), relevant, skip))
    return tasks


def flores_tasks(folder: Path) -> list[Task]:
    """Pairing of flores_devtest: each sentence must find its own translation first."""
    chinese, english = zip(*read_pairs(folder, "flores_devtest"), strict=True)
    own = {i: {i: 1} for i in range(len(chinese))}
    return [
        Task("flores_devtest zh->en", "success@1", list(chinese), [("", e) for e in english], own),
        Task("flores_devtest en->zh", "success@1", list(english), [("", z) for z in chinese], own),
    ]


def month_tasks(store: Path, sets: Sequence[Path]) -> list[Task]:
    """nDCG@10 of questions about the archive, both languages over the passages of each, as they are embedded.

    Args:
        store: an index that holds the articles of the sets.
        sets: question sets of months that the model has not read.
    """
    generation = Generation(stores.current(store))
    asked = [one for one in months.of_sets(sets, generation) if one.gold and not one.before]
    held = passages(generation, open_embedder())
    tasks = []
    for pool in LANGS:
        documents = [(name, *place) for (name, lang), places in held.items() if lang == pool for place in places]
        for lang in LANGS:
            queries: list[str] = []
            relevant: dict[int, dict[int, int]] = {}
            for one in (o for o in asked if o.lang == lang):
                right = {
                    number: 1
                    for number, (name, start, end, _) in enumerate(documents)
                    if any((name, pool) == (i, own) and a < end and start < b for i, own, a, b in one.gold)
                }
                if right:
                    relevant[len(queries)] = right
                    queries.append(one.text)
            texts = [("", text) for _, _, _, text in documents]
            tasks.append(Task(f"months {lang}->{pool}", "nDCG@10", queries, texts, relevant))
    return tasks


def sampled(task: Task, others: int) -> Task:
    """The task over the documents judged for its queries and `others` more, drawn by chance, the same each time."""
    judged = {document for grades in task.relevant.values() for document in grades}
    free = [number for number in range(len(task.documents)) if number not in judged]
    kept = sorted({*judged, *random.Random(1).sample(free, min(others, len(free)))})
    number = {document: place for place, document in enumerate(kept)}
    relevant = {query: {number[d]: grade for d, grade in grades.items()} for query, grades in task.relevant.items()}
    return replace(task, documents=[task.documents[d] for d in kept], relevant=relevant)


def tasks(
    sets: Sequence[str], evalsets: Path, parallel: Path, query_limit: int | None = None, others: int | None = None
) -> list[Task]:
    """The tasks of the named sets: flores, news, cmrc, clapnq, mtrag, whole (documents not cut into passages).

    `query_limit`: about so many queries of each ranking set; `others`: so many documents besides those judged for them.
    """
    made: list[Task] = []
    if "flores" in sets:
        made += flores_tasks(parallel)
    if "news" in sets:
        made += news_tasks(evalsets / "news-cross-enzh")
    for short, name in (("cmrc", "cmrc-drcd-zh"), ("clapnq", "clapnq-dev-en"), ("mtrag", "mtrag-un-chat-en")):
        if short in sets:
            made.append(ranking_task(name, evalsets / name, True, query_limit))
    if "whole" in sets:
        for name in ("cmrc-drcd-zh", "clapnq-dev-en"):
            made.append(ranking_task(f"{name}, whole", evalsets / name, False, query_limit))
    return made if others is None else [task if task.skip else sampled(task, others) for task in made]
