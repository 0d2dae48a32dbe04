"""Follow-ups: what is taken over from the turns before is decided by the reader, and the surer way is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from rag import conversation as module
from rag.answer.candidates import Reading
from rag.answer.compose import answer
from rag.archive import Archive
from rag.conversation import Conversation, Understood, settled
from rag.datatypes import LANGS, Filters, Hit, Lang, Turn
from rag.errors import UsageError
from rag.expand import Expansion
from rag.language.tokens import content_keywords
from rag.query import Query, understand
from rag.reader.pages import Page, PageRead
from tests.answer.made import NUMBERS, Shelf, article, candidate, hit
from tests.fakes import WordReader

JIANGYOU = article(
    "jiangyou",
    date(1958, 11, 14),
    zh=["江油县八天内采矿石八万吨。", "江油县采燃料二十万吨。"],
    en=["In Jiangyou 80,000 tons of ore were mined in eight days.", "Jiangyou got 200,000 tons of fuel."],
)
ANSHAN = article(
    "anshan",
    date(1960, 3, 2),
    zh=["鞍钢八号平炉一炉钢用了六小时。", "鞍钢采燃料三万吨。"],
    en=["Furnace No. 8 at Anshan made a heat in six hours.", "Anshan got 30,000 tons of fuel."],
)
SHELF = Shelf(JIANGYOU, ANSHAN)
ORE: dict[Lang, str] = {"zh": "江油县八天内采矿石多少吨？", "en": "How many tons of ore were mined in Jiangyou?"}
FUEL: dict[Lang, str] = {"zh": "那燃料呢？", "en": "And fuel?"}


class Leaning(WordReader):
    """Takes the questions it is told of for such as lean on the one before them, and answers what is asked last."""

    def __init__(self, *leaning: str, by: float = 9.0, otherwise: float = -9.0) -> None:
        self._leaning, self._by, self._otherwise = leaning, by, otherwise
        self.asked: list[str] = []

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        self.asked.append(question)
        leans = self._by if question in self._leaning else self._otherwise
        last = next((tail for tail in (*self._leaning, *FUEL.values()) if question.endswith(tail)), question)
        return [replace(said, leans=leans) for said in super().read(last, pages)]


def found(generation: Any, embedder: Any, query: Query, k: int, **_: Any) -> list[Hit]:
    """The articles that share a word with what is searched, within the filters."""
    words = set(content_keywords(query.text))
    since, until = query.filters.since or date.min, query.filters.until or date.max
    shared = {
        one.id: len(words & set(content_keywords(one.bodies[query.lang])))
        for one in (JIANGYOU, ANSHAN)
        if one.date and since <= one.date <= until
    }
    best = sorted((name for name, count in shared.items() if count), key=lambda name: -shared[name])
    return [replace(hit(SHELF.article(name)[0], query.lang), score=float(shared[name])) for name in best][:k]


@pytest.fixture(autouse=True)
def searched(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "archive" not in request.fixturenames:
        monkeypatch.setattr(module, "search", found)
        monkeypatch.setattr(module, "fitted", lambda: NUMBERS)
        monkeypatch.setattr("rag.answer.compose.unheld", lambda *_: ())  # of articles in no index nothing can be said


def talking(reader: Any) -> Conversation:
    return Conversation(SHELF, None, reader, expand=False)  # type: ignore[arg-type]


def way(name: str, answers: float, leans: float, *, hits: bool = True) -> Understood:
    read = (candidate(JIANGYOU, "江油县八天内采矿石八万吨。", answers),) if hits else ()
    reading = Reading("?", "zh", read, {"fact": 1.0}, leans if hits else float("-inf"))
    return Understood(understand(name), Expansion(), (hit(JIANGYOU, "zh"),) if hits else (), reading)


@pytest.mark.parametrize(
    ("leans", "alone", "joined", "taken"),
    [
        (9.0, 5.0, -5.0, "joined"),  # it leans: even where it would be answered by itself
        (2.0, 5.0, -5.0, "joined"),
        (-9.0, -5.0, 5.0, "alone"),  # it stands: even where the question before would be answered again
        (-2.0, -5.0, 5.0, "alone"),
        (1.9, 5.0, -5.0, "alone"),  # it may lean: the surer
        (1.9, -5.0, 5.0, "joined"),
        (-1.9, -5.0, 5.0, "joined"),
        (0.0, 1.0, 1.0, "alone"),
    ],
)
def test_the_surer_of_the_ways_that_leaning_leaves(leans: float, alone: float, joined: float, taken: str) -> None:
    ways = settled([way("alone", alone, leans)], [way("joined", joined, leans)], NUMBERS)
    assert ways.query.question == taken
    assert settled([way("alone", alone, leans)], [], NUMBERS).query.question == "alone", "there was nothing before it"


def test_within_a_time_if_it_is_answered_there_else_the_surer() -> None:
    assert settled([way("within", 1.0, -9), way("without", 2.0, -9)], [], NUMBERS).query.question == "within"
    assert settled([way("within", -1.0, -9), way("without", 2.0, -9)], [], NUMBERS).query.question == "without"
    assert settled([way("within", -1.0, -9), way("without", -2.0, -9)], [], NUMBERS).query.question == "within"
    assert settled([way("within", 2.0, -9), way("without", 1.0, -9)], [], NUMBERS).query.question == "within"
    nothing = way("within", 0, 0, hits=False)
    assert settled([nothing, way("without", -8.0, -9)], [], NUMBERS).query.question == "without"
    follow_up = settled([nothing, way("without", 8.0, 9)], [way("joined", -2.0, 9)], NUMBERS)
    assert follow_up.query.question == "joined", "the way that found something tells that it leans"
    nowhere = settled([nothing], [way("joined", 8.0, 9)], NUMBERS)
    assert nowhere.query.question == "within", "of a question that finds nothing nobody knows that it leans"


@pytest.mark.parametrize("lang", LANGS)
def test_a_follow_up_is_completed_with_what_it_leans_on(lang: Lang) -> None:
    taken = talking(Leaning(FUEL[lang])).understood(FUEL[lang], [Turn(ORE[lang])])
    assert taken.query.text == f"{ORE[lang]} {FUEL[lang]}" and taken.query.is_completed
    assert taken.hits[0].article.id == "jiangyou"
    assert talking(Leaning(FUEL[lang])).understood(FUEL[lang]).query.text == FUEL[lang], "there is nothing to lean on"


@pytest.mark.parametrize("lang", LANGS)
def test_a_question_that_stands_is_never_read_with_the_one_before(lang: Lang) -> None:
    reader = Leaning()
    before = [Turn(ORE[lang], "八万吨 / 80,000 tons")]
    for question in ("鞍钢八号平炉一炉钢用了几小时？", "How long did a heat take in Furnace No. 8 at Anshan?"):
        taken = talking(reader).understood(question, before)
        assert not taken.query.is_completed and taken.query.context == ORE[lang]
        assert taken.hits[0].article.id == "anshan"
    assert not any(ORE[lang] in asked for asked in reader.asked)


# Words with a character in them that can be a pronoun (应该, 因此, 土耳其, 尤其, 吉他, 其他), and other subjects.
STANDING = [
    "土耳其有何反应？",
    "土耳其地震死了多少人？",
    "工人应该怎么做？",
    "鞍钢尤其缺少什么？",
    "吉他厂采矿石多少吨？",
    "因此采了多少矿石？",
    "其他国家采了多少？",
    "What did Turkey say?",
    "How should workers thus act?",
    "What did Anshan especially lack?",
    "How many guitars were made?",
    "Is it raining on Mars?",
]


@pytest.mark.parametrize("question", STANDING)
@pytest.mark.parametrize("lang", LANGS)
def test_a_refused_question_does_not_get_the_answer_of_the_one_before(question: str, lang: Lang) -> None:
    """The question before would be answered surely; to one that stands by itself that is nothing."""
    talk = talking(Leaning())
    before, alone = talk.understood(ORE[lang]), talk.understood(question)
    taken = talk.understood(question, [Turn(ORE[lang], "八万吨")])
    answers = [answer(SHELF, w.query, w.hits, w.reading, NUMBERS) for w in (before, alone, taken)]  # type: ignore[arg-type]
    assert answers[0].answered and answers[2].standalone is None
    assert (answers[1].text, answers[1].citations) == (answers[2].text, answers[2].citations)


@pytest.mark.parametrize("lang", LANGS)
def test_a_chain_keeps_its_subject_and_a_new_subject_ends_it(lang: Lang) -> None:
    second = {"zh": "用了几天？", "en": "In how many days?"}[lang]
    reader = Leaning(FUEL[lang], second)
    chain = [Turn(ORE[lang]), Turn(FUEL[lang])]
    assert talking(reader).taken_over(second, chain) == f"{ORE[lang]} {FUEL[lang]}"
    other = {"zh": "鞍钢八号平炉一炉钢用了几小时？", "en": "How long did a heat take at Anshan?"}[lang]
    assert talking(reader).taken_over(second, [*chain, Turn(other)]) == other
    assert talking(reader).taken_over(other, chain) == "" == talking(reader).taken_over(second, [])


@pytest.mark.parametrize("lang", LANGS)
def test_a_search_understands_a_follow_up_as_an_answer_does(lang: Lang) -> None:
    query, _, hits = talking(Leaning(FUEL[lang])).found(FUEL[lang], [Turn(ORE[lang])], k=5)
    assert query.text == f"{ORE[lang]} {FUEL[lang]}" and hits[0].article.id == "jiangyou"
    query, _, hits = talking(Leaning()).found(FUEL[lang], [Turn(ORE[lang])], k=5)
    assert query.text == FUEL[lang] and query.context == ORE[lang]


@pytest.mark.parametrize(
    ("question", "before"),
    [("那1959年5月的燃料呢？", ORE["zh"]), ("And fuel in May 1959?", ORE["en"])],
)
def test_where_nothing_is_printed_within_its_time_a_follow_up_is_still_one(question: str, before: str) -> None:
    """Nothing within May 1959 can be read, and that tells nothing of whether the question leans."""
    taken = talking(Leaning(question)).understood(question, [Turn(before)])
    assert taken.query.is_completed and taken.hits and taken.query.period and not taken.query.period.applied


@pytest.mark.parametrize("lang", LANGS)
def test_filters_that_were_given_hold_for_every_way(lang: Lang) -> None:
    given = Filters(since=date(1960, 1, 1))
    alone, joined = talking(Leaning(FUEL[lang])).ways(FUEL[lang], [Turn(ORE[lang])], given)
    assert alone
    for one in (*alone, *joined):
        assert one.query.filters == given and {h.article.id for h in one.hits} <= {"anshan"}


def test_every_way_is_read_where_that_is_asked_for() -> None:
    talk, before = talking(Leaning()), [Turn(ORE["en"])]
    assert talk.ways(FUEL["en"], before)[1] == []
    (joined,) = talk.ways(FUEL["en"], before, every=True)[1]
    assert joined.query.is_completed


@pytest.mark.parametrize("history", [[Turn("？！")], [Turn("钢" * 5000)], [Turn("🙂"), Turn("\u200b")], [Turn("")] * 9])
def test_turns_that_could_not_be_asked_do_no_harm(history: list[Turn]) -> None:
    for lang in LANGS:
        assert talking(Leaning(FUEL[lang])).understood(FUEL[lang], [*history, Turn(ORE[lang])]).query.is_completed
        assert talking(Leaning(FUEL[lang])).understood(FUEL[lang], [Turn(ORE[lang]), *history]).hits
        with pytest.raises(UsageError, match="no word"):
            talking(Leaning()).understood("？", history)


@pytest.mark.parametrize("lang", LANGS)
def test_what_only_gets_the_answer_of_the_question_before_is_no_follow_up(lang: Lang) -> None:
    class Repeating(Leaning):
        def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
            leans = self._by if question in self._leaning else self._otherwise
            return [replace(said, leans=leans) for said in WordReader.read(self, ORE[lang], pages)]

    bread = {"zh": "怎么做面包？", "en": "How is bread baked?"}[lang]
    assert talking(Repeating(bread)).ways(bread, [Turn(ORE[lang])])[1] == []


# With the reader that Wenbao ships, over the seeds: what any good one must reach.


@pytest.mark.parametrize(
    "question",
    [
        "土耳其有何反应？",
        "怎么做红烧肉？",
        "火星上有多少座核电站？",
        "How do I bake bread?",
        "How many nuclear power stations are there on Mars?",
    ],
)
def test_another_subject_is_refused_whatever_was_asked_before(archive: Archive, question: str) -> None:
    before = {"zh": "江油县八天内开采了多少矿石？", "en": "How much ore was mined in Jiangyou within eight days?"}
    given = archive.ask(question, history=[Turn(before["zh" if question[0] > "z" else "en"], "八万吨")])
    assert not given.answered, given.text


@pytest.mark.parametrize(
    ("before", "question", "article_id"),
    [
        ("江油县八天内开采了多少矿石？", "那燃料呢？", "000_0bc8a54cde6efc4b"),
        ("How much ore was mined in Jiangyou within eight days?", "And how much fuel?", "000_0bc8a54cde6efc4b"),
    ],
)
def test_a_follow_up_is_answered_from_the_same_article(
    archive: Archive, before: str, question: str, article_id: str
) -> None:
    found = archive.find(question, 3, history=[Turn(before)])
    assert found.standalone == f"{before} {question}" and found.hits[0].article.id == article_id
    given = archive.ask(question, history=[Turn(before)])
    assert given.answered and given.citations[0].article.id == article_id
    assert given.standalone == f"{before} {question}"
