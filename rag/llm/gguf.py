"""A model in a GGUF file, run in this process: no server to install, none to start.

The binding (xllamacpp) carries llama.cpp with its own server, which is bound to the loopback address and an unguessable
key here; so the model behind it is an endpoint like any other. It is loaded at the first use, or before by `start`.
The file's header tells beforehand how much memory it takes (github.com/ggml-org/ggml, docs/gguf.md).
"""

from __future__ import annotations

import os
import secrets
import struct
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import SecretStr

from rag.errors import ModelUnavailable, ResourceError
from rag.llm.endpoint import Endpoint, EndpointFault, Message
from rag.llm.limits import Limits

WINDOW = 4096
"""Tokens of question and answer together, unless the setting says."""
OVERHEAD = 300_000_000
"""Bytes that llama.cpp takes for computing, besides the weights and what it keeps of the text."""
_SIZES = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MOST = 100_000
"""Longest string and most entries of a header; more is no model."""


class InProcess(Endpoint):
    """A model file as an endpoint. One question is answered at a time; others wait for it, as long as they may.

    Raises:
        ModelUnavailable: no such file, or it is no GGUF, or the binding is not installed.
        ResourceError: it takes more memory than there is.
    """

    def __init__(self, path: Path, seconds: float, window: int | None = None) -> None:
        self._path, self._window = path, window or WINDOW
        self.memory = needed(path, self._window)
        free = available()
        if free is not None and self.memory > free:
            raise ResourceError(
                f"{path} takes about {self.memory / 1e9:.1f} GB of memory, {free / 1e9:.1f} GB are free. Nothing was "
                "loaded; take a smaller model or quantisation, or a smaller WENBAO_LLM_WINDOW."
            )
        _binding()
        super().__init__("http://127.0.0.1:0/v1", path.stem, SecretStr(secrets.token_hex(16)), seconds)
        self._starting = threading.Lock()
        self._loaded = threading.Event()
        self._loader: threading.Thread | None = None
        self._server: Any = None
        self._failure = ""

    @property
    def state(self) -> str:
        """idle, loading, ready or failed."""
        if self._loaded.is_set():
            return "failed" if self._failure else "ready"
        return "loading" if self._loader else "idle"

    def start(self) -> None:
        """Begin to load it in the background, if nobody has."""
        with self._starting:
            if self._loader is None:
                self._loader = threading.Thread(target=self._load, daemon=True, name="wenbao-gguf")
                self._loader.start()

    def close(self) -> None:
        """Give its memory back."""
        self._server = None

    def stream(self, messages: Sequence[Message], seconds: float | None = None) -> Iterator[str]:
        """As of any endpoint; while it is being loaded it is waited for."""
        until = time.monotonic() + (seconds or self.seconds)
        self._wait(until)
        yield from super().stream(messages, max(until - time.monotonic(), 0.1))

    def limits(self, deadline: float) -> Limits:
        """As of any endpoint."""
        self._wait(deadline)
        return super().limits(deadline)

    def _wait(self, until: float) -> None:
        self.start()
        if not self._loaded.wait(max(until - time.monotonic(), 0)):
            raise EndpointFault("loading")
        if self._failure:
            raise EndpointFault("unloadable")

    def _load(self) -> None:
        binding = _binding()
        try:
            told = binding.CommonParams()
            told.model.path = str(self._path)
            told.n_ctx, told.n_parallel = self._window, 1
            told.hostnames, told.port, told.ui = ["127.0.0.1"], 0, False
            told.api_keys = [self._key.get_secret_value()] if self._key else []
            told.cpuparams.n_threads = told.cpuparams_batch.n_threads = _processors()
            told.verbosity, told.warmup = 0, False
            self._server = binding.Server(told)
            self._address = f"{self._server.listening_address}/v1/chat/completions"
        except Exception as err:  # noqa: BLE001 - whatever the binding says of the file, the question is answered
            self._failure = type(err).__name__
        finally:
            self._loaded.set()


def needed(path: Path, window: int) -> int:
    """Bytes of memory that a model takes with a window of so many tokens. Raises ModelUnavailable if it is none."""
    try:
        with path.open("rb") as file:
            header = _header(file)
        size = path.stat().st_size
    except OSError as err:
        raise ModelUnavailable(f"WENBAO_LLM_GGUF={path}: {err.strerror or err}. Name a model file.") from None
    except (ValueError, struct.error, KeyError):
        raise ModelUnavailable(f"WENBAO_LLM_GGUF={path} is no model in GGUF that can be read.") from None
    kind = header.get("general.architecture")
    layers, heads, width, kept = (
        _whole(header.get(f"{kind}.{name}"))
        for name in ("block_count", "attention.head_count", "embedding_length", "attention.head_count_kv")
    )
    of_head = _whole(header.get(f"{kind}.attention.key_length")) or (width // heads if heads else 0)
    text = 2 * 2 * window * layers * (kept or heads) * of_head  # keys and values of two bytes
    return size + text + OVERHEAD


def available() -> int | None:
    """Bytes of memory that are free on this machine, None where it does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _binding() -> Any:
    try:
        import xllamacpp
    except ImportError:
        raise ModelUnavailable(
            "WENBAO_LLM_GGUF needs the binding of llama.cpp: pip install 'wenbao[llm]', or unset it."
        ) from None
    return xllamacpp


def _whole(value: Any) -> int:
    """A count of a header; of one for each layer the largest."""
    if isinstance(value, list):
        return max((v for v in value if isinstance(v, int)), default=0)
    return value if isinstance(value, int) else 0


def _header(file: BinaryIO) -> Mapping[str, Any]:
    """The entries of a GGUF header up to the word list. Raises ValueError or struct.error if it is none."""
    if file.read(4) != b"GGUF":
        raise ValueError
    _, _, count = struct.unpack("<IQQ", file.read(20))
    found: dict[str, Any] = {}
    for _ in range(min(count, _MOST)):
        name = _text(file)
        if name.startswith("tokenizer."):
            break
        [kind] = struct.unpack("<I", file.read(4))
        found[name] = _value(file, kind)
    return found


def _text(file: BinaryIO) -> str:
    [size] = struct.unpack("<Q", file.read(8))
    if size > _MOST:
        raise ValueError
    return file.read(size).decode("utf-8", "replace")


def _value(file: BinaryIO, kind: int) -> Any:
    if kind == _STRING:
        return _text(file)
    if kind == _ARRAY:
        inner, size = struct.unpack("<IQ", file.read(12))
        if size > _MOST or inner == _ARRAY:
            raise ValueError
        return [_value(file, inner) for _ in range(size)]
    form = "<" + _SIZES[kind]
    [value] = struct.unpack(form, file.read(struct.calcsize(form)))
    return value
