from __future__ import annotations

import re
from pathlib import Path

from eval.run.bench import bench
from tests.eval.fake import seed_archive

SEEDS = Path(__file__).parents[2] / "eval" / "sets" / "seeds.yaml"


def test_what_measuring_costs_is_told_as_ratios() -> None:
    text = bench(SEEDS, seed_archive(), 20)
    assert re.match(
        r"20 questions, search only: [\d.]+ s, the searches alone [\d.]+ s, ratio [\d.]+\n95 % intervals", text
    )
