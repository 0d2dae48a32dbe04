"""Distillation: the student learns the frozen English model's sentence vectors for texts in both languages.

Reimers & Gurevych 2020 ("Making monolingual sentence embeddings multilingual"), with cosine in place of squared
error, and contrast added: the student's vector of a text must be nearer to the teacher's vector of its English side
than to those of thousands of other texts. The teacher's vectors are computed once, so they make a bank of negatives
that costs one matrix product. Paragraphs are also searched with a piece of one of their own sentences (the inverse
cloze task of Lee et al. 2019), Chinese with Chinese and across the languages, since that is what retrieval does.

English keeps its quality because its input vectors stay frozen and a share of the batches is English.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from rag.adapt.example import Example
from rag.adapt.split_embedding import learned, optimisers
from rag.cpu import autocast

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class Plan:
    """How long and how hard to train. Rates are peaks: warm-up, then linear decay to a fiftieth."""

    passes: float = 3.0
    batch_tokens: int = 6144
    body_rate: float = 1.5e-4
    rows_rate: float = 1.5e-3
    temperature: float = 0.05
    bank: int = 8192
    english_share: float = 0.15
    warm_up: int = 100
    seed: int = 0


def encode(body: Any, texts: Sequence[Sequence[int]], device: str = "cpu") -> torch.Tensor:
    """Unit vectors float32[len(texts), dimension] of texts given as piece ids: mean over tokens, under autocast."""
    longest = max(map(len, texts))
    ids = torch.zeros(len(texts), longest, dtype=torch.long)
    mask = torch.zeros(len(texts), longest, dtype=torch.long)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = 1
    ids, mask = ids.to(device), mask.to(device)
    with autocast(device):
        hidden = body(input_ids=ids, attention_mask=mask).last_hidden_state
    weight = mask[:, :, None].float()
    return F.normalize((hidden.float() * weight).sum(1) / weight.sum(1), dim=1)


@torch.no_grad()
def encode_all(
    body: Any,
    texts: Sequence[Sequence[int]],
    device: str = "cpu",
    tokens: int = 4096,
) -> torch.Tensor:
    """``encode`` for any number of texts, length-sorted, ``tokens`` at a time; float32 on the CPU."""
    result = torch.zeros(0)
    for batch in token_batches([len(t) for t in texts], tokens):
        vectors = encode(body, [texts[i] for i in batch], device).cpu()
        if not len(result):
            result = torch.zeros(len(texts), vectors.shape[1])
        result[torch.tensor(batch)] = vectors
    return result


def token_batches(lengths: Sequence[int], tokens: int, order: Sequence[int] | None = None) -> list[list[int]]:
    """Indices cut into batches of similar length whose padded size stays under ``tokens`` (at least one text).

    Without ``order`` all texts, longest first; with it those indices, sorted inside chunks of 4,096 only, so that
    batches stay random from pass to pass.
    """
    order = list(range(len(lengths))) if order is None else list(order)
    chunk = 4096 if len(order) > 4096 else max(1, len(order))
    batches: list[list[int]] = []
    for at in range(0, len(order), chunk):
        part = sorted(order[at : at + chunk], key=lambda i: -lengths[i])
        while part:
            fit = max(1, tokens // max(1, lengths[part[0]]))
            batches.append(part[:fit])
            part = part[fit:]
    return batches


@dataclass
class Batch:
    """One training step: example numbers, whether their English side is read, and whether they are searched."""

    indices: list[int]
    english: bool = False
    search: bool = False


class Trainer:
    """Holds the student, its optimisers and the data; ``run`` trains from wherever the last checkpoint stopped."""

    def __init__(
        self,
        body: Any,
        chinese: Sequence[Sequence[int]],
        english: Sequence[Sequence[int]],
        examples: Sequence[Example],
        teacher: torch.Tensor,
        plan: Plan,
        device: str = "cpu",
    ):
        """``chinese`` and ``english`` are the piece ids of the examples, ``teacher`` float[n, dimension] their target.

        ``body`` is the transformer with a SplitEmbedding in place.
        """
        self.body, self.chinese, self.english, self.examples = body.to(device), chinese, english, examples
        self.teacher, self.plan, self.device, self.step = teacher.to(device), plan, device, 0
        self.dense, self.rows = learned(body)
        self.body_optimiser, self.rows_optimiser = optimisers(body, plan.body_rate, plan.rows_rate)
        self.schedule = self._schedule()
        body.eval()  # no dropout: the targets are exact and the passes are few

    def _schedule(self) -> list[Batch]:
        """All batches of the run, in order. Depends only on the data and the seed, so a resumed run repeats it."""
        batches: list[Batch] = []
        for turn in range(math.ceil(self.plan.passes)):
            rng = random.Random(f"{self.plan.seed}-{turn}")
            order = list(range(len(self.examples)))
            rng.shuffle(order)
            search = [i for i in order if self.examples[i].parts]
            plain = [i for i in order if not self.examples[i].parts]
            replay = order[: int(len(order) * self.plan.english_share)]
            lengths = [len(t) for t in self.chinese]
            made = [Batch(b) for b in token_batches(lengths, self.plan.batch_tokens, plain)]
            # Searched texts are one another's negatives, and paragraphs are long: three times the tokens.
            made += [Batch(b, search=True) for b in token_batches(lengths, 3 * self.plan.batch_tokens, search)]
            lengths = [len(t) for t in self.english]
            made += [Batch(b, english=True) for b in token_batches(lengths, self.plan.batch_tokens, replay)]
            made = [b for b in made if len(b.indices) > 1]
            rng.shuffle(made)
            batches += made[: round(len(made) * min(1.0, self.plan.passes - turn))]
        return batches

    def loss(self, batch: Batch, rng: random.Random) -> torch.Tensor:
        """The loss of one batch; ``rng`` draws the bank and the query pieces."""
        texts = self.english if batch.english else self.chinese
        read = [list(texts[i]) for i in batch.indices]
        pieces, queries = [], []
        if batch.search:
            queries = [rng.choice(self.examples[i].parts) for i in batch.indices]
            pieces = [_piece(self.chinese[q], rng) for q in queries]
        target = self.teacher[torch.tensor(batch.indices, device=self.device)]
        out = encode(self.body, read, self.device)
        result = 3.0 * (1 - (out * target).sum(1)).mean()
        if batch.english:
            return 4.0 * result
        scale = 1 / self.plan.temperature
        drawn = torch.tensor(rng.sample(range(len(self.teacher)), min(self.plan.bank, len(self.teacher))))
        bank = self.teacher[drawn.to(self.device)]
        result = result + _contrast(out, target, bank, scale)
        result = result + 0.5 * _contrast(target, out, None, scale)
        if pieces:
            asked = encode(self.body, pieces, self.device)
            whole = self.teacher[torch.tensor(queries, device=self.device)]
            result = result + _contrast(asked, out, None, scale) + 0.25 * _contrast(asked, target, bank, scale)
            result = result + 0.25 * _contrast(whole, out, None, scale)
        return result

    def run(
        self,
        checkpoint: Path,
        every: float = 300.0,
        report: Callable[[int, int, float, float], None] = lambda step, total, loss, rate: None,
        measure: Callable[[nn.Module], None] | None = None,
    ) -> None:
        """Train to the end of the schedule, writing ``checkpoint`` every ``every`` seconds and at the end.

        ``report(step, steps, mean loss, steps per second)`` is called after each step, ``measure(body)`` at each
        checkpoint.
        """
        if checkpoint.is_file():
            self.load(checkpoint)
        began, first, saved, mean = time.monotonic(), self.step, time.monotonic(), 0.0
        total = len(self.schedule)
        while self.step < total:
            rng = random.Random(f"{self.plan.seed}-step-{self.step}")
            rate = min(1.0, (self.step + 1) / self.plan.warm_up) * max(0.02, 1 - self.step / total)
            self.body_optimiser.param_groups[0]["lr"] = self.plan.body_rate * rate
            self.rows_optimiser.param_groups[0]["lr"] = self.plan.rows_rate * rate
            loss = self.loss(self.schedule[self.step], rng)
            self.body_optimiser.zero_grad()
            self.rows_optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.dense, 1.0)
            self.body_optimiser.step()
            if self.rows.grad is not None:
                self.rows_optimiser.step()  # type: ignore[no-untyped-call]
            self.step += 1
            mean = loss.item() if self.step == first + 1 else 0.99 * mean + 0.01 * loss.item()
            report(self.step, total, mean, (self.step - first) / (time.monotonic() - began))
            if time.monotonic() - saved > every or self.step == total:
                self.save(checkpoint)
                if measure:
                    measure(self.body)
                saved = time.monotonic()

    def save(self, path: Path) -> None:
        """Write the whole state; the rename makes it whole or absent."""
        state = {
            "body": self.body.state_dict(),
            "body_optimiser": self.body_optimiser.state_dict(),
            "rows_optimiser": self.rows_optimiser.state_dict(),
            "step": self.step,
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def load(self, path: Path) -> None:
        """Take up a state that ``save`` wrote for the same data and plan."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.body.load_state_dict(state["body"])
        self.body_optimiser.load_state_dict(state["body_optimiser"])
        self.rows_optimiser.load_state_dict(state["rows_optimiser"])
        self.step = state["step"]


