"""What every input format needs to make an `Article`: clean text, safe ids, real dates, the digest."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date as Day

from rag.corpus.dates import precision
from rag.datatypes import LANGS, PEOPLES_DAILY, Article, Lang, Paper
from rag.errors import SourceError
from rag.language.fold import unified
from rag.language.script import HAN, HIDDEN, LIKE_HAN, PRIVATE

_NEWLINE = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_MARKS = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
_MAX_MARKS = 30  # Unicode Standard Annex 15, Stream-Safe Text Format
# letters that Unicode's confusables.txt gives as looking like a Latin one, next to a Latin one
_ALIKE = (
    "\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bd\u03bf\u0405\u0406\u0408\u0410\u0412\u0415"
    "\u041a\u041c-\u041e\u0420-\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458"
)
_LOOKALIKE = re.compile(f"(?<=[A-Za-z])[{_ALIKE}]|[{_ALIKE}](?=[A-Za-z])")
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
_SHOWN = 40


def clean(text: str, source: str) -> str:
    """`text` in NFC with every line end written as a line feed; nothing else is changed.

    Raises `SourceError` for a lone surrogate, a NUL, or a run of more than 30 combining marks, over which
    normalisation would take quadratic time.
    """
    text = _NEWLINE.sub("\n", text.removeprefix("\ufeff"))
    for match in _MARKS.finditer(text):
        for combining, run in itertools.groupby(match[0], key=lambda c: unicodedata.combining(c) > 0):
            if combining and sum(1 for _ in run) > _MAX_MARKS:
                raise SourceError(
                    source,
                    f"more than {_MAX_MARKS} combining marks in a row. Skipped; remove them.",
                    _line_of(text, match.start()),
                )
    if (bad := re.search("[\0\ud800-\udfff]", text)) is not None:
        what = "a NUL" if bad[0] == "\0" else f"a lone surrogate ({shown(bad[0])})"
        raise SourceError(source, f"{what}, which is no character. Skipped; remove it.", _line_of(text, bad.start()))
    return unicodedata.normalize("NFC", text)


def shown(text: str, limit: int | None = None) -> str:
    r"""`text` fit for a message: control, bidirectional and undecodable characters as `\n`, `\u202e`, `\udcff`.

    Longer text than `limit` characters is cut and ends in `...`.
    """
    if limit is not None and len(text) > limit:
        text = text[:limit] + "..."
    return "".join(
        c.encode("unicode_escape").decode("ascii") if unicodedata.category(c) in _UNPRINTABLE else c for c in text
    )


def safe_id(text: str) -> str:
    """`text` as an id: NFC, no white space at its ends, and inside it and for invisible characters `_`; never empty.

    The columns of TREC run and qrels files are separated by white space, hence the rule. Every id that is read, of
    whatever file, passes through here (in question sets and runs by way of `eval.sets.nodes.Faults.id`): what is made
    safe in one place only is not found from the other.
    """
    normal = unicodedata.normalize("NFC", text.strip())
    return "".join("_" if c.isspace() or unicodedata.category(c) in _UNPRINTABLE else c for c in normal) or "_"


def id_notes(given: str) -> list[str]:
    """The note on an article whose id is not what its file gives for one; none if it is the same."""
    made = safe_id(given)
    return [] if made == given else [f'its id "{shown(given, _SHOWN)}" is written {shown(made, _SHOWN)}']


def main_language(text: str) -> Lang:
    """The language of `text` by its letters: Chinese if Han characters are a quarter or more of Han and Latin ones.

    A quarter, because a Latin letter carries about a fifth of what a Han character does, and Chinese text is full of
    foreign names while English text of this archive has at most a stray word of Chinese. No letters: English.
    """
    sample = text[:20_000]
    han, latin = sum(map(len, HAN.findall(sample))), len(_LATIN.findall(sample))
    return "zh" if han and 4 * han >= han + latin else "en"


def trimmed(lines: Iterable[str]) -> str:
    """`lines` joined, less the blank ones at both ends; indents and everything between are kept."""
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    first = next((i for i, line in enumerate(kept) if line.strip()), 0)
    return "\n".join(kept[first:])


def oddities(text: str) -> list[str]:
    """Notes on characters of `text` that a reader cannot see or tell, or that an earlier conversion has lost."""
    notes = []
    if hidden := sum(map(len, HIDDEN.findall(text))):
        notes.append(f"{hidden} hidden format character{'s' if hidden > 1 else ''}")
    if lost := text.count("\ufffd"):
        notes.append(f"{lost} character{'s' if lost > 1 else ''} lost before this file was made (U+FFFD)")
    if alike := sum(1 for _ in _LOOKALIKE.finditer(text)):
        notes.append(f"{alike} Cyrillic or Greek letter{'s' if alike > 1 else ''} in Latin words, which look Latin")
    if like := sum(unified(c) != c for c in LIKE_HAN.findall(text)):
        many = f"{like} characters that only look" if like > 1 else "1 character that only looks"
        notes.append(f"{many} like Chinese ones (radicals, compatibility forms), searched as those")
    if private := len(PRIVATE.findall(text)):
        notes.append(f"{private} private-use character{'s' if private > 1 else ''}, which other programs cannot show")
    return notes


def require_text(bodies: Mapping[Lang, str], source: str) -> None:
    """Raises `SourceError` if no body holds a letter or a figure."""
    if not any(c.isalnum() for body in bodies.values() for c in body):
        raise SourceError(source, "no article text, only a header or nothing. Skipped; add the text or remove it.")


def assemble(
    *,
    id: str,
    date: str | None,
    page: int | None,
    column: str | None,
    author: str | None,
    titles: Mapping[Lang, str],
    bodies: Mapping[Lang, str],
    decks: Mapping[Lang, tuple[str, ...]],
    source: str,
    notes: Iterable[str],
    paper: Paper | None = None,
) -> Article:
    """An `Article` of these parts; `date` is as from `read_date`. Raises `SourceError` if no body holds a letter or a
    figure.

    The digest is over id and content, not over `source` and `notes`: the same article read from a copy in another
    folder or encoding has the same digest.
    """
    bodies = {lang: bodies[lang] for lang in LANGS if bodies.get(lang, "").strip()}
    require_text(bodies, source)
    day = Day.fromisoformat(date) if date and precision(date) == "day" else None
    article = Article(
        id=id,
        date=day,
        page=page,
        column=column or None,
        author=author or None,
        titles={lang: titles[lang] for lang in LANGS if titles.get(lang)},
        bodies=bodies,
        source=source,
        digest="",
        decks={lang: tuple(decks[lang]) for lang in LANGS if decks.get(lang)},
        notes=(*notes, *([f"only the {precision(date)} of issue is known: {date}"] if date and not day else [])),
        partial_date=None if day else date,
        paper=paper,
    )
    return renamed(article, id)


def renamed(article: Article, id: str) -> Article:
    """`article` under another id, with the digest that goes with it."""
    digest = hashlib.sha256(canonical(article, id)).hexdigest()
    return replace(article, id=id, digest=digest)


def canonical(article: Article, id: str | None = None) -> bytes:
    """What `article` says, as bytes that are equal exactly if the content is; with `id`, of the article so named."""
    fields = [
        id,
        article.issued or None,
        article.page,
        article.column,
        article.author,
        *([[lang, part[lang]] for lang in LANGS if lang in part] for part in (article.titles, article.bodies)),
        [[lang, article.decks[lang]] for lang in LANGS if lang in article.decks],
        # the same report in two newspapers is two articles; what was indexed before there were several keeps its digest
        *([list(article.paper.names)] if article.paper and article.paper != PEOPLES_DAILY else []),
    ]
    return json.dumps(fields, ensure_ascii=False).encode("utf-8")


def _line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1
