"""Intervals and tests: reproducible, right where a hand can check them, silent where there is nothing to say."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from sklearn.metrics import roc_auc_score

from eval.run.uncertainty import (
    auroc_interval,
    balanced_interval,
    cluster_sums,
    holm,
    mean_interval,
    mean_intervals,
    paired_p,
)


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


def test_intervals_are_those_of_scipy() -> None:
    rng = np.random.default_rng(7)
    for values in (rng.beta(5, 1, 80), (rng.random(60) < 0.9).astype(float)):
        known = scipy.stats.bootstrap((values,), np.mean, n_resamples=10_000, method="BCa", rng=1)
        found = mean_interval(list(values), ids(len(values)))
        assert found == pytest.approx(tuple(known.confidence_interval), abs=0.004)


def test_several_figures_at_once_have_the_intervals_they_have_alone() -> None:
    rng = np.random.default_rng(3)
    columns = [(list(rng.random(n)), ids(n)) for n in (30, 30, 41, 1)]
    together = mean_intervals(columns)
    assert together[3] is None
    for found, column in zip(together[:3], columns, strict=False):
        assert found == pytest.approx(mean_interval(*column))


def test_the_interval_of_auroc_holds_it_and_narrows_with_questions() -> None:
    rng = np.random.default_rng(5)
    widths = []
    for n in (40, 400):
        positive = [i % 2 == 0 for i in range(n)]
        scores = [float(rng.normal(1.0 if up else 0.0, 1)) for up in positive]
        low, high = auroc_interval(scores, positive, ids(n)) or (0, 0)
        known = float(roc_auc_score(positive, scores))
        assert low < known < high
        widths.append(high - low)
    assert widths[1] < widths[0] / 2
    assert auroc_interval([1.0, 1.0, 0.0, 0.0], [True, True, False, False], ids(4)) is None  # a class can be lost
    apart = [float(i < 30) for i in range(60)]
    assert auroc_interval(apart, [i < 30 for i in range(60)], ids(60)) == (1.0, 1.0)
    assert auroc_interval([1.0, 0.0], [True, False], ids(2)) is None


def test_a_p_drawn_at_random_is_near_the_exact_one() -> None:
    differences = [0.3, -0.1, 0.2, 0.4, -0.2, 0.1, 0.3, 0.2, -0.1, 0.5, 0.1, 0.2, 0.3, -0.3]
    patterns = np.arange(2**14)[:, None] >> np.arange(14) & 1
    exact = np.mean(np.abs((2 * patterns - 1) @ np.array(differences)) >= abs(sum(differences)) - 1e-9)
    assert paired_p(differences, ids(14)) == pytest.approx(float(exact), abs=0.01)