def _contrast(left: torch.Tensor, right: torch.Tensor, bank: torch.Tensor | None, scale: float) -> torch.Tensor:
    """Cross-entropy of each left[i] finding right[i] among all of ``right`` and ``bank`` (float[n, dimension]).

    Candidates whose vector is nearly right[i]'s own are no negatives: thousands of pairs share a side.
    """
    pool = right if bank is None else torch.cat([right, bank])
    with torch.no_grad():
        same = right @ pool.T > 0.9
        same[:, : len(right)].fill_diagonal_(False)
    scores = (scale * left @ pool.T).masked_fill(same, -1e4)
    return F.cross_entropy(scores, torch.arange(len(left), device=left.device))


def _piece(text: Sequence[int], rng: random.Random) -> list[int]:
    """A run of a third to all of the tokens between [CLS] and [SEP], with one token in eight dropped."""
    inner = list(text[1:-1])
    keep = max(2, int(len(inner) * rng.uniform(0.33, 1.0)))
    start = rng.randint(0, max(0, len(inner) - keep))
    kept = [t for t in inner[start : start + keep] if rng.random() > 0.125] or inner[:1]
    return [text[0], *kept, text[-1]]


def student_ids(tokenizer: Tokenizer, texts: Sequence[str], window: int) -> list[list[int]]:
    """Piece ids of every text, with [CLS] and [SEP], cut to ``window`` tokens."""
    encodings = tokenizer.encode_batch([*texts])
    return [e.ids if len(e.ids) <= window else [*e.ids[: window - 1], e.ids[-1]] for e in encodings]


def as_array(ids: Sequence[Sequence[int]]) -> list[np.ndarray]:
    """Piece ids without the special tokens, as the lexical table wants them."""
    return [np.array(i[1:-1], dtype=np.int32) for i in ids]
