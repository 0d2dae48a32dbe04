"""What is read: verbatim sentences with the counterpart of each, however the hits lie, and what is made of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rag.align import align
from rag.answer.candidates import READ, Candidate, page_of, read, sentences, sides
from rag.datatypes import LANGS, Article, Hit, Lang, Passage, Twin, other
from rag.language.sentences import sentence_spans
from tests import conftest
from tests.answer.made import Says, Shelf, article, beads, hit
from tests.fakes import WordReader

ORE = article(
    "ore",
    zh=["江油县八天内采矿石八万吨。修了两千多个炼铁大窑。", "他们还办了食堂。"],
    en=["Within eight days 80,000 tons of ore were mined. Two thousand kilns were built.", "They opened a canteen."],
)
STEEL = article("steel", zh=["鞍钢产钢五万吨。"], en=["Anshan made 50,000 tons of steel."])
CHINESE = article("zh-only", zh=["大冶钢厂产钢三万吨。"])
ENGLISH = article("en-only", en=["Fuxin mined 9,000 tons of coal."])
SHELF = Shelf(ORE, STEEL, CHINESE, ENGLISH)


def all_articles() -> list[Article]:
    """The articles beside the checkout, else the seeds."""
    far = conftest.SHARED / "corpus" / "bilingual"
    return conftest.read(far if far.is_dir() else conftest.SEEDS)


def test_what_is_read_is_in_known_characters_and_what_is_quoted_as_printed() -> None:
    printed = article("odd", zh=["人\u2ea0公社产钢一○七○万吨。"])
    says = Says({"人民公社": 4.0}, ["一〇七〇万吨"])
    best = read(says, Shelf(printed), "人\u2ea0公社？", "zh", [hit(printed, "zh")]).candidates[0]
    assert best.text == "人\u2ea0公社产钢一○七○万吨。" and best.words
    assert best.text[slice(*best.words)] == "一○七○万吨"


def test_every_sentence_of_every_article_is_a_slice_with_its_own_counterpart() -> None:
    seen = 0
    for one in all_articles():
        aligned = align(one)
        for lang in one.langs:
            body, size = one.bodies[lang], len(one.bodies[lang])
            for first in range(0, size, 700):  # hits that begin and end anywhere
                last = min(first + 500, size)
                passage = Passage("p", one.id, lang, first, last, body[first:last])
                found = sentences(Hit(passage, one, 1.0, {}), 1, one, aligned, lang)
                assert [c.start for c in found] == sorted(c.start for c in found)
                for c in found:
                    seen += 1
                    assert body[c.start : c.end] == c.text == c.text.strip() and "\n" not in c.text
                    side = aligned[c.bead].side(lang)
                    assert side and side[0] <= c.start < c.end <= side[1]
                    assert c.twin == aligned[c.bead].side(other(lang))
                    assert not c.twin or c.twin_text == one.bodies[other(lang)][slice(*c.twin)]
                for a, b in sentence_spans(body, lang):  # nothing that a hit holds is left out
                    if first <= a and b <= last and len(re.sub(r"[\W_]+", "", body[a:b])) > 20:
                        assert any(c.start < b and a < c.end for c in found), body[a:b]
    assert seen > 100


@pytest.mark.parametrize("lang", LANGS)
def test_the_words_that_answer_stand_where_the_bodies_have_them(lang: Lang) -> None:
    says = Says({"八万": 4.0, "80,000": 2.0}, ["八万吨", "80,000 tons"])
    reading = read(says, SHELF, "?", lang, [hit(ORE, lang)])
    best = reading.candidates[0]
    words = {"zh": "八万吨", "en": "80,000 tons"}
    assert best.lang == lang and best.words and best.twin_words
    assert ORE.bodies[lang][slice(*best.words)] == words[lang]
    assert ORE.bodies[other(lang)][slice(*best.twin_words)] == words[other(lang)]
    assert best.answers == pytest.approx(3.0), "the mean of what is said of it and of its counterpart"
    assert reading.answers == best.answers


@pytest.mark.parametrize("lang", LANGS)
def test_the_surest_sentence_of_the_counterpart_counts(lang: Lang) -> None:
    says = Says({"窑": 1.0, "kilns": 5.0, "八万": -3.0, "80,000": -3.0})
    found = read(says, SHELF, "?", lang, [hit(ORE, lang)]).candidates
    assert found[0].text == {"zh": "修了两千多个炼铁大窑。", "en": "Two thousand kilns were built."}[lang]


@pytest.mark.parametrize(
    ("of", "asked", "quoted"), [(CHINESE, "en", "zh"), (ENGLISH, "zh", "en"), (CHINESE, "zh", "zh")]
)
def test_an_article_of_one_language_is_read_in_that(of: Article, asked: Lang, quoted: Lang) -> None:
    (only,) = read(WordReader(), SHELF, "tons of coal", asked, [hit(of, quoted)]).candidates
    assert only.lang == quoted and only.twin is None and only.twin_words is None and only.twin_text == ""


@pytest.mark.parametrize("lang", LANGS)
def test_a_sentence_that_several_hits_share_counts_once_with_its_surest_reading(lang: Lang) -> None:
    class Second(Says):
        """Surer of the second page than of the first."""

        def _said(self, text: str, span: tuple[int, int]):  # type: ignore[no-untyped-def]
            return replace(super()._said(text, span), answers=float(len(self.pages) and text == self.pages[-1].text))

    hits = [hit(ORE, lang), hit(ORE, lang, (0, 1))]
    found = read(Second({}), SHELF, "?", lang, hits).candidates
    assert len({(c.article.id, c.start) for c in found}) == len(found) == 3
    assert [c.answers for c in found] == [1.0, 1.0, 0.0]


def test_equal_sentences_stand_in_the_order_of_the_hits() -> None:
    found = read(Says({}), SHELF, "?", "zh", [hit(STEEL, "zh"), hit(ORE, "zh"), hit(CHINESE, "zh")]).candidates
    assert [c.article.id for c in found] == ["steel", "ore", "ore", "ore", "zh-only"]
    assert [c.rank for c in found] == [1, 2, 2, 2, 3]


def test_no_more_than_the_first_hits_are_read() -> None:
    says = Says({})
    many = [article(f"a{n}", zh=[f"第{n}炉出钢。"]) for n in range(READ + 3)]
    found = read(says, Shelf(*many), "?", "zh", [hit(a, "zh") for a in many]).candidates
    assert len(says.pages) == len(found) == READ


@pytest.mark.parametrize("hits", [[], [hit(article("signs", zh=["……！？", "—"]), "zh")]])
def test_where_nothing_can_be_read_nothing_is_known(hits: list[Hit]) -> None:
    shelf = Shelf(article("signs", zh=["……！？", "—"]))
    reading = read(WordReader(), shelf, "钢", "zh", hits)
    assert reading.candidates == () and reading.answers == float("-inf")
    assert reading.leans == float("-inf"), "nor that the question leans on another"


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_has_its_headline_its_day_and_both_sides(lang: Lang) -> None:
    own, twins = sides(hit(ORE, lang), 1, SHELF, lang)
    made = page_of(own, twins)
    assert made.head == {"zh": "题目ore 1958年11月14日", "en": "Title ore, 14 November 1958"}[lang]
    assert [made.text[slice(*s)] for s in made.sentences] == [c.text for c in (*own, *twins)]
    undated = article("u", None, zh=["钢。钢厂。"], en=["Steel is made."])
    own, twins = sides(hit(undated, lang), 1, Shelf(undated), lang)
    assert page_of(own, twins).head == undated.titles[lang], "a day that nobody knows is not read"


def test_a_hit_in_the_middle_is_read_with_its_own_counterpart() -> None:
    long = article(
        "long",
        zh=[f"第{n}个小组产钢{n}吨。" for n in range(1, 9)],
        en=[f"Group {n} made {n} tons of steel." for n in range(1, 9)],
    )
    for lang in LANGS:
        found = read(WordReader(), Shelf(long), "steel 钢", lang, [hit(long, lang, (3, 6))]).candidates
        assert sorted(c.bead for c in found) == [3, 4, 5]
        for c in found:
            number = str(c.bead + 1)
            assert number in c.text and number in c.twin_text
            assert c.words and c.twin_words and c.twin
            assert c.start <= c.words[0] < c.words[1] <= c.end
            assert c.twin[0] <= c.twin_words[0] < c.twin_words[1] <= c.twin[1]


def test_a_sentence_beyond_the_window_is_no_candidate() -> None:
    class Short(Says):
        """Reads the first sentence of a page alone."""

        def read(self, question, pages):  # type: ignore[no-untyped-def]
            return [
                replace(said, sentences=(said.sentences[0], *[None] * (len(said.sentences) - 1)))
                for said in super().read(question, pages)
            ]

    (only,) = read(Short({"八万": 2.0}), SHELF, "?", "zh", [hit(ORE, "zh")]).candidates
    assert only.text == "江油县八天内采矿石八万吨。" and only.answers == 2.0 and only.twin_words is None


def test_the_twin_of_a_hit_gives_the_language_asked_in() -> None:
    """The search shows the side in the question's language, but a filter can leave the other one."""
    shown = hit(ORE, "zh")
    assert isinstance(shown.twin, Twin)
    found = read(WordReader(), SHELF, "ore mined", "en", [shown]).candidates
    assert {c.lang for c in found} == {"en"} and all(isinstance(c, Candidate) for c in found)


def test_the_lines_of_the_stand_in_are_aligned() -> None:
    assert [(b.zh, b.en) for b in beads(STEEL)] == [((0, 8), (0, 33))]
