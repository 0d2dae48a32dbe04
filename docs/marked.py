"""Tables in a page that a command writes: they stand between two comments, the first of which names the command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Marked:
    """What stands between the comments `begin` and `end` of a page."""

    begin: str
    end: str

    def of(self, text: str) -> str:
        """What a page has there."""
        return text.partition(self.begin)[2].partition(self.end)[0].strip() + "\n"

    def write(self, page: Path, made: str) -> None:
        """Put it into the page. Raises `ValueError` if the page lacks the comments."""
        text = page.read_text(encoding="utf-8")
        if self.begin not in text or self.end not in text:
            raise ValueError(
                f"{page} lacks the lines {self.begin} and {self.end}. Put them where the table is to stand."
            )
        head, tail = text.partition(self.begin)[0], text.partition(self.end)[2]
        page.write_text(f"{head}{self.begin}\n\n{made}\n{self.end}{tail}", encoding="utf-8")


def share(value: float) -> str:
    """A figure between 0 and 1 as the tables have it: .874."""
    return f"{value:.3f}".removeprefix("0")
