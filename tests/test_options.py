"""Options that commands share: days are read as everywhere else."""

from __future__ import annotations

from typing import Any

import click
import pytest
from click.testing import CliRunner

from ui.commands.options import question_options


@click.command()
@question_options
def told(reading: dict[str, Any]) -> None:
    click.echo(f"{reading['since']} {reading['until']}")
    click.echo(f"{reading['event_since']} {reading['event_until']}")


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("1958-11-14", "1958-11-14 1958-11-14"),
        ("1958-11", "1958-11-01 1958-11-30"),
        ("1958", "1958-01-01 1958-12-31"),
        ("14 November 1958", "1958-11-14 1958-11-14"),
        ("五八年十一月", "1958-11-01 1958-11-30"),
        ("民国四十七年", "1958-01-01 1958-12-31"),
        ("1950s", "1950-01-01 1959-12-31"),
    ],
)
def test_since_and_until_take_a_day_a_month_a_year_or_a_span(written: str, days: str) -> None:
    for nth, (since, until) in enumerate((("--since", "--until"), ("--event-since", "--event-until"))):
        printed = CliRunner().invoke(told, [since, written, until, written]).output.splitlines()
        assert printed[nth] == days and printed[1 - nth] == "None None"


@pytest.mark.parametrize("written", ["1958-02-30", "2/3/1958", "58", "yesterday", ""])
def test_what_is_no_day_is_told(written: str) -> None:
    result = CliRunner().invoke(told, ["--since", written])
    assert result.exit_code == 2 and f'"{written}" is no date' in result.output
