"""Pictures of a run: what is drawn is what was measured, and the numbers stand with it."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest

from eval.metrics import HEADLINE, METRICS
from eval.run.evaluate import evaluate
from eval.run.folder import read_run
from eval.run.tables import refusal
from tests.eval.fake import seed_archive
from ui.web import charts, trial_pages

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = tmp_path_factory.mktemp("runs")
    made = []
    for name, more in (("answers", {}), ("search<b>", {"search_only": True}), ("fewer", {"limit": 30})):
        evaluate(SEEDS, seed_archive(), out=folder / name, **more)  # type: ignore[arg-type]
        made.append(read_run(folder / name))
    return made


@pytest.mark.parametrize("name", HEADLINE)
def test_a_bar_is_as_long_as_its_figure_and_its_interval_around_it(runs: list[Any], name: str) -> None:
    entry = runs[0].summary["metrics"][name]
    drawn = str(charts.bars(name, [runs[0]]))
    (wide,) = re.findall(r'class="value"[^>]*width="([\d.]+)"', drawn)
    assert float(wide) == pytest.approx(100 * entry["all"], abs=0.01)
    if entry["ci"]:
        low, high = (float(one) for one in re.search(r'd="M([\d.]+) [\d.]+H([\d.]+)', drawn).groups())  # type: ignore[union-attr]
        assert [low, high] == pytest.approx([100 * one for one in entry["ci"]], abs=0.01)
        assert low <= float(wide) + 0.01 and float(wide) <= high + 0.01
    assert f"{entry['all']:.3f}" in html.unescape(drawn)


def test_a_figure_of_another_scale_has_no_bar(runs: list[Any]) -> None:
    lengths = [name for name, metric in METRICS.items() if metric.unit]
    assert lengths and not any(charts.bars(name, runs) for name in lengths)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_curves_are_told_in_words_and_in_numbers(runs: list[Any], lang: Any) -> None:
    known = refusal(runs[0].rows)
    shown = html.unescape(str(charts.curves([runs[0]], lang)))
    assert shown.count("<desc>") == shown.count('role="img"') == 2
    last = known["points"][-1]
    assert f"<td>100 %</td><td>{100 * last[1]:.0f} %</td>" in shown
    for one in known["reliability"]:
        assert f"<td>{one.confidence:.2f} ({one.count})</td><td>{one.right:.2f}</td>" in shown
    assert shown.count("<polyline") == 2
    lines = " ".join(re.findall(r'points="([^"]+)"', shown))
    places = [float(point.split(",")[1]) for point in lines.split()]
    assert all(charts.TOP <= y <= charts.TOP + charts.TALL for y in places)


def test_two_runs_are_drawn_together_and_one_without_answers_alone(runs: list[Any]) -> None:
    answers, search, fewer = runs
    both = str(charts.curves([answers, fewer], "en"))
    assert both.count("<polyline") == 4 and both.count('<caption translate="no">') == 4
    assert str(charts.curves([answers, search], "en")).count("<polyline") == 2
    assert charts.curves([search], "en") == ""
    room = str(trial_pages.room([], [run.path for run in runs], answers, search, None, "en"))
    assert "search&#60;b&#62;" in room and "<b>" not in room
    assert room.count('class="second"') >= len([n for n in HEADLINE if n in answers.summary["metrics"]])
