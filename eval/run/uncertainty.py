"""How sure is a figure: bootstrap intervals over questions, paired tests between runs.

A resample of n questions is a row of n counts that sum to n: how often each was drawn. Every figure here is a
function of totals weighted by such counts, so one matrix product gives it for thousands of resamples at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 10_000
SEED = 1958
_CELLS = 4_000_000  # counts held at a time while resampling: 32 MB
MOST_RANKED = 5_000
"""Most questions for which the interval of AUROC is computed: it compares every pair of them."""

Interval = tuple[float, float]
Floats = NDArray[np.float64]


def cluster_sums(values: Sequence[float], clusters: Sequence[str]) -> tuple[Floats, Floats]:
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
    return mean_intervals([(values, clusters)])[0]


def mean_intervals(columns: Sequence[tuple[Sequence[float], Sequence[str]]]) -> list[Interval | None]:
    """`mean_interval` of each (values, clusters), those of as many clusters with the same resamples: it is quicker."""
    tables = [cluster_sums(values, clusters) for values, clusters in columns]
    found: list[Interval | None] = [None] * len(columns)
    for size in {len(sums) for sums, _ in tables}:
        mine = [place for place, (sums, _) in enumerate(tables) if len(sums) == size]
        if size < 2:
            continue
        sums = np.stack([tables[place][0] for place in mine], axis=1)
        counts = np.stack([tables[place][1] for place in mine], axis=1)
        for place, interval in zip(mine, bootstrap(size, _ratio(sums, counts)), strict=True):
            found[place] = interval
    return found


def _ratio(sums: Floats, counts: Floats) -> Callable[[Floats], Floats]:
    return lambda drawn: (drawn @ sums) / (drawn @ counts)


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
    table = np.stack(columns, axis=1)

    def statistic(drawn: Floats) -> Floats:
        a, n, u, m = (drawn @ table).T
        return np.asarray(1 - (a / n + u / m) / 2)[:, None]

    return bootstrap(len(table), statistic)[0]


def auroc_interval(scores: Sequence[float], positive: Sequence[bool], clusters: Sequence[str]) -> Interval | None:
    """The 95 % interval, as in `mean_interval`, of AUROC: the share of (positive, negative) pairs in the right order.

    None if either class has fewer than two questions, or beyond `MOST_RANKED` questions.
    """
    place = {cluster: at for at, cluster in enumerate(dict.fromkeys(clusters))}
    at = np.array([place[cluster] for cluster in clusters], dtype=np.int64)
    values, sides = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    if len(place) > MOST_RANKED or min(len(set(at[sides])), len(set(at[~sides]))) < 2:
        return None
    order = np.sign(values[sides][:, None] - values[~sides][None, :]) / 2 + 0.5
    pairs = np.zeros((len(place), len(place)))
    np.add.at(pairs, (at[sides][:, None], at[~sides][None, :]), order)
    ups, downs = (np.bincount(at[side], minlength=len(place)).astype(np.float64) for side in (sides, ~sides))

    def statistic(drawn: Floats) -> Floats:
        return np.asarray(((drawn @ pairs) * drawn).sum(axis=1) / ((drawn @ ups) * (drawn @ downs)))[:, None]

    return bootstrap(len(place), statistic)[0]


def bootstrap(size: int, statistic: Callable[[Floats], Floats]) -> list[Interval | None]:
    """The 95 % BCa intervals of a statistic of `size` questions.

    `statistic` takes counts of shape (resamples, size), how often each question was drawn, and gives its values,
    shape (resamples, figures). None where a resample has no value. Percentile intervals where leaving out any one
    question changes nothing. Efron and Tibshirani 1993, sections 14.3 and 11.5 (the same as
    `scipy.stats.bootstrap`, with the questions drawn once for all figures).
    """
    from scipy.stats import norm

    with np.errstate(divide="ignore", invalid="ignore"):
        observed = statistic(np.ones((1, size)))[0]
        drawn = np.sort(np.concatenate([statistic(counts) for counts in _resamples(size)]), axis=0)
        left_out = np.concatenate([statistic(counts) for counts in _leave_one_out(size)])
        pull = left_out.mean(axis=0) - left_out
        acceleration = (pull**3).sum(axis=0) / (6 * (pull**2).sum(axis=0) ** 1.5)
        below = (np.mean(drawn < observed, axis=0) + np.mean(drawn <= observed, axis=0)) / 2
        bias = norm.ppf(below)
        shares = []
        for z in norm.ppf((0.025, 0.975)):
            moved = norm.cdf(bias + (bias + z) / (1 - acceleration * (bias + z)))
            shares.append(np.where(np.isfinite(moved), moved, norm.cdf(z)))
    found: list[Interval | None] = []
    for figure in range(len(observed)):
        column = drawn[:, figure]
        if np.isnan(column).any() or np.isnan(observed[figure]):
            found.append(None)
            continue
        low, high = (float(np.quantile(column, share[figure])) for share in shares)
        found.append((low, high))
    return found


def _resamples(size: int) -> Iterator[Floats]:
    """Counts of 10,000 resamples with a fixed seed, shape (some, size) at a time."""
    rng = np.random.default_rng(SEED)
    step = max(1, _CELLS // size)
    for start in range(0, RESAMPLES, step):
        many = min(step, RESAMPLES - start)
        places = rng.integers(0, size, (many, size)) + size * np.arange(many)[:, None]
        yield np.bincount(places.ravel(), minlength=many * size).reshape(many, size).astype(np.float64)


def _leave_one_out(size: int) -> Iterator[Floats]:
    step = max(1, _CELLS // size)
    for start in range(0, size, step):
        counts = np.ones((min(step, size - start), size))
        counts[np.arange(len(counts)), start + np.arange(len(counts))] = 0
        yield counts


def paired_p(differences: Sequence[float], clusters: Sequence[str]) -> float:
    """Two-sided p of a paired randomisation test: how often signs drawn at random, one a cluster, do as much.

    Exact where there are no more than 10,000 sign patterns, else 10,000 drawn with a fixed seed and the observed
    one counted among them. 1.0 if nothing differs. Smucker, Allan and Carterette 2007.
    """
    sums, _ = cluster_sums(differences, clusters)
    sums = sums[sums != 0]
    if len(sums) < 2:  # one sign turned round does as much
        return 1.0
    from scipy.stats import permutation_test

    test = permutation_test(
        (sums,), np.sum, permutation_type="samples", vectorized=True, n_resamples=RESAMPLES,
        batch=max(1, _CELLS // len(sums)), rng=np.random.default_rng(SEED),
    )  # fmt: skip
    return float(test.pvalue)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's correction for testing several metrics at once: name -> adjusted p, 0 to 1 (Holm 1979)."""
    adjusted: dict[str, float] = {}
    highest = 0.0
    for place, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        highest = max(highest, min(1.0, (len(p_values) - place) * p))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}
