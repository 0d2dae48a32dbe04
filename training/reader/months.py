"""Examples from the archive's own months: question sets, and questions written for training.

The former have the form of `wenbao eval`'s sets, the latter lie in `training/questions`, a file a month: questions in
both languages with places in the articles' files (no text of the articles). Each question is asked of an index that
holds the articles, and read with what that finds, as it is when somebody asks.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from eval.metrics.text import says_any
from eval.sets.load import load
from rag.answer.candidates import Candidate, page_of, sides
from rag.corpus import sources
from rag.datatypes import LANGS, Lang
from rag.embed import Embedder
from rag.expand import expansion
from rag.index import store as stores
from rag.index.build import build
from rag.index.reader import Generation
from rag.query import understand
from rag.retrieve import search
from training.reader.example import UNKNOWN, Example

FORMS = {
    "fact": "fact",
    "yesno": "yesno",
    "why": "why",
    "def": "define",
    "list": "list",
    "view": "view",
    "topic": "topic",
    "summary": "topic",
    "compare": "across",
    "timeline": "across",
}
"""The form of answer that a kind of question wants; kinds that can be of several forms are left out."""
ONE_PLACE = ("fact", "follow_up", "follow", "yesno", "why", "def", "view")
"""Kinds whose answer stands in one sentence of what is quoted."""
HITS, WRONG = 10, 2
"""Hits that are looked at, and hits without the answer that are read for a question that the articles do not answer."""
QUESTIONS = Path(__file__).parent.parent / "questions"
"""Questions written for training."""
CHAINED = 0.1
"""Share of the questions that are read behind another one too."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One wording of a question with where it is answered: spans of bodies by article and language, and the words.
    `before` is the question that it follows, `tempting` the articles that seem to answer; it `is_chained` if it was put
    behind that one and could stand by itself."""

    id: str
    month: str
    lang: Lang
    text: str
    kind: str
    gold: tuple[tuple[str, Lang, int, int], ...] = ()
    answers: Mapping[Lang, Sequence[str]] = field(default_factory=dict)
    before: str | None = None
    verdict: str | None = None
    tempting: tuple[str, ...] = ()
    ours: bool = True
    is_chained: bool = False

    @property
    def answerable(self) -> bool:
        """Whether the articles answer."""
        return bool(self.gold)


def of_sets(paths: Sequence[Path], generation: Generation) -> Iterator[Asked]:
    """The questions of sets in the form of `wenbao eval`; a file's name is its month."""
    for path in paths:
        wordings: dict[str, str] = {}
        for case in load(path).cases():
            wordings[case.id] = case.text
            gold = [
                (s.article, lang, *span)
                for s in case.question.sources
                if s.grade > 0
                for lang, quotes in s.quotes.items()
                for q in quotes
                if (span := placed(generation.article(s.article)[0].bodies[lang], q))
            ]
            yield Asked(
                id=case.id,
                month=path.stem,
                lang=case.lang,
                text=case.text,
                kind=case.question.kind,
                gold=tuple(gold),
                answers=case.question.answers,
                before=wordings.get(case.follow_up_of or ""),
                tempting=tuple(s.article for s in case.question.sources if not s.grade),
                ours=False,
            )


def of_training(paths: Sequence[Path], generation: Generation, files: Mapping[str, str]) -> Iterator[Asked]:
    """The questions written for training, of those whose articles are indexed; `files` are the articles' files as
    text, by their name without suffix."""
    there = set(generation.articles.ids())
    for path in paths:
        wordings: dict[tuple[str, str], str] = {}
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            sources = row.get("sources", ())
            if not {s["article"] for s in sources} <= there:
                continue
            gold = [
                (s["article"], lang, *span)
                for s in sources
                for lang in LANGS
                if lang in s
                and (
                    span := placed(
                        generation.article(s["article"])[0].bodies[lang], files[s["article"]][slice(*s[lang])]
                    )
                )
            ]
            for lang in LANGS:
                wordings[row["id"], lang] = row[lang]
                yield Asked(
                    id=f"{row['id']}@{lang}",
                    month=path.stem,
                    lang=lang,
                    text=row[lang],
                    kind=row["kind"],
                    gold=tuple(gold),
                    answers=row.get("answer", {}),
                    before=wordings.get((row.get("after", ""), lang)),
                    verdict=row.get("verdict"),
                    tempting=tuple(s["article"] for s in row.get("near", ())),
                )


