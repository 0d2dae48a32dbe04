"""The reader's network, and how its weights lie on disk.

A BERT encoder (Devlin et al. 2019) over `<s> question </s> headline and date | passage </s>` with four heads:

- for every piece, whether the answer starts and ends there (the span head of SQuAD readers);
- for every sentence, from the mean of its pieces and the first piece: whether it answers, and, to a yes-or-no
  question, whether it says yes;
- for the pair, from the first piece: what form of answer the question wants, and whether it leans on one before it.

Weights are stored with 8 bits: each row of a matrix by its own scale, the largest of its absolute values being 127.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from rag.reader.pages import FORMS, PADDING, Pair


class Network(nn.Module):
    """Encoder and heads; `config` are BertConfig's arguments."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        bert = BertConfig(**config)
        self.body = BertModel(bert, add_pooling_layer=False)
        size = bert.hidden_size
        self.span = nn.Linear(size, 2)
        self.hidden = nn.Linear(2 * size, size)
        self.sentence = nn.Linear(size, 2)
        self.pair = nn.Linear(size, len(FORMS) + 1)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor, pool: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log-odds of a batch of pairs.

        Args:
            ids, types, mask: pieces; 0 for the question, 1 for the passage; 1 where there is a piece; (pairs, pieces).
            pool: for every sentence the share of each piece in its mean, (pairs, sentences, pieces).

        Returns:
            Start and end, (pairs, pieces, 2); answers and says yes, (pairs, sentences, 2); each form, and leans at the
            end, (pairs, forms + 1).
        """
        states = self.body(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state.float()
        first = states[:, 0]
        means = pool @ states
        hidden = nn.functional.gelu(self.hidden(torch.cat([means, first[:, None].expand_as(means)], dim=-1)))
        return self.span(states), self.sentence(hidden), self.pair(first)


def tensors(pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Pairs as the network takes them, filled up to the longest: ids, types, mask and pool."""
    longest, most = max(len(pair.ids) for pair in pairs), max(max(len(pair.sentences) for pair in pairs), 1)
    ids = torch.full((len(pairs), longest), PADDING)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    pool = torch.zeros(len(pairs), most, longest)
    for row, pair in enumerate(pairs):
        size = len(pair.ids)
        ids[row, :size], types[row, :size], mask[row, :size] = torch.tensor(pair.ids), torch.tensor(pair.types), 1
        for number, pieces in enumerate(pair.sentences):
            pool[row, number, pieces] = 1 / max(len(pieces), 1)
    return ids, types, mask, pool


def save(network: Network, folder: Path) -> None:
    """Write `reader.safetensors` and `config.json` of a network into a folder."""
    from safetensors.torch import save_file

    tensors: dict[str, Tensor] = {}
    for name, value in network.state_dict().items():
        if value.dim() < 2:
            tensors[name] = value.detach().float().contiguous()
            continue
        scale = value.detach().float().abs().amax(dim=1, keepdim=True).clamp(min=1e-12) / 127
        tensors[f"{name}.scale"] = scale[:, 0].contiguous()
        tensors[name] = torch.round(value.detach().float() / scale).to(torch.int8).contiguous()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "reader.safetensors"
    save_file(tensors, str(file))
    file.chmod(0o644)  # safetensors makes it readable by its owner only
    kept = ("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
    config = {name: getattr(network.body.config, name) for name in (*kept, "max_position_embeddings", "pad_token_id")}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load(folder: Path, dtype: torch.dtype = torch.float32) -> Network:
    """The network of a folder, ready to read. Raises OSError, ValueError or RuntimeError if it is damaged."""
    from safetensors.torch import load_file

    stored = load_file(str(folder / "reader.safetensors"))
    state = {
        name: value * stored[f"{name}.scale"][:, None] if value.dtype == torch.int8 else value
        for name, value in stored.items()
        if not name.endswith(".scale")
    }
    with torch.device("meta"):
        network = Network(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    network.load_state_dict(state, assign=True)
    network.body.embeddings.register_buffer(
        "position_ids", torch.arange(network.body.config.max_position_embeddings)[None], persistent=False
    )
    network.body.embeddings.register_buffer(
        "token_type_ids", torch.zeros_like(network.body.embeddings.position_ids), persistent=False
    )
    body: nn.Module = network.body
    body.to(dtype)
    return network.eval()
