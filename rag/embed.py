"""Texts -> vectors. The one importer of sentence_transformers and of the tokenizer it works with.

Vectors are float32, of length 1, so that a dot product is the cosine similarity.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.cpu import has_bfloat16, one_thread, side_by_side
from rag.datatypes import LANGS, Lang
from rag.errors import ModelUnavailable
from rag.hub import by_name
from rag.model import WEIGHTS

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


BATCH = 8
"""Texts of a batch: few, of one length, waste the least on padding and stay in the processor's cache."""
QUERY_CACHE = 512


class Embedder(Protocol):
    """What Wenbao needs of an embedding model; `languages` are those it can read."""

    @property
    def name(self) -> str:
        """What users call it."""

    @property
    def digest(self) -> str:
        """Changes whenever its vectors would."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    @property
    def window(self) -> int:
        """Longest text it reads, in tokens, special ones included."""

    @property
    def languages(self) -> frozenset[Lang]:
        """Languages it reads."""

    def count(self, text: str) -> int:
        """Tokens of `text`, without the special ones."""

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimension)."""

    def query(self, text: str) -> Vectors:
        """Vector of a question or sentence to search with, shape (dimension,)."""

    def warm_up(self) -> None:
        """Load what the first call would load."""


class SentenceTransformerEmbedder:
    """A sentence-transformers model from a folder, or by name where the user configured one.

    The model itself is loaded at the first call that needs it; `name`, `digest`, `window` and `count` of a
    model folder need only its small files.
    """

    def __init__(
        self, model: str | Path, *, languages: Sequence[Lang] = LANGS, dtype: str = "auto", offline: bool = False
    ) -> None:
        self.languages = frozenset(languages)
        self._dtype = dtype
        self._offline = offline
        self._folder = Path(model) if (Path(model) / "modules.json").is_file() else None
        if self._folder is None and (Path(model).exists() or str(model).startswith((".", "/", "~"))):
            raise ModelUnavailable(
                f"no sentence-transformers model at {model}: it has no modules.json. Check the path."
            )
        self._source = str(self._folder or model)
        self.name = self._folder.name if self._folder else str(model)
        self._lock = threading.Lock()  # of the questions remembered
        self._loading = threading.Lock()
        # Of the model at work: how the tokenizer cuts and fills up is a state of it, as are torch's threads.
        self._working = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._queries: OrderedDict[str, Vectors] = OrderedDict()

    @cached_property
    def digest(self) -> str:
        """Identifies the weights: 16 hex digits over the files of a folder, or over name and weights of a name."""
        sha = hashlib.sha256()
        if self._folder:
            for file in sorted(
                p for p in self._folder.rglob("*") if p.suffix in {".json", ".safetensors", ".bin", ".txt"}
            ):
                sha.update(file.relative_to(self._folder).as_posix().encode())
                sha.update(hashlib.sha256(file.read_bytes()).digest())
        else:
            sha.update(self._source.encode())
            for name, tensor in sorted(self.model.state_dict().items()):
                sha.update(name.encode() + tensor.float().sum().numpy().tobytes())
        return sha.hexdigest()[:16]

    @cached_property
    def dimension(self) -> int:
        """Numbers in a vector."""
        if self._folder and (config := self._folder / "config.json").is_file():
            size = json.loads(config.read_text(encoding="utf-8")).get("hidden_size")
            if isinstance(size, int):
                return size
        return int(self.model.get_embedding_dimension() or 0)

    @cached_property
    def window(self) -> int:
        """Longest text the model reads, in tokens, special ones included; what is beyond it would be cut off."""
        if self._folder and (config := self._folder / "sentence_bert_config.json").is_file():
            size = json.loads(config.read_text(encoding="utf-8")).get("max_seq_length")
            if isinstance(size, int):
                return size
        return int(self.model.max_seq_length or 512)

    def count(self, text: str) -> int:
        """Tokens of `text`, without the special ones."""
        return self._count(text)

    @cached_property
    def _count(self) -> Callable[[str], int]:
        if self._folder and (file := self._folder / "tokenizer.json").is_file():
            from tokenizers import Tokenizer

            tokenizer = Tokenizer.from_file(str(file))
            tokenizer.no_truncation()
            tokenizer.no_padding()
            return lru_cache(4096)(lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids))
        return lru_cache(4096)(lambda text: len(self._pieces([text])[0]))

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """What the model's own tokenizer makes of each text, whole and without the special tokens."""
        tokenizer = self.model.tokenizer
        with self._working:
            return list(tokenizer(list(texts), add_special_tokens=False, truncation=False)["input_ids"])

    def documents(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (len(texts), dimension), float32, length 1.

        Hand over many at once: they are sorted by length before they are batched.
        """
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        if not texts:
            return vectors
        longest = sorted(range(len(texts)), key=lambda n: -length(texts[n]))
        batches = [longest[at : at + BATCH] for at in range(0, len(longest), BATCH)]
        model = self.model

        def encode(batch: Sequence[int]) -> None:
            vectors[batch] = _unit(
                model.encode_document([texts[n] for n in batch], batch_size=BATCH, show_progress_bar=False)
            )

        with self._working:
            side_by_side(encode, batches[-1:])  # sets how the tokenizer cuts, which no two may do at once
            side_by_side(encode, batches[:-1])
        return vectors

    def query(self, text: str) -> Vectors:
        """Vector of a question or sentence to search with, shape (dimension,); the last 512 are remembered."""
        with self._lock:
            if text in self._queries:
                self._queries.move_to_end(text)
                return self._queries[text]
        model = self.model
        with self._working, one_thread():
            vector: Vectors = _unit(model.encode_query([text], show_progress_bar=False))[0]
        with self._lock:
            self._queries[text] = vector
            while len(self._queries) > QUERY_CACHE:
                self._queries.popitem(last=False)
        return vector

    def warm_up(self) -> None:
        """Load the model and encode once."""
        self.query("预热 warm-up")

    @property
    def model(self) -> SentenceTransformer:
        """The model, loaded at the first use. Raises ModelUnavailable if it cannot be had."""
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> SentenceTransformer:

        def load(here: bool) -> SentenceTransformer:
            import torch
            from sentence_transformers import SentenceTransformer

            kwargs: dict[str, Any] = {"dtype": torch.bfloat16 if self._bf16() else torch.float32}
            return SentenceTransformer(self._source, device="cpu", model_kwargs=kwargs, local_files_only=here)

        try:
            return load(True) if self._folder else by_name(load, offline=self._offline)
        except Exception as err:
            where = f"from the folder {self._source}" if self._folder else "from this machine's cache, nor be fetched"
            raise ModelUnavailable(
                f"the embedding model {self._source!r} cannot be loaded {where} "
                f"({type(err).__name__}: {str(err)[:200]}). "
                "Set WENBAO_EMBEDDING_MODEL to the folder of a sentence-transformers model, "
                "or unset it to use the shipped one."
            ) from err

    def _bf16(self) -> bool:
        return has_bfloat16() if self._dtype == "auto" else self._dtype == "bfloat16"


def length(text: str) -> int:
    """What goes with the number of tokens of a text in either language: its bytes in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def _unit(vectors: object) -> Vectors:
    """As float32 of length 1: half precision leaves lengths up to half a percent off."""
    exact = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(exact, axis=-1, keepdims=True)
    return np.asarray(exact / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def open_embedder(
    model: str | None = None, dtype: str = "auto", *, offline: bool = False
) -> SentenceTransformerEmbedder:
    """The configured model, else the shipped one.

    Args:
        model: name or folder of a sentence-transformers model, or None.
        dtype: "auto", "float32" or "bfloat16".
        offline: never fetch a named model.

    Raises:
        ModelUnavailable: there is no such folder.
    """
    if model:
        return SentenceTransformerEmbedder(model, dtype=dtype, offline=offline)
    return SentenceTransformerEmbedder(WEIGHTS, dtype=dtype)
