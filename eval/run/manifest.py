"""What a run was made of: two runs with the same manifest have the same results."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from eval.run.seen import Engine
from eval.run.uncertainty import RESAMPLES, SEED
from eval.sets.questions import QuestionSet
from rag.settings import load

_PACKAGES = (
    "wenbao", "torch", "sentence-transformers", "chromadb", "bm25s", "ir-measures", "pytrec_eval-terrier", "numpy",
    "scipy", "scikit-learn", "opencc",
)  # fmt: skip
_STATUS = ("generation", "made", "model", "articles", "passages", "schema", "splitter", "languages")
_PLACES = {"store", "host", "port", "password"}


def manifest(
    questions: QuestionSet,
    archive: Engine,
    *,
    search_only: bool,
    limit: int | None,
    channel: str = "fused",
    references: Sequence[str] = (),
    ranked: Path | None = None,
    llm: bool = False,
) -> dict[str, Any]:
    """The content of `manifest.json`; only `timing` differs between two runs of the same things."""
    status = archive.status()
    return {
        "set": {"name": questions.name, "version": questions.version, "digest": questions.digest},
        "mode": "search" if search_only else "ask",
        "limit": limit,
        "channel": channel,
        "references": list(references),
        "llm": llm,
        "ranked": hashlib.sha256(ranked.read_bytes()).hexdigest() if ranked else None,
        "archive": {name: status[name] for name in _STATUS if name in status},
        "settings": load().model_dump(mode="json", exclude=_PLACES),
        "code": code_digest(),
        "bootstrap": {"seed": SEED, "resamples": RESAMPLES},
        "packages": dict(_versions()),
        "timing": {"started": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"},
    }


@lru_cache(maxsize=1)  # of the code this process runs, whatever is edited meanwhile
def code_digest() -> str:
    """SHA-256 over the source files of `rag` and `eval`: results of other code are never taken up."""
    digest = hashlib.sha256()
    root = Path(__file__).parent.parent.parent
    for package in (root / "rag", root / "eval"):
        for path in sorted(package.rglob("*.py")):
            digest.update(path.relative_to(package.parent).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _versions() -> Iterator[tuple[str, str]]:
    for name in _PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "absent"
