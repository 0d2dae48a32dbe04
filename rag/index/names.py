"""The register of a generation: its names with their forms, what links these, and where each is written.

One SQLite file, `names.sqlite`. A place is where a form is written in a body, the longest of all known forms first:
within 江西日报, where that is a name, 江西 is not counted. Of a form and an article the offsets are kept, so that what
is listed is what was counted.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from rag.datatypes import Lang
from rag.index.articles import ArticleReader
from rag.register.gather import Entry, Gatherer

FILE = "names.sqlite"
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\W_]+")
_SCHEMA = (
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
    "CREATE TABLE names (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL,"
    " articles INTEGER NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL);"
    "CREATE TABLE forms (number INTEGER PRIMARY KEY, name INTEGER NOT NULL, lang TEXT NOT NULL, text TEXT NOT NULL,"
    " articles INTEGER NOT NULL, places INTEGER NOT NULL);"
    "CREATE TABLE links (name INTEGER NOT NULL, zh TEXT NOT NULL, en TEXT NOT NULL, proof TEXT NOT NULL,"
    " places INTEGER NOT NULL);"
    "CREATE TABLE places (form INTEGER NOT NULL, article INTEGER NOT NULL, starts BLOB NOT NULL,"
    " PRIMARY KEY (form, article)) WITHOUT ROWID;"
    "CREATE TABLE days (article INTEGER PRIMARY KEY, day TEXT NOT NULL);"
)
_INDEXES = (
    "CREATE INDEX often ON names (articles DESC, number); CREATE INDEX often_of ON names (kind, articles DESC, number);"
    "CREATE INDEX of_name ON forms (name); CREATE INDEX by_text ON forms (text);"
    "CREATE INDEX link_of ON links (name); CREATE INDEX in_article ON places (article);"
)


@cache
def edition() -> str:
    """A digest of the rules that names are found by; an index that has those of others makes them anew."""
    folder = Path(__file__).parents[1]
    digest = hashlib.blake2b(digest_size=8)
    used = [folder / "translation" / "foreign.py", Path(__file__)]
    used += [*(folder / "register").glob("[!.]*.*"), *(folder / "language").glob("[!.]*.*")]
    for path in sorted(used):
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Forms:
    """The known forms, for finding where they are written."""

    def __init__(self, forms: Iterable[tuple[Lang, str]]) -> None:
        """Number them as they come."""
        self._zh: dict[str, dict[str, int]] = defaultdict(dict)
        self._en: dict[str, dict[str, int]] = defaultdict(dict)
        self._lengths: dict[str, list[int]] = {}
        for number, (lang, text) in enumerate(forms):
            if lang == "zh":
                self._zh[text[:2]][text] = number
            elif begins := _WORD.match(text):
                self._en[begins[0]][text] = number
        for start, known in (*self._zh.items(), *self._en.items()):
            self._lengths[start] = sorted({len(text) for text in known}, reverse=True)

    def places(self, body: str, lang: Lang) -> dict[int, array[int]]:
        """Where forms are written in a body: the number of each, and the offsets that it begins at; from left to right
        the longest, none within another."""
        return _collected(self._chinese(body) if lang == "zh" else self._english(body))

    def _chinese(self, body: str) -> Iterator[tuple[int, int]]:
        at, end = 0, len(body) - 1
        while at < end:
            known = self._zh.get(start := body[at : at + 2])
            length = next((n for n in self._lengths[start] if body[at : at + n] in known), 0) if known else 0
            if known and length:
                yield known[body[at : at + length]], at
            at += length or 1

    def _english(self, body: str) -> Iterator[tuple[int, int]]:
        free = 0
        for word in _WORD.finditer(body):
            if word.start() < free or not body[word.start()].isupper():
                continue
            for start in dict.fromkeys((word[0], re.sub("['’]s?$", "", word[0]))):
                for length in self._lengths.get(start, ()) if start in self._en else ():
                    end = word.start() + length
                    number = self._en[start].get(body[word.start() : end])
                    if number is not None and not re.match(r"[^\W_]|-[^\W_]", body[end : end + 2]):
                        yield number, word.start()
                        free = end
                        break
                if free > word.start():
                    break


def _collected(found: Iterator[tuple[int, int]]) -> dict[int, array[int]]:
    made: dict[int, array[int]] = {}
    for number, at in found:
        made.setdefault(number, array("i")).append(at)
    return made


def write(generation: Path, gathered: Gatherer) -> None:
    """Write the register of a generation whose articles are all written."""
    entries = gathered.entries()
    db = sqlite3.connect(generation / FILE)
    articles = ArticleReader(generation)
    try:
        db.executescript(_SCHEMA)
        numbered = [(name, form) for name, entry in enumerate(entries) for form in entry.forms]
        forms = Forms(form for _, form in numbered)
        for row in range(articles.count()):
            article, _ = articles.article(row)
            db.execute("INSERT INTO days VALUES (?,?)", (row, article.issued))
            for lang in article.langs:
                found = forms.places(article.bodies[lang], lang)
                cells = ((number, row, starts.tobytes()) for number, starts in found.items())
                db.executemany("INSERT INTO places VALUES (?,?,?)", cells)
        _count(db, entries, numbered)
        db.executescript(_INDEXES)
        db.commit()
    finally:
        articles.close()
        db.close()


def _count(db: sqlite3.Connection, entries: Sequence[Entry], numbered: Sequence[tuple[int, tuple[Lang, str]]]) -> None:
    sql = "SELECT form, count(*), sum(length(starts) / 4) FROM places GROUP BY form"
    counts = {int(form): (int(articles), int(places)) for form, articles, places in db.execute(sql)}
    rows = ((n, name, lang, text, *counts[n]) for n, (name, (lang, text)) in enumerate(numbered) if n in counts)
    db.executemany("INSERT INTO forms VALUES (?,?,?,?,?,?)", rows)
    heads: dict[int, dict[Lang, tuple[int, str]]] = defaultdict(dict)
    for number, (name, (lang, text)) in enumerate(numbered):
        often = counts.get(number, (0, 0))[1]
        if often and often > heads[name].get(lang, (0, ""))[0]:
            heads[name][lang] = often, text
    sql = (
        "SELECT f.name, count(DISTINCT p.article), coalesce(min(nullif(d.day, '')), ''), max(d.day) FROM places p"
        " JOIN forms f ON f.number = p.form JOIN days d ON d.article = p.article GROUP BY f.name"
    )
    names = []
    for name, articles, first, last in db.execute(sql).fetchall():
        zh, en = (heads[name].get(lang, (0, ""))[1] for lang in ("zh", "en"))
        names.append((name, entries[name].kind or "", zh, en, articles, first, last))
    db.executemany("INSERT INTO names VALUES (?,?,?,?,?,?,?)", names)
    links = ((name, k.zh, k.en, k.proof, k.places) for name, entry in enumerate(entries) for k in entry.links)
    db.executemany("INSERT INTO links VALUES (?,?,?,?,?)", links)
