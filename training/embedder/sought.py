"""What the embedding model learns from: questions with the passage that answers and one that only seems to.

Of the public sets only the half that does not measure is read; what is read of the archive's months are the questions
of `training.reader.months` that stand by themselves, each with the passages of both languages.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.datatypes import LANGS, Lang
from rag.embed import Embedder, open_embedder
from rag.index.embedded import embedded_text
from rag.index.reader import Generation
from training.embedder import data
from training.reader import months, public, qamr
from training.reader.example import Example

WORDS = 7
"""Words from which on a question of QAMR tells its sentence from all others."""
MOST = {"cmrc": 3500, "qamr": 1500, "selqa": 1200, "sentences": 4000, "paragraphs": 1500}
"""Pairs read at most: an hour and a half on two cores in all."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A question, the passage that answers it and, if known, one that does not; `group` is the source and the two
    languages."""

    question: str
    passage: str
    wrong: str
    group: str


def of_public(shared: Path, chance: random.Random) -> Iterator[Sought]:
    """Questions of the public sets with their passages, titles in front, each in one language."""
    sets, reading = shared / "evalsets", shared / "reading"
    made = {
        "cmrc": list(public.spans_of_answers(public.Collection.read(sets / "cmrc-drcd-zh"), chance)),
        "clapnq": list(public.judged_evidence(public.Collection.read(sets / "clapnq-dev-en"))),
        "selqa": list(public.answer_sentences(reading / "selqa", chance)),
        "qamr": [e for e in qamr.questions(reading / "qamr", chance) if len(e.question.split()) >= WORDS],
    }
    for name, examples in made.items():
        pairs = list(_paired(name, examples))
        yield from chance.sample(pairs, min(len(pairs), MOST.get(name, len(pairs))))


def _paired(name: str, examples: Sequence[Example]) -> Iterator[Sought]:
    """For each example that answers a page of the same question that does not."""
    wrong: dict[str, list[str]] = defaultdict(list)
    for example in examples:
        if not example.answers:
            wrong[example.question].append(_text(example))
    for example in examples:
        if example.answers:
            others = wrong[example.question]
            yield Sought(example.question, _text(example), others[0] if others else "", name)


def _text(example: Example) -> str:
    return f"{example.page.head}\n{example.page.text}".strip()


def of_months(
    shared: Path, folders: Sequence[Path], store: Path, without: Sequence[str], chance: random.Random
) -> Iterator[Sought]:
    """Questions about the archive, each with the passages of both languages that answer it."""
    embedder = open_embedder()
    generation = months.indexed(folders, store, embedder)
    sets = sorted(p for p in (shared / "archive" / "questions").glob("*.yaml") if p.stem not in without)
    written = sorted(p for p in months.QUESTIONS.glob("*.jsonl") if p.stem not in without)
    files = months.files_of(folders)
    asked = [*months.of_sets(sets, generation), *months.of_training(written, generation, files)]
    held_by = passages(generation, embedder)
    for one in asked:
        if one.before:
            continue
        for lang in LANGS:
            places = [(identifier, a, b) for identifier, own, a, b in one.gold if own == lang]
            if not places:
                continue
            identifier = places[0][0]
            held = [
                (sum(max(0, min(b, end) - max(a, start)) for i, a, b in places if i == identifier), text)
                for start, end, text in held_by[identifier, lang]
            ]
            best = max(held, default=(0, ""))
            if best[0]:
                others = [text for share, text in held if not share]
                yield Sought(one.text, best[1], chance.choice(others) if others else "", f"months {one.lang}-{lang}")


def passages(generation: Generation, embedder: Embedder) -> dict[tuple[str, Lang], list[tuple[int, int, str]]]:
    """The passages of each article and language: place in the body, and the text as it is embedded."""
    made: dict[tuple[str, Lang], list[tuple[int, int, str]]] = defaultdict(list)
    for lang in LANGS:
        for row in range(generation.size[lang]):
            passage = generation.passage(lang, row)
            article, _ = generation.article(passage.article_id)
            text = embedded_text(embedder, article.titles.get(lang, ""), passage.text)
            made[article.id, lang].append((passage.start, passage.end, text))
    return made


def of_translations(shared: Path, chance: random.Random) -> Iterator[Sought]:
    """Sentences with their translation, and paragraphs that are looked for with one of their sentences."""
    examples = data.examples(shared / "parallel", 0, question_count=0)
    sentences = [e for e in examples if e.kind == "sentence"]
    for e in chance.sample(sentences, min(len(sentences), MOST["sentences"])):
        yield Sought(e.chinese, e.english, "", "sentences")
    paragraphs = [e for e in examples if e.parts]
    for e in chance.sample(paragraphs, min(len(paragraphs), MOST["paragraphs"])):
        part = examples[chance.choice(e.parts)]
        asked, read = chance.choice((("zh", "zh"), ("zh", "en"), ("en", "zh"), ("en", "en")))
        side = {"zh": (part.chinese, e.chinese), "en": (part.english, e.english)}
        yield Sought(side[asked][0], side[read][1], "", f"paragraphs {asked}-{read}")
