"""Writes the keyword index of one language in bounded memory: sorted runs on disk, merged at the end.

Of each passage only its length stays in memory. When a block of tokens is full, its postings are sorted by token and
written as a run; of passages that the index of the live generation has, its postings are written as runs. At the end
the runs' vocabularies are merged and the postings copied token by token. The files are those of a bm25s index (method
"lucene"), and two that tell the next generation what was counted; the scores are computed as bm25s does, eagerly and in
float32.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import shutil
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Lang
from rag.index.npy import NpyFile

K1, B = 1.2, 0.75
BLOCK = 4_000_000
"""Tokens sorted at a time, and postings merged at a time: some 200 MB."""
VOCABULARY, VOCABULARY_ENDS = "vocabulary.npy", "vocabulary.ends.npy"
"""The tokens in UTF-8, one after the other, sorted, and where each one begins and the last one ends."""
LENGTHS, COUNTS = "lengths.npy", "counts.npy"
"""Of each passage its number of tokens; of each posting how often the passage has the token."""
MOST = 2**16 - 1
"""Places of a token that are counted in a passage."""

Ints = NDArray[np.int32]


class KeywordWriter:
    """Collects the tokens of passages, in row order, and writes the index of one language."""

    def __init__(self, generation: Path, lang: Lang, block: int = BLOCK, live: Path | None = None) -> None:
        """Begin; `live` is the generation to take passages from, None if there is none of the same tokens."""
        self._folder, self._block = generation / f"keyword.{lang}", block
        self._vocabulary: dict[str, int] = {}
        self._tokens = array("i")
        self._lengths = array("i")
        self._own = array("i")  # the same of the passages since the last run, without what is taken
        self._runs: list[_Run] = []
        self._live = live / f"keyword.{lang}" if live and (live / f"keyword.{lang}" / LENGTHS).is_file() else None
        self._live_lengths = np.load(self._live / LENGTHS) if self._live else np.zeros(0, np.int32)
        self._rows = np.full(len(self._live_lengths), -1, dtype=np.int32)  # here, of each passage there; -1: none

    def add(self, tokens: Sequence[str]) -> None:
        """Append one passage."""
        known = self._vocabulary
        self._tokens.extend([known.setdefault(token, len(known)) for token in tokens])
        self._lengths.append(len(tokens))
        self._own.append(len(tokens))
        if len(self._tokens) >= self._block:
            self._spill()

    def take(self, rows: slice) -> bool:
        """Append passages as the live index has them; False if there is none to take them from."""
        if self._live is None:
            return False
        lengths = self._live_lengths[rows]
        self._rows[rows] = np.arange(len(lengths)) + len(self._lengths)
        self._lengths.frombytes(lengths.tobytes())
        self._own.extend([0] * len(lengths))
        return True

    def _spill(self) -> None:
        """Write the passages since the last run as a run."""
        size = len(self._own)
        first = len(self._lengths) - size
        words = sorted(self._vocabulary)
        number = np.empty(len(words), dtype=np.int64)
        number[[self._vocabulary[word] for word in words]] = np.arange(len(words))
        pairs = number[np.frombuffer(self._tokens, dtype=np.int32)] * size + np.repeat(np.arange(size), self._own)
        pairs, counts = np.unique(pairs, return_counts=True)
        encoded = (word.encode("utf-8", "surrogatepass") for word in words)
        self._run(encoded, pairs // size, first + pairs % size, counts)
        self._vocabulary, self._tokens, self._own = {}, array("i"), array("i")

    def _spill_taken(self, live: Path) -> None:
        """Write the postings of the passages that are taken as runs."""
        words, word_ends = np.load(live / VOCABULARY, mmap_mode="r"), np.load(live / VOCABULARY_ENDS)
        ends = np.load(live / "indptr.csc.index.npy")
        passages = np.load(live / "indices.csc.index.npy", mmap_mode="r")
        counts = np.load(live / COUNTS, mmap_mode="r")
        for low, high in _chunks(ends, self._block):
            rows = self._rows[passages[ends[low] : ends[high]]]
            kept = rows >= 0
            used, tokens = np.unique(
                np.repeat(np.arange(low, high), np.diff(ends[low : high + 1]))[kept], return_inverse=True
            )
            if len(used):
                spelt = (words[word_ends[n] : word_ends[n + 1]].tobytes() for n in used)
                self._run(spelt, tokens, rows[kept], counts[ends[low] : ends[high]][kept])

    def _run(self, words: Iterable[bytes], tokens: NDArray[Any], rows: NDArray[Any], counts: NDArray[Any]) -> None:
        self._folder.mkdir(exist_ok=True)
        self._runs.append(_Run(self._folder / f"run{len(self._runs)}"))
        self._runs[-1].write(words, tokens, rows, counts)

    def write(self) -> None:
        """Write the index; without a single token there is none."""
        if len(self._tokens):
            self._spill()
        if self._live:
            self._spill_taken(self._live)
        if not self._runs:
            return
        frequencies = self._merge_vocabularies()
        lengths = np.array(self._lengths, dtype=np.int32)
        ends = np.concatenate([[0], np.cumsum(frequencies, dtype=np.int64)])
        # as bm25s makes them: the inverse frequency rounded to float32, the rest in double precision
        inner = (len(lengths) - frequencies + 0.5) / (frequencies + 0.5)
        rarity = np.log(1 + inner).astype(np.float32)
        norm = K1 * (1 - B + B * lengths / lengths.mean())
        with (
            contextlib.closing(NpyFile(self._folder / "indices.csc.index.npy", "<i4")) as passages,
            contextlib.closing(NpyFile(self._folder / "data.csc.index.npy", "<f4")) as scores,
            contextlib.closing(NpyFile(self._folder / COUNTS, "<u2")) as kept,
        ):
            for low, high in _chunks(ends, self._block):
                tokens, rows, counts = self._postings(low, high)
                counts = np.minimum(counts, MOST)
                passages.append(rows)
                kept.append(counts)
                scores.append((rarity[tokens] * (counts / (norm[rows] + counts))).astype(np.float32))
        np.save(self._folder / "indptr.csc.index.npy", ends.astype(np.int32) if ends[-1] < 2**31 else ends)
        np.save(self._folder / LENGTHS, lengths)
        options = {"k1": K1, "b": B, "method": "lucene", "num_docs": len(lengths)}
        (self._folder / "params.index.json").write_text(json.dumps(options))
        self.close()

    def _merge_vocabularies(self) -> NDArray[np.int64]:
        """Write the vocabulary of all runs, tell each run its tokens' numbers; returns their document frequencies."""
        merged = heapq.merge(*(run.entries(place) for place, run in enumerate(self._runs)))
        frequencies, ends = array("q"), array("q", [0])
        words = bytearray()
        with contextlib.closing(NpyFile(self._folder / VOCABULARY, "|u1")) as tokens:
            for number, (token, entries) in enumerate(groupby(merged, key=itemgetter(0))):
                frequency = 0
                for _, place, count in entries:
                    self._runs[place].numbers.append(number)
                    frequency += count
                frequencies.append(frequency)
                words += token
                ends.append(ends[-1] + len(token))
                if len(words) > 1 << 20:
                    tokens.append(np.frombuffer(bytes(words), dtype=np.uint8))
                    words.clear()
            tokens.append(np.frombuffer(bytes(words), dtype=np.uint8))
        np.save(self._folder / VOCABULARY_ENDS, np.array(ends, dtype=np.int64))
        return np.array(frequencies, dtype=np.int64)

    def _postings(self, low: int, high: int) -> tuple[NDArray[np.int64], Ints, Ints]:
        """Token numbers, rows and counts of the tokens `low` to `high`, sorted by token, then row."""
        parts = [run.postings(low, high) for run in self._runs]
        tokens, rows, counts = (np.concatenate([part[i] for part in parts]) for i in range(3))
        order = np.lexsort((rows, tokens))
        return tokens[order], rows[order], counts[order]

    def close(self) -> None:
        """Remove the runs."""
        for run in self._runs:
            run.close()
        self._runs = []


