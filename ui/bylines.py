"""A byline as the authors it names: persons and bodies, each in one script, with the name in the other beside it.

A byline is what a header gives: 王平　李明 (Wang Ping, Li Ming); 新华社记者; 中士　谢礼标; "Our reporter Edgar Snow".
What is known of agencies, ranks, offices and the words that end the names of bodies is in `bylines.json`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from rag.language.clues import readings
from rag.language.names import SURNAMES
from rag.language.script import HAN

_KNOWN = json.loads(Path(__file__).with_name("bylines.json").read_text(encoding="utf-8"))


def _either(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_AGENCY = {name.casefold(): agency for agency, names in _KNOWN["agencies"].items() for name in names}
_HAN_AGENCIES = [name for names in _KNOWN["agencies"].values() for name in names if HAN.match(name)]
_COMPOUND = frozenset(_KNOWN["compound_surnames"])
_RANKS, _DEEDS = frozenset((*_KNOWN["ranks"], *_KNOWN["countries"])), frozenset(_KNOWN["deeds"])
_BODIES, _BODIES_EN = tuple(_KNOWN["bodies"]), frozenset(_KNOWN["bodies_en"])

_NO_HAN = r"[^\u3400-\u9fff()（）]"
_HAN_NAMES = r"[\u3400-\u9fff](?:[\u3400-\u9fff·\s、]*[\u3400-\u9fff])?"
_NESTED = re.compile(r"(?<=[(（])([^()（）]*)[(（][^()（）]*[)）]\s*(?=[)）])")
_BOTH = (
    re.compile(rf"(?P<zh>.*[\u3400-\u9fff].*?)\s*[(（](?P<en>{_NO_HAN}*[A-Za-z]{_NO_HAN}*)[)）]"),
    re.compile(
        rf"(?P<en>{_NO_HAN}*[A-Za-z]{_NO_HAN}*?)\s*[(（](?P<zh>[^A-Za-z()（）]*[\u3400-\u9fff][^A-Za-z()（）]*)[)）]"
    ),
    re.compile(rf"(?P<zh>{_HAN_NAMES})\s*[/／]?\s*(?P<en>[A-Za-z][^\u3400-\u9fff()（）/／;；|]*)"),
    re.compile(rf"(?P<en>[A-Za-z][^\u3400-\u9fff()（）/／;；|、]*?)\s*[/／]?\s*(?P<zh>{_HAN_NAMES})"),
)
_APART = re.compile(r"[、,，;；\n]+(?![^(（]*[)）])")
_AND_OTHERS = re.compile(r"(?<=[\u3400-\u9fff]{2})\s*等(?:[一二三四五六七八九十0-9]*人|同志)?$")
_MARKS = re.compile(r"[、,，;；/／|&\n]+")
_OFFICE = re.compile(
    rf"(?P<of>{_either(_HAN_AGENCIES)}|{_either(_KNOWN['papers'])})?(?:驻[\u4e00-\u9fff]{{1,6}}?)?"
    rf"(?:{_either(_KNOWN['office_kinds'])})*(?:{_either(_KNOWN['offices'])})"
)
_BRACKETED = re.compile(r"[（(\[【〔][^（()）\]】〕]*[）)\]】〕]")
_GLUED_DEED = re.compile(rf"(?<=[\u4e00-\u9fff]{{2}})(?:{_either(_KNOWN['deeds_glued'])})$")
_GLUED_RANK = re.compile(rf"(?:{_either(_KNOWN['ranks'])})(?=[\u4e00-\u9fff]{{2,3}}$)")
_AND = re.compile("[和与及]")
_EN_DEED = re.compile(rf"^(?:{_either(_KNOWN['deeds_en'])})[\s:]+", re.IGNORECASE)
_EN_OFFICE = re.compile(
    rf"^(?P<of>(?:{_either(_KNOWN['papers_en'])})\s+|(?:{_either(n for n in _AGENCY if n.isascii())})(?:'s)?\s+)?"
    rf"(?:{_either(_KNOWN['offices_en'])})\b[\s:,]*",
    re.IGNORECASE,
)
_EN_RANK = re.compile(rf"^(?:{_either(_KNOWN['ranks_en'])})\s+(?=\S)", re.IGNORECASE)
_EN_OTHERS = re.compile(r"[\s,]+(?:et al\.?|and others)\s*$", re.IGNORECASE)
OTHERS = ("等", "et al.")
"""The name given to those that a byline does not name, in Chinese and English."""
_HYPHENATED = re.compile(r"[^\W\d_]+['’]?-[a-z]")  # Tse-tung, the given name of a Chinese


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote an article: `name` as it is cited, `other` the same in the other script, "" if it is not given.

    A body (an agency, a committee) has no `family` name. Of a person `family` and `given` make up the name; `family` is
    all of it where it cannot be told apart.
    """

    name: str
    other: str = ""
    family: str = ""
    given: str = ""

    @property
    def is_body(self) -> bool:
        """True for an agency, an office, an organisation."""
        return not self.family

    @property
    def sorted_name(self) -> str:
        """The name as lists sort it: 王平; "Snow, Edgar"; 新华社."""
        return f"{self.family}, {self.given}" if self.given and not HAN.search(self.name) else self.name


