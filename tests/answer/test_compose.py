"""An answer is made of quotations; a refusal says why, and what was searched."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rag.answer.candidates import Reading, read
from rag.answer.compose import answer, is_beyond, is_outside
from rag.answer.decide import BROAD
from rag.answer.wording import source
from rag.datatypes import LANGS, Answer, Filters, Lang
from rag.query import understand
from rag.reader.pages import FORMS
from tests.answer.made import NUMBERS, Says, Shelf, article, hit

EARLY = article(
    "early",
    date(1958, 3, 2),
    zh=["参加青山水库修建的民工共有三千二百人。", "工地上办起了食堂。"],
    en=["A total of 3,200 peasants took part in building the Greenhill Dam.", "A canteen was opened at the site."],
)
LATE = article(
    "late",
    date(1958, 5, 20),
    zh=["参加青山水库修建的民工共有五千人。", "大坝已经筑到二十米高。"],
    en=["A total of 5,000 peasants took part in building the Greenhill Dam.", "The wall has risen to twenty metres."],
)
SAME = replace(LATE, id="same", date=date(1958, 6, 1), bodies=EARLY.bodies)
ASKED: dict[Lang, str] = {
    "zh": "参加青山水库修建的民工共有多少人？",
    "en": "How many peasants took part in building the Greenhill Dam?",
}
WORDS = ("三千二百人", "五千人", "3,200 peasants", "5,000 peasants", "食堂", "canteen")
SURE = {
    "三千二百人": 4.0,
    "3,200": 4.0,
    "五千人": 3.0,
    "5,000": 3.0,
    "食堂": 2.0,
    "canteen": 2.0,
    "二十米": 1.0,
    "twenty": 1.0,
}


@pytest.fixture(autouse=True)
def without_a_vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The articles here are in no index, so nothing can be said of words that none holds (`test_unheld`)."""
    monkeypatch.setattr("rag.answer.compose.unheld", lambda *_: ())


def asked(
    question: str,
    *articles: Any,
    odds: Mapping[str, float] = SURE,
    words: Sequence[str] = WORDS,
    filters: Filters = Filters(),  # noqa: B008
    found: bool = True,
    **said: Any,
) -> Answer:
    shelf, query = Shelf(*articles), understand(question, filters=filters)
    hits = [hit(a, query.lang if query.lang in a.bodies else a.langs[0]) for a in articles] if found else []
    reading = read(Says(odds, words, **said), shelf, query.question, query.lang, hits)  # type: ignore[arg-type]
    return answer(shelf, query, hits, reading, NUMBERS)  # type: ignore[arg-type]


def check(given: Answer) -> None:
    """What is true of every answer."""
    assert [c.number for c in given.citations] == list(range(1, len(given.citations) + 1))
    assert len({c.article.id for c in given.citations}) == len(given.citations)
    marks = [int(n) for n in re.findall(r"\[(\d+)\]", given.text)]
    assert list(dict.fromkeys(marks)) == [c.number for c in given.citations]
    for cited in given.citations:
        assert source(cited.article, given.lang) in given.text
        for q in cited.quotes:
            assert cited.article.bodies[q.lang][q.start : q.end] == q.text and q.text in given.text
            assert all(q.start <= a < b <= q.end for a, b in q.marks)
            assert not any(
                o is not q and o.lang == q.lang and q.start < o.end and o.start < q.end for o in cited.quotes
            )
    for value in given.values:
        (of,) = (c.article for c in given.citations if c.number == value.citation)
        assert of.bodies[value.lang][value.start : value.end] == value.text
    if given.short:
        (of,) = (c.article for c in given.citations if c.number == given.short.citation)
        assert of.bodies[given.short.lang][given.short.start : given.short.end] == given.short.text
        assert given.citations[0].quotes[0].start <= given.short.start or given.short.lang != given.lang
    assert given.answered == bool(given.citations) == (given.refusal is None)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_answer_is_made_of_quotations(lang: Lang, form: str) -> None:
    given = asked(ASKED[lang], EARLY, LATE, SAME, form=form, yes={"3,200": 4.0, "三千": 4.0})
    check(given)
    assert given.answered and given.lang == lang and 0.5 <= given.confidence <= 1
    assert all(q.lang == lang for c in given.citations for q in c.quotes)
    assert bool(given.short) == (form not in ("list", "topic", "across"))
    if form in BROAD:
        days = [c.article.date for c in given.citations]
        assert days == sorted(days) and not any(q.marks for c in given.citations for q in c.quotes)
    if form in ("list", "why", "define", "view", *BROAD):
        for cited in given.citations:
            assert [q.start for q in cited.quotes] == sorted(q.start for q in cited.quotes), "as they are printed"


