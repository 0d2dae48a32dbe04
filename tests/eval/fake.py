"""A small archive over the five seeds with the methods of the real one, so that evaluation is tested without models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Unpack

from rag.datatypes import (
    PEOPLES_DAILY,
    Answer,
    Article,
    Channel,
    ChannelScore,
    Citation,
    Hit,
    Lang,
    Passage,
    Quote,
    Reading,
    Refusal,
    Sentence,
    Turn,
)
from rag.errors import UsageError
from rag.language.fold import fold
from rag.language.script import detect

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@cache
def read_seed(path: Path) -> Article:
    english, chinese = path.read_text(encoding="utf-8").split("<hr />")
    head = dict(re.findall(r"^(Title|Date|Page):\s*(.*)$", english, re.M))
    zh_head, zh_body = chinese.split("专栏：", 1)
    title = re.search(r"### (.*)", zh_head)
    assert title
    return Article(
        id=path.stem,
        date=date.fromisoformat(head["Date"]),
        page=int(head["Page"]),
        column=None,
        author=None,
        titles={"en": head["Title"], "zh": title[1]},
        bodies={"zh": zh_body.strip("\n"), "en": english.split(head["Page"] + "\n", 1)[1].strip()},
        source=path.name,
        digest="",
        paper=PEOPLES_DAILY,
    )


def article(id: str, **bodies: str) -> Article:
    texts: dict[Lang, str] = {lang: bodies[lang] for lang in ("zh", "en") if lang in bodies}  # type: ignore[misc]
    return Article(id, date(1958, 5, 1), 1, None, None, {}, texts, f"{id}.txt", "")


@cache
def grams(text: str) -> set[str]:
    folded = fold(text)
    han = re.findall(r"[\u4e00-\u9fff]+", folded)
    words = set(re.findall(r"[a-z]{3,}|\d+", folded)) - {"the", "and", "what", "did", "was", "how", "many"}
    return words | {run[i : i + 2] for run in han for i in range(len(run) - 1)}


class FakeArchive:
    """Overlap search over paragraphs; quotes the best sentence, refuses below `threshold` of the question's terms."""

    def __init__(self, articles: Sequence[Article], threshold: float = 0.4) -> None:
        self.articles = {a.id: a for a in articles}
        self.threshold = threshold
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self.asked_model: list[bool] = []
        self.fail_on: dict[str, Exception] = {}
        self.passages = [
            Passage(f"{a.id}:{lang}:{m.start()}", a.id, lang, m.start(), m.end(), m[0])
            for a in articles
            for lang in a.langs
            for m in re.finditer(r"[^\n]*\S[^\n]*", a.bodies[lang])
        ]

    def search(
        self, question: str, k: int = 10, *, channel: Channel = "fused", **reading: Unpack[Reading]
    ) -> list[Hit]:
        if question in self.fail_on:
            raise self.fail_on[question]
        wanted = grams(question)
        hits = []
        since, until, lang = reading.get("since"), reading.get("until"), reading.get("lang")
        for passage in self.passages:
            owner = self.articles[passage.article_id]
            if (since and owner.date and owner.date < since) or (until and owner.date and owner.date > until):
                continue
            if lang and passage.lang != lang:
                continue
            score = len(wanted & grams(passage.text)) / (len(wanted) or 1)
            if channel == "dense":
                score = 1 / (1 + abs(len(passage.text) - len(question)))
            if score > 0:
                hits.append(Hit(passage, owner, score, {"keyword": ChannelScore(1, score)}))
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))[:k]

    def ask(self, question: str, *, llm: bool = True, **reading: Unpack[Reading]) -> Answer:
        self.asked_model.append(llm)
        self.asked.append((question, tuple(reading.get("history", ()))))
        said = detect(question)
        hits = self.search(question, **reading)
        score = min(1.0, hits[0].score) if hits else 0.0
        base = Answer(question, said, "", (), (), tuple(hits), False, score)
        if score < self.threshold:
            refusal = Refusal("not_answered", "not found", {"zh": 1, "en": 1})
            return replace(base, text=refusal.message, refusal=refusal)
        top = hits[0]
        sentence = max(
            re.finditer(r"[^。.]+[。.]?", top.passage.text), key=lambda m: len(grams(m[0]) & grams(question))
        )
        start = top.passage.start + sentence.start()
        quote = Quote(top.passage.lang, start, start + len(sentence[0]), sentence[0])
        text = f"{sentence[0]} [1]"
        return replace(
            base,
            text=text,
            sentences=(Sentence(text, (1,)),),
            citations=(Citation(1, top.article, (quote,)),),
            answered=True,
        )

    def article(self, id: str, /) -> Article:
        if id not in self.articles:
            raise UsageError(f"no article {id}")
        return self.articles[id]

    def article_ids(self) -> Iterator[str]:
        return iter(self.articles)

    def status(self) -> dict[str, Any]:
        counts = {lang: sum(p.lang == lang for p in self.passages) for lang in ("zh", "en")}
        return {"generation": "g1", "model": "fake", "articles": len(self.articles), "size": 123, "passages": counts}


def seed_archive(threshold: float = 0.4) -> FakeArchive:
    return FakeArchive([read_seed(path) for path in sorted(SEEDS.glob("*.txt"))], threshold)
