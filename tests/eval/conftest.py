"""Intervals are drawn from fewer resamples where they are not the matter."""

from __future__ import annotations

import pytest

from eval.run import uncertainty

FEW = 2_000
"""Enough that the smallest p, one in so many, stays below .05 when it is corrected for all the metrics of a run."""


@pytest.fixture(autouse=True)
def _few_resamples(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.path.name != "test_uncertainty.py":
        monkeypatch.setattr(uncertainty, "RESAMPLES", FEW)
