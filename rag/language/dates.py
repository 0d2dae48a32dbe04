"""Dates that name their year, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.numerals import parse

_NAMES = "january february march april may june july august september october november december"
_MONTHS = {name[:3]: number for number, name in enumerate(_NAMES.split(), 1)}
_HAN = "〇零一二三四五六七八九"

MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in _NAMES.split()).replace("|sep\\.?", "|sept?\\.?")
"""Pattern of an English month name, written out or cut to three letters, in folded text."""
_YEAR = r"(?:1[89]|20)[0-9]{2}"
_DAY = r"[0-3]?[0-9]"

_DATED = re.compile(
    rf"(?P<zy>(?<!\d){_YEAR}|[一二]{{1}}[{_HAN}]{{3}})年(?P<zm>[0-9]{{1,2}}|十[一二]?|[一二三四五六七八九])月"
    rf"(?:份|(?P<zd>{_DAY}|[一二三四五六七八九十廿卅]{{1,3}})[日号])?"
    rf"|\b(?P<iy>{_YEAR})-(?P<im>[01]?[0-9])(?:-(?P<id>{_DAY}))?(?![-\d])"
    rf"|\b(?:(?P<d1>{_DAY})(?:st|nd|rd|th)? (?:of )?)?(?P<em>{MONTH})(?: (?P<d2>{_DAY})(?:st|nd|rd|th)?(?=,| {_YEAR}))?"
    rf",? (?:of )?(?P<ey>{_YEAR})\b"
)


def dated(folded: str) -> Iterator[tuple[int, int, int, int, int | None]]:
    """(start, end, year, month, day or None) of every date in a folded text that names its year and month."""
    for match in _DATED.finditer(folded):
        year = parse(match["zy"] or match["iy"] or match["ey"])
        month = _MONTHS[match["em"][:3]] if match["em"] else parse(match["zm"] or match["im"])
        named = match["zd"] or match["id"] or match["d1"] or match["d2"]
        day = parse(named) if named else None
        if year and month and 1 <= month <= 12:
            yield match.start(), match.end(), int(year), int(month), int(day) if day and 1 <= day <= 31 else None
