"""The register room, and what an article leads on to, as markup. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from markupsafe import Markup

from rag.answer.wording import day
from rag.datatypes import Lang
from rag.index.register import Name
from rag.register.kinds import KINDS, Kind
from rag.register.partings import Apart
from rag.roll import NamedIn, Related, Written, spans_of
from ui.web.escape import marked
from ui.web.layout import Shown
from ui.web.markup import fill
from ui.web.naming import address
from ui.web.strings import text

LONGEST = {"zh": 160, "en": 460}
"""Characters of a line that are shown around the name."""
MOST_FORMS, MOST_SHARED = 40, 4


def room(
    names: Sequence[Name],
    counts: Mapping[Kind | None, int],
    kind: Kind | None,
    first: int,
    total: int,
    most: int,
    page_lang: Lang,
) -> Markup:
    """How many names of each kind, which narrow the list when they are clicked, and one page of the list."""
    buttons = [("", text(page_lang, "names_all"), sum(counts.values()), kind is None)]
    buttons += [(one, text(page_lang, f"names_{one}"), counts[one], one == kind) for one in KINDS]
    made = [(name, _kind(name, page_lang), span(name, page_lang)) for name in names]
    return fill("names", "room", buttons, _pages(first, len(names), total, most), made, page_lang)


def one(found: Written, apart: Collection[Apart], most: int, page_lang: Lang) -> Markup:
    """A name: its forms, which can be taken out, and the articles it stands in with their lines."""
    name = found.name
    forms = []
    for form in name.forms[:MOST_FORMS]:
        other = next((one.text for one in name.forms if one.text != form.text), "")
        forms.append((form, other))
    texts = {form.text for form in name.forms}
    undone = sorted({_split(pair, texts) for pair in apart if any(form in texts for _, form in pair)})
    articles = [(one.article, [_line(one, n) for n in range(len(one.lines))], one.more) for one in found.articles]
    pages = _pages(found.first, len(found.articles), found.total, most)
    told = " · ".join(filter(None, (_kind(name, page_lang), _often(name, page_lang), span(name, page_lang))))
    return fill("names", "one", name, told, forms, undone, articles, pages, page_lang)


def related(found: Related, page_lang: Lang) -> Markup:
    """What else there is on the subject of an article; nothing if there is nothing."""
    follow_ups = [
        (one.article, [(_called(name, page_lang), name.head) for name in one.names[:MOST_SHARED]])
        for one in found.follow_ups
    ]
    return fill("names", "related", found.reprints, follow_ups, found.by_name, page_lang)


def span(name: Name, page_lang: Lang) -> str:
    """From the first to the last issue that has a name."""
    days = [_day(one, page_lang) for one in (name.first, name.last)]
    if not days[0]:
        return ""
    return days[0] if days[0] == days[1] else text(page_lang, "names_span", first=days[0], last=days[1])


def _day(told: str, page_lang: Lang) -> str:
    """An issue date as it is written, one that is known in part as it is."""
    return day(date.fromisoformat(told), page_lang) if len(told) == len("1958-11-14") else told


def _kind(name: Name, page_lang: Lang) -> str:
    return text(page_lang, f"name_{name.kind}") if name.kind else ""


def _often(name: Name, page_lang: Lang) -> str:
    return text(page_lang, "names_in_n", n=name.articles)


def _called(name: Name, page_lang: Lang) -> str:
    return (name.zh or name.en) if page_lang == "zh" else (name.en or name.zh)


def _split(pair: Apart, texts: Collection[str]) -> tuple[str, str]:
    """A pair of forms, that of the name first."""
    first, second = sorted((form for _, form in pair), key=lambda form: (form not in texts, form))
    return first, second


def _line(one: NamedIn, number: int) -> tuple[Markup, list[Shown]]:
    line = one.lines[number]
    sides = []
    for lang, (start, end), cuts in line.sides:
        reach = LONGEST[lang]
        first = max(start, cuts[0][0] - reach // 3) if cuts and end - start > reach else start
        last = min(end, first + reach)
        words = marked(one.article.bodies[lang], first, last, [cut for cut in cuts if cut[1] <= last])
        sides.append(Shown(lang, ("…" if first > start else "") + words + ("…" if last < end else "")))
    return address(one.article.id, line.paragraph, spans_of(line), one.article.digest), sides


def _pages(first: int, shown: int, total: int, most: int) -> tuple[int, int, int, list[tuple[str, int]]] | None:
    if not total:
        return None
    steps = [("earlier", max(first - most, 0) + 1)] if first else []
    steps += [("later", first + shown + 1)] if shown and first + shown < total else []
    return min(first + 1, total), first + shown, total, steps
