"""What the reader learns from questions over the archive's months: sentences, words, forms, and near misses."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.datatypes import LANGS, Hit, Lang, other
from rag.expand import Expansion
from rag.query import Query
from rag.reader.pages import FORMS
from tests.answer.made import Shelf, article, hit
from training.reader import months
from training.reader.example import UNKNOWN, Example
from training.reader.months import Asked, examples, of_sets, of_training, placed

ORE = article(
    "ore",
    zh=["江油县八天内采矿石八万吨。工地上办了食堂。", "他们还运来八万吨煤。"],
    en=["Within eight days 80,000 tons of ore were mined. A canteen was opened.", "80,000 tons of coal came, too."],
)
STEEL = article(
    "steel",
    zh=["鞍钢八号平炉一炉钢用了六小时。", "厂里有三个车间：炼钢、轧钢和锻造。"],
    en=["Furnace No. 8 made a heat in six hours.", "There are three workshops: smelting, rolling and forging."],
)
SHELF = Shelf(ORE, STEEL)
ASKED: dict[Lang, str] = {"zh": "江油县八天内采了多少矿石？", "en": "How much ore was mined within eight days?"}
ANSWERS: dict[Lang, list[str]] = {"zh": ["八万吨"], "en": ["80,000 tons"]}


@pytest.fixture(autouse=True)
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every question finds both articles; what is searched for is kept."""
    asked: list[str] = []

    def search(generation: Any, embedder: Any, query: Query, k: int, **_: Any) -> list[Hit]:
        asked.append(query.text)
        return [hit(one, query.lang) for one in (ORE, STEEL)]

    monkeypatch.setattr(months, "search", search)
    monkeypatch.setattr(months, "expansion", lambda *_: Expansion())
    return asked


def gold(of: Any, zh: str, en: str) -> tuple[tuple[str, Lang, int, int], ...]:
    places = {"zh": zh, "en": en}
    return tuple(
        (of.id, la, of.bodies[la].index(places[la]), of.bodies[la].index(places[la]) + len(places[la])) for la in LANGS
    )


def learned(one: Asked) -> list[Example]:
    return list(examples([one], SHELF, None, random.Random(1)))  # type: ignore[arg-type]


def said(example: Example, label: int) -> list[str]:
    spans = zip(example.page.sentences, example.labels, strict=True)
    return [example.page.text[a:b] for (a, b), own in spans if own == label]


MINED = gold(ORE, "江油县八天内采矿石八万吨。", "Within eight days 80,000 tons of ore were mined.")


@pytest.mark.parametrize("lang", LANGS)
def test_the_sentence_that_answers_is_learned_in_both_languages(lang: Lang) -> None:
    right, wrong = learned(Asked("q", "1958.11", lang, ASKED[lang], "fact", MINED, ANSWERS))
    first = {"zh": "江油县八天内采矿石八万吨。", "en": "Within eight days 80,000 tons of ore were mined."}
    assert said(right, 1) == [first[lang], first[other(lang)]]
    assert said(right, UNKNOWN) == [line.split("\n")[1] for line in (ORE.bodies[lang], ORE.bodies[other(lang)])], (
        "another sentence with the same figure may or may not answer"
    )
    assert right.words and right.page.text[slice(*right.words)] == ANSWERS[lang][0]
    assert right.form == "fact" and right.leans is False and right.yes is None and right.teaches
    assert set(wrong.labels) == {0} and wrong.page.text.startswith(STEEL.bodies[lang])


@pytest.mark.parametrize("lang", LANGS)
def test_a_question_without_an_answer_is_learned_as_such(lang: Lang) -> None:
    found = learned(Asked("q", "1958.11", lang, ASKED[lang], "fact"))
    assert len(found) == 2 and all(set(e.labels) == {0} and not e.answers and e.words is None for e in found)


@pytest.mark.parametrize("lang", LANGS)
def test_a_list_is_learned_from_its_first_to_its_last_item(lang: Lang) -> None:
    items: dict[Lang, list[str]] = {"zh": ["炼钢", "轧钢", "锻造"], "en": ["smelting", "rolling", "forging"]}
    places = gold(
        STEEL, "厂里有三个车间：炼钢、轧钢和锻造。", "There are three workshops: smelting, rolling and forging."
    )
    question = {"zh": "有哪些车间？", "en": "Which workshops are there?"}[lang]
    (right, _) = learned(Asked("q", "1958.11", lang, question, "list", places, items))
    assert (
        right.words
        and right.page.text[slice(*right.words)]
        == {"zh": "炼钢、轧钢和锻造", "en": "smelting, rolling and forging"}[lang]
    )


@pytest.mark.parametrize("lang", LANGS)
def test_a_follow_up_is_searched_completed_and_leans(lang: Lang, searched: list[str]) -> None:
    follow = {"zh": "那里办了什么？", "en": "And what was opened?"}[lang]
    places = gold(ORE, "工地上办了食堂。", "A canteen was opened.")
    answers: dict[Lang, list[str]] = {"zh": ["食堂"], "en": ["canteen"]}
    found = learned(Asked("q", "1958.11", lang, follow, "follow_up", places, answers, before=ASKED[lang]))
    assert searched == [f"{ASKED[lang]} {follow}"]
    read, leaning = found[:-1], found[-1]
    assert all(e.question == f"{ASKED[lang]} {follow}" and e.leans is None for e in read)
    assert leaning.question == follow and leaning.leans is True and set(leaning.labels) == {UNKNOWN} and leaning.teaches
    assert all(e.form is None for e in read), "a follow-up can want anything"


