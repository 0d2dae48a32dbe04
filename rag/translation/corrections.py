"""What readers decided about findings: one file, `corrections.csv`, beside the index.

A decision is keyed by the article and the words themselves, not by offsets: a new index keeps it. The file is plain
CSV, one decision a line, sorted, so that two copies of it can be compared and merged by git.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal

from rag.disk import write_atomically
from rag.errors import SourceError
from rag.spreadsheet import guarded, unguarded
from rag.translation.findings import Finding

NAME = "corrections.csv"
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


_COLUMNS = [f.name for f in fields(Correction)]


def key_of(article: str, finding: Finding) -> Key:
    """By what a finding's decision is looked up."""
    return article, finding.kind, _packed(finding.original), _packed(finding.translation)


def read(folder: Path) -> dict[Key, Correction]:
    """The decisions beside an index; none if there is no file. Raises `SourceError` with the line that is not one."""
    path = folder / NAME
    if not path.exists():
        return {}
    return {c.key: c for c in parsed(path.read_text(encoding="utf-8-sig"), str(path))}


def parsed(text: str, source: str) -> list[Correction]:
    """The decisions in a CSV text. Raises `SourceError` with the line that is none; nothing of it is taken then."""
    rows = csv.DictReader(io.StringIO(text))
    if missing := [name for name in _COLUMNS[:5] if name not in (rows.fieldnames or [])]:
        raise SourceError(source, f"no column {', '.join(missing)}. Nothing was taken; add a header line.", 1)
    found = []
    for row in rows:
        cells = {name: unguarded(row.get(name) or "") for name in _COLUMNS}
        verdict = next((v for v in VERDICTS if v == cells["verdict"].strip()), None)
        if verdict is None:
            what = f"{cells['verdict']!r} is no verdict ({', '.join(VERDICTS)}). Nothing was taken; mend the line."
            raise SourceError(source, what, rows.line_num)
        if verdict == "corrected" and not cells["reading"].strip():
            raise SourceError(source, "corrected, but no reading. Nothing was taken; write the reading.", rows.line_num)
        found.append(Correction(**{**cells, "verdict": verdict}))  # type: ignore[arg-type]
    return found


def text_of(corrections: Iterable[Correction]) -> str:
    """The decisions as CSV, sorted, in cells that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(cell) for cell in astuple(c)] for c in sorted(corrections, key=astuple))
    return out.getvalue()


def decide(folder: Path, decisions: Sequence[Correction]) -> dict[Key, Correction]:
    """Add decisions to those beside an index, the new ones in place of the old, and return all.

    The file is replaced whole or not at all.
    """
    kept = read(folder) | {c.key: c for c in decisions}
    write_atomically(folder / NAME, text_of(kept.values()))
    return kept


def standing(
    article: str, findings: Iterable[Finding], decided: dict[Key, Correction]
) -> list[tuple[Finding, Correction | None]]:
    """The findings that are told, each with what was decided about it: those judged wrong are silent."""
    pairs = [(f, decided.get(key_of(article, f))) for f in findings]
    return [(f, c) for f, c in pairs if not (c and c.verdict == "wrong")]


def _packed(text: str) -> str:
    return " ".join(text.split())
