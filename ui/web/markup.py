"""The page's markup, from the templates beside this file: what they put out is text, unless it is markup already."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from rag.answer.wording import issued
from rag.datatypes import LANGS, Lang
from rag.language.script import detect
from ui.web.escape import esc, marked
from ui.web.naming import address, channel, reasons, room_address, spots, titled, where
from ui.web.strings import text

_PLAIN = frozenset({Markup, int, float})
_BESIDE_TAGS = re.compile(r"\A\s*\n\s*|\s*\n\s*\Z|(?<=>)\s*\n\s*|\s*\n\s*(?=<)")
_LINE_END = re.compile(r"\s*\n\s*")
IN_LANG: dict[Lang, Markup] = {"en": Markup('lang="en"'), "zh": Markup('lang="zh-CN"')}
"""The attribute that tells browsers and screen readers what language a text is in."""
VERBATIM: dict[Lang, Markup] = {lang: attribute + Markup(' translate="no"') for lang, attribute in IN_LANG.items()}
"""The attributes of what has to stay as it is, in the language it is in: quotations, titles, names, questions.

A browser that translates the page leaves it alone (HTML, section 3.2.6.3: `translate`).
"""


class _OneLine(Extension):
    """A line end of a template is nothing beside a tag, elsewhere a blank.

    So templates are laid out to be read, and Markdown, in which an empty line ends a block of HTML, leaves them alone.
    """

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                token = Token(token.lineno, "data", _LINE_END.sub(" ", _BESIDE_TAGS.sub("", token.value)))
            yield token


@cache
def _word(lang: Lang, key: str) -> Markup:
    return esc(text(lang, key))


def _worded(lang: Lang, key: str, **values: object) -> str:
    """`strings.text`, escaped once for all where nothing is filled in."""
    return text(lang, key, **values) if values else _word(lang, key)


def _inert(value: object) -> object:
    """What Jinja's own escaping leaves open: Markdown, the templates of Gradio, hidden and reordering characters."""
    return value if type(value) in _PLAIN else esc(str(value))


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    extensions=[_OneLine],
    autoescape=True,
    undefined=StrictUndefined,
    finalize=_inert,
    auto_reload=False,
)
_TEMPLATES.globals |= {
    "LANGS": LANGS, "address": address, "channel": channel, "detect": detect, "in_lang": IN_LANG, "issued": issued,
    "marked": marked, "reasons": reasons, "room_address": room_address, "spots": spots, "text": _worded,
    "titled": titled, "verbatim": VERBATIM, "where_of": where,
}  # fmt: skip


def fill(template: str, macro: str, *values: object, **named: object) -> Markup:
    """What a macro of a template makes of values. Raises jinja2's `UndefinedError` for one that is not there."""
    made: Markup = getattr(_TEMPLATES.get_template(f"{template}.html").module, macro)(*values, **named)
    return made
