"""Which forms are of one name: the proved pairs, joined where nothing speaks against it.

Kruskal's order: the surest link first, and a link that would bring together what may not be together is left out. So a
union that a reader has undone falls apart where its links are weakest, and stays whole elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.datatypes import Lang
from rag.language.fold import fold
from rag.language.script import HAN
from rag.register.english import is_common
from rag.register.kinds import Kind

Form = tuple[Lang, str]
"""A form of a name: its language and its letters."""


def form_of(text: str) -> Form:
    """A form by its letters."""
    return ("zh" if HAN.search(text) else "en"), text


@dataclass(frozen=True, slots=True)
class Link:
    """A Chinese and an English form that belong together, how they are known to (`pairs.PROOFS`, or "together"), and in
    how many places."""

    zh: str
    en: str
    proof: str
    places: int


SUREST = ("read", "term", "together", "sound")


def joined(
    links: Iterable[Link],
    apart: Collection[frozenset[Form]] = (),
    fit: Callable[[Sequence[Form], Sequence[Form], Link], bool] = lambda a, b, link: True,
) -> list[list[Form]]:
    """The groups that links make of forms, each at least two, in the order of their surest link.

    Args:
        links: what is proved.
        apart: pairs of forms that may not come into one group.
        fit: whether two groups may be joined by a link.
    """
    group: dict[Form, list[Form]] = {}
    forbidden: dict[Form, set[Form]] = {}
    for one in apart:
        for form in one:
            forbidden.setdefault(form, set()).update(one - {form})
    for link in sorted(links, key=lambda k: (SUREST.index(k.proof), -k.places, k.zh, k.en)):
        zh: Form = ("zh", link.zh)
        en: Form = ("en", link.en)
        left, right = group.setdefault(zh, [zh]), group.setdefault(en, [en])
        if left is right or any(forbidden.get(form, set()).intersection(right) for form in left):
            continue
        if not fit(left, right, link):
            continue
        left.extend(right)
        group.update(dict.fromkeys(right, left))
    made = {id(forms): forms for forms in group.values() if len(forms) > 1}
    return list(made.values())


def may_be_one(left: Sequence[Form], right: Sequence[Form], link: Link, kinds: Callable[[Form], Kind | None]) -> bool:
    """Whether two groups of forms can be of one name, as far as their letters and kinds tell."""
    told = {kind for form in (*left, *right) if (kind := kinds(form))}
    if len(told) > 1:
        return False
    for lang, a in left:
        for other, b in right:
            if lang == other == "zh" and not _short_for(a, b):
                return False
            if lang == other == "en" and link.proof in ("sound", "together") and not _alike(a, b):
                return False
            if lang == other == "en" and told == {"work"} and not _called_alike(a, b):
                return False
    return True


def _called_alike(a: str, b: str) -> bool:
    """Whether two works can be one by what they are called: no railway station is a department store."""
    x, y = ({fold(word) for word in text.split() if is_common(word)} for text in (a, b))
    return not x or not y or bool(x & y)


def _short_for(a: str, b: str) -> bool:
    """Whether one Chinese name can be short for the other, or its other spelling: 鞍钢, 鞍山钢铁公司."""
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    if all(char in rest for char in short):
        return True
    return len(short) >= 4 and SequenceMatcher(None, a, b).ratio() >= 0.6  # 赫鲁晓夫, 赫鲁雪夫


def _alike(a: str, b: str) -> bool:
    x, y = fold(a), fold(b)
    return bool(set(x.split()) & set(y.split())) or SequenceMatcher(None, x, y).ratio() >= 0.7
