"""A question and a page in pieces: every place is right, whatever is read, and what does not fit is left out."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from rag.language.sentences import sentence_spans
from rag.reader.pages import BEGIN, END, LONGEST, QUESTION, Page, paired
from tests.conftest import read, shared
from tests.reader.small import tokenizer

ZH, EN = "江油县八天内采了多少矿石？", "How much ore was mined?"
HOSTILE = {
    "empty": "",
    "white space": " \n\t　\u2003 ",
    "emoji": "🙂🙂👩‍👩‍👧‍👦 ore 🇨🇳。🙂",
    "unknown signs": "ｱｲｳ ☭ \u0000 \ufffd ﷽",
    "line breaks": "ore\nwas\r\nmined.\n\n八万吨。\n",
    "no space": "采" * 900,
    "no word": "？！……" * 40,
    "long": "The ore was mined. " * 200,
    "both": "江油县八天内采了八万吨矿石。他们采了。 | How much ore was mined.",
}


@pytest.fixture(scope="module")
def pieces() -> Tokenizer:
    return tokenizer()


def page(text: str, head: str = "") -> Page:
    return Page(head, text, tuple(sentence_spans(text, "zh")))


@pytest.mark.parametrize("head", ["", "矿石, 八天", "A headline about ore, 14 November 1958"])
@pytest.mark.parametrize("question", [ZH, EN, "钢" * 1000, "ore " * 250, "🙂"])
@pytest.mark.parametrize("name", HOSTILE)
def test_every_piece_tells_where_it_stands(pieces: Tokenizer, name: str, question: str, head: str) -> None:
    read_ = page(HOSTILE[name], head)
    pair = paired(pieces, question, read_)
    assert len(pair.ids) == len(pair.types) <= LONGEST
    assert pair.ids[0] == BEGIN and pair.ids[pair.first - 1] == pair.ids[-1] == END
    assert pair.first <= QUESTION + 2 and pair.types == [0] * pair.first + [1] * (len(pair.ids) - pair.first)
    assert len(pair.sentences) == len(read_.sentences)
    for (start, end), own in zip(read_.sentences, pair.sentences, strict=True):
        for piece in own:
            assert pair.first <= piece < len(pair.ids) - 1, "neither question nor headline nor a special piece"
            a, b = pair.places[piece - pair.first]
            assert a < end and start < b <= len(read_.text)


def test_a_sentence_beyond_the_window_has_no_pieces_and_one_across_its_edge_has_those_inside(pieces: Tokenizer) -> None:
    text = "采" * 200 + "。" + "矿石" * 100 + "。" + "钢" * 50 + "。"
    spans = ((0, 201), (201, 402), (402, 453))
    pair = paired(pieces, ZH, Page("", text, spans))
    first, across, beyond = pair.sentences
    assert len(pair.ids) == LONGEST
    assert len(first) >= 200 and across and not beyond
    assert max(across) == LONGEST - 2, "up to the last piece before the end"
    assert pair.places[max(across) - pair.first][1] < 402


def test_a_long_question_leaves_room_for_the_page(pieces: Tokenizer) -> None:
    pair = paired(pieces, "采" * 1000, page("八万吨矿石。" * 100))
    assert pair.first == QUESTION + 2 and len(pair.ids) == LONGEST and pair.sentences[0]


def test_every_sentence_of_every_article_is_found_in_its_pieces(pieces: Tokenizer) -> None:
    for article in read(shared("corpus", "bilingual")):
        for lang, body in article.bodies.items():
            spans = tuple(s for s in sentence_spans(body, lang) if s[1] <= 250)
            pair = paired(pieces, ZH, Page("", body[:250], spans))
            for (start, end), own in zip(spans, pair.sentences, strict=True):
                places = [pair.places[n - pair.first] for n in own]
                assert places[0][0] <= start and places[-1][1] >= end, (article.id, body[start:end])
