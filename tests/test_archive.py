"""The invariants of an answer, over every question of the seeds set and every article there is."""

from __future__ import annotations

import re
from datetime import date

import pytest
import yaml

from rag.answer.wording import source
from rag.archive import Archive
from rag.datatypes import Answer, Article, Turn
from rag.errors import UsageError
from tests.conftest import ROOT

SET = yaml.load((ROOT / "eval" / "sets" / "seeds.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
ASKED = [(q["id"], lang, text) for q in SET["questions"] for lang, text in q["ask"].items()]


@pytest.fixture(scope="module")
def answers(archive: Archive) -> dict[tuple[str, str], Answer]:
    return {(name, lang): archive.ask(text) for name, lang, text in ASKED}


def marks(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"\[(\d+)\]", text)]


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


def test_marks_and_citations_match_one_to_one(answers: dict[tuple[str, str], Answer]) -> None:
    for answer in answers.values():
        numbers = [c.number for c in answer.citations]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len({c.article.id for c in answer.citations}) == len(numbers)
        found = marks(answer.text)
        assert list(dict.fromkeys(found)) == numbers, answer.text
        assert {n for s in answer.sentences for n in s.citations} == set(numbers)


def test_no_answer_holds_a_number_that_its_citations_do_not(answers: dict[tuple[str, str], Answer]) -> None:
    checked = 0
    for answer in answers.values():
        sources = [source(c.article, answer.lang) for c in answer.citations]
        held = "\n".join([*sources, *(q.text for c in answer.citations for q in c.quotes)])
        figures = set(re.findall(r"[0-9]+(?:[.,][0-9]+)*", re.sub(r"\[[0-9]+\]", "", answer.text)))
        if answer.answered:
            checked += len(figures)
            assert figures <= set(re.findall(r"[0-9]+(?:[.,][0-9]+)*", held)), answer.text
    assert checked > 100


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
        assert answer.text.startswith(
            ("据《人民日报》", "资料库", "所问", "在所设") if lang == "zh" else ("People's Daily", "The ")
        )
        for citation in answer.citations:
            assert all(q.lang == lang for q in citation.quotes), "both languages are there, so the reader's is quoted"


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
    assert all(h.why and h.channels for h in hits)
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


def test_a_question_outside_the_dates_is_refused_as_such(archive: Archive) -> None:
    for question in ("1966年江油县炼了多少铁？", "How much iron did Jiangyou make in 1976?"):
        answer = archive.ask(question)
        assert answer.refusal and answer.refusal.reason == "outside_dates", answer.text


@pytest.mark.parametrize("question", ["", "   ", "？！…", "——", "\u200b\u200b", "🙂"])
def test_a_question_without_a_word_gets_a_hint(archive: Archive, question: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        archive.ask(question)


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


def test_a_follow_up_that_looks_complete_is_answered_from_what_was_asked_before(archive: Archive) -> None:
    before = "鞍钢八号平炉最后一次炼一炉钢只用了多长时间？"
    history = [Turn(before, archive.ask(before).text)]
    question = "以前一般要多久？"
    assert not archive.ask(question).answered
    answer = archive.ask(question, history=history)
    assert answer.answered
    assert answer.citations[0].article.id == "002_5addbdbbd7c0e56c"
    assert answer.standalone == f"{before} {question}"


@pytest.mark.parametrize("question", ["怎么做红烧肉？", "帮我写一首关于春天的诗", "how do I bake bread"])
def test_what_has_nothing_to_do_with_the_question_before_it_is_refused(archive: Archive, question: str) -> None:
    before = {
        "zh": "江油县的生铁日产量一周内提高到多少？",
        "en": "How much ore was mined in Jiangyou within eight days?",
    }
    asked = before["zh" if question[0] > "z" else "en"]
    assert not archive.ask(question, history=[Turn(asked, archive.ask(asked).text)]).answered


def test_a_follow_up_is_completed_and_shown(archive: Archive) -> None:
    first = archive.ask("江油县八天内新修了多少炼铁大窑？")
    assert "两千多个炼铁大窑" in first.text
    then = archive.ask("那采了多少矿石呢？", history=[Turn(first.question, first.text)])
    assert then.standalone and "江油" in then.standalone
    assert "采矿石八万吨" in then.text
    english = archive.ask("And how much fuel?", history=[Turn("How much ore was mined in Jiangyou within eight days?")])
    assert "200,000 tons of fuel" in english.text


def test_a_new_subject_drops_the_old_one(archive: Archive) -> None:
    history = [Turn("江油县八天内新修了多少炼铁大窑？")]
    answer = archive.ask("全国总工会生产部部长是谁？", history=history)
    assert answer.standalone is None
    assert "王家扬" in answer.text


EQUIVALENT = [
    ("大冶钢厂锻造车间的四包一交是什么", "大冶鋼廠鍛造車間的四包一交是什麼"),
    ("八天内采了八万吨矿石的是哪里", "８天内采了八万吨矿石的是哪里"),
    ("Daye Steel Plant forging workshop", "ＤＡＹＥ steel plant FORGING workshop"),
]


@pytest.mark.parametrize(("one", "other"), EQUIVALENT)
def test_equivalent_spellings_find_the_same_first_article(archive: Archive, one: str, other: str) -> None:
    assert archive.search(one, 1)[0].article.id == archive.search(other, 1)[0].article.id


def test_every_example_question_is_answered_from_its_article(archive: Archive) -> None:
    assert len(archive.examples()) == 6
    for lang, question in archive.examples():
        answer = archive.ask(question)
        assert answer.answered and answer.lang == lang, question


def test_a_channel_alone_orders_by_its_own_scores(archive: Archive) -> None:
    question = "江油县八天内采了多少矿石？"
    for channel in ("keyword", "dense"):
        hits = archive.search(question, 20, channel=channel)
        scores = [[c.score for name, c in hit.channels.items() if name.startswith(channel)] for hit in hits]
        order = [sum(s) if channel == "keyword" else sum(s) / len(s) for s in scores]
        assert len(hits) > 5 and order == pytest.approx(sorted(order, reverse=True), abs=2e-4)
        assert hits[0].article.id == "000_0bc8a54cde6efc4b"
    both = [hit.passage.id for hit in archive.search(question, 20)]
    assert both != [hit.passage.id for hit in archive.search(question, 20, channel="dense")]


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("What did the People's Daily report about Jiangyou?", {"000_0bc8a54cde6efc4b"}),
        ("《人民日报》关于江油报道了什么？", {"000_0bc8a54cde6efc4b"}),
        ("What was reported about steel in November 1958?", {"000_0bc8a54cde6efc4b"}),
        ("1958年11月有哪些关于钢的报道？", {"000_0bc8a54cde6efc4b"}),
        ("open-hearth furnaces", {"002_5addbdbbd7c0e56c"}),
        ("有没有关于平炉的文章？", {"002_5addbdbbd7c0e56c"}),
        ("What articles are there about peasants?", {"000_0bc8a54cde6efc4b"}),  # the paper's English: farmers
    ],
)
def test_a_topic_is_answered_from_the_articles_that_name_it(
    archive: Archive, question: str, articles: set[str]
) -> None:
    answer = archive.ask(question)
    assert answer.answered
    assert {c.article.id for c in answer.citations} == articles


