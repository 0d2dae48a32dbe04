"""What was measured, as pictures: figures as bars with their intervals, the curves of refusal and of reliability.

Pure functions. A run is an `eval.run.folder.Run`; a second one is drawn beside it. The numbers of every picture stand
beside it or under it, for who cannot see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from eval.metrics import METRICS
from eval.run.tables import refusal
from rag.datatypes import Lang
from ui.web.markup import fill
from ui.web.strings import text

LEFT, TOP, WIDE, TALL = 40, 12, 270, 170
"""Where the axes of a curve stand, in the units of its picture."""
SHARES = tuple(n / 10 for n in range(1, 11))
"""Shares answered at which the refusal curve is told in numbers."""
FEW = 0.05
"""The share of wrong answers that is marked in the refusal curve."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve of one run: its points in the units of the picture, with the size of each and what is told of it; and
    the same in numbers, (x, y), both as written."""

    name: str
    points: tuple[tuple[float, float, float, str], ...]
    rows: tuple[tuple[str, str], ...]
    now: tuple[float, float] | None = None

    @property
    def line(self) -> str:
        """The points as SVG has them."""
        return " ".join(f"{x},{y}" for x, y, _, _ in self.points)


def bars(name: str, runs: Sequence[Any]) -> Markup:
    """A figure of one run or two as bars from 0 to 1; empty for one of another scale."""
    if METRICS[name].unit:
        return Markup()
    drawn = []
    for run in runs:
        entry = run.summary["metrics"].get(name)
        value = entry.get("all") if entry else None
        if value is not None:
            low, high = entry["ci"] or (None, None)
            span = f" ({low:.3f}–{high:.3f})" if low is not None else ""
            drawn.append((value, low, high, f"{run.path.name}: {value:.3f}{span}"))
        else:
            drawn.append((0.0, None, None, f"{run.path.name}: –"))
    return fill("charts", "bars", drawn)


def curves(runs: Sequence[Any], lang: Lang) -> Markup:
    """The refusal curve and the reliability curve of one run or two; empty where nothing was answered."""
    told = [(run.path.name, known) for run in runs if (known := refusal(run.rows))]
    if not told:
        return Markup()
    risk = [_risk(name, known, lang) for name, known in told]
    sure = [_reliability(name, known, lang) for name, known in told]
    few = TOP + TALL * (1 - FEW)
    made = (("risk", risk, (few, few)), ("reliability", sure, (TOP + TALL, TOP)))
    return fill("charts", "curves", made, (LEFT, TOP, WIDE, TALL), lang)


def _risk(name: str, known: dict[str, Any], lang: Lang) -> Drawn:
    points = [
        (*_placed(x, y), 0.0, text(lang, "chart_risk_told", answered=_percent(x), wrong=_percent(y)))
        for x, y in known["points"]
    ]
    rows = []
    for share in SHARES:
        reached = next(((x, y) for x, y in known["points"] if x >= share - 1e-9), None)
        if reached:
            rows.append((_percent(share), _percent(reached[1])))
    now = _placed(*known["now"]) if known["now"] else None
    return Drawn(name, tuple(points), tuple(rows), now)


def _reliability(name: str, known: dict[str, Any], lang: Lang) -> Drawn:
    points, rows = [], []
    for one in known["reliability"]:
        told = text(lang, "chart_bin_told", n=one.count, sure=f"{one.confidence:.2f}", right=f"{one.right:.2f}")
        size = round(max(2.5, 13 * (one.count / known["count"]) ** 0.5), 1)
        points.append((*_placed(one.confidence, one.right), size, told))
        rows.append((f"{one.confidence:.2f} ({one.count})", f"{one.right:.2f}"))
    return Drawn(name, tuple(points), tuple(rows))


def _placed(x: float, y: float) -> tuple[float, float]:
    return round(LEFT + WIDE * x, 1), round(TOP + TALL * (1 - y), 1)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
