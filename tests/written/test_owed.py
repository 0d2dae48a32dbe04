"""What the quotations would have said and a written answer does not say follows it, and nothing that it says does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rag.datatypes import Citation, Lang, Quote, Sentence
from rag.written.owed import Owed, completed
from tests.answer.made import article

ITEMS: dict[Lang, list[str]] = {
    "en": ["Peru", "Ghana", "barley", "copper wire", "300 tons", "7 May"],
    "zh": ["秘鲁", "加纳", "大麦", "铜线", "三百吨", "5月7日"],
}
SAID: dict[Lang, str] = {"en": "They spoke of {} on the quay.", "zh": "他们在码头谈到{}。"}
BETWEEN: dict[Lang, str] = {"en": ", ", "zh": "、"}


def quoted(lang: Lang, text: str, answering: str = "") -> Citation:
    """The citation of an article of one sentence, with the words that answer."""
    bodies: dict[str, Any] = {lang: [text]}
    made = article("a", **bodies)
    at = text.index(answering)
    marks = ((at, at + len(answering)),) if answering else ()
    return Citation(1, made, (Quote(lang, 0, len(text), text, marks=marks),))


def told(written: str, citation: Citation, lang: Lang, *, whole: bool) -> Sequence[Sentence]:
    """The sentences of an answer in which a model wrote something of what it cites."""
    sentences, citations = completed([Sentence(written, (1,), "supported")], [citation], Owed((citation,), whole), lang)
    assert sentences[0].text == written and [c.number for c in citations] == [1]
    return sentences[1:]


@given(st.sampled_from(("en", "zh")), st.sets(st.integers(0, 5), min_size=1))
def test_of_several_things_none_is_lost_and_what_is_said_is_not_said_again(lang: Lang, which: set[int]) -> None:
    items, between = ITEMS[lang], BETWEEN[lang]
    citation = quoted(lang, SAID[lang].format(between.join(items)))
    written = SAID[lang].format(between.join(items[i] for i in sorted(which)))
    more = told(written, citation, lang, whole=True)
    assert len(more) == (len(which) < len(items))
    assert all(item in written + "".join(s.text for s in more) for item in items)


def test_of_a_fact_the_words_that_answer_are_owed_and_no_others() -> None:
    text = "On the quay of Peru they unloaded 300 tons of barley and 20 carts."
    citation = quoted("en", text, "300 tons of barley")
    assert not told("Some 300 tons of barley were unloaded.", citation, "en", whole=False)
    assert not told("300 tons.", citation, "en", whole=False)
    for other in ("They unloaded 20 carts on the quay.", "Barley was unloaded on the quay of Peru.", "200 tons."):
        [more] = told(other, citation, "en", whole=False)
        assert text in more.text and more.citations == (1,)


def test_a_figure_may_be_written_in_another_way() -> None:
    for answering, written in (("八万吨", "8万吨。"), ("八万吨", "80,000吨。"), ("三成", "30%。")):
        citation = quoted("zh", f"工人们说有{answering}。", answering)
        assert not told(written, citation, "zh", whole=False)
        assert told(written.replace("8", "9").replace("3", "4"), citation, "zh", whole=False)


def test_what_is_marked_as_not_borne_out_counts_as_not_said() -> None:
    citation = quoted("en", "They unloaded 300 tons of barley.", "300 tons of barley")
    wrong = Sentence("300 tons of barley (not borne out by what was found)", (), "uncited")
    sentences, _ = completed([wrong], [citation], Owed((citation,), False), "en")
    assert len(sentences) == 2