def behind_others(asked: Sequence[Asked], chance: random.Random) -> Iterator[Asked]:
    """Some of the questions again, behind another one about the same article that is answered elsewhere in it: of the
    two it is the last that is asked, and what answers the first does not answer it."""
    about: dict[tuple[str, Lang], list[Asked]] = {}
    for one in asked:
        if one.gold and not one.before and one.kind in ONE_PLACE:
            about.setdefault((one.gold[0][0], one.lang), []).append(one)
    for one in asked:
        articles = [place[0] for place in one.gold[:1]] or list(one.tempting[:1])
        if one.before or not articles or chance.random() >= CHAINED:
            continue
        others = [
            o for o in about.get((articles[0], one.lang), ()) if o.id != one.id and not set(o.gold) & set(one.gold)
        ]
        if others:
            yield replace(one, before=chance.choice(others).text, is_chained=True)


def placed(body: str, words: str) -> tuple[int, int] | None:
    """Where words stand in a body, white space aside."""
    words = words.strip()
    at = body.find(words) if words else -1
    if at >= 0:
        return at, at + len(words)
    kept = [i for i, char in enumerate(body) if not char.isspace()]
    bare = "".join(words.split())
    at = "".join(body[i] for i in kept).find(bare)
    return (kept[at], kept[at + len(bare) - 1] + 1) if bare and at >= 0 else None


def examples(
    asked: Sequence[Asked], generation: Generation, embedder: Embedder, chance: random.Random
) -> Iterator[Example]:
    """What the reader learns from questions: the pages that answer, and some of those that do not."""
    for one in asked:
        query = understand(one.text, taken=one.before or "")
        found = search(generation, embedder, query, HITS, expanded=expansion(generation, query.text, query.lang))
        joined = query.text if query.is_completed else one.text
        read = [example(one, joined, *sides(hit, rank, generation, one.lang)) for rank, hit in enumerate(found, 1)]
        read = [e for e in read if e.labels]
        right = [e for e in read if e.answers]
        wrong = [e for e in read if not any(e.labels)]
        if one.answerable:
            yield from right
            yield from wrong[:1]
        else:
            yield from wrong[:WRONG]
        if one.before and not one.is_chained and read:
            page = chance.choice(read).page
            yield Example(one.text, page, (UNKNOWN,) * len(page.sentences), leans=True, source="leaning")


def example(one: Asked, question: str, own: Sequence[Candidate], twins: Sequence[Candidate]) -> Example:
    """A question with a page."""
    page = page_of(own, twins)
    labels = (*_labels(one, own), *_labels(one, twins))
    words = None
    for c, (start, _), label in zip((*own, *twins), page.sentences, labels, strict=True):
        if label == 1 and words is None and (span := _words(one, c)):
            words = (start + span[0], start + span[1])
    return Example(
        question,
        page,
        labels,
        words,
        yes=None if one.verdict is None else one.verdict == "yes",
        form=FORMS.get(one.kind) if one.ours or one.kind in ("list", "compare", "timeline") else None,
        leans=None if one.before else False,
        source=one.month,
    )


def _labels(one: Asked, sentences: Sequence[Candidate]) -> list[int]:
    """Of a sentence that holds the answer, or stands where it is given, beside one that holds it, nothing is said."""
    if not sentences or not one.answerable:
        return [0] * len(sentences)
    lang, article = sentences[0].lang, sentences[0].article
    answers = [a for a in one.answers.get(lang, ()) if a]
    gold = [(a, b) for identifier, own, a, b in one.gold if (identifier, own) == (article.id, lang)]
    there = [any(c.start < b and a < c.end for a, b in gold) for c in sentences]
    holds = [says_any(c.text, answers) for c in sentences]
    settled = one.kind in ONE_PLACE and any(a and b for a, b in zip(there, holds, strict=True))
    labels = []
    for inside, holding in zip(there, holds, strict=True):
        if inside:
            labels.append(1 if holding or not settled else UNKNOWN)
        else:
            labels.append(UNKNOWN if holding and len(answers[0]) > 1 else 0)
    return labels


def _words(one: Asked, c: Candidate) -> tuple[int, int] | None:
    """Where the answer stands in a sentence: the words of a fact; from the first to the last item of a list."""
    answers = [a for a in one.answers.get(c.lang, ()) if a]
    found = [(at, at + len(a)) for a in answers if (at := c.text.find(a)) >= 0]
    if one.kind == "list":
        enough = len(found) >= max(1, len(answers) - 1)
        return (min(a for a, _ in found), max(b for _, b in found)) if found and enough else None
    return found[0] if found and one.kind in ONE_PLACE else None


def files_of(folders: Sequence[Path]) -> dict[str, str]:
    """The articles' files under some folders, by their name without suffix."""
    return {p.stem: p.read_text(encoding="utf-8") for folder in folders for p in sorted(folder.glob("*/*.md"))}


def indexed(folders: Sequence[Path], store: Path, embedder: Embedder) -> Generation:
    """The index of the articles under some folders, made if it is not there."""
    if not store.exists():
        build(sources(list(folders), max_bytes=5_000_000), store, embedder, sources=list(map(str, folders)))
    return Generation(stores.current(store))
