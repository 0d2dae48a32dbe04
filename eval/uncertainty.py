"""How sure is a figure: bootstrap intervals over questions, paired tests between runs. Computed by scipy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 1958
_CELLS = 4_000_000  # numbers held at a time while resampling: 32 MB

Interval = tuple[float, float]


def cluster_sums(values: Sequence[float], clusters: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(sum of the values, number of values) of each cluster, in the order in which clusters first appear."""
    sums: dict[str, list[float]] = {}
    for value, cluster in zip(values, clusters, strict=True):
        entry = sums.setdefault(cluster, [0.0, 0.0])
        entry[0] += value
        entry[1] += 1
    table = np.array(list(sums.values()), dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def mean_interval(values: Sequence[float], clusters: Sequence[str]) -> Interval | None:
    """The 95 % BCa bootstrap interval of the mean, resampling clusters (a question with both its wordings).

    10,000 resamples, fixed seed. Percentile where all clusters are equal, for BCa is undefined there. None with
    fewer than two clusters: one question has no interval. Efron and Tibshirani 1993, chapter 14.
    """
    sums, counts = cluster_sums(values, clusters)
    equal = len(sums) > 0 and bool(np.ptp(sums / counts) == 0)
    return _interval((sums, counts), lambda s, c: s / c, equal=equal)


def balanced_interval(wrong: Sequence[bool], answerable: Sequence[bool], clusters: Sequence[str]) -> Interval | None:
    """The 95 % interval, as in `mean_interval`, of balanced accuracy: 1 - mean of the rates of `wrong` in the classes.

    None if either class has fewer than two questions, or so few that resampling can lose it.
    """
    columns = []
    for side in (True, False):
        sums, _ = cluster_sums(
            [float(bad and can == side) for bad, can in zip(wrong, answerable, strict=True)], clusters
        )
        own, _ = cluster_sums([float(can == side) for can in answerable], clusters)
        if np.count_nonzero(own) < 2:
            return None
        columns += [sums, own]
    equal = not any(wrong) or all(wrong)
    return _interval(columns, lambda a, n, u, m: 1 - (a / n + u / m) / 2, equal=equal)


def _interval(
    columns: Sequence[NDArray[np.float64]], of_totals: Callable[..., NDArray[np.float64]], *, equal: bool
) -> Interval | None:
    """The interval of a function of the columns' totals, resampling their rows together."""
    if len(columns[0]) < 2:
        return None
    from scipy.stats import bootstrap

    def statistic(*rows: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        return np.asarray(of_totals(*(column.sum(axis=axis) for column in rows)))

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.simplefilter("ignore")
        result = bootstrap(
            tuple(columns),
            statistic,
            paired=True,
            vectorized=True,
            n_resamples=RESAMPLES,
            batch=max(1, _CELLS // len(columns[0])),
            method="percentile" if equal else "BCa",
            rng=np.random.default_rng(SEED),
        )
    low, high = float(result.confidence_interval.low), float(result.confidence_interval.high)
    return None if np.isnan(low) or np.isnan(high) else (low, high)


def paired_p(differences: Sequence[float], clusters: Sequence[str]) -> float:
    """Two-sided p of a paired randomisation test: how often signs drawn at random, one a cluster, do as much.

    Exact where there are no more than 10,000 sign patterns, else 10,000 drawn with a fixed seed. 1.0 if nothing
    differs. Smucker, Allan and Carterette 2007.
    """
    sums, _ = cluster_sums(differences, clusters)
    if not np.any(sums):
        return 1.0
    from scipy.stats import permutation_test

    def total(x: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
        return np.asarray(x.sum(axis=axis))

    result = permutation_test(
        (sums,),
        total,
        permutation_type="samples",
        vectorized=True,
        n_resamples=RESAMPLES,
        batch=max(1, _CELLS // len(sums)),
        alternative="two-sided",
        rng=np.random.default_rng(SEED),
    )
    return float(result.pvalue)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's correction for testing several metrics at once: name -> adjusted p, 0 to 1 (Holm 1979)."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(p_values) - place) * p))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}
