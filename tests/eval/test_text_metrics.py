"""Answer metrics against values worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.text import (
    answer_in_text,
    exact_match,
    f1,
    nugget_recall,
    overlap_f1,
    says,
    tells_falsehood,
    tokens,
    without_marks,
)
from eval.sets.questions import Nugget


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("一跃而产三千多吨好铁。[1]", "三千多吨"),
        ("產量達到三千多噸", "产量达到三千多吨"),  # Traditional
        ("日产３０００吨", "3000 吨"),  # full width
        ("More than Three-Thousand tons", "more than three thousand tons"),
        ("In 1958, 80,000 tons of ore", "80,000 tons"),  # a figure before it, parted by a comma and a space
        ("mined 80,000 tons", "80000 tons"),
        ("the tenth furnace", "ten"),
        ("Ｎｏ．８ open-hearth", "No. 8"),
        ("合格率达99.995％", "99.995%"),
        ("1. 两千多个 2. 八万吨", "八万吨"),
        ("No.8 furnace", "8"),  # a point that no figure precedes
        ("mined 8, built 9", "8"),
        ("ba aa", "aa"),  # the first place is no whole word, the next one is
        ("\u0250ten", "ten"),  # a sign of phonetic script is no Latin letter
    ],
)
def test_what_an_answer_says(text: str, wanted: str) -> None:
    assert says(text, wanted)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("13,000 tons", "3,000 tons"),
        ("99.995%", "99%"),
        ("99.995%", "995%"),
        ("3,000 tons", "3"),
        ("very often", "ten"),
        ("\u024ften", "ten"),  # the last of the Latin letters
        ("共1,234吨", "234"),
        ("共53吨", "3"),
        ("35 tons", "3"),
        ("No35", "3"),
        ("共350吨", "35"),
        ("8.5吨", "8"),
        ("三千多吨", "四千多吨"),
        ("nothing [1]", "1"),  # a citation mark says nothing
        ("anything", ""),
        ("anything", "——"),
        ("", "x"),
    ],
)
def test_what_an_answer_does_not_say(text: str, wanted: str) -> None:
    assert not says(text, wanted)


@given(st.text(max_size=30), st.text(max_size=30))
def test_an_answer_says_itself_within_other_text(before: str, wanted: str) -> None:
    bare = wanted.replace("[", "").replace("]", "")
    says(before, wanted)  # nothing written makes it fail
    if any(c.isalnum() for c in bare) and says(bare, bare):
        assert says(f"前。 {bare} 。后", bare)


def test_answer_in_text_counts_each_vital_nugget_and_the_references_once() -> None:
    nuggets = [Nugget(("数十吨", "dozens of tons")), Nugget(("八天",)), Nugget(("高产",), okay=True)]
    text = "由数十吨一跃而产三千多吨"
    assert answer_in_text(text, ["三千多吨", "3,000 tons"], nuggets) == pytest.approx(2 / 3)
    assert answer_in_text(text, [], nuggets) == 0.5
    assert answer_in_text(text, [], []) is None
    assert nugget_recall(text, nuggets, vital_only=True) == 0.5
    assert nugget_recall(text, nuggets, vital_only=False) == pytest.approx(1 / 3)
    assert nugget_recall(text, [], vital_only=False) is None


def test_tokens_are_squads_for_latin_and_single_for_han() -> None:
    assert tokens("The U.S. steel, a lot: 3,000 tons!") == ["us", "steel", "lot", "3000", "tons"]
    assert tokens("光荣和ω-force合作 [2]") == ["光", "荣", "和", "ωforce", "合", "作"]
    assert tokens("產量“85％”") == ["产", "量", "85"]


def test_f1_by_hand() -> None:
    # said 4 tokens, wanted 3, 2 in common: P 1/2, R 2/3, F1 4/7
    assert f1("steel plant number one", ["the steel plant Anshan"]) == pytest.approx(4 / 7)
    # 光荣 (2 of 2 in common with 光荣和ω-force, 4 tokens): 2*2/(2+4)
    assert f1("光荣", ["无关", "光荣和ω-force"]) == pytest.approx(2 / 3)
    assert overlap_f1(["a", "a"], ["a"]) == pytest.approx(2 / 3)  # a bag, not a set
    assert overlap_f1([], []) == 1.0
    assert overlap_f1([], ["x"]) == 0.0
    assert exact_match("The Cat!", ["dog", "cat"]) == 1.0
    assert exact_match("cat the big", ["big cat"]) == 0.0  # order counts


@given(st.text(max_size=40), st.text(min_size=1, max_size=40))
def test_f1_is_symmetric_and_bounded(one: str, two: str) -> None:
    value = f1(one, [two])
    assert 0.0 <= value <= 1.0
    assert value == f1(two, [one])
    assert f1(one, [one]) == 1.0


def test_a_falsehood_is_counted_where_it_is_said() -> None:
    assert tells_falsehood("采矿石九万吨 [1]", ["九万吨", "90,000"]) == 1.0
    assert tells_falsehood("采矿石八万吨 [1]", ["九万吨", "90,000"]) == 0.0
    assert tells_falsehood("anything", []) is None


def test_marks_are_no_part_of_an_answer() -> None:
    assert without_marks("a[1]b [12] c[x]") == "a b   c[x]"
    assert f1("ore [1]", ["ore"]) == exact_match("ore [1]", ["ore"]) == 1.0
