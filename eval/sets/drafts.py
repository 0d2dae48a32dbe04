"""Drafting help: questions proposed from the figures, dates and names of articles, for a person to accept or edit.

A draft asks for one figure, date or name that the original and its translation both state, so that its gold is
sound; its wording is mechanical and wants a person's hand. Drafts are marked `draft: true`, and a run refuses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from eval.run.seen import Engine
from eval.sets.questions import Question, QuestionSet, Source
from rag.datatypes import Article, Bead, Lang
from rag.errors import UsageError
from rag.language.names import SURNAMES
from rag.language.quantities import Quantity, quantities

LONGEST = 200
"""Sentences longer than this many Chinese characters make no good quotation."""
SHORTEST: Mapping[Lang, int] = {"zh": 5, "en": 15}
"""A clause with fewer characters around what is asked says too little; the whole sentence is taken."""
_ZH_NUMERAL = re.compile(
    r"^(?:约|大约|将近|近|接近|超过|不到|不足|至少|最多|多达)?[\d.,〇零一二两三四五六七八九十百千万亿数几%％分之多余来]+"
)
_ZH_CLAUSE = re.compile("[，。；：！？、“”（）]")
_EN_CLAUSE = re.compile(r"[,;:]\s|[.!?](?:\s|$)|[“”\"()]")
_PASSIVE = re.compile(r"^\s*(?P<what>[a-z][\w\s-]{2,60}?)\s(?P<verb>were|was|have been|has been)\s(?P<rest>.+)$")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:[ -]?[A-Z]?[a-z]+)?(?:\s[A-Z][a-z]+){1,2}\b")


class Aligned(Engine, Protocol):
    """An archive that also tells how original and translation are aligned; `rag.archive.Archive` is one."""

    def beads(self, identifier: str, /) -> tuple[Bead, ...]:
        """The alignment of an article, in reading order."""
        ...


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a sentence can be asked for: the words that hold it, in both languages, and the two questions."""

    zh: str
    en: str
    ask_zh: str
    ask_en: str
    about: str


def drafts(archive: Aligned, names: Sequence[str] = (), *, most: int = 20, each: int = 3) -> QuestionSet:
    """Up to `most` drafts from the articles named (default: all), at most `each` from one article.

    Raises `UsageError` for an unknown article, or if nothing could be drafted.
    """
    made: list[Question] = []
    for name in names or archive.article_ids():
        article = archive.article(name)
        for number, question in enumerate(_of_article(article, archive.beads(name)), 1):
            if number > each or len(made) >= most:
                break
            made.append(question)
        if len(made) >= most:
            break
    if not made:
        raise UsageError("no sentence of these articles states a figure, date or name alike in both languages.")
    return QuestionSet(
        name="drafts",
        notes="Proposed by a program. Read each against its article, correct the wording, take out `draft: true`.",
        questions=tuple(made),
    )


def _of_article(article: Article, beads: Sequence[Bead]) -> Iterator[Question]:
    number = 0
    for bead in beads:
        if bead.zh is None or bead.en is None:
            continue
        zh, en = (
            text.strip() for text in (article.bodies["zh"][slice(*bead.zh)], article.bodies["en"][slice(*bead.en)])
        )
        if "\n" in zh or "\n" in en or len(zh) > LONGEST:
            continue
        asked = next(_askable(zh, en), None)
        if asked is None:
            continue
        number += 1
        yield Question(
            id=f"{article.id}-{number}",
            ask={"zh": asked.ask_zh, "en": asked.ask_en},
            answers={"zh": (asked.zh,), "en": (asked.en,)},
            sources=(Source(article.id, 2, {"zh": (zh,), "en": (en,)}),),
            tags=(asked.about,),
            draft=True,
        )


def _askable(zh: str, en: str) -> Iterator[_Asked]:
    english = quantities(en, "en")
    for figure in quantities(zh, "zh"):
        twin = next((q for q in english if _same(figure, q)), None)
        if twin is None or figure.kind == "ordinal" or (figure.kind == "number" and figure.low <= 2):
            continue
        if figure.kind == "date" and zh[figure.end : figure.end + 1] in ("电", "讯"):  # a dateline
            continue
        if figure.kind == "date":
            wanted, what = "什么时候", "when"
        else:
            unit = figure.text[(found.end() if (found := _ZH_NUMERAL.match(figure.text)) else 0) :]
            wanted, what = f"多少{unit}" if figure.kind != "percent" else "百分之多少", "how much"
        clause = _clause(zh, figure.start, figure.end, "zh")
        ask_zh = f"{zh[clause[0] : figure.start]}{wanted}{zh[figure.end : clause[1]]}？"
        yield _Asked(figure.text, twin.text, ask_zh, _english(en, twin.start, twin.end, what), figure.kind)
    for found in _NAME.finditer(en):
        name = _in_chinese(found[0], zh)
        if name:
            who = name[0] in SURNAMES
            at = zh.index(name)
            clause = _clause(zh, at, at + len(name), "zh")
            ask_zh = f"{zh[clause[0] : at]}{'谁' if who else '什么地方'}{zh[at + len(name) : clause[1]]}？"
            ask_en = _english(en, found.start(), found.end(), "who" if who else "which place")
            yield _Asked(name, found[0], ask_zh, ask_en, "name")


def _same(one: Quantity, two: Quantity) -> bool:
    return (one.kind, one.low, one.high, one.unit) == (two.kind, two.low, two.high, two.unit)


def _clause(text: str, start: int, end: int, lang: Lang) -> tuple[int, int]:
    """The clause around a stretch of text."""
    pattern = _ZH_CLAUSE if lang == "zh" else _EN_CLAUSE
    first = max((found.end() for found in pattern.finditer(text, 0, start)), default=0)
    last = pattern.search(text, end)
    stop = last.start() if last else len(text)
    return (first, stop) if stop - first - (end - start) >= SHORTEST[lang] else (0, len(text.rstrip("。.")))


def _english(text: str, start: int, end: int, what: str) -> str:
    """`How many tons of ore were mined?` where the clause is that simple, else the clause with a gap."""
    first, last = _clause(text, start, end, "en")
    before, after = text[first:start].strip(), text[end:last]
    passive = _PASSIVE.match(after)
    if what == "how much" and not before and passive:
        unit = re.sub(r"^[\d.,\s]+|^(?:more than|about|over|nearly)\s+", "", text[start:end])
        unit = unit if re.fullmatch(r"[a-z ]+", unit) else ""
        counted = " ".join(f"{unit} {passive['what']}".split())
        return f"How many {counted} {passive['verb']} {passive['rest'].strip()}?"
    return f"{what[0].upper()}{what[1:]}: “{f'{before} ____ {after.strip()}'.strip()}”?"


def _in_chinese(name: str, zh: str) -> str | None:
    """The two to four characters of `zh` that are romanised as `name`, or None."""
    from pypinyin import lazy_pinyin

    wanted = re.sub("[^a-z]", "", name.lower())
    for size in (3, 2, 4):
        for start in range(len(zh) - size + 1):
            piece = zh[start : start + size]
            if all("一" <= char <= "鿿" for char in piece) and "".join(lazy_pinyin(piece)) == wanted:
                return piece
    return None
