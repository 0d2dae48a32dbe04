"""The register of a generation, read: its names with what readers have taken apart since.

What was taken apart lies in tables of the connection alone; the file itself is never written.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.datatypes import LANGS, Lang
from rag.errors import IndexDamaged, UsageError
from rag.index.names import FILE
from rag.register.kinds import KINDS, Kind
from rag.register.partings import Apart, watched
from rag.register.unions import Form, Link, form_of, joined

_NAMES = "(SELECT * FROM names WHERE number NOT IN (SELECT name FROM gone) UNION ALL SELECT * FROM split)"
_FORMS = (
    "(SELECT f.number, coalesce(s.name, f.name) AS name, f.lang, f.text, f.articles, f.places"
    " FROM forms f LEFT JOIN split_forms s ON s.form = f.number)"
)
_SPLIT = (
    "DROP TABLE IF EXISTS temp.gone; DROP TABLE IF EXISTS temp.split; DROP TABLE IF EXISTS temp.split_forms;"
    "CREATE TEMP TABLE gone (name INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE split (number INTEGER PRIMARY KEY, kind TEXT, zh TEXT, en TEXT, articles INTEGER,"
    " first TEXT, last TEXT);"
    "CREATE TEMP TABLE split_forms (form INTEGER PRIMARY KEY, name INTEGER)"
)


@dataclass(frozen=True, slots=True)
class NameForm:
    """A way in which a name is written: in how many articles, and how often in all."""

    lang: Lang
    text: str
    articles: int
    places: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the register.

    `zh` and `en` are what it is mostly called in either language, "" in one that has no form; `articles` is in how
    many articles any form stands, `first` and `last` are the issue dates of the first and last of these, as far as they
    are known (ISO 8601), "" if no date is.
    """

    number: int
    kind: Kind | None
    zh: str
    en: str
    articles: int
    first: str
    last: str
    forms: tuple[NameForm, ...] = ()

    @property
    def head(self) -> str:
        """The form that it is looked up by."""
        return self.zh or self.en


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which names are wanted: of a kind, of which a form holds some letters."""

    kind: Kind | None = None
    letters: str = ""


class Register:
    """The names of a generation; safe to share between threads."""

    def __init__(self, generation: Path) -> None:
        """Open it; `is_there` is false where an earlier version made the index and there is none."""
        path = generation / FILE
        self.is_there = path.is_file()
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1" if self.is_there else ":memory:"
        self._db = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        self._apart = watched(generation.parent)
        self._honoured: frozenset[Apart] | None = None

    def listed(self, wanted: Wanted, first: int, most: int) -> tuple[list[Name], int]:
        """Up to `most` of the names wanted from number `first` on, the most frequent first, with their forms; and how
        many there are. Raises UsageError, SourceError, IndexDamaged."""
        where, values = _where(wanted)
        with self._lock:
            [[total]] = self._rows(f"SELECT count(*) FROM {_NAMES} {where}", values)
            sql = f"SELECT * FROM {_NAMES} {where} ORDER BY articles DESC, number LIMIT ? OFFSET ?"
            return self._whole(self._rows(sql, (*values, most, first))), int(total)

    def counts(self, letters: str = "") -> dict[Kind | None, int]:
        """How many names there are of each kind, None for those of which it is not known."""
        where, values = _where(Wanted(None, letters))
        with self._lock:
            rows = self._rows(f"SELECT kind, count(*) FROM {_NAMES} {where} GROUP BY kind", values)
        found = {str(kind): int(n) for kind, n in rows}
        return {**{kind: found.get(kind, 0) for kind in KINDS}, None: found.get("", 0)}

    def name(self, text: str) -> Name:
        """The name that has a form. Raises UsageError if there is none."""
        with self._lock:
            sql = f"SELECT n.* FROM {_NAMES} n JOIN {_FORMS} f ON f.name = n.number WHERE f.text = ? LIMIT 1"
            names = self._whole(self._rows(sql, (text,)))
        if not names:
            raise UsageError(
                f"{text!r:.100} is no name of the register. List those that hold some letters: wenbao names"
            )
        return names[0]

    def of_article(self, row: int) -> list[Name]:
        """The names in the article at a row, the rarest first."""
        with self._lock:
            sql = (
                f"SELECT * FROM {_NAMES} WHERE number IN (SELECT f.name FROM {_FORMS} f JOIN places p"
                " ON p.form = f.number WHERE p.article = ?) ORDER BY articles, number"
            )
            return self._whole(self._rows(sql, (row,)))

    def places(self, name: Name) -> dict[int, list[tuple[Lang, int, int]]]:
        """Where a name is written: by row of the article, language, beginning and end, in order."""
        with self._lock:
            sql = (
                f"SELECT p.article, f.lang, length(f.text), p.starts FROM {_FORMS} f JOIN places p"
                " ON p.form = f.number WHERE f.name = ? ORDER BY p.article"
            )
            rows = self._rows(sql, (name.number,))
        found: dict[int, list[tuple[Lang, int, int]]] = {}
        for article, lang, length, starts in rows:
            cuts = ((lang, at, at + length) for at in array("i", starts))
            found.setdefault(int(article), []).extend(cuts)
        return {article: sorted(cuts) for article, cuts in found.items()}

    def rows_of(self, name: Name) -> list[int]:
        """The rows of the articles that a name stands in."""
        with self._lock:
            sql = f"SELECT DISTINCT p.article FROM {_FORMS} f JOIN places p ON p.form = f.number WHERE f.name = ?"
            return sorted(int(row) for (row,) in self._rows(sql, (name.number,)))

    def days(self, rows: Sequence[int]) -> dict[int, str]:
        """The issue dates of the articles at rows, in ISO 8601 as far as they are known."""
        with self._lock:
            sql = "SELECT article, day FROM days WHERE article IN (SELECT value FROM json_each(?))"
            return {int(row): str(day) for row, day in self._rows(sql, (json.dumps(list(rows)),))}

    def apart(self) -> frozenset[Apart]:
        """What readers have taken apart. Raises SourceError if their file cannot be read."""
        return self._apart.now()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _whole(self, rows: Sequence[tuple[Any, ...]]) -> list[Name]:
        """The names of rows with their forms, the most frequent first."""
        numbers = json.dumps([row[0] for row in rows])
        sql = (
            f"SELECT name, lang, text, articles, places FROM {_FORMS}"
            " WHERE name IN (SELECT value FROM json_each(?)) ORDER BY articles DESC, places DESC, number"
        )
        forms: dict[int, list[NameForm]] = {}
        for name, lang, text, articles, places in self._rows(sql, (numbers,)):
            forms.setdefault(name, []).append(NameForm(lang, text, articles, places))
        return [
            Name(number, _kind(kind), zh, en, articles, first, last, tuple(forms.get(number, ())))
            for number, kind, zh, en, articles, first, last in rows
        ]

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        if not self.is_there:
            raise UsageError("this index was made before Wenbao kept names. Bring it up to date: wenbao index")
        try:
            if self._honoured != (apart := self._apart.now()):
                self._honour(apart)
            return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as err:
            raise IndexDamaged(f"the names of the index cannot be read ({err}). Run: wenbao index --full") from err

    def _honour(self, apart: frozenset[Apart]) -> None:
        """Lay beside the names what is left of those that readers have taken apart."""
        self._db.executescript(_SPLIT)
        gone: set[int] = set()
        for pair in apart:
            texts = json.dumps([text for _, text in pair])
            its = "text IN (SELECT value FROM json_each(?))"
            sql = f"SELECT name FROM forms WHERE {its} GROUP BY name HAVING count(*) = 2"
            gone.update(int(name) for (name,) in self._db.execute(sql, (texts,)))
        for name in sorted(gone):
            self._db.execute("INSERT INTO gone VALUES (?)", (name,))
            for forms in self._parts(name, apart):
                self._add(name, forms)
        self._honoured = apart

    def _parts(self, name: int, apart: frozenset[Apart]) -> Iterator[list[Form]]:
        rows = self._db.execute("SELECT zh, en, proof, places FROM links WHERE name = ?", (name,))
        groups = joined([Link(*row) for row in rows], apart)
        yield from groups
        held = {form for group in groups for form in group}
        for (text,) in self._db.execute("SELECT text FROM forms WHERE name = ? ORDER BY number", (name,)).fetchall():
            if form_of(text) not in held:
                yield [form_of(text)]

    def _add(self, name: int, forms: Sequence[Form]) -> None:
        """Add a part of a name as a name of its own; its number is negative."""
        [[number]] = self._db.execute("SELECT coalesce(min(number), 0) - 1 FROM split")
        texts = json.dumps([text for _, text in forms])
        its = "SELECT number FROM forms WHERE name = ? AND text IN (SELECT value FROM json_each(?))"
        self._db.execute(
            f"INSERT INTO split_forms SELECT number, ? FROM forms WHERE number IN ({its})", (number, name, texts)
        )
        heads = {
            lang: self._db.execute(
                f"SELECT coalesce((SELECT text FROM forms WHERE number IN ({its}) AND lang = ?"
                " ORDER BY places DESC LIMIT 1), '')",
                (name, texts, lang),
            ).fetchone()[0]
            for lang in LANGS
        }
        [[kind]] = self._db.execute("SELECT kind FROM names WHERE number = ?", (name,))
        sql = (
            "SELECT count(*), coalesce(min(nullif(day, '')), ''), coalesce(max(day), '') FROM days WHERE article IN"
            f" (SELECT article FROM places WHERE form IN ({its}))"
        )
        [told] = self._db.execute(sql, (name, texts))
        self._db.execute("INSERT INTO split VALUES (?,?,?,?,?,?,?)", (number, kind, heads["zh"], heads["en"], *told))


def _kind(told: str) -> Kind | None:
    return next((kind for kind in KINDS if kind == told), None)


def _where(wanted: Wanted) -> tuple[str, tuple[object, ...]]:
    sql, values = ["1"], list[object]()
    if wanted.kind:
        sql.append("kind = ?")
        values.append(wanted.kind)
    if wanted.letters:
        sql.append(f"number IN (SELECT name FROM {_FORMS} WHERE text LIKE ? ESCAPE '\\')")
        escaped = "".join(f"\\{c}" if c in "\\%_" else c for c in wanted.letters)
        values.append(f"%{escaped}%")
    return f"WHERE {' AND '.join(sql)}", tuple(values)
