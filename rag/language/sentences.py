"""Sentence boundaries with exact offsets, in both languages.

A sentence never crosses the end of a paragraph, and every character that is not white space lies in exactly one
sentence, whatever the text: the splitter only decides where to cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.datatypes import Lang
from rag.language.wordlists import words
from rag.language.wraps import wrapped

LINE = re.compile(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
"""A stretch without any character that `str.splitlines` takes for a line break."""

# A sentence longer than this is cut at its semicolons: quoted whole it would bury the statement it is quoted for.
_LONG = {"zh": 120, "en": 420}

_ZH_END = re.compile('《[^《》]{1,60}》|(?<![。！？!?])[。！？!?]++[”’』」》）)〕】\\]"]*+(?![，、；：,;])')
_SEMICOLON = {"zh": re.compile("；[”’』」]*"), "en": re.compile(r";[\"”’')]*(?=\s)")}

_EN_END = re.compile(r"(?<![.!?。！？])[.!?。！？]++[\"”’'»)\]]*(?=\s|$)|[。！？]+[”’』」）]*")
_NEXT_WORD = re.compile(r"\s*[\"“‘'«(\[]*(\w+)?")
_LAST_WORD = re.compile(r"(?:^|[\s(\[\"“‘'—–-])((?:[^\W\d_]\.)*[^\W_]+)$")


_MONTHS = words("jan feb mar apr jun jul aug sept oct nov dec")
_ONLY_BEFORE_NUMBER = words("no nos fig figs vol vols ch chap art sec para pp") | _MONTHS
_TITLES = words(
    "mr mrs ms dr prof st messrs mme mlle rev hon gen maj col capt lt lieut sgt brig adm gov sen rep pres cf"
)
# These end a sentence as often as they stand inside one: what follows decides.
_EITHER = words("cf etc inc ltd co corp bros dept jr sr am pm vs viz est approx")
_STARTERS = words(
    "the a an this that these those he she it they we you i in on at by for from with after before since when while"
    " if as but and however there here his her its their our all every each many some most no now then today"
)
_MAX_OPENING = 200  # characters that a dateline or a number before a sentence can take, with its indent
_NUMBER_WORD = re.compile(
    r"[(\[]?(?:\d{1,3}|[ivxlc]{1,6}|[a-z]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty(?:-\w+)?|first|second|third)[)\]]?[.]",
    re.IGNORECASE,
)
_DATELINE = re.compile(
    r"[(\[]?(?=[^.]{0,90}\b(?:agency|newspaper|reporter|dispatch|telegra[mp]h?|report|news|tass)\b)"
    r"[^.]{1,90}\b(?:\d{1,2}(?:st|nd|rd|th)|dispatch|telegram|report|reporter)[)\]]?[.]",
    re.IGNORECASE,
)


def sentence_spans(text: str, lang: Lang, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The (start, end) of every sentence of `text` in order, trimmed of white space, without overlap.

    Chinese ends at 。！？ with the closing quotes and brackets that follow (unless a comma goes on after them),
    English at . ! ? where no abbreviation, initial, number or dateline is meant. Every paragraph (`line_spans`) ends
    its sentence. Sentences longer than 120 Chinese or 420 English characters are also cut at semicolons.

    With `start` and `end`, only those in that stretch of the text, cut to it: by itself a stretch cannot tell whether a
    short line of it was broken off or is a headline.
    """
    cuts = _zh_cuts if lang == "zh" else _en_cuts
    spans: list[tuple[int, int]] = []
    for first, last in line_spans(text):
        line, begin = text[first:last], 0
        for cut in [*cuts(line), len(line)]:
            spans.extend(_trimmed(text, *part) for part in _parts(line, begin, cut, first, lang))
            begin = cut
    if start == 0 and end is None:
        return spans
    end = len(text) if end is None else end
    within = (_trimmed(text, max(a, start), min(b, end)) for a, b in spans if a < end and start < b)
    return [(a, b) for a, b in within if a < b]


def line_spans(text: str) -> list[tuple[int, int]]:
    """The (start, end) of every paragraph, trimmed of white space: a line that is not blank, with those it goes on in.

    A text may keep the line breaks of the column it was printed in (`rag.language.wraps`).
    """
    spans: list[tuple[int, int]] = []
    for first, last in wrapped(text, [match.span() for match in LINE.finditer(text)]):
        first, last = _trimmed(text, first, last)
        if first < last:
            spans.append((first, last))
    return spans


def _parts(line: str, begin: int, end: int, shift: int, lang: Lang) -> Iterator[tuple[int, int]]:
    """The non-blank stretches of one sentence, cut at semicolons if it is long; offsets moved by `shift`."""
    at = begin
    if end - begin > _LONG[lang]:
        for match in _SEMICOLON[lang].finditer(line, begin, end):
            if match.end() - at > _LONG[lang] / 4 and line[match.end() : end].strip():
                yield shift + at, shift + match.end()
                at = match.end()
    if line[at:end].strip():
        yield shift + at, shift + end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _zh_cuts(line: str) -> Iterator[int]:
    # A title such as 《前进！前进！》 is stepped over whole.
    for match in _ZH_END.finditer(line):
        if not match.group().startswith("《"):
            yield match.end()


def _en_cuts(line: str) -> Iterator[int]:
    begin = 0
    for match in _EN_END.finditer(line):
        if _ends(line, begin, match):
            yield match.end()
            begin = match.end()


def _ends(line: str, begin: int, match: re.Match[str]) -> bool:
    """Whether the stop in `match` ends the sentence that began at `begin`."""
    following = _NEXT_WORD.match(line, match.end())
    word = (following.group(1) or "") if following else ""
    if word[:1].islower():
        return False
    if not match.group().startswith(".") or match.group().startswith(".."):
        return True
    sentence = line[begin : match.end()].strip() if match.end() - begin < _MAX_OPENING else ""
    if word and (_NUMBER_WORD.fullmatch(sentence) or (begin == 0 and _DATELINE.fullmatch(sentence))):
        return False
    last = _LAST_WORD.search(line, max(begin, match.start() - 24), match.start())
    return last is None or _word_ends(last.group(1), word)


def _word_ends(last: str, following: str) -> bool:
    """Whether `last` with a full stop after it ends a sentence when `following` is the next word."""
    lower = last.lower()
    if lower in _EITHER or (len(last) > 1 and re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", last)):
        return not following or following.lower() in _STARTERS
    if lower in _ONLY_BEFORE_NUMBER:
        return not following[:1].isdigit()
    if lower in _TITLES:
        return not following
    if len(last) == 1 and last.isalpha() and last.isupper():
        return not following or (last == "I" and following.lower() in _STARTERS)
    return True