def authors(byline: str | None) -> tuple[Author, ...]:
    """The authors that a byline names, in its order, each once."""
    text = _NESTED.sub(r"\1", unicodedata.normalize("NFC", byline or "").strip(" \u3000·\n"))
    parts = [part for part in _APART.split(text) if part.strip()]
    if sum(_two_scripts(part) is not None for part in parts) > 1:
        return tuple(dict.fromkeys(one for part in parts for one in authors(part)))
    if not HAN.search(text):
        return tuple(dict.fromkeys(_english(text)))
    both = _two_scripts(text)
    if both is None:
        return tuple(dict.fromkeys(_chinese(text)))
    chinese, english = (list(dict.fromkeys(names)) for names in (_chinese(both["zh"]), _english(both["en"])))
    if len(chinese) == len(english):
        return tuple(replace(one, other=two.name) for one, two in zip(chinese, english, strict=True))
    return tuple(_by_sound(chinese, english))


def _two_scripts(text: str) -> re.Match[str] | None:
    """A byline that gives the same names in both scripts: 朱有仁 (Zhu Youren), Zhu Youren 朱有仁."""
    return next((match for form in _BOTH if (match := form.fullmatch(text.strip()))), None)


def _by_sound(chinese: list[Author], english: list[Author]) -> Iterator[Author]:
    """The Chinese names with the English ones that read alike, where they differ in number. What neither reads like
    one nor looks like a name stands beside one (矿工　李萍), if another does."""
    said = {one: next((two for two in english if _sound(one.name) == _letters(two.name)), None) for one in chinese}
    for one, two in said.items():
        if two or _may_be_person(one.name) or one.is_body or not any(said.values()):
            yield replace(one, other=two.name if two else "")


@lru_cache(maxsize=1024)
def _sound(name: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name)).lower()


def _letters(name: str) -> str:
    return re.sub("[^a-z]", "", unicodedata.normalize("NFD", name).casefold())


def _chinese(text: str) -> Iterator[Author]:
    more = _AND_OTHERS.search(text)
    for part in _MARKS.split(_BRACKETED.sub(" ", text[: more.start()] if more else text)):
        if not HAN.search(part):
            yield from _english(part)
            continue
        for piece in _joined(part.split()):
            office = _OFFICE.match(piece)
            if office and office.end() == len(piece):
                yield Author(_AGENCY.get(office["of"] or "", piece))
                continue
            for name in _conjoined(piece[office.end() :] if office else piece):
                name = _GLUED_RANK.sub("", _GLUED_DEED.sub("", name)).strip("()（）")
                if name:
                    yield Author(_AGENCY[name]) if name in _AGENCY else _person_or_body(name)
    if more:
        yield Author(OTHERS[0])


def _joined(pieces: list[str]) -> Iterator[str]:
    """The names that blanks part: 王平　李明; but 王　平 is one, as is 河南省　人民委员会, and 中士 is none."""
    left = [p for p in pieces if p not in _DEEDS]
    left = [p for i, p in enumerate(left) if p not in _RANKS or i == len(left) - 1]
    if len(left) == 2 and _OFFICE.fullmatch(left[0]):
        yield "".join(left)
        return
    at = 0
    while at < len(left):
        piece = left[at]
        if at + 1 < len(left) and len(piece) == 1 == len(left[at + 1]):
            piece, at = piece + left[at + 1], at + 1
        elif _OFFICE.fullmatch(piece) and at + 1 < len(left) and not _is_body(left[at + 1]):
            at += 1
            continue  # the office of those that follow
        elif piece not in _AGENCY and not _may_be_person(piece) and at + 1 < len(left) and _is_body(left[at + 1]):
            piece, at = piece + left[at + 1], at + 1
        yield piece
        at += 1