@pytest.mark.parametrize(("lang", "said"), [("zh", "三千二百人"), ("en", "3,200 peasants")])
def test_the_short_answer_comes_first_with_its_mark(lang: Lang, said: str) -> None:
    given = asked(ASKED[lang], EARLY)
    assert given.short and given.short.text == said and given.text.startswith(f"{said} [1]")
    assert given.sentences[0].text == said and given.sentences[0].citations == (1,)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("yes", "verdict"), [(4.0, "yes"), (-4.0, "no"), (0.0, None)])
def test_yes_or_no_comes_first(lang: Lang, yes: float, verdict: str | None) -> None:
    given = asked(ASKED[lang], EARLY, form="yesno", yes={"3,200": yes, "三千": yes})
    words = {"zh": {"yes": "据所引的话，是", "no": "据所引的话，不是"}, "en": {"yes": "Yes, by", "no": "No, by"}}[lang]
    assert given.short and given.short.verdict == verdict
    assert given.text.startswith(words[verdict] if verdict else given.short.text)
    check(given)


@pytest.mark.parametrize(
    ("lang", "figures"), [("zh", ["三千二百人", "五千人"]), ("en", ["3,200 peasants", "5,000 peasants"])]
)
@pytest.mark.parametrize("surer", ["early", "late"])
def test_figures_on_which_articles_differ_are_all_quoted_by_date(lang: Lang, figures: list[str], surer: str) -> None:
    odds = dict(SURE) if surer == "early" else {**SURE, "五千人": 5.0, "5,000": 5.0}
    given = asked(ASKED[lang], EARLY, LATE, odds=odds)
    check(given)
    assert all(f.startswith(v.text) for f, v in zip(figures, given.values, strict=True))
    named = {c.number: c.article.id for c in given.citations}
    assert [named[v.citation] for v in given.values] == ["early", "late"]
    assert given.warnings and named[1] == surer


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "others",
    [
        [SAME],  # the same figure
        [],  # one article alone
    ],
)
def test_figures_that_agree_are_no_conflict(lang: Lang, others: list[Any]) -> None:
    given = asked(ASKED[lang], EARLY, *others)
    check(given)
    assert given.answered and not given.values and not given.warnings


@pytest.mark.parametrize("lang", LANGS)
def test_a_figure_far_less_sure_or_of_another_unit_is_no_conflict(lang: Lang) -> None:
    far = {**SURE, "五千人": 0.5, "5,000": 0.5}
    assert not asked(ASKED[lang], EARLY, LATE, odds=far).values
    metres = {**SURE, "五千人": -9.0, "5,000": -9.0, "二十米": 3.9, "twenty": 3.9}
    assert not asked(ASKED[lang], EARLY, LATE, odds=metres, words=(*WORDS, "二十米", "twenty metres")).values
    assert not asked(ASKED[lang], EARLY, LATE, form="topic").values, "only a fact has one figure"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("odds", "answered"), [(0.1, True), (0.0, True), (-0.1, False), (-9.0, False)])
def test_an_answer_is_given_from_the_threshold_on(lang: Lang, odds: float, answered: bool) -> None:
    given = asked(ASKED[lang], EARLY, odds=dict.fromkeys(SURE, odds))
    check(given)
    assert given.answered == answered == (given.confidence >= NUMBERS.threshold)
    assert given.hits


NOTHING: dict[str, float] = {}


@pytest.mark.parametrize(
    ("question", "articles", "filters", "found", "reason"),
    [
        (ASKED["zh"], [], Filters(), False, "empty_archive"),
        (ASKED["en"], [], Filters(), False, "empty_archive"),
        (ASKED["zh"], [EARLY], Filters(since=date(1960, 1, 1)), False, "filter_too_narrow"),
        (ASKED["en"], [EARLY], Filters(until=date(1950, 1, 1)), False, "filter_too_narrow"),
        (ASKED["zh"], [EARLY], Filters(), True, "not_answered"),
        (ASKED["en"], [EARLY], Filters(), True, "not_answered"),
        (ASKED["zh"], [EARLY], Filters(), False, "nothing_found"),
        (ASKED["en"], [EARLY], Filters(), False, "nothing_found"),
    ],
)
def test_a_refusal_tells_why(question: str, articles: list[Any], filters: Filters, found: bool, reason: str) -> None:
    given = asked(question, *articles, odds=NOTHING, filters=filters, found=found)
    check(given)
    assert given.refusal and given.refusal.reason == reason
    assert given.text == given.refusal.message and not given.sentences and given.short is None
    assert set(given.refusal.searched) == set(LANGS)


