"""English ordinals of more than one word: "thirty-ninth", "two hundredth"; in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.numerals import EN_NUMERAL, parse_words

_ONES = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19,
}  # fmt: skip
_TENS = {
    "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70,
    "eightieth": 80, "ninetieth": 90,
}  # fmt: skip
_LAST = "|".join(sorted([*_ONES, *_TENS], key=len, reverse=True))
_ORDINAL = re.compile(rf"(?P<front>{EN_NUMERAL})[ -](?:and )?(?P<last>{_LAST})\b|\b(?P<alone>{_LAST})\b")


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
