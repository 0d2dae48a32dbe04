"""The findings of the translation desk as an index keeps them: made once, when an article is written.

They lie beside the articles, as offsets of their bodies; the words themselves are cut from there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from rag.datatypes import Article
from rag.index.articles import ArticleReader
from rag.translation import corrections
from rag.translation.findings import GRADES, Finding, Grade, Kind

_RANK = "CASE f.kind " + " ".join(f"WHEN '{kind}' THEN {at}" for at, kind in enumerate(GRADES)) + " ELSE 99 END"
State = Literal["standing", "open", "right", "wrong", "corrected"]
"""What was decided: anything but "wrong", nothing yet, or one of the verdicts."""


@cache
def edition() -> str:
    """A digest of the rules that findings and times are made by; an index that has those of others makes them anew."""
    folder = Path(__file__).parents[1]
    digest = hashlib.blake2b(digest_size=8)
    for path in sorted(
        [folder / "events.py", *(folder / "translation").glob("[!.]*.*"), *(folder / "language").glob("[!.]*.*")]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def rows(article: Article, findings: Sequence[Finding]) -> list[tuple[str, str, str]]:
    """The findings of an article as the index keeps them: kind, digest of the decision's key, offsets."""
    return [(f.kind, corrections.short(corrections.key_of(article.id, f)), json.dumps(_flat(f))) for f in findings]


def kept(articles: ArticleReader, row: int) -> list[tuple[str, str, str]]:
    """The same of the article at a row of an index."""
    found = articles.query("SELECT kind, key, spans FROM findings WHERE article = ? ORDER BY place", (row,))
    return [(str(kind), str(key), str(spans)) for kind, key, spans in found]


def of(articles: ArticleReader, article: Article) -> tuple[Finding, ...]:
    """The findings of an article in their order."""
    sql = "SELECT kind, spans FROM findings WHERE article = (SELECT row FROM articles WHERE id = ?) ORDER BY place"
    return tuple(_finding(article, str(kind), str(spans)) for kind, spans in articles.query(sql, (article.id,)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are wanted: of some kinds, of one article, of some issues, of one state of decision."""

    kinds: frozenset[Kind] = frozenset(GRADES)
    article: str = ""
    since: date | None = None
    until: date | None = None
    state: State = "standing"


Decided = Mapping[corrections.Key, corrections.Correction]


def count(articles: ArticleReader, wanted: Wanted, decided: Decided) -> dict[Kind, int]:
    """How many findings of each kind there are, whichever are wanted; every kind is told, as grades go."""
    where, values = _where(wanted, decided, all_kinds=True)
    rows = articles.query(f"SELECT f.kind, count(*) {where} GROUP BY f.kind", values)  # noqa: S608
    found = {str(kind): int(str(number)) for kind, number in rows}
    return {kind: found.get(kind, 0) for kind in GRADES}


def articles_with(articles: ArticleReader, decided: Decided) -> dict[Grade, int]:
    """How many articles have findings of each grade that nobody has judged wrong."""
    found: dict[Grade, int] = {}
    for grade in dict.fromkeys(GRADES.values()):
        wanted = Wanted(frozenset(kind for kind, of_kind in GRADES.items() if of_kind == grade))
        where, values = _where(wanted, decided)
        [[number]] = articles.query(f"SELECT count(DISTINCT f.article) {where}", values)  # noqa: S608
        found[grade] = int(str(number))
    return found


def listed(articles: ArticleReader, wanted: Wanted, decided: Decided, first: int, most: int) -> list[tuple[str, int]]:
    """Up to `most` findings from number `first` on, as (id of the article, place in it): by kind, then by issue."""
    where, values = _where(wanted, decided)
    order = f"{_RANK}, a.date IS NULL, a.date, a.page, f.article, f.place"
    sql = f"SELECT a.id, f.place {where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
    return [(str(name), int(str(place))) for name, place in articles.query(sql, (*values, most, first))]


def _where(wanted: Wanted, decided: Decided, *, all_kinds: bool = False) -> tuple[str, tuple[object, ...]]:
    """The tables and conditions of a query, and their values."""
    sql, values = ["1"], list[object]()
    if not all_kinds and wanted.kinds != frozenset(GRADES):
        sql.append("f.kind IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(wanted.kinds)))
    left_out: dict[str, tuple[str, ...]] = {"standing": ("wrong",), "open": corrections.VERDICTS}
    verdicts = left_out.get(wanted.state, (wanted.state,))
    keys = [corrections.short(key) for key, c in decided.items() if c.verdict in verdicts]
    is_out = wanted.state in left_out
    if keys or not is_out:
        sql.append(f"f.key {'NOT ' if is_out else ''}IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(keys))
    if wanted.article:
        sql.append("a.id = ?")
        values.append(wanted.article)
    if wanted.since:
        sql.append("a.date >= ?")
        values.append(wanted.since.isoformat())
    if wanted.until:
        sql.append("a.date <= ?")
        values.append(wanted.until.isoformat())
    return f"FROM findings f LEFT JOIN articles a ON a.row = f.article WHERE {' AND '.join(sql)}", tuple(values)


def _flat(f: Finding) -> list[int]:
    spans = (f.zh, f.en, f.zh_sentence, f.en_sentence)
    return [*(at for span in spans for at in span or (-1, -1)), int(f.ends)]


def _finding(article: Article, kind: str, spans: str) -> Finding:
    *numbers, ends = json.loads(spans)
    cuts: Iterator[tuple[int, int]] = zip(numbers[::2], numbers[1::2], strict=True)
    zh, en, zh_sentence, en_sentence = (None if cut[0] < 0 else cut for cut in cuts)
    original = article.bodies["zh"][slice(*zh)] if zh else ""
    translation = article.bodies["en"][slice(*en)] if en else ""
    known: Kind = next(one for one in GRADES if one == kind)
    return Finding(known, zh, en, original, translation, zh_sentence, en_sentence, bool(ends))
