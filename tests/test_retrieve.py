"""Finding passages: fusion, additions across the languages, times as filters, reprints, neighbours, re-ranking."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from rag.answer.reasons import why
from rag.archive import Archive
from rag.channels import Pool
from rag.corpus import sources
from rag.datatypes import Filters, Hit, Turn
from rag.embed import Embedder
from rag.fusion import EVEN, WEIGHTS, fuse, weights
from rag.index.build import build
from rag.language.terms import chinese, english, plain
from rag.language.tokens import keywords
from rag.query import Query
from rag.retrieve import search
from rag.variety import REPEATED, joined, lowered
from training.worth import MARKED, PAGE, table

NONE = float("nan")


def pool(rows: Any, keyword: Any, dense: Any, article: Any = None) -> Pool:
    whole = np.zeros_like(keyword) if article is None else article
    return Pool(np.array(rows), *(np.array(v, np.float32) for v in (keyword, whole, dense)), {})


def scored(keyword: list[list[float]], dense: list[list[float]], asked: str = "zh") -> list[float]:
    rows = np.where(np.isnan(dense), -1, np.arange(len(dense))[:, None])
    values = fuse(asked, pool(rows, keyword, dense), EVEN)  # type: ignore[arg-type]
    return [round(float(v), 4) for v in values]


def test_a_channel_that_found_next_to_nothing_decides_nothing() -> None:
    first, second = scored([[0.02, 0], [0.0, 0]], [[0.3, NONE], [0.4, NONE]])
    assert second > first


def test_both_sides_of_a_pair_speak_for_it() -> None:
    assert scored([[0.5, 0.2]], [[0.6, 0.2]]) == [1.1]
    alone, with_its_translation = scored([[0.5, 0], [0.5, 0.2]], [[0.4, NONE], [0.4, 0.4]])
    assert with_its_translation > alone


def test_a_pair_weighs_the_same_whichever_language_asks() -> None:
    rows = np.array([[0, 0], [1, 1], [2, -1]])
    keyword, dense = np.array([[0.2, 0.3], [0.4, 0.1], [0.4, 0]], np.float32), np.zeros((3, 2), np.float32)
    zh, en = (fuse(asked, pool(rows, keyword, dense), weights()) for asked in ("zh", "en"))  # type: ignore[arg-type]
    assert list(zh[:2]) == list(en[:2])
    assert zh[2] == pytest.approx(0.4 * weights().keyword["zh-zh"])
    assert en[2] == pytest.approx(0.4 * weights().keyword["en-zh"])


def test_an_article_that_has_more_of_the_question_elsewhere_comes_first() -> None:
    rows, keyword, dense = [[0, -1], [9, -1]], [[0.4, 0]] * 2, [[0.5, NONE]] * 2
    first, second = fuse("zh", pool(rows, keyword, dense, [[0.4, 0], [0.9, 0]]), weights())
    assert second == pytest.approx(first + 0.5 * weights().article["zh-zh"])
    assert second > first


def test_a_passage_that_the_model_cannot_read_is_neither_raised_nor_sunk() -> None:
    assert scored([[0, 0], [0, 0], [0.1, 0]], [[0.2, NONE], [0.4, NONE], [NONE, NONE]])[2] == pytest.approx(0.4)
    assert scored([[0.3, 0]], [[NONE, NONE]]) == [0.3]


def test_the_stored_weights_come_with_their_evidence() -> None:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert set(weights().keyword) == {"zh-zh", "en-en", "zh-en", "en-zh"} and weights().pair > 0
    assert stored["evidence"] and stored["model"] and stored["command"].startswith("python -m training.fusion")
    for row in stored["evidence"]:
        best = max(row["all"]["keyword"], row["all"]["dense"])
        # of a month that the weights were chosen on a question may be lost for the better of the rest
        least = best - (0.005 if "test" in row else 1.1 / row["questions"])
        assert row["all"]["fused"] >= least, f"{row['set']}: fused search loses to one channel"


@pytest.mark.parametrize(
    ("question", "term", "word"),
    [
        ("江油县八天内采了多少矿石？", "江油", "jiangyou"),
        ("江油县八天内采了多少矿石？", "矿石", "ore"),
        ("How much ore was mined in Jiangyou?", "Jiangyou", "江油"),
        ("Who spoke at the meeting in Fuxin?", "Fuxin", "阜新"),
    ],
)
def test_words_and_names_are_added_in_the_other_language(archive: Archive, question: str, term: str, word: str) -> None:
    found = archive.find(question, 5)
    assert (term, word) in {(a.term, a.word) for a in found.added}
    told = [line for hit in found.hits for line in why(hit, found.filters, "en")]
    assert any(f"{term} = {word}" in line for line in told), "what was added is visible"
    plain = archive.find(question, 5, expand=False)
    assert plain.added == () and not any(hit.added for hit in plain.hits)


def test_terms_are_learned_from_the_archives_own_translations(archive: Archive) -> None:
    learned = {(a.term, a.word) for a in archive.find("代表怎样彻底解决问题？").added if a.source == "archive"}
    assert {("彻底", "thoroughly"), ("解决", "solved")} <= learned


@pytest.mark.parametrize(
    ("question", "added"),
    [
        ("How much pig iron did Jiangyou turn out?", {"pig iron": "生铁", "Jiangyou": "江油"}),
        ("the open-hearth furnace of Angang", {"open-hearth furnace": "平炉", "Angang": "鞍钢"}),
        ("Rationalization proposals of the workers' group", {"Rationalization proposals": "合理化建议"}),
        ("大冶鋼廠鍛造車間種試驗田", {"鍛造": "forging", "車間": "workshop", "試驗田": "experimental plot"}),
        ("辽宁省委推广先进经验", {"省委": "provincial party committee", "先进经验": "advanced experience"}),
    ],
)
def test_terms_of_several_words_are_added_as_one(archive: Archive, question: str, added: dict[str, str]) -> None:
    found = {a.term: a.word for a in archive.find(question).added}
    assert added.items() <= found.items()


@pytest.mark.parametrize(
    "question",
    [
        "Which issue had the line about Liaoning and the three rules last year?",
        "What was left of the products, and how was it achieved?",
        "厂里当场还有用场吗？去年不够的这三项过去上半年达到了吗？",
    ],
)
def test_nothing_is_added_for_words_without_one_meaning(archive: Archive, question: str) -> None:
    assert {a.term for a in archive.find(question).added} <= {"Liaoning", "上半年"}
    assert ("Liaoning", "中共") not in {(a.term, a.word) for a in archive.find(question).added}


def test_every_term_is_searched_for() -> None:
    assert all(words for words in chinese())
    assert all(keywords(rendering) for rendering in english().values())
    assert [plain(word) for word in ("Secretaries'", "masses", "China's", "kilns", "process")] == [
        "secretary", "mass", "china", "kiln", "process",
    ]  # fmt: skip


def test_the_page_of_figures_shows_those_stored() -> None:
    evidence = json.loads(WEIGHTS.read_text(encoding="utf-8"))["evidence"]
    assert MARKED.of(PAGE.read_text(encoding="utf-8")) == table(evidence), "python -m training.worth --write"


def test_a_question_finds_the_other_language_by_keywords_alone(archive: Archive) -> None:
    found = archive.find("江油的矿石", 3, lang="en", channel="keyword")
    assert found.hits and found.hits[0].article.id == "000_0bc8a54cde6efc4b"
    assert not archive.find("江油的矿石", 3, lang="en", channel="keyword", expand=False).hits


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("Who gave the closing report at the Fuxin meeting of March 1958?", date(1958, 3, 1), date(1958, 3, 31)),
        ("1958年3月阜新现场会是谁作的总结报告？", date(1958, 3, 1), date(1958, 3, 31)),
        ("Which plants were praised before the Great Leap Forward?", None, date(1958, 5, 4)),
        ("大跃进以前哪些工厂受到表扬？", None, date(1958, 5, 4)),
    ],
)
def test_a_time_in_the_question_becomes_a_filter(
    archive: Archive, question: str, since: date | None, until: date | None
) -> None:
    found = archive.find(question, 50)
    assert found.period and found.period.applied
    assert (found.filters.since, found.filters.until) == (found.period.since, found.period.until) == (since, until)
    assert all(h.article.date and (not until or h.article.date <= until) for h in found.hits)
    free = archive.find(question, 50, read_dates=False)
    assert free.period is None and len(free.hits) > len(found.hits)


def test_a_time_mentioned_in_passing_does_not_empty_the_result(archive: Archive) -> None:
    question = "How many rationalization proposals did workers put forward in the first half of 1956?"
    found = archive.find(question, 5)
    assert found.period and not found.period.applied and found.filters.is_empty
    assert found.hits[0].article.date == date(1957, 1, 9)
    answer = archive.ask(question)
    assert answer.period and not answer.period.applied


@pytest.mark.parametrize(
    "question", ["Who made the closing report at the Fuxin meeting in March 1958?", "1966年鞍钢计划增产多少钢？"]
)
def test_a_dated_question_is_searched_twice_at_most(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    searched: list[tuple[object, ...]] = []

    def counted(generation: object, embedder: object, query: Query, *rest: object, **options: object) -> list[Hit]:
        searched.append((query.text, query.filters))
        return search(generation, embedder, query, *rest, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("rag.conversation.search", counted)
    for asked in (archive.find, archive.ask):
        searched.clear()
        asked(question)
        assert 1 <= len(searched) <= 2 and len(set(searched)) == len(searched)


def test_given_dates_beat_those_in_the_question(archive: Archive) -> None:
    found = archive.find("steel in March 1958", 5, since=date(1960, 1, 1))
    assert found.period is None and found.filters.since == date(1960, 1, 1) and found.filters.until is None


def test_a_change_of_subject_drops_the_old_one(archive: Archive) -> None:
    before = [Turn("How much ore was mined in Jiangyou within eight days?")]
    for question in ("大冶钢厂锻造车间的产品合格率是多少？", "Who made the concluding report at the Fuxin meeting?"):
        found = archive.find(question, 3, history=before)
        assert found.standalone is None
        assert found.hits[0].article.id == archive.find(question, 3).hits[0].article.id


def test_a_follow_up_is_searched_with_its_subject(archive: Archive) -> None:
    found = archive.find(
        "And how much fuel?", 3, history=[Turn("How much ore was mined in Jiangyou within eight days?")]
    )
    assert found.standalone and "Jiangyou" in found.standalone
    assert found.hits[0].article.id == "000_0bc8a54cde6efc4b"


def test_further_passages_of_an_article_move_down_but_no_article_changes_its_place() -> None:
    scores = np.array([0.9, 0.88, 0.88 - REPEATED / 2, 0.1], np.float32)
    out = lowered(np.arange(4), scores, np.array([1, 1, 2, 3]))
    assert list(np.argsort(-out)) == [0, 2, 1, 3]
    assert out[0] == scores[0] and out[2] == scores[2]


STORY = "The county library opened on Saturday with three thousand volumes, and two hundred readers came the same day."


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Archive:
    folder = tmp_path_factory.mktemp("letters")
    rows = [
        {"id": "first", "date": "1958-03-02", "page": 4, "title": "A Library Opens", "text": STORY},
        {"id": "again", "date": "1958-03-05", "page": 2, "title": "A Library Opens", "text": f"{STORY} Xinhua."},
        {"id": "other", "date": "1958-04-01", "page": 1, "title": "A School", "text": "A school opened for 90 pupils."},
    ]
    (folder / "letters.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    build(sources([folder], max_bytes=10**6), folder / "store", embedder, sources=[str(folder)])
    return Archive.open(folder / "store")


def test_a_reprint_is_folded_and_named(letters: Archive) -> None:
    hits = letters.search("When did the county library open?", 10)
    (folded,) = [h for h in hits if h.also]
    assert {folded.article.id, folded.also[0].article} == {"first", "again"}
    assert any("also printed" in line for line in why(folded, Filters(), "en"))
    assert sorted(h.article.id for h in hits if h.article.id != folded.article.id) == ["other"]


def test_neighbouring_passages_are_joined_for_display(archive: Archive) -> None:
    hits = archive.search("大冶钢厂锻造车间的领导干部和小组", 20)
    groups = joined(hits)
    assert sorted(h.passage.id for g in groups for h in g) == sorted(h.passage.id for h in hits)
    assert any(len(g) > 1 for g in groups)
    for group in groups:
        for a, b in zip(group, group[1:], strict=False):
            body = a.article.bodies[a.passage.lang]
            assert a.passage.end <= b.passage.start and not body[a.passage.end : b.passage.start].strip()
    assert groups[0][0].article.id == hits[0].article.id
