"""The translation room as markup. Pure functions; every text from outside goes through `esc`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from rag.datatypes import LANGS, Article, Lang
from rag.desk import Listing, Place, spans_of
from rag.index.findings import State
from rag.translation.corrections import VERDICTS, Correction
from rag.translation.findings import GRADES, ORDER, Finding, Kind
from ui.web.escape import KEPT, esc, marked
from ui.web.reader import address
from ui.web.render import titles, verbatim, where_html
from ui.web.strings import text

LONGEST = {"zh": 220, "en": 640}
"""Characters of a sentence that are shown around its words."""


def room(listing: Listing, grade: str, kind: str, state: State, most: int, page_lang: Lang) -> str:
    """The counts, which narrow the list when they are clicked, and one page of the list."""
    told = [text(page_lang, f"articles_{one}", n=number) for one, number in listing.articles.items()]
    made, last = [], ""
    for place in listing.places:
        if place.finding.kind != last:
            last = place.finding.kind
            made.append(f"<h2>{esc(_named(place.finding.kind, page_lang))}</h2>")
        made.append(item(place, page_lang))
    body = "".join(made) or f'<p class="none">{esc(text(page_lang, "no_findings"))}</p>'
    return (
        f'<p class="articles">{esc(text(page_lang, "articles_with"))} {esc(" · ".join(told))}</p>'
        f"{_narrow(listing.counts, grade, kind, state, page_lang)}{_pages(listing, most, page_lang)}{body}"
        f"{_pages(listing, most, page_lang) if len(listing.places) > 5 else ''}"
    )


def _named(kind: Kind, page_lang: Lang) -> str:
    between = "：" if page_lang == "zh" else ": "
    return text(page_lang, f"grade_{GRADES[kind]}") + between + text(page_lang, f"kind_{kind}")


def _narrow(counts: Mapping[Kind, int], grade: str, kind: str, state: State, page_lang: Lang) -> str:
    """Buttons for the grades, for the kinds of the one chosen, each with its number, and for what was decided."""
    grades = [("", sum(counts.values()))] + [(g, sum(n for k, n in counts.items() if GRADES[k] == g)) for g in ORDER]
    made = [_choice("grade", one, text(page_lang, f"grade_{one or 'all'}"), n, one == grade) for one, n in grades]
    kinds = [(k, n) for k, n in counts.items() if grade in ("", GRADES[k]) and (n or k == kind)]
    chips = [_choice("kind", k, text(page_lang, f"kind_{k}"), n, k == kind) for k, n in kinds]
    states = [
        _choice("state", "" if one == "standing" else one, text(page_lang, f"state_{one}"), None, one == state)
        for one in get_args(State)
    ]
    states.insert(0, f"<span>{esc(text(page_lang, 'state'))}</span>")
    named = (("grades", "by_grade", made), ("kinds", "by_kind", chips), ("states", "state", states))
    return "".join(
        f'<div class="{name}" role="group" aria-label="{esc(text(page_lang, label))}">{"".join(buttons)}</div>'
        for name, label, buttons in named
    )


def _choice(name: str, value: str, label: str, number: int | None, is_on: bool) -> str:
    told = "" if number is None else f' <span class="n">{number}</span>'
    return (
        f'<button type="button" data-{name}="{value}" aria-pressed="{str(is_on).lower()}">{esc(label)}{told}</button>'
    )


def _pages(listing: Listing, most: int, page_lang: Lang) -> str:
    """Which of the findings are shown, and the way to those before and after."""
    if not listing.total:
        return ""
    last = listing.first + len(listing.places)
    told = text(page_lang, "shown_of", first=min(listing.first + 1, last), last=last, n=listing.total)
    steps = []
    if listing.first:
        steps.append(("earlier", max(listing.first - most, 0) + 1))
    if last < listing.total and listing.places:
        steps.append(("later", last + 1))
    buttons = "".join(
        f'<button type="button" data-at="{at}">{esc(text(page_lang, name))}</button>' for name, at in steps
    )
    return f'<div class="tally"><p role="status">{esc(told)}</p>{buttons}</div>'


def item(place: Place, page_lang: Lang) -> str:
    """One finding: where it stands, both sentences with the words marked, and the decision."""
    article, finding = place.article, place.finding
    sides = "".join(_side(article, finding, lang, page_lang) for lang in LANGS)
    there = address(article.id, place.paragraph, spans_of(finding), article.digest)
    verdict = place.correction.verdict if place.correction else ""
    return (
        f'<article class="finding {finding.grade}{" decided" if verdict else ""}" data-article="{esc(article.id)}" '
        f'data-key="{place.key}" data-kind-of="{finding.kind}"><header>'
        f'<a class="to-article" href="{there}">{titles(article, page_lang, "h3")}</a>'
        f'<p class="where">{where_html(article, page_lang)} <span {KEPT}>{esc(article.id)}</span></p></header>'
        f'<div class="pair">{sides}</div>{_decision(place.correction, finding, page_lang)}</article>'
    )


def _side(article: Article, finding: Finding, lang: Lang, page_lang: Lang) -> str:
    cut, sentence = (finding.zh, finding.zh_sentence) if lang == "zh" else (finding.en, finding.en_sentence)
    around = sentence or cut
    name = f'<p class="side-name">{esc(text(page_lang, lang))}</p>'
    if around is None:
        return f'<div class="side">{name}<p class="words none">{esc(text(page_lang, f"nothing_{lang}"))}</p></div>'
    body, (start, end) = article.bodies[lang], around
    reach = LONGEST[lang]
    first = max(start, cut[0] - reach // 2) if cut and end - start > reach else start
    last = min(end, first + reach)
    words = ("…" if first > start else "") + marked(body, first, last, [cut] if cut and cut != around else ())
    return f'<div class="side">{name}<p class="words" {verbatim(lang)}>{words}{"…" if last < end else ""}</p></div>'


def _decision(correction: Correction | None, finding: Finding, page_lang: Lang) -> str:
    """What was decided, the buttons, and the form for the right reading, folded away."""
    verdict = correction.verdict if correction else ""
    told = ""
    if correction:
        parts = [text(page_lang, f"was_{correction.verdict}")]
        said = [esc(" ".join(parts))]
        said += [f"<q {KEPT}>{esc(correction.reading)}</q>"] if correction.reading else []
        said += [f'<span class="note-of" {KEPT}>{esc(correction.note)}</span>'] if correction.note else []
        told = f'<p class="was" role="status">{" ".join(said)}</p>'
    plain = "".join(
        f'<button type="button" data-verdict="{one}" aria-pressed="{str(one == verdict).lower()}">'
        f"{esc(text(page_lang, f'verdict_{one}'))}</button>"
        for one in VERDICTS
        if one != "corrected"
    )
    back = f'<button type="button" data-verdict="open">{esc(text(page_lang, "take_back"))}</button>' if verdict else ""
    reading = correction.reading if correction else ""
    note = correction.note if correction else ""
    return (
        f'{told}<div class="decide" role="group" aria-label="{esc(text(page_lang, "decide"))}">'
        f"<span>{esc(text(page_lang, 'decide'))}</span>{plain}{back}</div>"
        f'<details class="correct"><summary>{esc(text(page_lang, "verdict_corrected"))}</summary><form>'
        f'<label>{esc(text(page_lang, "reading"))}<input name="reading" maxlength="1000" autocomplete="off" {KEPT} '
        f'value="{esc(reading or finding.translation[:200])}"></label>'
        f'<label>{esc(text(page_lang, "note"))}<input name="note" maxlength="2000" autocomplete="off" {KEPT} '
        f'value="{esc(note)}"></label>'
        f'<button type="submit">{esc(text(page_lang, "keep_reading"))}</button></form></details>'
    )
