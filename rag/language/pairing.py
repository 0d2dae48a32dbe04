"""Pairing two sequences of text units, in order, by what they cost to be paired.

Gale & Church 1993 ("A program for aligning sentences in bilingual corpora", Computational Linguistics 19:1) find the
cheapest sequence of beads (1-1, 1-0, 0-1, 1-2 ...) by dynamic programming over lengths. Shared clues
(`rag.language.clues`) are evidence on top, since lengths alone cannot tell a repeated headline or a caption from the
text. Costs are negative log likelihoods, roughly.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# English characters for one Chinese character: 3.6 in 29,000 pairs of translated news, 4.5 in the seeds, 4.1 in nine
# further articles of the archive. The spread of its logarithm in the news pairs: 0.41 below 8 characters, 0.31 below
# 15, 0.24 above 30.
RATIO = 4.0
_SPREAD, _SPREAD_SHORT = 0.06, 0.8  # variance = _SPREAD + _SPREAD_SHORT / Chinese length
_MAX_LENGTH_COST = 12.0

# What a bead of a given shape costs before its content is looked at.
_PRIOR = {(1, 1): 0.0, (1, 2): 2.4, (2, 1): 2.4, (1, 3): 4.8, (3, 1): 4.8, (2, 2): 5.1, (2, 3): 7.5, (3, 2): 7.5}
_VERSE_PRIOR = 4.5  # for one line against four and more, plus as much again for each power of e
_MAX_VERSE = 24
_SKIP, _SKIP_LONG, _SKIP_HEADING = 2.6, 2.6, 2.0
_LONG = 60  # Chinese characters from which a unit counts as fully long
_MIXED = 6.0  # a heading merged with prose on one side: it shares its words with the lead, and is not part of it
_SHAPE = 1.5  # a heading set against prose
_GAIN = 1.2  # worth of one unit of shared clues
_MAX_CLUE = 4.0
_FEW = 8  # sentences; a clue of a shorter article weighs as in one of this length

_WINDOW = 160  # units of a language aligned at once; longer articles go window by window, in linear time
_KEEP = 0.6  # share of a window that is final when there is more to come

# Logistic fit of "the bead is exactly right" over articles put together from known sentence pairs of translated news:
# a tenth of the sentences lost on one side. On 400 articles of other pairs (5,761 two-sided beads, 92 % exactly right,
# 98 % overlapping the right one) the share right by score: below 0.3 32 %, 0.3-0.8 62 %, 0.8-0.9 80 %, 0.9-0.95 92 %,
# above 98 %; one-sided beads 78 %.
_SCORE_BASE, _SCORE_GAIN, _SCORE_LENGTH, _SCORE_SHAPE = 3.1, 0.58, 1.24, 0.9
_MAX_SCORE_PRIOR = 5.0  # the shape of verse is unlikely in prose, and right where verse is
SCORE_ONE_SIDED = 0.8


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unit:
    """A line or a sentence: where it stands, its length in Chinese characters, what it has to match with."""

    start: int
    end: int
    length: float
    heading: bool
    prose: bool
    clues: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Units zh[a:b] against en[c:d]; `score` 0 to 1."""

    a: int
    b: int
    c: int
    d: int
    score: float


def pairings(zh: Sequence[Unit], en: Sequence[Unit], weights: Mapping[str, float]) -> list[Pairing]:
    """The best sequence of pairings that uses every unit of both sides once, in order."""
    if not zh or not en:
        return [Pairing(a, a + 1, 0, 0, SCORE_ONE_SIDED) for a in range(len(zh))] + [
            Pairing(0, 0, c, c + 1, SCORE_ONE_SIDED) for c in range(len(en))
        ]
    out: list[Pairing] = []
    i = j = 0
    while i < len(zh) or j < len(en):
        window_zh, window_en = zh[i : i + _WINDOW], en[j : j + _WINDOW]
        path = _path(window_zh, window_en, weights)
        whole = i + len(window_zh) == len(zh) and j + len(window_en) == len(en)
        kept = path if whole else _sure(path, len(window_zh), len(window_en))
        out.extend(Pairing(i + p.a, i + p.b, j + p.c, j + p.d, p.score) for p in kept)
        i, j = out[-1].b, out[-1].d
    return out


def _sure(path: list[Pairing], rows: int, columns: int) -> list[Pairing]:
    """The head of a window's path: its tail was forced to end where the window ends."""
    kept = [p for p in path if p.b <= max(_KEEP * rows, 1) and p.d <= max(_KEEP * columns, 1)]
    return kept or path[:1]


