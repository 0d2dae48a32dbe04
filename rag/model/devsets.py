"""The dev sets as retrieval tasks: who asks, what is searched, what is right.

The sets have one form (BEIR's, with ``id`` for ``_id``): corpus.jsonl, queries.jsonl and qrels.tsv.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.model.data import read_pairs


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
    """nDCG@10 over the queries that have a positive judgement."""
    documents, queries, judged = load_set(folder)
    number = {d["id"]: i for i, d in enumerate(documents)}
    queries = [q for q in queries if q["id"] in judged]
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


def tasks(sets: Sequence[str], evalsets: Path, parallel: Path, query_limit: int | None = None) -> list[Task]:
    """The tasks of the named sets: flores, news, cmrc, clapnq, mtrag, whole (documents not cut into passages)."""
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
    return made
