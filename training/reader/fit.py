"""The training loop of the reader: seeded, with checkpoints; a run that was stopped goes on where it was."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from rag.cpu import autocast
from rag.reader.network import Network, tensors
from rag.reader.pages import FORMS, Pair, paired
from training.reader.example import UNKNOWN, Example

CHUNK = 1024
"""Examples that are sorted by length together, so that batches hold little padding and stay random."""
EVERY = 300.0
"""Seconds between checkpoints."""
FASTER = 10
"""What tells sentences and pairs apart begins from nothing and learns so many times as fast as the encoder."""
PARTS = ("answers", "words", "yes", "form", "leans")
"""The parts of the loss."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard: passes over the examples, the highest learning rate (reached after `warm` of the steps,
    then falling to none), pieces in a batch, and what each part of the loss counts."""

    passes: int = 1
    rate: float = 8e-5
    warm: float = 0.05
    pieces: int = 4096
    seed: int = 0
    shares: tuple[float, float, float, float, float] = (2.0, 0.4, 0.5, 0.5, 0.3)


@dataclass(frozen=True, slots=True)
class Item:
    """An example in pieces. `words` are the first and last piece of the answer, `yes`, `form` and `leans` numbers; all
    are -1 if unknown."""

    pair: Pair
    labels: tuple[int, ...]
    words: tuple[int, int]
    yes: int
    form: int
    leans: int


def item(tokenizer: Tokenizer, example: Example) -> Item:
    """An example as the network takes it; what is beyond the window is unknown."""
    pair = paired(tokenizer, example.question, example.page)
    labels = tuple(label if pieces else UNKNOWN for label, pieces in zip(example.labels, pair.sentences, strict=True))
    words = (-1, -1)
    if example.words:
        first, last = example.words
        held = [pair.first + i for i, (a, b) in enumerate(pair.places) if a < b and a < last and b > max(first, 0)]
        words = (held[0], held[-1]) if held else words
    return Item(
        pair,
        labels,
        words,
        -1 if example.yes is None else int(example.yes),
        -1 if example.form is None else FORMS.index(example.form),
        -1 if example.leans is None else int(example.leans),
    )


def batches(items: Sequence[Item], plan: Plan) -> list[list[int]]:
    """The batches of all passes, in order; the same for the same items and plan."""
    chance, made = random.Random(plan.seed), []
    for _ in range(plan.passes):
        order = list(range(len(items)))
        chance.shuffle(order)
        once: list[list[int]] = []
        for at in range(0, len(order), CHUNK):
            batch: list[int] = []
            for number in sorted(order[at : at + CHUNK], key=lambda i: len(items[i].pair.ids)):
                if batch and len(items[number].pair.ids) * (len(batch) + 1) > plan.pieces:
                    once.append(batch)
                    batch = []
                batch.append(number)
            once.append(batch)
        chance.shuffle(once)
        made += once
    return made


def losses(network: Network, batch: Sequence[Item]) -> tuple[Tensor, ...]:
    """The parts of the loss of a batch, in the order of PARTS."""
    with autocast():
        spans, sentences, pairs = (out.float() for out in network(*tensors([one.pair for one in batch])))
    size, most = sentences.shape[:2]
    labels, yes = torch.full((size, most), -1.0), torch.full((size, most), -1.0)
    inside = torch.zeros(spans.shape[:2], dtype=torch.bool)
    for row, one in enumerate(batch):
        labels[row, : len(one.labels)] = torch.tensor(one.labels, dtype=torch.float)
        for number, label in enumerate(one.labels):
            if label == 1:
                inside[row, one.pair.sentences[number]] = True
                yes[row, number] = one.yes
    firsts, lasts = (torch.tensor([one.words[end] for one in batch]) for end in (0, 1))
    there = firsts >= 0
    # the words are looked for inside the sentences that answer, as when somebody asks
    starts, ends = (spans[there][..., end].masked_fill(~inside[there], -1e4) for end in (0, 1))
    words = (
        F.cross_entropy(starts, firsts[there]) + F.cross_entropy(ends, lasts[there]) if there.any() else spans.sum() * 0
    )
    forms, leans = torch.tensor([one.form for one in batch]), torch.tensor([float(one.leans) for one in batch])
    known = forms >= 0
    return (
        _binary(sentences[..., 0], labels, least=1),
        words / 2 * there.float().mean(),
        _binary(sentences[..., 1], yes, least=8),
        F.cross_entropy(pairs[known, :-1], forms[known]) * known.float().mean() if known.any() else pairs.sum() * 0,
        _binary(pairs[:, -1], leans, least=size),
    )


def _binary(odds: Tensor, truth: Tensor, least: int) -> Tensor:
    """Mean cross-entropy where the truth is known, of at least so many."""
    known = (truth >= 0).float()
    each = F.binary_cross_entropy_with_logits(odds, truth.clamp(min=0), reduction="none")
    return (each * known).sum() / known.sum().clamp(min=least)


def fit(
    network: Network,
    items: Sequence[Item],
    plan: Plan,
    checkpoint: Path,
    report: Callable[[int, int, list[float], float], None],
) -> None:
    """Train the network on the items; the piece vectors stay as they are.

    Args:
        checkpoint: written every EVERY seconds and at the end, read if it is there.
        report: called after each step with (step, steps, running means of the parts, examples a second).
    """
    torch.manual_seed(plan.seed)
    network.body.embeddings.word_embeddings.weight.requires_grad = False
    learned = [p for p in network.parameters() if p.requires_grad]
    heads = [*network.sentence.parameters(), *network.pair.parameters()]
    body = [p for p in learned if not any(p is head for head in heads)]
    groups: list[dict[str, Any]] = [
        {"params": [p for p in body if p.dim() > 1], "weight_decay": 0.01, "times": 1},
        {"params": [p for p in body if p.dim() <= 1], "weight_decay": 0.0, "times": 1},
        {"params": heads, "weight_decay": 0.0, "times": FASTER},
    ]
    optimiser = torch.optim.AdamW(groups, lr=plan.rate)
    schedule, step = batches(items, plan), 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
        torch.set_rng_state(state.get("chance", torch.get_rng_state()))  # dropout goes on as if it had never stopped
    network.train()
    means: list[float] = []
    began, saved, read = time.monotonic(), time.monotonic(), 0
    while step < len(schedule):
        warmed, left = (step + 1) / max(1.0, plan.warm * len(schedule)), len(schedule) - step
        for group in optimiser.param_groups:
            group["lr"] = group["times"] * plan.rate * min(warmed, left / (len(schedule) * (1 - plan.warm)))
        batch = [items[number] for number in schedule[step]]
        parts = losses(network, batch)
        loss = sum((share * part for share, part in zip(plan.shares, parts, strict=True)), torch.zeros(()))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimiser.step()
        step, read = step + 1, read + len(batch)
        said = [float(part.detach()) for part in parts]
        means = [0.98 * a + 0.02 * b for a, b in zip(means, said, strict=True)] if means else said
        report(step, len(schedule), means, read / (time.monotonic() - began))
        if time.monotonic() - saved > EVERY or step == len(schedule):
            part = checkpoint.with_suffix(".part")
            state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step}
            torch.save({**state, "chance": torch.get_rng_state()}, part)
            os.replace(part, checkpoint)
            saved = time.monotonic()
    network.eval()
