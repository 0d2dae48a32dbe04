"""Line breaks that stand inside a paragraph: those of a column of print, kept by whoever copied it.

A break is white space if no end mark stands before it, and neither a blank line nor an indent after it; unless the
lines are headlines, verse or a list. What tells them apart: the lines of a column are about equally long, the next
word would not have fitted in, and somewhere their sentence ends; an English line goes on in a small letter or stops at
a word that cannot end anything. Headlines are capitalised, or of another length than the text under them; lines of
verse all begin with a capital, or have no punctuation but at their ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from rag.language.script import HAN
from rag.language.wordlists import words

_BROADEST = 160  # columns, a Chinese character counting as two; a longer line is a paragraph and not broken off
_RAGGED = 0.6  # of the longest line of the block: a line so long may be broken off
_EVEN = 3  # columns by which the lines of a column differ that a machine, or a printer, has broken
_VERSE = 3  # lines at least
_NARROWEST = 30  # columns of English print

_CLOSERS = "”’』」》）)\\]】\"'»"
_END = re.compile(rf"[。！？!?….][{_CLOSERS}]*$")
_HALT = re.compile(rf"[：；:;][{_CLOSERS}]*$")
_STOP = re.compile(rf"[。！？!?]|\.(?=[{_CLOSERS}\s]|$)|[：:]$")
_PAUSE = re.compile(rf"[，、；,;。！？.!?：:—-][{_CLOSERS}]*$")
_INNER = re.compile(r"[，。；：、！？](?!.?$)|[,;:!?.] ")
# What no line goes on in: the mark or number of an item, a signature behind dashes, a dateline; a line in brackets
# neither goes on nor is gone on in.
_ITEM = re.compile(
    r"[-*•·▲△●◆■□※#|>]|——[^，。]*$|【?据?(?:新华社|本报)[^，。]{0,16}[讯电]"
    r"|[(（]?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3}|[甲乙丙丁戊]|[a-z]|[ivxlc]{1,6})(?:[)）、．](?![0-9])|\.\s)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]$")

# A line that cannot end here, one that no headline begins as, and one that cannot begin here.
_ZH_OPEN = re.compile(
    "(?:[，、—（“「《的在是和与及或于对把被从由为向以因并而但每将各第约][0-9.]*|[0-9一二三四五六七八九十百千万亿]|其中|由于|关于)$"
)
_ZH_FRONT = re.compile("[该这那他她它但并还又且]|目前|现在|昨天|今天|同时|另外|其中|此外|因此|于是|如果|虽然|由于|据")
_ZH_TAIL = re.compile("[，。、；：！？）》”』」的了着过们]")

_EN_OPEN = words(
    "a an the and or nor but of in on at by for from to with into onto upon as than that which who whom whose is are"
    " was were be been has have had will would shall should can could may might must not its his her their our your"
    " this these those under over between among through during about against without within per"
)
_EN_SHORTENED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|Gen|Col|Maj|Capt|Lt|Sen|Rep|Messrs|Nos?|Vol|Fig|[A-Z])\.$")
# Capitalised after no end mark, these begin a line of their own.
_EN_STARTERS = words(
    "a an the this that these those he she it they we you in on at by for from with after before since when while if as"
    " and but however there here his her its their our all every each many some most no now then today"
)
_EN_WORD = re.compile(r"[^\W_]+")


def wrapped(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The (start, end) of every paragraph of `text`, whose lines are given: those that go on are taken together."""
    block: list[tuple[int, int]] = []
    for span in lines:
        if block and not _adjoin(text, block[-1], span):
            yield from _paragraphs(text, block)
            block = []
        block.append(span)
    yield from _paragraphs(text, block)


