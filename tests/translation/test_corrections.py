"""Decisions are kept in one plain file, honoured, and never lost to a bad line."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.translation import corrections
from rag.translation.corrections import Correction
from rag.translation.findings import of_pair


def decision(verdict: str, reading: str = "", original: str = "八万吨") -> Correction:
    return Correction("a1", "figure", original, "8,000 tons", verdict, reading, "看过原版")  # type: ignore[arg-type]


def test_wrong_is_silent_and_corrected_stays(tmp_path: Path) -> None:
    findings = of_pair("采矿石八万吨", "8,000 tons of ore")
    assert [f.kind for f in findings] == ["figure"]
    decided = corrections.decide(tmp_path, [decision("corrected", "80,000 tons")])
    [(_, correction)] = corrections.standing("a1", findings, decided)
    assert correction is not None and correction.reading == "80,000 tons"
    decided = corrections.decide(tmp_path, [decision("wrong")])
    assert corrections.standing("a1", findings, decided) == []
    assert corrections.standing("another", findings, decided) == [(findings[0], None)]


@pytest.mark.parametrize("reading", ["=1+1", '80,000 吨, "ore"', "+8", "两行\n字", "-5"])
def test_what_was_written_is_read_back(tmp_path: Path, reading: str) -> None:
    corrections.decide(tmp_path, [decision("corrected", reading), decision("right", original="九万吨")])
    again = corrections.read(tmp_path)
    assert sorted(c.reading for c in again.values()) == sorted(["", reading])
    assert corrections.FILE.decoded(corrections.FILE.text_of(again.values()).encode(), "copy") == sorted(
        again.values(), key=lambda c: c.key
    )
