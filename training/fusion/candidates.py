"""The questions of a set with their candidates, as a search gathers them: what weights of fusion are tried on."""

from __future__ import annotations

import gzip
import json
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from eval.metrics.ranking import QUOTE_SHARE
from eval.sets.beir import corpus_file, load_beir
from eval.sets.load import load
from eval.sets.questions import Case, Question, split_of
from rag.channels import Pool, gather, probe, rescored, widened
from rag.conversation import Conversation
from rag.corpus import sources
from rag.datatypes import LANGS, Filters, Lang, other
from rag.embed import Embedder
from rag.expand import expansion
from rag.fusion import Weights, fuse
from rag.index import store as stores
from rag.index.build import build
from rag.index.reader import Generation
from rag.query import Query, turns_of, understand
from rag.reader.reader import ShippedReader
from rag.reader.remembering import Remembering
from rag.retrieve import SAME_SUBJECT
from training.embedder.devsets import LEARNED


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its candidates, also as the turn before scores them.

    A unit is named for its article. Over bilingual articles it is named for itself: `quoted` are those with a gold
    quotation, None elsewhere, and `paragraphs` those that it has a part of.
    """

    case: Case
    part: str
    units: list[str]
    pool: Pool
    before: Pool | None
    passages: Lang | None
    reference: list[str]
    quoted: Mapping[str, int] | None = None
    paragraphs: Mapping[str, frozenset[tuple[str, int]]] = field(default_factory=dict)

    @property
    def pair(self) -> str:
        """Languages of the question and of the passages ("zh-en"); where these have both, the other one."""
        return f"{self.case.lang}-{self.passages or other(self.case.lang)}"

    @property
    def metric(self) -> str:
        """What it is judged by: the first hit where the passages are in the other language or in both."""
        return "ndcg@10" if self.passages == self.case.lang else "success@1"

    @property
    def aim(self) -> str:
        """What weights are chosen by: of gold quotations, which are few, how far down the first is."""
        return self.metric if self.quoted is None else "rr@10"

    @property
    def grades(self) -> Mapping[str, int]:
        """How relevant each unit is, by its name."""
        return self.case.question.grades if self.quoted is None else self.quoted

    def ranking(self, scores: NDArray[np.float32]) -> list[str]:
        """Articles, best first, the question's own text left out."""
        named = (self.units[i] for i in np.argsort(-scores, kind="stable"))
        return [a for a in dict.fromkeys(named) if a != self.case.id][:100]

    def fused(self, with_weights: Weights) -> NDArray[np.float32]:
        """The score of every unit under some weights."""
        scores = fuse(self.case.lang, self.pool, with_weights)
        if self.before and with_weights.context:
            lasting = fuse(self.case.lang, self.before, with_weights)
            scores = scores + np.float32(with_weights.context) * lasting
        return scores

    def ranked(self, system: str, with_weights: Weights) -> list[str]:
        """The ranking of a system."""
        if system == "reference":
            return self.reference
        if system == "fused":
            return self.ranking(self.fused(with_weights))
        values = self.pool.keyword if system == "keyword" else np.nan_to_num(self.pool.dense, nan=-1.0)
        return self.ranking(values.max(axis=1))


def collect(
    folder: Path, place: Path, embedder: Embedder, sample: int | None, most: int | None, articles: Path
) -> list[Asked]:
    """Every question of a set that has a relevant document, with its candidates; what it is asked of is indexed if need
    be: the set itself, or for a file of questions `articles`."""
    if sample:
        folder = sampled(folder, place.parent / f"{place.name}-{sample}-set", sample)
        place = place.parent / f"{place.name}-{sample}"
    generation = indexed(articles if folder.is_file() else folder, place, embedder)
    if folder.is_file():
        found = _over_both(_Asking(generation, embedder), folder)
    else:
        found = _over_one(_Asking(generation, embedder), folder, most)
    generation.close()
    return found


