"""docs/reference.md is what the program says of itself."""

from __future__ import annotations

import pytest

pytest.importorskip("mcp", reason="mcp is not installed")

from docs.reference import PAGE, text  # noqa: E402


def test_the_reference_is_that_of_the_program() -> None:
    is_of_today = PAGE.read_text(encoding="utf-8") == text()
    assert is_of_today, "docs/reference.md is out of date; write it again: make reference"
