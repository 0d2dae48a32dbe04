"""Dates as spreadsheets write them into CSV files, in the form of question sets."""

from __future__ import annotations

import re
import unicodedata

from rag.corpus.dates import counted_day, read_date

_TIME = re.compile(r"(?<=\d) +\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?$", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"(?<=[-/., ])\d{2}(?=\.?$)")
_SERIAL = re.compile(r"(\d{5})(?:[.,]0*)?")
_CENTURY_FROM = 30
"""Excel takes years of two digits from 30 on for 1930 to 1999, those below for 2000 to 2029."""


def as_iso(text: str) -> str:
    """`text` as YYYY-MM-DD if it is a date with one meaning, else as it is.

    Read is what `read_date` reads to the day, also with a year of two digits at its end (14-Nov-58), and a day number
    of Excel's. 3/11/1958 is 3 November or March 11 and stays as it is.
    """
    plain = _TIME.sub("", unicodedata.normalize("NFKC", text).strip())
    whole = _SHORT_YEAR.sub(lambda year: f"{19 if int(year[0]) >= _CENTURY_FROM else 20}{year[0]}", plain)
    for written in (plain, whole):
        if len(found := read_date(written) or "") == len("1958-11-14"):
            return found
    serial = _SERIAL.fullmatch(plain)
    return (serial and counted_day(float(serial[1]))) or text
