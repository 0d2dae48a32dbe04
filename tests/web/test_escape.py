from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from tests.web.hostile import PAYLOADS
from ui.web import escape
from ui.web.escape import esc, marked
from ui.web.markup import fill

HARMLESS = re.compile(r"(?:[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]|[ 0-9A-Za-z]|&#[0-9]{1,3};)*")
spans = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3).map(
    lambda pairs: sorted((min(p), max(p)) for p in pairs)
)


@pytest.mark.fault(60, 61)
@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_nothing_that_could_be_markup_is_left(payload: str) -> None:
    assert HARMLESS.fullmatch(esc(payload))


@pytest.mark.fault(60)
@given(st.text())
def test_escaped_text_reads_as_it_was(text: str) -> None:
    assert HARMLESS.fullmatch(esc(text))
    seen = html.unescape(esc(text))
    if not re.search(
        "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]", text
    ):
        assert seen == text
    seen.encode("utf-8")


@pytest.mark.fault(15)
@pytest.mark.parametrize(
    ("hidden", "shown"), [("\u202e", "\\u202e"), ("\x1b", "\\u001b"), ("\ud800", "\\ud800"), ("\x00", "\\u0000")]
)
def test_control_and_reordering_characters_are_shown(hidden: str, shown: str) -> None:
    assert html.unescape(esc(f"a{hidden}b")) == f"a{shown}b"


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_a_template_puts_out_nothing_unescaped(payload: str) -> None:
    class Named:
        """Anything that is no text, but has one."""

        def __str__(self) -> str:
            return payload

    for value in (payload, Named()):
        assert f'role="alert">{esc(payload)}</p>' in fill("frame", "hint", value)
    assert f'value="{esc(payload)}"' in fill("frame", "example", payload, "en")


def test_what_a_template_is_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        fill("frame", "hint")


def test_markup_is_made_in_few_places() -> None:
    root = Path(escape.__file__).parent
    for template in (root / "templates").iterdir():
        assert not re.search(r"safe|autoescape", template.read_text(encoding="utf-8")), template.name
    makers = {path.name for path in root.glob("*.py") if re.search(r"Markup\([^)]", path.read_text(encoding="utf-8"))}
    assert makers == {"escape.py", "markup.py", "naming.py"}  # what escapes, our own attributes, an address


@pytest.mark.fault(14)
def test_line_ends_cannot_open_a_markdown_block() -> None:
    assert html.unescape(esc("a\n\n    b\r\nc\u2028d")) == "a      b  c d"


@given(st.text(alphabet="ab<&中“”${}", max_size=30), st.integers(0, 30), st.integers(0, 30), spans)
def test_marks_change_nothing_but_add_tags(text: str, start: int, end: int, marks: list[tuple[int, int]]) -> None:
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    made = marked(text, start, end, marks)
    assert html.unescape(re.sub("</?mark>", "", made)) == text[start:end]
    assert re.fullmatch(r"(?:[^<]*<mark>[^<]+</mark>)*[^<]*", made)


def test_the_marked_part_is_the_part_meant() -> None:
    assert marked("abcdef", 1, 6, [(2, 4)]) == "b<mark>cd</mark>ef"
    assert marked("abcdef", 0, 3, [(2, 5)], "span") == "ab<span>c</span>"


def test_the_answering_part_stands_out_inside_the_quotation() -> None:
    shown = escape.marked("<a> eighty tons & more", 0, 22, [(4, 15)], inner=[(4, 10)])
    assert shown == "&#60;a&#62; <mark><strong>eighty</strong> tons</mark> &#38; more"