@pytest.mark.parametrize("lang", LANGS)
def test_behind_another_question_only_the_last_one_is_answered(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(months, "CHAINED", 1.0)
    canteen: dict[Lang, str] = {"zh": "工地上办了什么？", "en": "What was opened at the site?"}
    opened = gold(ORE, "工地上办了食堂。", "A canteen was opened.")
    asked = [
        Asked("a", "1958.11", lang, ASKED[lang], "fact", MINED, ANSWERS),
        Asked("b", "1958.11", lang, canteen[lang], "fact", opened, {"zh": ["食堂"], "en": ["canteen"]}),
        Asked(
            "c",
            "1958.11",
            lang,
            ASKED[lang].replace("江油", "平武").replace("eight", "nine"),
            "none",
            tempting=("ore",),
        ),
        Asked("d", "1958.11", other(lang), ASKED[other(lang)], "fact", MINED, ANSWERS),
    ]
    chained = list(months.behind_others(asked, random.Random(2)))
    assert [one.id for one in chained] == ["a", "b", "c"], "in the other language there is no second question"
    mined, site, none = chained
    assert (mined.before, site.before) == (canteen[lang], ASKED[lang]) and none.before in (mined.before, site.before)
    assert not any(e.leans for one in chained for e in learned(one)), "each could stand by itself"
    (right, _) = learned(site)
    assert right.question == f"{ASKED[lang]} {canteen[lang]}"
    assert "80,000" not in "".join(said(right, 1)) and "八万吨" not in "".join(said(right, 1)) and said(right, 1)
    assert all(set(e.labels) == {0} for e in learned(none))


@pytest.mark.parametrize(("verdict", "yes"), [("yes", True), ("no", False), (None, None)])
def test_a_verdict_is_learned(verdict: str | None, yes: bool | None) -> None:
    found = learned(Asked("q", "1958.11", "zh", "采了八万吨吗？", "yesno", MINED, ANSWERS, verdict=verdict))
    assert found[0].yes is yes and found[0].form == "yesno"


def test_every_form_that_is_learned_is_one_of_the_reader() -> None:
    assert set(months.FORMS.values()) == set(FORMS)


ROW = {"id": "q1", "kind": "fact", "zh": ASKED["zh"], "en": ASKED["en"], "answer": ANSWERS}


def test_questions_written_for_training_are_places_in_files(tmp_path: Path) -> None:
    file = "### 题目\n\n江油县八天内\n采矿石八万吨。\n\nWithin eight days 80,000 tons\nof ore were mined.\n"
    zh, en = file.index("江油"), file.index("Within")
    source = {"article": "ore", "zh": [zh, file.index("。") + 1], "en": [en, len(file) - 1]}
    after = {**ROW, "id": "q2", "zh": "那煤呢？", "en": "And coal?", "after": "q1", "near": [{"article": "steel"}]}
    path = tmp_path / "1958.11.jsonl"
    rows = [json.dumps(row, ensure_ascii=False) for row in ({**ROW, "sources": [source]}, after)]
    path.write_text("\n".join(rows), encoding="utf-8")
    found = list(of_training([path], SHELF, {"ore": file}))  # type: ignore[arg-type]
    assert [(a.id, a.lang, a.before) for a in found] == [
        ("q1@zh", "zh", None),
        ("q1@en", "en", None),
        ("q2@zh", "zh", ASKED["zh"]),
        ("q2@en", "en", ASKED["en"]),
    ]
    assert found[0].gold == found[1].gold == MINED, "line breaks of the file are no part of it"
    assert found[0].month == "1958.11" and found[0].answerable and not found[2].answerable
    assert found[2].tempting == ("steel",)


def test_questions_of_a_set_are_those_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "1958.11.yaml"
    questions = [
        {"id": "q1", "ask": ASKED, "kind": "fact", "answer": ANSWERS, "sources": [
            {"article": "ore", "quote": {lang: ORE.bodies[lang][a:b] for _, lang, a, b in MINED}}]},
        {"id": "q2", "ask": {"zh": "火星上有矿石吗？"}, "kind": "unanswerable",
         "sources": [{"article": "ore", "grade": 0}]},
    ]  # fmt: skip
    path.write_text(json.dumps({"set": "s", "questions": questions}, ensure_ascii=False), encoding="utf-8")
    found = list(of_sets([path], SHELF))  # type: ignore[arg-type]
    assert [a.lang for a in found] == ["zh", "en", "zh"]
    assert found[0].gold == MINED and found[0].answers["zh"] == ("八万吨",) and not found[0].ours
    assert found[2].gold == () and not found[2].answerable and found[2].tempting == ("ore",)


SPACE = st.sampled_from(["", "", " ", "\n", "　", "\t\n", "\u2003"])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("采矿石八万吨ab80，。"), SPACE), min_size=1, max_size=40),
    st.data(),
)
def test_words_are_found_whatever_the_white_space(chars: Sequence[tuple[str, str]], data: st.DataObject) -> None:
    body = "".join(char + space for char, space in chars)
    first = data.draw(st.integers(0, len(chars) - 1))
    last = data.draw(st.integers(first, len(chars) - 1))
    spaced = "".join(char + data.draw(SPACE) for char, _ in chars[first : last + 1])
    found = placed(body, spaced)
    assert found
    start, end = found
    assert 0 <= start < end <= len(body)
    assert body[start:end].split() and "".join(body[start:end].split()) == "".join(spaced.split())


@pytest.mark.parametrize("words", ["", "  ", "煤", "采矿石八万吨。煤"])
def test_words_that_are_not_there_have_no_place(words: str) -> None:
    assert placed("采矿石 八万吨。", words) is None
