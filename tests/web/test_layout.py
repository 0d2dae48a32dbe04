from __future__ import annotations

import pytest

from rag.datatypes import LANGS, Article, Bead, Span
from tests.web.fake import FakeArchive, article, beads
from ui.web.layout import FOLD, merge, rows

ARTICLES = list(FakeArchive().articles.values())


@pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.id)
def test_every_paragraph_appears_once_in_reading_order(one: Article) -> None:
    made = rows(one, beads(one), ())
    for lang in LANGS:
        sides = [side for row in made if (side := row.side(lang))]
        assert all(a.end <= b.start for a, b in zip(sides, sides[1:], strict=False))
        shown = "".join(one.bodies[lang][side.start : side.end] for side in sides)
        assert "".join(shown.split()) == "".join(one.bodies[lang].split())


@pytest.mark.parametrize("one", ARTICLES, ids=lambda one: one.id)
def test_every_sentence_can_be_marked_with_its_counterpart(one: Article) -> None:
    for bead in beads(one):
        marks = [Span(lang, *side) for lang in LANGS if (side := bead.side(lang))]
        found = [row for row in rows(one, beads(one), marks) if row.is_marked]
        assert [row.number for row in found] == [bead.paragraph]
        for mark in marks:
            side = found[0].side(mark.lang)
            assert side is not None
            assert side.marks == ((mark.start, mark.end),)
            assert side.start <= side.near[0] <= mark.start < mark.end <= side.near[1] <= side.end
            hidden = side.near[0] - side.start, side.end - side.near[1]
            assert all(part == 0 or part >= FOLD[mark.lang] for part in hidden)


def test_a_mark_over_two_paragraphs_is_cut_between_them() -> None:
    one = article("a", ("题", "T"), ["甲乙丙。", "丁戊己。"], ["Abc.", "Def."])
    made = rows(one, beads(one), [Span("zh", 2, 8)])
    assert [row.zh.marks for row in made if row.zh] == [((2, 4),), ((6, 8),)]


def test_without_alignment_lines_are_paragraphs() -> None:
    one = article("a", ("题", "T"), ["甲乙丙。", "丁戊己。"], ["Abc."])
    made = rows(one, (), [Span("zh", 6, 8)])
    assert [(row.zh is not None, row.en is not None, row.is_marked) for row in made] == [
        (True, False, False),
        (True, False, True),
        (False, True, False),
    ]


def test_a_paragraph_in_one_language_only_has_an_empty_side() -> None:
    one = article("a", ("题", "T"), ["甲。"], ["A.", "B."])
    made = rows(one, (Bead(0, (0, 2), (0, 2)), Bead(1, None, (4, 6))), ())
    assert made[1].zh is None
    assert made[1].en is not None


def test_overlapping_marks_become_one() -> None:
    assert merge([(5, 7), (1, 3), (2, 4), (4, 5), (9, 9)]) == ((1, 7),)
