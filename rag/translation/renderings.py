"""Offices, ranks, agencies, divisions and countries that the translation gives as another of their group.

副教授 / "Professor", 秘书长 / "Secretary", 湖南 / "Hubei". The table `renderings.tsv` says what each is rendered by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
    """All Chinese forms, the longest first; the number of the member is the group's name behind its first letter."""


def misrendered(zh: str, en: str, around: tuple[str, str]) -> Iterator[tuple[Span, Span]]:
    """Where a term of the original stands as another of its group: spans in the two sentences.

    `around` is the text beside the two, Chinese and English, where either may have the counterpart.
    """
    for group in _groups():
        said = list(group.zh.finditer(zh))
        if not any(group.members[_number(m)].told for m in said):
            continue
        present = {_number(m) for m in said} | {_number(m) for m in group.zh.finditer(around[0])}
        present |= {i for i, m in enumerate(group.members) if m.short and m.short.search(zh + around[0])}
        told: set[Span] = set()
        explained = [s.span() for i in present for s in group.members[i].en.finditer(en)]
        for match in said:
            member = group.members[_number(match)]
            if not member.told or member.en.search(en) or member.en.search(around[1]):
                continue
            rivals = [
                r.span()
                for i, other in enumerate(group.members)
                if i not in present
                for r in other.en.finditer(en)
                if not any(a < r.end() and r.start() < b for a, b in explained)
            ]
            if rivals:
                place = match.start() / len(zh)
                rival = min(rivals, key=lambda r: abs(r[0] / len(en) - place))
                if rival not in told:
                    yield match.span(), rival
                told.add(rival)


def _number(match: re.Match[str]) -> int:
    return int((match.lastgroup or "m0")[1:].partition("_")[0])


@cache
def _groups() -> tuple[_Group, ...]:
    rows: dict[str, list[tuple[str, str]]] = {}
    for line in Path(__file__).with_name("renderings.tsv").read_text(encoding="utf-8").splitlines():
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
    by_member = "|".join(f"(?P<m{i}_{k}>{form})" for k, (i, form) in enumerate(forms))
    return _Group(tuple(members), re.compile(by_member))


def is_rendering(word: str) -> bool:
    """Whether a word is the whole of what some term is rendered by."""
    return any(member.en.fullmatch(word) for group in _groups() for member in group.members)


def is_term(name: str) -> bool:
    """Whether a Chinese name holds a term of two and more characters."""
    return any(group.zh.search(name) for group in _groups())
