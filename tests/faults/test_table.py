"""Every fault of the catalogue has its test or its waiver, and docs/trust.md counts them."""

from __future__ import annotations

import pytest

from tests.faults.table import GROUPS, PAGE, TABLE, cases, marked, table, waived


@pytest.mark.parametrize("group", GROUPS)
def test_every_case_has_a_test_or_a_waiver(group: str) -> None:
    numbers = {case.number for case in cases() if case.group == group}
    assert numbers and numbers - set(marked()) - set(waived()) == set()


def test_numbers_are_those_of_cases_and_a_waived_case_has_no_test() -> None:
    numbers = [case.number for case in cases()]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert set(marked()) | set(waived()) <= set(numbers)
    assert not set(marked()) & set(waived())


def test_the_table_of_the_page_is_that_of_the_tests() -> None:
    shown = TABLE.search(PAGE.read_text(encoding="utf-8"))
    is_of_today = shown is not None and shown[0] == table()
    assert is_of_today, "docs/trust.md is out of date; write it again: python -m tests.faults.table --write"
