"""Choose the weights of fusion and show what each channel is worth: `python -m training.fusion SET ... --stores DIR`.

Each SET is a BEIR folder, or a question set on the articles of `--articles`; what it is asked of is indexed into
DIR/NAME, where what did not change since an earlier time is taken over. `--sample N` keeps a folder affordable: all
composite and at most N other questions, the documents judged for them, and N others as distractors. `--write` stores
the weights with the table as their evidence in `rag/fusion.json`; without it the stored weights are only measured.

Weights are chosen on one half of the questions of a folder (split by a hash of the id) and reported on the other; of
one that the embedding model has learned from only the half that it has not is asked. A question set is a month of the
archive: they are chosen on all of it, or, with `--held NAME`, it is only measured. For each language those of the
keyword score and of the whole article are chosen whose mean over the sets is best, and one pair for both directions
across languages; that of passages with a counterpart by the rank of the first that holds a gold quotation and by how
well the two wordings of a question agree. Beside keyword search, dense search and fused stands the reference: BM25 over
whole documents, character bigrams and words, last turn alone. `training.worth` puts the table into docs/figures.md.
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
PAIRS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5)
NEAR = 0.002
SYSTEMS = ("keyword", "dense", "fused", "reference")


def value(data: Sequence[Asked], system: str, with_weights: Weights, metric: str | None = None) -> float:
    """The mean of a metric over some questions, 0 to 1, by default the one they are judged by."""
    grades = {a.case.id: a.grades for a in data}
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


def halves(data: Sequence[Asked], *, held: bool) -> tuple[list[Asked], list[Asked]]:
    """What weights are chosen on and what they are measured on: of a folder halves, by another hash than that which
    keeps questions from being learned; of a month all is one or the other."""
    if data[0].quoted is not None:
        return ([], list(data)) if held else (list(data), [])
    dev = [a for a in data if split_of(f"fusion {a.case.cluster}") == "dev"]
    return ([] if held else dev), [a for a in data if a not in dev]


def choose(sets: Sequence[Sequence[Asked]], start: Weights) -> Weights:
    """The weights that are best on the questions to choose by, a part a list; those that no part speaks of stay."""
    over_one = [data for data in sets if data and data[0].passages]
    over_both = [data for data in sets if data and not data[0].passages]
    chosen = start
    for pairs in (["zh-zh"], ["en-en"], ["zh-en", "en-zh"]):
        if of_pair := [data for data in over_one if data[0].pair in pairs]:
            whole = max(WHOLE, key=lambda w: max(_mean(of_pair, _with(chosen, pairs, k, w)) for k in GRID))  # noqa: B023
            tried = [_with(chosen, pairs, keyword, whole) for keyword in GRID]
            chosen = _middle(tried, [_mean(of_pair, weights) for weights in tried])
    if with_history := [data for data in over_one if any(a.before for a in data)]:
        tried = [replace(chosen, context=c) for c in CONTEXTS]
        chosen = _middle(tried, [_mean(with_history, weights) for weights in tried])
    if over_both:
        together = [a for data in over_both for a in data]
        tried = [replace(chosen, pair=pair) for pair in PAIRS]
        chosen = _middle(tried, [np.mean([_mean(over_both, w), alike(together, w)]) for w in tried])
    return chosen


def _with(kept: Weights, pairs: Sequence[str], keyword: float, whole: float) -> Weights:
    """The weights with others for some pairs of languages."""
    return replace(
        kept,
        keyword={**kept.keyword, **dict.fromkeys(pairs, keyword)},
        article={**kept.article, **dict.fromkeys(pairs, whole)},
    )


def _mean(sets: Sequence[Sequence[Asked]], with_weights: Weights) -> float:
    return float(np.mean([value(data, "fused", with_weights, data[0].aim) for data in sets]))


def _middle(tried: Sequence[Weights], means: Sequence[Any]) -> Weights:
    """The middle one of the weights, in order, that are within NEAR of the best."""
    near = [w for w, mean in zip(tried, means, strict=True) if mean >= max(means) - NEAR]
    return near[len(near) // 2]


def table(parts: Mapping[str, tuple[list[Asked], list[Asked]]], with_weights: Weights) -> list[dict[str, Any]]:
    """One row a part: every system on the questions that weights were not chosen on (`test`) and on all."""
    rows = []
    for name, (dev, test) in parts.items():
        data = [*dev, *test]
        metric = data[0].metric if data[0].quoted is None else "quote_hit@1"
        row: dict[str, Any] = {"set": name, "metric": metric, "questions": len(data)}
        for half, some in (("test", test), ("all", data)):
            if some:
                row[half] = {
                    system: round(value(some, system, with_weights), 4)
                    for system in SYSTEMS
                    if data[0].quoted is None or system != "reference"
                }
        rows.append(row)
    return rows


@click.command()
@click.argument("sets", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--stores", "folder", required=True, type=click.Path(path_type=Path), help="Folder for the indexes.")
@click.option("--sample", type=click.IntRange(10), help="Questions and distractors kept of each BEIR folder.")
@click.option("--questions", type=click.IntRange(10), help="Questions taken at most of each set, by a hash of the id.")
@click.option("--articles", type=click.Path(exists=True, path_type=Path), default=Path("seeds"), help="Of the months.")
@click.option("--held", multiple=True, help="The name of a set that is only measured.")
@click.option("--write", is_flag=True, help="Store the chosen weights and the table in rag/fusion.json.")
def main(
    sets: Sequence[Path],
    folder: Path,
    sample: int | None,
    questions: int | None,
    articles: Path,
    held: Sequence[str],
    write: bool,
) -> None:
    """Choose the weights of fusion on SETS and show what each channel is worth on what they were not chosen on."""
    embedder = open_embedder()
    asked_of: dict[str, list[Asked]] = {}
    for path in sets:
        name = path.resolve().stem
        large = sample if path.is_dir() else None
        place = folder / (name if path.is_dir() else "months")
        for asked in collect(path, place, embedder, large, None if large else questions, articles):
            label = f"{name} {asked.part}" + (f", sample of {large}" if large else "")
            asked_of.setdefault(label, []).append(asked)
    parts = {name: halves(data, held=name.split()[0] in held) for name, data in asked_of.items()}
    chosen = choose([dev for dev, _ in parts.values()], weights()) if write else weights()
    rows = table(parts, chosen)
    click.echo(f"{'set':<52}{'metric':>10}{'n':>7}" + "".join(f"{s:>11}" for s in SYSTEMS) + "   (test half | all)")
    for row in rows:
        measured = [row[h] for h in ("test", "all") if h in row]
        cells = "".join(" | ".join(f"{h[s]:.3f}" for h in measured if s in h).rjust(16) for s in SYSTEMS)
        click.echo(f"{row['set']:<52}{row['metric']:>10}{row['questions']:>7}{cells}")
    click.echo(
        f"keyword weights {dict(chosen.keyword)}, of pairs {chosen.pair}, articles {dict(chosen.article)}, "
        f"context {chosen.context}"
    )
    if write:
        stored = {
            "keyword": dict(chosen.keyword),
            "pair": chosen.pair,
            "article": dict(chosen.article),
            "context": chosen.context,
            "model": embedder.digest,
            "command": " ".join(
                ["python -m training.fusion", *(p.resolve().stem for p in sets)]
                + [f"--sample {sample}"] * bool(sample)
                + [f"--questions {questions}"] * bool(questions)
                + [f"--held {name}" for name in held]
                + ["--write"]
            ),
            "evidence": rows,
        }
        WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
