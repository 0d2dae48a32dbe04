"""The names of an archive, from its articles one after the other: what was proved in places, and what follows of all.

Memory stays bounded: of what only stood together, pairs seen once are forgotten when there are too many (Manku and
Motwani 2002, "Approximate frequency counts over data streams").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.language.names import PERSON_TAGS, PLACE_TAGS
from rag.language.script import HAN
from rag.register.english import is_common
from rag.register.kinds import Kind, chinese_kind
from rag.register.mentions import Mentions
from rag.register.unions import Form, Link, joined, may_be_one

TOGETHER, ARTICLES, SHARE = 3, 2, 0.5
"""Places and articles that names stand together in, and of all places of either, where nothing else proves them one."""
MOST = 400_000
"""Pairs that only stood together, of which is kept count at a time."""


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
        self._together: dict[tuple[str, str], tuple[int, int]] = {}  # places and articles
        self._left: Counter[Form] = Counter()
        self._shown: dict[Form, None] = {}
        self._kinds: Counter[tuple[Form, Kind]] = Counter()
        self._lower: set[str] = set()

    def add(self, mentions: Mentions) -> None:
        """Take in an article."""
        for zh, en, proof, kind, n in mentions.pairs:
            if proof:
                self._proved[zh, en, proof] += n
            else:
                places, articles = self._together.get((zh, en), (0, 0))
                self._together[zh, en] = places + n, articles + 1
            if kind:
                self._kinds[("zh", zh), kind] += n
                self._kinds[("en", en), kind] += n
        for lang, text, kind, shows, n in mentions.singles:
            self._left[lang, text] += n
            if shows:
                self._shown[lang, text] = None
            if kind:
                self._kinds[(lang, text), kind] += n
        self._lower.update(mentions.lower)
        if len(self._together) > MOST:
            self._together = {pair: known for pair, known in self._together.items() if known[0] > 1}

    def entries(self) -> list[Entry]:
        """The names, those with forms in both languages first."""
        kinds = self._told()
        links = [Link(zh, en, proof, n) for (zh, en, proof), n in self._proved.items() if self._is_name(zh, en, proof)]
        linked = {(link.zh, link.en) for link in links}
        known = {link.zh for link in links}, {link.en for link in links}
        for (zh, en), (places, articles) in self._together.items():
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
        for lang, text in self._shown:
            own = [word for word in text.split() if not is_common(word)]
            if lang == "zh" or (own and not any(word.lower() in self._lower for word in own) and not HAN.search(text)):
                yield lang, text

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
