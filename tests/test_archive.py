"""The invariants of an answer, over every question of the seeds set and every article there is."""

from __future__ import annotations

import re
from datetime import date

import pytest
import yaml

from rag.answer.reasons import why
from rag.answer.wording import source
from rag.archive import Archive
from rag.datatypes import LANGS, Answer, Article, Filters, Turn
from rag.errors import UsageError
from tests.conftest import ROOT

SET = yaml.load((ROOT / "eval" / "sets" / "seeds.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
ASKED = [(q["id"], lang, text) for q in SET["questions"] for lang, text in q["ask"].items()]


@pytest.fixture(scope="module")
def answers(archive: Archive) -> dict[tuple[str, str], Answer]:
    return {(name, lang): archive.ask(text) for name, lang, text in ASKED}


def marks(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"\[(\d+)\]", text)]


@pytest.mark.fault(47)
def test_every_quotation_is_a_verbatim_slice(answers: dict[tuple[str, str], Answer], articles: list[Article]) -> None:
    bodies = {a.id: a.bodies for a in articles}
    seen = 0
    for answer in answers.values():
        for citation in answer.citations:
            body = bodies[citation.article.id]
            for quote in citation.quotes:
                seen += 1
                assert body[quote.lang][quote.start : quote.end] == quote.text
                if quote.twin:
                    assert body[quote.twin.lang][quote.twin.start : quote.twin.end] == quote.twin.text
                    assert quote.twin.lang != quote.lang
                assert all(quote.start <= a < b <= quote.end for a, b in quote.marks)
    assert seen > 100


@pytest.mark.fault(47)
def test_marks_and_citations_match_one_to_one(answers: dict[tuple[str, str], Answer]) -> None:
    for answer in answers.values():
        numbers = [c.number for c in answer.citations]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len({c.article.id for c in answer.citations}) == len(numbers)
        found = marks(answer.text)
        assert list(dict.fromkeys(found)) == numbers, answer.text
        assert {n for s in answer.sentences for n in s.citations} == set(numbers)


@pytest.mark.fault(47)
def test_no_answer_holds_a_number_that_its_citations_do_not(answers: dict[tuple[str, str], Answer]) -> None:
    checked = 0
    for answer in answers.values():
        sources = [source(c.article, answer.lang) for c in answer.citations]
        quotes = [q for c in answer.citations for q in c.quotes]
        # the short answer can be the original's, where the translation has another figure
        held = "\n".join([*sources, *(q.text for q in quotes), *(q.twin.text for q in quotes if q.twin)])
        figures = set(re.findall(r"[0-9]+(?:[.,][0-9]+)*", re.sub(r"\[[0-9]+\]", "", answer.text)))
        if answer.answered:
            checked += len(figures)
            assert figures <= set(re.findall(r"[0-9]+(?:[.,][0-9]+)*", held)), answer.text
    assert checked > 100


@pytest.mark.fault(51)
def test_a_refusal_has_no_citations_but_says_what_was_searched(answers: dict[tuple[str, str], Answer]) -> None:
    refused = [a for a in answers.values() if not a.answered]
    assert refused
    for answer in refused:
        assert answer.citations == () and answer.sentences == () and not marks(answer.text)
        assert answer.refusal and answer.refusal.message == answer.text
        assert sum(answer.refusal.searched.values()) > 0
        assert answer.hits, "the nearest passages are shown"
        assert str(answer.refusal.searched["zh"]) in answer.text


def test_answers_are_in_the_language_of_the_question(answers: dict[tuple[str, str], Answer]) -> None:
    for (_, lang), answer in answers.items():
        assert answer.lang == lang, answer.question
        said = answer.refusal.message if answer.refusal else answer.text
        assert (
            ("《人民日报》" in said or "检索" in said)
            if lang == "zh"
            else ("People's Daily" in said or "search" in said)
        )
        for citation in answer.citations:
            assert all(q.lang == lang for q in citation.quotes), "both languages are there, so the reader's is quoted"


def test_a_short_answer_is_a_slice_of_what_is_cited_first(answers: dict[tuple[str, str], Answer]) -> None:
    told = [answer for answer in answers.values() if answer.short]
    assert len(told) > 20
    for answer in told:
        short, cited = answer.short, answer.citations[0]
        assert short and short.citation == 1 and answer.answered
        assert cited.article.bodies[short.lang][short.start : short.end] == short.text == short.text.strip()
        sides = [(q.lang, q.start, q.end) for q in cited.quotes]
        sides += [(q.twin.lang, q.twin.start, q.twin.end) for q in cited.quotes if q.twin]
        assert any(short.lang == side and a <= short.start <= short.end <= b for side, a, b in sides)


def test_the_same_question_gets_the_same_answer(archive: Archive) -> None:
    for _, _, text in ASKED[::25]:
        first, second = archive.ask(text), archive.ask(text)
        assert (first.text, first.citations, first.hits) == (second.text, second.citations, second.hits)


def test_a_paragraph_and_its_translation_are_one_hit(archive: Archive) -> None:
    for _, _, text in ASKED[::9]:
        seen: set[tuple[str, int, int]] = set()
        for hit in archive.search(text, 20):
            spans = [(hit.passage.lang, hit.passage.start, hit.passage.end)]
            spans += [(hit.twin.lang, hit.twin.start, hit.twin.end)] if hit.twin else []
            own = (hit.article.id, *spans[0][1:]) if hit.passage.lang == "zh" else None
            if hit.twin and hit.twin.lang == "zh":
                own = (hit.article.id, hit.twin.start, hit.twin.end)
            if own:
                assert own not in seen, f"{text}: {own} twice"
                seen.add(own)


def test_scores_fall_and_every_hit_says_why(archive: Archive) -> None:
    hits = archive.search("大冶钢厂锻造车间的产品质量", 10)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert all(why(h, Filters(), lang) and h.channels for h in hits for lang in LANGS)
    assert {"keyword-zh", "keyword-en"} <= set(hits[0].channels)


def test_filters_limit_what_is_found(archive: Archive) -> None:
    question = "领导干部深入群众"
    since, until = date(1958, 1, 1), date(1958, 12, 31)
    found = archive.search(question, 50, since=since, until=until)
    assert found and all(h.article.date and since <= h.article.date <= until for h in found)
    assert {h.article.id for h in archive.search(question, 50)} > {h.article.id for h in found}
    assert all(h.passage.lang == "en" for h in archive.search(question, 50, lang="en"))
    assert {h.article.page for h in archive.search(question, 50, page=1)} == {1}


def test_a_filter_that_leaves_nothing_is_named_as_the_reason(archive: Archive) -> None:
    answer = archive.ask("江油县的生铁日产量？", since=date(1960, 9, 1))
    assert not answer.answered and answer.refusal and answer.refusal.reason == "filter_too_narrow"


@pytest.mark.fault(51)
def test_a_question_outside_the_dates_is_refused_as_such(archive: Archive) -> None:
    for question in ("1966年江油县炼了多少铁？", "How much iron did Jiangyou make in 1976?"):
        answer = archive.ask(question)
        assert answer.refusal and answer.refusal.reason == "outside_dates", answer.text


@pytest.mark.fault(52)
@pytest.mark.parametrize("question", ["", "   ", "？！…", "——", "\u200b\u200b", "🙂"])
def test_a_question_without_a_word_gets_a_hint(archive: Archive, question: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        archive.ask(question)


@pytest.mark.fault(53, 57)
def test_limits_are_named(archive: Archive) -> None:
    with pytest.raises(UsageError, match="at most 1000"):
        archive.ask("钢" * 1001)
    for k in (0, -1, 10**6):
        with pytest.raises(UsageError, match="1 to 1000"):
            archive.search("钢", k)
    with pytest.raises(UsageError, match="wrong way round"):
        archive.search("钢", since=date(1959, 1, 1), until=date(1958, 1, 1))
    with pytest.raises(UsageError, match="no article"):
        archive.article("../../etc/passwd")


def test_a_new_subject_drops_the_old_one(archive: Archive) -> None:
    history = [Turn("江油县八天内新修了多少炼铁大窑？")]
    for question in (
        "全国总工会生产部部长是谁？",
        "Who was director of the Production Department of the trade unions?",
    ):
        assert archive.ask(question, history=history).standalone is None


EQUIVALENT = [
    ("大冶钢厂锻造车间的四包一交是什么", "大冶鋼廠鍛造車間的四包一交是什麼"),
    ("八天内采了八万吨矿石的是哪里", "８天内采了八万吨矿石的是哪里"),
    ("Daye Steel Plant forging workshop", "ＤＡＹＥ steel plant FORGING workshop"),
]


@pytest.mark.fault(55)
@pytest.mark.parametrize(("one", "other"), EQUIVALENT)
def test_equivalent_spellings_find_the_same_first_article(archive: Archive, one: str, other: str) -> None:
    assert archive.search(one, 1)[0].article.id == archive.search(other, 1)[0].article.id


def test_every_example_question_is_answered_from_its_article(archive: Archive) -> None:
    assert len(archive.examples()) == 6
    for lang, question in archive.examples():
        answer = archive.ask(question)
        assert answer.answered and answer.lang == lang, question


def test_a_channel_alone_orders_by_its_own_scores(archive: Archive) -> None:
    question = "江油县八天内开采了多少矿石？"
    for channel in ("keyword", "dense"):
        hits = archive.search(question, 20, channel=channel)
        scores = [[c.score for name, c in hit.channels.items() if name.startswith(channel)] for hit in hits]
        order = [sum(s) if channel == "keyword" else sum(s) / len(s) for s in scores]
        assert len(hits) > 5 and order == pytest.approx(sorted(order, reverse=True), abs=2e-4)
        assert hits[0].article.id == "000_0bc8a54cde6efc4b"
    both = [hit.passage.id for hit in archive.search(question, 20)]
    assert both != [hit.passage.id for hit in archive.search(question, 20, channel="dense")]


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("What did the People's Daily report about Jiangyou?", "000_0bc8a54cde6efc4b"),
        ("《人民日报》关于江油报道了什么？", "000_0bc8a54cde6efc4b"),
        ("What was reported about open-hearth furnaces?", "002_5addbdbbd7c0e56c"),
        ("有没有关于平炉的文章？", "002_5addbdbbd7c0e56c"),
    ],
)
def test_a_topic_is_answered_from_the_article_that_is_about_it(archive: Archive, question: str, article: str) -> None:
    answer = archive.ask(question)
    assert answer.answered and article in {c.article.id for c in answer.citations}


@pytest.mark.fault(51)
@pytest.mark.parametrize(
    "question",
    [
        "How many nuclear power stations are there on Mars?",
        "火星上有多少座核电站？",
        "Who won the football world cup?",
        "世界杯足球赛的冠军是哪个国家？",
        "What did the paper report about Tibet?",
        "关于西藏报道了什么？",
        "What is the capital of Australia?",
        "人脸识别",
    ],
)
def test_what_no_article_speaks_of_is_refused(archive: Archive, question: str) -> None:
    answer = archive.ask(question)
    assert not answer.answered and answer.refusal and answer.refusal.reason == "not_answered", answer.text
