"""Numbers as they are written: 3,000 · 三千 · 5万 · 1.3 million · twenty-five · 十分之三 · 20% · 2½ · 两个半.

Works on folded text (`rag.language.fold`), in which digits are ASCII and Han numerals simplified. Ranges, hedges
and units belong to `rag.language.quantities`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.language.units import EN_HALF_BEHIND, EN_HALF_OF, EN_PARTS, ZH_HALF_BEHIND, ZH_HALF_OF, ZH_HALVED

HAN_FIGURES = "一二三四五六七八九"
"""One to nine."""
_DIGITS = {c: i for i, c in enumerate(f"零{HAN_FIGURES}")} | {"〇": 0, "两": 2}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS = {"万": 10**4, "亿": 10**8}
_TENS = {"廿": 20, "卅": 30, "卌": 40}

# Every repetition is bounded, so that a run of numerals without end costs linear and not quadratic time.
_HAN_DIGIT = f"〇零两{HAN_FIGURES}"
DECIMAL = re.compile(f"(?<=[○〇零{HAN_FIGURES}])[·．•](?=[○〇零{HAN_FIGURES}])")
"""The point between Chinese figures, as printers set it: 三·五."""
_MORE = "[多余][万亿]{1,2}"  # 五千多万: the hedge stands inside the numeral
_HAN_NUMERAL = f"[{_HAN_DIGIT}十百千万亿廿卅卌]{{1,24}}(?:点[{_HAN_DIGIT}]{{1,12}}[万亿]{{0,2}}|{_MORE})?"
_PLAIN = r"[0-9]{1,15}(?:,[0-9]{3}){0,5}(?:\.[0-9]{1,12})?"
_MIXED = rf"{_PLAIN}(?:[十百千万亿]{{1,3}}(?:[0-9]{{1,4}}[十百千万亿]{{1,2}}){{0,4}}[0-9]{{0,4}})?(?:{_MORE})?"

_MAX_NUMERAL = 32  # characters; anything longer is a table or an attack, not a number

# Proper fractions with one figure below, or tenths: others are as often dates, pages or scores.
_FRACTION = r"(?:1/[2-9]|2/[3579]|3/[4578]|4/[579]|5/[6-9]|6/7|7/[89]|8/9|[1379]/10)(?![0-9/])"
FRACTION = rf"(?<![0-9./])(?:[0-9]{{1,6}}(?:[ -]| and |又))?(?<![./]){_FRACTION}"
"""Pattern of a fraction in figures, with the whole number before it or without: 1/2, 2 1/2, 2-1/2."""
NUMERAL = f"(?:{FRACTION}|{_MIXED}|{_HAN_NUMERAL})"
"""Pattern of a numeral in digits, Chinese characters, or both mixed (2亿5000万)."""

_EN_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
EN_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
_EN_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth"
)
EN_ORDINALS = {word: number for number, word in enumerate(_EN_ORDINALS.split(), 1)}
EN_WORDS = {w: i for i, w in enumerate(_EN_UNITS.split())} | {w: 20 + 10 * i for i, w in enumerate(_EN_TENS.split())}

_EN_WORD = "|".join(sorted([*EN_WORDS, *EN_SCALES], key=len, reverse=True))
_SCALE = "|".join(EN_SCALES)
_EN_AND = "(?:(?<=hundred)|(?<=thousand)|(?<=million)) and "
_EN_HALF = rf"{EN_HALF_BEHIND}(?: (?:{_SCALE})\b)?"
EN_NUMERAL = (
    rf"\b(?:{_EN_WORD})(?:(?:[ -]|{_EN_AND})(?:{_EN_WORD})){{0,12}}\b(?:{_EN_HALF})?"
    rf"|\b(?:half )?an? (?:{_SCALE})(?:(?: |{_EN_AND})(?:{_EN_WORD})){{0,12}}\b"
)
"""Pattern of a number in English words: "twenty-five", "half a million", "two and a half million"."""

_NUMBER = re.compile(
    rf"(?:(?P<plus>{NUMERAL})又)?(?P<whole>{NUMERAL})分之(?P<part>{NUMERAL})"
    rf"|(?P<halved>{NUMERAL})(?:{ZH_HALVED}){ZH_HALF_BEHIND}"
    rf"|(?P<half>{ZH_HALF_OF}|{EN_HALF_OF})"
    rf"|\b(?P<measured>an?|[0-9]{{1,6}}|{_EN_WORD}) [a-z]{{1,20}}{EN_HALF_BEHIND}"
    rf"|(?P<value>{NUMERAL})(?P<and>{EN_HALF_BEHIND})?(?: (?P<scale>{_SCALE})\b)?(?P<percent> ?%| per ?cent\b)?"
    rf"|(?P<words>{EN_NUMERAL})(?P<words_percent> per ?cent\b)?"
)
_PIECE = re.compile(rf"{_PLAIN}|[{_HAN_DIGIT}]+(?:点[{_HAN_DIGIT}]+)?|[十百千万亿廿卅卌]")


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `start` to `end` of the text; a `percent` counts in hundredths (三成 and 20% are 30 and 20)."""

    start: int
    end: int
    value: float
    percent: bool


def numbers(folded: str) -> Iterator[Number]:
    """Every number in a folded text, in order, in either language."""
    for match in _NUMBER.finditer(folded):
        value, percent = _value(match)
        if value is not None:
            yield Number(match.start(), match.end(), value, percent)


