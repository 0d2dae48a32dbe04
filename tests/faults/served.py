"""Servers for the faults of the page: `python -m tests.faults.served KIND PORT` prints the URL. PORT 0 takes any.

hostile: an archive whose every text is an attack. cold: one that takes seconds to warm up, and so its first questions.
slow: one whose questions take a second each.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from subprocess import Popen
from typing import Any

from rag.datatypes import (
    Added,
    Answer,
    Article,
    ChannelScore,
    Citation,
    Draft,
    Filters,
    Hit,
    Paper,
    Passage,
    Period,
    Printed,
    Quote,
    Refusal,
    Sentence,
    Short,
    Twin,
    Value,
)
from rag.errors import IndexDamaged
from tests.web.fake import FakeArchive, article, spans
from tests.web.hostile import ALL
from tests.web.serving import started

_LINE, _SCORE = re.compile(r".+"), ChannelScore(1, 1.0)
TEXTS = {name: "".join(c for c in text if c >= " " or c == "\n") for name, text in ALL.items()}
FIELDS = (
    "title zh", "title en", "author", "column", "body zh", "body en", "newspaper zh", "newspaper en", "file name",
    "quotation warning", "sentence", "missing figure", "word added", "term", "period", "channel", "reprint",
    "hit warning", "short answer", "differing value", "written", "refusal", "error", "draft", "tail of a draft",
    "question", "standalone question", "example", "model", "newspaper of the archive", "address", "kept title",
    "kept question", "report",
)  # fmt: skip
"""What an article, a file, a question or an endpoint can fill."""


def laden(name: str, field: str) -> str:
    """A payload with a mark by which it is found again where it is shown."""
    return f"{TEXTS[name]} k{list(TEXTS).index(name):02}f{FIELDS.index(field):02}"


def marks(field: str) -> set[str]:
    """The marks of all payloads in a field."""
    return {f"k{number:02}f{FIELDS.index(field):02}" for number in range(len(TEXTS))}


def everything(field: str) -> str:
    return "\n\n".join(laden(name, field) for name in TEXTS)


def poisoned(name: str) -> Article:
    """An article all of whose texts are an attack."""
    body = {lang: f"kiln {laden(name, f'body {lang}')}".replace("\n", " ") for lang in ("zh", "en")}
    return replace(
        article(laden(name, "file name").replace("/", "\u2215"), ("", ""), [body["zh"]], [body["en"]]),
        titles={"zh": laden(name, "title zh"), "en": laden(name, "title en")},
        author=laden(name, "author"), column=laden(name, "column"), decks={"zh": (TEXTS[name],), "en": (TEXTS[name],)},
        notes=(TEXTS[name],), paper=Paper(laden(name, "newspaper en"), laden(name, "newspaper zh")),
    )  # fmt: skip


class HostileArchive(FakeArchive):
    """Answers "all" with every attack in every field, "refuse" and "error" with all of them."""

    model, model_state = everything("model"), "ready"

    def __init__(self) -> None:
        super().__init__([poisoned(name) for name in TEXTS])

    def ask(self, question: str, **named: Any) -> Answer:
        if "error" in question:
            raise IndexDamaged(everything("error"))
        if "refuse" in question:
            refusal = Refusal("not_answered", everything("refusal"), {"zh": 1, "en": 1})
            return replace(self._all(question), answered=False, refusal=refusal, text=refusal.message, citations=())
        return self._all(question)

    def ask_stream(self, question: str, *, llm: bool = True, **named: Any) -> Iterator[Draft | Answer]:
        answer = self.ask(question, **named)
        if answer.answered:
            yield Draft(everything("draft"), everything("tail of a draft"), answer)
            time.sleep(3)  # long enough to be seen
        yield answer

    def _all(self, question: str) -> Answer:
        names, hits, citations, values = list(TEXTS), [], [], []
        for number, (name, one) in enumerate(zip(names, self.articles.values(), strict=True), 1):
            (start, end), (first, last) = (spans(one.bodies[lang], _LINE)[0] for lang in ("zh", "en"))
            twin = Twin("en", first, last, one.bodies["en"][first:last])
            warning = (laden(name, "quotation warning"),)
            quote = Quote("zh", start, end, one.bodies["zh"][start:end], twin, ((start, end),), warning)
            citations.append(Citation(number, one, (quote,)))
            values.append(Value(laden(name, "differing value"), "zh", start, end, number))
            passage = Passage(f"p{number}", one.id, "zh", start, end, one.bodies["zh"][start:end], (0,))
            also = (Printed(one.id, one.date, 2, paper=Paper(laden(name, "reprint"), laden(name, "reprint"))),)
            hit = Hit(passage, one, 1.0, {laden(name, "channel"): _SCORE}, twin)
            term, noted = (laden(name, "term"),), (laden(name, "hit warning"),)
            hits.append(replace(hit, terms=term, also=also, warnings=noted))
        said = tuple(
            Sentence(laden(name, "sentence"), (number,), "unsupported", (laden(name, "missing figure"),))
            for number, name in enumerate(names, 1)
        )
        added = tuple(Added(TEXTS[n], laden(n, "word added"), "zh", (TEXTS[n],), "lexicon") for n in names)
        short = Short(everything("short answer"), "zh", 0, 4, 1)
        return Answer(
            question, "en", " ".join(s.text for s in said), said, tuple(citations), tuple(hits), True, 0.9,
            filters=Filters(paper=everything("newspaper of the archive")), warnings=(everything("quotation warning"),),
            standalone=everything("standalone question"), writer=everything("model"), added=added, values=tuple(values),
            period=Period(everything("period"), None, None), short=short, written=everything("written"),
            named_paper=everything("newspaper of the archive"),
        )  # fmt: skip

    def find(self, question: str, k: int = 10, **reading: Any) -> Any:
        found = super().find(question, k, **{name: reading[name] for name in ("lang",) if name in reading})
        base = self._all(question)
        return replace(found, hits=base.hits, added=base.added, period=base.period, standalone=base.standalone)

    def search(self, question: str, k: int = 10, **reading: Any) -> list[Hit]:
        return list(self._all(question).hits)

    def status(self) -> dict[str, Any]:
        paper = {"en": everything("newspaper of the archive"), "zh": TEXTS["script"], "articles": 3}
        return {**super().status(), "papers": [paper, {"en": "B", "zh": "乙", "articles": 1}]}

    def examples(self) -> list[tuple[Any, str]]:
        return [("en", laden(name, "example")) for name in TEXTS]


class ColdArchive(FakeArchive):
    """Takes five seconds to warm up; questions wait for it, as those of a real archive wait for its models."""

    def __init__(self) -> None:
        super().__init__()
        self._loading = threading.Lock()
        self._loaded = False

    def warm_up(self) -> None:
        with self._loading:
            if not self._loaded:
                time.sleep(5)
                self._loaded = True
        super().warm_up()

    def ask(self, question: str, **named: Any) -> Answer:
        self.warm_up()
        return super().ask(question, **named)


class SlowArchive(FakeArchive):
    """A fifth of a second of work for each question, one at a time, as on one core."""

    def __init__(self) -> None:
        super().__init__()
        self._core = threading.Lock()

    def ask(self, question: str, **named: Any) -> Answer:
        with self._core:
            time.sleep(0.2)
        return super().ask(question, **named)


@contextmanager
def served(kind: str, port: int = 0, **environment: str) -> Iterator[tuple[str, Popen[str]]]:
    """The URL and the process of a running server; it is killed at the end, whatever it is doing."""
    with started("tests.faults.served", kind, str(port), **environment) as (url, process):
        try:
            yield url, process
        finally:
            process.kill()


if __name__ == "__main__":
    from ui.web import patience
    from ui.web.server import serve

    kinds = {"hostile": HostileArchive, "cold": ColdArchive, "slow": SlowArchive, "small": FakeArchive}
    if seconds := os.environ.get("HEAD_SECONDS"):
        patience.HEAD_SECONDS = float(seconds)

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    serve(kinds[sys.argv[1]], host="127.0.0.1", port=int(sys.argv[2]), ready=say)  # type: ignore[arg-type]
