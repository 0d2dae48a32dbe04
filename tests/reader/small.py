"""A reader of a few numbers that nobody trained: quick to load, and the same every time."""

from __future__ import annotations

from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from rag.reader.network import Network, save

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
LETTERS = (
    "▁abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,?|八万吨天内采了多少矿石江油县钢铁。，？他们"
)
WORDS = ("▁ore", "▁was", "▁mined", "▁How", "▁much", "矿石", "江油", "。他", "▁|")
SIZES = {
    "vocab_size": len(SPECIAL) + len(set(LETTERS)) + len(WORDS),
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 300,
    "pad_token_id": 1,
}


def tokenizer() -> Tokenizer:
    """Single letters and a few words, one of which begins with the end of a sentence."""
    pieces = [(piece, 0.0) for piece in SPECIAL] + [(piece, -8.0) for piece in dict.fromkeys(LETTERS)]
    made = Tokenizer(models.Unigram(pieces + [(piece, -3.0) for piece in WORDS], unk_id=3))
    made.normalizer = normalizers.Replace(Regex(r"[\s]+"), " ")
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    made.add_special_tokens(list(SPECIAL))
    return made


def network(seed: int = 0, **sizes: float) -> Network:
    """A network of random weights, large enough ones that its answers differ."""
    torch.manual_seed(seed)
    made = Network({**SIZES, **sizes})
    for weight in made.parameters():
        if weight.dim() > 1:
            torch.nn.init.normal_(weight, std=0.3)
    return made.eval()


def folder(place: Path, seed: int = 0) -> Path:
    """A reader's folder."""
    save(network(seed), place)
    tokenizer().save(str(place / "tokenizer.json"))
    return place
