"""An archive small enough to be read: paragraphs in both languages, answered by shared characters.

It has the methods of `rag.archive.Archive` that the page calls, so that the page is tested on its own.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Unpack

from rag.answer import wording
from rag.datatypes import (
    PEOPLES_DAILY,
    Answer,
    Article,
    Bead,
    Channel,
    ChannelScore,
    Citation,
    Draft,
    Filters,
    Found,
    Hit,
    Lang,
    Limits,
    Passage,
    Quote,
    Reading,
    Refusal,
    Sentence,
    Turn,
    Twin,
    other,
)
from rag.errors import IndexDamaged, UsageError
from rag.events import Spoken, spoken_in
from rag.language.script import detect
from rag.roll import Related
from rag.through import Through, forms_of
from rag.timeline import Month
from rag.translation.corrections import Told
from rag.translation.findings import Finding, of_article

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
_SENTENCE = {"zh": re.compile(r".+?(?:[。！？]”?|$)"), "en": re.compile(r"\S.*?(?:[.!?][\"”]?(?=\s|$)|$)")}


def article(ident: str, title: tuple[str, str], zh: Sequence[str], en: Sequence[str], **more: Any) -> Article:
    """An article of paragraphs; titles are (Chinese, English)."""
    bodies: dict[Lang, str] = {"zh": "\n\n".join(zh), "en": "\n\n".join(en)}
    facts: dict[str, Any] = {"date": date(1958, 11, 14), "page": 2, "author": None, "source": f"{ident}.txt"}
    facts |= {"paper": PEOPLES_DAILY, **more}
    titles: dict[Lang, str] = {"zh": title[0], "en": title[1]}
    return Article(
        id=ident, column=None, titles=titles, bodies={k: v for k, v in bodies.items() if v}, digest=ident, **facts
    )


def seed(path: Path) -> Article:
    """One file of seeds/, its repeated headlines and attached pictures dropped."""
    text = path.read_text(encoding="utf-8")
    english, chinese = text.split("Original:")
    zh = [line.strip() for line in chinese.split("专栏：")[1].splitlines() if "。" in line]
    en = [line.strip() for line in english.split("<hr")[0].splitlines()[4:] if len(line) > 130 and "." in line]
    title = (re.search("### (.*)", chinese), re.search("Title: *(.*)", text), re.search(r"Date: *(\S+)", text))
    page = re.search(r"Page: *(\d+)", text)
    assert all(title) and page
    zh_title, en_title, day = (found[1] for found in title if found)
    return article(
        path.stem, (zh_title, en_title), zh, en, date=date.fromisoformat(day), page=int(page[1]), source=path.name
    )


def spans(body: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    return [found.span() for found in pattern.finditer(body) if found[0].strip()]


def beads(one: Article) -> tuple[Bead, ...]:
    """Paragraphs paired by order; their sentences paired where their number agrees, else as one bead."""
    sides: dict[Lang, list[tuple[int, int]]] = {lang: spans(one.bodies[lang], re.compile(r".+")) for lang in one.langs}
    made = []
    for number in range(max(map(len, sides.values()), default=0)):
        units: dict[Lang, list[tuple[int, int]]] = {}
        for lang, paragraphs in sides.items():
            if number < len(paragraphs):
                first, last = paragraphs[number]
                cuts = spans(one.bodies[lang][first:last], _SENTENCE[lang])
                units[lang] = [(first + a, first + b) for a, b in cuts]
        if len(units) == 2 and len(units["zh"]) == len(units["en"]):
            made += [Bead(number, zh, en) for zh, en in zip(units["zh"], units["en"], strict=True)]
        else:
            whole = {lang: (cuts[0][0], cuts[-1][1]) for lang, cuts in units.items()}
            made.append(Bead(number, whole.get("zh"), whole.get("en")))
    return tuple(made)


def grams(text: str) -> set[str]:
    low = text.lower()
    words = {w for w in re.findall("[a-z0-9]{3,}", low) if w not in {"the", "and", "was", "what", "how", "did", "for"}}
    return words | {low[i : i + 2] for i in range(len(low) - 1) if re.fullmatch("[一-鿿]{2}", low[i : i + 2])}


_FINDINGS: dict[str, Sequence[Finding]] = {}


class FakeArchive:
    """Answers with the sentences that share most with the question; needs three shared pieces to answer at all."""

    model: str | None = None
    model_state = ""

    def __init__(self, articles: Sequence[Article] | None = None) -> None:
        self.articles = {one.id: one for one in (articles or [seed(path) for path in sorted(SEEDS.glob("*.txt"))])}
        self.warm = threading.Event()
        self.closed = False
        self.histories: list[tuple[Turn, ...]] = []
        self.asked: list[dict[str, Any]] = []
        self.llm: list[bool] = []

    def ask(
        self,
        question: str,
        *,
        llm: bool = True,
        history: Sequence[Turn] = (),
        expand: bool = True,
        read_dates: bool = True,
        **limits: Unpack[Limits],
    ) -> Answer:
        self.histories.append(tuple(history))
        self.llm.append(llm)
        filters = Filters(**limits)
        self.asked.append({"question": question, "filters": filters, "expand": expand, "read_dates": read_dates})
        if "slowly" in question:
            time.sleep(3)
        if "damaged" in question:
            raise IndexDamaged("the index <b>is</b> damaged; run: wenbao check")
        if "explode" in question:
            raise RuntimeError("/home/secret/key.pem: token=abc")
        asked: Lang = "zh" if re.search("[一-鿿]", question) else "en"
        wanted = question
        if history and len(grams(question)) < 4:
            wanted = f"{history[-1].question} {question}"
        hits = self.search(wanted, **limits)
        best = hits[0] if hits else None
        common = {"question": question, "lang": asked, "filters": filters, "hits": tuple(hits[:4])}
        if best is None or best.score < 3:
            message = "档案里没有找到答案。" if asked == "zh" else "The archive does not say."
            refusal = Refusal("not_answered", message, {"zh": 20, "en": 21}, filters.since, filters.until)
            return Answer(
                text=message, sentences=(), citations=(), answered=False, confidence=0.1, refusal=refusal, **common
            )
        citations, sentences = [], []
        for number, hit in enumerate({h.article.id: h for h in reversed(hits[:2])}.values(), 1):
            quote = self._quote(hit, wanted, asked)
            citations.append(Citation(number, hit.article, (quote,)))
            said = wording.quoted(quote.text if quote.lang == asked or not quote.twin else quote.twin.text)
            sentences.append(Sentence(wording.attributed(hit.article, asked) + said, (number,)))
        return Answer(
            text=" ".join(s.text for s in sentences),
            sentences=tuple(sentences),
            citations=tuple(citations),
            answered=True,
            confidence=0.87,
            standalone=wanted if wanted != question else None,
            writer="drafter" if llm and "drafted" in question else None,
            **common,
        )

    def ask_stream(self, question: str, *, llm: bool = True, **named: Any) -> Iterator[Draft | Answer]:
        if "sourced" in question:
            known = self.ask(question, llm=llm, **named)
            yield Draft("More than two", "kilns", known)
        if "drafted" in question:
            yield Draft("More than <b>two</b> thousand", "kilns we")
        yield self.ask(question, llm=llm, **named)

    def _quote(self, hit: Hit, question: str, asked: Lang) -> Quote:
        body = hit.article.bodies[hit.passage.lang]
        inside = [
            bead for bead in self.beads(hit.article.id) if bead.paragraph in hit.passage.paragraphs
            and bead.side(hit.passage.lang)
        ]  # fmt: skip
        cut = max(
            (bead for bead in inside),
            key=lambda bead: len(grams(body[slice(*(bead.side(hit.passage.lang) or (0, 0)))]) & grams(question)),
        )
        start, end = cut.side(hit.passage.lang) or (0, 0)
        across, lang = cut.side(other(hit.passage.lang)), other(hit.passage.lang)
        twin = Twin(lang, *across, hit.article.bodies[lang][slice(*across)]) if across else None
        warnings = (
            ("六个小时零二十分钟 | six hours and two minutes",) if "六个小时零二十分钟" in body[start:end] else ()
        )
        return Quote(hit.passage.lang, start, end, body[start:end], twin, ((start, end),), warnings)

    def find(self, question: str, k: int = 10, **reading: Unpack[Reading]) -> Found:
        filters = Filters(*(reading.get(name) for name in ("since", "until", "lang", "page", "paper")))  # type: ignore[arg-type]
        return Found(question, detect(question), tuple(self.search(question, k, **reading)), filters)

    def search(
        self, question: str, k: int = 10, *, channel: Channel = "fused", **reading: Unpack[Reading]
    ) -> list[Hit]:
        since, until, lang = reading.get("since"), reading.get("until"), reading.get("lang")
        found = []
        for one in self.articles.values():
            if (since and one.date and one.date < since) or (until and one.date and one.date > until):
                continue
            for side in one.langs if lang is None else (lang,):
                for number, (start, end) in enumerate(spans(one.bodies.get(side, ""), re.compile(r".+"))):
                    text = one.bodies[side][start:end]
                    score = float(len(grams(text) & grams(question)))
                    if score:
                        passage = Passage(f"{one.id}:{side}:{number}", one.id, side, start, end, text, (number,))
                        channels = {f"keyword.{side}": ChannelScore(1, score), "dense": ChannelScore(0, 0.0)}
                        found.append(Hit(passage, one, score, channels))
        return sorted(found, key=lambda hit: -hit.score)[:k]

    def article(self, ident: str) -> Article:
        if ident not in self.articles:
            raise UsageError(f"no article {ident!r}")
        return self.articles[ident]

    def beads(self, ident: str) -> tuple[Bead, ...]:
        return beads(self.articles[ident])

    def spoken(self, ident: str) -> Spoken:
        return spoken_in(self.articles[ident], self.beads(ident))

    def told(self, ident: str) -> list[Told]:
        article = self.articles[ident]
        key = f"{ident} {article.digest}"
        if key not in _FINDINGS:  # an index has them; to find them anew for every card keeps the page waiting
            _FINDINGS[key] = of_article(article, self.beads(ident))
        return [(finding, None) for finding in _FINDINGS[key]]

    def issue(self, day: date, page: int | None = None) -> list[str]:
        return [one.id for one in self.articles.values() if one.date == day and page in (None, one.page)]

    def months(self, question: str = "", **limits: Any) -> tuple[Month, ...]:
        found = {hit.article.id for hit in self.search(question, **limits)}
        days = [(one.date.year, one.date.month, one.id in found) for one in self.articles.values() if one.date]
        return tuple(
            Month(year, month, sum(d[:2] == (year, month) for d in days), sum(d == (year, month, True) for d in days))
            for year in range(1957, 1961)
            for month in range(1, 13)
        )

    def status(self) -> dict[str, Any]:
        days = [one.date for one in self.articles.values() if one.date]
        span = [min(days).isoformat(), max(days).isoformat()]
        held = {"en": "People's Daily", "zh": "人民日报", "articles": len(self.articles)}
        return {"articles": len(self.articles), "dates": span, "papers": [held]}

    def names(self, *_: object) -> Any:
        raise UsageError("this index keeps no names. Run: wenbao index")

    name_counts = written = take_apart = names

    def apart(self) -> frozenset[Any]:
        return frozenset()

    def related(self, ident: str) -> Related:
        self.article(ident)
        return Related((), (), ())

    def through(self, words: Sequence[str], **_: Any) -> Through:
        for word in words:
            forms_of(word)
        return Through(self.months(), ())

    def edition(self) -> dict[str, Any]:
        return {"generation": "g1", "made": "", "articles": len(self.articles), "model": {"name": "fake", "digest": ""}}

    def examples(self) -> list[tuple[Lang, str]]:
        return [
            ("zh", "江油县八天内新修了多少炼铁大窑？"),
            ("en", "How many iron-smelting kilns were built in Jiangyou County within eight days?"),
            ("zh", "八号平炉最后一次炼一炉钢用了多长时间？"),
            ("en", "Where did the Liaoning Provincial Committee hold its on-site meeting?"),
        ]

    def warm_up(self) -> None:
        self.warm.set()

    def close(self) -> None:
        self.closed = True