def test_what_several_articles_say_of_a_topic_stands_by_date(archive: Archive) -> None:
    for question in ("What does the archive say about steel?", "报纸上关于钢铁说了些什么？"):
        days = [c.article.date for c in archive.ask(question).citations]
        assert len(days) > 2
        assert days == sorted(days, key=lambda day: day or date.max)


@pytest.mark.parametrize(
    "question",
    [
        "What did the paper report about Tibet?",
        "What does the archive say about football?",
        "What was reported about steel in March 1959?",
        "What was reported about opera in Jiangyou?",
        "关于西藏报道了什么？",
        "报纸对足球有什么报道？",
        "有没有关于江油戏剧的文章？",
        "人脸识别",
    ],
)
def test_a_topic_that_no_passage_names_is_refused(archive: Archive, question: str) -> None:
    assert not archive.ask(question).answered


@pytest.mark.parametrize(
    "question",
    [
        "Put in order of time: the Fuxin meeting, Jiangyou's work-area meetings, the second upsurge at Anshan's plant.",
        "大冶和阜新的干部各是怎样同工人交朋友的？",
    ],
)
def test_a_comparison_cites_its_articles_by_date(archive: Archive, question: str) -> None:
    days = [one.article.date for one in archive.ask(question).citations]
    assert len(days) > 1 and days == sorted(days)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("阜新现场会最后由谁作总结报告？", "喻屏"),
        ("Who gave the closing report at the Fuxin meeting of March 1958?", "Yu Ping"),
    ],
)
def test_the_person_asked_for_is_marked(archive: Archive, question: str, name: str) -> None:
    quotes = [q for one in archive.ask(question).citations for q in one.quotes]
    assert name in [q.text[a - q.start : b - q.start] for q in quotes for a, b in q.marks]
