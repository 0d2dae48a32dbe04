"""A page is read once with a question, in whatever company it comes, as long as it is among the last ones."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from rag.reader.pages import FORMS, Page, PageRead
from rag.reader.remembering import Remembering


class Counting:
    digest = "counting"

    def __init__(self) -> None:
        self.read_: list[tuple[str, str]] = []

    def read(self, question: str, pages: Sequence[Page]) -> list[PageRead]:
        self.read_ += [(question, page.text) for page in pages]
        leans = [float(len(question) * 100 + len(page.text)) for page in pages]
        return [PageRead((), dict.fromkeys(FORMS, 0.0), one) for one in leans]


ASKED = st.lists(st.tuples(st.sampled_from(["谁？", "who"]), st.lists(st.sampled_from("abcdef"), max_size=5)))


@given(ASKED)
def test_what_is_said_is_what_the_reader_says_and_nothing_is_read_twice(asked: list[tuple[str, list[str]]]) -> None:
    reader = Counting()
    remembering = Remembering(reader)
    for question, texts in asked:
        pages = [Page("head", text * (1 + ord(text) - 97), ()) for text in texts]
        said = remembering.read(question, pages)
        assert [page.leans for page in said] == [len(question) * 100 + len(page.text) for page in pages]
    assert len(reader.read_) == len(set(reader.read_)) == len({(q, text) for q, texts in asked for text in texts})


def test_what_was_read_long_ago_is_read_again_and_what_was_asked_lately_is_kept() -> None:
    reader = Counting()
    remembering = Remembering(reader, most=2)
    a, b, c = (Page("", text, ()) for text in "abc")
    for page in (a, b, a, c, a, b):
        remembering.read("who", [page])
    assert [text for _, text in reader.read_] == ["a", "b", "c", "b"]
    assert len(remembering.read("who", [a, b, c])) == 3, "more pages at once than are remembered"