def _path(zh: Sequence[Unit], en: Sequence[Unit], weights: Mapping[str, float]) -> list[Pairing]:
    if not zh or not en:
        return pairings(zh, en, weights)
    table = _Costs(zh, en, weights)
    rows, columns = len(zh), len(en)
    best: Floats = np.full((rows + 1, columns + 1), np.inf)
    move: NDArray[np.int64] = np.full((rows + 1, columns + 1), -1)
    skipped = np.concatenate([[0.0], np.cumsum(table.skip_en)])
    for i in range(rows + 1):
        row: Floats = np.full(columns + 1, np.inf)
        if i == 0:
            row[0] = 0.0
        else:
            row, move[i] = best[i - 1] + table.skip_zh[i - 1], 0
        for k, ((a, b), cost) in enumerate(table.moves, 1):
            if i >= a:
                candidate = best[i - a, :-b] + cost[i - a]
                better = candidate < row[b:]
                row[b:][better], move[i, b:][better] = candidate[better], k
        # Skipping English units costs the same wherever one starts: a running minimum does for all of them.
        running = np.minimum.accumulate(row - skipped) + skipped
        over = running < row - 1e-9
        row[over], move[i][over] = running[over], -1
        best[i] = row
    return table.trace(move)


class _Costs:
    """The cost of every possible bead of a window."""

    def __init__(self, zh: Sequence[Unit], en: Sequence[Unit], weights: Mapping[str, float]) -> None:
        self.zh, self.en = zh, en
        self.length_zh, self.length_en = _sums(zh), _sums(en)
        self.headings_zh, self.headings_en = _counts([u.heading for u in zh]), _counts([u.heading for u in en])
        self.prose_zh, self.prose_en = _counts([u.prose for u in zh]), _counts([u.prose for u in en])
        self.shared = _summed(_shared([u.clues for u in zh], [u.clues for u in en], weights))
        # What a unit shares with its own neighbour must not count twice when both stand against one unit.
        self.twice_zh = _summed(_shared(_with_neighbour(zh), [u.clues for u in en], weights))
        self.twice_en = _summed(_shared([u.clues for u in zh], _with_neighbour(en), weights))
        self.skip_zh, self.skip_en = _skips(zh), _skips(en)
        self.gains = {shape: self._gain(*shape) for shape in self._shapes()}
        self.moves = [(shape, self._cost(*shape)) for shape in self.gains]

    def _shapes(self) -> list[tuple[int, int]]:
        n, m = len(self.zh), len(self.en)
        shapes = [(a, b) for a, b in _PRIOR if a <= n and b <= m]
        if abs(n - m) > 3:
            shapes += [(1, b) for b in range(4, min(_MAX_VERSE, m) + 1)] if m > n else []
            shapes += [(a, 1) for a in range(4, min(_MAX_VERSE, n) + 1)] if n > m else []
        return shapes

    def _cost(self, a: int, b: int) -> Floats:
        """float[n - a + 1, m - b + 1]: the cost of the bead zh[i : i + a], en[j : j + b]."""
        zh, en = (self.length_zh[a:] - self.length_zh[:-a])[:, None], (self.length_en[b:] - self.length_en[:-b])[None]
        cost: Floats = _prior(a, b) + _length_cost(zh, en) - _GAIN * self.gains[a, b]
        heads_zh, heads_en = self._inside(self.headings_zh, a)[:, None], self._inside(self.headings_en, b)[None]
        prose_zh, prose_en = self._inside(self.prose_zh, a)[:, None], self._inside(self.prose_en, b)[None]
        cost += _MIXED * (((heads_zh > 0) & (prose_zh > 0)) | ((heads_en > 0) & (prose_en > 0)))
        cost += _SHAPE * (((heads_zh == a) & (prose_en > 0)) | ((heads_en == b) & (prose_zh > 0)))
        return cost

    def _gain(self, a: int, b: int) -> Floats:
        """float[n - a + 1, m - b + 1]: the weight of the clues that zh[i : i + a] and en[j : j + b] share."""
        gain = _blocks(self.shared, a, b)
        if a > 1 and b > 1:
            gain /= min(a, b)
        elif a > 1:
            gain -= _blocks(self.twice_zh[1:], a - 1, 1)
        elif b > 1:
            gain -= _blocks(self.twice_en[:, 1:], 1, b - 1)
        return gain

    @staticmethod
    def _inside(sums: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """The count in each stretch of `size` units, from running sums."""
        return sums[size:] - sums[:-size]

    def trace(self, move: NDArray[np.int64]) -> list[Pairing]:
        i, j = len(self.zh), len(self.en)
        path: list[Pairing] = []
        while i or j:
            k = int(move[i, j])
            if k < 0:
                path.append(Pairing(i, i, j - 1, j, SCORE_ONE_SIDED))
                j -= 1
            elif k == 0:
                path.append(Pairing(i - 1, i, j, j, SCORE_ONE_SIDED))
                i -= 1
            else:
                a, b = self.moves[k - 1][0]
                path.append(Pairing(i - a, i, j - b, j, self._score(i - a, i, j - b, j)))
                i, j = i - a, j - b
        return path[::-1]

    def _score(self, a: int, b: int, c: int, d: int) -> float:
        gain = self.gains[b - a, d - c][a, c]
        length = float(_length_cost(self.length_zh[b] - self.length_zh[a], self.length_en[d] - self.length_en[c]))
        logit = (
            _SCORE_BASE
            + _SCORE_GAIN * math.log1p(max(float(gain), 0.0))
            - _SCORE_LENGTH * length
            - _SCORE_SHAPE * min(_prior(b - a, d - c), _MAX_SCORE_PRIOR)
        )
        return round(1 / (1 + math.exp(-max(-20.0, min(20.0, logit)))), 4)


def _prior(a: int, b: int) -> float:
    return _PRIOR.get((a, b), _VERSE_PRIOR + _VERSE_PRIOR * math.log(max(a, b) / 3))


def _length_cost(zh: Floats, en: Floats) -> Floats:
    ratio = np.log(en / zh)
    cost: Floats = np.minimum(ratio**2 / (2 * (_SPREAD + _SPREAD_SHORT / np.minimum(zh, en))), _MAX_LENGTH_COST)
    return cost


def _sums(units: Sequence[Unit]) -> Floats:
    return np.concatenate([[0.0], np.cumsum([u.length for u in units])])


def _counts(flags: Sequence[bool]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(flags)])


