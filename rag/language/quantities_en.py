"""English figures in folded text: digits and words, hedges, ranges and units. See `rag.language.quantities`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.dates import MONTH, MONTH_NUMBER
from rag.language.numerals import (
    EN_NUMERAL,
    EN_ORDINALS,
    EN_SCALES,
    EN_WORDS,
    FRACTION,
    Figure,
    Taken,
    next_step,
    parse,
    parse_words,
    part_behind,
)
from rag.language.units import EN_HALF_BEHIND, EN_HALF_OF, EN_NO_HALF, EN_NO_ORDINAL, EN_PARTS, EN_UNIT, EN_UNITS

_TIMES = frozenset({"min", "day", "month", "year"})
_SCALE = "|".join(EN_SCALES)
_PLAIN = r"(?<![\w.])[0-9]{1,15}(?:,[0-9]{3}){0,5}(?:\.[0-9]{1,12})?"
_ONE = rf"(?:(?<!\w){FRACTION}|{_PLAIN})(?:{EN_HALF_BEHIND})?(?:[ -]?(?:{_SCALE}|bn)\b)?|{EN_NUMERAL}"
_MORE = "more than|over|upwards of|in excess of"
_FRONT = "about|around|nearly|almost|some|approximately|roughly|at least|at most|up to|less than|fewer than|close to"
_FIGURE = re.compile(
    rf"(?:\b(?:(?P<more>{_MORE})|(?P<front>{_FRONT})) )?(?P<a>{_ONE})(?P<percent_a> ?%| per ?cent\b)?"
    rf"(?P<nth>(?:st|nd|rd|th)\b)?"
    rf"(?:(?: to | or | ?[-~] ?)(?P<b>{_ONE})(?P<percent_b> ?%| per ?cent\b)?)?(?P<odd> odd\b)?"
    rf"(?:[ -](?P<unit>{EN_UNIT})(?:e?s)?\b)?(?P<tail> or more\b)?"
)
_CLOCK = re.compile(
    r"(?<![\w.:])[0-2]?[0-9]:[0-5][0-9](?![0-9:])"
    r"|\bhalf past \w+|(?<!and a )(?<!and )\b(?:a )?quarter (?:past|to) \w+|\b\w+(?: o'clock\b| [ap]\.m\b| [ap]m\b)"
)
_HOURS = re.compile(rf"(?P<h>{_ONE}|\ban)[ -]hours?,? (?:and )?(?P<m>{_ONE})[ -]minutes?\b")
_HALVES = re.compile(
    rf"(?:\b(?:(?P<more>{_MORE})|(?P<front>{_FRONT})) )?(?:"
    rf"(?P<n>\ban?|{_ONE})[ -](?P<unit>{EN_UNIT})(?:e?s)?(?P<behind>{EN_HALF_BEHIND})"
    rf"|(?P<half>{EN_HALF_OF})(?P<unit_of>{EN_UNIT})s?\b"
    r"|\b(?P<quarters>a|one|three)[ -]quarters? of an? (?P<unit_quartered>hour|year|century|ton|kilometer|mile)\b)"
    r"(?P<tail> or more\b)?"
)
_NOT_TIME = rf"(?! (?:of (?:last|this|[0-9]{{4}})|quarter))(?!-(?:{EN_NO_HALF})\b)"
_FRACTION = re.compile(
    rf"\b(?P<n>one|two|three|four|five|six|seven|eight|nine|a)[ -](?P<d>{'|'.join(EN_PARTS)})s?\b{_NOT_TIME}"
    r"|\b(?P<in>one|[1-9]) (?:in|out of) (?:a |every )?(?P<of>ten|hundred|thousand|10|100|1,?000)\b"
    rf"|{EN_NO_ORDINAL}\b(?P<bare>half)(?= (?:of|the|its|their|our|all)\b){_NOT_TIME}"
)
_VAGUE = re.compile(
    r"\b(?P<first>dozens|tens|hundreds|thousands|millions)\b(?: of (?P<second>thousands|millions))?"
    r"(?: of (?P<unit>\w+))?"
)
_VAGUE_RANGES = {"dozens": (24.0, 99.0), "tens": (20.0, 99.0), "hundreds": (200.0, 999.0), "thousands": (2e3, 9999.0),
                 "millions": (2e6, 9999999.0)}  # fmt: skip
_ORDINAL = re.compile(rf"\b(?P<word>{'|'.join(list(EN_ORDINALS)[:12])})\b|\bno\. ?(?P<no>[0-9]+)")
_MONTH = re.compile(rf"\b(?!may\b)(?P<month>{MONTH})\b(?: (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\b)?")
# "one of", "no one", "one-man": a pronoun or a word, not a count.
_COUNTED_ONE = frozenset({"t", "kg", "jin", "mu", "yuan", "min", "day", "month", "year", "m", "li", "times"})


def figures(folded: str) -> Iterator[Figure]:
    """The figures of a folded English text, in no particular order; of overlapping ones the first found counts.

    Times of the clock are none.
    """
    taken = Taken(len(folded))
    for match in _CLOCK.finditer(folded):
        taken.take(*match.span())
    for scan in (_hours, _mixed, _halves, _fractions, _vague, _calendar, _ordinals, _plain):
        for figure in scan(folded):
            if taken.take(figure.start, figure.end):
                yield figure


def _hours(folded: str) -> Iterator[Figure]:
    for match in _HOURS.finditer(folded):
        hours, minutes = _value(match["h"]), _value(match["m"])
        if hours is not None and minutes is not None:
            total = 60 * hours + minutes
            yield Figure(*match.span(), total, total, "min", False, "duration")


def _halves(folded: str) -> Iterator[Figure]:
    """A measure and a half, half a measure, three quarters of one."""
    for match in _HALVES.finditer(folded):
        name, factor = EN_UNITS.get(match["unit"] or match["unit_of"] or match["unit_quartered"] or "", ("", 1.0))
        if match["behind"]:
            whole = _value(match["n"])
            value = None if whole is None else whole + part_behind(match["behind"])
        else:
            value = 0.5 if match["half"] else 0.75 if match["quarters"] == "three" else 0.25
        if value is not None:
            high = next_step(value) if match["more"] else value
            approx = bool(match["more"] or match["front"] or match["tail"])
            yield Figure(*match.span(), value * factor, high * factor, name, approx, _kind(name))


def _mixed(folded: str) -> Iterator[Figure]:
    """The plain figures that are not whole, before their "a half" could be read by itself."""
    if re.search(EN_HALF_BEHIND, folded):
        yield from (f for f in _plain(folded) if re.search(EN_HALF_BEHIND, folded[f.start : f.end]))


def _fractions(folded: str) -> Iterator[Figure]:
    for match in _FRACTION.finditer(folded):
        if match["in"]:
            above, below = _value(match["in"]), _value(match["of"]) or EN_SCALES.get(match["of"])
        elif match["bare"]:
            above, below = 1.0, 2
        else:
            above, below = 1.0 if match["n"] == "a" else _value(match["n"]), EN_PARTS[match["d"]]
        if above and below:
            yield Figure(*match.span(), 100 * above / below, 100 * above / below, "%", False, "percent")


def _vague(folded: str) -> Iterator[Figure]:
    for match in _VAGUE.finditer(folded):
        low, high = _VAGUE_RANGES[match["first"]]
        if match["second"]:
            factor = 1e3 if match["second"] == "thousands" else 1e6
            low, high = low * factor, (high + 1) * factor - 1
        name, factor, end = _unit_of(match)
        yield Figure(match.start(), end, low * factor, high * factor, name, True, _kind(name))


def _unit_of(match: re.Match[str]) -> tuple[str, float, int]:
    word = match["unit"] or ""
    for form in (word, word.removesuffix("s")):
        if form in EN_UNITS:
            return *EN_UNITS[form], match.end()
    return "", 1.0, match.end("second") if match["second"] else match.end("first")


def _calendar(folded: str) -> Iterator[Figure]:
    for match in _MONTH.finditer(folded):
        month = float(MONTH_NUMBER[match["month"][:3]])
        yield Figure(match.start(), match.end("month"), month, month, "month", False, "date")
        if match["day"]:
            day = float(match["day"])
            yield Figure(match.start("day"), match.end(), day, day, "day", False, "date")


def _ordinals(folded: str) -> Iterator[Figure]:
    for match in _ORDINAL.finditer(folded):
        value = float(match["no"]) if match["no"] else EN_ORDINALS[match["word"]]
        yield Figure(*match.span(), value, value, "", False, "ordinal")


def _plain(folded: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(folded):
        low = _value(match["a"])
        if low is None:
            continue
        high = _value(match["b"]) if match["b"] else low
        if high is None or high < low:
            high = low
        scale = re.search(rf"({_SCALE})$", match["b"] or "")
        if scale and low * EN_SCALES[scale[1]] <= high:  # 1.5 to 1.6 million
            low *= EN_SCALES[scale[1]]
        if match["nth"]:
            yield Figure(match.start("a"), match.end("nth"), low, low, "day" if low <= 31 else "", False, "ordinal")
            continue
        name, factor = EN_UNITS.get(match["unit"] or "", ("", 1.0))
        if match["a"] == "one" and high == low and name not in _COUNTED_ONE and not match["percent_a"]:
            continue
        approx = bool(match["more"] or match["front"] or match["odd"] or match["tail"]) or low != high
        if match["more"] or match["odd"]:
            high = next_step(high)
        if match["percent_a"] or match["percent_b"]:
            yield Figure(match.start(), match.end(), low, high, "%", approx, "percent")
        elif "/" in match["a"] and high < 1 and not name:
            yield Figure(match.start(), match.end(), 100 * low, 100 * high, "%", approx, "percent")
        else:
            yield Figure(match.start(), match.end(), low * factor, high * factor, name, approx, _kind(name))


def _kind(unit: str) -> str:
    return "duration" if unit in _TIMES else "money" if unit == "yuan" else "number"


def _value(numeral: str) -> float | None:
    if numeral in ("a", "an"):
        return 1.0
    if digits := re.match(rf"{FRACTION}|[0-9.,]+", numeral):
        value, half = parse(digits[0]), re.search(EN_HALF_BEHIND, numeral)
        scale = re.search(rf"(?:{_SCALE}|bn)$", numeral)
        if value is None:
            return None
        value += part_behind(half[0]) if half else 0.0
        return value * (EN_SCALES | {"bn": 10**9})[scale[0]] if scale else value
    return parse_words(numeral) if all(w in _KNOWN for w in re.split("[ -]", numeral)) else None


_KNOWN = {*EN_WORDS, *EN_SCALES, "and", "a", "an", *EN_PARTS, "quarters", "thirds"}
