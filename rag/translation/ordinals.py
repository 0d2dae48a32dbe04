"""English ordinals of more than one word: "thirty-ninth", "two hundredth"; in folded text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.numerals import EN_NUMERAL, EN_ORDINALS, parse_words

_TENS = {
    "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "sixtieth": 60, "seventieth": 70,
    "eightieth": 80, "ninetieth": 90,
}  # fmt: skip
_LAST = "|".join(sorted([*EN_ORDINALS, *_TENS], key=len, reverse=True))
_ORDINAL = re.compile(rf"(?P<front>{EN_NUMERAL})[ -](?:and )?(?P<last>{_LAST})\b|\b(?P<alone>{_LAST})\b")


def ordinals(folded: str) -> Iterator[tuple[int, int, float]]:
    """(start, end, value) of the ordinals above twelve, and of those that are made of several words."""
    for match in _ORDINAL.finditer(folded):
        name = match["last"] or match["alone"]
        value = float(EN_ORDINALS.get(name) or _TENS[name])
        front = parse_words(match["front"]) if match["front"] else 0.0
        if front is None or (front and not (front % 10 == 0 and front > value)):
            continue
        if front or value > 12:
            yield *match.span(), front + value
