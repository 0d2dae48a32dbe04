"""Why a passage was found, in the language of the one who asks."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date

import pytest

from rag.answer.reasons import why
from rag.datatypes import LANGS, Added, Answer, ChannelScore, Filters, Found, Lang, Paper, Printed
from tests.web.fake import FakeArchive
from ui.export import search_json
from ui.terminal import print_found
from ui.web import cards, search

PLAIN = FakeArchive().search("江油县 矿石")[0]
EVERY = replace(
    PLAIN,
    channels={"keyword-zh": ChannelScore(1, 2.0), "dense-en": ChannelScore(3, 0.5)},
    terms=("江油", "矿石"),
    added=(Added("矿石", "ore", "en", ("ore",), "lexicon"),),
    also=(Printed("twice", date(1958, 11, 15), 1, paper=Paper("Lake News", "湖报")),),
)
LIMITED = Filters(since=date(1958, 1, 1), paper="人民日报")


def test_every_reason_is_told_in_english() -> None:
    assert why(EVERY, LIMITED, "en") == (
        "keyword-zh rank 1",
        "dense-en rank 3",
        "terms 江油, 矿石",
        "added 矿石 = ore",
        "issue date within 1958-01-01 to ...",
        "newspaper 人民日报",
        "counted with its counterpart",
        "also printed Lake News 1958-11-15 (twice)",
    )


def test_every_reason_is_told_in_chinese() -> None:
    told = why(EVERY, LIMITED, "zh")
    assert len(told) == len(why(EVERY, LIMITED, "en"))
    own = "ore|twice"  # the archive's and the asker's words, which stay
    assert not [line for line in told if re.search("[A-Za-z]", re.sub(own, "", line))]
    assert told[0] == "词语（中文）第 1 名" and told[-1] == "另刊于 《湖报》1958-11-15（twice）"


def test_nothing_is_told_that_is_not_so() -> None:
    assert why(replace(PLAIN, channels={}), Filters(), "en") == ()


@pytest.mark.parametrize(("question", "lang"), [("江油县的矿石", "zh"), ("ore in Jiangyou", "en")])
def test_terminal_and_json_tell_it_in_the_language_of_the_question(
    question: str, lang: Lang, capsys: pytest.CaptureFixture[str]
) -> None:
    found = Found(question, lang, (EVERY,), LIMITED)
    print_found(found, verbose=True)
    shown = capsys.readouterr().out
    assert all(line in shown for line in why(EVERY, LIMITED, lang))
    assert search_json(found)["hits"][0]["why"] == list(why(EVERY, LIMITED, lang))


@pytest.mark.parametrize("asked", LANGS)
@pytest.mark.parametrize("page", LANGS)
def test_the_page_tells_it_in_its_own_language(asked: Lang, page: Lang) -> None:
    found = Found("江油", asked, (EVERY,), LIMITED)
    answer = Answer("江油", asked, "", (), (), (EVERY,), False, 0.1, filters=LIMITED)
    for markup in (search.results(found, {}, (), "passages", page, lambda _: ()), cards.turn_body(answer, 1, page, {})):
        assert re.findall('<p class="why">(.*?)</p>', html.unescape(markup)) == list(why(EVERY, LIMITED, page))
