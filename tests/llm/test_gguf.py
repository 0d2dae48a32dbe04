"""A model file is told by its header, with what it takes of memory, before anything is loaded."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ModelUnavailable, ResourceError
from rag.llm import gguf
from rag.llm.gguf import InProcess, needed


def header(entries: dict[str, Any], weights: int = 1_000_000) -> bytes:
    """A GGUF file of version 3 with some entries, integers or texts."""
    made = b"GGUF" + struct.pack("<IQQ", 3, 0, len(entries))
    for name, value in entries.items():
        made += struct.pack("<Q", len(name)) + name.encode()
        if isinstance(value, str):
            made += struct.pack("<IQ", 8, len(value)) + value.encode()
        elif isinstance(value, list):
            made += struct.pack("<IIQ", 9, 4, len(value)) + struct.pack(f"<{len(value)}I", *value)
        else:
            made += struct.pack("<II", 4, value)
    return made + bytes(weights)


QWEN = {
    "general.architecture": "qwen2", "qwen2.block_count": 24, "qwen2.embedding_length": 896,
    "qwen2.attention.head_count": 14, "qwen2.attention.head_count_kv": 2, "tokenizer.ggml.model": "gpt2",
}  # fmt: skip


def test_memory_grows_with_file_and_window(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(header(QWEN))
    # keys and values of 24 layers, 2 heads of 64, two bytes each: 12,288 bytes for a token
    assert needed(path, 4096) - needed(path, 2048) == 2048 * 12_288
    assert needed(path, 2048) - 2048 * 12_288 - gguf.OVERHEAD == path.stat().st_size
    path.write_bytes(header({**QWEN, "qwen2.attention.head_count_kv": [2, 4]}))
    assert needed(path, 2048) > 2048 * 2 * 12_288


@pytest.mark.parametrize("content", [b"", b"GGML1234", b"GGUF", header(QWEN)[:60], b"GGUF" + b"\xff" * 40])
def test_what_is_no_model_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailable, match=r"m\.gguf is no model in GGUF"):
        needed(path, 4096)
    with pytest.raises(ModelUnavailable, match="No such file"):
        needed(tmp_path / "none.gguf", 4096)


def test_more_memory_than_there_is_is_told_and_nothing_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(header(QWEN))
    monkeypatch.setattr(gguf, "available", lambda: 1_000)
    monkeypatch.setattr(gguf, "_binding", lambda: pytest.fail("loaded"))
    with pytest.raises(ResourceError, match=r"0\.4 GB of memory, 0\.0 GB are free"):
        InProcess(path, 60)


def test_the_binding_is_asked_for_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(header(QWEN))
    monkeypatch.setitem(__import__("sys").modules, "xllamacpp", None)
    with pytest.raises(ModelUnavailable, match=r"wenbao\[llm\]"):
        InProcess(path, 60)
