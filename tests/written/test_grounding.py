"""What a model wrote in words of its own stands only with a sentence that the reader takes for the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from rag.answer.candidates import Candidate, sentences
from rag.datatypes import LANGS, Lang
from rag.reader.pages import Page, PageRead, Read
from rag.written.grounding import Bearing, Grounds
from rag.written.vectors import SentenceVectors
from tests.answer.made import article, beads, hit
from tests.fakes import HashEmbedder

PRINTED: Mapping[Lang, tuple[str, str]] = {
    "en": (
        "The farmers of the lake villages fired four kilns of dishes in a single night.",
        "The soldiers of the hill villages sewed winter clothes for the children.",
    ),
    "zh": ("湖边的农民一夜之间烧出四窑碗碟。", "山里的战士给孩子们缝了冬天的衣服。"),
}
ASKED: Mapping[Lang, str] = {"en": "What did the students do at the lake?", "zh": "学生在湖边做了什么？"}


class Silent:
    """A reader that finds no answer."""

    digest = ""

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        return [PageRead((None,), {}, 0.0) for _ in pages]


class Pointing(Silent):
    """A reader that finds the answer in these words."""

    def __init__(self, words: str) -> None:
        self.words = words

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        at = pages[0].text.index(self.words)
        return [PageRead((Read(3.0, 0.0, (at, at + len(self.words)), 3.0),), {}, 0.0)]


def grounds(
    statement: str,
    lang: Lang,
    answers: Sequence[float],
    brief: bool = False,
    printed: Sequence[str] = (),
    reader: Silent | None = None,
    asked: str = "",
) -> Grounds:
    """What bears a statement out among the two sentences, of which the reader says `answers`."""
    passages: dict[int, list[Candidate]] = {}
    for number, (said, sure) in enumerate(zip(printed or PRINTED[lang], answers, strict=True), 1):
        bodies: dict[str, Any] = {lang: [said]}
        made = article(f"a{number}", **bodies)
        found = sentences(hit(made, lang), number, made, beads(made), lang)
        passages[number] = [replace(c, answers=sure) for c in found]
    vectors = SentenceVectors(HashEmbedder())
    bearing = Bearing(vectors, frozenset(LANGS), reader or Silent(), asked or ASKED[lang])
    return bearing.ground(statement, lang, passages, brief=brief)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("sure", [2.0, -6.0])
def test_the_papers_own_words_are_borne_out_whatever_was_asked(lang: Lang, sure: float) -> None:
    for at, said in enumerate(PRINTED[lang]):
        found = grounds(said, lang, (sure, -sure))
        assert found.holds and [c.text for c in found.quotes] == [PRINTED[lang][at]]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Within one night farmers made dishes: four kilns were fired by the lake."),
        ("zh", "湖边农民只用一夜就烧成了四窑碗碟。"),
    ],
)
def test_other_words_count_only_for_what_the_reader_takes_for_an_answer(lang: Lang, said: str) -> None:
    assert grounds(said, lang, (2.0, -2.0)).holds
    assert not grounds(said, lang, (-2.0, 2.0)).holds


@pytest.mark.parametrize(("lang", "said"), [("en", "Four kilns."), ("zh", "四窑。")])
def test_a_few_words_answer_only_by_a_sentence_that_does(lang: Lang, said: str) -> None:
    assert grounds(said, lang, (2.0, -2.0), brief=True).holds
    assert not grounds(said, lang, (-2.0, 2.0), brief=True).holds


@pytest.mark.parametrize(("said", "holds"), [("6册", True), ("1册", False), ("六册", True), ("一册", False)])
def test_a_figure_alone_is_the_one_that_answers_and_not_a_word_that_looks_like_it(said: str, holds: bool) -> None:
    printed = ["这部地图集画出了祖国一山一水，全书共分六册。"]
    asked = "这部地图集全书共分几册？"
    found = grounds(said, "zh", (3.0,), brief=True, printed=printed, reader=Pointing("六册"), asked=asked)
    assert found.holds is holds
