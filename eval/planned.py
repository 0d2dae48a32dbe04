"""Are altered figures found? `python -m eval.planned PATH [PATH ...] [--count 200] [--seed 1]`.

Takes the aligned sentences of articles in both languages, alters one figure in one language of `--count` of them
(a digit or number word becomes another), and reports how many alterations the comparison of figures finds and how
many of the untouched pairs it raises a false alarm on. An untouched pair that it flags may be a true disagreement:
the flagged ones are printed with `--show`, for a person to judge.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from rag.align import align
from rag.corpus import sources
from rag.datatypes import Article, Lang
from rag.language.quantities import COMPARED, Quantity, agree, quantities
from rag.settings import load
from rag.translation.findings import Finding, of_pair

_ZH = "一二三四五六七八九"
_EN = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fifteen",
]
_EN += ["twenty", "thirty", "forty", "fifty"]
FIGURES = ("figure", "unit", "date", "multiple")
"""Kinds of finding that an altered figure may make."""
_TOKEN: dict[Lang, re.Pattern[str]] = {
    "zh": re.compile(f"[1-9]|[{_ZH}两]"),
    "en": re.compile(rf"[1-9]|\b(?:one|{'|'.join(_EN)})\b", re.I),
}


@dataclass(frozen=True, slots=True)
class Altered:
    """An aligned pair in which one figure was altered: both texts, the figure before and after."""

    zh: str
    en: str
    before: str
    after: str


def pairs(articles: Sequence[Article]) -> Iterator[tuple[str, str]]:
    """The aligned sentences of the articles that have a comparable figure in both languages."""
    for article in articles:
        if len(article.langs) < 2:
            continue
        for bead in align(article):
            if bead.zh and bead.en:
                zh, en = article.bodies["zh"][slice(*bead.zh)], article.bodies["en"][slice(*bead.en)]
                if _compared(zh, "zh") and _compared(en, "en"):
                    yield zh, en


def _compared(text: str, lang: Lang) -> list[Quantity]:
    return [q for q in quantities(text, lang) if q.kind in COMPARED]


def differing(zh: str, en: str) -> list[Finding]:
    """The figures, measures and times that a sentence and its translation give differently."""
    return [f for f in of_pair(zh, en) if f.kind in FIGURES]


def altered(zh: str, en: str, chance: random.Random) -> Altered | None:
    """The pair with one figure altered that both languages gave alike, or None if there is none to alter."""
    alike = [(q, r) for q in _compared(zh, "zh") for r in _compared(en, "en") if q.kind == r.kind and agree(q, r)]
    chance.shuffle(alike)
    for q, r in alike:
        lang: Lang = chance.choice(("zh", "en"))
        said, figure, kept = (zh, q, r) if lang == "zh" else (en, r, q)
        for text, after in _changes(said, figure, lang, chance):
            if not agree(after, kept):
                before = figure.text
                return Altered(text, en, before, after.text) if lang == "zh" else Altered(zh, text, before, after.text)
    return None


def _changes(said: str, figure: Quantity, lang: Lang, chance: random.Random) -> Iterator[tuple[str, Quantity]]:
    """The text with another numeral in the figure, each with the figure that it then holds."""
    tokens = list(_TOKEN[lang].finditer(said, figure.start, figure.end))
    chance.shuffle(tokens)
    for token in tokens:
        old = token.group().lower()
        others = "23456789" if old.isdigit() else _ZH[1:] if lang == "zh" else _EN
        new = chance.choice([n for n in others if n != old])
        text = said[: token.start()] + new + said[token.end() :]
        near = [q for q in quantities(text, lang) if q.start <= token.start() < q.end and q.kind == figure.kind]
        if near and near[0].unit == figure.unit and (near[0].low, near[0].high) != (figure.low, figure.high):
            yield text, near[0]


def measure(articles: Sequence[Article], count: int, seed: int) -> dict[str, Any]:
    """What is found of `count` altered figures, and what is flagged of the untouched pairs."""
    chance = random.Random(seed)
    every = list(pairs(articles))
    chance.shuffle(every)
    made: list[Altered] = []
    untouched: list[tuple[str, str]] = []
    for zh, en in every:
        one = altered(zh, en, chance) if len(made) < count else None
        if one:
            made.append(one)
        else:
            untouched.append((zh, en))
    missed = [one for one in made if not differing(one.zh, one.en)]
    flagged = [(zh, en, found) for zh, en in untouched if (found := differing(zh, en))]
    return {
        "altered": len(made),
        "found": round(1 - len(missed) / len(made), 4) if made else None,
        "untouched": len(untouched),
        "flagged": round(len(flagged) / len(untouched), 4) if untouched else None,
        "missed": [{"before": m.before, "after": m.after, "zh": m.zh, "en": m.en} for m in missed],
        "flagged_pairs": [
            {"zh": zh, "en": en, "figures": [[f.original, f.translation] for f in found]} for zh, en, found in flagged
        ],
    }


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--count", default=200, show_default=True, type=click.IntRange(1), help="Figures to alter.")
@click.option("--seed", default=1, show_default=True, help="Which ones.")
@click.option("--show", is_flag=True, help="Also print the alterations missed and the untouched pairs flagged.")
def main(paths: Sequence[Path], count: int, seed: int, show: bool) -> None:
    """Alter figures in the aligned sentences of PATHS and say how many alterations are found."""
    read = sources(list(paths), max_bytes=load().max_file_bytes)
    result = measure([item for item in read if isinstance(item, Article)], count, seed)
    hidden = () if show else ("missed", "flagged_pairs")
    click.echo(json.dumps({k: v for k, v in result.items() if k not in hidden}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    sys.exit(main())
