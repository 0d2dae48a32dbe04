"""Text of articles and questions made inert for HTML, Markdown and the page's templates at once.

Everything in the archive is somebody else's text. One function serves every place it is shown in, so that no place
can be forgotten: element content, attribute values, Markdown of the chat, and `${...}` or `{{...}}` templates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

KEPT = 'translate="no"'
"""The attribute of what no browser may translate: quotations, references, ids, figures, names, questions."""
# A character reference never starts markup, a link, an emphasis, a table, a formula or a template expression.
_PUNCTUATION = {code: f"&#{code};" for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_SPACES = dict.fromkeys(map(ord, "\t\n\r\x0b\x0c\x85\u2028\u2029"), " ")
# Controls, and marks that reorder what is read (Unicode's bidirectional controls), are shown as what they are.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)


def esc(text: str) -> str:
    """`text` as it should be read, in ASCII-safe references wherever a character could mean more than itself.

    Fit for HTML content and quoted attributes, for one line of Markdown, and for the templates of Gradio. Line
    ends become spaces; control and reordering characters become visible as \\u202e.
    """
    seen = _HIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text.translate(_SPACES))
    return seen.translate(_PUNCTUATION)


def marked(
    text: str,
    start: int,
    end: int,
    marks: Iterable[tuple[int, int]],
    tag: str = "mark",
    inner: Sequence[tuple[int, int]] = (),
) -> str:
    """`text[start:end]` escaped, with the parts of `marks` (sorted, apart, in offsets of `text`) inside `<tag>`.

    Inside those, the parts of `inner` (sorted and apart too) stand in `<strong>`.
    """
    parts: list[str] = []
    at = start
    for first, last in marks:
        first, last = max(first, at), min(last, end)
        if first < last:
            inside = marked(text, first, last, inner, "strong") if inner else esc(text[first:last])
            parts += esc(text[at:first]), f"<{tag}>{inside}</{tag}>"
            at = last
    return "".join((*parts, esc(text[at:end])))