def _conjoined(piece: str) -> list[str]:
    """王平和李明 as two names; 和 in a name (李和平) parts nothing."""
    for match in _AND.finditer(piece):
        sides = [piece[: match.start()], piece[match.end() :]]
        if all(side in _AGENCY or _may_be_person(side) for side in sides):
            return sides
    return [piece]


def _may_be_person(name: str) -> bool:
    if "·" in name or "•" in name:
        return True
    return (2 <= len(name) <= 3 and name[0] in SURNAMES) or (3 <= len(name) <= 4 and name[:2] in _COMPOUND)


def _is_body(name: str) -> bool:
    if name in _AGENCY:
        return True
    if "·" in name or "•" in name:
        return False
    return len(name) > 4 or (len(name) > 2 and name.endswith(_BODIES) and not _may_be_person(name))


def _person_or_body(name: str) -> Author:
    if _is_body(name):
        return Author(name)
    family = name[:2] if name[:2] in _COMPOUND and len(name) > 2 else name[:1]
    if "·" in name or "•" in name or len(name) < 2 or len(name) > 4 or (len(name) == 4 and family not in _COMPOUND):
        return Author(name, family=name)
    return Author(name, family=family, given=name[len(family) :])


def _english(text: str) -> Iterator[Author]:
    more = _EN_OTHERS.search(text)
    for part in re.split(r"[;；/／|&\n]+", _BRACKETED.sub(" ", text[: more.start()] if more else text)):
        for piece in _listed(_EN_DEED.sub("", " ".join(part.split()))):
            office = _EN_OFFICE.match(piece)
            if office and office.end() == len(piece):
                of = re.sub(r"'s$", "", (office["of"] or "").strip())
                yield Author(of if of.casefold() in _AGENCY else piece)
                continue
            name = _EN_RANK.sub("", _EN_DEED.sub("", piece[office.end() :] if office else piece)).strip(" .,")
            if any(c.isalnum() for c in name):
                yield Author(name) if _is_english_body(name) else _english_person(name)
    if more:
        yield Author(OTHERS[1])


def _listed(text: str) -> list[str]:
    """The names of a list: "Wang Ping, Li Ming and Han Suyin"; "Snow, Edgar" is one, as is a body with "and" in it."""
    parts = [part.strip() for part in re.split(r"\s*,\s*(?:and\s+)?", text) if part.strip()]
    if len(parts) == 2 and len(parts[0].split()) == 1 and not any(map(_is_english_body, parts)):
        return [f"{parts[0]}, {parts[1]}"]
    made = []
    for part in parts:
        sides = re.split(r"\s+and\s+", part)
        apart = all(side.casefold() in _AGENCY or not _is_english_body(side) for side in sides)
        made += sides if apart and not {"of", "for"} & set(part.casefold().split()) else [part]
    return made


def _is_english_body(name: str) -> bool:
    words = re.findall(r"[a-z]+", name.casefold())
    return name.casefold() in _AGENCY or bool(_BODIES_EN.intersection(words)) or len(words) > 5


def _english_person(name: str) -> Author:
    family, comma, given = (part.strip() for part in name.partition(","))
    if comma:
        chinese = family.casefold() in _spoken_surnames()
        return Author(f"{family} {given}" if chinese else f"{given} {family}", family=family, given=given)
    words = name.split()
    if len(words) == 1:
        return Author(name, family=name)
    if words[0].casefold() in _spoken_surnames() or _HYPHENATED.match(words[-1]):
        return Author(name, family=words[0], given=" ".join(words[1:]))
    return Author(name, family=words[-1], given=" ".join(words[:-1]))


@lru_cache(maxsize=1)
def _spoken_surnames() -> frozenset[str]:
    """The common surnames in pinyin: with one of them first, a name in Latin letters is a Chinese one."""
    return frozenset(sound for char in SURNAMES for sound in readings(char)[:1]) | frozenset(
        "".join(readings(c)[0] for c in name) for name in _COMPOUND if all(map(readings, name))
    )
