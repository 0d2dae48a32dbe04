"""Tables that people open in a spreadsheet: CSV that Excel reads by a double click, and no cell that it would obey."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
"""The byte order mark: without it Excel takes UTF-8 for the machine's own code page, and Chinese is lost."""


def table(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV (RFC 4180) with a byte order mark; of texts, what would be a formula is guarded."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return MARK + out.getvalue()


def guarded(cell: str) -> str:
    """`cell` with an apostrophe in front if a spreadsheet would take it for a formula; `unguarded` takes it off.

    Formulas begin with = + - @, in Chinese and Japanese Excel also in their wide and small forms, and blanks or
    control characters before them may be dropped (OWASP, "CSV Injection"). A cell that already begins so with an
    apostrophe gets another, so that nothing is lost on the way back.
    """
    return f"'{cell}" if _is_formula(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def _is_formula(cell: str) -> bool:
    first = next((c for c in cell if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf")), "")
    return unicodedata.normalize("NFKC", first) in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r", "\n")
