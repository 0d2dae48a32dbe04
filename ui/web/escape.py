"""Text of articles and questions made inert for HTML, Markdown and the page's templates at once.

Everything in the archive is somebody else's text. One function serves every place it is shown in: element content,
attribute values, Markdown of the chat, and `${...}` or `{{...}}` templates. `markup` calls it on all that templates put
out, so that no place can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

# Controls, and marks that reorder what is read (Unicode's bidirectional controls), are shown as what they are.
_HIDDEN = (
    *range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0x61C, 0x200E, 0x200F,
    *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC), *range(0xD800, 0xE000),
)  # fmt: skip
_INERT = {
    # a character reference never starts markup, a link, an emphasis, a table, a formula or a template expression
    **{code: f"&#{code};" for code in range(0x21, 0x7F) if not chr(code).isalnum()},
    **dict.fromkeys(map(ord, "\t\n\r\x0b\x0c\x85\u2028\u2029"), " "),
    **{code: f"&#92;u{code:04x}" for code in _HIDDEN},
}


def esc(text: str) -> Markup:
    """`text` as it should be read, in ASCII-safe references wherever a character could mean more than itself.

    Fit for HTML content and quoted attributes, for one line of Markdown, and for the templates of Gradio. Line
    ends become spaces; control and reordering characters become visible as \\u202e.
    """
    return Markup(text if text.isalnum() else text.translate(_INERT))


def marked(
    text: str,
    start: int,
    end: int,
    marks: Iterable[tuple[int, int]],
    tag: str = "mark",
    inner: Sequence[tuple[int, int]] = (),
) -> Markup:
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
    return Markup("".join((*parts, esc(text[at:end]))))


def unshown(text: str, start: int, shown: int) -> int:
    """The offset in `text` of the character that the page shows as number `shown` from `start` on: hidden characters
    stand there as six, \\u202e."""
    at = start
    while shown > 0 and at < len(text):
        shown -= len("\\u202e") if ord(text[at]) in _HIDDEN else 1
        at += 1
    return at
