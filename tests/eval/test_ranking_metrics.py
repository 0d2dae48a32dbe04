"""Ranking metrics against a case worked out by hand, and the traps of trec_eval."""

from __future__ import annotations

from math import log2

import pytest

from eval.metrics import METRICS
from eval.metrics.ranking import QUOTE_CUTS, quote_hit, ranking_metrics
from eval.sets.verify import Place
from rag.datatypes import Span


def test_three_queries_by_hand() -> None:
    grades = {"q1": {"a": 2, "b": 1, "c": 0}, "q2": {"d": 1}, "q3": {"e": 2, "f": 2}}
    runs = {"q1": ["x", "b", "a"], "q2": ["y"] * 0 + [f"n{i}" for i in range(5)] + ["d"], "q3": ["e"]}
    got = ranking_metrics(grades, runs)
    gain = 1 / log2(3) + 2 / log2(4)  # b at rank 2 (1), a at rank 3 (2): linear gain
    assert got["q1"]["ndcg@10"] == pytest.approx(gain / (2 + 1 / log2(3)))
    assert got["q1"] | {"ndcg@10": 0} == pytest.approx(
        {"ndcg@10": 0, "r@5": 1, "r@10": 1, "r@100": 1, "rr@10": 0.5, "success@1": 0, "hit@3": 1, "judged@10": 2 / 3}
    )
    assert got["q2"] == pytest.approx(
        {
            "ndcg@10": 1 / log2(7),
            "r@5": 0,
            "r@10": 1,
            "r@100": 1,
            "rr@10": 1 / 6,
            "success@1": 0,
            "hit@3": 0,
            "judged@10": 1 / 6,
        }
    )
    assert got["q3"]["r@10"] == 0.5
    assert got["q3"]["success@1"] == 1
    assert got["q3"]["ndcg@10"] == pytest.approx(2 / (2 + 2 / log2(3)))


def test_only_queries_with_a_positive_are_scored_and_missing_ones_get_zero() -> None:
    got = ranking_metrics({"zero": {"a": 0}, "none": {}, "missing": {"a": 1}, "empty": {"a": 1}}, {"empty": []})
    assert set(got) == {"missing", "empty"}
    assert all(value == 0 for one in got.values() for value in one.values())


@pytest.mark.parametrize("order", [["a", "z"], ["z", "a"]])
def test_rank_decides_and_not_the_id(order: list[str]) -> None:
    got = ranking_metrics({"q": {order[0]: 1}}, {"q": order})["q"]
    assert got["rr@10"] == got["success@1"] == got["ndcg@10"] == 1.0
    got = ranking_metrics({"q": {order[1]: 1}}, {"q": order})["q"]
    assert (got["rr@10"], got["success@1"]) == (0.5, 0.0)


def test_recall_beyond_ten() -> None:
    run = [f"d{i}" for i in range(100)]
    got = ranking_metrics({"q": {"d5": 1, "d10": 1, "d99": 1, "gone": 1}}, {"q": run})["q"]
    assert (got["r@5"], got["r@10"], got["r@100"]) == (0.0, 0.25, 0.75)
    assert got["rr@10"] == pytest.approx(1 / 6)


@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5, 6, 9, 10, 11, 100, 101])
def test_every_cut_is_where_its_name_says(rank: int) -> None:
    run = ["good" if place == rank else f"d{place}" for place in range(1, 102)]
    expected = {
        "ndcg@10": 1 / log2(rank + 1) if rank <= 10 else 0,
        "r@5": rank <= 5,
        "r@10": rank <= 10,
        "r@100": rank <= 100,
        "rr@10": 1 / rank if rank <= 10 else 0,
        "success@1": rank == 1,
        "hit@3": rank <= 3,
        "judged@10": 1 / 10 if rank <= 10 else 0,
    }
    got = ranking_metrics({"q": {"good": 1}}, {"q": run})["q"]
    assert got == pytest.approx({name: float(value) for name, value in expected.items()})


def test_quotations_are_looked_for_at_the_cuts_of_the_report() -> None:
    assert {f"quote_hit@{k}" for k in QUOTE_CUTS} == {name for name in METRICS if name.startswith("quote_hit")}


def test_quote_hit_wants_eighty_percent_of_one_quotation_in_one_hit() -> None:
    quotation = [Place("a", "zh", 100, 200), Place("a", "en", 300, 500)]
    held = ("a", [Span("zh", 120, 400)])  # 80 of 100 characters
    short = ("a", [Span("zh", 121, 400)])  # 79
    twin = ("a", [Span("zh", 0, 50), Span("en", 300, 460)])  # the counterpart holds 160 of 200
    other = ("b", [Span("zh", 0, 1000)])
    before = ("A", [Span("zh", 0, 1000)])
    read = ("".join(["", "a"]), [Span("zh", 0, 1000)])  # a name as read from a file; the whole quotation
    assert quote_hit([quotation], [held], 1) == 1.0
    assert quote_hit([quotation], [short], 1) == 0.0
    assert quote_hit([quotation], [twin], 1) == 1.0
    assert quote_hit([quotation], [other], 3) == quote_hit([quotation], [before], 3) == 0.0
    assert quote_hit([quotation], [read], 3) == 1.0
    assert quote_hit([quotation], [other, short, held], 3) == 1.0
    assert quote_hit([quotation], [other, short, held], 2) == 0.0
    assert quote_hit([quotation], [], 3) == 0.0
    assert quote_hit([], [held], 3) is None
    # two halves in two hits are not one quotation held
    assert quote_hit([quotation], [("a", [Span("zh", 100, 150)]), ("a", [Span("zh", 150, 200)])], 3) == 0.0
