"""What readers decided about findings: one file of decisions, `corrections.csv`, beside the index."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from typing import Literal

from rag.decisions import File, Watched
from rag.translation.findings import Finding

Verdict = Literal["right", "wrong", "corrected"]
VERDICTS: tuple[Verdict, ...] = ("right", "wrong", "corrected")
"""The finding is right; it is wrong, and silent from then on; the right reading is given with it."""

Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision: about which finding of which article, what was decided, the right reading and a note."""

    article: str
    kind: str
    original: str
    translation: str
    verdict: Verdict
    reading: str = ""
    note: str = ""

    @property
    def key(self) -> Key:
        """The article and the words themselves."""
        return self.article, self.kind, _packed(self.original), _packed(self.translation)


Told = tuple[Finding, Correction | None]
"""A finding and what was decided about it."""


def key_of(article: str, finding: Finding) -> Key:
    """By what a finding's decision is looked up."""
    return article, finding.kind, _packed(finding.original), _packed(finding.translation)


def short(key: Key) -> str:
    """A key in 16 hex digits, by which an index looks findings up."""
    return hashlib.blake2b("\x1f".join(key).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _correction(*cells: str) -> Correction:
    """The decision of a line. Raises `ValueError` for what is none."""
    made = Correction(*cells)  # type: ignore[arg-type]
    verdict = next((v for v in VERDICTS if v == made.verdict.strip()), None)
    if verdict is None:
        raise ValueError(f"{made.verdict!r} is no verdict ({', '.join(VERDICTS)})")
    if verdict == "corrected" and not made.reading.strip():
        raise ValueError("corrected, but no reading")
    return replace(made, verdict=verdict)


FILE = File("corrections.csv", [f.name for f in fields(Correction)], 5, _correction, astuple, "Nothing was taken")
NAME = FILE.name


def read(folder: Path) -> dict[Key, Correction]:
    """The decisions beside an index; none if there is no file. Raises `SourceError` with a wrong line."""
    return {c.key: c for c in FILE.read(folder)}


def decide(folder: Path, decisions: Sequence[Correction], taken_back: Collection[Key] = ()) -> dict[Key, Correction]:
    """Add decisions to those beside an index, the new ones in place of the old, and return all.

    Those with a key of `taken_back` are dropped. Raises `SourceError`, `ResourceError`: see `File.change`.
    """

    def changed(before: list[Correction]) -> list[Correction]:
        kept = {c.key: c for c in (*before, *decisions)}
        return [c for key, c in kept.items() if key not in taken_back]

    return {c.key: c for c in FILE.change(folder, changed)}


def watched(folder: Path) -> Watched[dict[Key, Correction]]:
    """The decisions beside an index, read again when their file has changed."""
    return Watched(folder / NAME, lambda: read(folder), {})


def standing(article: str, findings: Iterable[Finding], decided: Mapping[Key, Correction]) -> list[Told]:
    """The findings that are told, each with what was decided about it: those judged wrong are silent."""
    pairs = [(f, decided.get(key_of(article, f))) for f in findings]
    return [(f, c) for f, c in pairs if not (c and c.verdict == "wrong")]


def _packed(text: str) -> str:
    return " ".join(text.split())
