"""Answers as documents to take along: Markdown and one self-contained HTML page, evidence in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rag.answer import times
from rag.answer.wording import HEADINGS, source, value_rows
from rag.datatypes import Answer, Lang
from rag.pages import environment_of
from ui.export import markdown, plain
from ui.noted import note_of, tags_of

if TYPE_CHECKING:
    from jinja2 import Environment


def markdown_of(title: str, answers: Sequence[Answer]) -> str:
    """A conversation as Markdown; that of a single answer is `export.markdown`."""
    if len(answers) == 1:
        return markdown(answers[0])
    parts = [f"# {plain(title)}\n"] + [markdown(answer, level=2) for answer in answers]
    return "\n".join(parts)


def html_of(title: str, answers: Sequence[Answer], lang: Lang) -> str:
    """A conversation as one HTML page that needs nothing else and prints well."""
    return page("conversation", title, lang, answers=answers)


def page(template: str, title: str, lang: Lang, **values: object) -> str:
    """What a template beside this file makes of values, under its title as one HTML page that needs nothing else."""
    return _templates().get_template(f"{template}.html.j2").render(title=title, lang=lang, **values)


@cache
def _templates() -> Environment:
    made = environment_of(Path(__file__).parent / "templates")
    made.globals |= {
        "HEADINGS": HEADINGS, "note_of": note_of, "source": source, "tags_of": tags_of, "told_of_times": times.told,
        "value_rows": value_rows,
    }  # fmt: skip
    return made
