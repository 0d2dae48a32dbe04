"""Choose the weights of fusion and show what each channel is worth: `python -m eval.tune SET ... --stores DIR`.

Each SET is a BEIR folder, indexed once into DIR/NAME. `--sample N` keeps a large set affordable: all composite and at
most N other questions, the documents judged for them, and N others as distractors. `--write` stores the weights
with the table as their evidence in `rag/fusion.json`; without it the stored weights are only measured.

Weights are chosen on the development half of the questions (split by a hash of the id) and reported on the other
half: for each pair of languages the keyword weight whose mean over the sets is best; where several are within .002
of it, the middle one. Beside keyword search, dense search and fused stands the reference: BM25 over whole
documents, character bigrams and words, last turn alone.
"""

from __future__ import annotations

import gzip
import json
import shutil
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from eval.beir import corpus_file, load_beir
from eval.metrics.ranking import ranking_metrics
from eval.questions import Case, split_of
from rag.channels import gather, probe, rescored, widened
from rag.corpus import sources
from rag.datatypes import LANGS, Filters, Lang, other
from rag.embed import Embedder, open_embedder
from rag.errors import NoIndex
from rag.expand import additions
from rag.fusion import WEIGHTS, Weights, fuse, weights
from rag.index import store as stores
from rag.index.build import build
from rag.index.reader import Generation
from rag.query import understand
from rag.retrieve import SAME_SUBJECT

GRID = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
CONTEXTS = (0.0, 0.1, 0.2, 0.3)
NEAR = 0.002
SYSTEMS = ("keyword", "dense", "fused", "reference")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with its candidates: article of each unit, channel scores (units, 2), those of the turn before."""

    case: Case
    part: str
    units: list[str]
    keyword: NDArray[np.float32]
    dense: NDArray[np.float32]
    before: tuple[NDArray[np.float32], NDArray[np.float32]] | None
    passages: Lang
    reference: list[str]

    def ranking(self, scores: NDArray[np.float32]) -> list[str]:
        """Articles, best first, the question's own text left out."""
        named = (self.units[i] for i in np.argsort(-scores, kind="stable"))
        return [a for a in dict.fromkeys(named) if a != self.case.id][:100]

    def fused(self, with_weights: Weights) -> NDArray[np.float32]:
        """The score of every unit under some weights."""
        scores = fuse(self.case.lang, self.keyword, self.dense, with_weights)
        if self.before and with_weights.context:
            scores = scores + np.float32(with_weights.context) * fuse(self.case.lang, *self.before, with_weights)
        return scores

    def ranked(self, system: str, with_weights: Weights) -> list[str]:
        """The ranking of a system."""
        if system == "reference":
            return self.reference
        if system == "fused":
            return self.ranking(self.fused(with_weights))
        values = self.keyword if system == "keyword" else np.nan_to_num(self.dense, nan=-1.0)
        return self.ranking(values.max(axis=1))


def collect(folder: Path, place: Path, embedder: Embedder, sample: int | None, most: int | None = None) -> list[Asked]:
    """Every question of a set that has a relevant document, with its candidates; the set is indexed if need be."""
    if sample:
        folder = sampled(folder, place.parent / f"{place.name}-{sample}-set", sample)
        place = place.parent / f"{place.name}-{sample}"
    generation = _indexed(folder, place, embedder)
    found = []
    questions = sorted(load_beir(folder).questions, key=lambda q: zlib.crc32(q.id.encode()))
    for question in questions[:most]:
        (lang, text), relevant = next(iter(question.ask.items())), [a for a, g in question.grades.items() if g > 0]
        if not relevant or not any(c.isalnum() for c in text):
            continue
        case = Case(question.id, question.id, lang, text, question)
        target = _language(generation, relevant[0], lang)
        filters = Filters(lang=target) if all(generation.size.values()) else Filters()
        found.append(_asked(generation, embedder, case, filters, target))
    found = _referenced(generation, found)
    generation.close()
    return found


def _asked(generation: Generation, embedder: Embedder, case: Case, filters: Filters, target: Lang) -> Asked:
    query = replace(understand(case.text, case.question.history, read_dates=False), filters=filters)
    asked = widened(generation, probe(query.text, query.lang), additions(generation, query.text, query.lang))
    pool = gather(generation, embedder, asked, query.filters)
    before = None
    if query.context and float(embedder.query(query.text) @ embedder.query(query.context)) >= SAME_SUBJECT:
        other_pool = rescored(generation, embedder, probe(query.context, query.lang), pool)
        before = (other_pool.keyword, other_pool.dense)
    units = [_owner(generation, rows) for rows in pool.rows]
    tags = case.question.tags
    part = tags[0] if tags and tags[0] in ("headline", "composite") else f"{case.lang}-{target}"
    case = replace(case, lang=query.lang)
    return Asked(case, part, units, pool.keyword, pool.dense, before, target, [])


def _owner(generation: Generation, rows: NDArray[np.int64]) -> str:
    column = 0 if rows[0] >= 0 else 1
    record = generation.passages[LANGS[column]][rows[column]]
    return generation.article(int(record["article"]))[0].id


def _language(generation: Generation, article: str, asked: Lang) -> Lang:
    langs = generation.article(article)[0].langs
    return asked if asked in langs else other(asked)


