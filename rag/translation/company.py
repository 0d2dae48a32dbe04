"""等六人 and "four others": the Chinese counts those who are named before it, the English those who are not."""

from __future__ import annotations

import re

from rag.translation.items import Item

_TOTAL = re.compile("等(?:共|一共|一行|总共|约|近)*$")
_FURTHER = re.compile(r"^(?: more| further)? others\b|^ (?:\w+ )?other \w+", re.I)
_OTHER_BEFORE = re.compile(r"\b(?:other|another)(?: (?:more than|over|about|some))? $|\b(?:other|another) $", re.I)
_CLAUSE = re.compile("[，。；：:！？,;（）()“”]")
_PARTED = re.compile("[、]|和|及|与|以及")


def is_total(zh: str, item: Item) -> bool:
    """Whether a Chinese figure counts a company of which some were named before it."""
    return bool(_TOTAL.search(zh[: item.start]))


def is_rest(en: str, item: Item) -> bool:
    """Whether an English figure counts those that were not named."""
    return bool(_FURTHER.match(en[item.end :]) or _OTHER_BEFORE.search(en[: item.start])) or bool(
        re.search(r"\bothers\b", item.text, re.I)
    )


def named(zh: str, item: Item) -> int:
    """How many are named before 等: the parts of the clause between enumeration commas and 和."""
    before = zh[: item.start]
    before = before[: before.rfind("等")]
    clause = _CLAUSE.split(before)[-1]
    return len([part for part in _PARTED.split(clause) if part.strip()])


def company_agrees(zh: str, total: Item, en: str, rest: Item) -> bool:
    """Whether "four others" is what is left of 等六人 after those named."""
    return rest.low == total.low - named(zh, total)
