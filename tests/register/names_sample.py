"""How good the register is: `python -m tests.register.names_sample [--draw | --write]`, over ../shared.

Judged are the names that stand in the articles of June 1958 and March 1960, in the register of all archive months: the
rules were made without these two. They are fewer than 200, so all are judged.
`names.tsv` holds what a reader who looked at
their lines judged of each: whether it is the name of a person, a place or a work ("name", "none"), and, where it has
more than one form, whether all are of one ("right", "wrong", "-"). Of the articles no more than the names is kept. With
`--draw` those that are not judged yet are listed with a line each.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rag.align import align
from rag.datatypes import Article
from rag.index.names import Forms
from rag.register.gather import Entry, Gatherer
from rag.register.mentions import mentioned

JUDGED = Path(__file__).with_name("names.tsv")
MONTHS = ((1958, 6), (1960, 3))
MARKS = ("<!-- names: made by python -m tests.register.names_sample --write -->", "<!-- end of names -->")
FIGURES = Path(__file__).parents[2] / "docs" / "figures.md"


class Verdict(NamedTuple):
    """What was judged of an entry: "name" or "none"; "right", "wrong" or "-" of its union."""

    name: str
    union: str


def judged() -> dict[str, Verdict]:
    """The verdicts, by the forms of an entry as `key_of` has them."""
    lines = [one for one in JUDGED.read_text(encoding="utf-8").splitlines() if not one.startswith("#")]
    return {key: Verdict(name, union) for key, name, union in (line.split("\t") for line in lines)}


def key_of(entry: Entry) -> str:
    """The forms of an entry in one cell."""
    return " | ".join(sorted(text for _, text in entry.forms))


def is_unseen(article: Article) -> bool:
    """Whether the rules were made without an article."""
    month = (article.date.year, article.date.month) if article.date else (0, 0)
    return month in MONTHS


def sample(articles: Sequence[Article]) -> dict[str, tuple[bool, Entry]]:
    """The entries to judge, by `key_of`, each with whether it stands in no other article."""
    gatherer = Gatherer()
    for article in articles:
        gatherer.add(mentioned(article, align(article)))
    entries = gatherer.entries()
    owner = [number for number, entry in enumerate(entries) for _ in entry.forms]
    forms = Forms(form for entry in entries for form in entry.forms)
    inside, outside = set[int](), set[int]()
    for article in articles:
        is_held = is_unseen(article)
        for lang in article.langs:
            places = forms.places(article.bodies[lang], lang)
            (inside if is_held else outside).update(owner[form] for form in places)
    return {key_of(entries[number]): (number not in outside, entries[number]) for number in sorted(inside)}


def table(drawn: Mapping[str, tuple[bool, Entry]]) -> str:
    """The verdicts of the entries, as they stand in docs/figures.md."""
    verdicts = judged()
    rows = ["| | names | are names | share | unions | are right | share |", "| --- |" + " ---: |" * 6]
    for told, which in (
        ("in no other article", {True}),
        ("in others, too", {False}),
        ("together", {True, False}),
    ):
        its = [verdicts[key] for key, (is_unseen, _) in drawn.items() if is_unseen in which and key in verdicts]
        names, unions = Counter(one.name for one in its), Counter(one.union for one in its if one.union != "-")
        cells = [_share(names, "name"), _share(unions, "right")]
        rows.append(f"| {told} | {' | '.join(cells)} |")
    unjudged = sum(key not in verdicts for key in drawn)
    return "\n".join(rows) + (f"\n\nNot judged: {unjudged}." if unjudged else "")


def _share(counts: Counter[str], right: str) -> str:
    total = counts.total()
    return f"{total} | {counts[right]} | {100 * counts[right] / total:.1f} %" if total else "0 | 0 | "


def _line(entry: Entry, articles: Sequence[Article]) -> str:
    for article in articles:
        for lang, body in article.bodies.items():
            for form in entry.forms:
                if form[0] == lang and (at := body.find(form[1])) >= 0:
                    return f"{article.issued} " + " ".join(body[max(0, at - 40) : at + len(form[1]) + 40].split())
    return ""


if __name__ == "__main__":
    from tests.conftest import SHARED
    from tests.conftest import read as read_articles

    read = sorted(read_articles(SHARED / "corpus" / "bilingual"), key=lambda article: article.id)
    found = sample(read)
    if "--draw" in sys.argv:
        held = [a for a in read if is_unseen(a)]
        known = judged()
        for key, (_, one) in found.items():
            if key not in known:
                sys.stdout.write(f"{key}\t{one.kind}\t{_line(one, held)}\n")
    else:
        sys.stdout.write(table(found) + "\n")
    if "--write" in sys.argv:
        before, rest = FIGURES.read_text(encoding="utf-8").split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        FIGURES.write_text(f"{before}{MARKS[0]}\n\n{table(found)}\n\n{MARKS[1]}{after}", encoding="utf-8")
