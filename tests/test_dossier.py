"""A conversation that is kept and read back, whatever became of it in between."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from rag.archive import Archive
from rag.datatypes import Answer, Value
from ui import takeaway
from ui.dossier import GONE, answer_of, conversation_json, turn_json
from ui.turns import Conversation, Turn

ATTACK = "<img src=x onerror=alert(1)> ![x](http://sink.invalid/a.png)"


@pytest.fixture(scope="module")
def answers(archive: Archive) -> list[Answer]:
    return [
        archive.ask("How much ore was mined in Jiangyou within eight days?"),
        archive.ask("鞍钢八号平炉最后一次炼一炉钢用了多少时间？"),
        archive.ask("Who wrote the opera Carmen?"),
    ]


@pytest.mark.parametrize("slim", [True, False])
def test_an_answer_survives_being_kept(archive: Archive, answers: list[Answer], slim: bool) -> None:
    for answer in answers:
        kept = json.loads(json.dumps(turn_json(answer, slim=slim)))
        assert answer_of(Turn.model_validate(kept), archive) == answer


def test_a_kept_turn_is_small(answers: list[Answer]) -> None:
    assert all(len(json.dumps(turn_json(answer, slim=True))) < 12_000 for answer in answers)


def test_a_quotation_that_no_longer_stands_is_shown_with_a_warning(archive: Archive, answers: list[Answer]) -> None:
    for change in ("digest", "article", "text"):
        kept: dict[str, Any] = turn_json(answers[0], slim=True)
        (cited,) = kept["citations"]
        if change == "digest":
            kept["digests"] = {cited["article"]: "another"}
        elif change == "article":
            cited["article"] = "gone"
        else:
            cited["quotes"][0]["text"] = "Eighty tons were mined."
        back = answer_of(Turn.model_validate(json.loads(json.dumps(kept))), archive)
        quote = back.citations[0].quotes[0]
        assert GONE[quote.lang] in quote.warnings
        assert quote.text == cited["quotes"][0]["text"]
        body = back.citations[0].article.bodies
        assert body[quote.lang][quote.start : quote.end] == quote.text
        assert quote.twin and body[quote.twin.lang][quote.twin.start : quote.twin.end] == quote.twin.text


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"question": "x" * 1001},
        {"citations": [{"number": 1, "article": "a", "quotes": []}]},
        {"lang": "fr"},
        {"hits": 7},
    ],
)
def test_what_is_no_turn_is_refused(answers: list[Answer], wrong: dict[str, Any]) -> None:
    kept = {**turn_json(answers[0]), **wrong} if wrong else {}
    with pytest.raises(ValidationError):
        Turn.model_validate(kept)


def test_the_dossier_says_what_it_rests_on(archive: Archive, answers: list[Answer]) -> None:
    turns = [Turn.model_validate(turn_json(answer)) for answer in answers]
    document = conversation_json("Iron", list(zip(turns, answers, strict=True)), archive.status())
    assert document["store"]["model"]["digest"]
    assert document["store"]["generation"]
    first = document["turns"][0]
    assert first["hits"][0]["why"] and first["hits"][0]["channels"] and first["hits"][0]["text"]
    assert set(first["filters"].values()) == {None}
    assert first["asked_at"]
    assert Conversation.model_validate(json.loads(json.dumps(document))).title == "Iron"


def test_documents_hold_question_answer_and_both_languages(answers: list[Answer]) -> None:
    page = takeaway.html_of("铁 & iron", answers, "zh")
    text = takeaway.markdown_of("铁", answers)
    for document in (page, text):
        assert "六个小时零二十分钟" in document and "six hours and two minutes" in document
        assert "80,000 tons of ore" in document and "采矿石八万吨" in document
        assert "Carmen" in document
    assert page.count("<section") == text.count("\n## ") == 3
    assert "default-src 'none'" in page


def test_documents_hold_the_figures_on_which_articles_differ(answers: list[Answer]) -> None:
    answer = next(one for one in answers if one.citations)
    quote = answer.citations[0].quotes[0]
    differing = replace(answer, values=(Value(quote.text[:4], quote.lang, quote.start, quote.start + 4, 1),))
    for document, mark in (
        (takeaway.html_of("q", [differing], "en"), "<td>"),
        (takeaway.markdown_of("q", [differing]), "| "),
    ):
        assert f"{mark}{quote.text[:4]}" in document
    assert "<table" not in takeaway.html_of("q", [answer], "en")


def test_documents_of_hostile_text_stay_text(archive: Archive, answers: list[Answer]) -> None:
    kept = json.loads(json.dumps(turn_json(answers[0])))
    kept["question"] = kept["text"] = kept["citations"][0]["quotes"][0]["text"] = ATTACK
    kept["citations"][0]["title"]["zh"] = ATTACK
    hostile = answer_of(Turn.model_validate(kept), archive)
    assert "<img" not in takeaway.html_of(ATTACK, [hostile], "en")
    markdown = takeaway.markdown_of(ATTACK, [hostile, hostile])
    assert "<img" not in markdown.replace("\\<", "") and "![" not in markdown.replace("\\!", "")
