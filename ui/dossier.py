"""A conversation as it is kept and taken along: what was asked, within which limits, of which index, and what came.

One turn is the document of `wenbao ask --json` with what is needed to show it again: the sentences with their
citations, the marked spans, and the digest of every article. Its parts are read into the values they were made from.
Reading one back trusts nothing in it: texts of hits come from the archive, and a quotation that no longer stands in its
article is shown as what it is, a quotation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rag.answer.times import of_quote as timed
from rag.answer.warnings import of_hit, of_quote
from rag.datatypes import (
    LANGS,
    Answer,
    Article,
    Citation,
    Hit,
    Lang,
    Passage,
    Printed,
    Quote,
    Twin,
)
from rag.errors import UsageError
from ui.export import answer_json
from ui.turns import FORMAT, KeptCitation, KeptHit, KeptQuote, KeptStretch, Turn

if TYPE_CHECKING:
    from rag.archive import Archive


def turn_json(
    answer: Answer, *, slim: bool = False, asked_at: str | None = None, edition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """One turn. `slim` leaves out of hits what the archive has, and why they were found, which follows; `edition` tells
    which index was asked (`edition_of`)."""
    document = answer_json(answer)
    for cited, told in zip(answer.citations, document["citations"], strict=True):
        for quote, said in zip(cited.quotes, told["quotes"], strict=True):
            said["marks"] = [list(mark) for mark in quote.marks]
    if slim:
        for hit in document["hits"]:
            for name in ("text", "title", "date", "partial_date", "page", "paper", "rank", "why"):
                del hit[name]
            if hit["twin"]:
                del hit["twin"]["text"]
    articles = [one.article for one in answer.citations] + [one.article for one in answer.hits]
    return {
        **document,
        "digests": {one.id: one.digest for one in articles},
        "asked_at": asked_at or datetime.now(UTC).isoformat(timespec="seconds"),
        "edition": None if edition is None else dict(edition),
    }


def edition_of(archive: Archive) -> dict[str, Any]:
    """Which index answers now, and which version of Wenbao."""
    return {"version": version("wenbao"), **archive.edition()}


def conversation_json(title: str, turns: Sequence[tuple[Turn, Answer]], status: Mapping[str, Any]) -> dict[str, Any]:
    """The dossier of a conversation with the fingerprint of the index it was read back from."""
    names = ("generation", "made", "articles", "passages", "papers", "dates", "model")
    return {
        "format": FORMAT,
        "title": title,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "store": {name: status[name] for name in names if name in status},
        "turns": [
            turn_json(answer, asked_at=turn.asked_at, edition=turn.edition.model_dump() if turn.edition else None)
            for turn, answer in turns
        ],
    }


def answer_of(turn: Turn, archive: Archive) -> Answer:
    """The answer of a turn, its articles taken from the archive where they are still the same.

    What is warned of is what the index and the readers' decisions say today.
    """
    articles = {name: _current(name, turn, archive) for name in (c.article for c in turn.citations)}
    citations = tuple(_citation(one, articles[one.article], turn.lang, archive) for one in turn.citations)
    then = {warning for one in turn.citations for quote in one.quotes for warning in quote.warnings}
    now = (warning for one in citations for quote in one.quotes for warning in quote.warnings)
    return Answer(
        question=turn.question,
        lang=turn.lang,
        text=turn.text,
        sentences=turn.sentences,
        citations=citations,
        hits=tuple(hit for one in turn.hits if (hit := _hit(one, turn, archive)) is not None),
        answered=turn.answered and bool(turn.citations),
        confidence=turn.confidence,
        refusal=turn.refusal,
        filters=turn.filters,
        warnings=tuple(dict.fromkeys([*(one for one in turn.warnings if one not in then), *now])),
        standalone=turn.standalone,
        took_ms=turn.took_ms,
        writer=turn.writer,
        written=turn.written,
        period=turn.period,
        named_page=turn.named_page,
        named_paper=turn.named_paper,
        short=turn.short,
        values=turn.values,
        undated=turn.undated,
        added=turn.added,
        through=turn.through,
    )


def _current(identifier: str, turn: Turn, archive: Archive) -> Article | None:
    """The article, or None if it is gone or another edition of it has come."""
    found = there(identifier, archive)
    return found if found and found.digest == turn.digests.get(identifier) else None


def there(identifier: str, archive: Archive) -> Article | None:
    """The article of this id, or None if there is none any more."""
    try:
        return archive.article(identifier)
    except UsageError:
        return None


def _citation(told: KeptCitation, article: Article | None, lang: Lang, archive: Archive) -> Citation:
    if article and all(_stands(quote, article) for quote in told.quotes):
        parting, spoken = archive.told(article.id), archive.spoken(article.id)
        quotes = (timed(_quote(quote), spoken) for quote in told.quotes)
        return Citation(told.number, article, tuple(replace(q, warnings=of_quote(parting, q, lang)) for q in quotes))
    return _quoted_only(told)


def _stands(quote: KeptQuote, article: Article) -> bool:
    sides = [quote] + ([quote.twin] if quote.twin else [])
    return all(article.bodies.get(one.lang, "")[one.start : one.end] == one.text and one.text for one in sides)


def _quote(told: KeptQuote) -> Quote:
    twin = Twin(told.twin.lang, told.twin.start, told.twin.end, told.twin.text) if told.twin else None
    marks = tuple((a, b) for a, b in told.marks if told.start <= a < b <= told.end)
    return Quote(told.lang, told.start, told.end, told.text, twin, marks, planned=told.planned)


def _quoted_only(told: KeptCitation) -> Citation:
    """The citation over an article made of its quotations alone, since the real one is not there any more."""
    bodies: dict[Lang, str] = {}

    def placed(one: KeptStretch) -> tuple[int, int]:
        start = len(bodies.get(one.lang, ""))
        bodies[one.lang] = bodies.get(one.lang, "") + one.text + "\n"
        return start, start + len(one.text)

    quotes = []
    for quote in told.quotes:
        own = placed(quote)
        twin = Twin(quote.twin.lang, *placed(quote.twin), quote.twin.text) if quote.twin else None
        quotes.append(Quote(quote.lang, *own, quote.text, twin, (), (*quote.warnings, GONE[quote.lang])))
    titles: dict[Lang, str] = {lang: title for lang in LANGS if (title := told.title.get(lang))}
    article = Article(told.article, told.date, told.page, None, None, titles, bodies, source=told.article, digest="-")
    article = replace(article, partial_date=told.partial_date, paper=told.paper.made if told.paper else None)
    return Citation(told.number, article, tuple(quotes))


GONE: Mapping[Lang, str] = {
    "en": "The index no longer holds the article as it was quoted; this is what was quoted then.",
    "zh": "索引中的文章已与当时所引不同或已不存在；此处为当时的引文。",
}
"""The warning on a quotation whose article is gone or has changed."""


def _hit(told: KeptHit, turn: Turn, archive: Archive) -> Hit | None:
    article = _current(told.article, turn, archive)
    if article is None or not 0 <= told.start < told.end <= len(article.bodies.get(told.lang, "")):
        return None
    inside = tuple(
        sorted(
            {
                b.paragraph
                for b in archive.beads(article.id)
                if (s := b.side(told.lang)) and s[0] < told.end > told.start and s[1] > told.start
            }
        )
    )
    text = article.bodies[told.lang][told.start : told.end]
    passage = Passage(told.passage, article.id, told.lang, told.start, told.end, text, inside)
    twin = None
    if told.twin and told.twin.end <= len(article.bodies.get(told.twin.lang, "")):
        across = article.bodies[told.twin.lang][told.twin.start : told.twin.end]
        twin = Twin(told.twin.lang, told.twin.start, told.twin.end, across)
    also = tuple(
        Printed(one.article, one.date, one.page, one.partial_date, one.paper.made if one.paper else None)
        for one in told.also
    )
    hit = Hit(passage, article, told.score, told.channels, twin, tuple(told.terms), told.added, also)
    times = archive.spoken(article.id).within(told.lang, told.start, told.end)
    return replace(hit, warnings=of_hit(archive.told(article.id), hit, turn.lang), times=times)
