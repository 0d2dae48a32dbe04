"""Excerpts: a stretch of an article with its counterpart, as the browser keeps it, held against today's index.

The browser keeps them, the index changes. Whether the words still stand where they stood is told here; nothing that was
kept is replaced by what stands there now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Day
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from rag.align import twin_span
from rag.answer.times import of_quote as timed
from rag.answer.warnings import of_quote
from rag.datatypes import LANGS, Article, Bead, Citation, Lang, Span, Twin, other
from rag.errors import UsageError
from rag.language.sentences import sentence_spans
from ui.export import date_json, paper_json, titles_json
from ui.noted import Noted
from ui.turns import KeptPaper, KeptStretch, Offset, PartialDate, Prose, Word

if TYPE_CHECKING:
    from rag.archive import Archive

MOST = 20_000
"""Excerpts of one request."""
ALIKE = 0.4
"""From this share of common characters on, a sentence of today is shown as what became of the one that was kept."""

State = Literal["same", "moved", "changed", "gone"]


class Place(BaseModel):
    """A stretch of an article that is to be kept: exactly that, or the sentences it touches, if it is to be `whole` or
    has no extent. `digest` is the beginning of that of the edition it is a place of."""

    article: Word
    lang: Lang
    start: Offset
    end: Offset
    whole: bool = False
    digest: Word = ""


class Words(KeptStretch):
    """Words that were kept, and where they stood."""

    text: Annotated[Prose, Field(min_length=1)]


class Excerpt(Words):
    """What was kept: the words with their counterpart, where they were printed, what was written beside them."""

    article: Word
    digest: Word = ""
    author: Word | None = None
    date: Day | None = None
    partial_date: PartialDate | None = None
    page: int | None = Field(None, ge=1, le=999)
    paper: KeptPaper | None = None
    title: dict[Lang, Word | None] = {}
    twin: Words | None = None
    note: Annotated[str, Field(max_length=20_000)] = ""
    tags: list[Annotated[str, Field(max_length=100)]] = Field([], max_length=50)
    collection: Word = ""

    @model_validator(mode="after")
    def _in_two_languages(self) -> Self:
        if self.twin and self.twin.lang == self.lang:
            raise ValueError("the counterpart is in the same language")
        return self

    @property
    def sides(self) -> tuple[Words, ...]:
        """The words and their counterpart."""
        return (self, self.twin) if self.twin else (self,)


class Excerpts(BaseModel):
    """Excerpts that leave as one document, in their order; `lang` is the language of what is said around them."""

    title: Word = ""
    lang: Lang = "en"
    excerpts: list[Excerpt] = Field(max_length=MOST)


@dataclass(frozen=True, slots=True)
class Today:
    """What has become of an excerpt.

    "same": the words and their counterpart stand where they stood; "moved": elsewhere in the article; "changed": at
    least one of them stands nowhere in it. `spans` are where they, or what took their place, stand today, by language,
    and `words` what stands there. "gone": the index has no such article; then there is neither.
    """

    state: State
    article: Article | None
    spans: Mapping[Lang, Span]
    words: Mapping[Lang, str]


def excerpt_json(place: Place, archive: Archive) -> dict[str, Any] | None:
    """The excerpt that a place of an article makes, with its counterpart; None if the index holds another edition now.

    Raises:
        UsageError: there is no such article, or no text at that place.
    """
    article, beads = archive.article(place.article), archive.beads(place.article)
    if not article.digest.startswith(place.digest):
        return None
    body = article.bodies.get(place.lang, "")
    start, end = _trimmed(body, *_extended(place, beads))
    if start >= end:
        raise UsageError(
            f"{article.id}: no text stands at {place.lang} {place.start} to {place.end}. Nothing was kept."
        )
    across = other(place.lang)
    twin = twin_span(beads, place.lang, start, end)
    return {
        "article": article.id,
        "digest": article.digest,
        "author": article.author,
        **date_json(article),
        "page": article.page,
        "paper": paper_json(article.paper),
        "title": titles_json(article),
        "lang": place.lang,
        "start": start,
        "end": end,
        "text": body[start:end],
        "twin": twin
        and {"lang": across, "start": twin[0], "end": twin[1], "text": article.bodies[across][slice(*twin)]},
    }


def _extended(place: Place, beads: Sequence[Bead]) -> tuple[int, int]:
    start, end = place.start, place.end
    if start < end and not place.whole:
        return start, end
    sides = [
        side for bead in beads if (side := bead.side(place.lang)) and side[0] < max(end, start + 1) and start < side[1]
    ]
    return min([start, *(a for a, _ in sides)]), max([end, *(b for _, b in sides)])


def _trimmed(body: str, start: int, end: int) -> tuple[int, int]:
    words = body[start:end]
    return start + len(words) - len(words.lstrip()), start + len(words.rstrip())


def today(kept: Excerpt, archive: Archive) -> Today:
    """What has become of `kept` in today's index."""
    try:
        article, beads = archive.article(kept.article), archive.beads(kept.article)
    except UsageError:
        return Today("gone", None, {}, {})
    spans = {side.lang: span for side in kept.sides if (span := _anchor(article, side))}
    lost = [side for side in kept.sides if side.lang not in spans]
    state: State = "changed" if lost else "moved"
    if not lost and all(
        (side.start, side.end) == (spans[side.lang].start, spans[side.lang].end) for side in kept.sides
    ):
        state = "same"
    anchored = dict(spans)
    for side in lost:
        if cut := _instead(article, beads, side, anchored.get(other(side.lang))):
            spans[side.lang] = Span(side.lang, *cut)
    words = {lang: article.bodies[lang][span.start : span.end] for lang, span in spans.items()}
    return Today(state, article, spans, words)


