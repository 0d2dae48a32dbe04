"""The shipped reader: questions and pages -> what it says of every sentence."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.cpu import has_bfloat16, side_by_side
from rag.reader import WEIGHTS, damaged
from rag.reader.pages import FORMS, Page, PageRead, Pair, Read, paired

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.reader.network import Network

SPAN = 40
"""Most pieces of a short answer."""


class ShippedReader:
    """The reader of a folder, by default the one in the repository; loaded at the first use, safe between threads."""

    def __init__(self, folder: Path = WEIGHTS, dtype: str = "auto") -> None:
        self._folder, self._dtype = folder, dtype
        self._loading, self._working = threading.Lock(), threading.Lock()
        self._parts: tuple[Network, Tokenizer] | None = None

    @cached_property
    def digest(self) -> str:
        """16 hex digits over the files of the folder."""
        sha = hashlib.sha256()
        for file in sorted(p for p in self._folder.iterdir() if p.suffix in {".json", ".safetensors"}):
            sha.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
        return sha.hexdigest()[:16]

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        """Read each page with the question, in order. Raises ModelUnavailable if the reader cannot be loaded."""
        network, tokenizer = self._loaded()
        pairs = [paired(tokenizer, question, page) for page in pages]
        with self._working:
            return side_by_side(lambda each: _read(network, *each), list(zip(pairs, pages, strict=True)))

    def _loaded(self) -> tuple[Network, Tokenizer]:
        with self._loading:
            if self._parts is None:
                import torch
                from tokenizers import Tokenizer

                from rag.reader.network import load

                half = has_bfloat16() if self._dtype == "auto" else self._dtype == "bfloat16"
                try:
                    self._parts = (
                        load(self._folder, torch.bfloat16 if half else torch.float32),
                        Tokenizer.from_file(str(self._folder / "tokenizer.json")),
                    )
                except Exception as err:
                    raise damaged(self._folder, err) from err
            return self._parts


def _read(network: Network, pair: Pair, page: Page) -> PageRead:
    import torch

    from rag.reader.network import tensors

    with torch.inference_mode():
        spans, sentences, of_pair = (out[0].numpy() for out in network(*tensors([pair])))
    read = [
        Read(float(sentences[n, 0]), float(sentences[n, 1]), *_words(spans, pair, page, n)) if pieces else None
        for n, pieces in enumerate(pair.sentences)
    ]
    *of_form, leans = of_pair.tolist()
    return PageRead(tuple(read), dict(zip(FORMS, of_form, strict=True)), leans)


def _words(spans: NDArray[np.float32], pair: Pair, page: Page, number: int) -> tuple[tuple[int, int], float]:
    """The likeliest answering stretch of a sentence, and its score.

    A piece holds the space before it, and can reach over the edge of the sentence: that is no part of the stretch.
    """
    pieces, (first, last) = pair.sentences[number], page.sentences[number]
    scores = spans[pieces, 0][:, None] + spans[pieces, 1][None, :]
    size = len(pieces)
    allowed = np.triu(np.ones((size, size), dtype=bool)) & ~np.triu(np.ones((size, size), dtype=bool), SPAN)
    best = divmod(int(np.where(allowed, scores, -np.inf).argmax()), size)
    (start, _), (_, end) = (pair.places[pieces[n] - pair.first] for n in best)
    start, end = max(start, first), min(end, last)
    inside = page.text[start:end]
    start, end = start + len(inside) - len(inside.lstrip()), end - len(inside) + len(inside.rstrip())
    return (start, end) if start < end else (first, last), float(scores[best])
