"""Examples from QAMR: questions on single sentences of Wikipedia and Wikinews, with the words that answer.

Michael et al. 2018, "Crowdsourcing question-answer meaning representations" (MIT). A question is taken if both people
who checked it marked words that the answer shares; its sentence is read among others of the same text.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.reader.pages import Page
from training.reader.example import UNKNOWN, Example
from training.reader.public import exchanged

EACH, FEWEST = 9, 5
"""Questions taken of a sentence, and words from which on a question tells its sentence from others."""
LONGEST = 130
"""Words of the longest page."""
_SIGNS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "``": '"', "''": '"'}

Span = tuple[int, int]


def questions(folder: Path, chance: random.Random) -> Iterator[Example]:
    """Questions with their sentence among others, with one name or year exchanged, and among others alone."""
    sentences = dict(_rows(folder / "wiki-sentences.tsv"))
    texts: dict[str, list[str]] = defaultdict(list)
    for identifier in sentences:
        texts[identifier.rsplit(":", 2)[0]].append(identifier)
    names = {"en": [name for said in sentences.values() for name in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", said)]}
    for identifier, asked in _asked(folder).items():
        others = sorted((i for i in texts[identifier.rsplit(":", 2)[0]] if i != identifier), key=_order)
        chance.shuffle(asked)
        for question, words in asked[:EACH]:
            beside = sorted(
                [*chance.sample(others, min(len(others), chance.choice((1, 2, 2, 3)))), identifier], key=_order
            )
            while len(beside) > 1 and sum(len(sentences[i].split()) for i in beside) > LONGEST:
                beside.remove(chance.choice([i for i in beside if i != identifier]))
            page, places = _page(beside, sentences)
            sure = 0 if len(question.split()) >= FEWEST else UNKNOWN
            labels = tuple(1 if i == identifier else sure for i in beside)
            marked = [places[identifier][w] for w in words if w < len(places[identifier])]
            together = words[-1] - words[0] < len(words) + 2
            span = (marked[0][0], marked[-1][1]) if marked and together else None
            yield Example(question, page, labels, span, source="qamr")
        for question, _ in asked[:3]:
            beside = sorted([*chance.sample(others, min(len(others), 2)), identifier], key=_order)
            page, _ = _page(beside, sentences)
            if wrong := exchanged(question, page.text, names, chance):
                yield Example(chance.choice(wrong), page, (0,) * len(beside), source="qamr exchanged")
        for question, _ in asked[EACH : EACH + 2]:
            if len(others) > 2 and len(question.split()) >= FEWEST:
                beside = sorted(chance.sample(others, 3), key=_order)
                yield Example(question, _page(beside, sentences)[0], (0,) * 3, source="qamr elsewhere")


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def _asked(folder: Path) -> dict[str, list[tuple[str, list[int]]]]:
    """The questions of each sentence with the numbers of the words that answer, each question once."""
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    for name in ("dev", "test"):
        for identifier, _, _, _, _, question, words, *checked in _rows(folder / f"filtered-{name}.tsv"):
            marked = set(words.split())
            agreed = sum(bool(marked & set(said.partition(":")[2].split())) for said in checked[:2])
            if agreed == 2 and len(question.split()) >= 3:
                found[identifier].setdefault(question.strip(), sorted(map(int, marked)))
    return {identifier: list(asked.items()) for identifier, asked in found.items()}


def _order(identifier: str) -> tuple[int, ...]:
    return tuple(int(part) for part in identifier.split(":")[2:] if part.isdigit())


def _page(identifiers: Sequence[str], sentences: dict[str, str]) -> tuple[Page, dict[str, list[Span]]]:
    """The page that some sentences make, and where the words of each stand in it."""
    text, spans, places = "", [], {}
    for identifier in identifiers:
        said, words = _written(sentences[identifier].split(" "))
        start = len(text) + bool(text)
        places[identifier] = [(start + a, start + b) for a, b in words]
        text = f"{text} {said}" if text else said
        spans.append((start, len(text)))
    return Page("", text, tuple(spans)), places


def _written(words: Sequence[str]) -> tuple[str, list[Span]]:
    """Words of the treebank's cut as they are written, and where each stands."""
    text, places, glued = "", [], True
    for word in words:
        sign = _SIGNS.get(word, word)
        glued = glued or sign in ",.;:!?)]%'" or word in ("''", "n't") or (sign[0] == "'" and len(sign) <= 3)
        text += "" if glued else " "
        places.append((len(text), len(text) + len(sign)))
        text += sign
        glued = sign in ("(", "[", "$", "£") or word == "``"
    return text, places
