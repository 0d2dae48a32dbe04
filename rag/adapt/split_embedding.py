"""The piece vectors of a model in two parts, of which one is trained, and the optimisers of what is."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class SplitEmbedding(nn.Module):
    """One embedding table in two parts: English rows frozen, Chinese rows trained with sparse gradients.

    A dense optimiser step over the whole table would cost most of a training step on a CPU.
    """

    def __init__(self, rows: torch.Tensor, first_chinese: int):
        super().__init__()
        self.first = first_chinese
        english, chinese = rows[:first_chinese].clone(), rows[first_chinese:].clone()
        self.english = nn.Embedding(len(english), english.shape[1], _weight=english, _freeze=True)
        self.chinese = nn.Embedding(len(chinese), chinese.shape[1], _weight=chinese, sparse=True)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """float[..., dimension] for int64[...]."""
        chinese = ids >= self.first
        result: torch.Tensor = self.english(ids.masked_fill(chinese, 0))
        result[chinese] = self.chinese(ids[chinese] - self.first)
        return result

    def rows(self) -> torch.Tensor:
        """float32[vocabulary, dimension], English first."""
        return torch.cat([self.english.weight.data, self.chinese.weight.data])


def learned(body: Any) -> tuple[list[nn.Parameter], nn.Parameter]:
    """What of a body with a SplitEmbedding is trained: all but its piece vectors, and the Chinese ones of these."""
    table = body.embeddings.word_embeddings
    held = {id(p) for p in table.parameters()}
    return [p for p in body.parameters() if id(p) not in held and p.requires_grad], table.chinese.weight


def optimisers(body: Any, body_rate: float, rows_rate: float) -> tuple[torch.optim.AdamW, torch.optim.SparseAdam]:
    """That of the body and that of the Chinese piece vectors."""
    dense, rows = learned(body)
    return torch.optim.AdamW(dense, lr=body_rate, weight_decay=0.01), torch.optim.SparseAdam([rows], lr=rows_rate)