def _adjoin(text: str, line: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether one line break is all that stands between two lines, neither of them blank: no indent, no blank line."""
    gap = text[line[1] : following[0]]
    return gap in ("\n", "\r\n") and not text[following[0]].isspace() and not text[slice(*line)].isspace()


def _paragraphs(text: str, block: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    if len(block) < 2:
        yield from block
        return
    said = [text[slice(*span)].strip() for span in block]
    start = block[0][0]
    for (_, end), (following, _), joined in zip(block, block[1:], _goes_on(said), strict=False):
        if not joined:
            yield start, end
            start = following
    yield start, block[-1][1]


def _goes_on(lines: Sequence[str]) -> list[bool]:
    """For each line but the last of a block whether it goes on in the next one."""
    sizes = [sum(2 if c > "\u2e7f" else 1 for c in line) for line in lines]
    none = [False] * (len(lines) - 1)
    if max(sizes) > _BROADEST:
        return none
    last_stop = max((at for at, line in enumerate(lines) if _STOP.search(line)), default=-1)
    closed = [at < last_stop for at in range(len(lines) - 1)]  # a sentence ends in a later line
    barred = [bool(_ITEM.match(b) or _BRACKETED.match(a) or _BRACKETED.match(b)) for a, b in pairwise(lines)]
    of = _zh_goes_on if HAN.search("".join(lines)) else _en_goes_on
    on, likely = of(lines, sizes, closed)
    on = [yes and not bar for yes, bar in zip(on, barred, strict=True)]
    # Where a block is seen to be broken off once, what is doubtful by itself is so too.
    return [yes or (maybe and not bar) for yes, maybe, bar in zip(on, likely, barred, strict=True)] if any(on) else none


def _zh_goes_on(lines: Sequence[str], sizes: Sequence[int], closed: Sequence[bool]) -> tuple[list[bool], list[bool]]:
    """(goes on, goes on if another line of the block does) for each line but the last."""
    none = [False] * len(closed)
    if _is_verse(lines):
        return none, none
    longest = max(sizes)
    long = [size >= _RAGGED * longest for size in sizes]
    inside = [size for size, line in zip(sizes[1:-1], lines[1:-1], strict=True) if not _END.search(line)]
    if _are_even(inside) and not min(inside) - _EVEN <= sizes[0] <= max(inside) + _EVEN:
        long[0] = False  # a headline over a column
    on, likely = [], []
    for at, line in enumerate(lines[:-1]):
        stops, halts = bool(_END.search(line)), bool(_HALT.search(line))
        begun = _STOP.search(line)  # no headline has a full stop inside, and its sentence has only begun
        bound = begun or _ZH_OPEN.search(line) or _ZH_FRONT.match(line) or _ZH_TAIL.match(lines[at + 1])
        on.append(closed[at] and not stops and not halts and (long[at] or bool(bound)))
        likely.append((halts and long[at]) or (stops and sizes[at] >= longest - 2 * _EVEN))
    return on, likely


def _en_goes_on(lines: Sequence[str], sizes: Sequence[int], closed: Sequence[bool]) -> tuple[list[bool], list[bool]]:
    """The same for English."""
    longest = max(sizes)
    small = [_first_letter(line).islower() for line in lines]
    none = [False] * len(closed)
    if not any(small[1:]) and _is_verse(lines):
        return none, none
    on, likely = [], []
    for at, (line, following) in enumerate(pairwise(lines)):
        full = sizes[at] + 1 + len(following.split()[0]) > longest  # the next word would not have fitted in
        long = sizes[at] >= _RAGGED * longest
        if _EN_SHORTENED.search(line):
            on.append(closed[at])
            likely.append(False)
        elif _END.search(line) or _HALT.search(line):
            on.append(False)
            likely.append(full)
        else:
            *_, last = ["", *_EN_WORD.findall(line)]
            first, *_ = [*_EN_WORD.findall(following), ""]
            capital = closed[at] and first.lower() not in _EN_STARTERS
            on.append(
                (line.endswith(last) and last in _EN_OPEN)
                or line.endswith("-")
                or (small[at + 1] and (closed[at] or long))
                or (line.endswith(",") and closed[at])
                or (capital and bool(_STOP.search(line)))
                or (capital and full and longest >= _NARROWEST and not _is_title(line))
            )
            likely.append(capital and (full or (long and not _is_title(line))))
    return on, likely


def _first_letter(line: str) -> str:
    return next((c for c in line if c.isalnum()), "")


def _are_even(sizes: Sequence[int]) -> bool:
    return len(sizes) > 1 and max(sizes) - min(sizes) <= _EVEN


def _is_verse(lines: Sequence[str]) -> bool:
    """Whether lines have punctuation at their ends and hardly any inside."""
    inner = sum(1 for line in lines if _INNER.search(line))
    ends = sum(1 for line in lines if _PAUSE.search(line))
    return len(lines) >= _VERSE and inner <= len(lines) / 5 and ends >= 0.6 * len(lines)


def _is_title(line: str) -> bool:
    """Whether a line is written as a headline: its longer words capitalised."""
    longer = [word for word in _EN_WORD.findall(line) if len(word) > 3 and word.isalpha()]
    return len(longer) > 1 and sum(1 for word in longer if word[0].isupper()) >= 0.8 * len(longer)
