"""Whose group, plant or county a sentence speaks of: "this group" is that of the name last mentioned before it.

An article that tells of two groups answers a question on one of them with a sentence on the other, all other words
being the same. The Chinese half decides, where the name stands right before what it names (杨金庄小组, 江油县).
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.answer.demands import NAME_TAGS
from rag.answer.select import Candidate
from rag.datatypes import Lang
from rag.language.fold import fold, fold_with_map

_BORNE = re.compile("小组|班组|组|班|队|车间|厂|矿|公社|县|省|市")


@lru_cache(maxsize=256)
def _bearers(body: str) -> tuple[tuple[int, str, str, str], ...]:
    """Each place where a name stands right before what it names: (offset behind it, name, in pinyin, thing)."""
    import rjieba
    from pypinyin import lazy_pinyin

    folded, offsets = fold_with_map(body)
    found, at, name = [], 0, ""
    for word, tag in rjieba.tag(folded):
        if name and _BORNE.fullmatch(word):
            found.append((offsets[at], name, "".join(lazy_pinyin(name)), word))
        name = word if tag in NAME_TAGS and len(word) > 1 else ""
        at += len(word)
    return tuple(found)


def is_of_another(question: str, lang: Lang, c: Candidate) -> bool:
    """Whether the question asks for the group (plant, county ...) of one name and the sentence is on that of another.

    It is if the name last mentioned with such a thing, in the sentence or before it, is not the one asked for.
    """
    zh = c.article.bodies.get("zh")
    span = (c.start, c.end) if c.lang == "zh" else c.twin
    if zh is None or span is None:
        return False
    said, letters = fold(question), re.sub(r"[^a-z]", "", fold(question))
    borne = _bearers(zh)
    asked = {
        (name, thing)
        for _, name, spoken, thing in borne
        if (name in said if lang == "zh" else len(spoken) >= 4 and spoken in letters)
    }
    for thing in {thing for _, thing in asked}:
        mine = {name for name, own in asked if own == thing}
        before = [name for at, name, _, own in borne if own == thing and at <= span[1]]
        if before and before[-1] not in mine and not any(name in zh[slice(*span)] for name in mine):
            return True
    return False
