"""How good the register is: `python -m tests.register.names_sample [--draw | --write]`, over ../shared.

Of the names that stand in the articles of June 1958 and March 1960 and in no other, 200 are drawn at random from the
register of all archive months: the rules were made without these two. `names.tsv` holds what a reader who looked at
their lines judged of each: whether it is the name of a person, a place or a work ("name", "none"), and, where it has
more than one form, whether all are of one ("right", "wrong", "-"). Of the articles no more than the names is kept. With
`--draw` those that are not judged yet are listed with a line each.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from rag.align import align
from rag.datatypes import Article
from rag.index.names import Forms
from rag.register.gather import Entry, Gatherer

JUDGED = Path(__file__).with_name("names.tsv")
MONTHS = ((1958, 6), (1960, 3))
SIZE, SEED = 200, 22
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


def sample(articles: Sequence[Article]) -> dict[str, Entry]:
    """The entries drawn, by `key_of`."""
    gatherer = Gatherer()
    for article in articles:
        gatherer.add(article, align(article))
    entries = gatherer.entries()
    owner = [number for number, entry in enumerate(entries) for _ in entry.forms]
    forms = Forms(form for entry in entries for form in entry.forms)
    inside, outside = set[int](), set[int]()
    for article in articles:
        is_held = article.date is not None and (article.date.year, article.date.month) in MONTHS
        for lang in article.langs:
            places = forms.places(article.bodies[lang], lang)
            (inside if is_held else outside).update(owner[form] for form in places)
    unseen = {key_of(entries[number]): entries[number] for number in inside - outside}
    drawn = random.Random(SEED).sample(sorted(unseen), min(SIZE, len(unseen)))
    return {key: unseen[key] for key in drawn}


def table(drawn: Mapping[str, Entry]) -> str:
    """The verdicts of the entries drawn, as they stand in docs/figures.md."""
    verdicts = judged()
    names = Counter(verdicts[key].name for key in drawn if key in verdicts)
    unions = Counter(verdicts[key].union for key in drawn if key in verdicts and verdicts[key].union != "-")
    several = sum(len(entry.forms) > 2 for entry in drawn.values())
    rows = ["| | drawn | judged | right | share |", "| --- | ---: | ---: | ---: | ---: |"]
    for told, counts, right, total in (
        ("names of persons, places and works", names, "name", len(drawn)),
        ("forms put together, all of one name", unions, "right", sum(len(e.forms) > 1 for e in drawn.values())),
    ):
        share = f"{100 * counts[right] / counts.total():.1f} %" if counts.total() else ""
        rows.append(f"| {told} | {total} | {counts.total()} | {counts[right]} | {share} |")
    return "\n".join(rows) + f"\n\nOf the unions {several} have more than two forms."


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
        held = [a for a in read if a.date and (a.date.year, a.date.month) in MONTHS]
        known = judged()
        for key, one in found.items():
            if key not in known:
                sys.stdout.write(f"{key}\t{one.kind}\t{_line(one, held)}\n")
    else:
        sys.stdout.write(table(found) + "\n")
    if "--write" in sys.argv:
        before, rest = FIGURES.read_text(encoding="utf-8").split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        FIGURES.write_text(f"{before}{MARKS[0]}\n\n{table(found)}\n\n{MARKS[1]}{after}", encoding="utf-8")
