"""Intervals and tests: reproducible, right where a hand can check them, silent where there is nothing to say."""

from __future__ import annotations

import numpy as np
import pytest

from eval.uncertainty import balanced_interval, cluster_sums, holm, mean_interval, paired_p


def ids(n: int) -> list[str]:
    return [f"q{i}" for i in range(n)]


def test_the_same_values_give_the_same_interval_around_their_mean() -> None:
    values = list(np.random.default_rng(1).integers(0, 2, 100).astype(float))
    low, high = mean_interval(values, ids(100)) or (0, 0)
    assert (low, high) == mean_interval(values, ids(100))
    assert low < float(np.mean(values)) < high
    assert high - low == pytest.approx(2 * 1.96 * np.std(values) / 10, rel=0.1)  # the normal interval, nearly


def test_equal_values_give_a_point_and_one_question_no_interval() -> None:
    assert mean_interval([1.0] * 20, ids(20)) == (1.0, 1.0)
    assert mean_interval([0.3], ["q"]) is None
    assert mean_interval([1.0, 0.0], ["q", "q"]) is None  # two wordings, one question
    assert mean_interval([], []) is None


def test_two_wordings_of_a_question_are_one_observation() -> None:
    values = [float(i % 2) for i in range(60)]
    alone = mean_interval(values, ids(60))
    doubled = mean_interval([v for v in values for _ in range(2)], [i for i in ids(60) for _ in range(2)])
    free = mean_interval([v for v in values for _ in range(2)], ids(120))
    assert alone and doubled and free
    assert doubled == pytest.approx(alone, abs=0.02)
    assert free[1] - free[0] < 0.8 * (doubled[1] - doubled[0])


def test_cluster_sums_keep_uneven_clusters() -> None:
    sums, counts = cluster_sums([1, 0, 1], ["a", "b", "a"])
    assert (list(sums), list(counts)) == ([2.0, 0.0], [2.0, 1.0])


def test_balanced_interval() -> None:
    wrong = [i % 4 == 0 for i in range(80)]
    answerable = [i < 50 for i in range(80)]
    low, high = balanced_interval(wrong, answerable, ids(80)) or (0, 0)
    exact = 1 - (sum(wrong[:50]) / 50 + sum(wrong[50:]) / 30) / 2
    assert 0.5 < low < exact < high < 1
    assert balanced_interval([False] * 40, [i < 20 for i in range(40)], ids(40)) == (1.0, 1.0)
    assert balanced_interval(wrong, [i > 0 for i in range(80)], ids(80)) is None


def test_paired_p_by_enumeration() -> None:
    # three differences of one sign: of 8 sign patterns, 2 do as much
    assert paired_p([1.0, 1.0, 1.0], ids(3)) == pytest.approx(0.25)
    assert paired_p([0.0, 0.0], ids(2)) == 1.0
    assert paired_p([1.0, -1.0], ids(2)) == 1.0
    assert paired_p([0.1] * 40, ids(40)) < 0.001
    assert paired_p([1.0, 1.0, 1.0, 1.0], ["a", "a", "b", "b"]) == pytest.approx(0.5)  # two questions only


def test_holm_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}
