"""Teach the embedding model questions: `python -m training.embedder.questions --shared ../shared ...`.

The shipped model learned sentences and paragraphs from pairs of translations (`train.py`) and had never seen a
question. Here it goes on with questions and the passages that answer them: each must be nearer to its passage than to
those of the other questions of the batch and to one that only seems to answer (Karpukhin et al. 2020, "Dense passage
retrieval"). All texts of a batch are of one source and one pair of languages, so that the others are hard to tell
apart. Pairs of translations are read too, so that what the model was good at stays. Of the public sets only the half
that does not measure is read, of the months none of `--without`.

The run is seeded, and goes on where it was stopped. What comes out is the mean of the weights before and after
(`--share`; Wortsman et al. 2022, "Robust fine-tuning of zero-shot models").
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from rag.adapt.distil import encode, student_ids
from rag.adapt.export import WINDOW, export
from rag.adapt.split_embedding import learned, optimisers
from rag.adapt.trainable import prepared
from rag.embed import SentenceTransformerEmbedder
from rag.model import WEIGHTS
from training.embedder.sought import Sought, of_months, of_public, of_translations
from training.once import once

TEMPERATURE = 0.03
RATE, ROWS_RATE = 8e-5, 4e-4
"""The highest learning rates of the encoder and of the Chinese piece vectors; the English ones stay."""
WARM, EVERY = 20, 300.0
"""Steps of warm-up, and seconds between checkpoints."""
TOKENS = 14_000
"""Tokens of a batch, about 60 questions with two passages each."""


def batches(pairs: Sequence[Sought], sizes: Sequence[int], passes: int, seed: int) -> list[list[int]]:
    """The batches of all passes, each of one group, in order; the same for the same pairs and seed."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, pair in enumerate(pairs):
        groups[pair.group].append(number)
    made = []
    chance = random.Random(seed)
    for _ in range(passes):
        once_read: list[list[int]] = []
        for numbers in groups.values():
            batch: list[int] = []
            tokens = 0
            for number in chance.sample(numbers, len(numbers)):
                if batch and tokens + sizes[number] > TOKENS:
                    once_read.append(batch)
                    batch, tokens = [], 0
                batch.append(number)
                tokens += sizes[number]
            if len(batch) > 1:
                once_read.append(batch)
        chance.shuffle(once_read)
        made += once_read
    return made


