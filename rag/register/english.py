"""Names in an English sentence: runs of words with a capital, less the titles and the openings of sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import dropwhile
from pathlib import Path

from rag.language.clues import syllables
from rag.language.dates import MONTHS
from rag.language.fold import fold
from rag.language.romanisation import SURNAMES
from rag.language.wordlists import STOPWORDS, words
from rag.register.kinds import Kind, english_kind, is_generic
from rag.translation.foreign import is_ordinary

WORD = re.compile(r"(?:[A-ZÀ-Þ]['’])?[A-ZÀ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*")
_GAP = re.compile(r" (?:and |of the |of |for |& )?")
_POSSESSIVE = re.compile(r"['’]s?$")
_OPENS = re.compile(r"(?:^|[.?!:;]|[-—–])[\s\"'“‘(\[]*$")
_LOWER = re.compile(r"\b[a-zà-þ][^\W\d_]*")
_HEADLINE = 0.6
"""From what share of words with a capital on a line is a headline, where capitals tell nothing."""
MOST_WORDS = 8
TITLES = words(
    "comrade comrades premier vice-premier chairman vice-chairman president vice-president minister ministers "
    "vice-minister marshal general lieutenant colonel captain major admiral professor doctor dr mr mrs ms miss "
    "madame madam sir secretary director engineer ambassador king queen prince princess "
    "commander commissar representative delegate teacher worker peasant mayor governor senator pope saint "
    "st lord lady uncle aunt grandpa grandma old young little martyr hero leader author photographer reporter "
    "correspondent by duke duchess plenipotentiary head secretaries comrade-in-arms editor dean counselor "
    "academician judge technician foreman"
)
"""What stands before a person's name, and is no part of it."""
_BEFORE_TITLES = words(
    "first second third foreign prime deputy executive chief vice acting assistant associate senior junior former late"
)
_OWNERS = words(
    "people children women worker peasant youth men cadre king queen martyr soldier employee teacher student"
)
"""Whose possessive is a part of names: People's Daily, Children's Hospital."""
_MADE = words(
    "iron steel coal cotton textile paper sugar machinery machine power electric hydropower chemical fertilizer "
    "cement oil petroleum refinery printing dyeing weaving silk tea salt tobacco glass rubber pencil bulb tractor "
    "automobile shipbuilding locomotive bearing tool instrument cable wire pottery porcelain flour rice mining "
    "smelting"
)
"""What works make or do, which stands in their names."""
_DAYS = words("monday tuesday wednesday thursday friday saturday sunday")
_NO_NAMES = frozenset(map(fold, MONTHS)) | _DAYS | words("ii iii iv vi vii viii ix xi xii i a")


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a sentence: characters `start` to `end`, its words, which of them are no English ones, and of what kind
    its surroundings show it to be ("" where they do not). `sure` runs stand where a capital tells that it is a name."""

    start: int
    end: int
    text: str
    words: tuple[str, ...]
    own: tuple[str, ...]
    kind: Kind | None
    sure: bool


def runs(sentence: str) -> list[Run]:
    """The runs of an English sentence that can be names, in order."""
    words = list(WORD.finditer(sentence))
    is_headline = len(words) > _HEADLINE * len(words + _LOWER.findall(sentence))
    made: list[Run] = []
    for group in _groups(sentence, words):
        made += _named(sentence, group, is_headline)
    return made


def _groups(sentence: str, words: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    """The words that hang together."""
    group: list[re.Match[str]] = []
    for word in words:
        if group:
            gap = sentence[group[-1].end() : word.start()]
            last = group[-1][0]
            joined = _GAP.fullmatch(gap) is not None and not _ends(last)
            if joined and gap != " ":
                joined = all(is_common(w) and not is_demonym(w) and fold(w) not in TITLES for w in (last, word[0]))
                if gap != " and ":
                    joined = gap.startswith(" of") and is_generic(last)
            if not joined:
                yield group
                group = []
        group.append(word)
    if group:
        yield group


def is_titled(word: str) -> bool:
    """Whether a word, or its last part, is a title: Secretary-General."""
    plain = fold(word)
    return plain in TITLES or plain.split("-")[0] in TITLES


def _ends(word: str) -> bool:
    """Whether a word is in the possessive, after which another name begins: China's Anshan, but People's Daily."""
    return _POSSESSIVE.search(word) is not None and fold(_POSSESSIVE.sub("", word)).rstrip("s") not in _OWNERS


def _named(sentence: str, group: list[re.Match[str]], is_headline: bool) -> Iterator[Run]:
    begins = bool(_OPENS.search(sentence[: group[0].start()]))
    first = group[0]
    if len(group) > 1 and fold(group[0][0]) in _BEFORE_TITLES and is_titled(group[1][0]):
        group = group[1:]
    group = _without(group, is_titled)
    is_titled_one = bool(group) and group[0] is not first
    if begins and not is_titled_one:  # the first word of a sentence has a capital whatever it is
        group = _without(group, lambda word: is_common(word) and not is_demonym(word))
    group = _without(_without(group, _is_no_name)[::-1], _is_no_name)[::-1]
    if not group or len(group) > MOST_WORDS:
        return
    if is_headline:  # only what is no English word
        yield from _uncommon(sentence, group)
        return
    if len(group) > 2 and _is_person(group[-2][0], group[-1][0]):  # State Council Bo Yibo
        yield _run(sentence, group[-2:], "person", True)
        group = _without(group[-3::-1], is_titled)[::-1]
        is_titled_one = False
    if group:
        kind: Kind | None = "person" if is_titled_one else _around(sentence, group)
        yield _run(sentence, group, kind, not begins or is_titled_one)


def _without(group: list[re.Match[str]], dropped: Callable[[str], bool]) -> list[re.Match[str]]:
    """The words from the first on that is not dropped."""
    return list(dropwhile(lambda word: dropped(word[0]), group))


def _is_no_name(word: str) -> bool:
    return fold(_POSSESSIVE.sub("", word)) in _NO_NAMES | STOPWORDS


def _uncommon(sentence: str, group: list[re.Match[str]]) -> Iterator[Run]:
    """The parts of a group of a headline that are no English words."""
    kept: list[re.Match[str]] = []
    for word in group:
        if kept and (is_common(word[0]) or sentence[kept[-1].end() : word.start()] != " "):
            yield _run(sentence, kept, None, False)
            kept = []
        if not is_common(word[0]):
            kept.append(word)
    if kept:
        yield _run(sentence, kept, None, False)


def _around(sentence: str, group: list[re.Match[str]]) -> Kind | None:
    """Of what kind the words around a name show it to be."""
    if len(group) > 3 or all(word[0].isupper() for word in group):
        return None
    if re.search(r"\b(?:in|from|at|near|to|outside|throughout|around|across) $", sentence[: group[0].start()]):
        return "place"
    after = sentence[group[-1].end() :]
    return "person" if re.match(r" (?:said|says|told|asked|wrote|replied|himself|herself)\b", after) else None


def _run(sentence: str, group: list[re.Match[str]], kind: Kind | None, sure: bool) -> Run:
    start, end = group[0].start(), group[-1].end()
    end -= len(m[0]) if (m := _POSSESSIVE.search(sentence[start:end])) else 0
    text = sentence[start:end]
    words = tuple(word[0] for word in group[:-1]) + (_POSSESSIVE.sub("", group[-1][0]),)
    if kind is None and len(words) == 2 and _is_person(*words):
        kind = "person"
    own = words if len(words) > 1 and all(map(_is_pinyin, words)) else tuple(w for w in words if not is_common(w))
    return Run(start, end, text, words, own, english_kind(words, text) or kind, sure)


def _is_person(first: str, second: str) -> bool:
    """Whether two words are a Chinese surname and a given name in pinyin."""
    return fold(first) in SURNAMES and bool(syllables(re.sub("[^a-z]", "", fold(second)))) and not is_ordinary(second)


def reduced(sentence: str, run: Run) -> Run | None:
    """A run without its English words, None if what is left does not hang together."""
    if not run.own or len(run.own) == len(run.words):
        return run if run.own else None
    at = sentence.find(" ".join(run.own), run.start, run.end)
    if at < 0:
        return None
    text = " ".join(run.own)
    kind: Kind | None = "person" if len(run.own) == 2 and _is_person(*run.own) else None
    return Run(at, at + len(text), text, run.own, run.own, kind, run.sure)


@lru_cache(maxsize=16384)
def is_common(word: str) -> bool:
    """Whether a word with a capital makes no name by itself: English words, and those for peoples."""
    bare = _POSSESSIVE.sub("", word)
    parts = bare.split("-")
    if len(parts) > 1 and all(map(is_common, parts)):
        return True
    if is_demonym(word) or len(bare) < 2:
        return True
    plain = fold(bare)
    cut = syllables(plain)
    if len(cut) > 1 and min(map(len, cut)) > 1 and "ng" not in cut and plain.endswith("ing"):  # Beijing
        return False
    return is_ordinary(word) or plain in _MADE or is_generic(plain)


@lru_cache(maxsize=16384)
def _is_pinyin(word: str) -> bool:
    return bool(syllables(re.sub("[^a-z]", "", fold(word))))


@lru_cache(maxsize=16384)
def is_demonym(word: str) -> bool:
    """Whether a word is one for a people, a language or a belief."""
    plain = fold(_POSSESSIVE.sub("", word))
    return (
        plain in _demonyms()
        or plain.removesuffix("s") in _demonyms()
        or any(part in _demonyms() for part in plain.split("-")[1:])
    )


@cache
def _demonyms() -> frozenset[str]:
    lines = Path(__file__).with_name("demonyms.tsv").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