def _value(match: re.Match[str]) -> tuple[float | None, bool]:
    if match["part"]:
        whole, part = parse(match["whole"]), parse(match["part"])
        if not whole or part is None:
            return None, True
        plus = parse(match["plus"]) if match["plus"] else None
        return (plus + part / whole, False) if plus is not None else (100 * part / whole, True)
    if match["half"]:
        return 0.5, False
    if match["halved"]:
        value = parse(match["halved"])
        return (None if value is None else value + 0.5), False
    if measured := match["measured"]:
        value = 1.0 if measured in ("a", "an") else parse_words(measured) if measured.isalpha() else parse(measured)
        return (None if value is None else value + part_behind(match[0])), False
    if match["words"]:
        return parse_words(match["words"]), bool(match["words_percent"])
    if not match["value"].strip("百千万亿"):
        return None, False  # 千方百计, 万岁: no count is meant
    value = parse(match["value"])
    if value is not None and match["and"]:
        value += part_behind(match["and"])
    if value is not None and match["scale"]:
        value *= EN_SCALES[match["scale"]]
    return value, bool(match["percent"])


def parse(numeral: str) -> float | None:
    """The value of a folded numeral such as 3,000, 三千, 一九五八, 四点二, 2亿5000万 or 2 1/2; None if it is none.

    A last digit after 百, 千, 万 or 亿 counts in tenths of that unit, as in speech: 两千五 is 2500.
    """
    if len(numeral) > _MAX_NUMERAL:
        return None
    if fraction := re.fullmatch(r"(?:([0-9]+)(?:[ -]| and |又))?([0-9]+)/([1-9][0-9]*)", numeral):
        return int(fraction[1] or 0) + int(fraction[2]) / int(fraction[3])
    if numeral.isascii():
        try:
            return float(numeral.replace(",", ""))
        except ValueError:
            return None
    numeral = numeral.replace("多", "").replace("余", "")
    total = section = 0.0
    pending: float | None = None
    last_unit = 1.0
    pieces = _PIECE.findall(numeral)
    if "".join(pieces) != numeral:
        return None
    for at, piece in enumerate(pieces, 1):
        if piece in _LARGE_UNITS:
            last_unit = float(_LARGE_UNITS[piece])
            section += pending or 0.0
            total = (
                (total + (section or (0.0 if total else 1.0))) * last_unit
                if last_unit > 10**4
                else (total + (section or 1.0) * last_unit)
            )
            section, pending = 0.0, None
        elif piece in _SMALL_UNITS:
            last_unit = float(_SMALL_UNITS[piece])
            section += (1.0 if pending is None else pending) * last_unit
            pending = None
        elif piece in _TENS:
            section, last_unit = section + _TENS[piece], 10.0
        elif pending is not None:
            return None
        else:
            pending = _digits(piece)
            if last_unit >= 100 and at == len(pieces) and piece in _DIGITS:
                pending *= last_unit / 10
    return total + section + (pending or 0.0)


def _digits(piece: str) -> float:
    """The value of digits without units, positional: 一九五八 is 1958, 四点二 is 4.2, 零五 is 5."""
    ascii_digits = "".join("." if c == "点" else str(_DIGITS.get(c, c)) for c in piece)
    return float(ascii_digits.replace(",", ""))


def parse_words(words: str) -> float | None:
    """The value of English number words: "two thousand", "half a million", "nineteen fifty-eight", "two and a half"."""
    if behind := re.search(_EN_HALF, words):
        value, scale = parse_words(words[: behind.start()]), words.split()[-1]
        return None if value is None else (value + part_behind(behind[0])) * EN_SCALES.get(scale, 1)
    parts = [w for w in re.split(r"[ -]", words) if w not in ("and", "a", "an")]
    half = parts[:1] == ["half"]
    total = current = 0.0
    for word in parts[1:] if half else parts:
        if word == "hundred":
            current = (current or 1.0) * 100
        elif word in EN_SCALES:
            total, current = total + (current or 1.0) * EN_SCALES[word], 0.0
        elif 10 <= current < 20 and EN_WORDS[word] >= 20:
            current = current * 100 + EN_WORDS[word]
        elif current % 10 and current % 100 or (current % 100 and EN_WORDS[word] >= 10):
            return None
        else:
            current += EN_WORDS[word]
    return (total + current) / (2 if half else 1)


def part_behind(words: str) -> float:
    """What "and a half", "and three quarters" add to the number before them."""
    *_, count, name = re.split("[ -]", re.sub(rf"(?: (?:{_SCALE}))$", "", words))
    return EN_WORDS.get(count, 1) / EN_PARTS[name.removesuffix("s")]


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity in folded text, before its offsets are those of the original; see `rag.language.quantities`."""

    start: int
    end: int
    low: float
    high: float
    unit: str
    approx: bool
    kind: str


class Taken:
    """Which characters of a text already belong to a figure."""

    def __init__(self, length: int) -> None:
        self._mask = bytearray(length)

    def take(self, start: int, end: int) -> bool:
        """Claim the characters from `start` to `end`; False, and nothing claimed, if one of them is gone."""
        if any(self._mask[start:end]):
            return False
        self._mask[start:end] = b"\x01" * (end - start)
        return True


def next_step(value: float) -> float:
    """Where "more than" a round number ends: 3000 -> 4000, 1,300,000 -> 1,400,000, 9 -> 10, 2.5 -> 3."""
    if value % 1:
        return float(math.ceil(value))
    step = 1.0
    while value >= 10 * step and value % (10 * step) == 0:
        step *= 10
    return value + step


def canonical(value: float) -> str:
    """One spelling of a number: 3000, 4.2, 99.995."""
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0").rstrip(".")