class Learner:
    """The model that learns, with the pieces of all texts."""

    def __init__(self, base: Path, pairs: Sequence[Sought]) -> None:
        self.tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        model: Any = SentenceTransformerEmbedder(base, dtype="float32").model
        self.body = prepared(model[0].model, base)
        self.body.eval()  # no dropout, as when the model was made
        self.pairs = pairs
        ids = [student_ids(self.tokenizer, side, WINDOW) for side in zip(*map(_sides, pairs), strict=True)]
        self.questions, self.passages, self.wrong = ids

    def sizes(self) -> list[int]:
        """Tokens of each pair."""
        return [len(q) + len(p) + len(w) for q, p, w in zip(self.questions, self.passages, self.wrong, strict=True)]

    def loss(self, batch: Sequence[int]) -> torch.Tensor:
        """How far the questions are from finding their passages, and the passages their questions."""
        asked = encode(self.body, [self.questions[n] for n in batch])
        right = self._vectors([self.passages[n] for n in batch])
        seeming = [n for n in batch if self.pairs[n].wrong]
        pool = torch.cat([right, self._vectors([self.wrong[n] for n in seeming])]) if seeming else right
        texts = [self.pairs[n].passage for n in batch] + [self.pairs[n].wrong for n in seeming]
        number = {text: i for i, text in enumerate(dict.fromkeys(texts))}
        named = torch.tensor([number[text] for text in texts])
        same = named[: len(batch), None] == named[None]
        same[:, : len(batch)].fill_diagonal_(False)
        scores = (asked @ pool.T / TEMPERATURE).masked_fill(same, -1e4)
        there = torch.arange(len(batch))
        back = scores[:, : len(batch)].T
        return F.cross_entropy(scores, there) + 0.5 * F.cross_entropy(back, there)

    def _vectors(self, texts: Sequence[Sequence[int]]) -> torch.Tensor:
        """The vectors of long texts, halves of about one length together, so that little padding is computed."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = [order[at : at + 16] for at in range(0, len(order), 16)]
        vectors = torch.cat([encode(self.body, [texts[i] for i in part]) for part in parts])
        return vectors[torch.argsort(torch.tensor(order))]


def _sides(pair: Sought) -> tuple[str, str, str]:
    return pair.question, pair.passage, pair.wrong


def fit(learner: Learner, passes: int, checkpoint: Path, seed: int = 0) -> None:
    """Train to the end of the schedule, from the checkpoint on if there is one."""
    body = learner.body
    dense, _ = learned(body)
    both = list(zip(optimisers(body, RATE, ROWS_RATE), (RATE, ROWS_RATE), strict=True))
    schedule, step = batches(learner.pairs, learner.sizes(), passes, seed), 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        body.load_state_dict(state["body"])
        for (optimiser, _), kept in zip(both, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        step = state["step"]
    means: dict[str, float] = {}
    began = saved = time.monotonic()
    first = step
    while step < len(schedule):
        share = min((step + 1) / WARM, (len(schedule) - step) / max(1, len(schedule) - WARM))
        for optimiser, rate in both:
            optimiser.param_groups[0]["lr"] = rate * share
            optimiser.zero_grad()
        loss = learner.loss(schedule[step])
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(dense, 1.0)
        for optimiser, _ in both:
            if any(p.grad is not None for group in optimiser.param_groups for p in group["params"]):
                optimiser.step()
        group, value = learner.pairs[schedule[step][0]].group, float(loss.detach())
        means[group] = 0.8 * means.get(group, value) + 0.2 * value
        step += 1
        if step % 5 == 0:
            left = (len(schedule) - step) * (time.monotonic() - began) / (step - first) / 60
            told = ", ".join(f"{name} {mean:.2f}" for name, mean in sorted(means.items()))
            click.echo(f"step {step} of {len(schedule)}, {left:.0f} min left: {told}", err=True)
        if time.monotonic() - saved > EVERY or step == len(schedule):
            part = checkpoint.with_suffix(".part")
            kept = [optimiser.state_dict() for optimiser, _ in both]
            torch.save({"body": body.state_dict(), "optimisers": kept, "step": step}, part)
            os.replace(part, checkpoint)
            saved = time.monotonic()


def mixed(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor], share: float) -> dict[str, torch.Tensor]:
    """The weights between: `share` of those after, the rest of those before."""
    return {name: torch.lerp(before[name], value, share) for name, value in after.items()}


@click.command()
@click.option("--shared", required=True, type=click.Path(exists=True, path_type=Path), help="Folder of the data.")
@click.option("--articles", multiple=True, required=True, type=click.Path(exists=True, path_type=Path),
              help="Folder of articles, MONTH/NAME.md; several may be given.")  # fmt: skip
@click.option("--base", default=WEIGHTS, type=click.Path(exists=True, path_type=Path), help="The model to go on from.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the model.")
@click.option("--work", type=click.Path(path_type=Path), help="Folder for what is between (default: OUT.work).")
@click.option("--without", multiple=True, help="A month of which nothing is read.")
@click.option("--passes", default=1, show_default=True, help="Passes over the pairs.")
@click.option("--share", default=1.0, show_default=True, help="Weight of what was learned, beside the base.")
def main(
    shared: Path, articles: Sequence[Path], base: Path, out: Path, work: Path | None, without: Sequence[str],
    passes: int, share: float,
) -> None:  # fmt: skip
    """Teach the embedding model questions and write it to a folder."""
    work = work or out.with_suffix(".work")
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    torch.set_num_threads(os.cpu_count() or 1)

    def pairs() -> list[Sought]:
        chance = random.Random(11)
        own = list(of_months(shared, articles, work / "store", without, chance))
        return [*own, *of_public(shared, chance), *of_translations(shared, chance)]

    read = once(work / "pairs.pickle", pairs)
    counts: dict[str, int] = defaultdict(int)
    for pair in read:
        counts[pair.group] += 1
    click.echo(json.dumps(counts), err=True)
    learner = Learner(base, read)
    before = {name: value.clone() for name, value in learner.body.state_dict().items()}
    fit(learner, passes, work / "questions.pt")
    learner.body.load_state_dict(mixed(before, learner.body.state_dict(), share))
    export(learner.body, learner.tokenizer, out)
    click.echo(str(out))


if __name__ == "__main__":
    sys.exit(main())
