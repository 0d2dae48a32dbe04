"""The names of an archive, from its articles one after the other: what was proved in places, and what follows of all.

Memory stays bounded: of what only stood together, pairs seen once are forgotten when there are too many (Manku and
Motwani 2002, "Approximate frequency counts over data streams").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.datatypes import LANGS, Article, Bead
from rag.language.names import PERSON_TAGS, PLACE_TAGS
from rag.language.script import HAN
from rag.register.english import is_common
from rag.register.kinds import Kind, chinese_kind
from rag.register.pairs import Found, alone, paired
from rag.register.unions import Form, Link, joined, may_be_one

SURE = 0.6
"""Alignments below this confidence (0 to 1) prove nothing about what stands together."""
TOGETHER, ARTICLES, SHARE = 3, 2, 0.5
"""Places and articles that names stand together in, and of all places of either, where nothing else proves them one."""
MOST = 400_000
"""Pairs that only stood together, of which is kept count at a time."""
_LOWER = re.compile(r"(?<![^\W_])[a-zà-þ][^\W\d_]+")
_TOLD = 2
"""How often words of one form tell a kind that others contradict, at most as a part."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name: its forms and what links them, and of what it is, None where nothing tells."""

    kind: Kind | None
    forms: Sequence[Form]
    links: Sequence[Link]


class Gatherer:
    """Takes in the articles of an archive."""

    def __init__(self) -> None:
        self._proved: Counter[tuple[str, str, str]] = Counter()
        self._together: dict[tuple[str, str], tuple[int, int, int]] = {}  # places, articles, the last of these
        self._left: Counter[Form] = Counter()
        self._sure: Counter[str] = Counter()
        self._alone: Counter[str] = Counter()
        self._kinds: Counter[tuple[Form, Kind]] = Counter()
        self._lower: set[str] = set()
        self._count = 0

    def add(self, article: Article, beads: Sequence[Bead]) -> None:
        """Take in an article."""
        self._count += 1
        for bead in beads:
            sides = {lang: article.bodies[lang][slice(*cut)] for lang in LANGS if (cut := bead.side(lang))}
            if len(sides) == 2:
                self._note(paired(sides["zh"], sides["en"]), bead.score >= SURE)
            elif len(article.langs) == 1:
                for lang, text in sides.items():
                    found = alone(text, lang)
                    self._alone.update(name.text for name in found.zh)
                    self._note(found, True)
        if "en" in article.bodies:
            self._lower.update(_LOWER.findall(article.bodies["en"]))
        if len(self._together) > MOST:
            self._together = {pair: known for pair, known in self._together.items() if known[0] > 1}

    def _note(self, found: Found, is_sure: bool) -> None:
        for pair in found.pairs:
            if pair.proof:
                self._proved[pair.zh.text, pair.en.text, pair.proof] += 1
                for form, kind in ((("zh", pair.zh.text), pair.zh.kind), (("en", pair.en.text), pair.en.kind)):
                    if kind:
                        self._kinds[form, kind] += 1  # type: ignore[index]
            elif is_sure:
                key = pair.zh.text, pair.en.text
                places, articles, last = self._together.get(key, (0, 0, -1))
                self._together[key] = places + 1, articles + (last != self._count), self._count
        for name in found.zh:
            self._left["zh", name.text] += 1
            if name.kind:
                self._kinds[("zh", name.text), name.kind] += 1
        for name, shows in found.en:
            self._left["en", name.text] += 1
            if shows:
                self._sure[name.text] += 1
            if name.kind:
                self._kinds[("en", name.text), name.kind] += 1

    def entries(self) -> list[Entry]:
        """The names, those with forms in both languages first."""
        kinds = self._told()
        links = [Link(zh, en, proof, n) for (zh, en, proof), n in self._proved.items() if self._is_name(zh, en, proof)]
        linked = {(link.zh, link.en) for link in links}
        known = {link.zh for link in links}, {link.en for link in links}
        for (zh, en), (places, articles, _) in self._together.items():
            if places < TOGETHER or articles < ARTICLES or (zh, en) in linked:
                continue
            if places < SHARE * max(self._left["zh", zh], self._left["en", en]) or (zh in known[0] and en in known[1]):
                continue
            if kinds.get(("en", en)) or not all(map(is_common, en.split())):
                links.append(Link(zh, en, "together", places))
        groups = joined(links, fit=lambda a, b, link: may_be_one(a, b, link, kinds.get))
        place = {form: number for number, forms in enumerate(groups) for form in forms}
        own: list[list[Link]] = [[] for _ in groups]
        single: dict[Form, None] = {}
        for link in links:
            ends: tuple[Form, Form] = ("zh", link.zh), ("en", link.en)
            group = place.get(ends[0])
            if group is not None and group == place.get(ends[1]):
                own[group].append(link)
            single.update((form, None) for form in ends if form not in place)
        made = [Entry(_kind_of(forms, kinds), forms, its) for forms, its in zip(groups, own, strict=True)]
        for text in self._unpaired():
            if text not in place:
                single[text] = None
        return [*made, *(Entry(kinds.get(form), [form], []) for form in single)]

    def _unpaired(self) -> Iterator[Form]:
        """Forms that have no counterpart, and are names by themselves."""
        for text in self._sure:
            own = [word for word in text.split() if not is_common(word)]
            if own and not any(word.lower() in self._lower for word in own) and not HAN.search(text):
                yield "en", text
        yield from (("zh", text) for text in self._alone)

    def _is_name(self, zh: str, en: str, proof: str) -> bool:
        if HAN.search(en):
            return False
        if proof != "read" or len(zh) != 2 or len(en.split()) > 1:
            return True
        return _may_name(zh) and en.lower() not in self._lower

    def _told(self) -> dict[Form, Kind]:
        """The kind that most places of a form tell."""
        best: dict[Form, tuple[int, Kind]] = {}
        for (form, kind), n in self._kinds.items():
            if form not in best or n > best[form][0]:
                best[form] = n, kind
        return {form: kind for form, (_, kind) in best.items()}


def _may_name(zh: str) -> bool:
    """Whether two characters may be a name by themselves: not 复信, which is read as Fuxin, but a reply."""
    import rjieba

    tags = [tag for _, tag in rjieba.tag(zh)]
    return len(tags) > 1 or chinese_kind(zh) is not None or tags[0] in PLACE_TAGS | PERSON_TAGS | {"j"}


def _kind_of(forms: Sequence[Form], kinds: dict[Form, Kind]) -> Kind | None:
    return next(
        (kinds[form] for form in sorted(forms, key=lambda f: (f[0] != "zh", -len(f[1]))) if form in kinds), None
    )
