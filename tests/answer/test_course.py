"""A question of several years: asked of each, a sentence a year, and what no year says is not made up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from rag.answer.candidates import read
from rag.answer.course import MOST, Part, course, periods
from rag.datatypes import LANGS, Answer, Lang
from rag.language.phrases import phrase
from rag.query import understand
from rag.reader.pages import FORMS
from tests.answer.made import NUMBERS, Says, Shelf, article, hit
from tests.answer.test_compose import check

OF_1957 = article("a", date(1957, 3, 2), zh=["青山水库开工了。", "下雪了。"], en=["The dam was begun.", "It snowed."])
OF_1958 = article("b", date(1958, 5, 2), zh=["食堂办起来了。"], en=["A canteen was opened."])
OF_1959 = article("c", date(1959, 8, 2), zh=["青山水库完工了。"], en=["The dam was finished."])
ODDS = {
    "snowed": 5.0,
    "下雪": 5.0,
    "begun": 3.0,
    "开工": 3.0,
    "canteen": 4.0,
    "食堂": 4.0,
    "finished": 2.0,
    "完工": 2.0,
}
ASKED: dict[Lang, str] = {
    "en": "How did the paper write about the dam from 1957 to 1959?",
    "zh": "从1957年到1959年报纸怎样报道水库？",
}
NAMED: dict[Lang, str] = {"en": "dam", "zh": "水库"}
ISSUES = (date(1957, 1, 1), date(1960, 8, 15))


@pytest.fixture(autouse=True)
def without_an_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.answer.compose.unheld", lambda *_: ())
    monkeypatch.setattr(
        "rag.answer.course.phrases", lambda _, word: [one for w in NAMED.values() if (one := phrase(w))]
    )


def asked(question: str, *articles: Any, odds: Any = ODDS) -> Answer | None:
    shelf, query = Shelf(*articles), understand(question)
    made = []
    for one in articles:
        reading = read(Says(odds, form="topic"), shelf, query.text, query.lang, [hit(one, query.lang)])  # type: ignore[arg-type]
        made.append(Part(date(one.date.year, 1, 1), date(one.date.year, 12, 31), [hit(one, query.lang)], reading))
    return course(shelf, query, made, NUMBERS)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", LANGS)
def test_each_year_has_the_surest_sentence_that_names_the_topic(lang: Lang) -> None:
    given = asked(ASKED[lang], OF_1957, OF_1958, OF_1959)
    assert given
    check(given)
    quoted = [q.text for c in given.citations for q in c.quotes]
    assert (
        quoted
        == {"en": ["The dam was begun.", "The dam was finished."], "zh": ["青山水库开工了。", "青山水库完工了。"]}[lang]
    )
    assert given.through.replace("the ", "") == NAMED[lang]
    assert any("1958" in warning for warning in given.warnings)
    assert not any("1957" in warning or "1959" in warning for warning in given.warnings)


def test_where_no_year_names_it_there_is_no_answer() -> None:
    assert asked(ASKED["en"], OF_1958) is None
    unsure = dict.fromkeys(ODDS, -5.0)
    assert asked(ASKED["en"], OF_1957, OF_1959, odds=unsure) is None


def spans(question: str, form: str = "fact", issues: Any = ISSUES) -> Sequence[tuple[int, int]]:
    query = understand(question)
    reading = read(Says(ODDS, form=form), Shelf(OF_1957), query.text, query.lang, [hit(OF_1957, query.lang)])  # type: ignore[arg-type]
    return [(since.year, until.year) for since, until in periods(query, reading, issues)]


@pytest.mark.parametrize("lang", LANGS)
def test_a_topic_over_several_years_is_asked_of_each(lang: Lang) -> None:
    assert spans(ASKED[lang]) == [(1957, 1957), (1958, 1958), (1959, 1959)]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_no_topic_is_asked_of_each_year_only_where_the_reader_takes_it_so(form: str) -> None:
    question = "Compare how many dams were begun between 1957 and 1959 in each province."
    assert bool(spans(question, form)) == (form in ("topic", "across"))


def test_a_single_year_and_years_without_issues_are_not_parted() -> None:
    assert spans("What did the paper report about the dam in 1958?") == []
    assert spans("What did the paper report about the dam?") == []
    assert spans(ASKED["en"], issues=(date(1959, 1, 1), date(1960, 1, 1))) == []
    assert spans(ASKED["en"], issues=None) == []


def test_many_years_are_put_together() -> None:
    made = spans(
        "What did the paper report about the dam from 1946 to 1965?", issues=(date(1946, 1, 1), date(1966, 1, 1))
    )
    assert len(made) <= MOST
    assert (made[0][0], made[-1][1]) == (1946, 1965)
    assert all(a[1] + 1 == b[0] for a, b in zip(made, made[1:], strict=False))
