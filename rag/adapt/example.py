"""What a model is trained on: a text in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Example:
    """One pair of texts. ``parts`` of a paragraph are the numbers of its sentences in the list of examples."""

    chinese: str
    english: str
    kind: str
    parts: list[int] = field(default_factory=list)
