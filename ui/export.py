"""Answers and hits to take along: the JSON of the commands, Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from rag.answer.reasons import why
from rag.answer.times import told as told_of_times
from rag.answer.wording import HEADINGS, breaks_off, source, value_rows
from rag.datatypes import (
    Added,
    Answer,
    Article,
    Citation,
    Dateline,
    DateSpan,
    Filters,
    Found,
    Hit,
    Lang,
    Paper,
    Period,
    Printed,
    Quote,
    Twin,
)
from rag.language.datelines import datelines
from rag.translation.corrections import Told
from ui.noted import note_of, tags_of

Json = dict[str, Any]


def filters_json(filters: Filters) -> Json:
    """The filters as given: ISO dates, language, page, newspaper; None where nothing is limited."""
    return {
        "since": filters.since.isoformat() if filters.since else None,
        "until": filters.until.isoformat() if filters.until else None,
        "lang": filters.lang,
        "page": filters.page,
        "paper": filters.paper,
        "event_since": filters.event_since.isoformat() if filters.event_since else None,
        "event_until": filters.event_until.isoformat() if filters.event_until else None,
    }


def search_json(found: Found) -> Json:
    """The document that `wenbao search --json` prints."""
    return {
        "question": found.question,
        "lang": found.lang,
        "standalone": found.standalone,
        "filters": filters_json(found.filters),
        "period": period_json(found.period),
        "named_page": found.named_page,
        "named_paper": found.named_paper,
        "added": added_json(found.added),
        "took_ms": found.took_ms,
        "undated": found.undated,
        "hits": [hit_json(hit, rank, found.filters, found.lang) for rank, hit in enumerate(found.hits, 1)],
    }


def period_json(period: Period | None) -> Json | None:
    """The time read from a question: the words, the issue dates, whether it limits the search."""
    if period is None:
        return None
    return {
        "text": period.text,
        "since": period.since.isoformat() if period.since else None,
        "until": period.until.isoformat() if period.until else None,
        "earlier": period.earlier,
        "applied": period.applied,
    }


def added_json(added: Sequence[Added]) -> list[Json]:
    """What was searched for besides the question's words."""
    return [
        {"term": a.term, "word": a.word, "lang": a.lang, "tokens": list(a.tokens), "source": a.source} for a in added
    ]


def hit_json(hit: Hit, rank: int, filters: Filters, asked: Lang) -> Json:
    """One hit; offsets are characters of the article's body in `lang`. Why it was found is told in the language that
    was `asked` in."""
    return {
        "rank": rank,
        "article": hit.article.id,
        "passage": hit.passage.id,
        "lang": hit.passage.lang,
        "score": hit.score,
        "channels": {name: {"rank": c.rank, "score": c.score} for name, c in hit.channels.items()},
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text": hit.passage.text,
        "title": titles_json(hit.article),
        **date_json(hit.article),
        "page": hit.article.page,
        "paper": paper_json(hit.article.paper),
        "why": list(why(hit, filters, asked)),
        "terms": list(hit.terms),
        "added": added_json(hit.added),
        "also": [
            {"article": p.article, **date_json(p), "page": p.page, "paper": paper_json(p.paper)} for p in hit.also
        ],
        "warnings": list(hit.warnings),
        "times": times_json(hit.times),
        "twin": _twin_json(hit.twin),
    }


def answer_json(answer: Answer) -> Json:
    """The document that `wenbao ask --json` prints."""
    refusal = answer.refusal
    return {
        "question": answer.question,
        "lang": answer.lang,
        "standalone": answer.standalone,
        "answered": answer.answered,
        "text": answer.text,
        "writer": answer.writer,
        "written": answer.written,
        "sentences": [
            {"text": s.text, "citations": list(s.citations), "support": s.support, "missing": list(s.missing)}
            for s in answer.sentences
        ],
        "confidence": answer.confidence,
        "refusal": None
        if refusal is None
        else {
            "reason": refusal.reason,
            "message": refusal.message,
            "searched": dict(refusal.searched),
            "since": refusal.since.isoformat() if refusal.since else None,
            "until": refusal.until.isoformat() if refusal.until else None,
        },
        "filters": filters_json(answer.filters),
        "period": period_json(answer.period),
        "named_page": answer.named_page,
        "named_paper": answer.named_paper,
        "added": added_json(answer.added),
        "warnings": list(answer.warnings),
        "short": None if answer.short is None else asdict(answer.short),
        "values": [
            {"text": v.text, "lang": v.lang, "start": v.start, "end": v.end, "citation": v.citation}
            for v in answer.values
        ],
        "citations": [
            {
                "number": c.number,
                "article": c.article.id,
                **date_json(c.article),
                "page": c.article.page,
                "paper": paper_json(c.article.paper),
                "title": titles_json(c.article),
                "quotes": [_quote_json(q) for q in c.quotes],
            }
            for c in answer.citations
        ],
        "undated": answer.undated,
        "through": answer.through,
        "hits": [hit_json(hit, rank, answer.filters, answer.lang) for rank, hit in enumerate(answer.hits, 1)],
        "took_ms": answer.took_ms,
    }


