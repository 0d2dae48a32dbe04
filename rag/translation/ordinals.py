"""English ordinals of more than one word: "thirty-ninth", "two hundredth"; in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.numerals import EN_NUMERAL, parse_words

_ONES = {
    w: n
    for n, w in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), 1
    )
} | {f"{w}th": n for n, w in enumerate("thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(), 13)}
_TENS = {
    w: n * 10
    for n, w in enumerate("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth".split(), 2)
}
_LAST = "|".join(sorted([*_ONES, *_TENS], key=len, reverse=True))
_ORDINAL = re.compile(rf"(?P<front>{EN_NUMERAL})[ -](?:and )?(?P<last>{_LAST})\b(?! (?:of|the))|\b(?P<alone>{_LAST})\b")
_SCALED = re.compile(rf"(?P<front>{EN_NUMERAL})(?P<th>th)\b")


def ordinals(folded: str) -> Iterator[tuple[int, int, float]]:
    """(start, end, value) of the ordinals above twelve, and of those that are made of several words."""
    for match in _ORDINAL.finditer(folded):
        name = match["last"] or match["alone"]
        value = float(_ONES.get(name) or _TENS[name])
        front = parse_words(match["front"]) if match["front"] else 0.0
        if front is None or (front and not (front % 10 == 0 and front > value)):
            continue
        if front or value > 12:
            yield *match.span(), front + value
