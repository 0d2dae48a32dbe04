"""The translation room as markup. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_args

from markupsafe import Markup

from rag.datatypes import LANGS, Article, Lang
from rag.desk import Listing, Place, spans_of
from rag.index.findings import State
from rag.translation.corrections import VERDICTS
from rag.translation.findings import GRADES, ORDER, Finding, Kind
from ui.web.escape import marked
from ui.web.layout import Shown
from ui.web.markup import fill
from ui.web.naming import address
from ui.web.strings import text

LONGEST = {"zh": 220, "en": 640}
"""Characters of a sentence that are shown around its words."""
_Group = tuple[str, str, bool, Sequence[tuple[str, str, str, int | None, bool]]]


def room(listing: Listing, grade: str, kind: str, state: State, most: int, page_lang: Lang) -> Markup:
    """The counts, which narrow the list when they are clicked, and one page of the list."""
    told = [text(page_lang, f"articles_{one}", n=number) for one, number in listing.articles.items()]
    made, last = [], ""
    for place in listing.places:
        heading = "" if place.finding.kind == last else _named(place.finding.kind, page_lang)
        last = place.finding.kind
        made.append((heading, item(place, page_lang)))
    groups = _groups(listing.counts, grade, kind, state, page_lang)
    pages = _pages(listing, most)
    return fill("findings", "room", " · ".join(told), groups, pages, made, len(listing.places) > 5, page_lang)


def _named(kind: Kind, page_lang: Lang) -> str:
    between = "：" if page_lang == "zh" else ": "
    return text(page_lang, f"grade_{GRADES[kind]}") + between + text(page_lang, f"kind_{kind}")


def _groups(counts: Mapping[Kind, int], grade: str, kind: str, state: State, page_lang: Lang) -> list[_Group]:
    """Buttons for the grades, for the kinds of the one chosen, each with its number, and for what was decided."""
    grades = [("", sum(counts.values()))] + [(g, sum(n for k, n in counts.items() if GRADES[k] == g)) for g in ORDER]
    kinds = [(k, n) for k, n in counts.items() if grade in ("", GRADES[k]) and (n or k == kind)]
    by_grade = [("grade", g, text(page_lang, f"grade_{g or 'all'}"), n, g == grade) for g, n in grades]
    by_kind = [("kind", k, text(page_lang, f"kind_{k}"), n, k == kind) for k, n in kinds]
    by_state = [
        ("state", "" if one == "standing" else one, text(page_lang, f"state_{one}"), None, one == state)
        for one in get_args(State)
    ]
    return [
        ("grades", "by_grade", False, by_grade),
        ("kinds", "by_kind", False, by_kind),
        ("states", "state", True, by_state),
    ]


def _pages(listing: Listing, most: int) -> tuple[int, int, int, list[tuple[str, int]]] | None:
    """First and last of the findings that are shown, how many there are, the way to those before and after."""
    if not listing.total:
        return None
    last = listing.first + len(listing.places)
    steps = []
    if listing.first:
        steps.append(("earlier", max(listing.first - most, 0) + 1))
    if last < listing.total and listing.places:
        steps.append(("later", last + 1))
    return min(listing.first + 1, last), last, listing.total, steps


def item(place: Place, page_lang: Lang) -> Markup:
    """One finding: where it stands, both sentences with the words marked, and the decision."""
    article, finding = place.article, place.finding
    there = address(article.id, place.paragraph, spans_of(finding), article.digest)
    sides = [_side(article, finding, lang) for lang in LANGS]
    plain = [one for one in VERDICTS if one != "corrected"]
    return fill("findings", "item", place, sides, there, plain, page_lang)


def _side(article: Article, finding: Finding, lang: Lang) -> Shown:
    cut, sentence = (finding.zh, finding.zh_sentence) if lang == "zh" else (finding.en, finding.en_sentence)
    around = sentence or cut
    if around is None:
        return Shown(lang, None)
    body, (start, end) = article.bodies[lang], around
    reach = LONGEST[lang]
    first = max(start, cut[0] - reach // 2) if cut and end - start > reach else start
    last = min(end, first + reach)
    words = marked(body, first, last, [cut] if cut and cut != around else ())
    return Shown(lang, ("…" if first > start else "") + words + ("…" if last < end else ""))