def _skips(units: Sequence[Unit]) -> Floats:
    """What leaving each unit without a partner costs: little for a heading, more the longer it is."""
    return np.array([_SKIP_HEADING if u.heading else _SKIP + _SKIP_LONG * min(u.length / _LONG, 1.0) for u in units])


def weights_of(zh: Sequence[Unit], en: Sequence[Unit]) -> dict[str, float]:
    """What each clue that both languages have is worth: the more, the fewer sentences of the article have it."""
    in_zh = Counter(clue for unit in zh for clue in unit.clues)
    in_en = Counter(clue for unit in en for clue in unit.clues)
    count = max(len(zh), len(en), _FEW)
    return {
        clue: min(_MAX_CLUE, math.log2((count + 1) / max(in_zh[clue], in_en[clue]))) for clue in in_en if clue in in_zh
    }


def _with_neighbour(units: Sequence[Unit]) -> list[frozenset[str]]:
    """For each unit the clues that the unit before it has too."""
    return [frozenset(), *(unit.clues & before.clues for before, unit in zip(units, units[1:], strict=False))]


def _shared(zh: Sequence[frozenset[str]], en: Sequence[frozenset[str]], weights: Mapping[str, float]) -> Floats:
    """float[n, m]: the weight of the clues that are in both zh[i] and en[j]."""
    matrix: Floats = np.zeros((len(zh), len(en)))
    where: dict[str, list[int]] = {}
    for j, found in enumerate(en):
        for clue in found & weights.keys():
            where.setdefault(clue, []).append(j)
    for i, found in enumerate(zh):
        for clue in found & where.keys():
            matrix[i, where[clue]] += weights[clue]
    return matrix


def _summed(matrix: Floats) -> Floats:
    """Running sums over rows and columns, with a row and a column of zeros in front."""
    sums: Floats = np.zeros((matrix.shape[0] + 1, matrix.shape[1] + 1))
    sums[1:, 1:] = matrix.cumsum(0).cumsum(1)
    return sums


def _blocks(sums: Floats, a: int, b: int) -> Floats:
    """The sum of every block of a rows and b columns, from running sums."""
    return sums[a:, b:] - sums[:-a, b:] - sums[a:, :-b] + sums[:-a, :-b]