def _anchor(article: Article, side: Words) -> Span | None:
    """Where the words stand word for word, nearest to where they stood."""
    body, at, found = article.bodies.get(side.lang, ""), -1, []
    if body[side.start : side.end] == side.text:
        return Span(side.lang, side.start, side.end)
    while (at := body.find(side.text, at + 1)) >= 0:
        found.append(at)
    start = min(found, key=lambda one: abs(one - side.start), default=None)
    return None if start is None else Span(side.lang, start, start + len(side.text))


def _instead(article: Article, beads: Sequence[Bead], side: Words, across: Span | None) -> tuple[int, int] | None:
    """What stands in place of words that are gone: the counterpart of what is left of the pair; else the sentences
    most like them, or those at their place if none are alike. None if the article has no text in that language."""
    body = article.bodies.get(side.lang, "")
    if across and (cut := twin_span(beads, across.lang, across.start, across.end)):
        return cut
    units = [cut for bead in beads if (cut := bead.side(side.lang))] or sentence_spans(body, side.lang)
    many = max(len(sentence_spans(side.text, side.lang)), 1)
    runs = [(units[at][0], units[min(at + many, len(units)) - 1][1]) for at in range(len(units))]
    runs = [run for run in runs if run[0] < run[1]]
    if not runs:
        return None
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(side.text)

    def alike(run: tuple[int, int]) -> float:
        matcher.set_seq1(body[slice(*run)])
        return matcher.ratio() if matcher.real_quick_ratio() > ALIKE and matcher.quick_ratio() > ALIKE else 0.0

    score, best = max(((alike(run), run) for run in runs), key=lambda one: one[0])
    return best if score > ALIKE else min(runs, key=lambda run: abs(run[0] - side.start))


def today_json(found: Today) -> dict[str, Any]:
    """`Today` as the browser gets it; `digest` is that of the article as it is now."""
    return {
        "state": found.state,
        "digest": found.article.digest if found.article else None,
        "spans": {lang: [span.start, span.end] for lang, span in found.spans.items()},
        "words": dict(found.words),
    }


def citation(kept: Excerpt, number: int, archive: Archive, lang: Lang) -> tuple[Citation, Today]:
    """An excerpt as a citation under that number, its quotation the words as they were kept, and what has become of it.

    Where the words stand as they stood, what the index says of them is told with them; else what became of them, in
    `lang`.
    """
    found = today(kept, archive)
    if found.article and found.state in ("same", "moved"):
        article, at = found.article, found.spans
        parting, spoken = archive.told(article.id), archive.spoken(article.id)
        quote = timed(_quote(kept, at), spoken)
        return Citation(number, article, (replace(quote, warnings=of_quote(parting, quote, lang)),)), found
    titles: dict[Lang, str] = {side: title for side in LANGS if (title := kept.title.get(side))}
    article = Article(kept.article, kept.date, kept.page, None, kept.author, titles, {}, kept.article, digest="-")
    paper = kept.paper.made if kept.paper else None
    article = replace(article, partial_date=kept.partial_date, paper=paper)
    return Citation(number, article, (replace(_quote(kept), warnings=(become(kept, found, lang),)),)), found


def _quote(kept: Excerpt, at: Mapping[Lang, Span] | None = None) -> Noted:
    own, *across = ((one, at[one.lang] if at else one) for one in kept.sides)
    twin = [Twin(words.lang, place.start, place.end, words.text) for words, place in across]
    tags = tuple(dict.fromkeys(tag.strip() for tag in kept.tags if tag.strip()))
    place = own[1]
    return Noted(kept.lang, place.start, place.end, kept.text, twin[0] if twin else None, note=kept.note, tags=tags)


def become(kept: Excerpt, found: Today, lang: Lang) -> str:
    """What is told of an excerpt whose words the index no longer has, with those of today; "" of another."""
    if found.state == "gone":
        return GONE[lang]
    if found.state != "changed":
        return ""
    lost = [found.words.get(side.lang, "") for side in kept.sides if found.words.get(side.lang, "") != side.text]
    now = (" / " if lang == "en" else "／").join(" ".join(words.split()) for words in lost if words)
    return CHANGED[lang].format(now=now or "–")


GONE: Mapping[Lang, str] = {
    "en": "The index no longer holds this article; these are the words as they were kept.",
    "zh": "索引中已没有这篇文章；此处为保存时的文字。",
}
CHANGED: Mapping[Lang, str] = {
    "en": "The article has changed since this was kept. Today it reads: {now}",
    "zh": "这篇文章在保存以后有改动，现作：{now}",
}
