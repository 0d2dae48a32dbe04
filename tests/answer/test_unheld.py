"""A refusal names the words of the question that no article holds, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.unheld import MOST, unheld
from rag.datatypes import Lang
from rag.index import store as stores
from rag.index.reader import Generation


@pytest.fixture(scope="module")
def generation(seeds_store: Path) -> Generation:
    return Generation(stores.current(seeds_store))


@pytest.mark.parametrize(
    ("question", "lang", "missing"),
    [
        ("What did Khrushchev say about Jiangyou?", "en", ("Khrushchev",)),
        ("Was the reactor in Jiangyou built?", "en", ("reactor",)),
        ("火星上的矿石有多少？", "zh", ("火星",)),
        ("戴高乐访问过江油吗？", "zh", ("戴高乐",)),
        ("Who wrote the novel about Jiangyou?", "en", ("novel",)),
        ("Did they mine uranium or buy it abroad?", "en", ("uranium",)),
        ("谁在江油发明了蒸汽机？", "zh", ("蒸汽机",)),
        ("How much ore was mined in Jiangyou?", "en", ()),
        ("江油县开采了多少矿石？", "zh", ()),
        ("江油县采了多少矿石？", "zh", ()),
        ("鞍钢八号平炉用了几个小时？", "zh", ()),
    ],
)
def test_what_no_article_holds_is_named(
    generation: Generation, question: str, lang: Lang, missing: tuple[str, ...]
) -> None:
    assert unheld(generation, question, lang) == missing


def test_a_word_that_is_held_in_the_other_language_is_not_missing(generation: Generation) -> None:
    assert "Anshan" not in unheld(generation, "What did Anshan lack?", "en")
    assert "辽宁" not in unheld(generation, "辽宁推广了什么经验？", "zh")


def test_not_too_many_are_named(generation: Generation) -> None:
    question = "Zebras, xylophones, walruses, violins, unicorns and tapirs in Jiangyou?"
    assert len(unheld(generation, question, "en")) == MOST


def test_every_word_named_stands_in_the_question_and_in_no_article(generation: Generation) -> None:
    bodies = " ".join(
        body for name in generation.articles.ids() for body in generation.article(name)[0].bodies.values()
    )
    for question in ("Who was the president of France?", "法国总统戴高乐说了什么？", "Where did P'eng Te-huai speak?"):
        lang: Lang = "zh" if "？" in question else "en"
        for word in unheld(generation, question, lang):
            assert word in question and word not in bodies
