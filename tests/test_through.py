"""Words through the months: counted as somebody would who reads every article."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.archive import Archive
from rag.datatypes import Article, Lang
from rag.errors import UsageError
from rag.index.build import build
from rag.language.fold import fold
from rag.language.phrases import phrase
from rag.spreadsheet import table, unguarded
from rag.through import LOOKED_UP, Through
from tests.conftest import read, shared
from tests.fakes import HashEmbedder
from tests.register.made import folder_of
from tests.test_desk import file
from ui.through import through_json, through_rows

MONTHS = ("1957.03", "1957.09", "1958.03", "1958.06", "1959.02", "1960.03")
SAMPLED = 40
RECORDS = (
    ("1958-11-03", "The kiln was lit.", "砖窑点火了。"),
    ("1958-11-20", "A dam.", "一座水坝。"),
    ("1959-02-01", "The iron. Steel was not there.", "钢和铁没有。"),
    ("1959-02-02", "A second kiln was lit in the county.", "县里又点了一座。"),
    ("1959-02-02", "A kiln.", "一座新砖窑。"),
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    place = tmp_path_factory.mktemp("small")
    files = {str(n): file(day, f"    {zh}", en, (f"题{n}", f"T{n}"), 4) for n, (day, en, zh) in enumerate(RECORDS)}
    folder_of(place, files)
    opened = Archive.open(place / "store", embedder=HashEmbedder())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def read_articles() -> list[Article]:
    folder = shared("corpus", "bilingual")
    return read(*(folder / month for month in MONTHS))


@pytest.fixture(scope="module")
def months_of(read_articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    store = tmp_path_factory.mktemp("through") / "store"
    build(iter(read_articles), store, HashEmbedder(), sources=[])
    opened = Archive.open(store, embedder=HashEmbedder())
    yield opened
    opened.close()


def by_month(made: Through, at: int = 0) -> dict[str, int]:
    return {month.name: month.found for month in made.of(made.courses[at]) if month.found}


def texts_of(article: Article, lang: Lang) -> str:
    """All that is printed of an article in one language, its parts apart."""
    return " ¶ ".join(part for part in (article.titles.get(lang, ""), article.bodies.get(lang, "")) if part)


def brute(articles: list[Article], lang: Lang, word: str) -> dict[str, int]:
    """The months of the articles whose text holds a word, found by reading: Chinese as it stands, English as written
    in any case, whole words."""
    pattern = re.compile(word if lang == "zh" else rf"(?<![\w'-]){re.escape(word)}(?![\w'-])")
    held = Counter(a.issued[:7] for a in articles if a.issued and pattern.search(fold(texts_of(a, lang))))
    return dict(held)


@pytest.mark.parametrize("seed", [1, 2])
def test_chinese_words_are_counted_as_if_all_was_read(
    months_of: Archive, read_articles: list[Article], seed: int
) -> None:
    chance = random.Random(seed)
    runs = [run for a in read_articles for run in re.findall("[一-鿿]{4,}", texts_of(a, "zh"))]
    for _ in range(SAMPLED):
        run = fold(chance.choice(runs))
        size = chance.choice((1, 2, 2, 3, 4))
        at = chance.randrange(len(run) - size + 1)
        word = run[at : at + size]
        assert by_month(months_of.through([word], expand=False)) == brute(read_articles, "zh", word), word


def test_english_words_are_counted_as_if_all_was_read(months_of: Archive, read_articles: list[Article]) -> None:
    """Words that are written in one form alone, since the index counts all forms of a word together; and pairs."""
    chance = random.Random(3)
    text = fold(" ".join(texts_of(a, "en") for a in read_articles))
    written: dict[str, set[str]] = {}
    for word in set(re.findall(r"[a-z]+(?:['-][a-z]+)*", text)):
        if (made := phrase(word)) and word.isalpha():
            for token in made.tokens:
                written.setdefault(token, set()).add(word)
    alone = sorted(next(iter(words)) for words in written.values() if len(words) == 1)
    parts = {part for word in re.findall(r"[a-z]+(?:['-][a-z]+)+", text) for part in re.findall("[a-z]+", word)}
    words = [word for word in alone if len(word) > 3 and word not in parts]
    for word in chance.sample(words, SAMPLED):
        assert by_month(months_of.through([word], expand=False)) == brute(read_articles, "en", word), word
    pairs = [pair for pair in re.findall(r"(?<![\w'-])[a-z]{4,} [a-z]{4,}(?![\w'-])", text)]
    usable = sorted({pair for pair in pairs if set(pair.split()) <= set(words)})
    assert len(usable) > 10
    for pair in chance.sample(usable, min(SAMPLED, len(usable))):
        assert by_month(months_of.through([pair], expand=False)) == brute(read_articles, "en", pair), pair


def test_a_word_counts_with_what_it_is_called_and_an_article_in_both_languages_once(
    months_of: Archive, read_articles: list[Article]
) -> None:
    made = months_of.through(["钢铁"])
    asked, across = made.courses[0].forms
    assert (asked.text, asked.lang, asked.source) == ("钢铁", "zh", "asked")
    assert (across.lang, across.source) == ("en", "lexicon")
    assert across.text == "iron and steel"
    both = [a for a in read_articles if "钢铁" in fold(texts_of(a, "zh")) or across.text in fold(texts_of(a, "en"))]
    assert made.courses[0].articles == len(both) < asked.articles + across.articles
    assert made.courses[0].first
    assert made.courses[0].first.issued == min(a.issued for a in both)
    assert made.courses[0].last
    assert made.courses[0].last.issued == max(a.issued for a in both)


def test_months_without_issues_are_told_and_are_not_nought(small: Archive) -> None:
    made = small.through(["kiln", "dam", "砖窑", "volcano"])
    counts = {month.name: month.articles for month in made.months}
    assert counts == {"1958-11": 2, "1958-12": 0, "1959-01": 0, "1959-02": 3}
    assert [course.articles for course in made.courses[:2]] == [3, 1]
    told = through_json(made)["months"]
    assert told[1] == {"month": "1958-12", "articles": 0, "found": None, "per_thousand": None}
    assert told[0]["found"][1] == 1
    assert told[0]["per_thousand"][1] == 500.0
    assert told[3]["found"][3] == 0
    assert (made.courses[3].first, made.courses[3].last) == (None, None)


def test_the_parts_of_a_word_count_only_together(small: Archive) -> None:
    forms = ["iron steel", "kiln lit", "was lit", "砖窑点", "砖窑座", "second-kiln"]
    assert [small.through([form], expand=False).courses[0].articles for form in forms] == [0, 0, 2, 1, 0, 1]


def test_where_too_many_would_have_to_be_read_their_parts_count_and_it_is_told(
    small: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LOOKED_UP > 1000
    monkeypatch.setattr("rag.through.LOOKED_UP", 0)
    form = small.through(["iron steel"], expand=False).courses[0].forms[0]
    assert (form.articles, form.is_exact) == (1, False)


def test_forms_that_are_given_take_the_place_of_those_known(small: Archive) -> None:
    assert [f.text for f in small.through(["dam = kiln = 水坝"]).courses[0].forms] == ["dam", "kiln", "水坝"]
    assert small.through(["dam = kiln = 水坝"]).courses[0].articles == 4
    alone = small.through(["steel ="]).courses[0].forms
    assert [f.text for f in alone] == ["steel"]


def test_limits_hold_for_a_word_and_for_all_articles_of_a_month(small: Archive) -> None:
    made = small.through(["kiln"], since=date(1959, 2, 2), expand=False)
    assert [(m.name, m.articles) for m in made.months] == [("1959-02", 2)]
    assert by_month(made) == {"1959-02": 2}
    chinese = small.through(["kiln"], lang="zh", expand=False)
    assert by_month(chinese) == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "0 words"),
        (["a", "b", "c", "d", "e"], "5 words"),
        (["..."], "cannot be counted"),
        ([" = "], "no word"),
        (["x" * 101], "101 characters"),
        ([" = ".join("abcdefghij")], "10 ways"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_the_reason(small: Archive, words: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        small.through(words)


@given(st.text(max_size=40))
def test_any_word_is_counted_or_refused(small: Archive, word: str) -> None:
    try:
        made = small.through([word])
    except UsageError:
        return
    json.dumps(through_json(made))
    assert all(month.found <= month.articles for month in made.of(made.courses[0]))


def test_the_table_is_read_back_as_it_was_told(small: Archive, tmp_path: Path) -> None:
    hostile = '@SUM(A1) kiln = "砖窑", <b>'
    made = small.through(["kiln", hostile, "dam"])
    rows = list(csv.reader(io.StringIO(table(through_rows(made)).removeprefix("\ufeff"))))
    assert unguarded(rows[0][4]) == '@SUM(A1) kiln = "砖窑", <b>'
    document = through_json(made)
    for row, month in zip(rows[1:], document["months"], strict=True):
        assert (row[0], int(row[1])) == (month["month"], month["articles"])
        counts = [int(cell) if cell else None for cell in row[2::2]]
        shares = [float(cell) if cell else None for cell in row[3::2]]
        assert (counts, shares) == (month["found"] or [None] * 3, month["per_thousand"] or [None] * 3)
