"""What readers decided about findings: one file, `corrections.csv`, beside the index.

A decision is keyed by the article and the words themselves, not by offsets: a new index keeps it. The file is plain
CSV, one decision a line, sorted, so that two copies of it can be compared and merged by git.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Literal

from rag.disk import Watched, held, write_atomically
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


Told = tuple[Finding, Correction | None]
"""A finding and what was decided about it."""
_COLUMNS = [f.name for f in fields(Correction)]


def key_of(article: str, finding: Finding) -> Key:
    """By what a finding's decision is looked up."""
    return article, finding.kind, _packed(finding.original), _packed(finding.translation)


def short(key: Key) -> str:
    """A key in 16 hex digits, by which an index looks findings up."""
    return hashlib.blake2b("\x1f".join(key).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def read(folder: Path) -> dict[Key, Correction]:
    """The decisions beside an index; none if there is no file. Raises `SourceError` as `taken_from`."""
    path = folder / NAME
    return {c.key: c for c in taken_from(path)} if path.exists() else {}


def taken_from(path: Path) -> list[Correction]:
    """The decisions in a file. Raises `SourceError` with the line that is none, or if the file cannot be read."""
    try:
        return decoded(path.read_bytes(), str(path))
    except OSError as err:
        raise SourceError(str(path), f"cannot be read ({err.strerror}).") from err


def decoded(data: bytes, source: str) -> list[Correction]:
    """The decisions in the bytes of a file. Raises `SourceError` as `parsed`, or if they are not UTF-8."""
    try:
        return parsed(data.decode("utf-8-sig"), source)
    except UnicodeDecodeError as err:
        what = "is not UTF-8. Nothing was taken; save it as UTF-8 (in Excel: CSV UTF-8)."
        raise SourceError(source, what) from err


def parsed(text: str, source: str) -> list[Correction]:
    """The decisions in a CSV text. Raises `SourceError` with the line that is none; nothing of it is taken then."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        return list(_decisions(rows, source))
    except csv.Error as err:
        what = f"is no CSV from here on ({err}). Nothing was taken; mend the line."
        raise SourceError(source, what, rows.line_num + 1) from err


def _decisions(rows: csv.DictReader[str], source: str) -> Iterator[Correction]:
    if missing := [name for name in _COLUMNS[:5] if name not in (rows.fieldnames or [])]:
        raise SourceError(source, f"no column {', '.join(missing)}. Nothing was taken; add a header line.", 1)
    for row in rows:
        cells = {name: unguarded(row.get(name) or "") for name in _COLUMNS}
        verdict = next((v for v in VERDICTS if v == cells["verdict"].strip()), None)
        if verdict is None:
            what = f"{cells['verdict']!r} is no verdict ({', '.join(VERDICTS)}). Nothing was taken; mend the line."
            raise SourceError(source, what, rows.line_num)
        if verdict == "corrected" and not cells["reading"].strip():
            raise SourceError(source, "corrected, but no reading. Nothing was taken; write the reading.", rows.line_num)
        yield Correction(**{**cells, "verdict": verdict})  # type: ignore[arg-type]


def text_of(corrections: Iterable[Correction]) -> str:
    """The decisions as CSV, sorted, in cells that no spreadsheet takes for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([guarded(cell) for cell in astuple(c)] for c in sorted(corrections, key=astuple))
    return out.getvalue()


def decide(folder: Path, decisions: Sequence[Correction], taken_back: Collection[Key] = ()) -> dict[Key, Correction]:
    """Add decisions to those beside an index, the new ones in place of the old, and return all.

    Those with a key of `taken_back` are dropped. The file is replaced whole or not at all, one writer at a time.

    Raises:
        SourceError: the file that is there cannot be read; it is left as it is.
        ResourceError: it cannot be written; the old one is left.
    """
    with held(folder / NAME):
        kept = read(folder) | {c.key: c for c in decisions}
        kept = {key: c for key, c in kept.items() if key not in taken_back}
        write_atomically(folder / NAME, text_of(kept.values()))
    return kept


def watched(folder: Path) -> Watched[dict[Key, Correction]]:
    """The decisions beside an index, read again when their file has changed."""
    return Watched(folder / NAME, lambda: read(folder), {})


def standing(article: str, findings: Iterable[Finding], decided: Mapping[Key, Correction]) -> list[Told]:
    """The findings that are told, each with what was decided about it: those judged wrong are silent."""
    pairs = [(f, decided.get(key_of(article, f))) for f in findings]
    return [(f, c) for f, c in pairs if not (c and c.verdict == "wrong")]


def _packed(text: str) -> str:
    return " ".join(text.split())
