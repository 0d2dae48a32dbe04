"""The register of a generation, read: its names with what readers have taken apart since.

What is left of names that were taken apart is kept in memory; the file itself is never written.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.datatypes import LANGS, Lang
from rag.errors import IndexDamaged, UsageError
from rag.index.names import FILE
from rag.register.kinds import KINDS, Kind
from rag.register.partings import Apart, watched
from rag.register.unions import Link, joined

_AMONG = "IN (SELECT value FROM json_each(?))"


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
        self._lock = threading.RLock()
        self._apart = watched(generation.parent)
        self._honoured: frozenset[Apart] | None = None
        self._gone: set[int] = set()  # names that were taken apart
        self._parts: dict[int, tuple[Name, list[int]]] = {}  # what is left of them, by negative numbers, and the forms
        self._part_of: dict[int, int] = {}

    def listed(self, wanted: Wanted, first: int, most: int) -> tuple[list[Name], int]:
        """Up to `most` of the names wanted from number `first` on, the most frequent first, with their forms; and how
        many there are. Raises UsageError, SourceError, IndexDamaged."""
        with self._lock:
            where, values, parts = self._where(wanted)
            [[total]] = self._rows(f"SELECT count(*) FROM names WHERE {where}", values)
            begin = max(0, first - len(parts))  # the parts may stand anywhere: they are sorted in behind this one
            sql = f"SELECT * FROM names WHERE {where} ORDER BY articles DESC, number LIMIT ? OFFSET ?"
            rows = self._rows(sql, (*values, most + first - begin, begin))
            merged = sorted([*map(_bare, rows), *parts], key=lambda name: (-name.articles, name.number))
            return self._whole(merged[first - begin : first - begin + most]), int(total) + len(parts)

    def counts(self, letters: str = "") -> dict[Kind | None, int]:
        """How many names there are of each kind, None for those of which it is not known."""
        with self._lock:
            where, values, parts = self._where(Wanted(None, letters))
            rows = self._rows(f"SELECT kind, count(*) FROM names WHERE {where} GROUP BY kind", values)
        found = Counter({_kind(str(kind)): int(n) for kind, n in rows})
        found.update(part.kind for part in parts)
        return {kind: found[kind] for kind in (*KINDS, None)}

    def name(self, text: str) -> Name:
        """The name that has a form. Raises UsageError if there is none."""
        with self._lock:
            rows = self._rows("SELECT number, name FROM forms WHERE text = ?", (text,))
            names = self._numbered([self._part_of.get(form, name) for form, name in rows])
        if not names:
            raise UsageError(
                f"{text!r:.100} is no name of the register. List those that hold some letters: wenbao names"
            )
        return names[0]

    def of_article(self, row: int) -> list[Name]:
        """The names in the article at a row, the rarest first."""
        with self._lock:
            sql = "SELECT f.number, f.name FROM places p JOIN forms f ON f.number = p.form WHERE p.article = ?"
            return self._numbered([self._part_of.get(form, name) for form, name in self._rows(sql, (row,))])

    def places(self, name: Name) -> dict[int, list[tuple[Lang, int, int]]]:
        """Where a name is written: by row of the article, language, beginning and end, in order."""
        with self._lock:
            found: dict[int, list[tuple[Lang, int, int]]] = {}
            for form in self._forms_of(name.number):
                [[lang, length]] = self._rows("SELECT lang, length(text) FROM forms WHERE number = ?", (form,))
                for article, starts in self._rows("SELECT article, starts FROM places WHERE form = ?", (form,)):
                    cuts = ((lang, at, at + length) for at in array("i", starts))
                    found.setdefault(int(article), []).extend(cuts)
        return {article: sorted(found[article]) for article in sorted(found)}

    def rows_of(self, name: Name) -> list[int]:
        """The rows of the articles that a name stands in."""
        with self._lock:
            sql = f"SELECT DISTINCT article FROM places WHERE form {_AMONG}"
            return sorted(int(row) for (row,) in self._rows(sql, (json.dumps(self._forms_of(name.number)),)))

    def days(self, rows: Sequence[int]) -> dict[int, str]:
        """The issue dates of the articles at rows, in ISO 8601 as far as they are known."""
        with self._lock:
            sql = f"SELECT article, day FROM days WHERE article {_AMONG}"
            return {int(row): str(day) for row, day in self._rows(sql, (json.dumps(list(rows)),))}

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _where(self, wanted: Wanted) -> tuple[str, tuple[object, ...], list[Name]]:
        """The condition on the names of the file with its values, and the parts that are wanted."""
        self._honour()
        sql, values = [f"number NOT {_AMONG}"] if self._gone else ["1"], list[object]()
        values += [json.dumps(sorted(self._gone))] if self._gone else []
        parts = [part for part, _ in self._parts.values() if wanted.kind in (None, part.kind)]
        if wanted.kind:
            sql.append("kind = ?")
            values.append(wanted.kind)
        if wanted.letters:
            sql.append("number IN (SELECT name FROM forms WHERE text LIKE ? ESCAPE '\\')")
            escaped = "".join(f"\\{c}" if c in "\\%_" else c for c in wanted.letters)
            values.append(f"%{escaped}%")
            letters = wanted.letters.lower()
            parts = [one for one in parts if any(letters in form.text.lower() for form in one.forms)]
        return " AND ".join(sql), tuple(values), parts

    def _forms_of(self, number: int) -> list[int]:
        if number in self._parts:
            return self._parts[number][1]
        return [int(form) for (form,) in self._rows("SELECT number FROM forms WHERE name = ?", (number,))]

    def _numbered(self, numbers: Iterable[int]) -> list[Name]:
        """The names of some numbers, the rarest first."""
        wanted = set(numbers)
        rows = self._rows(f"SELECT * FROM names WHERE number {_AMONG}", (json.dumps(sorted(wanted - self._gone)),))
        parts = [self._parts[number][0] for number in wanted if number in self._parts]
        return self._whole(sorted([*map(_bare, rows), *parts], key=lambda name: (name.articles, name.number)))

    def _whole(self, names: Sequence[Name]) -> list[Name]:
        """Names with their forms, the most frequent first."""
        sql = (
            f"SELECT name, lang, text, articles, places FROM forms WHERE name {_AMONG}"
            " ORDER BY articles DESC, places DESC, number"
        )
        forms: dict[int, list[NameForm]] = {}
        for name, *told in self._rows(sql, (json.dumps([name.number for name in names]),)):
            forms.setdefault(name, []).append(NameForm(*told))
        return [one if one.forms else replace(one, forms=tuple(forms.get(one.number, ()))) for one in names]

    def _rows(self, sql: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        self._honour()
        return self._read(sql, values)

    def _read(self, sql: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        if not self.is_there:
            raise UsageError("this index was made before Wenbao kept names. Bring it up to date: wenbao index")
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as err:
            raise IndexDamaged(f"the names of the index cannot be read ({err}). Run: wenbao index --full") from err

    def _honour(self) -> None:
        """Take apart what readers have taken apart since."""
        apart = self._apart.now()
        if not self.is_there or self._honoured == apart:
            return
        self._gone, self._parts, self._part_of = set(), {}, {}
        sql = f"SELECT name FROM forms WHERE text {_AMONG} GROUP BY name HAVING count(*) = 2"
        for pair in apart:
            self._gone.update(name for (name,) in self._read(sql, (json.dumps([text for _, text in pair]),)))
        for name in sorted(self._gone):
            sql = "SELECT number, lang, text, articles, places FROM forms WHERE name = ? ORDER BY places DESC, number"
            forms = {
                (lang, text): (number, NameForm(lang, text, *n)) for number, lang, text, *n in self._read(sql, (name,))
            }
            links = self._read("SELECT zh, en, proof, places FROM links WHERE name = ?", (name,))
            groups = joined([Link(*row) for row in links], apart)
            left = [[form] for form in forms if not any(form in group for group in groups)]
            for group in (*groups, *left):
                self._add(name, [forms[form] for form in forms if form in group])
        self._honoured = apart

    def _add(self, name: int, held: Sequence[tuple[int, NameForm]]) -> None:
        """Add a part of a name, which has some of its forms."""
        number, numbers = -len(self._parts) - 1, [form for form, _ in held]
        zh, en = (next((form.text for _, form in held if form.lang == lang), "") for lang in LANGS)
        [[kind]] = self._read("SELECT kind FROM names WHERE number = ?", (name,))
        sql = (
            "SELECT count(*), coalesce(min(nullif(day, '')), ''), coalesce(max(day), '') FROM days WHERE article IN"
            f" (SELECT article FROM places WHERE form {_AMONG})"
        )
        [(articles, first, last)] = self._read(sql, (json.dumps(numbers),))
        if not held:
            return
        forms = tuple(form for _, form in held)
        self._parts[number] = Name(number, _kind(kind), zh, en, articles, first, last, forms), numbers
        self._part_of.update(dict.fromkeys(numbers, number))


def _bare(row: tuple[Any, ...]) -> Name:
    """A name without its forms."""
    number, kind, *told = row
    return Name(number, _kind(kind), *told)


def _kind(told: str) -> Kind | None:
    return next((kind for kind in KINDS if kind == told), None)
