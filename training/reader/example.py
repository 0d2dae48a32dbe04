"""What the reader learns from: a question with a page, which sentences answer, and with which words."""

from __future__ import annotations

from dataclasses import dataclass

from rag.reader.pages import Page

UNKNOWN = -1
"""A sentence of which nobody said whether it answers."""


@dataclass(frozen=True, slots=True)
class Example:
    """`labels`, one for each sentence of the page: 1 if it answers, 0 if not, UNKNOWN. `words` are the characters of
    the page's text that answer, if that is known. `yes` is what the answering sentences say to a question that can be
    answered so, `form` one of the reader's forms, `leans` whether the question cannot do without the one before it;
    None where it is not known."""

    question: str
    page: Page
    labels: tuple[int, ...]
    words: tuple[int, int] | None = None
    yes: bool | None = None
    form: str | None = None
    leans: bool | None = None
    source: str = ""

    @property
    def answers(self) -> bool:
        """Whether a sentence of the page answers."""
        return 1 in self.labels

    @property
    def teaches(self) -> bool:
        """Whether there is anything to learn from it."""
        return self.leans is True or any(label != UNKNOWN for label in self.labels)