class _Run:
    """The postings of some passages on disk: sorted tokens, their document frequencies, and (row, count) pairs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.numbers = array("i")
        """Of each token of this run its number among all."""

    def write(self, words: Iterable[bytes], tokens: NDArray[Any], rows: NDArray[Any], counts: NDArray[Any]) -> None:
        """Write it; the words are UTF-8 and sorted, the arrays hold one value a posting, sorted by token."""
        self._folder.mkdir()
        with (self._folder / "tokens").open("wb") as file:
            file.writelines(word + b"\n" for word in words)
        np.save(self._folder / "frequencies.npy", np.bincount(tokens).astype(np.int32))
        np.save(self._folder / "postings.npy", np.stack([rows, counts], axis=1).astype(np.int32))

    def entries(self, place: int) -> Iterator[tuple[bytes, int, int]]:
        """(token, `place`, document frequency), sorted."""
        frequencies = np.load(self._folder / "frequencies.npy").tolist()
        with (self._folder / "tokens").open("rb") as file:
            for token, frequency in zip(file, frequencies, strict=True):
                yield token[:-1], place, frequency

    def postings(self, low: int, high: int) -> tuple[NDArray[np.int64], Ints, Ints]:
        """Token numbers, rows and counts of the tokens numbered from `low` to `high`."""
        first, last = np.searchsorted(np.frombuffer(self.numbers, dtype=np.int32), [low, high])
        frequencies = np.load(self._folder / "frequencies.npy")
        start, end = int(frequencies[:first].sum()), int(frequencies[:last].sum())
        pairs = np.array(np.load(self._folder / "postings.npy", mmap_mode="r")[start:end])
        numbers = np.array(self.numbers[first:last], dtype=np.int64)
        return np.repeat(numbers, frequencies[first:last]), pairs[:, 0], pairs[:, 1]

    def close(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _chunks(ends: NDArray[np.int64], most: int) -> Iterator[tuple[int, int]]:
    """Ranges of tokens with at most `most` postings, or of one token."""
    low = 0
    while low < len(ends) - 1:
        high = max(low + 1, int(np.searchsorted(ends, ends[low] + most, side="right")) - 1)
        yield low, high
        low = high