class _Asking:
    """One index with what is needed to ask it; the reader tells which questions lean on the turns before them."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        self.generation, self.embedder = generation, embedder
        self._conversation = Conversation(generation, embedder, Remembering(ShippedReader()))

    def query(self, case: Case, filters: Filters) -> Query:
        """A case as a search understands it; the times it names are no filters."""
        history = case.question.history
        taken = self._conversation.taken_over(case.text, turns_of(history))
        return replace(understand(case.text, history, read_dates=False, taken=taken), filters=filters)


def _over_one(asking: _Asking, folder: Path, most: int | None) -> list[Asked]:
    found = []
    generation = asking.generation
    questions = sorted(load_beir(folder).questions, key=lambda q: zlib.crc32(q.id.encode()))
    if folder.name.startswith(LEARNED):
        questions = [q for q in questions if split_of(q.id) == "test"]
    for question in questions[:most]:
        (lang, text), relevant = next(iter(question.ask.items())), [a for a, g in question.grades.items() if g > 0]
        if not relevant or not any(c.isalnum() for c in text):
            continue
        case = Case(question.id, question.id, lang, text, question)
        target = _language(generation, relevant[0], lang)
        filters = Filters(lang=target) if all(generation.size.values()) else Filters()
        found.append(_asked(asking, case, filters, target))
    return _referenced(generation, found)


def _over_both(asking: _Asking, file: Path) -> list[Asked]:
    """The answerable questions of a set over bilingual articles, but for follow-ups, in each wording: asked of both
    languages, and of the other one alone, as if the archive had no more."""
    found = []
    for case in load(file).cases():
        if case.question.answerable and case.follow_up_of is None:
            filters = Filters(case.question.since, case.question.until)
            found.append(_asked(asking, case, filters, None, quoted=True))
            target = other(case.lang)
            found.append(_asked(asking, case, replace(filters, lang=target), target, quoted=True))
    return found


def _quoted(generation: Generation, rows: NDArray[np.int64], question: Question) -> bool:
    """True if the passages of a unit hold 80 % of a gold quotation."""
    for lang, row in zip(LANGS, rows.tolist(), strict=True):
        if row < 0:
            continue
        record = generation.passages[lang][row]
        article, _ = generation.article(int(record["article"]))
        sources = [s for s in question.sources if s.article == article.id and s.grade > 0]
        for quote in (quote for source in sources for quote in source.quotes.get(lang, ())):
            start = article.bodies[lang].find(quote)
            shared = min(int(record["end"]), start + len(quote)) - max(int(record["start"]), start)
            if start >= 0 and shared >= QUOTE_SHARE * len(quote):
                return True
    return False


def _paragraphs(generation: Generation, rows: NDArray[np.int64]) -> frozenset[tuple[str, int]]:
    """The paragraphs of a unit, each with its article; a paragraph and its translation are one."""
    passages = [generation.passage(lang, row) for lang, row in zip(LANGS, rows.tolist(), strict=True) if row >= 0]
    return frozenset((p.article_id, number) for p in passages for number in p.paragraphs)


def _asked(asking: _Asking, case: Case, filters: Filters, target: Lang | None, *, quoted: bool = False) -> Asked:
    generation, embedder = asking.generation, asking.embedder
    query = asking.query(case, filters)
    asked = widened(generation, probe(query.text, query.lang), expansion(generation, query.text, query.lang))
    pool = gather(generation, embedder, asked, query.filters)
    before = None
    if query.context and float(embedder.query(query.text) @ embedder.query(query.context)) >= SAME_SUBJECT:
        before = rescored(generation, embedder, probe(query.context, query.lang), pool)
    tags = case.question.tags
    part = tags[0] if tags and tags[0] in ("headline", "composite") else f"{case.lang}-{target or 'both'}"
    case = replace(case, lang=query.lang)
    if not quoted:
        units = [generation.article(owner)[0].id for owner in generation.owners(pool.rows).tolist()]
        return Asked(case, part, units, pool, before, target, [])
    units = ["/".join(map(str, rows)) for rows in pool.rows.tolist()]
    named = list(zip(units, pool.rows, strict=True))
    gold = {unit: 1 for unit, rows in named if _quoted(generation, rows, case.question)}
    paragraphs = {unit: _paragraphs(generation, rows) for unit, rows in named}
    return Asked(case, part, units, pool, before, target, [], gold, paragraphs)


def _language(generation: Generation, article: str, asked: Lang) -> Lang:
    langs = generation.article(article)[0].langs
    return asked if asked in langs else other(asked)


def _referenced(generation: Generation, asked: Sequence[Asked]) -> list[Asked]:
    """The questions with the ten best documents of BM25 over the whole documents of a store."""
    from training.embedder.devsets import Task
    from training.embedder.evaluate import bm25_ranks

    texts: dict[Lang, list[tuple[str, str]]] = {"zh": [], "en": []}
    ids: dict[Lang, list[str]] = {"zh": [], "en": []}
    for identifier in generation.articles.ids():
        article, _ = generation.articles.article(identifier)
        for lang, body in article.bodies.items():
            texts[lang].append((article.titles.get(lang, ""), body))
            ids[lang].append(article.id)
    found: list[Asked] = []
    for lang in LANGS:
        some = [a for a in asked if a.passages == lang]
        if some:
            number = {name: i for i, name in enumerate(ids[lang])}
            skip = {i: number[a.case.id] for i, a in enumerate(some) if a.case.id in number}
            task = Task("reference", "nDCG@10", [a.case.text for a in some], texts[lang], {}, skip)
            ranks = bm25_ranks(task)
            found += [replace(a, reference=[ids[lang][d] for d in best]) for a, best in zip(some, ranks, strict=True)]
    return found


def sampled(folder: Path, target: Path, size: int) -> Path:
    """A smaller set in `target`: composite and `size` other questions, what is judged for them, `size` distractors."""
    target.mkdir(parents=True, exist_ok=True)
    judged = [line.split("\t") for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]]
    relevant = {query for query, _, grade in judged if int(grade) > 0}
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["id"] in relevant]
    kept = [row for row in rows if row.get("type") == "composite"]
    kept += sorted((r for r in rows if r.get("type") != "composite"), key=lambda r: zlib.crc32(r["id"].encode()))[:size]
    asked = {row["id"] for row in kept}
    judged = [line for line in judged if line[0] in asked]
    wanted = {document for _, document, _ in judged}
    source = corpus_file(folder)
    opened = gzip.open if source.suffix == ".gz" else open
    with opened(source, "rt", encoding="utf-8") as lines:
        documents = [(json.loads(line)["id"], line) for line in lines]
    others = sorted((i for i, _ in documents if i not in wanted), key=lambda i: zlib.crc32(i.encode()))[:size]
    wanted |= set(others)
    (target / "queries.jsonl").write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in kept), "utf-8")
    table = ["query-id\tcorpus-id\tscore", *("\t".join(line) for line in judged)]
    (target / "qrels.tsv").write_text("\n".join(table) + "\n", "utf-8")
    partial = target / "corpus.jsonl.part"
    partial.write_text("".join(line for i, line in documents if i in wanted), "utf-8")
    shutil.move(partial, target / "corpus.jsonl")
    return target


def indexed(articles: Path, place: Path, embedder: Embedder) -> Generation:
    """The index of some articles in `place`, brought up to date: what did not change is taken over."""
    click.echo(f"indexing {articles} into {place}", err=True)
    build(sources([articles], max_bytes=10**9), place, embedder, sources=[str(articles)])
    return Generation(stores.current(place))
