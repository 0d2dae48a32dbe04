"""What an archive gave for one wording of a question, as kept in a run: enough to score, resume and report it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, Unpack

from rag.datatypes import Answer, Article, Channel, Hit, Quote, Reading, Span
from rag.errors import UsageError

KEPT_HITS = 10
SNIPPET = 160


class Engine(Protocol):
    """What evaluation asks of an archive; `rag.archive.Archive` is one."""

    def search(
        self, question: str, k: int = 10, *, channel: Channel = "fused", **reading: Unpack[Reading]
    ) -> list[Hit]:
        """The best `k` hits, going by both channels or by one alone."""
        ...

    def ask(self, question: str, *, llm: bool = True, **reading: Unpack[Reading]) -> Answer:
        """An answer with citations, or a refusal; written by the configured language model only if `llm`."""
        ...

    def article(self, id: str, /) -> Article:
        """The article of this id; `UsageError` if there is none."""
        ...

    def article_ids(self) -> Iterator[str]:
        """The ids of all articles."""
        ...

    def status(self) -> dict[str, Any]:
        """What is indexed."""
        ...


@dataclass(frozen=True, slots=True)
class HitSeen:
    """One of the first hits: its article, its span, its counterpart's span, how its text begins, and the numbers of its
    paragraphs, which are the same in both languages."""

    article: str
    span: Span
    twin: Span | None
    snippet: str
    paragraphs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What one search found. `ranking`: article ids, best first, each once; `hits`: the first ones."""

    ranking: tuple[str, ...] = ()
    hits: tuple[HitSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class QuoteSeen:
    """A quotation of an answer. `exact`: it and its counterpart are verbatim slices of the article in the archive."""

    span: Span
    text: str
    twin: Span | None
    twin_text: str
    exact: bool


@dataclass(frozen=True, slots=True)
class CitationSeen:
    """A numbered citation and its quotations."""

    number: int
    article: str
    quotes: tuple[QuoteSeen, ...]


@dataclass(frozen=True, slots=True)
class AnswerSeen:
    """An answer or refusal. `hits` are the articles retrieved for it, `short` is the short answer it carries or ""."""

    text: str
    answered: bool
    confidence: float
    reason: str | None
    sentences: tuple[tuple[str, tuple[int, ...]], ...]
    citations: tuple[CitationSeen, ...]
    hits: tuple[str, ...]
    short: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one wording got. `ranking`: article ids, best first, each once. `error`: why it failed, or None.

    `took_ms` is the time of asking (of searching in a search-only run), as measured here; None after an error.
    `beside` are the reference searches by name (see `eval.run.references`).
    """

    case: str
    ranking: tuple[str, ...] = ()
    hits: tuple[HitSeen, ...] = ()
    answer: AnswerSeen | None = None
    error: str | None = None
    took_ms: float | None = None
    beside: Mapping[str, Found] = field(default_factory=dict)


def found(hits: Sequence[Hit], depth: int, *, snippets: bool = True) -> Found:
    """The hits as kept in a run: a ranking of at most `depth` articles, and the first hits.

    An article that prints the same as a hit and is folded into it ranks right behind it.
    """
    named = (name for hit in hits for name in (hit.article.id, *(printed.article for printed in hit.also)))
    return Found(tuple(dict.fromkeys(named))[:depth], _hits_seen(hits, snippets))


def _hits_seen(hits: Sequence[Hit], snippets: bool) -> tuple[HitSeen, ...]:
    return tuple(
        HitSeen(
            hit.article.id,
            Span(hit.passage.lang, hit.passage.start, hit.passage.end),
            Span(hit.twin.lang, hit.twin.start, hit.twin.end) if hit.twin else None,
            _snippet(hit.passage.text) if snippets else "",
            hit.passage.paragraphs,
        )
        for hit in hits[:KEPT_HITS]
    )


def _snippet(text: str) -> str:
    flat = " ".join(text[: 4 * SNIPPET].split())
    return flat if len(flat) <= SNIPPET else f"{flat[: SNIPPET - 1]}…"


def answer_seen(answer: Answer, archive: Engine) -> AnswerSeen:
    """The answer as kept in a run; every quotation is compared with its article as the archive holds it."""
    return AnswerSeen(
        text=answer.text,
        answered=answer.answered,
        confidence=float(answer.confidence),
        reason=answer.refusal.reason if answer.refusal else None,
        sentences=tuple((s.text, tuple(s.citations)) for s in answer.sentences),
        citations=tuple(
            CitationSeen(c.number, c.article.id, tuple(_quote_seen(q, c.article.id, archive) for q in c.quotes))
            for c in answer.citations
        ),
        hits=tuple(dict.fromkeys(hit.article.id for hit in answer.hits)),
        short=str(getattr(getattr(answer, "short", None), "text", "")),
    )


def _quote_seen(quote: Quote, article_id: str, archive: Engine) -> QuoteSeen:
    try:
        bodies = archive.article(article_id).bodies
    except UsageError:
        bodies = {}
    twin = quote.twin
    exact = _is_slice(quote.text, bodies.get(quote.lang), quote.start, quote.end)
    if twin is not None:
        exact = exact and _is_slice(twin.text, bodies.get(twin.lang), twin.start, twin.end)
    return QuoteSeen(
        Span(quote.lang, quote.start, quote.end),
        quote.text,
        Span(twin.lang, twin.start, twin.end) if twin else None,
        twin.text if twin else "",
        exact,
    )


def _is_slice(text: str, body: str | None, start: int, end: int) -> bool:
    return body is not None and 0 <= start < end <= len(body) and body[start:end] == text


def to_json(outcome: Outcome) -> dict[str, Any]:
    """The outcome as JSON values; `from_json` reads it back equal."""
    answer = outcome.answer
    return {
        "case": outcome.case,
        "ranking": list(outcome.ranking),
        "hits": [_hit_row(hit) for hit in outcome.hits],
        "answer": asdict(answer) if answer else None,
        "error": outcome.error,
        "took_ms": outcome.took_ms,
        "beside": {
            name: {"ranking": list(one.ranking), "hits": [_hit_row(hit) for hit in one.hits]}
            for name, one in outcome.beside.items()
        },
    }


def _hit_row(hit: HitSeen) -> dict[str, Any]:
    return {
        "article": hit.article,
        "span": _place(hit.span),
        "twin": _place(hit.twin),
        "snippet": hit.snippet,
        "paragraphs": list(hit.paragraphs),
    }


def _hits(rows: Sequence[dict[str, Any]]) -> tuple[HitSeen, ...]:
    return tuple(
        HitSeen(h["article"], Span(**h["span"]), _span(h["twin"]), h["snippet"], tuple(h["paragraphs"])) for h in rows
    )


def from_json(row: dict[str, Any]) -> Outcome:
    """The outcome in a row of `per_question.jsonl`. Raises `KeyError` or `TypeError` if it is none."""
    answer = row["answer"]
    return Outcome(
        case=row["case"],
        ranking=tuple(row["ranking"]),
        hits=_hits(row["hits"]),
        answer=None
        if answer is None
        else AnswerSeen(
            text=answer["text"],
            answered=answer["answered"],
            confidence=answer["confidence"],
            reason=answer["reason"],
            sentences=tuple((text, tuple(numbers)) for text, numbers in answer["sentences"]),
            citations=tuple(
                CitationSeen(
                    c["number"],
                    c["article"],
                    tuple(
                        QuoteSeen(Span(**q["span"]), q["text"], _span(q["twin"]), q["twin_text"], q["exact"])
                        for q in c["quotes"]
                    ),
                )
                for c in answer["citations"]
            ),
            hits=tuple(answer["hits"]),
            short=answer.get("short", ""),
        ),
        error=row["error"],
        took_ms=row["took_ms"],
        beside={name: Found(tuple(one["ranking"]), _hits(one["hits"])) for name, one in row["beside"].items()},
    )


def _place(span: Span | None) -> dict[str, Any] | None:
    return None if span is None else {"lang": span.lang, "start": span.start, "end": span.end}


def _span(row: dict[str, Any] | None) -> Span | None:
    return None if row is None else Span(**row)
