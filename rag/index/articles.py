"""The articles of a generation, with their alignment, in one SQLite file: the truth that the index is made from."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rag.corpus.article import safe_id
from rag.datatypes import LANGS, PEOPLES_DAILY, Article, Bead, Paper
from rag.errors import IndexDamaged, UsageError

FILE = "articles.sqlite"
# An index made before articles knew their newspaper: all were cited as People's Daily, but for those of JSON Lines.
_OLD_PAPER = "iif(json_extract(article, '$.source') GLOB '*.jsonl*', NULL, 0)"


class Known(NamedTuple):
    """What tells whether an article is as it was: its row, the digest of its content, its newspaper."""

    row: int
    digest: str
    paper: Paper | None


class ArticleWriter:
    """Writes articles in the order given; `row` numbers run from 0."""

    def __init__(self, generation: Path) -> None:
        self._db = sqlite3.connect(generation / FILE)
        self._db.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE articles (row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,"
            " date TEXT, page INTEGER, article TEXT NOT NULL, beads TEXT NOT NULL, paper INTEGER,"
            " mentions BLOB NOT NULL);"
            "CREATE TABLE papers (number INTEGER PRIMARY KEY, en TEXT NOT NULL, zh TEXT NOT NULL);"
            # what `rag.index.findings` reads: the kind, a digest of the words, offsets
            "CREATE TABLE findings (article INTEGER NOT NULL, place INTEGER NOT NULL, kind TEXT NOT NULL,"
            " key TEXT NOT NULL, spans TEXT NOT NULL, PRIMARY KEY (article, place)) WITHOUT ROWID;"
        )
        self.count = 0
        self._papers: dict[Paper, int] = {}

    def add(
        self, article: Article, beads: Sequence[Bead], findings: Iterable[tuple[str, str, str]], mentions: bytes
    ) -> int:
        """Append one article with its findings, as `rag.index.findings.rows` makes them, and the mentions of names, as
        `rag.register.mentions.packed` does; returns its row."""
        parts = {
            "column": article.column,
            "author": article.author,
            "titles": dict(article.titles),
            "bodies": dict(article.bodies),
            "decks": {lang: list(decks) for lang, decks in article.decks.items()},
            "source": article.source,
            "notes": list(article.notes),
            **({"partial_date": article.partial_date} if article.partial_date else {}),
        }
        flat = [[b.paragraph, *(b.zh or (-1, -1)), *(b.en or (-1, -1)), round(b.score, 4)] for b in beads]
        row = self.count
        self._db.execute(
            "INSERT INTO articles VALUES (?,?,?,?,?,?,?,?,?)",
            (
                row,
                article.id,
                article.digest,
                article.date.isoformat() if article.date else None,
                article.page,
                json.dumps(parts, ensure_ascii=False, separators=(",", ":")),
                json.dumps(flat, separators=(",", ":")),
                self._paper(article.paper) if article.paper else None,
                mentions,
            ),
        )
        cells = ((row, place, *finding) for place, finding in enumerate(findings))
        self._db.executemany("INSERT INTO findings VALUES (?,?,?,?,?)", cells)
        self.count += 1
        if self.count % 1000 == 0:
            self._db.commit()
        return row

    def _paper(self, paper: Paper) -> int:
        """The number of a newspaper, from 0 in the order of first mention."""
        if paper not in self._papers:
            self._db.execute("INSERT INTO papers VALUES (?,?,?)", (len(self._papers), paper.en, paper.zh))
        return self._papers.setdefault(paper, len(self._papers))

    def close(self) -> None:
        """Write what is pending and close the file."""
        self._db.execute("CREATE INDEX issue ON articles (date, page)")
        self._db.execute("CREATE INDEX kinds ON findings (kind, article, key)")
        self._db.commit()
        self._db.close()

    def abandon(self) -> None:
        """Close the file as it is; nothing happens if it is closed."""
        self._db.close()


class ArticleReader:
    """Reads the articles of a generation; safe to share between threads."""

    def __init__(self, generation: Path) -> None:
        path = generation / FILE
        if not path.is_file():
            raise IndexDamaged(f"{path} is missing. Build the index anew: wenbao index --full")
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        is_old = not self.query("SELECT 1 FROM sqlite_master WHERE name = 'papers'", ())
        names = [] if is_old else self.query("SELECT en, zh FROM papers ORDER BY number", ())
        self.papers = (PEOPLES_DAILY,) if is_old else tuple(Paper(str(en), str(zh)) for en, zh in names)
        self._paper = _OLD_PAPER if is_old else "paper"

    def article(self, key: int | str) -> tuple[Article, tuple[Bead, ...]]:
        """An article and its alignment, by row or by id.

        Raises:
            UsageError: no article has this id.
            IndexDamaged: the file cannot be read.
        """
        column = "row" if isinstance(key, int) else "id"
        key = key.encode("utf-8", "replace").decode() if isinstance(key, str) else key
        facts = f"id, digest, date, page, article, beads, {self._paper}"
        query = f"SELECT {facts} FROM articles WHERE {column} = ?"
        rows = self.query(query, (key,))
        if not rows and isinstance(key, str) and safe_id(key) != key:  # as its file has it
            rows = self.query(query, (safe_id(key),))
        if not rows:
            raise UsageError(f"no article {key!r} in this archive. List them: wenbao status --articles")
        return _article(rows[0], self.papers)

    def count(self) -> int:
        """Number of articles."""
        return int(str(self.query("SELECT count(*) FROM articles", ())[0][0]))

    def ids(self) -> Iterator[str]:
        """All ids, in the order of indexing."""
        return (str(row[0]) for row in self.query("SELECT id FROM articles ORDER BY row", ()))

    def find(self, identifier: str) -> Known | None:
        """What is known of the article with an id, or None if there is none."""
        rows = self.query(f"SELECT row, digest, {self._paper} FROM articles WHERE id = ?", (identifier,))
        return next((Known(int(str(row)), str(digest), _at(self.papers, n)) for row, digest, n in rows), None)

    def paper_numbers(self) -> list[int]:
        """For each article, in the order of rows, the place of its newspaper in `papers`; -1 where none is known."""
        rows = self.query(f"SELECT {self._paper} FROM articles ORDER BY row", ())
        return [-1 if number is None else int(str(number)) for (number,) in rows]

    def mentions(self, row: int) -> bytes:
        """The mentions of names in the article at a row, packed."""
        [[packed]] = self.query("SELECT mentions FROM articles WHERE row = ?", (row,))
        assert isinstance(packed, bytes)
        return packed

    def texts(self, rows: Sequence[int]) -> Iterator[tuple[int, Mapping[str, str], Mapping[str, str]]]:
        """Row, titles and bodies by language of the articles at `rows`, without what else is known of them."""
        query = "SELECT row, article FROM articles WHERE row IN (SELECT value FROM json_each(?))"
        for at in range(0, len(rows), 500):
            for row, parts_json in self.query(query, (json.dumps(list(rows[at : at + 500])),)):
                parts = json.loads(str(parts_json))
                yield int(str(row)), parts["titles"], parts["bodies"]

    def issue(self, day: date, page: int | None) -> list[str]:
        """Ids of the articles printed on one day, on one page if given."""
        rows = self.query("SELECT id, page FROM articles WHERE date = ? ORDER BY row", (day.isoformat(),))
        return [str(row[0]) for row in rows if page is None or row[1] == page]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def query(self, sql: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        """The rows of a query. Raises IndexDamaged if the file cannot be read."""
        try:
            with self._lock:
                return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as err:
            raise IndexDamaged(f"the articles of the index cannot be read ({err}). Run: wenbao index --full") from err


def _at(papers: Sequence[Paper], number: object) -> Paper | None:
    return None if number is None else papers[int(str(number))]


def _article(row: tuple[object, ...], papers: Sequence[Paper]) -> tuple[Article, tuple[Bead, ...]]:
    identifier, digest, day, page, parts_json, beads_json, paper = row
    parts = json.loads(str(parts_json))
    beads = tuple(
        Bead(paragraph, None if z0 < 0 else (z0, z1), None if e0 < 0 else (e0, e1), score)
        for paragraph, z0, z1, e0, e1, score in json.loads(str(beads_json))
    )
    article = Article(
        id=str(identifier),
        date=date.fromisoformat(str(day)) if day else None,
        page=int(str(page)) if page is not None else None,
        column=parts["column"],
        author=parts["author"],
        titles={lang: parts["titles"][lang] for lang in LANGS if lang in parts["titles"]},
        bodies={lang: parts["bodies"][lang] for lang in LANGS if lang in parts["bodies"]},
        source=parts["source"],
        digest=str(digest),
        decks={lang: tuple(parts["decks"][lang]) for lang in LANGS if lang in parts["decks"]},
        notes=tuple(parts["notes"]),
        partial_date=parts.get("partial_date"),
        paper=_at(papers, paper),
    )
    return article, beads
