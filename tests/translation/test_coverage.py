"""Clauses and sentences that a translation leaves out are told; what stands beside them is not."""

from __future__ import annotations

import pytest

from rag.language.pairing import RATIO
from rag.translation.coverage import lost_clauses

OUTPUT = "去年工业总产值比1949年增长六十五倍"
WORKERS = "亲手创造这些成就的工人情绪热烈"
ENGLISH = "The workers who created these achievements were in high spirits."


@pytest.mark.parametrize(
    ("zh", "en", "around", "lost"),
    [
        (f"{OUTPUT}，{WORKERS}", ENGLISH, "", [OUTPUT]),
        (f"每人平均产钢百分之四十五多于苏联和美国，{WORKERS}", ENGLISH, "",
         ["每人平均产钢百分之四十五多于苏联和美国"]),
        (f"{OUTPUT}，{WORKERS}", f"Industrial output grew 65 times since 1949, and {ENGLISH}", "", []),
        (f"{OUTPUT}，{WORKERS}", ENGLISH, "Industrial output was 65 times that of 1949.", []),
        (f"他们在周五就知道了这件工人们的事情，{WORKERS}", ENGLISH, "", []),
        (WORKERS, ENGLISH, "", []),
    ],
)  # fmt: skip
def test_a_clause_with_its_figures_that_is_left_out_is_told(zh: str, en: str, around: str, lost: list[str]) -> None:
    assert [zh[a:b] for a, b in lost_clauses(zh, en, around, RATIO)] == lost