def _referenced(generation: Generation, asked: Sequence[Asked]) -> list[Asked]:
    """The questions with the ten best documents of BM25 over the whole documents of a store."""
    from rag.model.devsets import Task
    from rag.model.evaluate import bm25_ranks

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
    if (target / "corpus.jsonl").is_file():
        return target
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


def _indexed(folder: Path, place: Path, embedder: Embedder) -> Generation:
    try:
        made_with = stores.read_manifest(stores.current(place))["model"]["digest"]
    except NoIndex:
        made_with = None
    if made_with != embedder.digest:
        click.echo(f"indexing {folder} into {place}", err=True)
        build(sources([folder], max_bytes=10**9), place, embedder, sources=[str(folder)])
    return Generation(stores.current(place))


def value(data: Sequence[Asked], system: str, with_weights: Weights) -> float:
    """nDCG@10 of a system; Success@1 where the passages are in the other language; 0 to 1."""
    metric = "success@1" if data[0].passages != data[0].case.lang else "ndcg@10"
    grades = {a.case.id: a.case.question.grades for a in data}
    found = ranking_metrics(grades, {a.case.id: a.ranked(system, with_weights) for a in data})
    return float(np.mean([scores[metric] for scores in found.values()]))


def choose(parts: Mapping[str, Sequence[Asked]], start: Weights) -> Weights:
    """The weights that are best on the development half of every part."""
    development = {n: [a for a in data if split_of(a.case.cluster) == "dev"] for n, data in parts.items()}
    chosen = dict(start.keyword)
    for pair in chosen:
        sets = [data for data in development.values() if data and f"{data[0].case.lang}-{data[0].passages}" == pair]
        if sets:
            means = [
                np.mean([value(data, "fused", replace(start, keyword={**chosen, pair: w})) for data in sets])
                for w in GRID
            ]
            chosen[pair] = _middle(GRID, means)
    with_history = [data for data in development.values() if any(a.before for a in data)]
    context = start.context
    if with_history:
        means = [np.mean([value(d, "fused", Weights(chosen, c)) for d in with_history]) for c in CONTEXTS]
        context = _middle(CONTEXTS, means)
    return Weights(chosen, context)


def _middle(grid: Sequence[float], means: Sequence[Any]) -> float:
    """The middle one of the values that are within NEAR of the best."""
    near = [w for w, mean in zip(grid, means, strict=True) if mean >= max(means) - NEAR]
    return near[len(near) // 2]


def table(parts: Mapping[str, Sequence[Asked]], with_weights: Weights) -> list[dict[str, Any]]:
    """One row a part: every system on the half that was not tuned on (`test`) and on all questions."""
    rows = []
    for name, data in parts.items():
        test = [a for a in data if split_of(a.case.cluster) == "test"]
        metric = "success@1" if data[0].passages != data[0].case.lang else "ndcg@10"
        row: dict[str, Any] = {"set": name, "metric": metric, "questions": len(data)}
        for half, chosen in (("test", test), ("all", data)):
            if chosen:
                row[half] = {system: round(value(chosen, system, with_weights), 4) for system in SYSTEMS}
        rows.append(row)
    return rows


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path, file_okay=False))
@click.option("--stores", "folder", required=True, type=click.Path(path_type=Path), help="Folder for the indexes.")
@click.option(
    "--sample", type=click.IntRange(10), help="Questions and distractors kept of a set above 10,000 documents."
)
@click.option("--questions", type=click.IntRange(10), help="Questions taken at most of each set, by a hash of the id.")
@click.option("--write", is_flag=True, help="Store the chosen weights and the table in rag/fusion.json.")
def main(sets: Sequence[Path], folder: Path, sample: int | None, questions: int | None, write: bool) -> None:
    """Choose the weights of fusion on the development half of SETS and show what each channel is worth."""
    embedder = open_embedder()
    parts: dict[str, list[Asked]] = {}
    for path in sets:
        name = path.resolve().name
        large = sample if (path / "corpus.jsonl.gz").is_file() else None
        for asked in collect(path, folder / name, embedder, large, None if large else questions):
            label = f"{name} {asked.part}" + (f", sample of {large}" if large else "")
            parts.setdefault(label, []).append(asked)
    chosen = choose(parts, weights()) if write else weights()
    rows = table(parts, chosen)
    click.echo(f"{'set':<52}{'metric':>10}{'n':>7}" + "".join(f"{s:>11}" for s in SYSTEMS) + "   (test half | all)")
    for row in rows:
        halves = [row[h] for h in ("test", "all") if h in row]
        cells = "".join(" | ".join(f"{h[s]:.3f}" for h in halves).rjust(16) for s in SYSTEMS)
        click.echo(f"{row['set']:<52}{row['metric']:>10}{row['questions']:>7}{cells}")
    click.echo(f"keyword weights {dict(chosen.keyword)}, context {chosen.context}")
    if write:
        stored = {
            "keyword": dict(chosen.keyword),
            "context": chosen.context,
            "model": embedder.digest,
            "command": "python -m eval.tune " + " ".join(p.resolve().name for p in sets) + " --write",
            "evidence": rows,
        }
        WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
