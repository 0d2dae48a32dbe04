"""Which sentence of the original is which sentence of the translation, inside one article.

Lines are paired first, then the sentences inside each pair of lines (`rag.language.pairing`).
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.datatypes import Article, Bead, Lang
from rag.language.clues import clues
from rag.language.pairing import RATIO, Pairing, Unit, pairings, weights_of
from rag.language.sentences import line_spans, sentence_spans

_MAX_HEADING = 45  # Chinese characters
_PROSE = 20  # Chinese characters from which a line that is no heading counts as prose
_END_OF_PROSE = frozenset("。！？：；，,.!?;:…—”’\"'）)】]")


def align(article: Article) -> tuple[Bead, ...]:
    """The beads of an article in reading order.

    Every character of either body that is not white space lies inside exactly one bead side. An article in one
    language, and whatever stands in one language only (a repeated headline, a caption), gives one-sided beads, one
    per sentence. Takes time linear in the length of long articles.
    """
    if len(article.langs) == 1:
        return _alone(article, article.langs[0])
    zh, zh_sentences = _lines_and_sentences(article, "zh")
    en, en_sentences = _lines_and_sentences(article, "en")
    weights = weights_of(zh_sentences, en_sentences)
    beads: list[Bead] = []
    z = e = 0
    for paragraph, pair in enumerate(pairings(zh, en, weights)):
        z_next = _first_from(zh_sentences, z, zh[pair.b - 1].end if pair.b else 0)
        e_next = _first_from(en_sentences, e, en[pair.d - 1].end if pair.d else 0)
        inner_zh, inner_en = zh_sentences[z:z_next], en_sentences[e:e_next]
        beads += [_bead(paragraph, inner, inner_zh, inner_en) for inner in pairings(inner_zh, inner_en, weights)]
        z, e = z_next, e_next
    return tuple(beads)


def _alone(article: Article, lang: Lang) -> tuple[Bead, ...]:
    """The beads of an article in one language: its sentences, by line."""
    body = article.bodies[lang]
    sentences, at, beads = sentence_spans(body, lang), 0, []
    for paragraph, (_, end) in enumerate(line_spans(body)):
        while at < len(sentences) and sentences[at][0] < end:
            span = sentences[at]
            beads.append(Bead(paragraph, span if lang == "zh" else None, span if lang == "en" else None, 1.0))
            at += 1
    return tuple(beads)


def twin_span(beads: Sequence[Bead], lang: Lang, start: int, end: int) -> tuple[int, int] | None:
    """The stretch of the other language that says what characters `start` to `end` of `lang` say.

    It covers every two-sided bead that the stretch touches, whole; None if it touches none.
    """
    found: list[tuple[int, int]] = []
    for bead in beads:
        if bead.zh and bead.en:
            here, there = (bead.zh, bead.en) if lang == "zh" else (bead.en, bead.zh)
            if here[0] < end and start < here[1]:
                found.append(there)
    return (min(a for a, _ in found), max(b for _, b in found)) if found else None


def _bead(paragraph: int, pair: Pairing, zh: Sequence[Unit], en: Sequence[Unit]) -> Bead:
    zh_side = (zh[pair.a].start, zh[pair.b - 1].end) if pair.b > pair.a else None
    en_side = (en[pair.c].start, en[pair.d - 1].end) if pair.d > pair.c else None
    return Bead(paragraph, zh_side, en_side, pair.score)


def _first_from(units: Sequence[Unit], at: int, end: int) -> int:
    """The first index from `at` whose unit starts at or after `end`."""
    while at < len(units) and units[at].start < end:
        at += 1
    return at


def _lines_and_sentences(article: Article, lang: Lang) -> tuple[list[Unit], list[Unit]]:
    body = article.bodies.get(lang, "")
    title = "".join(article.titles.get(lang, "").split())
    sentences = [_unit(body, lang, *span, title) for span in sentence_spans(body, lang)]
    lines: list[Unit] = []
    at = 0
    for start, end in line_spans(body):
        first, at = at, _first_from(sentences, at, end)
        inside = sentences[first:at]
        if len(inside) == 1:
            lines.append(inside[0])
        else:
            shared = frozenset().union(*(unit.clues for unit in inside))
            lines.append(Unit(start, end, sum(unit.length for unit in inside), False, True, shared))
    return lines, sentences


def _unit(body: str, lang: Lang, start: int, end: int, title: str) -> Unit:
    text = body[start:end]
    packed = "".join(text.split())
    length = max(len(packed) if lang == "zh" else len(text) / RATIO, 1.0)
    heading = length < _MAX_HEADING and (text[-1] not in _END_OF_PROSE or packed in title)
    return Unit(start, end, length, heading, not heading and length > _PROSE, clues(text, lang))


def paragraph_beads(beads: Sequence[Bead]) -> list[Bead]:
    """One bead for each paragraph, joined from its sentence beads, in reading order; the score is their lowest."""
    joined: dict[int, Bead] = {}
    for bead in beads:
        old = joined.get(bead.paragraph, Bead(bead.paragraph, None, None, 1.0))
        sides = (_hull(old.zh, bead.zh), _hull(old.en, bead.en))
        joined[bead.paragraph] = Bead(bead.paragraph, *sides, min(old.score, bead.score))
    return [joined[number] for number in sorted(joined)]


def _hull(a: tuple[int, int] | None, b: tuple[int, int] | None) -> tuple[int, int] | None:
    return (min(a[0], b[0]), max(a[1], b[1])) if a and b else a or b
