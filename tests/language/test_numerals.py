"""Numbers of either language, held against what other libraries read in them."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_to_num import text2num

from rag.language.fold import fold, fold_with_map
from rag.language.numerals import EN_WORDS, numbers, parse, parse_words


def values(text: str) -> list[float]:
    return [n.value for n in numbers(fold(text))]


@pytest.mark.fuzz
@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_read_back(value: int) -> None:
    assert parse(cn2an.an2cn(value)) == value


@pytest.mark.fuzz
@given(st.integers(1, 10**8 - 1))
def test_short_forms_of_speech_are_read_as_another_library_does(value: int) -> None:
    said = cn2an.an2cn(value)
    if said[-1] in "十百千" and len(said) > 3:  # 两千五百 is spoken 两千五
        said = said[:-1]
    try:
        expected = cn2an.cn2an(said, "smart")
    except ValueError:
        return
    assert parse(said) == expected


@pytest.mark.fuzz
@given(st.integers(0, 999_999_999), st.booleans(), st.booleans())
def test_english_number_words_are_read_as_another_library_does(value: int, joined: bool, hyphens: bool) -> None:
    said = in_words(value, joined, hyphens)
    assert text2num(said, "en") == value == parse_words(said)


def in_words(value: int, joined: bool, hyphens: bool) -> str:
    """A whole number below a thousand million in English words, with "and" after the hundreds if `joined`."""
    if value == 0:
        return "zero"
    parts = []
    for unit, name in ((10**6, " million"), (10**3, " thousand"), (1, "")):
        if part := value // unit % 1000:
            hundreds, rest = f"{UNITS[part // 100]} hundred" if part >= 100 else "", part % 100
            small = (
                UNITS[rest]
                if rest < 20
                else TENS[rest // 10 - 2] + (f"{'-' if hyphens else ' '}{UNITS[rest % 10]}" if rest % 10 else "")
            )
            link = " and " if joined else " "
            parts.append((f"{hundreds}{link}{small}" if hundreds and rest else hundreds or small) + name)
    return " ".join(parts)


UNITS = list(EN_WORDS)[:20]
TENS = list(EN_WORDS)[20:]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("two thousand", 2000),
        ("twenty-five", 25),
        ("half a million", 500_000),
        ("one hundred and five", 105),
        ("nineteen fifty-eight", 1958),
        ("three hundred thousand", 300_000),
        ("two and a half", 2.5),
        ("one and a half million", 1_500_000),
        ("two and a quarter", 2.25),
        ("three and three quarters", 3.75),
        ("four and one-half", 4.5),
    ],
)
def test_english_number_words(words: str, value: float) -> None:
    assert parse_words(words) == value


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2½ hours", [2.5]),
        ("21 hours", [21]),
        ("12¼ per cent", [12.25]),
        ("½ hour", [0.5]),
        ("3 1/2 tons", [3.5]),
        ("2½ million", [2_500_000]),
        ("a day and a half", [1.5]),
        ("half an hour", [0.5]),
        ("two and a half hours", [2.5]),
        ("the first half of 1959", [1959]),
        ("page 3/12 of 1957/58", [3, 12, 1957, 58]),
        ("两个半小时", [2.5]),
        ("三天半", [3.5]),
        ("半年", [0.5]),
        ("上半年", []),
        ("三级半成品", [3]),
        ("三又二分之一", [3.5]),
        ("一○七○万吨", [10_700_000]),
        ("一九六◯年", [1960]),
        ("二00八", [2008]),
        ("卅六计", [36]),
        ("廿八", [28]),
        ("两千零五", [2005]),
    ],
)
def test_numbers_are_read_whole(text: str, found: list[float]) -> None:
    assert values(text) == found


def test_the_place_of_a_fraction_is_kept() -> None:
    text = "只用了２½小时。"
    folded, offsets = fold_with_map(text)
    (number,) = numbers(folded)
    assert text[offsets[number.start] : offsets[number.end - 1] + 1] == "２½"
