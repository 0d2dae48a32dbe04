"""What is to be known of a quoted stretch and its translation: where they part, and what readers decided about it."""

from __future__ import annotations

from collections.abc import Iterable

from rag.answer import wording
from rag.datatypes import Hit, Lang, Quote
from rag.translation.corrections import Told

Cut = tuple[int, int]


def warnings_at(told: Iterable[Told], of: Lang, own: Cut, across: Cut | None, lang: Lang) -> tuple[str, ...]:
    """The warnings, in `lang`, on the stretch `own` of an article in the language `of` and its counterpart `across`.

    `told` are the findings of the article that nobody judged wrong. Those that differ are warned of; of the others
    those for which a reader gave the right reading. A finding belongs to a stretch that its words in that language
    stand in; one that has no words there belongs to the counterpart.
    """
    found = []
    for finding, correction in told:
        here, there = (finding.zh, finding.en) if of == "zh" else (finding.en, finding.zh)
        is_inside = _touch(here, own) if here else bool(across) and _touch(there, across)
        if is_inside and (finding.grade == "differs" or (correction and correction.reading)):
            found.append(wording.parted(finding, correction, lang))
    return tuple(dict.fromkeys(found))


def of_quote(told: Iterable[Told], quote: Quote, lang: Lang) -> tuple[str, ...]:
    """The warnings on a quotation."""
    across = (quote.twin.start, quote.twin.end) if quote.twin else None
    return warnings_at(told, quote.lang, (quote.start, quote.end), across, lang)


def of_hit(told: Iterable[Told], hit: Hit, lang: Lang) -> tuple[str, ...]:
    """The warnings on a found passage."""
    across = (hit.twin.start, hit.twin.end) if hit.twin else None
    return warnings_at(told, hit.passage.lang, (hit.passage.start, hit.passage.end), across, lang)


def _touch(one: Cut | None, two: Cut | None) -> bool:
    return bool(one and two and one[0] < two[1] and two[0] < one[1])
