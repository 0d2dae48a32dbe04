"""How the times of the sample are told: `python -m tests.language.times_sample [--write]`, over ../shared.

`times.tsv` holds the times that 150 sentences of the archive months name, drawn at random and read by hand before the
code that tells them was written: half of each language, half of the months for making the rules ("design"), half for
judging them ("held"). Kept are places in the articles and the days meant, "?" where none can be told, "-" for an end
that is open; of the text no more than the words of the time. A time is right with exactly these days, wrong with
others, open where none are told; and wrong is what is told of words that tell none.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rag.align import align
from rag.datatypes import Article, Lang
from rag.events import Spoken, spoken_in

SAMPLE = Path(__file__).with_name("times.tsv")


class Labelled(NamedTuple):
    """A line of the sample; `place` are offsets of the words in the body, `sentence` those of their sentence."""

    half: str
    lang: Lang
    article: str
    sentence: tuple[int, int]
    kind: str
    place: tuple[int, int]
    words: str
    first: str
    last: str


def sample() -> list[Labelled]:
    """The lines of the sample."""
    made = []
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            half, lang, article, sentence, kind, place, *rest = line.split("\t")
            made.append(
                Labelled(half, "zh" if lang == "zh" else "en", article, _span(sentence), kind, _span(place), *rest)
            )
    return made


def _span(written: str) -> tuple[int, int]:
    first, _, last = written.partition("-")
    return (int(first), int(last)) if last else (0, 0)


Outcome = tuple[str, Labelled | None, str]
"""right, wrong or open; the line, None where none tells of a time; what was told."""


def outcomes(articles: Mapping[str, Article]) -> Iterator[tuple[Lang, str, str, Outcome]]:
    """(language, half, kind, outcome) of every time of the sample and of everything else told in its sentences."""
    by_sentence = defaultdict(list)
    for one in sample():
        by_sentence[one.half, one.lang, one.article, one.sentence].append(one)
    read: dict[str, Spoken] = {}
    for (part, lang, name, (start, end)), lines in by_sentence.items():
        if name not in read:
            read[name] = spoken_in(articles[name], align(articles[name]))
        told = [s for s in read[name].times[lang] if start <= s.start < end]
        heads = [d for d in read[name].datelines[lang] if start <= d.start < end and d.day]
        for line in lines:
            if line.kind == "dateline":
                days = {str(d.day) for d in heads}
                how = "open" if not days else "right" if days == {line.first} else "wrong"
                yield lang, part, "dateline", (how, line, " ".join(days))
            elif line.kind == "time":
                its = [s for s in told if s.start < line.place[1] and line.place[0] < s.end]
                told = [s for s in told if s not in its]
                days = [(_day(s.since), _day(s.until)) for s in its]
                if line.first == "?":
                    yield lang, part, "none", ("wrong" if its else "right", line, str(days))
                else:
                    how = "open" if not its else "right" if days == [(line.first, line.last)] else "wrong"
                    yield lang, part, "time", (how, line, str(days))
        for more in told:
            yield lang, part, "none", ("wrong", lines[0], f"{more.text}: {_day(more.since)} {_day(more.until)}")


def _day(day: date) -> str:
    return "-" if day in (date.min, date.max) else day.isoformat()


MARKS = ("<!-- times: made by python -m tests.language.times_sample --write -->", "<!-- end of times -->")
FIGURES = Path(__file__).parents[2] / "docs" / "figures.md"


def table(articles: Mapping[str, Article]) -> str:
    """The outcomes as they stand in docs/figures.md: each half and language, a row."""
    counts: dict[tuple[str, Lang], Counter[tuple[str, str]]] = defaultdict(Counter)
    for lang, half, kind, (how, _, _) in outcomes(articles):
        counts[half, lang][kind, how] += 1
    made = [
        "| months | | times | right | wrong | open | words that tell none | told all the same | datelines | right |"
    ]
    made.append("| --- | --- |" + " ---: |" * 8)
    for (half, lang), count in sorted(counts.items()):
        told = [count["time", how] for how in ("right", "wrong", "open")]
        lines = [count["dateline", how] for how in ("right", "wrong", "open")]
        row = [half, lang, sum(told), *told, count["none", "right"], count["none", "wrong"], sum(lines), lines[0]]
        made.append(f"| {' | '.join(map(str, row))} |")
    return "\n".join(made)


def kept() -> str:
    """The table of the page."""
    first, last = MARKS
    return FIGURES.read_text(encoding="utf-8").split(first)[1].split(last)[0].strip()


if __name__ == "__main__":
    from tests.conftest import SHARED
    from tests.conftest import read as read_articles

    read = {a.id: a for a in read_articles(SHARED / "corpus" / "bilingual")}
    for lang, half, kind, (how, line, told) in outcomes(read):
        if how != "right":
            sys.stdout.write(f"{half} {lang} {kind} {how}: {line} {told}\n")
    sys.stdout.write(table(read) + "\n")
    if "--write" in sys.argv:
        before, rest = FIGURES.read_text(encoding="utf-8").split(MARKS[0])
        after = rest.split(MARKS[1])[1]
        FIGURES.write_text(f"{before}{MARKS[0]}\n\n{table(read)}\n\n{MARKS[1]}{after}", encoding="utf-8")
