"""Chinese names in the romanisations of the time, and the same in pinyin: Peking, P'eng Te-huai, Chiang-yu.

Two tables: well-known names (`old_names.tsv`), which are the only ones that nothing has to mark, and the syllables of
the Wade-Giles system (`wade_giles.tsv`). By its syllables a capitalised word is read that shows that it is no pinyin:
by the apostrophe of a breathed consonant (P'eng, T'ang-shan), by hs at its beginning, or by a hyphen with a syllable
beside it that pinyin has not (Tse-tung, Chiang-yu). A surname is read together with the hyphenated name after it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from pathlib import Path

from rag.language.fold import fold
from rag.language.wordlists import ENGLISH_FUNCTION_WORDS, words

_LETTER = "(?:[^\\W\\d_\u2e80-\U0003ffff]|[\u0300-\u036f])"
WORD = re.compile(rf"{_LETTER}+(?:['’‘ʼ`-]{_LETTER}+)*")
"""A Latin word as it is written, with what apostrophes and hyphens join."""
_APOSTROPHES = str.maketrans("’‘ʼ`", "''''")
_POSSESSIVE = re.compile("['’]s$")
_BREATH = re.compile("(?:ch|k|p|ts|tz|t)'[aeihouü]")
_UNBREATHED = re.compile("(ch|k|p|ts|tz|t)(?!')")
_MOST_READINGS = 64
_LONGEST = 24  # letters of a name
SURNAMES = words(
    "ai an ba bai ban bao bi bian bo cai cao cen chai chang chao chen cheng chu cui dai dan deng di ding dong dou du"
    " duan fan fang fei feng fu gan gao ge geng gong gu guan guo hai han hao he hong hou hu hua huang huo ji jia jian"
    " jiang jiao jin jing kang ke kong kuang lan lang lei leng li lian liang liao lin ling liu long lou lu luo lv ma"
    " mao mei meng mi miao min mo mu nie ning niu ouyang pan pang pei peng pi ping pu qi qian qiao qin qiu qu quan ran"
    " rao ren rong ruan sha shan shang shao shen sheng shi shu si song su sun tan tang tao teng tian tong tu wan wang"
    " wei wen weng wu xi xia xian xiang xiao xie xin xing xiong xu xuan xue yan yang yao ye yi yin ying you yu yuan"
    " yue yun zang zeng zha zhan zhang zhao zhen zheng zhong zhou zhu zhuang zhuo zong zou zu zuo"
)
"""Surnames of the hundred most common and of the Hundred Family Surnames (百家姓), in pinyin."""


@dataclass(frozen=True, slots=True)
class OldName:
    """A name, or a part of one, at `start` to `end` of a text, and its pinyin in small letters, written together."""

    start: int
    end: int
    pinyin: str


def _rows(name: str) -> Iterator[list[str]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if line and not line.startswith("#"))


@lru_cache(maxsize=65536)
def _key(word: str) -> str:
    return re.sub("['-]", "", fold(word).translate(_APOSTROPHES))


_SYLLABLES: dict[str, str] = {}
"""Wade-Giles syllable -> pinyin; those with ü also without its dots, unless that is another syllable."""
_PINYIN: set[str] = set()
for _old, _new in _rows("wade_giles.tsv"):
    _PINYIN.add(_new.replace("v", "u"))
    _SYLLABLES[_old] = _new.replace("v", "u")
for _old in [old for old in _SYLLABLES if "ü" in old]:
    _SYLLABLES.setdefault(_old.replace("ü", "u"), _SYLLABLES[_old])

_NAMES: dict[tuple[str, ...], tuple[str, ...]] = {}
"""The words of a well-known old name -> those of the same in pinyin."""
_GIVEN: dict[str, str] = {}
"""Given names of two syllables: they count alone where they are hyphenated."""
CHINESE: dict[tuple[str, ...], str] = {}
"""The words of a name in pinyin, in small letters without apostrophes -> the name in Chinese."""
for _olds, _new, _chinese in _rows("old_names.tsv"):
    _modern = tuple(map(_key, _new.split()))
    CHINESE.setdefault(_modern, _chinese)
    for _old in _olds.split(", "):
        _NAMES[tuple(map(_key, _old.split()))] = _modern
        if len(_modern) == 2 and "-" in _old:
            _GIVEN.setdefault(_key(_old.split()[1]), _modern[1])
ROMANISED = {old[0]: new[0] for old, new in _NAMES.items() if len(old) == len(new) == 1 and old != new} | {
    "chou": "zhou"
}
"""Old names of one word -> pinyin, both in small letters, without apostrophes and hyphens (peking, yenan)."""


def old_names(text: str) -> list[OldName]:
    """The words of a text that are names in an old romanisation, in order."""
    spans = [(match.start(), match.end() - len(_ending(match[0]))) for match in WORD.finditer(text)]
    found: list[OldName] = []
    for (start, end), following in zip(spans, [*spans[1:], None], strict=False):
        if found and found[-1].end > start:
            continue
        word, behind = text[start:end], ""
        if following and text[end : following[0]] in (" ", "\u00a0"):
            behind = text[slice(*following)]
        pair = _pair(word, behind) if behind else ()
        if following and len(pair) == 2:
            found += [OldName(start, end, pair[0]), OldName(*following, pair[1])]
        elif following and pair:
            found.append(OldName(start, following[1], pair[0]))
        elif single := _single(word):
            found.append(OldName(start, end, single))
    return found


def modern(text: str) -> str:
    """A text with its old names in pinyin, for matching only."""
    for name in reversed(old_names(text)):
        text = text[: name.start] + name.pinyin + text[name.end :]
    return text


def readings(word: str) -> Iterator[str]:
    """What a word in Wade-Giles can be in pinyin, the strict reading first, at most 64.

    Writers leave out apostrophes and the dots of ü: Chien-hsu may be Jianxu or Qianxu.
    """
    choices = [dict.fromkeys(_SYLLABLES[form] for form in _forms(s) if form in _SYLLABLES) for s in _cut(_plain(word))]
    if choices:
        yield from islice(dict.fromkeys(map("".join, product(*choices))), _MOST_READINGS)


def _forms(syllable: str) -> tuple[str, ...]:
    breathed = _UNBREATHED.sub(r"\1'", syllable, count=1) if _UNBREATHED.match(syllable) else syllable
    return (syllable, breathed, syllable.replace("u", "ü", 1), breathed.replace("u", "ü", 1))


def _pair(word: str, behind: str) -> tuple[str, ...]:
    """The pinyin of two words that are one name, () if they are none."""
    if known := _NAMES.get((_key(word), _key(behind))):
        return known
    if not (word[0].isupper() and behind[0].isupper()) or _key(behind) in ENGLISH_FUNCTION_WORDS:
        return ()
    surname = _SYLLABLES.get(_plain(word), "")
    if surname not in SURNAMES or _key(word) in ENGLISH_FUNCTION_WORDS:
        return ()
    is_hyphenated = re.fullmatch("[^-]+(?:-[^-A-Z]+)+", behind) is not None  # Kuo-fan; the Cheng-Yu Railway is none
    given = _single(behind) or (next(readings(behind), "") if is_hyphenated or _is_marked(word) else "")
    return (surname, given) if given and (is_hyphenated or _is_marked(word)) else ()


@lru_cache(maxsize=65536)
def _single(word: str) -> str:
    """The pinyin of one word if that is an old name, else ""."""
    key = _key(word)
    if known := ROMANISED.get(key) or ("-" in word and _GIVEN.get(key)):
        return known
    return next(readings(word), "") if word[0].isupper() and _is_marked(word) else ""


def _is_marked(word: str) -> bool:
    """True if a word shows by its spelling that it is no pinyin, should it be Chinese at all."""
    plain = _plain(word)
    parts = plain.split("-")
    return bool(_BREATH.search(plain)) or plain.startswith("hs") or (len(parts) > 1 and not _PINYIN.issuperset(parts))


def _ending(word: str) -> str:
    match = _POSSESSIVE.search(word)
    return match[0] if match else ""


def _plain(word: str) -> str:
    """A word in small letters with straight apostrophes and without marks over its letters, but for ü."""
    decomposed = unicodedata.normalize("NFD", word.lower()).replace("u\u0308", "ü").translate(_APOSTROPHES)
    return "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")


def _cut(plain: str) -> tuple[str, ...]:
    """The Wade-Giles syllables of a word, the longest first; () if it has others."""
    if len(plain) > _LONGEST:
        return ()
    found: list[str] = []
    for part in plain.split("-"):
        if not (syllables := _syllables(part)):
            return ()
        found += syllables
    return tuple(found)


def _syllables(part: str) -> tuple[str, ...]:
    for size in range(min(len(part), 7), 0, -1):
        if part[:size] in _SYLLABLES:
            if size == len(part):
                return (part,)
            if rest := _syllables(part[size:]):
                return (part[:size], *rest)
    return ()
