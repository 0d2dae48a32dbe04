"""Choose the weights of fusion and show what each channel is worth: `python -m training.fusion SET ... --stores DIR`.

Each SET is a BEIR folder, or a question set on the seed articles; it is indexed into DIR/NAME, where what did not
change since an earlier time is taken over. `--sample N` keeps a folder affordable: all composite and at most N
other questions, the documents judged for them, and N others as distractors. `--write` stores the weights with the
table as their evidence in `rag/fusion.json`; without it the stored weights are only measured.

Of a set that the embedding model has learned from only the other half is asked. Weights are chosen on one half of the
questions (split by a hash of the id) and reported on the other: for each language those of the keyword score and of
the whole article whose mean over the sets is best, and one pair for both directions across languages. A set over
bilingual articles decides the weights of passages with a counterpart and of what stands beside a passage, by the rank
of the first passage that holds a gold quotation and by how well the two wordings of a question agree. Beside keyword
search, dense search and fused stands the reference: BM25 over whole documents, character bigrams and words, last turn
alone. `training.worth` puts the table into docs/figures.md.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from eval.metrics.ranking import ranking_metrics
from eval.sets.questions import split_of
from rag.embed import open_embedder
from rag.fusion import WEIGHTS, Weights, weights
from training.fusion.candidates import Asked, collect

GRID = (0.0, 0.3, 0.6, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0)
WHOLE = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
CONTEXTS = (0.0, 0.1, 0.2, 0.3)
PAIRS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
BESIDE = (0.0, 0.1, 0.2, 0.3)
NEAR = 0.002
SYSTEMS = ("keyword", "dense", "fused", "reference")


def value(data: Sequence[Asked], system: str, with_weights: Weights, metric: str | None = None) -> float:
    """The mean of a metric over some questions, 0 to 1, by default the one they are judged by."""
    grades = {a.case.id: a.case.question.grades if a.passages else a.quoted for a in data}
    found = ranking_metrics(grades, {a.case.id: a.ranked(system, with_weights) for a in data})
    return float(np.mean([scores[metric or data[0].metric] for scores in found.values()]))


def alike(data: Sequence[Asked], with_weights: Weights) -> float:
    """How well the two wordings of a question agree, 0 to 1: the mean of 1 / rank of the first passage in the one that
    has a part of the paragraph that the other finds first."""
    found: dict[str, list[list[frozenset[tuple[str, int]]]]] = {}
    for a in data:
        found.setdefault(a.case.cluster, []).append([a.paragraphs[u] for u in a.ranked("fused", with_weights)])
    pairs = [(one, two) for both in found.values() if len(both) == 2 for one, two in (both, both[::-1])]
    ranks = [next((rank for rank, there in enumerate(two, 1) if there & one[0]), 0) for one, two in pairs if one]
    return float(np.mean([1 / rank if rank else 0.0 for rank in ranks] or [0.0]))


def half_of(asked: Asked) -> str:
    """`dev` or `test`: by another hash than that which keeps questions from being learned."""
    return split_of(f"fusion {asked.case.cluster}")


def choose(parts: Mapping[str, Sequence[Asked]], start: Weights) -> Weights:
    """The weights that are best on the development half of every part; those that no part speaks of stay."""
    halves = [[a for a in data if half_of(a) == "dev"] for data in parts.values()]
    over_one = [half for half in halves if half and half[0].passages]
    over_both = [half for half in halves if half and not half[0].passages]
    chosen = start
    for pairs in (["zh-zh"], ["en-en"], ["zh-en", "en-zh"]):
        if sets := [data for data in over_one if data[0].pair in pairs]:
            whole = max(WHOLE, key=lambda w: max(_mean(sets, _with(chosen, pairs, k, w)) for k in GRID))  # noqa: B023
            tried = [_with(chosen, pairs, keyword, whole) for keyword in GRID]
            chosen = _middle(tried, [_mean(sets, weights) for weights in tried])
    if with_history := [data for data in over_one if any(a.before for a in data)]:
        tried = [replace(chosen, context=c) for c in CONTEXTS]
        chosen = _middle(tried, [np.mean([value(d, "fused", w) for d in with_history]) for w in tried])
    if over_both:
        together = [a for half in over_both for a in half]
        tried = [replace(chosen, pair={"zh": z, "en": e}, beside=b) for z in PAIRS for e in PAIRS for b in BESIDE]
        hits = [np.mean([value(half, "fused", w, "rr@10") for half in over_both]) for w in tried]
        means = [np.mean([hit, alike(together, w)]) for hit, w in zip(hits, tried, strict=True)]
        chosen = tried[int(np.argmax(means))]
    return chosen


def _with(kept: Weights, pairs: Sequence[str], keyword: float, whole: float) -> Weights:
    """The weights with others for some pairs of languages."""
    return replace(
        kept,
        keyword={**kept.keyword, **dict.fromkeys(pairs, keyword)},
        article={**kept.article, **dict.fromkeys(pairs, whole)},
    )


def _mean(sets: Sequence[Sequence[Asked]], with_weights: Weights) -> float:
    return float(np.mean([value(data, "fused", with_weights) for data in sets]))


def _middle(tried: Sequence[Weights], means: Sequence[Any]) -> Weights:
    """The middle one of the weights, in order, that are within NEAR of the best."""
    near = [w for w, mean in zip(tried, means, strict=True) if mean >= max(means) - NEAR]
    return near[len(near) // 2]


def table(parts: Mapping[str, Sequence[Asked]], with_weights: Weights) -> list[dict[str, Any]]:
    """One row a part: every system on the half that was not tuned on (`test`) and on all questions."""
    rows = []
    for name, data in parts.items():
        test = [a for a in data if half_of(a) == "test"]
        metric = data[0].metric if data[0].passages else "quote_hit@1"
        row: dict[str, Any] = {"set": name, "metric": metric, "questions": len(data)}
        for half, chosen in (("test", test), ("all", data)):
            if chosen:
                row[half] = {
                    system: round(value(chosen, system, with_weights), 4)
                    for system in SYSTEMS
                    if data[0].passages or system != "reference"
                }
        rows.append(row)
    return rows


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--stores", "folder", required=True, type=click.Path(path_type=Path), help="Folder for the indexes.")
@click.option("--sample", type=click.IntRange(10), help="Questions and distractors kept of each BEIR folder.")
@click.option("--questions", type=click.IntRange(10), help="Questions taken at most of each set, by a hash of the id.")
@click.option("--write", is_flag=True, help="Store the chosen weights and the table in rag/fusion.json.")
def main(sets: Sequence[Path], folder: Path, sample: int | None, questions: int | None, write: bool) -> None:
    """Choose the weights of fusion on the development half of SETS and show what each channel is worth."""
    embedder = open_embedder()
    parts: dict[str, list[Asked]] = {}
    for path in sets:
        name = path.resolve().stem
        large = sample if path.is_dir() else None
        for asked in collect(path, folder / name, embedder, large, None if large else questions):
            label = f"{name} {asked.part}" + (f", sample of {large}" if large else "")
            parts.setdefault(label, []).append(asked)
    chosen = choose(parts, weights()) if write else weights()
    rows = table(parts, chosen)
    click.echo(f"{'set':<52}{'metric':>10}{'n':>7}" + "".join(f"{s:>11}" for s in SYSTEMS) + "   (test half | all)")
    for row in rows:
        halves = [row[h] for h in ("test", "all") if h in row]
        cells = "".join(" | ".join(f"{h[s]:.3f}" for h in halves if s in h).rjust(16) for s in SYSTEMS)
        click.echo(f"{row['set']:<52}{row['metric']:>10}{row['questions']:>7}{cells}")
    click.echo(
        f"keyword weights {dict(chosen.keyword)}, of pairs {dict(chosen.pair)}, articles {dict(chosen.article)}, "
        f"beside {chosen.beside}, context {chosen.context}"
    )
    if write:
        stored = {
            "keyword": dict(chosen.keyword),
            "pair": dict(chosen.pair),
            "article": dict(chosen.article),
            "beside": chosen.beside,
            "context": chosen.context,
            "model": embedder.digest,
            "command": " ".join(
                ["python -m training.fusion", *(p.resolve().stem for p in sets)]
                + [f"--sample {sample}"] * bool(sample)
                + [f"--questions {questions}"] * bool(questions)
                + ["--write"]
            ),
            "evidence": rows,
        }
        WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