@pytest.mark.parametrize(
    "question", ["1966年青山水库有多少民工？", "How many peasants built the Greenhill Dam in 1976?"]
)
@pytest.mark.parametrize("odds", [SURE, NOTHING])
def test_a_time_after_the_last_issue_has_no_answer(question: str, odds: Mapping[str, float]) -> None:
    shelf, query = Shelf(EARLY, LATE), understand(question).unlimited()
    hits = [hit(EARLY, query.lang), hit(LATE, query.lang)]
    reading = read(Says(odds, WORDS), shelf, question, query.lang, hits)  # type: ignore[arg-type]
    given = answer(shelf, query, hits, reading, NUMBERS)  # type: ignore[arg-type]
    check(given)
    assert given.refusal and given.refusal.reason == "outside_dates"


PLAN = article(
    "plan",
    date(1958, 5, 20),
    zh=["到1962年全县将有水库三百座。"],
    en=["By 1962 the county is to have 300 reservoirs."],
)
FIRST, LAST = date(1958, 3, 2), date(1958, 5, 20)


@pytest.mark.parametrize(
    ("question", "beyond"),
    [
        ("1962年全县将有多少座水库？", False),  # an issue of 1958 tells what is planned
        ("How many reservoirs is the county to have in 1962?", False),
        ("1966年全县将有多少座水库？", True),
        ("How many reservoirs is the county to have in 1966?", True),
        ("1949年全县有多少座水库？", False),  # before the first issue: what was can be told
        ("How many reservoirs did the county have in 1949?", False),
        ("1958年4月全县有多少座水库？", False),
        ("How many reservoirs did the county have in April 1958?", False),
        ("全县有多少座水库？", False),
        ("How many reservoirs does the county have?", False),
    ],
)
def test_only_what_is_after_the_last_issue_and_named_nowhere_is_beyond(question: str, beyond: bool) -> None:
    query = understand(question)
    reading = read(Says({}), Shelf(PLAN), question, query.lang, [hit(PLAN, query.lang)])  # type: ignore[arg-type]
    assert is_beyond(query, reading, FIRST, LAST) == beyond
    assert not is_beyond(query, reading, None, None), "an archive without a date ends nowhere"
    assert not is_beyond(query, Reading("?", "zh", (), {}, 0.0), date(1950, 1, 1), date(1970, 1, 1))


@pytest.mark.parametrize(
    ("question", "outside"),
    [
        ("1949年全县有多少座水库？", True),
        ("What was built in 1976?", True),
        ("1958年4月修了什么？", False),
        ("What was built in 1958?", False),
        ("修了什么？", False),
    ],
)
def test_a_time_lies_outside_where_no_issue_is_of_it(question: str, outside: bool) -> None:
    assert is_outside(understand(question), FIRST, LAST) == outside
    assert not is_outside(understand(question), None, None)


def test_what_was_completed_is_told() -> None:
    shelf = Shelf(EARLY)
    query = understand("And when?", taken=ASKED["en"])
    hits = [hit(EARLY, "en")]
    for odds in (SURE, NOTHING):
        reading = read(Says(odds, WORDS), shelf, query.text, "en", hits)  # type: ignore[arg-type]
        given = answer(shelf, query, hits, reading, NUMBERS)  # type: ignore[arg-type]
        assert given.question == "And when?" and given.standalone == f"{ASKED['en']} And when?"
        assert given.confidence == pytest.approx(NUMBERS.probability(reading), abs=1e-4)


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("今年计划在全县修建水库三百座。", "（此为计划或要求，并非结果）"),
        ("全县修建了水库三百座。", ""),
        ("It is planned to build 300 reservoirs in the county this year.", "(a plan or demand, not a result)"),
        ("300 reservoirs were built in the county.", ""),
    ],
)
def test_an_answer_says_that_it_quotes_a_plan(line: str, noted: str) -> None:
    lang: Lang = "zh" if "水库" in line else "en"
    question = {"zh": "全县修建水库多少座？", "en": "How many reservoirs are built in the county?"}[lang]
    given = asked(
        question, article("p", **{lang: [line]}), odds={"水库": 4.0, "reservoirs": 4.0}, words=("三百座", "300")
    )
    check(given)
    assert given.answered and ("计划或要求" in given.text or "a plan or demand" in given.text) == bool(noted)
    assert noted in given.text


@pytest.mark.fault(46)
def test_brackets_in_a_quotation_cannot_pass_for_marks() -> None:
    of = article("marked", en=["A total of 3,200 peasants [2] took part, as told in [1, 3]."])
    given = asked("How many peasants took part?", of, words=("3,200 peasants [2]",))
    assert [int(n) for n in re.findall(r"\[(\d+)\]", given.text)] == [1] * len(given.sentences)
