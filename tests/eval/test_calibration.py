"""Calibration of the confidence, against figures worked out by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eval.metrics.calibration import ece, reliability
from eval.metrics.refusal import Decision
from eval.run.evaluate import evaluate
from eval.run.folder import read_run
from eval.run.tables import refusal
from tests.eval.fake import seed_archive

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"


def right(confidence: float) -> Decision:
    return Decision(True, True, confidence)


def wrong(confidence: float) -> Decision:
    return Decision(True, True, confidence, fine=False)


@pytest.mark.parametrize(
    ("decisions", "error"),
    [
        ([], None),
        ([right(1.0)], 0.0),
        ([wrong(1.0)], 1.0),
        ([right(0.75), right(0.75), right(0.75), wrong(0.75)], 0.0),
        ([right(0.9), wrong(0.9)], 0.4),
        ([right(0.62), wrong(0.68)], 0.15),  # one bin: mean confidence 0.65, half right
        ([right(0.72), wrong(0.68)], (0.28 + 0.68) / 2),  # two bins
        ([right(0.7), wrong(0.61)], 0.155),  # an upper edge belongs to its bin
        ([right(0.3), wrong(0.21)], 0.245),  # also where 3 x 0.1 is a little more than 0.3
        ([wrong(0.0), right(0.1)], 0.45),  # 0 belongs to the first bin
        ([Decision(False, False, 0.2)], 0.2),  # rightly refused: 0.2 was too sure
        ([Decision(False, True, 0.8)], 0.8),  # wrongly answered
        ([Decision(True, False, 0.2)], 0.8),  # wrongly refused: 0.2 was not sure enough
        ([Decision(True, None), Decision(False, None)], 1.0),  # what failed is wrong with full confidence
    ],
)
def test_expected_calibration_error(decisions: list[Decision], error: float | None) -> None:
    assert ece(decisions) == (None if error is None else pytest.approx(error))


def test_the_points_hold_every_question_once() -> None:
    decisions = [right(n / 40) if n % 3 else wrong(n / 40) for n in range(41)]
    points = reliability(decisions)
    assert [p.count for p in points] == [5, *[4] * 9]
    assert all(n / 10 <= p.confidence <= (n + 1) / 10 for n, p in enumerate(points))


def test_a_run_shows_its_calibration(tmp_path: Path) -> None:
    result = evaluate(SEEDS, seed_archive(), out=tmp_path / "run", limit=40)
    entry = result.summary["metrics"]["ece"]
    assert 0 < entry["all"] <= 1 and entry["ci"] is None and {"zh", "en"} <= set(entry)
    points = refusal(read_run(tmp_path / "run").rows)["reliability"]
    of_points = sum(p.count * abs(p.confidence - p.right) for p in points) / entry["n"]
    assert entry["all"] == pytest.approx(of_points, abs=1e-6)
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    figure = page[page.index('aria-label="reliability plot"') : page.index("Expected calibration error")]
    assert len(re.findall("<circle", figure)) == len(points)
    assert f"Expected calibration error {entry['all']:.3f}" in page
    report = (tmp_path / "run" / "report.md").read_text(encoding="utf-8")
    assert f"| {points[-1].confidence:.3f} | {points[-1].right:.3f} | {points[-1].count} |" in report
    assert "ece" in result.text
