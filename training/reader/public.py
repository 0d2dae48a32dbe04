"""Examples from public reading sets, and near misses made of them.

Only the development half of each set that also measures is read (`eval.sets.questions.split_of`, by a hash of the
question's id); the sets and their licences are in README.md. A text is read in stretches of whole sentences about as
long as a passage of the index.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.sets.questions import split_of
from rag.datatypes import Lang
from rag.language.names import PERSON_TAGS, PLACE_TAGS
from rag.language.sentences import sentence_spans
from rag.language.tokens import keywords
from rag.reader.pages import Page
from training.reader.example import UNKNOWN, Example

LENGTHS: Mapping[Lang, tuple[int, ...]] = {"zh": (100, 140, 170, 200), "en": (350, 450, 520, 600)}
"""Characters that a stretch has at most, drawn for each."""
LONGEST = 80
"""Characters of the longest answer that is learned as words."""
HEADED = 0.5
"""Share of the pages that stand under their title."""
_YEAR = re.compile(r"(?<!\d)(1\d{3}|20\d\d)(?!\d)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z]\w+(?: [A-Z]\w+)*")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Collection:
    """A set in BEIR's form: documents by id, judgements (document, grade) by question, the questions."""

    documents: Mapping[str, Mapping[str, Any]]
    judged: Mapping[str, list[tuple[str, int]]]
    questions: list[Mapping[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> Collection:
        """The set in a folder, its development half alone."""
        rows = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
        judged: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for row in rows:
            question, document, grade = row.split("\t")
            judged[question].append((document, int(grade)))
        documents = {d["id"]: d for d in _lines(folder / "corpus.jsonl")}
        questions = [q for q in _lines(folder / "queries.jsonl") if q["text"] and split_of(q["id"]) == "dev"]
        return cls(documents, judged, questions)


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def page(text: str, sentences: Sequence[Span], head: str = "") -> Page:
    """The stretch of a text that some of its sentences make."""
    first = sentences[0][0]
    return Page(head, text[first : sentences[-1][1]], tuple((a - first, b - first) for a, b in sentences))


def around(text: str, lang: Lang, wanted: Span, chance: random.Random) -> list[Span]:
    """The sentences that hold a span, and others about them, as many as a passage has."""
    spans, size = sentence_spans(text, lang), chance.choice(LENGTHS[lang])
    held = [i for i, (a, b) in enumerate(spans) if a < wanted[1] and wanted[0] < b]
    if not held:
        return []
    low, high = held[0], held[-1]
    while True:
        ways = [(low - 1, high)] * (low > 0) + [(low, high + 1)] * (high + 1 < len(spans))
        ways = [(a, b) for a, b in ways if spans[b][1] - spans[a][0] <= size]
        if not ways:
            return spans[low : high + 1]
        low, high = chance.choice(ways)


def stretches(text: str, lang: Lang) -> list[list[Span]]:
    """A whole text cut into stretches."""
    made: list[list[Span]] = []
    for span in sentence_spans(text, lang):
        if made and span[1] - made[-1][0][0] <= LENGTHS[lang][2]:
            made[-1].append(span)
        else:
            made.append([span])
    return made


def exchanged(question: str, text: str, names: Mapping[str, Sequence[str]], chance: random.Random) -> list[str]:
    """The question with one year or name that the text has exchanged for another; `names` are others by kind."""
    made = []
    for match in _YEAR.finditer(question):
        year = str(int(match[1]) + chance.choice((-12, -7, -4, -3, -2, -1, 1, 2, 3, 5, 8, 10)))
        if match[1] in text and year not in text:
            made.append(question[: match.start()] + year + question[match.end() :])
    for kind, name in named(question):
        other = chance.choice(names[kind]) if names.get(kind) else ""
        if name in text and other and other not in text and name not in other and other not in name:
            made.append(question.replace(name, other))
    return made


def named(question: str) -> list[tuple[str, str]]:
    """The names in a question with their kind: what the segmenter tags as one, or capitalised words."""
    if re.search("[一-鿿]", question):
        import rjieba

        return [(tag, word) for word, tag in rjieba.tag(question) if tag in PLACE_TAGS | PERSON_TAGS and len(word) > 1]
    return [("en", name) for name in _NAME.findall(question)]


def spans_of_answers(collection: Collection, chance: random.Random) -> Iterator[Example]:
    """cmrc-drcd-zh: the words that answer stand in the text; near misses by exchange, and what a search would find."""
    import bm25s

    names: dict[str, list[str]] = defaultdict(list)
    for asked in collection.questions:
        for kind, name in named(asked["text"]):
            names[kind].append(name)
    places = [(i, s) for i, d in collection.documents.items() for s in stretches(d["text"], "zh")]
    index = bm25s.BM25()
    texts = [collection.documents[i]["text"][s[0][0] : s[-1][1]] for i, s in places]
    index.index([keywords(text) for text in texts], show_progress=False)

    def title(identifier: str) -> str:
        return str(collection.documents[identifier].get("title") or "") if chance.random() < HEADED else ""

    for asked in collection.questions:
        question, document = asked["text"], collection.judged[asked["id"]][0][0]
        text = str(collection.documents[document]["text"])
        span = _best_place(question, text, asked["answers"])
        sentences = around(text, "zh", span, chance) if span and span[1] - span[0] <= LONGEST else []
        if not span or not sentences:
            continue
        answer = text[slice(*span)]
        labels = [
            1 if a < span[1] and span[0] < b else UNKNOWN if len(answer) > 1 and answer in text[a:b] else 0
            for a, b in sentences
        ]
        read, first = page(text, sentences, title(document)), sentences[0][0]
        yield Example(question, read, tuple(labels), (span[0] - first, span[1] - first), source="cmrc")
        if (wrong := exchanged(question, read.text, names, chance)) and chance.random() < 0.6:
            yield Example(chance.choice(wrong), read, (0,) * len(labels), source="cmrc exchanged")
        found, _ = index.retrieve([keywords(question)], k=8, show_progress=False)
        others = [
            int(n)
            for n in found[0]
            if not _place(texts[n], asked["answers"])
            and not (places[n][0] == document and places[n][1][0][0] < span[1] and span[0] < places[n][1][-1][1])
        ]
        for n in others[:1] + chance.sample(others[1:], min(1, len(others[1:]))):
            identifier, far = places[n]
            read = page(collection.documents[identifier]["text"], far, title(identifier))
            yield Example(question, read, (0,) * len(far), source="cmrc found")


def _place(text: str, answers: Sequence[str]) -> Span | None:
    low = text.lower()
    found = ((low.find(a.lower()), len(a)) for a in answers if a)
    return next(((at, at + size) for at, size in found if at >= 0), None)


def _best_place(question: str, text: str, answers: Sequence[str]) -> Span | None:
    """Where the answer stands; of several places the one in the sentence that shares most words with the question."""
    first = _place(text, answers)
    if first is None:
        return None
    asked, size = set(keywords(question)), first[1] - first[0]
    spans = sentence_spans(text, "zh")

    def shared(at: int) -> int:
        return max((len(asked & set(keywords(text[a:b]))) for a, b in spans if a <= at < b), default=0)

    starts = [m.start() for m in re.finditer(re.escape(text[slice(*first)]), text)]
    at = max(starts, key=shared)
    return at, at + size


def judged_irrelevant(collection: Collection, chance: random.Random) -> Iterator[Example]:
    """nomiracl: passages that people judged not to answer."""
    for asked in collection.questions:
        judged = collection.judged[asked["id"]] if not asked["answerable"] else []
        words = set(keywords(asked["text"]))
        for identifier, _ in chance.sample(judged, min(6, len(judged))):
            document = collection.documents[identifier]
            text = str(document["text"])
            made = stretches(text, document["lang"])
            if made:
                near = max(made, key=lambda s: len(words & set(keywords(text[s[0][0] : s[-1][1]]))))
                read = page(text, near, str(document.get("title") or ""))
                yield Example(asked["text"], read, (0,) * len(near), source="nomiracl")


def judged_evidence(collection: Collection) -> Iterator[Example]:
    """clapnq: the sentences that people marked as grounds, and pages that do not answer."""
    for asked in collection.questions:
        for identifier, grade in collection.judged[asked["id"]]:
            document = collection.documents[identifier]
            text = str(document["text"])
            if asked["answerable"] and grade < 1:
                continue
            grounds = [(text.find(e), len(e)) for e in asked.get("evidence", ()) if asked["answerable"]]
            for sentences in stretches(text, "en"):
                labels = [int(any(0 <= at < b and a < at + n for at, n in grounds)) for a, b in sentences]
                yield Example(asked["text"], page(text, sentences, document["title"]), tuple(labels), source="clapnq")


def answer_sentences(folder: Path, chance: random.Random) -> Iterator[Example]:
    """selqa: the sentences of a section of which some answer, and a stretch of the same section without them."""
    for name in ("dev", "test"):
        for asked in json.loads((folder / f"{name}.json").read_text(encoding="utf-8")):
            text = " ".join(asked["candidates"])
            ends = [sum(len(c) + 1 for c in asked["candidates"][: n + 1]) - 1 for n in range(len(asked["candidates"]))]
            spans = [(end - len(c), end) for end, c in zip(ends, asked["candidates"], strict=True)]
            if not asked["answers"]:
                continue
            right = {spans[n] for n in asked["answers"]}
            near = _grown(spans, spans.index(chance.choice(sorted(right))), chance)
            far = [s for s in spans if s not in near]
            for stretch in (near, _run(far, spans, chance)):
                if stretch:
                    head = str(asked["article"]) if chance.random() < HEADED else ""
                    labels = tuple(int(s in right) for s in stretch)
                    yield Example(asked["question"], page(text, stretch, head), labels, source="selqa")


def _grown(spans: Sequence[Span], at: int, chance: random.Random) -> list[Span]:
    low = high = at
    size = chance.choice(LENGTHS["en"])
    while True:
        ways = [(low - 1, high)] * (low > 0) + [(low, high + 1)] * (high + 1 < len(spans))
        ways = [(a, b) for a, b in ways if spans[b][1] - spans[a][0] <= size]
        if not ways:
            return list(spans[low : high + 1])
        low, high = chance.choice(ways)


def _run(far: Sequence[Span], spans: Sequence[Span], chance: random.Random) -> list[Span]:
    """Consecutive sentences among those that are left."""
    if not far:
        return []
    at = spans.index(chance.choice(far))
    run = []
    for span in spans[at:]:
        if span not in far or span[1] - spans[at][0] > LENGTHS["en"][2]:
            break
        run.append(span)
    return run