def article_json(article: Article, told: Sequence[Told] = ()) -> Json:
    """A whole article. Of its findings, `told`, that the translation stops early is a note."""
    return {
        "article": article.id,
        **date_json(article),
        "page": article.page,
        "paper": paper_json(article.paper),
        "column": article.column,
        "author": article.author,
        "title": titles_json(article),
        "body": {"en": article.bodies.get("en"), "zh": article.bodies.get("zh")},
        "datelines": {
            lang: [dateline_json(line) for line in datelines(article.bodies[lang], lang, article.date)]
            for lang in article.langs
        },
        "source": article.source,
        "notes": [*article.notes, *stops_early(told, "en")],
    }


def stops_early(told: Sequence[Told], lang: Lang) -> list[str]:
    """What is told at the head of an article whose translation breaks off; nothing of others."""
    return [breaks_off(finding, lang) for finding, _ in told if finding.ends][:1]


def date_json(printed: Article | Printed) -> Json:
    """The day of issue, None if it is not known; and the month or year, where that is all that is known."""
    return {"date": printed.date.isoformat() if printed.date else None, "partial_date": printed.partial_date}


def paper_json(paper: Paper | None) -> Json | None:
    """The names of a newspaper in both languages, None for one that is not known; None for none at all."""
    return {**paper.by_language} if paper else None


def titles_json(article: Article) -> Json:
    """Both titles, None where there is none."""
    return {"en": article.titles.get("en"), "zh": article.titles.get("zh")}


def _quote_json(q: Quote) -> Json:
    return {
        "lang": q.lang,
        "start": q.start,
        "end": q.end,
        "text": q.text,
        "twin": _twin_json(q.twin),
        "marks": [list(mark) for mark in q.marks],
        "warnings": list(q.warnings),
        "planned": q.planned,
        "times": times_json(q.times),
        "dateline": dateline_json(q.dateline) if q.dateline else None,
    }


def times_json(times: Sequence[DateSpan]) -> list[Json]:
    """Times by their words and their place in the body, with the first and the last day; None where an end is open."""
    return [
        {
            "text": one.text,
            "start": one.start,
            "end": one.end,
            "since": None if one.since == date.min else one.since.isoformat(),
            "until": None if one.until == date.max else one.until.isoformat(),
        }
        for one in times
    ]


def dateline_json(line: Dateline) -> Json:
    """A dateline by its place in the body: agency and place as printed, "" for none, the day of the dispatch."""
    day = line.day.isoformat() if line.day else None
    return {"start": line.start, "end": line.end, "agency": line.agency, "place": line.place, "day": day}


def _twin_json(twin: Twin | None) -> Json | None:
    return None if twin is None else {"lang": twin.lang, "start": twin.start, "end": twin.end, "text": twin.text}


def markdown(answer: Answer, level: int = 1) -> str:
    """The answer with its evidence, both languages, as a Markdown document; `level` is that of its heading."""
    lines = [f"{'#' * level} {plain(answer.question)}", "", plain(answer.text), ""]
    quoted = {warning for c in answer.citations for q in c.quotes for warning in q.warnings}
    lines += [line for warning in answer.warnings if warning not in quoted for line in (f"*{plain(warning)}*", "")]
    if rows := value_rows(answer):
        lines += [f"| {' | '.join(HEADINGS[answer.lang])} |", "| --- | --- | --- |"]
        lines += [f"| {' | '.join(map(plain, row))} |" for row in rows] + [""]
    lines += [line for c in answer.citations for line in (*cited_markdown(c, answer.lang), "")]
    return "\n".join(lines).rstrip() + "\n"


def cited_markdown(c: Citation, lang: Lang) -> list[str]:
    """A citation as lines of Markdown: where it was printed, its quotations in both languages, what is told of them."""
    lines = [f"**[{c.number}]** {plain(source(c.article, lang))}"]
    lines += [f"*{plain(t)}*" for t in (c.article.titles.get("zh"), c.article.titles.get("en")) if t]
    for q in c.quotes:
        lines += ["", f"> {plain(q.text)}"]
        lines += [">", f"> {plain(q.twin.text)}"] if q.twin else []
        lines += ["", f"*{plain(told)}*"] if (told := told_of_times(q, lang)) else []
        lines += [line for warning in q.warnings for line in ("", f"*{plain(warning)}*")]
        lines += [line for part in note_of(q).splitlines() if part.strip() for line in ("", plain(part))]
        lines += ["", " ".join(f"`{tag.replace('`', chr(39))}`" for tag in tags_of(q))] if tags_of(q) else []
    return lines


def plain(text: str) -> str:
    """Article text inside Markdown: one line, nothing in it acts as markup."""
    return re.sub(r"([\\`*_{}<>#|~]|!(?=\[)|\](?=\())", r"\\\1", re.sub(r"\s+", " ", text)).strip()
