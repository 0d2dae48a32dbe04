"""The translation desk over a whole index: its findings page by page, and what readers decide about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.datatypes import Article, Bead, Lang, Span
from rag.errors import UsageError
from rag.index import findings as kept
from rag.index.findings import Wanted
from rag.index.reader import Generation
from rag.translation import corrections
from rag.translation.corrections import Correction, Key, Verdict
from rag.translation.findings import Finding, Grade, Kind


@dataclass(frozen=True, slots=True)
class Place:
    """A finding with its article, the paragraph it stands in (from 0) and what was decided about it."""

    article: Article
    finding: Finding
    paragraph: int
    correction: Correction | None

    @property
    def key(self) -> str:
        """Its name within the article, which follows from its words."""
        return corrections.short(corrections.key_of(self.article.id, self.finding))


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the findings wanted, from number `first` on.

    `counts` tells how many there are of each kind, whichever is wanted, `articles` in how many articles of the whole
    index there are any of each grade.
    """

    places: tuple[Place, ...]
    counts: Mapping[Kind, int]
    articles: Mapping[Grade, int]
    first: int
    total: int


def listing(generation: Generation, wanted: Wanted, first: int, most: int) -> Listing:
    """Up to `most` findings from number `first` on, by kind and then by issue.

    Raises:
        UsageError: the index was made before findings were kept in it.
        SourceError: the file of decisions cannot be read.
    """
    if not generation.is_compared:
        raise UsageError(
            "this index was made before Wenbao kept in it where original and translation part. Bring it up to date: "
            "wenbao index"
        )
    decided = generation.decisions.now()
    counts = kept.count(generation.articles, wanted, decided)
    places = []
    for identifier, number in kept.listed(generation.articles, wanted, decided, first, most):
        finding = generation.findings(generation.article(identifier)[0])[number]
        places.append(_place(generation, identifier, finding, decided))
    total = sum(n for kind, n in counts.items() if kind in wanted.kinds)
    return Listing(tuple(places), counts, kept.articles_with(generation.articles, decided), first, total)


def decide(
    generation: Generation, identifier: str, key: str, verdict: Verdict | None, reading: str = "", note: str = ""
) -> Place:
    """Keep what a reader decided about a finding beside the index, or with None take it back; the next question
    honours it.

    Args:
        generation: what is live.
        identifier: the article.
        key: as `Place.key`.
        verdict: see `corrections.VERDICTS`.
        reading: the right reading, for "corrected".
        note: what else is to be said.

    Returns:
        the finding with the decision.

    Raises:
        UsageError: there is no such finding, or the reading is missing.
        SourceError, ResourceError: see `corrections.decide`.
    """
    article, _ = generation.article(identifier)
    finding = next(
        (f for f in generation.findings(article) if corrections.short(corrections.key_of(article.id, f)) == key),
        None,
    )
    if finding is None:
        raise UsageError(f"{article.id}: there is no such finding (any more). Nothing was changed.")
    reading, note = " ".join(reading.split()), " ".join(note.split())
    if verdict == "corrected" and not reading:
        raise UsageError("a corrected reading needs the reading. Nothing was changed.")
    made = []
    if verdict:
        words = (article.id, finding.kind, finding.original, finding.translation)
        made = [Correction(*words, verdict, reading if verdict == "corrected" else "", note)]
    full = corrections.key_of(article.id, finding)
    return _place(
        generation, identifier, finding, corrections.decide(generation.folder.parent, made, [full] * (not made))
    )


def _place(generation: Generation, identifier: str, finding: Finding, decided: Mapping[Key, Correction]) -> Place:
    article, beads = generation.article(identifier)
    correction = decided.get(corrections.key_of(article.id, finding))
    return Place(article, finding, paragraph_of(finding, beads), correction)


def spans_of(finding: Finding) -> list[Span]:
    """Where the words of a finding stand, the original first."""
    cuts: list[tuple[Lang, tuple[int, int] | None]] = [("zh", finding.zh), ("en", finding.en)]
    return [Span(lang, *cut) for lang, cut in cuts if cut]


def paragraph_of(finding: Finding, beads: Sequence[Bead]) -> int:
    """The paragraph, from 0, that a finding begins in; 0 if the beads do not tell."""
    first = spans_of(finding)[0]
    held = (b.paragraph for b in beads if (side := b.side(first.lang)) and side[0] <= first.start < side[1])
    return next(held, 0)


def is_of_today(generation: Generation) -> bool:
    """Whether the findings are made by the rules of today: kept by them, or made anew because the index has none."""
    return not generation.is_compared or generation.manifest["translation"] == kept.edition()


def status(generation: Generation) -> dict[Grade, int] | None:
    """How many articles have findings of each grade that nobody judged wrong; None if the index holds none."""
    if not generation.is_compared:
        return None
    return kept.articles_with(generation.articles, generation.decided())
