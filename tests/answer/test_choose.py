"""Which sentences are quoted for which form of question, in which order, and that none repeats another."""

from __future__ import annotations

from datetime import date

import pytest

from rag.answer.candidates import Candidate
from rag.answer.choose import ARTICLES, MOST, choose
from rag.answer.decide import BROAD
from rag.datatypes import LANGS, Lang
from rag.reader.pages import FORMS
from tests.answer.made import NUMBERS, article, candidate

LINES: dict[Lang, list[str]] = {
    "zh": [
        "产钢五万吨。",
        "修了两千座窑。",
        "办了食堂。",
        "开了现场会。",
        "运来了煤。",
        "来了九千人。",
        "种了树。",
        "修了路。",
    ],
    "en": [
        "50,000 tons of steel were made.",
        "Two thousand kilns were built.",
        "A canteen was opened.",
        "A meeting met.",
        "Coal was brought.",
        "Nine thousand people came.",
        "Trees were planted.",
        "A road was built.",
    ],
}


def ranked(lang: Lang, *odds: float, identifier: str = "a", day: date | None = date(1958, 11, 14)) -> list[Candidate]:
    """Sentences of one article with these log-odds."""
    of = article(identifier, day, **{lang: LINES[lang][: len(odds)]})
    return [candidate(of, LINES[lang][n], said) for n, said in enumerate(odds)]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", ["fact", "yesno"])
@pytest.mark.parametrize(("odds", "quoted"), [((4, 3.5, 3.2), 2), ((4, 3.0), 2), ((4, 2.9), 1), ((-2,), 1)])
def test_a_fact_has_one_sentence_or_a_second_as_sure(
    lang: Lang, form: str, odds: tuple[float, ...], quoted: int
) -> None:
    assert [c.answers for c in choose(form, ranked(lang, *odds), NUMBERS)] == list(odds[:quoted])


@pytest.mark.parametrize("lang", LANGS)
def test_a_fact_is_quoted_from_one_article(lang: Lang) -> None:
    here, there = ranked(lang, 4.0), ranked(lang, 0, 3.9, identifier="b")[1:]
    assert choose("fact", [*here, *there], NUMBERS) == here


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", ["list", "view", "why", "define"])
def test_all_that_are_near_are_quoted_of_the_others(lang: Lang, form: str) -> None:
    near = ranked(lang, 4, 3.5, 3, 2.5, 2, 0.9)
    assert len(choose(form, near, NUMBERS)) == min(MOST[form], 5), "the last is too far behind the first"
    low = ranked(lang, 1.5, -0.5, -1.5)
    assert [c.answers for c in choose(form, low, NUMBERS)] == [1.5, -0.5], "the last is below the least"
    none_sure = ranked(lang, -2.0, -2.5)
    assert [c.answers for c in choose(form, none_sure, NUMBERS)] == [-2.0], "but the first is always quoted"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("form", BROAD)
def test_several_articles_stand_by_date_and_each_comes_before_any_comes_twice(lang: Lang, form: str) -> None:
    late = ranked(lang, 4, 3.9, 3.8, 3.7, identifier="late", day=date(1960, 1, 1))
    early = ranked(lang, 0, 0, 0, 0, 2.0, 1.9, identifier="early", day=date(1957, 1, 1))[4:]
    undated = ranked(lang, 0, 0, 0, 0, 0, 0, 1.5, identifier="undated", day=None)[6:]
    chosen = choose(form, [*late, *early, *undated], NUMBERS)
    assert [c.article.id for c in chosen] == ["early"] * 2 + ["late"] * 3 + ["undated"]
    assert len(chosen) == MOST[form]


@pytest.mark.parametrize("form", BROAD)
def test_no_more_articles_are_cited_than_can_be_read(form: str) -> None:
    every = [ranked("zh", *[0] * n, 4.0, identifier=f"a{n}")[-1] for n in range(ARTICLES + 2)]
    assert len({c.article.id for c in choose(form, every, NUMBERS)}) == ARTICLES


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "lines",
    [
        {"zh": ["鞍钢产钢五万吨。", "八号炉报喜：鞍钢产钢五万吨。"]},
        {"zh": ["鞍钢产钢５万吨。", "鞍鋼產鋼5万吨。"]},
        {"en": ["Anshan made 50,000 tons.", "ANSHAN MADE 50,000 TONS."]},
        {"en": ["“Anshan made 50,000 tons.”", "Anshan made 50,000 tons."]},
    ],
)
def test_nothing_is_quoted_twice(form: str, lines: dict[str, list[str]]) -> None:
    one, two = article("a", **lines), article("b", date(1959, 1, 1), **lines)
    ((_, texts),) = lines.items()
    every = [candidate(one, texts[0], 4.0), candidate(one, texts[1], 3.9), candidate(two, texts[0], 3.8)]
    assert choose(form, every, NUMBERS) == every[:1]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("lang", LANGS)
def test_every_form_quotes_some_and_not_too_many(form: str, lang: Lang) -> None:
    chosen = choose(form, ranked(lang, *[4.0] * 8), NUMBERS)
    assert 1 <= len(chosen) <= MOST[form] and len(set(map(id, chosen))) == len(chosen)
