"""Dates as spreadsheets write them into CSV files, in the form of question sets."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from rag.corpus.dates import read_date

_TIME = re.compile(r"(?<=\d)[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?$", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,2})\s*([/.-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\.?")
_NAMED = re.compile(r"(\d{1,2})[- .]+([A-Za-z]{3,9})\.?[-, ]+(\d{4}|\d{2})|([A-Za-z]{3,9})\.? +(\d{1,2}),? +(\d{4})")
_WEEKDAY = re.compile(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day,? +| *星期[一二三四五六日天]$", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL = re.compile(r"(\d{5})(?:[.,]0*)?")
_DAY_0 = date(1899, 12, 30)
"""Excel counts days from here on, from March 1900 (its 29 February 1900 never was)."""
_CENTURY_FROM = 30
"""Excel takes years of two digits from 30 on for 1930 to 1999, those below for 2000 to 2029."""


def as_iso(text: str) -> str:
    """`text` as YYYY-MM-DD if it is a date with one meaning, else as it is.

    Read are: year, month, day with any separator (1958/11/4, 1958年11月4日); day, month, year with dots (14.11.1958);
    day and month in either order with slashes or hyphens where one of them is above 12 or both are equal; the month by
    its English name (14-Nov-58); a day number of Excel's; each also with a time of day or a weekday. 3/11/1958 is
    3 November or March 11 and stays as it is.
    """
    plain = _WEEKDAY.sub("", _TIME.sub("", unicodedata.normalize("NFKC", text).strip()))
    read = read_date(plain) or ""
    found = _numbers(plain) or _named(plain) or _serial(plain)
    return read if len(read) == len("1958-11-14") else found.isoformat() if found else text


def _numbers(text: str) -> date | None:
    match = _NUMBERS.fullmatch(text)
    if match is None:
        return None
    first, sign, second, year = int(match[1]), match[2], int(match[3]), _year(match[4])
    if sign == "." or first > 12 or first == second:
        return _date(year, second, first)
    return _date(year, first, second) if second > 12 else None


def _named(text: str) -> date | None:
    match = _NAMED.fullmatch(text)
    if match is None:
        return None
    day, name, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
    month = name.lower()[:3]
    return _date(_year(year), _MONTHS.index(month) + 1, int(day)) if month in _MONTHS else None


def _serial(text: str) -> date | None:
    match = _SERIAL.fullmatch(text)
    return _DAY_0 + timedelta(days=int(match[1])) if match else None


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return year + (1900 if year >= _CENTURY_FROM else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
