"""The vectors that a model is to learn: those of the model as it was, made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.adapt.export import WINDOW

if TYPE_CHECKING:
    import torch

Progress = Callable[[str, int, int, str], None]
"""Hears of (what is done, done, of how many, note)."""


def teacher_vectors(
    work: Path, model: Any, texts: Sequence[str], device: str, progress: Progress, part: int = 16384
) -> torch.Tensor:
    """float32[n, dimension] of the teacher for ``texts``, kept in the work folder ``part`` texts at a time."""
    import numpy as np
    import torch

    from rag.adapt.distil import encode_all

    made = []
    for at in range(0, len(texts), part):
        path = work / f"teacher-{at:07d}.npy"
        if not path.is_file():
            ids = model.tokenizer(list(texts[at : at + part]), truncation=True, max_length=WINDOW)["input_ids"]
            vectors = encode_all(model[0].model, ids, device)
            progress("teacher", at + len(ids), len(texts), "")
            np.save(path.with_suffix(".part.npy"), vectors.half().numpy())
            path.with_suffix(".part.npy").replace(path)
        made.append(torch.from_numpy(np.load(path)).float())
    return torch.cat(made)
