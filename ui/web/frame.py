"""The parts of the page that are there before anything is asked. Pure functions.

They stand in both languages at once, since they are made before the browser says which it reads; the style sheet
shows one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from rag.answer.wording import day, newspapers
from rag.datatypes import LANGS, Lang, Paper
from ui.web.markup import fill

ROOMS = ("ask", "search", "excerpts", "names", "translation", "evaluate")
MOST_PAPERS = 50  # newspapers offered to limit a search to
LANG_CHOICES = (("both", "中文 + English"), ("zh", "中文"), ("en", "English"))


def choices(status: Mapping[str, Any]) -> list[str]:
    """The names of the newspapers that a search can be limited to, none where there is only one."""
    known = [one for one in status.get("papers", ()) if one["en"] or one["zh"]][:MOST_PAPERS]
    return [name for one in known for name in (one["zh"], one["en"]) if name] if len(known) > 1 else []


def masthead(status: Mapping[str, Any]) -> Markup:
    """The page's head: name, what the archive holds, the other language, the phone's switch between its two halves."""
    known = [Paper(one["en"] or "", one["zh"] or "") for one in status.get("papers", ()) if one["en"] or one["zh"]]
    days = [date.fromisoformat(written) for written in status.get("dates") or ()]
    holdings = {}
    for lang in LANGS:
        papers = f"{newspapers(known, lang)}{'：' if lang == 'zh' else ': '}" if known else ""
        span = {name: day(when, lang) for name, when in zip(("since", "until"), days, strict=False)}
        holdings[lang] = {"papers": papers, "articles": status.get("articles", 0), **span}
    return fill("frame", "masthead", ROOMS, "holdings" if days else "holdings_undated", holdings)


def welcome(examples: Sequence[tuple[Lang, str]]) -> Markup:
    """What stands in an empty conversation: how it works, and questions to begin with."""
    return fill("frame", "welcome", examples)


def no_evidence() -> Markup:
    """What stands in place of evidence before the first answer."""
    return fill("frame", "no_evidence")


def search_room(papers: Sequence[str] = ()) -> Markup:
    """The form of a search without an answer; its results are put below it. `papers` are the names of newspapers that
    can be chosen, where there are several."""
    return fill("frame", "search_room", LANG_CHOICES, papers)


def names_room() -> Markup:
    """What sifts the register of names; the list, or one name, is put below."""
    return fill("frame", "names_room")


def translation_room() -> Markup:
    """What sifts the findings of the translation desk, and what is done with all decisions; the list is put below."""
    return fill("frame", "translation_room")


def reader() -> Markup:
    """What an article is shown in, over the page."""
    return fill("frame", "reader")


def go_on(questions: Sequence[str], lang: Lang) -> Markup:
    """Questions to go on with, each asked by a click."""
    return fill("frame", "go_on", questions, lang)


def foot() -> Markup:
    """What can be done with the conversation as a whole."""
    return fill("frame", "foot")


def login() -> Markup:
    """What stands over the fields of the login page."""
    return fill("shared", "both", "login", "p")


def hint(message: str) -> Markup:
    """A short word beside the question box about what cannot be done as asked."""
    return fill("frame", "hint", message)


def model_state(model: str, state: str) -> Markup:
    """The language model that writes answers, and whether it can be asked; nothing if there is none."""
    return fill("frame", "model_state", model, state)
