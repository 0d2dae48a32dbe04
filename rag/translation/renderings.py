"""Offices, ranks, agencies, divisions and countries that the translation gives as another of their group.

副教授 / "Professor", 秘书长 / "Secretary", 湖南 / "Hubei". What each is
rendered by stands in `rag/language/renderings.tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag import language

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Member:
    """A term: its Chinese forms of two and more characters, those that only explain, and its English ones."""

    told: bool
    short: re.Pattern[str] | None
    en: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Group:
    members: tuple[_Member, ...]
    zh: re.Pattern[str]
    """All Chinese forms of two and more characters, the longest first."""
    forms: tuple[tuple[re.Pattern[str], int], ...]
    """Each form and the number of its member, in the same order."""

    def said(self, text: str) -> list[tuple[Span, int]]:
        """Where a text names members, and which."""
        return [(m.span(), self._member(text, m.start(), m[0])) for m in self.zh.finditer(text)]

    def _member(self, text: str, start: int, words: str) -> int:
        fitting = (i for form, i in self.forms if (m := form.match(text, start)) and m[0] == words)
        return next(fitting)


def misrendered(zh: str, en: str, around: tuple[str, str]) -> Iterator[tuple[Span, Span]]:
    """Where a term of the original stands as another of its group: spans in the two sentences.

    `around` is the text beside the two, Chinese and English, where either may have the counterpart.
    """
    for group in _groups():
        said = group.said(zh)
        lost = [(span, m) for span, i in said if (m := group.members[i]).told and not m.en.search(en)]
        lost = [(span, m) for span, m in lost if not m.en.search(around[1])]
        if lost:
            yield from _given_otherwise(group, [i for _, i in said], lost, zh, en, around[0])


def _given_otherwise(
    group: _Group, said: list[int], lost: list[tuple[Span, _Member]], zh: str, en: str, around_zh: str
) -> Iterator[tuple[Span, Span]]:
    """The terms of `lost` whose place another member has that nothing in the original says."""
    present = {*said, *(i for _, i in group.said(around_zh))}
    present |= {i for i, m in enumerate(group.members) if m.short and m.short.search(zh + around_zh)}
    explained = [e.span() for i in present for e in group.members[i].en.finditer(en)]
    rivals = [
        r.span()
        for i, other in enumerate(group.members)
        if i not in present
        for r in other.en.finditer(en)
        if not any(a < r.end() and r.start() < b for a, b in explained)
    ]
    for span, _ in lost:
        if rivals:
            place = span[0] / len(zh)
            rival = min(rivals, key=lambda r: abs(r[0] / len(en) - place))
            yield span, rival
            rivals.remove(rival)


@cache
def _groups() -> tuple[_Group, ...]:
    rows: dict[str, list[tuple[str, str]]] = {}
    for line in Path(language.__file__).with_name("renderings.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            group, zh, en = line.split("\t")
            rows.setdefault(group, []).append((zh, en))
    return tuple(map(_group, rows.values()))


def _group(rows: list[tuple[str, str]]) -> _Group:
    members, forms = [], []
    for i, (zh, en) in enumerate(rows):
        parts = re.split(r"\|(?![^(]*\))", zh.removeprefix("="))
        short = [p for p in parts if len(p) == 1]
        forms += [(i, p) for p in parts if len(p) > 1]
        english = "|".join(p if re.search("[A-Z]", p) else f"(?i:{p})" for p in re.split(r"\|(?![^(]*\))", en))
        members.append(
            _Member(
                not zh.startswith("="), re.compile("|".join(short)) if short else None,
                re.compile(rf"(?<!\w)(?:{english})(?:e?s)?(?!\w)"),
            )
        )  # fmt: skip
    forms.sort(key=lambda form: -len(form[1]))
    compiled = tuple((re.compile(form), i) for i, form in forms)
    return _Group(tuple(members), re.compile("|".join(form for _, form in forms)), compiled)


def is_rendering(word: str) -> bool:
    """Whether a word is the whole of what some term is rendered by."""
    return any(member.en.fullmatch(word) for group in _groups() for member in group.members)


def is_term(name: str) -> bool:
    """Whether a Chinese name holds a term of two and more characters."""
    return any(group.zh.search(name) for group in _groups())
