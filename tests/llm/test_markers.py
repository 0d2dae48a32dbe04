"""Citation marks are found however they are written and wherever the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.llm.markers import Mark, Markers

FORMS = {
    "[1]": (1,), "[1,2]": (1, 2), "[1, 2]": (1, 2), "【1】": (1,), "［1］": (1,), "[1][2]": (1, 2), "[[3]]": (3,),
    "[1-3]": (1, 2, 3), "[2、3]": (2, 3), "[Passage 2]": (2,), "[段落3]": (3,), "【1，2】": (1, 2), "[^4]": (4,),
    "[1 and 2]": (1, 2), "[7-2]": (7,),
}  # fmt: skip
NO_MARKS = ["[1958]", "[sic]", "[", "]", "[]", "[1958年]", "a[b]c", "[1", "【图】", "[12\n]"]


def read(pieces: list[str]) -> tuple[str, tuple[int, ...]]:
    """The text without marks, and all keys."""
    markers = Markers()
    tokens = [t for piece in pieces for t in markers.feed(piece)] + list(markers.end())
    text = "".join(t for t in tokens if isinstance(t, str))
    return text, tuple(k for t in tokens if isinstance(t, Mark) for k in t.keys)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_at_every_cut(form: str) -> None:
    said = f"采矿石八万吨{form}。"
    for cut in range(len(said) + 1):
        assert read([said[:cut], said[cut:]]) == ("采矿石八万吨。", FORMS[form]), cut
    assert read(list(said)) == ("采矿石八万吨。", FORMS[form])


@pytest.mark.parametrize("text", NO_MARKS)
def test_other_brackets_are_text(text: str) -> None:
    assert read(list(f"a {text} b")) == (f"a {text} b", ())


@given(st.text(alphabet="a1,[]【】［］ -第", max_size=40), st.lists(st.integers(0, 40), max_size=5))
def test_the_cuts_change_nothing(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    pieces = [text[a:b] for a, b in zip(places, places[1:], strict=False)]
    assert read(pieces) == read([text])
